package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Linked services of every way to be tested, against the real stores.
class ConnectionTestTest {
    @TempDir
    Path folder;

    private JobBench test(String type, String properties) {
        return JobBench.job(folder, "ConnectionTest", "{}")
                .on("{\"type\":\"%s\",\"typeProperties\":%s}".formatted(type, properties));
    }

    @Test
    void a_folder_is_there_or_not() {
        assertThat(test("FileServer", "{\"host\":\"%s\"}".formatted(folder))
                        .output()
                        .path("connector")
                        .stringValue())
                .isEqualTo("File system");
        assertThat(test("FileServer", "{\"host\":\"%s/none\"}".formatted(folder))
                        .error()
                        .message())
                .contains("none");
    }

    @Test
    void a_database_is_opened_or_not() throws Exception {
        String server = Files.createDirectories(folder.resolve("no-database")).toString();
        assertThat(test("SQLite", "{\"path\":\"%s\"}".formatted(server)).error().message())
                .contains("no-database");
        Path file = folder.resolve("a.db");
        try (Connection made = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = made.createStatement()) {
            statement.execute("CREATE TABLE t (a INTEGER)");
        }
        assertThat(test("SQLite", "{\"path\":\"%s\"}".formatted(file))
                        .output()
                        .path("connector")
                        .stringValue())
                .isEqualTo("SQLite");
    }

    @Test
    void an_account_lets_in_who_has_its_key_whatever_its_containers() {
        JobBench good = JobBench.job(folder, "ConnectionTest", "{}").on(Blobs.service());
        assertThat(good.output().path("connector").stringValue()).isEqualTo("Azure Blob Storage");
        String wrong = Base64.getEncoder().encodeToString(new byte[64]);
        String key = Blobs.server().connectionString().replaceAll(".*AccountKey=([^;]+).*", "$1");
        JobBench bad =
                JobBench.job(folder, "ConnectionTest", "{}").on(Blobs.service().replace(key, wrong));
        assertThat(bad.error().message()).doesNotContain(wrong).containsIgnoringCase("devstoreaccount1");
    }

    @Test
    void a_type_without_a_connector_is_named() {
        assertThat(test("Salesforce", "{}").error().message()).contains("Salesforce");
    }
}
