package dev.sluice.connectors.jdbc.sqlserver;

import dev.sluice.connectors.jdbc.relational.ColumnMetadata;
import dev.sluice.connectors.jdbc.relational.Dialect;
import dev.sluice.connectors.jdbc.relational.DriverName;
import dev.sluice.connectors.jdbc.relational.LinkedServiceMembers;
import dev.sluice.connectors.jdbc.relational.LoadTarget;
import dev.sluice.connectors.jdbc.relational.Loader;
import dev.sluice.connectors.jdbc.relational.Meaning;
import dev.sluice.connectors.jdbc.relational.Partition;
import dev.sluice.connectors.jdbc.relational.Procedure;
import dev.sluice.connectors.jdbc.relational.RelationalColumn;
import dev.sluice.connectors.jdbc.relational.RowReader;
import dev.sluice.connectors.jdbc.relational.Server;
import dev.sluice.connectors.jdbc.relational.Session;
import dev.sluice.connectors.jdbc.relational.SqlProblems.Step;
import dev.sluice.connectors.jdbc.relational.StandardTypes;
import dev.sluice.connectors.jdbc.relational.TableName;
import dev.sluice.connectors.jdbc.relational.WriteOptions;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// What the SQL Server family does differently. Types are Data Factory's: `tinyint` is Int16, `money` Decimal,
/// `rowversion` bytes.
final class SqlServerDialect implements Dialect {
    private static final int DEFAULT_PORT = 1_433;
    private static final int DATETIMEOFFSET = -155;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS", Locale.ROOT);

