package dev.sluice.connectors.jdbc.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.connectors.jdbc.postgresql.Database.Door;
import dev.sluice.connectors.jdbc.postgresql.Database.Job;
import dev.sluice.data.spi.Connector;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Source;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;

class ConnectingTest {
    private final PostgreSqlConnector connector = new PostgreSqlConnector();

    private static Map<String, Object> with(String name, Object value) {
        Map<String, Object> service = Database.service();
        service.put(name, value);
        return service;
    }

    private Problem problem(Map<String, Object> service) {
        return problem(service, Map.of("query", "SELECT 1 AS one"));
    }

    private Problem problem(Map<String, Object> service, Map<String, Object> activity) {
        Endpoint endpoint = Database.endpoint(Kind.SOURCE, service, "", activity);
        ProblemException e = catchThrowableOfType(ProblemException.class, () -> {
            try (Source s = connector.source(endpoint, new Job())) {
                Database.read(s, 1);
            }
        });
        assertThat(e).as("a problem").isNotNull();
        for (Throwable t = e; t != null; t = t.getCause()) {
            assertThat(t.toString()).doesNotContain(Database.PASSWORD);
        }
        assertThat(e.problem().evidence().toString()).doesNotContain(Database.PASSWORD);
        assertThat(e.problem().message()).doesNotContain("unknown)");
        assertThat(e.problem().resolution().toString()).doesNotContain("unknown)");
        return e.problem();
    }

    @Test
    void the_engine_finds_the_connector_by_its_types() {
        assertThat(ServiceLoader.load(Connector.class).stream()
                        .map(p -> p.get().descriptor())
                        .filter(d -> d.name().equals("PostgreSQL")))
                .singleElement()
                .satisfies(d -> {
                    assertThat(d.linkedServiceTypes()).contains("PostgreSql", "PostgreSqlV2", "AzurePostgreSql");
                    assertThat(d.sinkTypes()).contains("AzurePostgreSqlSink");
                    assertThat(d.fields().stream().filter(f -> f.secret()).map(f -> f.name()))
                            .containsExactly("connectionString", "password", "sslPassword");
                });
    }

    @Test
    void a_connection_string_reaches_the_same_server() throws Exception {
        int port = Database.server().getPort();
        for (String text : List.of(
                "Host=localhost;Port=" + port + ";Database=postgres;UID=postgres;Password={a;b}}c};EncryptionMethod=0",
                "Server=127.0.0.1;Port=" + port
                        + ";Database='postgres';User Id=postgres;Password=\"p;w\";SSL Mode=Prefer;"
                        + "Timeout=5;Command Timeout=30;Search Path=public;Timezone=Europe/Berlin")) {
            Endpoint endpoint = Database.endpoint(
                    Kind.SOURCE,
                    Map.of("connectionString", new SecretValue(text)),
                    "",
                    Map.of("query", "SELECT current_user || current_database() AS who"));
            try (Source s = connector.source(endpoint, new Job())) {
                assertThat(Database.read(s, 1)).containsExactly("postgrespostgres");
            }
        }
    }

    @Test
    void only_listed_properties_reach_the_driver() {
        Problem p = problem(Map.of("connectionString", "Host=h;Database=d;UID=u;socketFactory=evil.Factory"));
        assertThat(p.code()).isEqualTo("ConnectionSettingNotAllowed");
        assertThat(p.message()).contains("socketfactory");
        assertThat(problem(with("loggerFile", "/tmp/x")).code()).isEqualTo("ConnectionSettingNotAllowed");
        for (String host : List.of("h/x?socketFactory=y", "a,b", "h:1", "", " ", "-h", "h\n")) {
            assertThat(problem(with("server", host)).code())
                    .as(host)
                    .isIn("ConnectionSettingInvalid", "MemberRequired");
        }
        assertThat(problem(with("port", new BigDecimal("70000"))).code()).isEqualTo("MemberInvalid");
        assertThat(problem(with("sslMode", "maybe")).code()).isEqualTo("ConnectionSettingInvalid");
        assertThat(problem(with("authenticationType", "ServicePrincipal")).code())
                .isEqualTo("MemberInvalid");
        assertThat(problem(Map.of("connectionString", "Host")).code()).isEqualTo("ConnectionSettingInvalid");
        assertThat(problem(Map.of("connectionString", "Host=h;Password='" + Database.PASSWORD))
                        .code())
                .isEqualTo("ConnectionSettingInvalid");
    }

