package dev.sluice.connectors.jdbc.systems;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.jdbc.mysql.MySqlConnector;
import dev.sluice.connectors.jdbc.postgresql.PostgreSqlConnector;
import dev.sluice.connectors.jdbc.sqlserver.SqlServerConnector;
import dev.sluice.data.spi.Connector;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SystemsTest {
    private static Endpoint endpoint(String type, Map<String, Object> members) {
        return new Endpoint(
                Kind.SOURCE,
                "Shop",
                type,
                new Settings("/linkedService", members),
                "Table",
                type + "Table",
                new Settings("/dataset", Map.of("tableName", "orders")),
                new Settings("/source", Map.of()));
    }

    private static ProblemException failure(TableConnector connector, Endpoint endpoint) {
        try (TestJob job = new TestJob()) {
            connector.source(endpoint, job).close();
        } catch (ProblemException e) {
            assertThat(e.problem().message() + e.problem().evidence()).doesNotContain("s3cret");
            return e;
        }
        throw new AssertionError("it connected");
    }

    @Test
    void a_driver_that_is_not_installed_is_named_with_where_it_was_looked_for_and_how_to_get_it() {
        for (TableConnector c : List.of(
                new Db2Connector(),
                new OracleConnector(),
                new TeradataConnector(),
                new InformixConnector(),
                new SybaseConnector(),
                new VerticaConnector(),
                new RedshiftConnector(),
                new TrinoConnector(),
                new ClickHouseConnector(),
                new SapHanaConnector())) {
            String type = c.descriptor().linkedServiceTypes().stream()
                    .sorted()
                    .findFirst()
                    .orElseThrow();
            Map<String, Object> members = new HashMap<>(Map.of(
                    "server", "db.example.org",
                    "database", "shop",
                    "username", "u",
                    "password", new SecretValue("s3cret")));
            if (type.equals("Informix")) {
                members.put(
                        "connectionString",
                        new SecretValue("Host=db.example.org;Server=ifx;Service=9088;Database=shop"));
                members.remove("server");
            }
            if (type.equals("SapHana") || type.equals("Teradata")) {
                members.remove("database");
            }
            ProblemException e = failure(c, endpoint(type, members));
            assertThat(e.problem().fault()).as(type).isEqualTo(ConnectionFaults.DRIVER_MISSING);
            assertThat(e.problem().message()).contains("class path").doesNotContain("unknown)");
            assertThat(e.problem().evidence().toString()).contains("coordinates");
        }
    }

    @Test
    void a_linked_service_becomes_a_url_and_properties_without_secrets() {
        SystemDialect d = new SystemDialect(
                        "Db2",
                        dev.sluice.connectors.jdbc.relational.DriverName.toBeAdded("x.Y", "db2", "g:a"),
                        "jdbc:db2://{server}:{port}/{database}",
                        50_000)
                .serves("Db2")
                .property("sslmode", "ssl");
        var plain = d.server(endpoint(
                "Db2",
                Map.of("connectionString", new SecretValue("Server=h:446;Database=shop;UID=u;PWD=s3cret;sslMode=on"))));
        assertThat(plain.url()).isEqualTo("jdbc:db2://h:446/shop");
        assertThat(plain.properties()).isEqualTo(Map.of("ssl", "on"));
        assertThat(plain.user()).isEqualTo("u");
        assertThat(plain.toString()).doesNotContain("s3cret");
        for (String bad : List.of("h/../x", "h?x=1", "h;a=b")) {
            assertThatThrownBy(() -> d.server(endpoint("Db2", Map.of("server", bad, "database", "shop"))))
                    .as(bad)
                    .isInstanceOf(ProblemException.class);
        }
        assertThatThrownBy(() -> d.server(endpoint("Db2", Map.of("server", "h", "database", "shop;traceFile=/etc/x"))))
                .isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> d.server(endpoint("Db2", Map.of("server", "h", "database", "s", "traceFile", "/x"))))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().fault()).isEqualTo(ConnectionFaults.SETTING_NOT_ALLOWED));
    }

    @Test
    void the_driver_of_an_odbc_string_tells_the_system() {
        Map<String, Class<?>> systems = Map.of(
                "{ODBC Driver 17 for SQL Server}", SqlServerConnector.class,
                "{PostgreSQL Unicode(x64)}", PostgreSqlConnector.class,
                "{MySQL ODBC 8.0 Unicode Driver}", MySqlConnector.class,
                "{Oracle in OraClient19Home1}", OracleConnector.class,
                "{IBM DB2 ODBC DRIVER}", Db2Connector.class,
                "{HDBODBC}", SapHanaConnector.class);
        systems.forEach((driver, connector) -> assertThat(OdbcConnector.connector(
                        endpoint("Odbc", Map.of("connectionString", "Driver=" + driver + ";Server=h;Database=d"))))
                .isInstanceOf(connector));
        Endpoint own = OdbcConnector.asItsOwn(endpoint(
                "Odbc",
                Map.of(
                        "connectionString",
                        new SecretValue("Driver={MySQL};Server=h;Port=3307;UID=a;PWD=s3cret"),
                        "userName",
                        "b")));
        assertThat(own.linkedService().text("username")).contains("b");
        assertThat(own.linkedService().names()).doesNotContain("driver", "uid");
        assertThat(own.linkedService().toString()).doesNotContain("s3cret");
    }

    @Test
    void an_odbc_string_without_a_known_driver_says_which_are_known() {
        ProblemException unknown = failure(
                new OdbcConnector(), endpoint("Odbc", Map.of("connectionString", "Driver={Lotus Notes};Server=h")));
        assertThat(unknown.problem().fault()).isEqualTo(ConnectionFaults.ODBC_DRIVER_UNKNOWN);
        assertThat(unknown.problem().resolution().toString()).contains("postgres");
        assertThat(failure(new OdbcConnector(), endpoint("Odbc", Map.of("connectionString", "DSN=Sales")))
                        .problem()
                        .message())
                .contains("DSN");
    }

    @Test
    void a_snowflake_url_and_members_mean_the_same() {
        SnowflakeDialect d = new SnowflakeDialect();
        var fromUrl = d.server(endpoint(
                "Snowflake",
                Map.of(
                        "connectionString",
                        new SecretValue(
                                "jdbc:snowflake://xy1.snowflakecomputing.com/?user=u&db=shop&warehouse=w&role=r"),
                        "password",
                        new SecretValue("s3cret"))));
        var fromMembers = d.server(endpoint(
                "SnowflakeV2",
                Map.of(
                        "accountIdentifier", "xy1",
                        "user", "u",
                        "database", "shop",
                        "warehouse", "w",
                        "role", "r",
                        "password", new SecretValue("s3cret"))));
        assertThat(fromUrl.url()).isEqualTo(fromMembers.url()).isEqualTo("jdbc:snowflake://xy1.snowflakecomputing.com");
        assertThat(fromUrl.properties()).isEqualTo(fromMembers.properties()).containsEntry("db", "shop");
        assertThatThrownBy(() -> d.server(endpoint(
                        "Snowflake",
                        Map.of(
                                "connectionString",
                                "jdbc:snowflake://xy1.snowflakecomputing.com/?user=u&db=s&tracing=ALL"))))
                .isInstanceOf(ProblemException.class);
    }

    @Test
    void a_generic_url_has_no_parameters() {
        JdbcDialect d = new JdbcDialect();
        assertThat(d.server(endpoint("Jdbc", Map.of("url", "jdbc:h2:mem:shop", "driver", "org.h2.Driver")))
                        .url())
                .isEqualTo("jdbc:h2:mem:shop");
        for (String bad :
                List.of("jdbc:h2:mem:x;INIT=RUNSCRIPT FROM 'a'", "jdbc:mysql://h/d?autoDeserialize=true", "http://x")) {
            assertThatThrownBy(() -> d.server(endpoint("Jdbc", Map.of("url", bad, "driver", "org.h2.Driver"))))
                    .as(bad)
                    .isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void no_linked_service_type_is_served_by_two_connectors() {
        Set<String> seen = new HashSet<>();
        List<String> twice = new ArrayList<>();
        ServiceLoader.load(Connector.class)
                .forEach(c -> c.descriptor().linkedServiceTypes().forEach(t -> {
                    if (!seen.add(t.toLowerCase(Locale.ROOT))) {
                        twice.add(t);
                    }
                }));
        assertThat(twice).isEmpty();
        assertThat(seen).contains("sqlserver", "azuresqldatabase", "oracle", "db2", "mysql", "snowflakev2", "odbc");
    }
}
