package dev.sluice.connectors.jdbc.mysql;

import dev.sluice.connectors.jdbc.relational.ColumnMetadata;
import dev.sluice.connectors.jdbc.relational.Dialect;
import dev.sluice.connectors.jdbc.relational.DriverName;
import dev.sluice.connectors.jdbc.relational.LinkedServiceMembers;
import dev.sluice.connectors.jdbc.relational.LoadTarget;
import dev.sluice.connectors.jdbc.relational.Loader;
import dev.sluice.connectors.jdbc.relational.Meaning;
import dev.sluice.connectors.jdbc.relational.Partition;
import dev.sluice.connectors.jdbc.relational.RelationalColumn;
import dev.sluice.connectors.jdbc.relational.RowReader;
import dev.sluice.connectors.jdbc.relational.Server;
import dev.sluice.connectors.jdbc.relational.Session;
import dev.sluice.connectors.jdbc.relational.SqlProblems.Step;
import dev.sluice.connectors.jdbc.relational.StandardTypes;
import dev.sluice.connectors.jdbc.relational.TableName;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Types;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What MySQL and MariaDB do differently. Times of day are spans (they reach from -838 to 838 hours), TIMESTAMP is
/// read and written in UTC, zero dates are refused with their row.
final class MySqlDialect implements Dialect {
    private static final int DEFAULT_PORT = 3_306;

