package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.models.BlobItem;
import dev.sluice.data.testkit.samba.SambaServer;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobSpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Copies whose process is killed with SIGKILL at moments that a seed chooses, for each class of sink: after every
/// kill a reader of the sink sees what was there before, or all of the new, per file or per load; and the same attempt
/// run again leaves exactly the rows. `-Dsluice.copykills=200` kills more often than a build does,
/// `-Dsluice.kills.seed=N` at other moments.
class KilledCopyTest {
    private static final int KILLS = Integer.getInteger("sluice.copykills", 1);
    private static final long SEED = Long.getLong("sluice.kills.seed", 20_261_127L);

    /// More than one block of a blob.
    private static final int MANY = 260_000;

    private static final int FEW = 5_000;

    @TempDir
    Path folder;

    @TempDir
    Path target;

    private final SplittableRandom dice = new SplittableRandom(SEED);
    /// Tables remember which jobs they have had: each try of a test is of its own.
    private final String job = "killed" + System.nanoTime();

    /// What a reader of the sink sees of a round's rows, checked by the class of sink.
    private interface Seen {
        /// @param round the round whose copy was killed, or has ended
        /// @param whole whether it must be there as a whole; otherwise it, or what was before, is
        void check(int round, boolean whole) throws Exception;
    }

    private static String rows(int round, int count) {
        StringBuilder csv = new StringBuilder("id,round,name\n");
        for (int i = 0; i < count; i++) {
            csv.append(i)
                    .append(',')
                    .append(round)
                    .append(",a name of some length ")
                    .append(i % 1_000)
                    .append('\n');
        }
        return csv.toString();
    }

    private void write(int round, Map<String, Integer> files) throws IOException {
        Path in = Files.createDirectories(folder.resolve("in"));
        for (Map.Entry<String, Integer> file : files.entrySet()) {
            Files.writeString(in.resolve(file.getKey()), rows(round, file.getValue()));
        }
    }

    private static JobSpec.Resource resource(String name, String properties) {
        return new JobSpec.Resource(name, Json.parseObject(properties));
    }

    private JobSpec spec(String sink, String dataset, String service) {
        var activity = Json.parseObject("""
                {"name":"act","type":"Copy","typeProperties":{
                 "source":{"type":"DelimitedTextSource","storeSettings":{"type":"FileServerReadSettings"}},
                 "sink":%s}}""".formatted(sink));
        JobSpec.Endpoint from = new JobSpec.Endpoint(
                resource("In", text("FileServerLocation\",\"folderPath\":\"in")),
                resource("Disk", "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"" + folder + "\"}}"));
        JobSpec.Endpoint to = new JobSpec.Endpoint(resource("Out", dataset), resource("Store", service));
        return new JobSpec(
                "Copy", "fac", "pipe", "run", JobBench.RUN_ID, "act", activity, List.of(from), List.of(to), Map.of());
    }

    private static String text(String location) {
        return """
                {"type":"DelimitedText","typeProperties":{"firstRowAsHeader":true,"rowDelimiter":"\\n",
                "location":{"type":"%s"}}}""".formatted(location);
    }

    private static String textSink(String store) {
        return """
                {"type":"DelimitedTextSink","storeSettings":{"type":"%sWriteSettings","copyBehavior":"PreserveHierarchy"},
                "formatSettings":{"quoteAllText":false,"fileExtension":".csv"}}""".formatted(store);
    }

