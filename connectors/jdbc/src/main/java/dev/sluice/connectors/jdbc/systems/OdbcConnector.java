package dev.sluice.connectors.jdbc.systems;

import dev.sluice.connectors.jdbc.embedded.DuckDbConnector;
import dev.sluice.connectors.jdbc.embedded.SqliteConnector;
import dev.sluice.connectors.jdbc.mysql.MySqlConnector;
import dev.sluice.connectors.jdbc.postgresql.PostgreSqlConnector;
import dev.sluice.connectors.jdbc.relational.ConnectionString;
import dev.sluice.connectors.jdbc.sqlserver.SqlServerConnector;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.SqlConnector;
import dev.sluice.data.spi.SqlSession;
import dev.sluice.diagnosis.ConnectionFaults;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/// Data Factory's `Odbc` linked service: the driver that its connection string names tells which system it
/// is, and that system's own connector takes the rest of the string. Names of data sources (`DSN=…`) are
/// the configuration of another machine and are refused.
public final class OdbcConnector implements SqlConnector {
    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "ODBC",
            Set.of("Odbc"),
            Set.of("OdbcTable", "RelationalTable"),
            Set.of("OdbcSource", "RelationalSource"),
            Set.of("OdbcSink"),
            Set.of(Capability.READ, Capability.WRITE, Capability.SPLIT),
            List.of(
                    new FieldDescriptor("connectionString", true, true, "Driver={…};Server=…;Database=…;…"),
                    new FieldDescriptor("authenticationType", false, false, "Basic or Anonymous"),
                    new FieldDescriptor("userName", false, false, "user to log in as"),
                    new FieldDescriptor("password", false, true, "the user's password")));

    /// Words in a driver's name, in the order in which they are looked for, to the connector of the system.
    private static final Map<String, Supplier<SqlConnector>> SYSTEMS = systems();

    private static Map<String, Supplier<SqlConnector>> systems() {
        Map<String, Supplier<SqlConnector>> s = new LinkedHashMap<>();
        s.put("sql server", SqlServerConnector::new);
        s.put("sql native client", SqlServerConnector::new);
        s.put("postgres", PostgreSqlConnector::new);
        s.put("psqlodbc", PostgreSqlConnector::new);
        s.put("mysql", MySqlConnector::new);
        s.put("mariadb", MySqlConnector::new);
        s.put("sqlite", SqliteConnector::new);
        s.put("duckdb", DuckDbConnector::new);
        s.put("oracle", OracleConnector::new);
        s.put("db2", Db2Connector::new);
        s.put("snowflake", SnowflakeConnector::new);
        s.put("teradata", TeradataConnector::new);
        s.put("informix", InformixConnector::new);
        s.put("vertica", VerticaConnector::new);
        s.put("redshift", RedshiftConnector::new);
        s.put("clickhouse", ClickHouseConnector::new);
        s.put("hdbodbc", SapHanaConnector::new);
        s.put("adaptive server enterprise", SybaseConnector::new);
        s.put("sybase", SybaseConnector::new);
        s.put("trino", TrinoConnector::new);
        s.put("presto", TrinoConnector::new);
        return s;
    }

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Source source(Endpoint endpoint, JobContext job) {
        return connector(endpoint).source(asItsOwn(endpoint), job);
    }

    @Override
    public Sink sink(Endpoint endpoint, JobContext job) {
        return connector(endpoint).sink(asItsOwn(endpoint), job);
    }

    @Override
    public SqlSession session(Endpoint endpoint, JobContext job) {
        return connector(endpoint).session(asItsOwn(endpoint), job);
    }

    private static Map<String, String> entries(Endpoint e) {
        String text = e.linkedService()
                .secret("connectionString")
                .map(SecretValue::reveal)
                .orElseThrow(() -> e.linkedService().missing("connectionString"));
        return ConnectionString.parse(text, e.linkedServiceName());
    }

    /// The connector of the system that the driver's name speaks of.
    static SqlConnector connector(Endpoint e) {
        Map<String, String> entries = entries(e);
        String driver = entries.get("driver");
        if (driver == null) {
            throw ConnectionFaults.SETTING_INVALID
                    .problem()
                    .at(e.linkedService().pointer())
                    .evidence("setting", "connectionString")
                    .evidence("store", e.linkedServiceName())
                    .evidence(
                            "detail",
                            entries.containsKey("dsn")
                                    ? "DSN names a data source of another machine; write Driver={…} and the server instead"
                                    : "it has no Driver={…}")
                    .exception();
        }
        String lower = driver.toLowerCase(Locale.ROOT);
        return SYSTEMS.entrySet().stream()
                .filter(s -> lower.contains(s.getKey()))
                .findFirst()
                .orElseThrow(() -> ConnectionFaults.ODBC_DRIVER_UNKNOWN
                        .problem()
                        .at(e.linkedService().pointer())
                        .evidence("driver", driver)
                        .evidence("store", e.linkedServiceName())
                        .evidence("known", String.join(", ", SYSTEMS.keySet()))
                        .exception())
                .getValue()
                .get();
    }

    /// The same linked service with the string's entries as members, without the driver.
    static Endpoint asItsOwn(Endpoint e) {
        Map<String, Object> members = new HashMap<>();
        entries(e).forEach((name, value) -> {
            if (!name.equals("driver")) {
                members.put(name, name.equals("pwd") || name.equals("password") ? new SecretValue(value) : value);
            }
        });
        Settings given = e.linkedService();
        given.text("userName").ifPresent(user -> {
            members.keySet().removeAll(List.of("uid", "user", "userid"));
            members.put("username", user);
        });
        given.secret("password").ifPresent(p -> {
            members.remove("pwd");
            members.put("password", p);
        });
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
}