    @Test
    void a_database_name_is_no_way_to_pass_properties() {
        Problem p = problem(with("database", "postgres?loggerFile=/tmp/x&user=other"));
        assertThat(p.code()).isEqualTo("DatabaseNotFound");
    }

    @Test
    void a_wrong_password_is_told_from_everything_else() throws Exception {
        requirePassword();
        Map<String, Object> service = with("username", "guarded");
        Problem wrong = problem(service);
        assertThat(wrong.code()).isEqualTo("CredentialRejected");
        assertThat(wrong.kind()).isEqualTo(Kind.SOURCE);
        assertThat(wrong.evidence()).containsEntry("status", "28P01").containsEntry("user", "guarded");
        service.remove("password");
        assertThat(problem(service).code()).isEqualTo("CredentialRejected");
        service.put("password", "right");
        Endpoint right = Database.endpoint(Kind.SOURCE, service, "", Map.of("query", "SELECT 1 AS one"));
        try (Source s = connector.source(right, new Job())) {
            assertThat(Database.read(s, 1)).containsExactly("1");
        }
    }

    private static void requirePassword() throws Exception {
        Database.sql(
                "DROP ROLE IF EXISTS guarded",
                "CREATE ROLE guarded LOGIN PASSWORD 'right'",
                "ALTER SYSTEM SET log_min_messages = 'panic'");
        Path hba = Path.of(Database.rows("SHOW hba_file").getFirst());
        String rule = "host all guarded all scram-sha-256\n";
        String rules = Files.readString(hba);
        if (!rules.startsWith(rule)) {
            Files.writeString(hba, rule + rules);
        }
        Database.sql("SELECT pg_reload_conf()");
    }

    @Test
    void an_unknown_database_host_or_port_is_named() throws Exception {
        assertThat(problem(with("database", "nowhere")).message())
                .contains("'nowhere'")
                .contains(String.valueOf(Database.server().getPort()));
        assertThat(problem(with("server", "no-such-host.invalid")).code()).isEqualTo("HostNameUnresolvable");
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        Problem refused = problem(with("port", BigDecimal.valueOf(free)));
        assertThat(refused.code()).isEqualTo("ConnectionRefused");
        assertThat(refused.fault().retryable()).isTrue();
        assertThat(refused.kind()).isEqualTo(Kind.SOURCE);
    }

    @Test
    void an_address_of_version_6_is_one_host() throws Exception {
        for (String host : List.of("::1", "[::1]")) {
            assertThat(PostgresServer.of(Database.endpoint(Kind.SOURCE, with("server", host), "", Map.of()))
                            .dataSource()
                            .getURL())
                    .startsWith("jdbc:postgresql://[::1]:" + Database.server().getPort() + "/postgres");
        }
    }

