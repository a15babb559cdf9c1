package dev.sluice.connectors.ftp;

import dev.sluice.data.spi.SecretValue;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.file.virtualfs.VirtualFileSystemFactory;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;

/// A real SFTP server (Apache MINA SSHD) over a folder.
final class SshServers implements AutoCloseable {
    static final String PASSWORD = "s3cret-of-the-test";

    final SshServer server = SshServer.setUpDefaultServer();
    final Set<PublicKey> trusted = ConcurrentHashMap.newKeySet();
    private final KeyPair hostKey;

    SshServers(Path folder) throws Exception {
        hostKey = KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256);
        server.setHost("127.0.0.1");
        server.setKeyPairProvider(KeyPairProvider.wrap(hostKey));
        server.setPasswordAuthenticator((user, password, s) -> user.equals("shop") && password.equals(PASSWORD));
        server.setPublickeyAuthenticator(
                (user, key, s) -> user.equals("shop") && trusted.stream().anyMatch(k -> KeyUtils.compareKeys(k, key)));
        server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
        server.setFileSystemFactory(new VirtualFileSystemFactory(folder));
        server.start();
    }

    String fingerprint() {
        return KeyUtils.getFingerPrint(BuiltinDigests.sha256, hostKey.getPublic());
    }

    String md5() {
        return KeyUtils.getFingerPrint(BuiltinDigests.md5, hostKey.getPublic());
    }

    Map<String, Object> service(int port) {
        return new HashMap<>(Map.of(
                "host",
                "127.0.0.1",
                "port",
                BigDecimal.valueOf(port),
                "userName",
                "shop",
                "password",
                new SecretValue(PASSWORD),
                "hostKeyFingerprint",
                fingerprint()));
    }

    Map<String, Object> service() {
        return service(server.getPort());
    }

    @Override
    public void close() throws IOException {
        server.stop(true);
    }
}
