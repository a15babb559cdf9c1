package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.job.JobOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Copies whose connections to a store are cut at random bytes. `-Dsluice.cuts=N` plays more seeds of each kind,
/// `-Dsluice.cuts.seed=N` others; the name of a test has its seed.
class CutConnectionsTest {
    private static final long FIRST = Long.getLong("sluice.cuts.seed", 1);

    private static final int ROWS = 60_000;
    private static final String TEXT = """
        {"type":"DelimitedText","typeProperties":{"firstRowAsHeader":true,
        "location":{"type":"FileServerLocation","fileName":"rows.csv"}}}\
        """;

    @TempDir
    Path folder;

    static LongStream seeds() {
        return LongStream.range(FIRST, FIRST + Long.getLong("sluice.cuts", 3));
    }

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
    @MethodSource("seeds")
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
            String database = database(line.port());
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

    /// Rows that are read twice are in the file once: what a failed attempt wrote is not seen, and not continued.
    @ParameterizedTest
    @MethodSource("seeds")
    void G17_rows_of_a_table_are_in_the_file_once_after_attempts_that_were_cut(long seed) throws Exception {
        String table = "cut_source_" + seed;
        Postgres.sql("create table " + table + " as select i as id, 'name ' || i as name from generate_series(1, "
                + ROWS + ") i");
        Path out = folder.resolve("rows.csv");
        try (CuttingProxy line = new CuttingProxy(Postgres.server().getPort(), 6, 60_000, seed)) {
            JobBench job = JobBench.job(folder, "Copy", """
                    {"source":{"type":"PostgreSqlV2Source"},
                     "sink":{"type":"DelimitedTextSink","storeSettings":{"type":"FileServerWriteSettings"}}}""")
                    .reading(table(table), database(line.port()))
                    .writing(TEXT, disk());
            untilDone(job, out);
            assertThat(line.cuts()).isPositive();
        }
        List<String> lines = Files.readAllLines(out);
        assertThat(lines).hasSize(ROWS + 1).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void G17_files_go_to_a_file_server_and_back_over_a_line_that_breaks(long seed) throws Exception {
        byte[] content = new byte[4 << 20];
        new Random(seed).nextBytes(content);
        Files.write(folder.resolve("in.bin"), content);
        Path remote = Files.createDirectories(folder.resolve("remote"));
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(
                KeyPairProvider.wrap(KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256)));
        server.setPasswordAuthenticator((user, password, session) -> user.equals("shop") && password.equals("pw"));
        server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
        server.setFileSystemFactory(new VirtualFileSystemFactory(remote));
        server.start();
        String far = file("a.bin").replace("FileServerLocation", "SftpLocation");
        try {
            try (CuttingProxy line = new CuttingProxy(server.getPort(), 4, 2 << 20, seed)) {
                JobBench there = JobBench.job(folder, "Copy", binary("FileServer", "Sftp"))
                        .reading(file("in.bin"), disk())
                        .writing(far, fileServer(line.port()));
                untilDone(there, remote.resolve("a.bin"));
                assertThat(line.cuts()).isPositive();
            }
            try (CuttingProxy line = new CuttingProxy(server.getPort(), 4, 2 << 20, seed + 1_000)) {
                JobBench back = JobBench.job(folder, "Copy", binary("Sftp", "FileServer"))
                        .reading(far, fileServer(line.port()))
                        .writing(file("back.bin"), disk());
                untilDone(back, folder.resolve("back.bin"));
                assertThat(line.cuts()).isPositive();
            }
        } finally {
            server.stop(true);
        }
        assertThat(Files.readAllBytes(folder.resolve("back.bin"))).isEqualTo(content);
    }

    private static String fileServer(int port) {
        return """
                {"type":"Sftp","typeProperties":{"host":"127.0.0.1","port":%d,"userName":"shop","password":"pw",
                "skipHostKeyValidation":true}}""".formatted(port);
    }

    /// Again until an attempt succeeds; before that the file is not there.
    private static void untilDone(JobBench job, Path file) {
        int failed = 0;
        while (!(job.outcome() instanceof JobOutcome.Succeeded)) {
            assertThat(file).doesNotExist();
            assertThat(++failed).isLessThanOrEqualTo(6);
        }
    }

    private static String database(int port) {
        return """
                {"type":"PostgreSqlV2","typeProperties":{"server":"localhost","port":%d,"database":"postgres",
                "username":"postgres","password":{"type":"SecureString","value":"x"}}}""".formatted(port);
    }

    private static String table(String name) {
        return "{\"type\":\"PostgreSqlV2Table\",\"typeProperties\":{\"schema\":\"public\",\"table\":\"" + name + "\"}}";
    }

    private boolean attempt(String database, String table) {
        JobBench job = JobBench.job(folder, "Copy", """
                {"source":{"type":"DelimitedTextSource","storeSettings":{"type":"FileServerReadSettings"}},
                 "sink":{"type":"PostgreSqlV2Sink"}}""").reading(TEXT, disk()).writing(table(table), database);
        return job.outcome() instanceof JobOutcome.Succeeded;
    }
}