    private static final Map<String, String> NAMES = LinkedServiceMembers.usualAnd(Map.ofEntries(
            Map.entry("address", "server"),
            Map.entry("addr", "server"),
            Map.entry("networkaddress", "server"),
            Map.entry("encrypt", "encrypt"),
            Map.entry("trustservercertificate", "trustServerCertificate"),
            Map.entry("hostnameincertificate", "hostNameInCertificate"),
            Map.entry("applicationintent", "applicationIntent"),
            Map.entry("applicationname", "applicationName"),
            Map.entry("app", "applicationName"),
            Map.entry("connectretrycount", "connectRetryCount"),
            Map.entry("connectretryinterval", "connectRetryInterval"),
            Map.entry("failoverpartner", "failoverPartner"),
            Map.entry("multisubnetfailover", "multiSubnetFailover"),
            Map.entry("packetsize", "packetSize"),
            Map.entry("integratedsecurity", "integratedSecurity"),
            Map.entry("trustedconnection", "integratedSecurity"),
            Map.entry("persistsecurityinfo", "persistSecurityInfo"),
            Map.entry("pooling", "pooling"),
            Map.entry("maxpoolsize", "maxPoolSize"),
            Map.entry("minpoolsize", "minPoolSize"),
            Map.entry("loadbalancetimeout", "loadBalanceTimeout"),
            Map.entry("multipleactiveresultsets", "multipleActiveResultSets"),
            Map.entry("columnencryptionsetting", "columnEncryptionSetting"),
            Map.entry("workstationid", "workstationId"),
            Map.entry("wsid", "workstationId"),
            Map.entry("tenant", "tenant"),
            Map.entry("azurecloudtype", "azureCloudType"),
            Map.entry("serviceprincipalid", "servicePrincipalId"),
            Map.entry("serviceprincipalkey", "servicePrincipalKey"),
            Map.entry("serviceprincipalcredentialtype", "servicePrincipalCredentialType"),
            Map.entry("serviceprincipalcredential", "servicePrincipalKey"),
            Map.entry("alwaysencryptedsettings", "alwaysEncryptedSettings")));

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "SQL Server",
            Set.of("SqlServer", "AzureSqlDatabase", "AzureSqlMI", "AzureSqlDW", "AmazonRdsForSqlServer"),
            Set.of(
                    "SqlServerTable",
                    "AzureSqlTable",
                    "AzureSqlMITable",
                    "AzureSqlDWTable",
                    "AmazonRdsForSqlServerTable"),
            Set.of(
                    "SqlServerSource",
                    "AzureSqlSource",
                    "SqlMISource",
                    "SqlDWSource",
                    "SqlSource",
                    "AmazonRdsForSqlServerSource"),
            Set.of("SqlServerSink", "AzureSqlSink", "SqlMISink", "SqlDWSink", "SqlSink"),
            Dialect.capabilities(true, true),
            List.of(
                    new FieldDescriptor(
                            "connectionString",
                            false,
                            true,
                            "Server=…;Database=…;User ID=…;Password=…; instead of members"),
                    new FieldDescriptor("server", false, false, "host, host,port or host\\instance"),
                    new FieldDescriptor("database", false, false, "name of the database"),
                    new FieldDescriptor("authenticationType", false, false, "SQL, or ServicePrincipal"),
                    new FieldDescriptor("userName", false, false, "user to log in as"),
                    new FieldDescriptor("password", false, true, "the user's password"),
                    new FieldDescriptor("servicePrincipalId", false, false, "application to log in as"),
                    new FieldDescriptor("servicePrincipalKey", false, true, "its secret"),
                    new FieldDescriptor("encrypt", false, false, "mandatory, optional or strict; mandatory"),
                    new FieldDescriptor("trustServerCertificate", false, false, "true: encrypt without checking"),
                    new FieldDescriptor("hostNameInCertificate", false, false, "name expected in the certificate"),
                    new FieldDescriptor("applicationIntent", false, false, "ReadOnly or ReadWrite"),
                    new FieldDescriptor("failoverPartner", false, false, "server to go to when the first is down"),
                    new FieldDescriptor("multiSubnetFailover", false, false, "true for availability groups"),
                    new FieldDescriptor("packetSize", false, false, "bytes"),
                    new FieldDescriptor("connectTimeout", false, false, "seconds to wait for a connection; 15"),
                    new FieldDescriptor("commandTimeout", false, false, "seconds for a single statement")));

    @Override
    public String name() {
        return "SQL Server";
    }

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public DriverName driver() {
        return DriverName.shipped("com.microsoft.sqlserver.jdbc.SQLServerDriver", "com.microsoft.sqlserver:mssql-jdbc");
    }

    @Override
    public Server server(Endpoint endpoint) {
        LinkedServiceMembers m = LinkedServiceMembers.of(endpoint, NAMES);
        Settings s = m.settings();
        Map<String, String> properties = new HashMap<>();
        String server = s.requiredText("server").strip().replaceFirst("(?i)^tcp:", "");
        int instance = server.indexOf('\\');
        if (instance > 0) {
            properties.put("instanceName", server.substring(instance + 1));
            server = server.substring(0, instance);
        }
        Map<String, Object> plain = new HashMap<>();
        s.names().forEach(n -> plain.put(n, s.value(n).orElseThrow()));
        plain.put("server", server.equals(".") || server.equalsIgnoreCase("(local)") ? "localhost" : server);
        LinkedServiceMembers.Address address =
                m.with(new Settings(s.pointer(), plain)).address(DEFAULT_PORT);
        properties.put("databaseName", s.requiredText("database"));
        properties.put("applicationName", s.text("applicationName").orElse("sluice"));
        properties.put("encrypt", encrypt(m));
        properties.put("trustServerCertificate", String.valueOf(s.flag("trustServerCertificate", false)));
        properties.put("loginTimeout", String.valueOf(m.connectSeconds()));
        properties.put("sendStringParametersAsUnicode", "true");
        properties.put("useBulkCopyForBatchInsert", "false");
        for (String same : List.of(
                "hostNameInCertificate",
                "applicationIntent",
                "connectRetryCount",
                "connectRetryInterval",
                "failoverPartner",
                "packetSize")) {
            s.text(same).filter(v -> !v.isBlank()).ifPresent(v -> properties.put(same, v));
        }
        properties.put("multiSubnetFailover", String.valueOf(s.flag("multiSubnetFailover", false)));
        if (s.has("alwaysEncryptedSettings")) {
            throw m.invalid("alwaysEncryptedSettings", "Always Encrypted columns are not supported here");
        }
        return login(m, address, properties);
    }

    private static Server login(
            LinkedServiceMembers m, LinkedServiceMembers.Address address, Map<String, String> properties) {
        Settings s = m.settings();
        boolean windows = s.text("integratedSecurity")
                        .filter(v -> List.of("true", "yes", "sspi").contains(v.toLowerCase(Locale.ROOT)))
                        .isPresent()
                || s.text("authenticationType")
                        .filter("Windows"::equalsIgnoreCase)
                        .isPresent();
        if (windows) {
            throw m.invalid(
                    "authenticationType", "Windows authentication needs a Windows node; use SQL authentication");
        }
        String user = s.text("username").orElse("");
        Optional<SecretValue> password = s.secret("password");
        boolean principal = s.has("servicePrincipalId");
        String kind =
                s.text("authenticationType").filter(k -> !k.isBlank()).orElse(principal ? "ServicePrincipal" : "SQL");
        switch (kind.toLowerCase(Locale.ROOT)) {
            case "sql" -> {
                if (user.isEmpty()) {
                    throw s.missing("userName");
                }
            }
            case "serviceprincipal" ->
                throw m.invalid(
                        "authenticationType",
                        "a service principal needs Microsoft's identity library, which is not installed; use SQL"
                                + " authentication");
            default -> throw m.invalid("authenticationType", "SQL is the one kind of authentication supported here");
        }
        return new Server(
                m.endpoint().side(),
                m.endpoint().linkedServiceName(),
                "jdbc:sqlserver://" + address.host()
                        + (properties.containsKey("instanceName") ? "" : ":" + address.port()),
                address.host(),
                address.port(),
                s.requiredText("database"),
                user,
                password,
                properties,
                Map.of(),
                m.connectSeconds(),
                m.commandSeconds());
    }

    /// `mandatory`, `optional`, `strict`, or true and false as older strings have it.
    private static String encrypt(LinkedServiceMembers m) {
        String given = m.settings().text("encrypt").filter(e -> !e.isBlank()).orElse("mandatory");
        return switch (given.toLowerCase(Locale.ROOT)) {
            case "mandatory", "true", "yes" -> "true";
            case "optional", "false", "no" -> "false";
            case "strict" -> "strict";
            default -> throw m.invalid("encrypt", "expected mandatory, optional or strict");
        };
    }

    @Override
    public String quote(String identifier) {
        return '[' + identifier.replace("]", "]]") + ']';
    }

    @Override
    public String literal(LocalDate date) {
        return "CONVERT(date, '" + date + "', 23)";
    }

    @Override
    public String literal(LocalDateTime time) {
        return "CONVERT(datetime2, '" + TIME.format(time) + "', 126)";
    }

    @Override
    public boolean definesInTransaction() {
        return true;
    }

    @Override
    public String endOfMerge() {
        return ";";
    }

    @Override
    public String emptyCopy(String table, String columns, String of) {
        return "SELECT " + columns + " INTO " + table + " FROM " + of + " WHERE 1 = 0 UNION ALL SELECT " + columns
                + " FROM " + of + " WHERE 1 = 0";
    }

    /// A temporary table unless `useTempDB` is false.
    @Override
    public TableName staging(TableName target, String unique, WriteOptions options) {
        return options.interimSchema().isPresent()
                ? new TableName(List.of(options.interimSchema().get(), "sluice_" + unique))
                : new TableName(List.of("#sluice_" + unique));
    }

    @Override
    public DataType type(ColumnMetadata m) {
        if (m.jdbcType() == DATETIMEOFFSET) {
            return DataType.instant(m.scale() > 6 ? 7 : 6);
        }
        return switch (m.typeName()) {
            case "TINYINT" -> DataType.INT16;
            case "MONEY" -> DataType.decimal(19, 4);
            case "SMALLMONEY" -> DataType.decimal(10, 4);
            case "DATETIME", "SMALLDATETIME" -> DataType.timestamp(6);
            case "XML", "SQL_VARIANT" -> DataType.STRING;
            case "GEOMETRY", "GEOGRAPHY", "HIERARCHYID", "TIMESTAMP" -> DataType.BINARY;
            default -> StandardTypes.of(m);
        };
    }

    @Override
    public String declared(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "bit";
            case INT8, UINT8, INT16 -> "smallint";
            case UINT16, INT32 -> "int";
            case UINT32, INT64 -> "bigint";
            case UINT64 -> "decimal(20,0)";
            case FLOAT32 -> "real";
            case FLOAT64 -> "float";
            case DECIMAL -> "decimal(" + type.precision() + "," + type.scale() + ")";
            case DATE -> "date";
            case TIME -> "time(" + Math.min(type.scale(), 7) + ")";
            case TIMESTAMP -> "datetime2(" + Math.min(type.scale(), 7) + ")";
            case INSTANT -> "datetimeoffset(" + Math.min(type.scale(), 7) + ")";
            case DURATION -> "nvarchar(40)";
            case STRING -> "nvarchar(max)";
            case BINARY -> "varbinary(max)";
            case GUID -> "uniqueidentifier";
        };
    }

    @Override
    public void beforeReading(Connection connection) throws SQLException {
        connection.setAutoCommit(true);
    }

    /// The rows of a heap's or clustered index's partitions.
    @Override
    public Optional<String> rowCount(TableName table) {
        return Optional.of(
                "SELECT SUM(p.rows) FROM sys.partitions p WHERE p.object_id = OBJECT_ID(?) AND p.index_id IN (0, 1)");
    }

    @Override
    public List<@Nullable Object> countParameters(TableName table) {
        return List.of(table.sql(this));
    }

    /// Partitions by the table's partition function, which tells of each row where it lies.
    @Override
    public List<Partition> partitions(Session session, TableName table) {
        return session.query(
                "SELECT p.partition_number, f.name, c.name FROM sys.indexes i"
                        + " JOIN sys.partition_schemes s ON s.data_space_id = i.data_space_id"
                        + " JOIN sys.partition_functions f ON f.function_id = s.function_id"
                        + " JOIN sys.partitions p ON p.object_id = i.object_id AND p.index_id = i.index_id"
                        + " JOIN sys.index_columns ic ON ic.object_id = i.object_id AND ic.index_id = i.index_id"
                        + " AND ic.partition_ordinal = 1"
                        + " JOIN sys.columns c ON c.object_id = i.object_id AND c.column_id = ic.column_id"
                        + " WHERE i.object_id = OBJECT_ID(?) AND i.index_id IN (0, 1) ORDER BY 1",
                new Step(table.toString(), "read"),
                r -> new Partition(
                        r.getString(1),
                        table.sql(this) + " WHERE $PARTITION." + quote(r.getString(2)) + "(" + quote(r.getString(3))
                                + ") = " + r.getInt(1)),
                table.sql(this));
    }

    @Override
    public Optional<String> bucket(String column, int count) {
        return Optional.of("ABS(CAST(CHECKSUM(" + column + ") AS bigint)) % " + count);
    }

    @Override
    public RowReader.Form form(RelationalColumn column) {
        return RowReader.Form.NATIVE;
    }

    @Override
    public Loader loader(LoadTarget target) {
        return new BulkCopyLoader(target);
    }

    @Override
    public Loader loader(LoadTarget target, Procedure procedure, List<RelationalColumn> type) {
        return new ProcedureLoader(target, procedure, type);
    }

    @Override
    public Optional<String> tableTypeQuery(TableName type) {
        return Optional.of("DECLARE @t " + type.sql(this) + "; SELECT * FROM @t");
    }

    @Override
    public Optional<String> callText(Procedure procedure) {
        return Optional.of("EXEC " + procedure.name().sql(this)
                + procedure.parameters().entrySet().stream()
                        .map(p -> " @" + p.getKey() + " = " + constant(p.getValue()))
                        .collect(Collectors.joining(",")));
    }

    private static String constant(@Nullable Object value) {
        return switch (value) {
            case null -> "NULL";
            case BigDecimal d -> d.toPlainString();
            case Boolean b -> b ? "1" : "0";
            default -> "N'" + value.toString().replace("'", "''") + "'";
        };
    }

    @Override
    public void bind(PreparedStatement s, int index, Object value, DataType type) throws SQLException {
        s.setObject(index, type.kind() == DataType.Kind.GUID ? value.toString() : value);
    }

    /// Numbers of `sys.messages`.
    @Override
    public Optional<Meaning> meaning(SQLException e) {
        return Optional.ofNullable(
                switch (e.getErrorCode()) {
                    case 18452, 18456, 18470, 18487, 18488 -> Meaning.WRONG_PASSWORD;
                    case 4060, 911 -> Meaning.DATABASE_MISSING;
                    case 208, 2715, 4701 -> Meaning.TABLE_MISSING;
                    case 229, 230, 262, 297, 916 -> Meaning.DENIED;
                    case 10_928, 17_809 -> Meaning.TOO_MANY_CONNECTIONS;
                    case 1205, 1222, 10_929, 40_197, 40_501, 40_613, 49_918, 49_919, 49_920 -> Meaning.BUSY;
                    case 1101, 1105, 9002, 40_544 -> Meaning.DISK_FULL;
                    case 515 -> Meaning.NULL_REFUSED;
                    case 547, 2601, 2627, 2628, 8114, 8115, 8152, 241, 245 -> Meaning.ROW_REFUSED;
                    default -> null;
                });
    }
}
