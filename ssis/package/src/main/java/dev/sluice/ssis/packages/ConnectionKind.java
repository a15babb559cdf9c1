package dev.sluice.ssis.packages;

import java.util.Arrays;
import java.util.Locale;

/// Kinds of connection managers, by CreationName.
public enum ConnectionKind {
    OLE_DB("OLEDB"),
    ADO_NET("ADO.NET"),
    ADO("ADO"),
    ODBC("ODBC"),
    EXCEL("EXCEL"),
    FLAT_FILE("FLATFILE"),
    MULTI_FLAT_FILE("MULTIFLATFILE"),
    FILE("FILE"),
    MULTI_FILE("MULTIFILE"),
    CACHE("CACHE"),
    SMTP("SMTP"),
    FTP("FTP"),
    HTTP("HTTP"),
    ANALYSIS_SERVICES("MSOLAP100", "MSOLAP90", "MSOLAP"),
    SMO_SERVER("SMOServer"),
    ORACLE("ORACLE", "MSORA"),
    TERADATA("TERADATA", "MSTERA"),
    SAP_BW("SAPBI"),
    ODATA("ODATA"),
    DATA_QUALITY("DQS"),
    MESSAGE_QUEUE("MSMQ"),
    WMI("WMI"),
    SQL_MOBILE("SQLMOBILE"),
    HADOOP("Hadoop"),
    AZURE_STORAGE("AzureStorage"),
    AZURE_DATA_LAKE("AzureDataLakeStore", "AzureDataLakeAnalytics"),
    AZURE_HDINSIGHT("AzureHDInsight"),
    AZURE_SUBSCRIPTION("AzureSubscription", "AzureResourceManager"),
    SHAREPOINT("SPCRED", "SharePoint"),
    /// None of these; the designer's name for it says what it is.
    UNKNOWN;

    private final String[] names;

    ConnectionKind(String... names) {
        this.names = names;
    }

    /// A suffix behind a colon names the provider (`ADO.NET:System.Data.SqlClient…`).
    public static ConnectionKind of(String creationName) {
        String first = creationName.split(":", 2)[0].strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values())
                .filter(kind -> Arrays.stream(kind.names)
                        .anyMatch(n -> n.toLowerCase(Locale.ROOT).equals(first)))
                .findFirst()
                .orElse(UNKNOWN);
    }
}