    /// Round after round: kill it somewhere, look, run the same attempt again, look.
    private void survives(JobSpec spec, Map<String, Integer> files, Seen seen) throws Exception {
        write(0, files);
        long took = whole(spec, 0);
        seen.check(0, true);
        for (int round = 1; round <= KILLS; round++) {
            write(round, files);
            String attempt = job + "-" + round + "-1";
            try (MortalCopy copy = MortalCopy.begun(spec, attempt, folder)) {
                copy.killedAfter(dice.nextLong(took + took / 20 + 1));
            }
            seen.check(round, false);
            // Killed once more in every second round, as another attempt of the same job.
            if (dice.nextBoolean()) {
                attempt = job + "-" + round + "-2";
                try (MortalCopy copy = MortalCopy.begun(spec, attempt, folder)) {
                    copy.killedAfter(dice.nextLong(took + took / 20 + 1));
                }
                seen.check(round, false);
            }
            try (MortalCopy copy = MortalCopy.begun(spec, attempt, folder)) {
                copy.succeeds();
            }
            seen.check(round, true);
        }
    }

    private long whole(JobSpec spec, int round) throws IOException {
        try (MortalCopy copy = MortalCopy.begun(spec, job + "-" + round + "-1", folder)) {
            long begun = System.nanoTime();
            copy.succeeds();
            return System.nanoTime() - begun;
        }
    }

    private static Map<String, Integer> manyFiles() {
        return new TreeMap<>(Map.of("a.csv", FEW, "b.csv", MANY, "c.csv", FEW));
    }

    private interface Listing {
        Map<String, String> read() throws IOException;
    }

    /// Each file is wholly of this round or of the one before, and no other is to be seen.
    private static Seen files(Map<String, Integer> files, Listing listing) {
        return (round, whole) -> {
            Map<String, String> there = listing.read();
            assertThat(there.keySet()).isEqualTo(files.keySet());
            files.forEach((name, count) -> {
                String text = there.getOrDefault(name, "");
                boolean now = text.equals(rows(round, count));
                boolean before = !whole && text.equals(rows(round - 1, count));
                assertThat(now || before)
                        .as("%s in round %d: %d characters", name, round, text.length())
                        .isTrue();
            });
        };
    }

    private static Map<String, String> visible(Path root) throws IOException {
        Map<String, String> found = new TreeMap<>();
        try (Stream<Path> files = Files.list(root)) {
            for (Path file : files.filter(f -> !f.getFileName().toString().startsWith("."))
                    .filter(Files::isRegularFile)
                    .toList()) {
                found.put(file.getFileName().toString(), Files.readString(file));
            }
        }
        return found;
    }

    @Test
    void a_copy_into_local_files_that_is_killed_leaves_whole_files_only() throws Exception {
        Map<String, Integer> files = manyFiles();
        survives(
                spec(
                        textSink("FileServer"),
                        text("FileServerLocation"),
                        "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"" + target + "\"}}"),
                files,
                files(files, () -> visible(target)));
    }

    @Test
    void a_resumable_binary_copy_that_is_killed_leaves_whole_files_and_goes_on() throws Exception {
        Map<String, Integer> files = manyFiles();
        var activity = Json.parseObject("""
                {"name":"act","type":"Copy","typeProperties":{"resume":true,"parallelCopies":1,
                 "source":{"type":"BinarySource","storeSettings":{"type":"FileServerReadSettings"}},
                 "sink":{"type":"BinarySink","storeSettings":{"type":"FileServerWriteSettings"}}}}""");
        String binary = "{\"type\":\"Binary\",\"typeProperties\":{\"location\":{\"type\":\"FileServerLocation\"%s}}}";
        String disk = "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"%s\"}}";
        JobSpec spec = new JobSpec(
                "Copy",
                "fac",
                "pipe",
                "run",
                JobBench.RUN_ID,
                "act",
                activity,
                List.of(new JobSpec.Endpoint(
                        resource("In", binary.formatted(",\"folderPath\":\"in\"")),
                        resource("Disk", disk.formatted(folder)))),
                List.of(new JobSpec.Endpoint(
                        resource("Out", binary.formatted("")), resource("Store", disk.formatted(target)))),
                Map.of());
        Seen seen = files(files, () -> visible(target));
        survives(spec, files, (round, whole) -> {
            seen.check(round, whole);
            assertThat(whole && Files.exists(target.resolve("_sluice_resume")))
                    .as("the record stays behind in round %d", round)
                    .isFalse();
        });
    }

