package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.job.FolderListing;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against Apache MINA SSHD.
class SftpActivitiesTest extends FileActivitiesContract {
    @TempDir
    Path files;

    private final SshServer server = SshServer.setUpDefaultServer();

    @BeforeEach
    void start() throws Exception {
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(
                KeyPairProvider.wrap(KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256)));
        server.setPasswordAuthenticator((user, password, session) -> user.equals("shop") && password.equals("pw"));
        server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
        server.setFileSystemFactory(new VirtualFileSystemFactory(files));
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        server.stop(true);
    }

    @Override
    String service() {
        return """
                {"type":"Sftp","typeProperties":{"host":"127.0.0.1","port":%d,"userName":"shop","password":"pw",
                "skipHostKeyValidation":true}}""".formatted(server.getPort());
    }

    @Override
    String location() {
        return "\"type\":\"SftpLocation\"";
    }

    @Override
    String settings() {
        return "Sftp";
    }

    /// As a trigger that watches it has it done.
    @Test
    void a_watched_folder_is_listed_with_what_changed_since() throws Exception {
        Files.createDirectories(files.resolve("in/sub"));
        Files.writeString(files.resolve("in/a.csv"), "1");
        Files.writeString(files.resolve("in/sub/b.csv"), "2");
        Files.writeString(files.resolve("other.csv"), "3");
        FolderListing first = ListingTest.listing(JobBench.job(local, FolderListing.KIND, "{\"folderPath\":\"in\"}")
                .on(service()));
        assertThat(ListingTest.paths(first)).containsExactly("in/a.csv", "in/sub/b.csv");
        Files.writeString(files.resolve("in/a.csv"), "11");
        String known = "{\"folderPath\":\"in\",\"buckets\":" + ListingTest.digests(first) + "}";
        assertThat(ListingTest.paths(ListingTest.listing(
                        JobBench.job(local, FolderListing.KIND, known).on(service()))))
                .containsExactly("in/a.csv");
    }
}
