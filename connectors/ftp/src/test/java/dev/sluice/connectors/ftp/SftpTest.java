package dev.sluice.connectors.ftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.testkit.FaultyProxy;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.common.keyprovider.KeyPairProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Logging in, and what goes wrong, against a real server.
class SftpTest {
    @TempDir
    Path folder;

    @TempDir
    Path keys;

    private SshServers server;
    private final TestJob job = new TestJob();

    @BeforeEach
    void start() throws Exception {
        server = new SshServers(folder);
        Files.writeString(folder.resolve("a.txt"), "hello");
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
        job.close();
    }

    private FileStore open(Map<String, Object> service) {
        return new SftpConnector()
                .open(TestEndpoint.source().linkedService("Sftp", service).build(), job);
    }

    private List<String> names(Map<String, Object> service) throws Exception {
        try (FileStore store = open(service);
                Stream<FileEntry> all = store.list("", true)) {
            return all.map(FileEntry::path).toList();
        }
    }

    private Problem problem(Map<String, Object> service) {
        ProblemException e = catchThrowableOfType(ProblemException.class, () -> names(service));
        assertThat(e).as("a problem").isNotNull();
        assertThat(e.problem().message()).doesNotContain("unknown)").doesNotContain(SshServers.PASSWORD);
        return e.problem();
    }

    private Map<String, Object> with(String name, Object value) {
        Map<String, Object> all = new HashMap<>(server.service());
        all.put(name, value);
        return all;
    }

    private Map<String, Object> without(String name) {
        Map<String, Object> all = new HashMap<>(server.service());
        all.remove(name);
        return all;
    }

    @Test
    void the_host_key_is_compared_in_every_usual_form() throws Exception {
        String sha = server.fingerprint();
        String md5 = server.md5();
        for (String form : List.of(
                sha,
                sha.substring("SHA256:".length()),
                md5,
                md5.substring(4),
                "ecdsa-sha2-nistp256 256 " + md5.substring(4).toUpperCase(java.util.Locale.ROOT),
                "256 " + sha + " root@host (ECDSA)")) {
            assertThat(names(with("hostKeyFingerprint", form))).as(form).containsExactly("a.txt");
        }
        Map<String, Object> skipped = without("hostKeyFingerprint");
        skipped.put("skipHostKeyValidation", true);
        assertThat(names(skipped)).containsExactly("a.txt");
    }

    @Test
    void another_host_key_or_none_named_is_refused() {
        Problem other = problem(with("hostKeyFingerprint", "SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"));
        assertThat(other.code()).isEqualTo("SshHostKeyUntrusted");
        assertThat(other.message()).contains(server.fingerprint());
        Problem none = problem(without("hostKeyFingerprint"));
        assertThat(none.code()).isEqualTo("ConnectionSettingInvalid");
        assertThat(none.message()).contains("hostKeyFingerprint");
    }

    @Test
    void wrong_passwords_hosts_and_ports_are_named() throws Exception {
        Problem password = problem(with("password", new SecretValue("wrong")));
        assertThat(password.code()).isEqualTo("CredentialRejected");
        assertThat(password.message()).contains("shop").doesNotContain("wrong'");
        Problem host = problem(with("host", "no-such-host.invalid"));
        assertThat(host.code()).isEqualTo("HostNameUnresolvable");
        int free;
        try (ServerSocket s = new ServerSocket(0)) {
            free = s.getLocalPort();
        }
        Problem port = problem(with("port", BigDecimal.valueOf(free)));
        assertThat(port.code()).isEqualTo("ConnectionRefused");
        assertThat(problem(with("proxyHost", "x")).code()).isEqualTo("ConnectionSettingNotAllowed");
        assertThat(problem(with("authenticationType", "Kerberos")).code()).isEqualTo("ConnectionSettingInvalid");
    }

    private Path key(String type, String passphrase) throws Exception {
        Path file = keys.resolve(type);
        Process keygen;
        try {
            keygen = new ProcessBuilder("ssh-keygen", "-q", "-t", type, "-N", passphrase, "-f", file.toString())
                    .redirectErrorStream(true)
                    .start();
        } catch (java.io.IOException absent) {
            Assumptions.abort("ssh-keygen is not installed (Debian: openssh-client)");
            throw absent;
        }
        String said = new String(keygen.getInputStream().readAllBytes());
        assertThat(keygen.waitFor()).as(said).isZero();
        String open = Files.readString(keys.resolve(type + ".pub"));
        server.trusted.add(PublicKeyEntry.parsePublicKeyEntry(open).resolvePublicKey(null, null, null));
        return file;
    }

    private Map<String, Object> byKey(String member, Object key, String passphrase) {
        Map<String, Object> all = without("password");
        all.put("authenticationType", "SshPublicKey");
        all.put(member, key);
        if (!passphrase.isEmpty()) {
            all.put("passPhrase", new SecretValue(passphrase));
        }
        return all;
    }

