package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.demo.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// The guide's first copy, read from the page and done: its files as they stand there, its commands as typed there.
/// Replaced are only what names a machine: host, folder, port, password.
@ExtendWith(Stage.class)
class GuideTest {
    private static final Path PAGE = Project.root().resolve("docs/guide/first-copy.md");
    private static final Pattern FILE = Pattern.compile("(?m)^  (\\w+/\\w+\\.json)\\s+((?:.+\\n)(?:   {16,}.+\\n)*)");

    @TempDir
    Path folder;

    private final List<Program> started = new ArrayList<>();
    private Path landing;

    @BeforeEach
    void lay_out(Database database) throws IOException, SQLException {
        landing = Files.createDirectories(folder.resolve("landing"));
        Files.createSymbolicLink(folder.resolve("sluice"), Project.root().resolve("sluice"));
        try (Connection c = Stage.superuser(database);
                Statement s = c.createStatement()) {
            s.execute("DROP DATABASE IF EXISTS shop");
            s.execute("DROP ROLE IF EXISTS reader");
            s.execute("CREATE ROLE reader LOGIN PASSWORD 'guide'");
            s.execute("CREATE DATABASE shop");
        }
        try (Connection c = DriverManager.getConnection(
                        "jdbc:postgresql://127.0.0.1:" + database.port() + "/shop", "postgres", "postgres");
                Statement s = c.createStatement()) {
            s.execute("CREATE TABLE orders AS SELECT g AS id, 'order ' || g AS what FROM generate_series(1, 1000) g");
            s.execute("GRANT SELECT ON orders TO reader");
        }
        String page = Files.readString(PAGE)
                .replace("\"port\":5432", "\"port\":" + database.port())
                .replace("/data/landing", landing.toString());
        Matcher files = FILE.matcher(page);
        int count = 0;
        while (files.find()) {
            GitFolder.write(folder.resolve("my-factory").resolve(files.group(1)), files.group(2));
            count++;
        }
        assertThat(count).as("files shown in the guide").isEqualTo(5);
    }

    @AfterEach
    void stop() {
        started.forEach(Program::close);
    }

    /// The commands of the page's section with that heading, in their order.
    private static List<String> commands(String heading) throws IOException {
        String page = Files.readString(PAGE);
        int start = page.indexOf("\n## " + heading);
        assertThat(start).as(heading).isPositive();
        int end = page.indexOf("\n## ", start + 4);
        return page.substring(start, end)
                .lines()
                .filter(l -> l.startsWith("$ "))
                .map(l -> l.substring(2))
                .toList();
    }

    private Program shell(String name, String script) {
        Program program =
                Program.start(name, folder, List.of("sh", "-e", "-c", script), Map.of("SLUICE_NO_BUILD", "1"));
        started.add(program);
        return program;
    }

    private void succeeds(String name, String script) {
        Program program = shell(name, script);
        assertThat(program.awaitExit())
                .as("%s%n%s%n%s", script, program.output(), program.messages())
                .isZero();
    }

    private void assertCopied() throws SQLException {
        Path file = landing.resolve("orders/2026-01-31.parquet");
        try (Connection c = DriverManager.getConnection("jdbc:duckdb:");
                Statement s = c.createStatement();
                ResultSet r = s.executeQuery("SELECT count(*) || ' ' || sum(id) FROM read_parquet('" + file + "')")) {
            r.next();
            assertThat(r.getString(1)).isEqualTo("1000 500500");
        }
    }

    @Test
    void the_git_folder_is_run_offline() throws Exception {
        GitFolder.write(
                folder.resolve("local.json"), "{\"OrdersDb\": {\"server\": \"localhost\", \"password\": \"guide\"}}");
        List<String> typed = commands("1.");
        assertThat(typed).anyMatch(c -> c.startsWith("./sluice run my-factory"));
        for (String command : typed) {
            succeeds("offline", command);
        }
        assertCopied();
    }

    @Test
    void the_factory_is_run_by_a_service_and_another_node_joins(Database database) throws Exception {
        Path linked = folder.resolve("my-factory/linkedService/OrdersDb.json");
        GitFolder.write(
                linked,
                Files.readString(linked)
                        .replace("db.example.org", "localhost")
                        .replace(
                                "\"sslMode\":1",
                                "\"sslMode\":1,\"password\":{\"type\":\"SecureString\",\"value\":\"guide\"}"));
        List<String> typed = commands("2.");
        assertThat(typed.getFirst()).isEqualTo("./sluice up --data ./sluice-data");
        Program up = shell("up", "exec " + typed.getFirst() + " --https-port 0");
        String url = up.awaitLine("ready ").substring("ready ".length());
        UnaryOperator<String> there = c -> c.replace("https://localhost:8443", url);
        succeeds("commands", there.apply(String.join("\n", typed.subList(1, typed.size()))));
        assertCopied();

        String environment = there.apply(String.join("\n", typed.subList(1, 3))) + "\n";
        List<String> joining = commands("3.");
        assertThat(joining).hasSize(4);
        Program keys = shell("keys", environment + joining.get(0) + " > created.txt\n" + joining.get(1));
        assertThat(keys.awaitExit()).as(keys.messages()).isZero();
        Matcher key = Pattern.compile("IR@\\S+").matcher(String.join("\n", keys.output()));
        assertThat(key.find()).as(keys.output().toString()).isTrue();
        GitFolder.write(folder.resolve("key.txt"), key.group() + "\n");
        String own = "export XDG_DATA_HOME=" + folder.resolve("home") + "\n";
        succeeds("register", own + joining.get(2).replace("https://service.example.org:8443", url));
        Program node = shell("node", own + "exec " + joining.get(3));
        assertThat(node.awaitLine("node ")).endsWith("online, service " + url);
        node.terminate();
        assertThat(node.awaitExit()).isIn(0, 143);
        up.terminate();
        assertThat(up.awaitExit()).isIn(0, 143);
        assertThat(up.group()).isEmpty();
        assertThat(database.port()).isPositive();
    }
}