    @Test
    void a_copy_into_blobs_that_is_killed_leaves_whole_blobs_only() throws Exception {
        BlobContainerClient container = Blobs.container();
        Map<String, Integer> files = manyFiles();
        survives(
                spec(
                        textSink("AzureBlobStorage")
                                .replace("\"copyBehavior\"", "\"blockSizeInMB\":4,\"copyBehavior\""),
                        text("AzureBlobStorageLocation\",\"container\":\"" + container.getBlobContainerName()),
                        Blobs.service()),
                files,
                files(files, () -> {
                    Map<String, String> found = new TreeMap<>();
                    for (BlobItem blob : container.listBlobs()) {
                        found.put(
                                blob.getName(),
                                container
                                        .getBlobClient(blob.getName())
                                        .downloadContent()
                                        .toString());
                    }
                    return found;
                }));
    }

    @Test
    void a_copy_to_an_sftp_server_that_is_killed_leaves_whole_files_only() throws Exception {
        SshServer server = SshServer.setUpDefaultServer();
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(
                KeyPairProvider.wrap(KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256)));
        server.setPasswordAuthenticator((user, password, session) -> user.equals("shop") && password.equals("pw"));
        server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
        server.setFileSystemFactory(new VirtualFileSystemFactory(target));
        server.start();
        try {
            Map<String, Integer> files = manyFiles();
            survives(
                    spec(textSink("Sftp"), text("SftpLocation"), """
                            {"type":"Sftp","typeProperties":{"host":"127.0.0.1","port":%d,"userName":"shop",
                            "password":"pw","skipHostKeyValidation":true}}""".formatted(server.getPort())),
                    files,
                    replaced(files, () -> visible(target)));
        } finally {
            server.stop(true);
        }
    }

    @Test
    void a_copy_to_a_share_that_is_killed_leaves_whole_files_only(@TempDir Path place) throws Exception {
        try (SambaServer server = new SambaServer(target, place)) {
            Map<String, Integer> files = manyFiles();
            survives(
                    spec(
                            textSink("FileServer"),
                            text("FileServerLocation"),
                            "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"%s\",\"userId\":\"%s\",\"password\":\"%s\"}}"
                                    .formatted(
                                            server.address(server.port, "files").replace("\\", "\\\\"),
                                            SambaServer.USER,
                                            SambaServer.PASSWORD)),
                    files,
                    replaced(files, () -> visible(target)));
        }
    }

    /// On servers of files one that is replaced is renamed first, so that for a moment there is none of that name; and
    /// what a kill finds in that moment stays so until the attempt is run again.
    private static Seen replaced(Map<String, Integer> files, Listing listing) {
        return (round, whole) -> {
            Map<String, String> there = listing.read();
            if (!whole) {
                List<String> gone = new ArrayList<>(files.keySet());
                gone.removeAll(there.keySet());
                assertThat(gone).as("names between two renames").hasSizeLessThanOrEqualTo(1);
                Map<String, Integer> left = new TreeMap<>(files);
                gone.forEach(left::remove);
                files(left, () -> there).check(round, false);
            } else {
                files(files, () -> there).check(round, true);
            }
        };
    }

    private static String postgres() {
        return """
                {"type":"PostgreSqlV2","typeProperties":{"server":"localhost","port":%d,"database":"postgres",
                "username":"postgres","password":{"type":"SecureString","value":"x"}}}""".formatted(Postgres.server().getPort());
    }

    private static String postgresTable(String name) {
        return "{\"type\":\"PostgreSqlV2Table\",\"typeProperties\":{\"schema\":\"public\",\"table\":\"" + name + "\"}}";
    }

    private interface Question {
        List<String> ask(String sql) throws Exception;
    }

    /// Of a table that grows by each load.
    private static Seen added(String table, int count, Question database) {
        return (round, whole) -> {
            List<String> wanted = new ArrayList<>();
            for (int i = 0; i < round; i++) {
                wanted.add(i + ":" + count + ":" + count);
            }
            List<String> now = new ArrayList<>(wanted);
            now.add(round + ":" + count + ":" + count);
            List<String> there = database.ask("select round || ':' || count(*) || ':' || count(distinct id) from "
                    + table + " group by round order by round");
            assertThat(there).isIn(whole ? List.of(now) : List.of(now, wanted));
        };
    }

    /// Of a table whose rows are merged.
    private static Seen merged(String table, int count, Question database) {
        return (round, whole) -> {
            List<String> now = List.of(round + ":" + count + ":" + count);
            List<String> before = List.of((round - 1) + ":" + count + ":" + count);
            List<String> there = database.ask("select round || ':' || count(*) || ':' || count(distinct id) from "
                    + table + " group by round order by round");
            assertThat(there).isIn(whole ? List.of(now) : List.of(now, before));
        };
    }

    @Test
    void a_load_by_copy_that_is_killed_adds_all_rows_once_or_none() throws Exception {
        Postgres.sql("drop table if exists mortal", "create table mortal (id int, round int, name text)");
        survives(
                spec("{\"type\":\"PostgreSqlV2Sink\"}", postgresTable("mortal"), postgres()),
                Map.of("a.csv", MANY),
                added("mortal", MANY, Postgres::column));
    }

    @Test
    void an_upsert_into_postgresql_that_is_killed_merges_all_rows_or_none() throws Exception {
        Postgres.sql(
                "drop table if exists mortal_keys",
                "create table mortal_keys (id int primary key, round int, name text)");
        survives(
                spec(
                        "{\"type\":\"PostgreSqlV2Sink\",\"writeMethod\":\"Upsert\",\"upsertSettings\":{\"keys\":[\"id\"]}}",
                        postgresTable("mortal_keys"),
                        postgres()),
                Map.of("a.csv", 60_000),
                merged("mortal_keys", 60_000, Postgres::column));
    }

    private List<String> sqlite(String sql) throws Exception {
        try (Connection c = DriverManager.getConnection("jdbc:sqlite:" + target.resolve("shop.db"));
                Statement s = c.createStatement()) {
            List<String> found = new ArrayList<>();
            if (sql.startsWith("create")) {
                s.execute(sql);
                return found;
            }
            try (ResultSet r = s.executeQuery(sql)) {
                while (r.next()) {
                    found.add(r.getString(1));
                }
            }
            return found;
        }
    }

    private JobSpec sqliteSpec(String sink, String table) {
        return spec(
                sink,
                "{\"type\":\"SQLiteTable\",\"typeProperties\":{\"table\":\"" + table + "\"}}",
                "{\"type\":\"SQLite\",\"typeProperties\":{\"connectionString\":\"Data Source="
                        + target.resolve("shop.db") + "\"}}");
    }

    @Test
    void an_insert_over_jdbc_that_is_killed_adds_all_rows_once_or_none() throws Exception {
        sqlite("create table mortal (id integer, round integer, name text)");
        survives(
                sqliteSpec("{\"type\":\"SQLiteSink\"}", "mortal"),
                Map.of("a.csv", 100_000),
                added("mortal", 100_000, this::sqlite));
    }

    @Test
    void an_upsert_over_jdbc_that_is_killed_merges_all_rows_or_none() throws Exception {
        sqlite("create table mortal (id integer primary key, round integer, name text)");
        survives(
                sqliteSpec(
                        "{\"type\":\"SQLiteSink\",\"writeBehavior\":\"upsert\",\"upsertSettings\":{\"keys\":[\"id\"]}}",
                        "mortal"),
                Map.of("a.csv", 60_000),
                merged("mortal", 60_000, this::sqlite));
    }
}
