package dev.sluice.node.agent.job;

import java.nio.file.Path;
import java.util.List;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
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
}
