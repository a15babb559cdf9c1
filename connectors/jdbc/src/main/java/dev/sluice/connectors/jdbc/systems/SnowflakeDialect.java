package dev.sluice.connectors.jdbc.systems;

import dev.sluice.connectors.jdbc.relational.Dialect;
import dev.sluice.connectors.jdbc.relational.DriverName;
import dev.sluice.connectors.jdbc.relational.LinkedServiceMembers;
import dev.sluice.connectors.jdbc.relational.Meaning;
import dev.sluice.connectors.jdbc.relational.Server;
import dev.sluice.connectors.jdbc.relational.StandardTypes;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/// What Snowflake does differently. `Snowflake` has a JDBC URL as its connection string, `SnowflakeV2` members. Batches
/// of INSERT are what the driver itself uploads to a stage of its own once they are large.
final class SnowflakeDialect implements Dialect {
    private static final Pattern ACCOUNT = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,200}");
    private static final String SUFFIX = ".snowflakecomputing.com";

    private static final Map<String, String> NAMES = LinkedServiceMembers.usualAnd(Map.of(
            "accountidentifier", "accountIdentifier",
            "warehouse", "warehouse",
            "role", "role",
            "schema", "schema",
            "host", "host"));

    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "Snowflake",
            Set.of("Snowflake", "SnowflakeV2"),
            Set.of("SnowflakeTable", "SnowflakeV2Table"),
            Set.of("SnowflakeSource", "SnowflakeV2Source"),
            Set.of("SnowflakeSink", "SnowflakeV2Sink"),
            Dialect.capabilities(true, true),
            List.of(
                    new FieldDescriptor(
                            "connectionString",
                            false,
                            true,
                            "jdbc:snowflake://ACCOUNT.snowflakecomputing.com/?user=…&db=…&warehouse=…"),
                    new FieldDescriptor("accountIdentifier", false, false, "the account"),
                    new FieldDescriptor("user", false, false, "user to log in as"),
                    new FieldDescriptor("password", false, true, "the user's password"),
                    new FieldDescriptor("database", false, false, "name of the database"),
                    new FieldDescriptor("warehouse", false, false, "where statements run"),
                    new FieldDescriptor("role", false, false, "role of the session"),
                    new FieldDescriptor("schema", false, false, "where names without a schema are looked up"),
                    new FieldDescriptor("host", false, false, "host, where it is not ACCOUNT.snowflakecomputing.com")));

    @Override
    public String name() {
        return "Snowflake";
    }

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public DriverName driver() {
        return DriverName.toBeAdded(
                "net.snowflake.client.jdbc.SnowflakeDriver", "snowflake", "net.snowflake:snowflake-jdbc");
    }

    @Override
    public Server server(Endpoint endpoint) {
        LinkedServiceMembers m = LinkedServiceMembers.of(asMembers(endpoint), NAMES);
        m.requireAuthentication("Basic");
        Settings s = m.settings();
        String account =
                s.text("host").filter(h -> !h.isBlank()).orElseGet(() -> s.requiredText("accountIdentifier") + SUFFIX);
        if (!ACCOUNT.matcher(account).matches()) {
            throw m.invalid("accountIdentifier", "it must be the account's identifier, such as xy12345.eu-central-1");
        }
        Map<String, String> properties = new HashMap<>();
        properties.put("db", s.requiredText("database"));
        for (String name : List.of("warehouse", "role", "schema")) {
            s.text(name).filter(v -> !v.isBlank()).ifPresent(v -> properties.put(name, v));
        }
        properties.put("loginTimeout", String.valueOf(m.connectSeconds()));
        properties.put("JDBC_QUERY_RESULT_FORMAT", "JSON");
        properties.put("application", "sluice");
        return Server.of(m, "jdbc:snowflake://" + account, account, 443, s.requiredText("database"), properties);
    }

    /// The connection string, a URL, as members of the newer form.
    private static Endpoint asMembers(Endpoint e) {
        Settings given = e.linkedService();
        String url = given.secret("connectionString").map(SecretValue::reveal).orElse("");
        if (!url.toLowerCase(Locale.ROOT).startsWith("jdbc:snowflake://")) {
            return e;
        }
        Map<String, Object> members = new HashMap<>();
        given.names().forEach(n -> members.put(n, given.value(n).orElseThrow()));
        members.remove("connectionString");
        String rest = url.substring("jdbc:snowflake://".length());
        int slash = rest.indexOf('/');
        int question = rest.indexOf('?');
        int end = slash >= 0 ? slash : question >= 0 ? question : rest.length();
        members.put("host", rest.substring(0, end).replaceFirst(":443$", ""));
        for (String pair : (question < 0 ? "" : rest.substring(question + 1)).split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                String name = pair.substring(0, equals);
                String value =
                        java.net.URLDecoder.decode(pair.substring(equals + 1), java.nio.charset.StandardCharsets.UTF_8);
                members.putIfAbsent(name, name.equalsIgnoreCase("password") ? new SecretValue(value) : value);
            }
        }
        return new Endpoint(
                e.side(),
                e.linkedServiceName(),
                e.linkedServiceType(),
                new Settings(given.pointer(), members),
                e.datasetName(),
                e.datasetType(),
                e.dataset(),
                e.activity());
    }

    @Override
    public List<String> setUp(Server server) {
        return List.of("ALTER SESSION SET TIMEZONE = 'UTC', TIMESTAMP_TYPE_MAPPING = 'TIMESTAMP_NTZ'");
    }

    @Override
    public String emptyCopy(String table, String columns, String of) {
        return "CREATE TEMPORARY TABLE " + table + " AS SELECT " + columns + " FROM " + of + " WHERE 1 = 0";
    }

    @Override
    public String declared(DataType type) {
        return switch (type.kind()) {
            case STRING -> "VARCHAR";
            case BINARY -> "BINARY";
            case INSTANT -> "TIMESTAMP_TZ(" + type.scale() + ")";
            case TIMESTAMP -> "TIMESTAMP_NTZ(" + type.scale() + ")";
            case FLOAT32, FLOAT64 -> "FLOAT";
            case BOOLEAN,
                    INT8,
                    UINT8,
                    INT16,
                    UINT16,
                    INT32,
                    UINT32,
                    INT64,
                    UINT64,
                    DECIMAL,
                    DATE,
                    TIME,
                    DURATION,
                    GUID -> StandardTypes.declared(type);
        };
    }

    @Override
    public Optional<Meaning> meaning(SQLException e) {
        return Optional.ofNullable(
                switch (e.getErrorCode()) {
                    case 390_100, 390_144 -> Meaning.WRONG_PASSWORD;
                    case 2003 -> Meaning.TABLE_MISSING;
                    case 3001 -> Meaning.DENIED;
                    case 100_072 -> Meaning.NULL_REFUSED;
                    case 100_038, 100_039, 100_078 -> Meaning.ROW_REFUSED;
                    case 630 -> Meaning.TIMEOUT;
                    default -> null;
                });
    }
}
