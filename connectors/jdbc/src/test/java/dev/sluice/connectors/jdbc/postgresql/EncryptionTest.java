package dev.sluice.connectors.jdbc.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.connectors.jdbc.postgresql.Database.Job;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Source;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Real TLS: the shared server is given a certificate of its own making and switched.
class EncryptionTest {
    private static final Map<String, Object> ASK =
            Map.of("query", "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");

    @TempDir
    Path folder;

    private static Source open(Map<String, Object> more) {
        Map<String, Object> service = Database.service();
        service.putAll(more);
        Endpoint endpoint = Database.endpoint(Kind.SOURCE, service, "", ASK);
        return new PostgreSqlConnector().source(endpoint, new Job());
    }

    private static Problem problem(Map<String, Object> more) {
        ProblemException e =
                catchThrowableOfType(ProblemException.class, () -> open(more).close());
        assertThat(e).as("a problem").isNotNull();
        assertThat(e.problem().kind()).isEqualTo(Kind.SOURCE);
        return e.problem();
    }

    @AfterEach
    void switch_off() throws Exception {
        Database.sql("ALTER SYSTEM RESET ssl", "SELECT pg_reload_conf()");
    }

    @Test
    void tls_is_spoken_checked_or_missed_as_the_linked_service_says() throws Exception {
        Problem none = problem(Map.of("sslMode", BigDecimal.valueOf(3)));
        assertThat(none.code()).isEqualTo("TlsCertificateUntrusted");
        assertThat(none.message()).contains("SSL");
        certify();
        for (Map<String, Object> service : java.util.List.<Map<String, Object>>of(
                Map.of("sslMode", "Require"),
                Map.of("sslMode", BigDecimal.TWO),
                Map.of("sslMode", "verify-full", "trustServerCertificate", true))) {
            try (Source s = open(service)) {
                assertThat(Database.read(s, 1)).containsExactly("t");
            }
        }
        for (int mode : new int[] {4, 5}) {
            Problem untrusted = problem(Map.of("sslMode", BigDecimal.valueOf(mode)));
            assertThat(untrusted.code()).isEqualTo("TlsCertificateUntrusted");
            assertThat(untrusted.message()).contains("localhost").doesNotContain("unknown)");
        }
    }

    private void certify() throws Exception {
        Path store = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "server",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=dns:localhost",
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        "changeit")
                .redirectErrorStream(true)
                .start();
        String said = new String(keytool.getInputStream().readAllBytes());
        assertThat(keytool.waitFor()).as(said).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, "changeit".toCharArray());
        }
        Path data = Path.of(Database.rows("SHOW data_directory").getFirst());
        pem(data, "server.crt", "CERTIFICATE", keys.getCertificate("server").getEncoded());
        pem(
                data,
                "server.key",
                "PRIVATE KEY",
                keys.getKey("server", "changeit".toCharArray()).getEncoded());
        Database.sql("ALTER SYSTEM SET ssl = on", "SELECT pg_reload_conf()");
        long deadline = System.nanoTime() + 10_000_000_000L;
        while (!Database.rows("SHOW ssl").getFirst().equals("on")) {
            assertThat(System.nanoTime()).as("TLS on within ten seconds").isLessThan(deadline);
            Thread.onSpinWait();
        }
    }

    private static void pem(Path data, String name, String type, byte[] der) throws Exception {
        String text = "-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END "
                + type + "-----\n";
        Path file = Files.writeString(data.resolve(name), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        Files.setOwner(file, Files.getOwner(data));
    }
}
