package dev.sluice.ssis.packages;

import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// Kinds of data-flow components, recognised by any identity they have had: a dotted name (format 8), a GUID (2 to
/// 6), a COM program id with a version behind (6), or, inside a managed host, the type's name.
public enum ComponentKind {
    OLE_DB_SOURCE(
            "OLE DB Source",
            "OLEDBSource",
            "{BCEFE59B-6819-47F7-A125-63753B33ABB7}",
            "{165A526D-D5DE-47FF-96A6-F8274C19826B}",
            "{2C0A8BE5-1EDC-4353-A0EF-B778599C65A0}"),
    OLE_DB_DESTINATION(
            "OLE DB Destination",
            "OLEDBDestination",
            "{5A0B62E8-D91D-49F5-94A5-7BE58DE508F0}",
            "{4ADA7EAA-136C-4215-8098-D7A7C27FC0D1}",
            "{E2568105-9550-4F71-A638-B7FE42E66922}"),
    ADO_NET_SOURCE("ADO NET Source", "DataReaderSourceAdapter", "DataReaderSource"),
    ADO_NET_DESTINATION("ADO NET Destination", "ADONETDestination"),
    ODBC_SOURCE("ODBC Source", "SSISODBCSrc"),
    ODBC_DESTINATION("ODBC Destination", "SSISODBCDst"),
    ORACLE_SOURCE("Oracle Source", "SSISOracleSrc"),
    ORACLE_DESTINATION("Oracle Destination", "SSISOracleDst"),
    TERADATA_SOURCE("Teradata Source", "SSISTeradataSrc"),
    TERADATA_DESTINATION("Teradata Destination", "SSISTeradataDst"),
    FLAT_FILE_SOURCE(
            "Flat File Source",
            "FlatFileSource",
            "{5ACD952A-F16A-41D8-A681-713640837664}",
            "{D23FD76B-F51D-420F-BBCB-19CBF6AC1AB4}",
            "{90C7770B-DE7C-435E-880E-E718C92C0573}"),
    FLAT_FILE_DESTINATION(
            "Flat File Destination",
            "FlatFileDestination",
            "{A1DF9F6D-8EE4-4EF0-BB2E-D526130D7A7B}",
            "{D658C424-8CF0-441C-B3C4-955E183B7FBA}",
            "{8DA75FED-1B7C-407D-B2AD-2B24209CCCA4}"),
    EXCEL_SOURCE(
            "Excel Source",
            "ExcelSource",
            "{A4B1E1C8-17F3-46C8-AAD0-34F0C6FE42DE}",
            "{8C084929-27D1-479F-9641-ABB7CDADF1AC}"),
    EXCEL_DESTINATION("Excel Destination", "ExcelDestination", "{C9269E28-EBDE-4DED-91EB-0BF42842F9F4}"),
    RAW_FILE_SOURCE("Raw File Source", "RawSource"),
    RAW_FILE_DESTINATION("Raw File Destination", "RawDestination"),
    XML_SOURCE("XML Source", "XmlSourceAdapter"),
    RECORDSET_DESTINATION("Recordset Destination", "RecordsetDestination", "{167AF7E9-BA81-425F-B73D-E30C2DCC0F09}"),
    DATA_READER_DESTINATION("DataReader Destination", "DataReaderDestinationAdapter", "DataReaderDestination"),
    SQL_SERVER_DESTINATION("SQL Server Destination", "SQLServerDestination"),
    SQL_COMPACT_DESTINATION("SQL Server Compact Destination", "SqlCEDestinationAdapter"),
    ODATA_SOURCE("OData Source", "ODataSource"),
    CDC_SOURCE("CDC Source", "SSISCDCSrc"),
    AZURE_BLOB_SOURCE("Azure Blob Source", "AzureBlobSource"),
    AZURE_BLOB_DESTINATION("Azure Blob Destination", "AzureBlobDestination"),
    DERIVED_COLUMN(
            "Derived Column",
            "DerivedColumn",
            "{2932025B-AB99-40F6-B5B8-783A73F80E24}",
            "{49928E82-9C4E-49F0-AABE-3812B82707EC}",
            "{9CF90BF0-5BCC-4C63-B91D-1F322DC12C26}"),
    CONDITIONAL_SPLIT("Conditional Split", "ConditionalSplit", "{7F88F654-4E20-4D14-84F4-AF9C925D3087}"),
    LOOKUP("Lookup", "Lookup", "{27648839-180F-45E6-838D-AFF53DF682D2}", "{671046B0-AA63-4C9F-90E4-C06E0B710CE3}"),
    DATA_CONVERSION(
            "Data Conversion",
            "DataConvert",
            "{BD06A22E-BC69-4AF7-A69B-C44C2EF684BB}",
            "{62B1106C-7DB8-4EC8-ADD6-4C664DFFC54A}",
            "{C3BF62C8-7C5C-4F85-83C3-E0B6F6BE267C}"),
    OLE_DB_COMMAND("OLE DB Command", "OLEDBCommand", "{8E61C8F6-C91D-43B6-97EB-3423C06571CC}"),
    MULTICAST(
            "Multicast",
            "Multicast",
            "{1ACA4459-ACE0-496F-814A-8611F9C27E23}",
            "{EC139FBC-694E-490B-8EA7-35690FB0F445}"),
    SORT("Sort", "Sort", "{07127A7C-164B-422A-AD1F-24BE39B4DB38}"),
    MERGE("Merge", "Merge"),
    MERGE_JOIN("Merge Join", "MergeJoin", "{A18A4D58-7C7A-4448-8B98-AE2CEFE81B4C}"),
    UNION_ALL("Union All", "UnionAll", "{B594E9A8-4351-4939-891C-CFE1AB93E925}"),
    AGGREGATE("Aggregate", "Aggregate"),
    ROW_COUNT("Row Count", "RowCount"),
    COPY_COLUMN("Copy Column", "CopyMap"),
    CHARACTER_MAP("Character Map", "CharacterMap"),
    AUDIT("Audit", "Lineage"),
    SLOWLY_CHANGING_DIMENSION("Slowly Changing Dimension", "SCD"),
    PIVOT("Pivot", "Pivot"),
    UNPIVOT("Unpivot", "UnPivot"),
    CACHE_TRANSFORM("Cache Transform", "Cache"),
    PERCENTAGE_SAMPLING("Percentage Sampling", "PctSampling"),
    ROW_SAMPLING("Row Sampling", "RowSampling"),
    BALANCED_DATA_DISTRIBUTOR("Balanced Data Distributor", "BDD"),
    EXPORT_COLUMN("Export Column", "Extractor"),
    IMPORT_COLUMN("Import Column", "Inserter"),
    CDC_SPLITTER("CDC Splitter", "CDCSplitter"),
    TERM_EXTRACTION("Term Extraction", "TermExtraction"),
    TERM_LOOKUP("Term Lookup", "TermLookup"),
    FUZZY_LOOKUP("Fuzzy Lookup", "FuzzyLookup"),
    FUZZY_GROUPING("Fuzzy Grouping", "FuzzyGrouping"),
    DATA_MINING_QUERY("Data Mining Query", "PXPipelineDMQuery"),
    DATA_QUALITY("DQS Cleansing", "DQSCleansing", "DataQualityTransform"),
    SCRIPT("Script Component", "ScriptComponentHost"),
    /// A component of somebody else, or of a version not known here.
    UNKNOWN("Component");

