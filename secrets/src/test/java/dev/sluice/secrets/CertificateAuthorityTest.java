package dev.sluice.secrets;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.ServiceFaults;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificateAuthorityTest {
    @TempDir
    Path folder;

    @Test
    void the_first_start_makes_it_and_the_next_one_finds_it() throws Exception {
        CertificateAuthority made = CertificateAuthority.openOrCreate(folder.resolve("tls"), Material.CLOCK);
        CertificateAuthority found = CertificateAuthority.openOrCreate(folder.resolve("tls"), Material.CLOCK);
        assertThat(found.certificate()).isEqualTo(made.certificate());
        assertThat(found.issued(found.issueNode(Material.ec("secp256r1").getPublic(), "n", List.of())))
                .isTrue();
        assertThat(made.certificate().getNotAfter().toInstant()).isAfter(Material.NOW.plus(Duration.ofDays(3650)));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("tls/ca.key"))))
                .isEqualTo("rw-------");
        try (var files = Files.list(folder.resolve("tls"))) {
            assertThat(files.map(f -> f.getFileName().toString())).containsExactlyInAnyOrder("ca.pem", "ca.key");
        }
    }

    @Test
    void a_missing_foreign_or_damaged_key_is_a_problem_and_never_replaced() throws Exception {
        Path tls = folder.resolve("tls");
        CertificateAuthority.openOrCreate(tls, Material.CLOCK);
        String certificate = Files.readString(tls.resolve("ca.pem"));
        Files.delete(tls.resolve("ca.key"));
        assertDamaged(tls);
        Material.pem(tls.resolve("ca.key"), Material.ec("secp256r1").getPrivate());
        assertDamaged(tls);
        Files.writeString(tls.resolve("ca.key"), "rubbish");
        assertDamaged(tls);
        assertThat(Files.readString(tls.resolve("ca.pem"))).isEqualTo(certificate);
    }

    @Test
    void a_first_start_that_was_cut_off_before_the_certificate_is_begun_again() throws Exception {
        Path tls = folder.resolve("tls");
        CertificateAuthority.openOrCreate(tls, Material.CLOCK);
        Files.delete(tls.resolve("ca.pem"));
        assertThat(CertificateAuthority.openOrCreate(tls, Material.CLOCK).certificate())
                .isNotNull();
        assertThat(CertificateAuthority.openOrCreate(tls, Material.CLOCK).certificate())
                .isNotNull();
    }

    @Test
    void an_expired_authority_is_a_problem() {
        CertificateAuthority.openOrCreate(folder, Material.CLOCK);
        InstantSource later = InstantSource.fixed(Material.NOW.plus(Duration.ofDays(3700)));
        assertThatThrownBy(() -> CertificateAuthority.openOrCreate(folder, later))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("expired");
    }

    @Test
    void the_server_certificate_serves_tls_with_its_names_verified() throws Exception {
        CertificateAuthority authority = CertificateAuthority.openOrCreate(folder, Material.CLOCK);
        Identity server = authority.serverIdentity(folder, "server", List.of("localhost", "127.0.0.1", "::1"));
        assertThat(handshake(server, authority.certificate(), "localhost")).isEqualTo("CN=server,OU=server,O=Sluice");
        assertThat(handshake(server, authority.certificate(), "127.0.0.1")).startsWith("CN=server");
        Identity elsewhere = authority.issueServer("other", List.of("example.org"));
        assertThatThrownBy(() -> handshake(elsewhere, authority.certificate(), "localhost"))
                .isInstanceOf(javax.net.ssl.SSLHandshakeException.class);
    }

    @Test
    void the_server_identity_is_kept_until_names_or_time_make_a_new_one_necessary() {
        CertificateAuthority authority = CertificateAuthority.openOrCreate(folder, Material.CLOCK);
        X509Certificate first = authority
                .serverIdentity(folder, "server", List.of("Localhost", "127.0.0.1", "::1"))
                .certificate();
        assertThat(authority
                        .serverIdentity(folder, "server", List.of("Localhost", "127.0.0.1", "::1"))
                        .certificate())
                .isEqualTo(first);
        assertThat(authority
                        .serverIdentity(folder, "server", List.of("localhost", "db.example", "::1"))
                        .certificate())
                .isNotEqualTo(first);
        CertificateAuthority nextYear =
                CertificateAuthority.openOrCreate(folder, InstantSource.fixed(Material.NOW.plus(Duration.ofDays(380))));
        assertThat(nextYear.issued(nextYear.serverIdentity(folder, "server", List.of("Localhost", "127.0.0.1", "::1"))
                        .certificate()))
                .isTrue();
    }

    @Test
    void a_certificate_of_another_issuer_is_the_operators_and_never_written_over() throws Exception {
        assumeTrue(Material.hasOpenssl());
        CertificateAuthority authority = CertificateAuthority.openOrCreate(folder, Material.CLOCK);
        authority.serverIdentity(folder, "server", List.of("localhost"));
        Material.openssl(
                folder,
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "1",
                "-subj",
                "/CN=company",
                "-keyout",
                "server.key",
                "-out",
                "server.pem");
        String theirs = Files.readString(folder.resolve("server.pem"));
        Identity taken = authority.serverIdentity(folder, "server", List.of("localhost", "other"));
        assertThat(taken.certificate().getSubjectX500Principal().getName()).isEqualTo("CN=company");

        Material.openssl(folder, "genpkey", "-algorithm", "RSA", "-out", "server.key");
        assertThatThrownBy(() -> authority.serverIdentity(folder, "server", List.of("localhost")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("CertificateInvalid")
                .hasMessageContaining("server.key");
        assertThat(Files.readString(folder.resolve("server.pem"))).isEqualTo(theirs);
    }

    @Test
    void a_node_is_certified_by_its_request_under_the_name_the_service_gives_it() {
        CertificateAuthority authority = CertificateAuthority.openOrCreate(folder.resolve("ca"), Material.CLOCK);
        NodeKeys node = NodeKeys.create(folder.resolve("node"));
        X509Certificate issued =
                authority.issueNode(node.certificateRequest("i-want-this"), "node, \"1\"", List.of("n1"));
        assertThat(issued.getSubjectX500Principal().getName())
                .contains("node\\, \\\"1\\\"")
                .doesNotContain("want");
        assertThat(issued.getPublicKey()).isEqualTo(node.publicKey());
        assertThat(authority.issued(issued)).isTrue();
        assertThat(CertificateAuthority.openOrCreate(folder.resolve("other"), Material.CLOCK)
                        .issued(issued))
                .isFalse();
    }

    @Test
    void a_request_that_does_not_prove_possession_is_refused() throws Exception {
        CertificateAuthority authority = CertificateAuthority.openOrCreate(folder.resolve("ca"), Material.CLOCK);
        String request = NodeKeys.create(folder.resolve("node")).certificateRequest("n");
        byte[] der = Pem.first(request, "CERTIFICATE REQUEST");
        der[der.length - 5] ^= 1;
        for (String bad : List.of(Pem.write("CERTIFICATE REQUEST", der), "", "-----BEGIN CERTIFICATE REQUEST-----")) {
            assertThatThrownBy(() -> authority.issueNode(bad, "n", List.of()))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().fault()).isEqualTo(NodeFaults.CERTIFICATE_INVALID));
        }
        assertThatThrownBy(() -> authority.issueNode(Material.rsa(1024).getPublic(), "n", List.of()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("too short");
        assertThatThrownBy(() -> authority.issueServer("s", List.of("1.2.3.4.5")))
                .isInstanceOf(ProblemException.class);
        assertThatThrownBy(() -> authority.issueNode(request, "", List.of())).isInstanceOf(ProblemException.class);
    }

    @Test
    void openssl_accepts_the_chain_and_its_own_requests_are_accepted() throws Exception {
        assumeTrue(Material.hasOpenssl());
        CertificateAuthority authority = CertificateAuthority.openOrCreate(folder, Material.CLOCK);
        authority.serverIdentity(folder, "server", List.of("localhost", "::1"));
        assertThat(Material.openssl(
                        folder,
                        "verify",
                        "-x509_strict",
                        "-purpose",
                        "sslserver",
                        "-verify_hostname",
                        "localhost",
                        "-CAfile",
                        "ca.pem",
                        "server.pem"))
                .contains("OK");
        Material.openssl(
                folder, "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "k.pem", "-subj", "/CN=x", "-out", "r.pem");
        X509Certificate issued = authority.issueNode(Files.readString(folder.resolve("r.pem")), "node-7", List.of());
        assertThat(issued.getSubjectX500Principal().getName()).contains("CN=node-7");
    }

    private void assertDamaged(Path tls) {
        assertThatThrownBy(() -> CertificateAuthority.openOrCreate(tls, Material.CLOCK))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().fault()).isEqualTo(ServiceFaults.AUTHORITY_DAMAGED));
    }

    /// A real TLS handshake over loopback; returns the server's name as the client saw it.
    private static String handshake(Identity server, X509Certificate authority, String host) throws Exception {
        char[] password = "x".toCharArray();
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(server.keyStore(password), password);
        SSLContext serving = SSLContext.getInstance("TLS");
        serving.init(keys.getKeyManagers(), null, null);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(Identity.trustStore(List.of(authority)));
        SSLContext asking = SSLContext.getInstance("TLS");
        asking.init(null, trust.getTrustManagers(), null);
        return handshakeOnce(serving, asking, host);
    }

    private static String handshakeOnce(SSLContext serving, SSLContext asking, String host) throws Exception {
        try (SSLServerSocket listener = (SSLServerSocket)
                serving.getServerSocketFactory().createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread accepting = Thread.ofVirtual().start(() -> {
                try (var socket = listener.accept()) {
                    socket.getInputStream().read();
                } catch (java.io.IOException e) {
                    assertThat(e).isNotNull();
                }
            });
            try (SSLSocket socket = (SSLSocket) asking.getSocketFactory().createSocket(host, listener.getLocalPort())) {
                SSLParameters parameters = socket.getSSLParameters();
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                socket.setSSLParameters(parameters);
                socket.startHandshake();
                return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                        .getSubjectX500Principal()
                        .getName();
            } finally {
                accepting.join();
            }
        }
    }
}
