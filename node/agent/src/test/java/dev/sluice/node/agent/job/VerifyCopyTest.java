package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Copies that keep their manifest, and the check of what they wrote.
class VerifyCopyTest {
    private static final String TABLE = """
            {"type":"PostgreSqlV2Table","typeProperties":{"schema":"public","table":"kept"}}""";

    @TempDir
    Path folder;

    @BeforeEach
    void write() throws IOException {
        StringBuilder csv = new StringBuilder("id,name\n");
        IntStream.range(0, 5_000)
                .forEach(i -> csv.append(i).append(",name ").append(i % 97).append('\n'));
        Files.createDirectories(folder.resolve("in"));
        Files.writeString(folder.resolve("in/orders.csv"), csv);
    }

    private String disk() {
        return "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"" + folder + "\"}}";
    }

    private static String text(String path) {
        return """
                {"type":"DelimitedText","typeProperties":{"firstRowAsHeader":true,
                "location":{"type":"FileServerLocation","folderPath":"%s","fileName":"orders.csv"}}}""".formatted(path);
    }

    private static String database() {
        EmbeddedPostgres server = Postgres.server();
        return """
                {"type":"PostgreSqlV2","typeProperties":{"server":"localhost","port":%d,"database":"postgres",
                "username":"postgres","password":{"type":"SecureString","value":"x"}}}""".formatted(server.getPort());
    }

    private static String location(String path) {
        return """
                {"linkedServiceName":{"referenceName":"Proofs","type":"LinkedServiceReference"},"path":"%s"}""".formatted(path);
    }

    private JobBench copy(String members) {
        return JobBench.job(folder, "Copy", """
                        {"source":{"type":"DelimitedTextSource","storeSettings":{"type":"FileServerReadSettings"}},
                         "sink":{"type":"DelimitedTextSink","storeSettings":{"type":"FileServerWriteSettings"},
                           "formatSettings":{"fileExtension":".csv"}}%s}""".formatted(members))
                .reading(text("in"), disk())
                .with("Proofs", disk());
    }

    private JobBench verify(String manifest, String more, String dataset, String service) {
        return JobBench.job(folder, "VerifyCopy", "{\"manifestLocation\":%s%s}".formatted(location(manifest), more))
                .reading(dataset, service)
                .with("Proofs", disk());
    }

    private static final String TOLD = ",\"failOnDifference\":false";

    @Test
    void a_copy_keeps_its_manifest_as_a_file_and_what_it_wrote_is_found_unchanged() throws IOException {
        JsonNode output = copy(",\"manifestLocation\":" + location("proofs"))
                .writing(text("out"), disk())
                .output();
        String path = output.path("manifestPath").asString();
        assertThat(path).isEqualTo("proofs/act-" + JobBench.RUN_ID + ".json");
        assertThat(Files.readString(folder.resolve(path)))
                .contains("\"dataset\":\"Target\"", "\"least\":", "\"pipelineRunId\":\"run\"");
        JsonNode told = verify(path, TOLD, text("out"), disk()).output();
        assertThat(told.path("verificationResult").asString()).isEqualTo("Verified");
        assertThat(told.path("rowsRead").intValue()).isEqualTo(5_000);
        assertThat(told.path("filesRead").intValue()).isEqualTo(1);
    }

    @Test
    void one_value_changed_afterwards_is_told_by_file_and_column() throws IOException {
        String path = copy(",\"manifestLocation\":" + location("proofs"))
                .writing(text("out"), disk())
                .output()
                .path("manifestPath")
                .asString();
        Path written = folder.resolve("out/orders.csv");
        Files.writeString(written, Files.readString(written).replace("\"4711\"", "\"4712\""));
        JsonNode told = verify(path, TOLD, text("out"), disk()).output();
        assertThat(told.path("verificationResult").asString()).isEqualTo("Different");
        assertThat(told.path("differences").get(0).path("chunk").asString()).contains("out/orders.csv");
        assertThat(told.path("differences").get(0).path("column").asString()).isEqualTo("id");
        assertThat(verify(path, "", text("out"), disk()).code()).isEqualTo("SinkDiffersFromManifest");
        Files.delete(written);
        assertThat(verify(path, TOLD, text("out"), disk())
                        .output()
                        .path("differences")
                        .get(0)
                        .path("detail")
                        .asString())
                .contains("not there");
    }

    @Test
    void a_table_is_compared_with_what_was_loaded_into_it() throws Exception {
        Postgres.sql("drop table if exists kept", "create table kept (id bigint, name text)");
        String path = copy(",\"manifestLocation\":" + location(""))
                .writing(TABLE, database())
                .output()
                .path("manifestPath")
                .asString();
        assertThat(verify(path, TOLD, TABLE, database()).output().path("differences"))
                .isEmpty();
        Postgres.sql("update kept set name = 'other' where id = 17");
        JsonNode told = verify(path, TOLD, TABLE, database()).output();
        assertThat(told.path("differences")).hasSize(1);
        assertThat(told.path("differences").get(0).path("column").asString()).isEqualTo("name");
        Postgres.sql("delete from kept where id = 17");
        assertThat(verify(path, TOLD, TABLE, database())
                        .output()
                        .path("differences")
                        .toString())
                .contains("4999 rows are there, 5000 were written");
    }

    @Test
    void a_manifest_that_cannot_be_kept_does_not_undo_the_copy_but_is_told() throws IOException {
        Files.writeString(folder.resolve("proofs"), "a file where the folder should be");
        JsonNode output = copy(",\"manifestLocation\":" + location("proofs"))
                .writing(text("out"), disk())
                .output();
        assertThat(output.path("manifestPath").isMissingNode()).isTrue();
        assertThat(output.path("errors").get(0).path("Message").asString())
                .startsWith("The manifest could not be kept");
        assertThat(folder.resolve("out/orders.csv")).exists();
    }

    @Test
    void what_is_no_manifest_is_refused_by_name() throws IOException {
        Files.writeString(folder.resolve("some.json"), "{\"version\":1}");
        assertThat(verify("some.json", "", text("in"), disk()).code()).isEqualTo("ManifestUnusable");
        Files.writeString(folder.resolve("some.json"), "not JSON");
        assertThat(verify("some.json", "", text("in"), disk()).code()).isEqualTo("ManifestUnusable");
        assertThat(verify("none.json", "", text("in"), disk()).code()).isEqualTo("FileNotFound");
        String path = copy(",\"manifest\":\"counts\",\"manifestLocation\":" + location("proofs"))
                .writing(text("out"), disk())
                .output()
                .path("manifestPath")
                .asString();
        assertThat(verify(path, "", text("out"), disk()).error().message()).contains("counts");
    }
}
