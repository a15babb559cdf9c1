package dev.sluice.connectors.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.data.spi.Connector;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalFileStoreTest {
    @TempDir
    Path folder;

    private final TestJob job = new TestJob();

    private FileStore at(Path root) {
        return at(root.toString());
    }

    private FileStore at(String host) {
        return new FileServerConnector()
                .open(
                        TestEndpoint.sink()
                                .linkedService("FileServer", Map.of("host", host, "userId", "u", "password", "p"))
                                .build(),
                        job);
    }

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
    }

    private static List<String> names(Path below) throws IOException {
        try (Stream<Path> all = Files.walk(below)) {
            return all.filter(p -> !p.equals(below))
                    .map(p -> below.relativize(p).toString())
                    .sorted()
                    .toList();
        }
    }

    private static void refused(Fault fault, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().fault()).isEqualTo(fault);
            assertThat(e.problem().message()).doesNotContain("unknown)");
            assertThat(e.problem().resolution().toString()).doesNotContain("unknown)");
        });
    }

    @Test
    void the_engine_finds_the_connectors_by_their_types() {
        assertThat(ServiceLoader.load(Connector.class).stream().map(p -> p.get().descriptor()))
                .extracting(d -> d.linkedServiceTypes(), d -> d.datasetTypes())
                .containsExactlyInAnyOrder(
                        tuple(Set.of("FileServer"), Set.of("FileServerLocation")),
                        tuple(Set.of("AzureFileStorage"), Set.of("AzureFileStorageLocation")));
    }

    @Test
    void links_are_followed_below_the_root_and_refused_beyond() throws IOException {
        Path root = Files.createDirectories(folder.resolve("root/data"));
        Path top = root.getParent();
        Files.writeString(folder.resolve("secret.txt"), "secret");
        Files.writeString(root.resolve("a.txt"), "a");
        Files.createSymbolicLink(top.resolve("out"), folder);
        Files.createSymbolicLink(top.resolve("secret.txt"), folder.resolve("secret.txt"));
        Files.createSymbolicLink(top.resolve("nowhere"), folder.resolve("absent"));
        Files.createSymbolicLink(top.resolve("again"), root);
        Files.createSymbolicLink(root.resolve("loop"), top);
        try (FileStore store = at(top);
                Stream<FileEntry> all = store.list("", true)) {
            assertThat(all.map(FileEntry::path)).hasSize(1).allMatch(p -> p.endsWith("a.txt"));
            assertThat(store.find("again/a.txt")).isPresent();
            for (String path : List.of("secret.txt", "out/secret.txt", "out/new/x", "nowhere", "nowhere/x")) {
                refused(DataFaults.PATH_OUTSIDE, () -> store.find(path));
                refused(DataFaults.PATH_OUTSIDE, () -> store.create(path).close());
                refused(DataFaults.PATH_OUTSIDE, () -> store.delete(path));
            }
        }
        assertThat(Files.readString(folder.resolve("secret.txt"))).isEqualTo("secret");
    }

    @Test
    void an_abandoned_file_leaves_neither_itself_nor_its_folders() throws IOException {
        Files.createDirectories(folder.resolve("was/there"));
        try (FileStore store = at(folder)) {
            FileOutput a = store.create("was/there/new/deep/a.txt");
            FileOutput b = store.create("was/there/new/b.txt");
            a.write(new byte[] {1}, 0, 1);
            assertThat(store.find("was/there/new/deep/a.txt")).isEmpty();
            a.close();
            assertThat(names(folder)).noneMatch(n -> n.contains("deep"));
            b.finish();
            b.close();
            assertThat(names(folder)).containsExactly("was", "was/there");
        }
    }

    @Test
    void what_a_killed_attempt_left_is_overwritten_by_the_same_attempt() throws IOException {
        try (FileStore store = at(folder)) {
            FileOutput killed = store.create("a.txt");
            killed.write(new byte[300_000], 0, 300_000);
            List<String> left = names(folder);
            try (FileOutput again = store.create("a.txt")) {
                assertThat(names(folder)).isEqualTo(left).hasSize(1);
                again.write("x".getBytes(), 0, 1);
                again.finish();
                again.publish();
            }
            killed.close();
        }
        assertThat(names(folder)).containsExactly("a.txt");
        assertThat(Files.readString(folder.resolve("a.txt"))).isEqualTo("x");
    }

    @Test
    void a_host_that_is_no_folder_here_is_refused_with_what_to_do() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "");
        for (String host : List.of("\\\\server", "C:\\data", "d:/data", "Myhost", "relative/x", file.toString())) {
            assertThatThrownBy(() -> at(host))
                    .as(host)
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().code()).isEqualTo("ConnectionSettingInvalid"))
                    .hasMessageContaining("/linkedService/host");
        }
        assertThatThrownBy(() -> at("C:\\data")).hasMessageContaining(RootFolder.MOUNTS);
        refused(DataFaults.FILE_MISSING, () -> at(folder.resolve("absent")));
    }

    @Test
    void a_windows_path_can_be_mapped_to_where_it_is_mounted() throws IOException {
        Files.writeString(Files.createDirectories(folder.resolve("Sub Folder")).resolve("a.txt"), "a");
        System.setProperty(RootFolder.MOUNTS, "\\\\Server\\Share=" + folder + ";C:\\data=/nowhere");
        try (FileStore store = at("\\\\SERVER\\share\\Sub Folder")) {
            assertThat(store.find("a.txt")).isPresent();
        } finally {
            System.clearProperty(RootFolder.MOUNTS);
        }
    }

    @Test
    void a_path_through_a_file_is_missing_for_readers_and_named_for_writers() throws IOException {
        Files.writeString(folder.resolve("file"), "x");
        try (FileStore store = at(folder)) {
            assertThat(store.find("file/below")).isEmpty();
            refused(DataFaults.FILE_MISSING, () -> store.list("file", true));
            refused(DataFaults.FILE_FAILED, () -> store.create("file/below/x.txt"));
            refused(DataFaults.FILE_FAILED, () -> store.create("n".repeat(300)));
            Files.createDirectories(folder.resolve("is/a/folder"));
            refused(DataFaults.FILE_FAILED, () -> store.create("is/a/folder"));
        }
    }

    @Test
    void a_folder_that_may_not_be_written_is_named() throws Exception {
        Path guarded = Files.createDirectories(folder.resolve("guarded"));
        boolean made = run("mount", "-t", "tmpfs", "-o", "size=64k,ro", "tmpfs", guarded.toString());
        assumeTrue(made, "SKIPPED: only root can mount a read-only file system");
        try (FileStore store = at(guarded)) {
            assertThatThrownBy(() -> store.create("x.txt")).isInstanceOfSatisfying(ProblemException.class, e -> {
                assertThat(e.problem().fault()).isEqualTo(DataFaults.FILE_FORBIDDEN);
                assertThat(e.problem().kind()).isEqualTo(Kind.SINK);
                assertThat(e.problem().message()).isEqualTo("The node may not write x.txt.");
            });
        } finally {
            assertThat(run("umount", guarded.toString())).isTrue();
        }
    }

    @Test
    void a_full_disk_is_said_and_nothing_is_left_on_it() throws Exception {
        Path small = Files.createDirectories(folder.resolve("small"));
        boolean made = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString());
        assumeTrue(made, "SKIPPED: only root can mount a small file system");
        try (FileStore store = at(small)) {
            try (FileOutput out = store.create("deep/big.bin")) {
                assertThatThrownBy(() -> {
                            out.write(new byte[2 << 20], 0, 2 << 20);
                            out.finish();
                        })
                        .isInstanceOfSatisfying(ProblemException.class, e -> {
                            assertThat(e.problem().fault()).isEqualTo(DataFaults.DISK_FULL);
                            assertThat(e.problem().kind()).isEqualTo(Kind.SINK);
                            assertThat(e.problem().evidence()).containsKeys("path", "free", "store");
                        });
            }
            assertThat(names(small)).isEmpty();
        } finally {
            assertThat(run("umount", small.toString())).isTrue();
        }
    }

    private static boolean run(String... command) throws Exception {
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes());
        int code = p.waitFor();
        if (code != 0) {
            System.err.println(String.join(" ", command) + ": " + said);
        }
        return code == 0;
    }
}
