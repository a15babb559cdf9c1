package dev.sluice.ssis.packages;

import java.util.Arrays;

/// Kinds of Foreach enumerators.
public enum EnumeratorKind {
    FILE("ForEachFileEnumerator"),
    ITEM("ForEachItemEnumerator"),
    ADO("ForEachADOEnumerator"),
    SCHEMA_ROWSET("ForEachSchemaRowsetEnumerator"),
    FROM_VARIABLE("ForEachFromVarEnumerator"),
    NODE_LIST("ForEachNodeListEnumerator"),
    SMO("ForEachSMOEnumerator"),
    AZURE_BLOB("ForEachBlobEnumerator"),
    DATA_LAKE("ForEachAdlsFileEnumerator"),
    HDFS("ForEachHdfsEnumerator"),
    UNKNOWN("");

    private final String word;

    EnumeratorKind(String word) {
        this.word = word;
    }

    /// `Microsoft.ForEachFileEnumerator`, `DTS.ForEachFileEnumerator.2` and longer, older forms.
    static EnumeratorKind of(String creationName) {
        String lower = creationName.toLowerCase(java.util.Locale.ROOT);
        return Arrays.stream(values())
                .filter(kind -> kind != UNKNOWN && lower.contains(kind.word.toLowerCase(java.util.Locale.ROOT)))
                .findFirst()
                .orElse(UNKNOWN);
    }
}
