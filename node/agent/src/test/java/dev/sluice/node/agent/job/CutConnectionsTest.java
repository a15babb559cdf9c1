package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.job.JobOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Copies whose connections to a store are cut at random bytes.
class CutConnectionsTest {
    private static final int ROWS = 60_000;
    private static final String TEXT = """
        {"type":"DelimitedText","typeProperties":{"firstRowAsHeader":true,
        "location":{"type":"FileServerLocation","fileName":"rows.csv"}}}\
        """;

    @TempDir
    Path folder;

    private String disk() {
        return "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"" + folder + "\"}}";
    }

    private static String file(String name) {
        return "{\"type\":\"Binary\",\"typeProperties\":{\"location\":{\"type\":\"FileServerLocation\",\"fileName\":\""
                + name + "\"}}}";
    }

    private static String binary(String from, String to) {
        return """
            {"source":{"type":"BinarySource","storeSettings":{"type":"%sReadSettings"}},
             "sink":{"type":"BinarySink","storeSettings":{"type":"%sWriteSettings"}}}""".formatted(from, to);
    }

    @Test
    void G17_blobs_go_there_and_back_in_one_attempt_over_a_line_that_breaks() throws Exception {
        byte[] content = new byte[20 << 20];
        new Random(17).nextBytes(content);
        Files.write(folder.resolve("in.bin"), content);
        String container = Blobs.container().getBlobContainerName();
        String blob = Blobs.dataset(container, "cut", "a.bin");
        String direct = Blobs.service();
        int port = Integer.parseInt(direct.replaceAll("(?s).*BlobEndpoint=http://[^:]+:(\\d+)/.*", "$1"));
        try (CuttingProxy line = new CuttingProxy(port, 6, 3 << 20, 17)) {
            String broken = direct.replace(":" + port + "/", ":" + line.port() + "/");
            JobBench.job(folder, "Copy", binary("FileServer", "AzureBlobStorage"))
                    .reading(file("in.bin"), disk())
                    .writing(blob, broken)
                    .output();
            assertThat(line.cuts()).isPositive();
        }
        try (CuttingProxy line = new CuttingProxy(port, 6, 3 << 20, 18)) {
            String broken = direct.replace(":" + port + "/", ":" + line.port() + "/");
            JobBench.job(folder, "Copy", binary("AzureBlobStorage", "FileServer"))
                    .reading(blob, broken)
                    .writing(file("back.bin"), disk())
                    .output();
            assertThat(line.cuts()).isPositive();
        }
        assertThat(Files.readAllBytes(folder.resolve("back.bin"))).isEqualTo(content);
    }

    /// As the service does with an activity that has retries: again, until an attempt succeeds.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void G17_rows_are_in_the_table_once_after_attempts_that_were_cut(long seed) throws Exception {
        StringBuilder csv = new StringBuilder("id,name\n");
        for (int i = 0; i < ROWS; i++) {
            csv.append(i).append(",name ").append(i).append('\n');
        }
        Files.writeString(folder.resolve("rows.csv"), csv);
        String table = "cut_rows_" + seed;
        Postgres.sql("create table " + table + " (id int, name text)");
        int failed = 0;
        try (CuttingProxy line = new CuttingProxy(Postgres.server().getPort(), 6, 60_000, seed)) {
            String database = """
                {"type":"PostgreSqlV2","typeProperties":{"server":"localhost","port":%d,"database":"postgres",
                "username":"postgres","password":{"type":"SecureString","value":"x"}}}""".formatted(line.port());
            while (!attempt(database, table)) {
                assertThat(Postgres.column("select count(*)::text from " + table))
                        .containsExactly("0");
                assertThat(++failed).isLessThanOrEqualTo(6);
            }
            assertThat(line.cuts()).isPositive();
        }
        assertThat(Postgres.column("select count(*) || ' ' || count(distinct id) from " + table))
                .isEqualTo(List.of(ROWS + " " + ROWS));
    }

    private boolean attempt(String database, String table) {
        JobBench job = JobBench.job(folder, "Copy", """
                {"source":{"type":"DelimitedTextSource","storeSettings":{"type":"FileServerReadSettings"}},
                 "sink":{"type":"PostgreSqlV2Sink"}}""")
                .reading(TEXT, disk())
                .writing(
                        "{\"type\":\"PostgreSqlV2Table\",\"typeProperties\":{\"schema\":\"public\",\"table\":\"" + table
                                + "\"}}",
                        database);
        return job.outcome() instanceof JobOutcome.Succeeded;
    }
}
