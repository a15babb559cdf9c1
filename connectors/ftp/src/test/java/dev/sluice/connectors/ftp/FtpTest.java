package dev.sluice.connectors.ftp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Logging in, TLS, and what goes wrong, against a real server.
class FtpTest {
    @TempDir
    Path folder;

    @TempDir
    Path keys;

    private final TestJob job = new TestJob();

    @AfterEach
    void end() {
        job.close();
    }

    private FileStore open(Map<String, Object> service) {
        return new FtpConnector()
                .open(TestEndpoint.source().linkedService("FtpServer", service).build(), job);
    }

    private String moved(FileStore store) throws Exception {
        try (FileOutput out = store.create("d/x.txt")) {
            out.write("hello".getBytes(), 0, 5);
            out.finish();
            out.publish();
        }
        try (FileInput in = store.open(store.find("d/x.txt").orElseThrow());
                InputStream stream = in.stream(0, 100)) {
            return new String(stream.readAllBytes());
        }
    }

    private Problem problem(Map<String, Object> service) {
        ProblemException e = catchThrowableOfType(ProblemException.class, () -> {
            try (FileStore store = open(service);
                    Stream<FileEntry> all = store.list("", false)) {
                all.count();
            }
        });
        assertThat(e).as("a problem").isNotNull();
        assertThat(e.problem().message()).doesNotContain("unknown)").doesNotContain(FtpServers.PASSWORD);
        return e.problem();
    }

    private static Map<String, Object> with(Map<String, Object> service, String name, Object value) {
        Map<String, Object> all = new HashMap<>(service);
        all.put(name, value);
        return all;
    }

    @Test
    void files_move_within_tls_when_the_certificate_is_taken() throws Exception {
        try (FtpServers server = new FtpServers(folder, FtpServers.Tls.EXPLICIT, FtpServers.keyStore(keys))) {
            Map<String, Object> service = with(server.service(true), "enableServerCertificateValidation", false);
            try (FileStore store = open(service)) {
                assertThat(moved(store)).isEqualTo("hello");
            }
            Problem untrusted = problem(server.service(true));
            assertThat(untrusted.code()).isEqualTo("TlsCertificateUntrusted");
            assertThat(untrusted.message()).contains("localhost");
        }
    }

    @Test
    void tls_from_the_first_byte_is_spoken() throws Exception {
        try (FtpServers server = new FtpServers(folder, FtpServers.Tls.IMPLICIT, FtpServers.keyStore(keys))) {
            FtpServer settings = new FtpServer(
                    "ftp",
                    "localhost",
                    server.port,
                    "shop",
                    Optional.of(new SecretValue(FtpServers.PASSWORD)),
                    FtpServer.Encryption.IMPLICIT,
                    false);
            try (var session = new FtpSessions(settings).open()) {
                session.makeFolder("made");
                assertThat(session.find("made").orElseThrow().folder()).isTrue();
                try (var out = session.write("made/x")) {
                    out.write(new byte[1000]);
                }
                assertThat(session.list("made").getFirst().size()).isEqualTo(1000);
            }
        }
        Map<String, Object> registered =
                Map.of("host", "h", "port", BigDecimal.valueOf(990), "userName", "u", "password", new SecretValue("p"));
        assertThat(FtpServer.of(TestEndpoint.source()
                                .linkedService("FtpServer", registered)
                                .build())
                        .encryption())
                .isEqualTo(FtpServer.Encryption.IMPLICIT);
    }

    @Test
    void a_server_without_tls_is_refused_unless_tls_is_switched_off() throws Exception {
        try (FtpServers server = new FtpServers(folder, FtpServers.Tls.NONE, folder)) {
            Map<String, Object> unsaid = server.service(true);
            unsaid.remove("enableSsl");
            assertThat(problem(unsaid).code()).isEqualTo("TlsHandshakeFailed");
            try (FileStore store = open(server.service(false))) {
                assertThat(moved(store)).isEqualTo("hello");
            }
        }
    }

    @Test
    void wrong_passwords_hosts_and_ports_are_named() throws Exception {
        try (FtpServers server = new FtpServers(folder, FtpServers.Tls.NONE, folder)) {
            Map<String, Object> service = server.service(false);
            assertThat(problem(with(service, "password", new SecretValue("wrong")))
                            .code())
                    .isEqualTo("CredentialRejected");
            assertThat(problem(with(service, "host", "no-such-host.invalid")).code())
                    .isEqualTo("HostNameUnresolvable");
            int free;
            try (ServerSocket s = new ServerSocket(0)) {
                free = s.getLocalPort();
            }
            assertThat(problem(with(service, "port", BigDecimal.valueOf(free))).code())
                    .isEqualTo("ConnectionRefused");
            assertThat(problem(with(service, "userName", "shop\r\nDELE x")).code())
                    .isEqualTo("ConnectionSettingInvalid");
            assertThat(problem(with(service, "sslMode", "x")).code()).isEqualTo("ConnectionSettingNotAllowed");
        }
    }

    @Test
    void whoever_may_only_read_is_told_so_when_writing() throws Exception {
        Files.writeString(folder.resolve("there.txt"), "x");
        try (FtpServers server = new FtpServers(folder, FtpServers.Tls.NONE, folder)) {
            Map<String, Object> service = server.service(false);
            service.put("authenticationType", "Anonymous");
            service.remove("userName");
            service.remove("password");
            try (FileStore store = open(service)) {
                assertThat(store.find("there.txt")).isPresent();
                for (var refused : List.<org.assertj.core.api.ThrowableAssert.ThrowingCallable>of(
                        () -> store.create("x.txt"), () -> store.delete("there.txt"))) {
                    ProblemException e = catchThrowableOfType(ProblemException.class, refused);
                    assertThat(e.problem().code()).isEqualTo("PermissionDenied");
                    assertThat(e.problem().message()).contains("anonymous");
                }
            }
        }
        assertThat(folder.resolve("there.txt")).exists();
    }

    @Test
    void a_server_that_ends_idle_sessions_is_asked_again() throws Exception {
        Files.writeString(folder.resolve("a.txt"), "x");
        FtpServers first = new FtpServers(folder, FtpServers.Tls.NONE, folder);
        int port = first.port;
        try (dev.sluice.data.testkit.FaultyProxy line = new dev.sluice.data.testkit.FaultyProxy("127.0.0.1", port);
                FileStore store = open(with(first.service(false), "port", BigDecimal.valueOf(line.port())))) {
            assertThat(store.find("a.txt")).isPresent();
            line.cut();
            assertThat(store.find("a.txt")).isPresent();
        } finally {
            first.close();
        }
    }
}
