package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.sas.BlobContainerSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Copies by way of a store between: `enableStaging`.
class StagedTest {
    private static final int ROWS = 120_000;

    @TempDir
    Path folder;

    private String disk(String name) throws IOException {
        return "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\""
                + Files.createDirectories(folder.resolve(name)) + "\"}}";
    }

    private static final String TEXT = """
        {"type":"DelimitedText","typeProperties":{"firstRowAsHeader":true,
        "location":{"type":"FileServerLocation","fileName":"orders.csv"}}}\
        """;

    private static String table(String name) {
        return "{\"type\":\"PostgreSqlV2Table\",\"typeProperties\":{\"schema\":\"public\",\"table\":\"" + name + "\"}}";
    }

    private static String database() {
        return """
            {"type":"PostgreSqlV2","typeProperties":{"server":"localhost","port":%d,"database":"postgres",
            "username":"postgres","password":{"type":"SecureString","value":"x"}}}\
            """.formatted(Postgres.server().getPort());
    }

    private static String copy(String path) {
        return copy(path, "staged_orders");
    }

    private static String copy(String path, String table) {
        return """
            {"source":{"type":"DelimitedTextSource","storeSettings":{"type":"FileServerReadSettings"}},
             "sink":{"type":"PostgreSqlV2Sink","preCopyScript":"truncate table %s"},
             "enableStaging":true,"stagingSettings":{"path":"%s","enableCompression":true,
             "linkedServiceName":{"referenceName":"Between","type":"LinkedServiceReference"}}}\
            """.formatted(table, path);
    }

    private void write(int rows) throws IOException {
        StringBuilder csv = new StringBuilder("id,name\n");
        for (int i = 0; i < rows; i++) {
            csv.append(i).append(",name ").append(i % 997).append('\n');
        }
        Files.writeString(Files.createDirectories(folder.resolve("in")).resolve("orders.csv"), csv);
    }

    private static List<String> loaded() throws Exception {
        return Postgres.column("select count(*) || ' ' || count(distinct id) from staged_orders");
    }

    @Test
    void rows_go_to_a_database_by_way_of_blobs_that_are_gone_afterwards() throws Exception {
        Postgres.sql("drop table if exists staged_orders", "create table staged_orders (id int, name text)");
        write(ROWS);
        BlobContainerClient container = Blobs.container();
        JsonNode output = JobBench.job(folder, "Copy", copy(container.getBlobContainerName() + "/between"))
                .reading(TEXT, disk("in"))
                .writing(table("staged_orders"), database())
                .with("Between", Blobs.service())
                .output();
        assertThat(loaded()).containsExactly(ROWS + " " + ROWS);
        assertThat(output.path("rowsCopied").intValue()).isEqualTo(ROWS);
        assertThat(output.path("executionDetails").size()).isEqualTo(2);
        JsonNode first = output.path("executionDetails").path(0);
        assertThat(first.path("sink").path("type").stringValue()).isEqualTo("AzureBlobStorage");
        assertThat(output.path("executionDetails")
                        .path(1)
                        .path("source")
                        .path("type")
                        .stringValue())
                .isEqualTo("AzureBlobStorage");
        assertThat(container.listBlobs().stream()).isEmpty();
    }

    /// By a signature that may write and read, but not delete.
    @Test
    void staged_files_that_cannot_be_removed_are_told_in_the_output_of_a_copy_that_succeeded() throws Exception {
        // A table of its own: one remembers which jobs it has had, and these tests are all the same job.
        Postgres.sql("drop table if exists staged_left", "create table staged_left (id int, name text)");
        write(10);
        BlobContainerClient container = Blobs.container();
        String signature = container.generateSas(new BlobServiceSasSignatureValues(
                OffsetDateTime.now().plusHours(1),
                new BlobContainerSasPermission()
                        .setListPermission(true)
                        .setReadPermission(true)
                        .setCreatePermission(true)
                        .setWritePermission(true)));
        String store = "{\"type\":\"AzureBlobStorage\",\"typeProperties\":{\"sasUri\":\"%s?%s\"}}"
                .formatted(container.getBlobContainerUrl(), signature);
        JsonNode output = JobBench.job(
                        folder, "Copy", copy(container.getBlobContainerName() + "/between", "staged_left"))
                .reading(TEXT, disk("in"))
                .writing(table("staged_left"), database())
                .with("Between", store)
                .output();
        assertThat(output.path("rowsCopied").intValue()).isEqualTo(10);
        assertThat(Postgres.column("select count(*) || ' ' || count(distinct id) from staged_left"))
                .containsExactly("10 10");
        assertThat(output.path("errors").size()).as("%s", output).isEqualTo(1);
        JsonNode left = output.path("errors").path(0);
        assertThat(left.path("code").stringValue()).isEqualTo("StagedFilesLeft");
        assertThat(left.path("message").stringValue()).contains("between/sluice-staging/", "'Between'");
        assertThat(left.path("resolution").path(0).stringValue()).contains("right to delete");
        assertThat(container.listBlobs().stream()).isNotEmpty();
    }