    private static final Map<String, String> NAMES = Map.ofEntries(
            Map.entry("server", "server"),
            Map.entry("host", "server"),
            Map.entry("datasource", "server"),
            Map.entry("port", "port"),
            Map.entry("database", "database"),
            Map.entry("initialcatalog", "database"),
            Map.entry("uid", "username"),
            Map.entry("user", "username"),
            Map.entry("userid", "username"),
            Map.entry("username", "username"),
            Map.entry("pwd", "password"),
            Map.entry("password", "password"),
            Map.entry("sslmode", "sslMode"),
            Map.entry("usesystemtruststore", "useSystemTrustStore"),
            Map.entry("sslcert", "sslCert"),
            Map.entry("sslkey", "sslKey"),
            Map.entry("sslca", "sslCa"),
            Map.entry("connectiontimeout", "connectionTimeout"),
            Map.entry("connecttimeout", "connectionTimeout"),
            Map.entry("commandtimeout", "commandTimeout"),
            Map.entry("treattinyasboolean", "treatTinyAsBoolean"),
            Map.entry("allowzerodatetime", "allowZeroDateTime"),
            Map.entry("convertzerodatetime", "convertZeroDateTime"),
            Map.entry("guidformat", "guidFormat"));

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "MySQL",
            Set.of("MySql", "AzureMySql", "MariaDB", "AzureMariaDB"),
            Set.of("MySqlTable", "AzureMySqlTable", "MariaDBTable", "AzureMariaDBTable", "RelationalTable"),
            Set.of("MySqlSource", "AzureMySqlSource", "MariaDBSource", "AzureMariaDBSource", "RelationalSource"),
            Set.of("MySqlSink", "AzureMySqlSink", "MariaDBSink", "AzureMariaDBSink"),
            Dialect.capabilities(true, true),
            List.of(
                    new FieldDescriptor(
                            "connectionString",
                            false,
                            true,
                            "Server=…;Port=…;Database=…;UID=…;PWD=…; instead of members"),
                    new FieldDescriptor("server", false, false, "host name or IP address"),
                    new FieldDescriptor("port", false, false, "3306 unless given"),
                    new FieldDescriptor("database", false, false, "name of the database"),
                    new FieldDescriptor("username", false, false, "user to log in as"),
                    new FieldDescriptor("password", false, true, "the user's password"),
                    new FieldDescriptor(
                            "sslMode",
                            false,
                            false,
                            "0 disable, 1 prefer (encrypted where the server can, unchecked), 2 require, 3 verify-ca,"
                                    + " 4 verify-full"),
                    new FieldDescriptor("sslCa", false, false, "certificate of the authority, a file on the node"),
                    new FieldDescriptor("connectionTimeout", false, false, "seconds to wait for a connection; 15"),
                    new FieldDescriptor("commandTimeout", false, false, "seconds for a single statement"),
                    new FieldDescriptor("treatTinyAsBoolean", false, false, "true: tinyint(1) is a Boolean")));

    /// Encrypted where the server can, without checking its certificate: what MySQL's PREFERRED means.
    private static final String PREFER = "prefer";

    private final boolean tinyAsBoolean;
    private final boolean mayBePlain;

    MySqlDialect() {
        this(true, false);
    }

    private MySqlDialect(boolean tinyAsBoolean, boolean mayBePlain) {
        this.tinyAsBoolean = tinyAsBoolean;
        this.mayBePlain = mayBePlain;
    }

    @Override
    public String name() {
        return "MySQL";
    }

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public DriverName driver() {
        return DriverName.shipped("org.mariadb.jdbc.Driver", "org.mariadb.jdbc:mariadb-java-client");
    }

    @Override
    public Dialect of(Endpoint endpoint) {
        LinkedServiceMembers m = members(endpoint);
        return new MySqlDialect(
                m.settings().flag("treatTinyAsBoolean", true), sslMode(m).equals(PREFER));
    }

    /// Only a server that offers no encryption is spoken to without it, and only with `prefer`: an encryption that
    /// breaks off is a failure. The driver has no code of its own for that, so its words tell.
    @Override
    public Optional<Server> otherwise(Server server, SQLException failure) {
        return mayBePlain
                        && offersNoEncryption(failure)
                        && "trust".equals(server.properties().get("sslMode"))
                ? Optional.of(server.with("sslMode", "disable"))
                : Optional.empty();
    }

    private static boolean offersNoEncryption(SQLException e) {
        return "08000".equals(e.getSQLState())
                && String.valueOf(e.getMessage()).contains("ssl not enabled in the server");
    }

    private static LinkedServiceMembers members(Endpoint endpoint) {
        Map<String, String> names = new HashMap<>(NAMES);
        return LinkedServiceMembers.of(endpoint, names);
    }

    @Override
    public Server server(Endpoint endpoint) {
        LinkedServiceMembers m = members(endpoint);
        m.requireAuthentication("Basic");
        Settings s = m.settings();
        String host = m.host();
        int port = m.port(DEFAULT_PORT);
        String database = m.word("database");
        Map<String, String> properties = new HashMap<>();
        String mode = sslMode(m);
        properties.put("sslMode", mode.equals(PREFER) ? "trust" : mode);
        s.text("sslCa").ifPresent(file -> properties.put("serverSslCert", file));
        properties.put("connectTimeout", String.valueOf(m.connectSeconds() * 1_000));
        properties.put("allowLocalInfile", "true");
        properties.put("useServerPrepStmts", "false");
        properties.put("rewriteBatchedStatements", "true");
        properties.put("tinyInt1isBit", String.valueOf(tinyAsBoolean));
        properties.put("transformedBitIsBoolean", "true");
        properties.put("yearIsDateType", "false");
        properties.put("allowPublicKeyRetrieval", "true");
        Optional<SecretValue> password = s.secret("password").or(() -> s.secret("pwd"));
        return new Server(
                endpoint.side(),
                endpoint.linkedServiceName(),
                "jdbc:mariadb://" + host + ":" + port + "/" + database.replace(" ", "%20"),
                host,
                port,
                database,
                s.requiredText("username"),
                password,
                properties,
                Map.of(),
                m.connectSeconds(),
                m.commandSeconds());
    }

    /// With several statements in one text, which only the user's own texts may have.
    @Override
    public Server scripting(Server server) {
        return server.with("allowMultiQueries", "true");
    }

    /// A number as the linked service stores it, or a name in either spelling.
    private static String sslMode(LinkedServiceMembers m) {
        String given = m.settings()
                .text("sslMode")
                .filter(x -> !x.isBlank())
                .orElse("1")
                .strip();
        return switch (given.replace("-", "").replace("_", "").toLowerCase(Locale.ROOT)) {
            case "0", "disable", "disabled", "none" -> "disable";
            case "1", "prefer", "preferred" -> PREFER;
            case "2", "require", "required" -> "trust";
            case "3", "verifyca" -> "verify-ca";
            case "4", "verifyfull", "verifyidentity" -> "verify-full";
            default ->
                throw m.invalid("sslMode", "expected 0 to 4, or disable, prefer, require, verify-ca or verify-full");
        };
    }

    @Override
    public List<String> setUp(Server server) {
        return List.of(
                "SET time_zone = '+00:00', sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES'), net_write_timeout ="
                        + " 3600");
    }

    @Override
    public String quote(String identifier) {
        return '`' + identifier.replace("`", "``") + '`';
    }

    @Override
    public DataType type(ColumnMetadata m) {
        return switch (m.typeName()) {
            case "YEAR" -> DataType.INT16;
            case "JSON", "ENUM", "SET" -> DataType.STRING;
            case "UUID" -> DataType.GUID;
            case "GEOMETRY" -> DataType.BINARY;
            default ->
                switch (m.jdbcType()) {
                    // bit(1) is a Boolean, a longer one its bytes.
                    case Types.BIT, Types.BOOLEAN -> DataType.BOOLEAN;
                    case Types.TIME -> DataType.duration(6);
                    case Types.TIMESTAMP -> DataType.timestamp(6);
                    default -> StandardTypes.of(m);
                };
        };
    }

    @Override
    public String declared(DataType type) {
        return switch (type.kind()) {
            case BOOLEAN -> "BOOLEAN";
            case INT8 -> "TINYINT";
            case UINT8 -> "TINYINT UNSIGNED";
            case UINT16 -> "SMALLINT UNSIGNED";
            case UINT32 -> "INT UNSIGNED";
            case UINT64 -> "BIGINT UNSIGNED";
            case FLOAT32 -> "FLOAT";
            case FLOAT64 -> "DOUBLE";
            case DECIMAL -> "DECIMAL(" + type.precision() + "," + type.scale() + ")";
            case TIME, DURATION -> "TIME(6)";
            case TIMESTAMP, INSTANT -> "DATETIME(6)";
            case STRING -> "LONGTEXT";
            case BINARY -> "LONGBLOB";
            case GUID -> "CHAR(36)";
            case INT16, INT32, INT64, DATE -> StandardTypes.declared(type);
        };
    }

    @Override
    public Upsert upsert() {
        return Upsert.UPDATE_JOIN;
    }

    @Override
    public String emptyCopy(String table, String columns, String of) {
        return "CREATE TEMPORARY TABLE " + table + " AS SELECT " + columns + " FROM " + of + " WHERE 1 = 0";
    }

    @Override
    public void beforeReading(Connection connection) throws SQLException {
        // One snapshot for the whole of a SELECT comes with InnoDB; a transaction keeps it for the next one too.
        connection.setAutoCommit(false);
    }

    /// InnoDB's estimate.
    @Override
    public Optional<String> rowCount(TableName table) {
        return Optional.of("SELECT table_rows FROM information_schema.tables WHERE table_name = ?"
                + " AND table_schema = COALESCE(?, DATABASE())");
    }

    @Override
    public List<Partition> partitions(Session session, TableName table) {
        return session.query(
                "SELECT DISTINCT partition_name FROM information_schema.partitions WHERE table_name = ?"
                        + " AND table_schema = COALESCE(?, DATABASE()) AND partition_name IS NOT NULL ORDER BY 1",
                new Step(table.toString(), "read"),
                r -> new Partition(r.getString(1), table.sql(this) + " PARTITION (" + quote(r.getString(1)) + ")"),
                table.table(),
                table.schema().orElse(null));
    }

    @Override
    public Optional<String> bucket(String column, int count) {
        return Optional.of("COALESCE(MOD(CRC32(" + column + "), " + count + "), 0)");
    }

    @Override
    public RowReader.Form form(RelationalColumn column) {
        return switch (column.type().kind()) {
            // bit(1) travels as a byte.
            case BOOLEAN -> RowReader.Form.NATIVE;
            default -> RowReader.Form.RAW;
        };
    }

    @Override
    public Loader loader(LoadTarget target) {
        return LocalInfileLoader.isAllowed(target.session())
                ? new LocalInfileLoader(target)
                : Dialect.super.loader(target);
    }

    @Override
    public void bind(PreparedStatement s, int index, Object value, DataType type) throws SQLException {
        switch (type.kind()) {
            case GUID -> s.setString(index, value.toString());
            case INSTANT -> s.setObject(index, ((java.time.OffsetDateTime) value).toLocalDateTime());
            case TIME -> s.setString(index, value.toString());
            case DURATION -> s.setString(index, InfileText.time(value.toString()));
            default -> s.setObject(index, value);
        }
    }

    /// Codes of the MySQL error reference, the same in MariaDB.
    @Override
    public Optional<Meaning> meaning(SQLException e) {
        if (offersNoEncryption(e)) {
            return Optional.of(Meaning.TLS);
        }
        return Optional.ofNullable(
                switch (e.getErrorCode()) {
                    case 1045, 1698, 1251 -> Meaning.WRONG_PASSWORD;
                    case 1044, 1142, 1143, 1227, 1370 -> Meaning.DENIED;
                    case 1049 -> Meaning.DATABASE_MISSING;
                    case 1146 -> Meaning.TABLE_MISSING;
                    case 1040, 1203, 1226 -> Meaning.TOO_MANY_CONNECTIONS;
                    case 1205, 1213 -> Meaning.BUSY;
                    case 1021, 1114, 28, 1030 -> Meaning.DISK_FULL;
                    case 1048, 1364 -> Meaning.NULL_REFUSED;
                    case 1062, 1264, 1265, 1366, 1406, 1292, 1451, 1452, 3819, 4025 -> Meaning.ROW_REFUSED;
                    case 1969, 3024 -> Meaning.TIMEOUT;
                    case 1053, 1927, 2006, 2013 -> Meaning.LOST;
                    default -> null;
                });
    }
}