    @Test
    void a_server_that_does_not_answer_is_given_up() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Map<String, Object> service = with("port", BigDecimal.valueOf(silent.getLocalPort()));
            service.put("server", "127.0.0.1");
            service.put("connectionTimeout", BigDecimal.ONE);
            assertThat(problem(service).code()).isEqualTo("ConnectionTimedOut");
        }
    }

    @Test
    void missing_tables_and_rights_and_wrong_queries_are_named() throws Exception {
        Database.sql(
                "DROP TABLE IF EXISTS private",
                "CREATE TABLE private (id int)",
                "DO 'BEGIN CREATE ROLE stranger LOGIN; EXCEPTION WHEN duplicate_object THEN NULL; END'");
        Problem missing = problem(Database.service(), Map.of("query", "SELECT * FROM nothing_there"));
        assertThat(missing.code()).isEqualTo("TableNotFound");
        assertThat(missing.evidence().get("detail")).contains("nothing_there");
        Problem denied = problem(with("username", "stranger"), Map.of("query", "SELECT * FROM private"));
        assertThat(denied.code()).isEqualTo("PermissionDenied");
        assertThat(denied.message()).contains("'stranger'").contains("read");
        Problem syntax = problem(Database.service(), Map.of("query", "SELECT 1 FORM x"));
        assertThat(syntax.code()).isEqualTo("QueryFailed");
        assertThat(syntax.location()).isEqualTo("query, character 15");
        Problem division = problem(Database.service(), Map.of("query", "SELECT 1 / (random() * 0)::int AS x"));
        assertThat(division.code()).isEqualTo("QueryFailed");
        assertThat(division.message()).contains("division by zero");
        Problem change =
                problem(Database.service(), Map.of("query", "SELECT set_config('a.b', nextval('s')::text, true)"));
        assertThat(change.code()).isIn("QueryFailed", "TableNotFound");
        Problem timeout = problem(
                Database.service(), Map.of("query", "SELECT pg_sleep(60)::text AS s", "queryTimeout", "00:00:01"));
        assertThat(timeout.message()).contains("statement timeout");
    }

    @Test
    void a_table_of_that_name_is_found_in_any_spelling() throws Exception {
        Database.sql(
                "CREATE SCHEMA IF NOT EXISTS \"My Schema\"",
                "DROP TABLE IF EXISTS \"My Schema\".\"T.a\"\"ble\"",
                "CREATE TABLE \"My Schema\".\"T.a\"\"ble\" AS SELECT 1 AS \"Co\"\"l\"");
        for (Map<String, Object> dataset : List.<Map<String, Object>>of(
                Map.of("schema", "My Schema", "table", "T.a\"ble"),
                Map.of("tableName", "\"My Schema\".\"T.a\"\"ble\""),
                Map.of("tableName", "My Schema.\"T.a\"\"ble\""))) {
            Endpoint e = Database.source("", Map.of());
            Endpoint named = new Endpoint(
                    e.side(),
                    e.linkedServiceName(),
                    e.linkedServiceType(),
                    e.linkedService(),
                    e.datasetName(),
                    e.datasetType(),
                    new dev.sluice.data.spi.Settings("/d", dataset),
                    e.activity());
            try (Source s = connector.source(named, new Job())) {
                assertThat(s.schema().names()).containsExactly("Co\"l");
                assertThat(Database.read(s, 4)).containsExactly("1");
            }
        }
        assertThatThrownBy(() -> connector.source(Database.source("Orders", Map.of()), new Job()))
                .hasMessageContaining("The table Orders does not exist in Shop");
    }

    @Test
    void too_many_connections_are_told_as_such() throws Exception {
        Database.sql(
                "DO 'BEGIN CREATE ROLE crowd LOGIN CONNECTION LIMIT 1; EXCEPTION WHEN duplicate_object THEN NULL; END'");
        Endpoint first =
                Database.endpoint(Kind.SOURCE, with("username", "crowd"), "", Map.of("query", "SELECT 1 AS one"));
        try (Source s = connector.source(first, new Job())) {
            assertThat(s.schema().size()).isEqualTo(1);
            assertThat(problem(with("username", "crowd")).code()).isEqualTo("ConnectionLimitReached");
        }
    }

    @Test
    void a_connection_cut_in_the_middle_is_told_as_such() throws Exception {
        Endpoint e = Database.source(
                "", Map.of("query", "SELECT i, repeat('x', 1000) AS x FROM generate_series(1, 200000) i"));
        try (Source s = connector.source(e, new Job())) {
            var split = s.splits(1).getFirst();
            ProblemException cut = catchThrowableOfType(ProblemException.class, () -> {
                try (var reader = s.open(split, new int[] {0, 1}, Door.strict());
                        var batch = new dev.sluice.data.batch.Batch(s.schema(), 100, new Job().memory())) {
                    reader.read(batch);
                    batch.clear();
                    Database.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                            + " WHERE application_name = 'sluice' AND query LIKE 'COPY%repeat%'");
                    while (reader.read(batch)) {
                        batch.clear();
                    }
                }
            });
            assertThat(cut.problem().code()).isEqualTo("ConnectionLost");
            assertThat(cut.problem().fault().retryable()).isTrue();
        }
    }

    @Test
    void a_server_that_hangs_up_at_once_is_told_as_lost() throws IOException, InterruptedException {
        try (ServerSocket rude = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            List<Socket> taken = new ArrayList<>();
            Thread t = Thread.ofPlatform().start(() -> {
                try {
                    while (true) {
                        Socket s = rude.accept();
                        taken.add(s);
                        s.close();
                    }
                } catch (IOException closed) {
                    assertThat(rude.isClosed()).isTrue();
                }
            });
            Map<String, Object> service = new HashMap<>(with("port", BigDecimal.valueOf(rude.getLocalPort())));
            service.put("server", "127.0.0.1");
            assertThat(problem(service).code()).isEqualTo("ConnectionLost");
            rude.close();
            t.join();
            assertThat(taken).isNotEmpty();
        }
    }
}