    @Test
    void what_is_missing_of_its_settings_is_named() throws Exception {
        write(1);
        Postgres.sql("create table if not exists staged_orders (id int, name text)");
        for (String missing : List.of("stagingSettings", "linkedServiceName")) {
            String activity = copy("x").replace("\"" + missing + "\"", "\"other\"");
            assertThat(JobBench.job(folder, "Copy", activity)
                            .reading(TEXT, disk("in"))
                            .writing(table("staged_orders"), database())
                            .with("Between", disk("between"))
                            .error()
                            .message())
                    .contains(missing.equals("stagingSettings") ? "stagingSettings" : "referenceName");
        }
    }

    /// Killed somewhere on either way: the table has all rows or what it had before; run again, all rows are there,
    /// once, and no staged file is left. `-Dsluice.copykills=N` kills more often.
    @Test
    void a_staged_copy_that_is_killed_leaves_nothing_when_it_is_run_again() throws Exception {
        Postgres.sql("drop table if exists staged_orders", "create table staged_orders (id int, name text)");
        write(ROWS);
        disk("between");
        JobSpec.Endpoint from = new JobSpec.Endpoint(
                new JobSpec.Resource("In", Json.parseObject(TEXT)),
                new JobSpec.Resource("Disk", Json.parseObject(disk("in"))));
        JobSpec.Endpoint to = new JobSpec.Endpoint(
                new JobSpec.Resource("Out", Json.parseObject(table("staged_orders"))),
                new JobSpec.Resource("Db", Json.parseObject(database())));
        var activity = Json.parseObject("{\"name\":\"act\",\"type\":\"Copy\",\"typeProperties\":" + copy("tmp") + "}");
        JobSpec spec = new JobSpec(
                "Copy",
                "fac",
                "pipe",
                "run",
                JobBench.RUN_ID,
                "act",
                activity,
                List.of(from),
                List.of(to),
                Map.of("Between", new JobSpec.Resource("Between", Json.parseObject(disk("between")))));
        long begun = System.nanoTime();
        // The table remembers which jobs it has had: each try of this test is of its own.
        String job = "staged" + begun;
        try (MortalCopy copy = MortalCopy.begun(spec, job + "-0-1", folder)) {
            copy.succeeds();
        }
        assertThat(loaded()).containsExactly(ROWS + " " + ROWS);
        long took = System.nanoTime() - begun;
        SplittableRandom dice = new SplittableRandom(Long.getLong("sluice.kills.seed", 20_261_127L));
        for (int round = 1; round <= 2 * Integer.getInteger("sluice.copykills", 1); round++) {
            try (MortalCopy copy = MortalCopy.begun(spec, job + "-" + round + "-1", folder)) {
                copy.killedAfter(dice.nextLong(took));
            }
            assertThat(loaded()).containsExactly(ROWS + " " + ROWS);
            try (MortalCopy copy = MortalCopy.begun(spec, job + "-" + round + "-2", folder)) {
                copy.succeeds();
            }
            assertThat(loaded()).containsExactly(ROWS + " " + ROWS);
            try (Stream<Path> left = Files.walk(folder.resolve("between"))) {
                assertThat(left.filter(Files::isRegularFile)).isEmpty();
            }
        }
    }
}
