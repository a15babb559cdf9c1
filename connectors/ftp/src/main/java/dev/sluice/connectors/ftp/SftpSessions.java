package dev.sluice.connectors.ftp;

import dev.sluice.data.remote.LoginRefusedException;
import dev.sluice.data.remote.RemoteSession;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Duration;
import java.util.Base64;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.sshd.client.SshClient;
import org.apache.sshd.client.config.hosts.HostConfigEntryResolver;
import org.apache.sshd.client.session.ClientSession;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.SshException;
import org.apache.sshd.common.config.keys.FilePasswordProvider;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.digest.BuiltinDigests;
import org.apache.sshd.common.keyprovider.KeyIdentityProvider;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.apache.sshd.core.CoreModuleProperties;
import org.apache.sshd.sftp.client.SftpClient;
import org.apache.sshd.sftp.client.SftpClientFactory;
import org.jspecify.annotations.Nullable;

/// Logs in to one server. The client's threads are shared by its sessions.
final class SftpSessions implements RemoteSession.Opener {
    static final Duration CONNECT = Duration.ofSeconds(30);
    private static final Duration HEARTBEAT = Duration.ofSeconds(30);
    private static final int MOST_KEY_BYTES = 1 << 20;

    private final SftpServer server;
    private @Nullable SshClient client;
    private boolean closed;

    SftpSessions(SftpServer server) {
        this.server = server;
    }

    private synchronized SshClient client() throws IOException {
        if (closed) {
            throw new IOException("the store is closed");
        }
        SshClient running = client;
        if (running == null) {
            running = SshClient.setUpDefaultClient();
            // Nothing of the node's own account: neither its keys nor its configuration.
            running.setKeyIdentityProvider(KeyIdentityProvider.EMPTY_KEYS_PROVIDER);
            running.setHostConfigEntryResolver(HostConfigEntryResolver.EMPTY);
            running.setPasswordIdentityProvider(null);
            // A server that does not answer is given up after three of these.
            CoreModuleProperties.HEARTBEAT_INTERVAL.set(running, HEARTBEAT);
            CoreModuleProperties.HEARTBEAT_NO_REPLY_MAX.set(running, 3);
            running.start();
            client = running;
        }
        return running;
    }

    @Override
    public RemoteSession open() throws IOException {
        InetSocketAddress address = new InetSocketAddress(server.host(), server.port());
        if (address.isUnresolved()) {
            throw new UnknownHostException(server.host());
        }
        ClientSession session =
                client().connect(server.user(), address).verify(CONNECT).getSession();
        try {
            return new SftpSession(session, loggedIn(session));
        } catch (IOException | RuntimeException e) {
            session.close(true);
            throw e;
        }
    }

    private SftpClient loggedIn(ClientSession session) throws IOException {
        AtomicReference<@Nullable String> refusedKey = new AtomicReference<>();
        session.setServerKeyVerifier((s, remote, key) -> {
            boolean known = server.fingerprint().map(f -> matches(f, key)).orElse(true);
            refusedKey.set(known ? null : KeyUtils.getFingerPrint(BuiltinDigests.sha256, key));
            return known;
        });
        server.password().map(SecretValue::reveal).ifPresent(session::addPasswordIdentity);
        if (server.key().isPresent()) {
            keys(server.key().get()).forEach(session::addPublicKeyIdentity);
        }
        try {
            session.auth().verify(CONNECT);
        } catch (SshException e) {
            String stranger = refusedKey.get();
            if (stranger != null) {
                throw untrusted(stranger, e);
            }
            if (e.getDisconnectCode() == SshConstants.SSH2_DISCONNECT_NO_MORE_AUTH_METHODS_AVAILABLE
                    || String.valueOf(e.getMessage()).contains("authentication methods")) {
                throw new LoginRefusedException("the server takes neither password nor key", e);
            }
            throw e;
        }
        return SftpClientFactory.instance().createSftpClient(session);
    }

    /// `SHA256:…`, or MD5 in pairs of hexadecimal digits, either with what ssh-keygen puts around it.
    static boolean matches(String wanted, PublicKey key) {
        String sha256 = KeyUtils.getFingerPrint(BuiltinDigests.sha256, key);
        String md5 = KeyUtils.getFingerPrint(BuiltinDigests.md5, key).substring("MD5:".length());
        for (String word : wanted.split("[\\s=]+", -1)) {
            String bare = word.toUpperCase(Locale.ROOT).startsWith("MD5:") ? word.substring(4) : word;
            if (word.equals(sha256)
                    || word.equals(sha256.substring("SHA256:".length()))
                    || bare.equalsIgnoreCase(md5)
                    || bare.replace('-', ':').equalsIgnoreCase(md5)) {
                return true;
            }
        }
        return false;
    }

    private ProblemException untrusted(String fingerprint, SshException e) {
        return ConnectionFaults.HOST_KEY_UNTRUSTED
                .problem()
                .evidence("host", server.host())
                .evidence("port", server.port())
                .evidence("store", server.name())
                .evidence("fingerprint", fingerprint)
                .evidence("detail", "the linked service names another one")
                .evidence("expected", server.fingerprint().orElse(""))
                .from(e)
                .exception();
    }

    private Iterable<KeyPair> keys(SftpServer.Key key) {
        String member = key.path().isPresent() ? "privateKeyPath" : "privateKeyContent";
        FilePasswordProvider phrase =
                key.passPhrase().map(p -> FilePasswordProvider.of(p.reveal())).orElse(FilePasswordProvider.EMPTY);
        try (InputStream in = new ByteArrayInputStream(bytes(key))) {
            Iterable<KeyPair> pairs = SecurityUtils.loadKeyPairIdentities(null, () -> member, in, phrase);
            if (pairs == null || !pairs.iterator().hasNext()) {
                throw invalid(member, "it holds no private key", null);
            }
            return pairs;
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw invalid(member, "it cannot be read, or passPhrase is not the right one: " + e.getMessage(), e);
        }
    }

    private static byte[] bytes(SftpServer.Key key) throws IOException {
        if (key.path().isPresent()) {
            Path file = Path.of(key.path().get());
            if (Files.size(file) > MOST_KEY_BYTES) {
                throw new IOException("the file is larger than a key");
            }
            return Files.readAllBytes(file);
        }
        String content = key.content().orElseThrow().reveal().strip();
        return content.startsWith("-----")
                ? content.getBytes(StandardCharsets.UTF_8)
                : Base64.getMimeDecoder().decode(content);
    }

    private ProblemException invalid(String member, String detail, @Nullable Exception e) {
        var problem = ConnectionFaults.SETTING_INVALID
                .problem()
                .evidence("setting", member)
                .evidence("store", server.name())
                .evidence("detail", detail);
        return e == null ? problem.exception() : problem.from(e).exception();
    }

    @Override
    public synchronized void close() {
        closed = true;
        SshClient running = client;
        client = null;
        if (running != null) {
            running.stop();
        }
    }
}