    /// Ids under which managed components are hosted; the property UserComponentTypeName then says which one it is.
    private static final List<String> HOSTS = List.of(
            "managedcomponenthost",
            "managedcomponentwrapper",
            "{2e42d45b-f83c-400f-8d77-61dde6a7df29}",
            "{bf01d463-7089-41ee-8f05-0a6dc17ce633}",
            "{874f7595-fb5f-40ff-96af-fbff8250e3ef}");

    private static final Map<String, ComponentKind> BY_NAME = byName();

    private final String title;
    private final List<String> names;

    ComponentKind(String title, String... names) {
        this.title = title;
        this.names = List.of(names);
    }

    /// As the designer's toolbox calls it.
    public String title() {
        return title;
    }

    private static Map<String, ComponentKind> byName() {
        Map<String, ComponentKind> map = new HashMap<>();
        for (ComponentKind kind : values()) {
            kind.names.forEach(n -> map.put(n.toLowerCase(Locale.ROOT), kind));
            map.putIfAbsent(kind.title.toLowerCase(Locale.ROOT), kind);
        }
        return map;
    }

    /// @param contact contactInfo, asked last: its first part is the component's title in the designer's language
    static ComponentKind of(String classId, String userType, String contact) {
        String name = core(classId);
        if (HOSTS.contains(name)) {
            name = core(userType);
        }
        ComponentKind kind = BY_NAME.get(name);
        if (kind == null && classId.startsWith("{") && userType.isEmpty()) {
            kind = BY_NAME.get(contact.split(";", 2)[0].strip().toLowerCase(Locale.ROOT));
        }
        return kind == null ? UNKNOWN : kind;
    }

    /// `Microsoft.SqlServer.Dts.Pipeline.XmlSourceAdapter, Microsoft.SqlServer…` → `xmlsourceadapter`,
    /// `DTSAdapter.FlatFileSource.3` → `flatfilesource`.
    private static String core(String id) {
        String type = id.split(",", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (type.startsWith("{")) {
            return type;
        }
        String name = type.replaceFirst("\\.\\d+$", "");
        return name.substring(name.lastIndexOf('.') + 1);
    }
}
