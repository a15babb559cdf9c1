package dev.sluice.connectors.ftp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.copy.Connectors;
import dev.sluice.data.copy.Copy;
import dev.sluice.data.copy.CopySpec;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Whole copies of files between the two protocols, by the engine.
class CopiesTest {
    private static final Instant OLD = Instant.parse("2024-02-29T13:05:06Z");

    @TempDir
    Path sftpFolder;

    @TempDir
    Path ftpFolder;

    private SshServers sftp;
    private FtpServers ftp;
    private final TestJob job = new TestJob();

    @BeforeEach
    void start() throws Exception {
        sftp = new SshServers(sftpFolder);
        ftp = new FtpServers(ftpFolder, FtpServers.Tls.NONE, ftpFolder);
        put("in/a.bin", "alpha");
        put("in/b.txt", "beta");
        put("in/sub/c.bin", "gamma");
        Files.setLastModifiedTime(sftpFolder.resolve("in/a.bin"), FileTime.from(OLD));
    }

    @AfterEach
    void stop() throws Exception {
        assertThat(job.memory().used()).isZero();
        ftp.close();
        sftp.close();
        job.close();
    }

    private void put(String path, String text) throws IOException {
        Files.createDirectories(sftpFolder.resolve(path).getParent());
        Files.writeString(sftpFolder.resolve(path), text);
    }

    private TestEndpoint from() {
        return TestEndpoint.source()
                .linkedService("Sftp", sftp.service())
                .dataset("Binary")
                .location("type", "SftpLocation")
                .location("folderPath", "in")
                .store("type", "SftpReadSettings");
    }

    private TestEndpoint to() {
        return TestEndpoint.sink()
                .linkedService("FtpServer", ftp.service(false))
                .dataset("Binary")
                .location("type", "FtpServerLocation")
                .location("folderPath", "out")
                .store("type", "FtpWriteSettings");
    }

    private void copy(TestEndpoint source, TestEndpoint sink) {
        CopySpec spec = CopySpec.of(source.build(), sink.build(), new Settings("/typeProperties", Map.of()), "run-1");
        Connectors connectors = new Connectors(List.of(new SftpConnector(), new FtpConnector()), List.of());
        Copy.run(spec, connectors, job, progress -> {});
    }

    private static Map<String, String> contents(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            Map<String, String> found = new java.util.TreeMap<>();
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                found.put(folder.relativize(file).toString(), Files.readString(file));
            }
            return found;
        }
    }

    @Test
    void folders_are_kept() throws IOException {
        copy(from(), to());
        assertThat(contents(ftpFolder))
                .isEqualTo(Map.of("out/a.bin", "alpha", "out/b.txt", "beta", "out/sub/c.bin", "gamma"));
    }

    @Test
    void folders_are_flattened_or_files_merged() throws IOException {
        copy(from(), to().store("copyBehavior", "FlattenHierarchy"));
        assertThat(contents(ftpFolder).values()).containsExactlyInAnyOrder("alpha", "beta", "gamma");
        assertThat(contents(ftpFolder).keySet()).allMatch(path -> path.indexOf('/', 4) < 0);
        copy(
                from(),
                to().location("folderPath", "one").location("fileName", "all").store("copyBehavior", "MergeFiles"));
        assertThat(contents(ftpFolder)).containsEntry("one/all", "alphabetagamma");
    }

    @Test
    void wildcards_times_and_lists_choose_files() throws IOException {
        copy(
                from().store("wildcardFolderPath", "in")
                        .store("wildcardFileName", "*.bin")
                        .store("recursive", true),
                to());
        assertThat(contents(ftpFolder).values()).containsExactlyInAnyOrder("alpha", "gamma");
        copy(
                from().store("modifiedDatetimeStart", "2024-02-29T00:00:00Z")
                        .store("modifiedDatetimeEnd", "2024-03-01T00:00:00Z"),
                to().location("folderPath", "dated"));
        assertThat(contents(ftpFolder.resolve("dated"))).isEqualTo(Map.of("a.bin", "alpha"));
        put("list.txt", "b.txt\nsub/c.bin\n");
        copy(from().store("fileListPath", "list.txt"), to().location("folderPath", "listed"));
        assertThat(contents(ftpFolder.resolve("listed")).values()).containsExactlyInAnyOrder("beta", "gamma");
    }

    @Test
    void sources_are_deleted_after_the_commit_and_a_second_run_replaces() throws IOException {
        copy(from(), to());
        put("in/a.bin", "alpha, again");
        copy(from().store("deleteFilesAfterCompletion", true), to());
        assertThat(contents(ftpFolder))
                .containsEntry("out/a.bin", "alpha, again")
                .hasSize(3);
        assertThat(contents(sftpFolder)).isEmpty();
    }
}