    @Test
    void keys_of_ssh_keygen_log_in_with_and_without_passphrase() throws Exception {
        for (String type : List.of("ed25519", "rsa", "ecdsa")) {
            Path plain = key(type, "");
            assertThat(names(byKey("privateKeyPath", plain.toString(), "")))
                    .as(type)
                    .containsExactly("a.txt");
            String content = Base64.getEncoder().encodeToString(Files.readAllBytes(plain));
            assertThat(names(byKey("privateKeyContent", new SecretValue(content), "")))
                    .containsExactly("a.txt");
            Files.delete(plain);
            Files.delete(keys.resolve(type + ".pub"));
            Path locked = key(type, "open sesame");
            assertThat(names(byKey("privateKeyPath", locked.toString(), "open sesame")))
                    .containsExactly("a.txt");
            Problem wrong = problem(byKey("privateKeyPath", locked.toString(), "abracadabra"));
            assertThat(wrong.code()).isEqualTo("ConnectionSettingInvalid");
            assertThat(wrong.message()).contains("passPhrase").doesNotContain("abracadabra");
        }
    }

    @Test
    void a_key_the_server_does_not_know_is_refused() throws Exception {
        Path stranger = key("ecdsa", "");
        server.trusted.clear();
        assertThat(problem(byKey("privateKeyPath", stranger.toString(), "")).code())
                .isEqualTo("CredentialRejected");
        assertThat(problem(byKey("privateKeyPath", keys.resolve("none").toString(), ""))
                        .code())
                .isEqualTo("ConnectionSettingInvalid");
        assertThat(KeyUtils.generateKeyPair(KeyPairProvider.ECDSA_SHA2_NISTP256, 256))
                .isNotNull();
    }

    @Test
    void a_connection_that_is_cut_while_reading_is_made_anew_once() throws Exception {
        byte[] content = new byte[6 << 20];
        new java.util.Random(5).nextBytes(content);
        Files.write(folder.resolve("large"), content);
        try (FaultyProxy line = new FaultyProxy("127.0.0.1", server.server.getPort());
                FileStore store = open(server.service(line.port()))) {
            FileEntry large = store.find("large").orElseThrow();
            try (FileInput in = store.open(large);
                    InputStream stream = in.stream(0, Long.MAX_VALUE)) {
                byte[] start = stream.readNBytes(1 << 20);
                line.cut();
                byte[] rest = stream.readAllBytes();
                assertThat(start.length + rest.length).isEqualTo(content.length);
                assertThat(java.util.Arrays.equals(rest, 0, rest.length, content, start.length, content.length))
                        .isTrue();
            }
            try (FileInput in = store.open(large);
                    InputStream stream = in.stream(0, Long.MAX_VALUE)) {
                stream.readNBytes(1 << 20);
                line.close();
                ProblemException e = catchThrowableOfType(ProblemException.class, stream::readAllBytes);
                assertThat(e.problem().code()).isIn("ConnectionRefused", "StoreConnectionLost", "ConnectionLost");
            }
        }
    }

    @Test
    void a_connection_that_is_cut_while_writing_leaves_nothing_visible() throws Exception {
        byte[] much = new byte[1 << 20];
        try (FaultyProxy line = new FaultyProxy("127.0.0.1", server.server.getPort());
                FileStore store = open(server.service(line.port()))) {
            FileOutput out = store.create("sub/new.bin");
            ProblemException e = catchThrowableOfType(ProblemException.class, () -> {
                for (int i = 0; i < 100; i++) {
                    out.write(much, 0, much.length);
                    if (i == 2) {
                        line.cut();
                    }
                }
                out.finish();
            });
            out.close();
            assertThat(e.problem().code()).isEqualTo("StoreConnectionLost");
            assertThat(store.find("sub/new.bin")).isEmpty();
        }
        // The line was there again: not even the hidden file is left.
        assertThat(folder.resolve("sub")).doesNotExist();
    }

    @Test
    void a_folder_with_a_slash_in_front_counts_from_the_servers_root() throws Exception {
        Files.createDirectories(folder.resolve("in"));
        Files.writeString(folder.resolve("in/x.txt"), "x");
        try (FileStore store = new SftpConnector()
                .open(
                        TestEndpoint.source()
                                .linkedService("Sftp", server.service())
                                .location("folderPath", "/in")
                                .build(),
                        job)) {
            assertThat(store.find("in/x.txt")).isPresent();
        }
    }

    @Test
    void a_folder_that_may_not_be_read_or_written_is_said_so() throws Exception {
        Assumptions.assumeTrue(
                !System.getProperty("user.name").equals("root"), "root may do everything; run as another user");
        Path locked = Files.createDirectory(folder.resolve("locked"));
        locked.toFile().setWritable(false);
        try (FileStore store = open(server.service())) {
            ProblemException e = catchThrowableOfType(ProblemException.class, () -> store.create("locked/x"));
            assertThat(e.problem().code()).isEqualTo("PermissionDenied");
        }
    }
}
