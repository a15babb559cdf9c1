package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.diagnosis.Kind;
import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.secrets.CertificateAuthority;
import dev.sluice.secrets.Identity;
import dev.sluice.secrets.NodeKeys;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Calls over TLS of a real server whose certificate no machine trusts, and which asks for one of its clients.
class WebTlsTest {
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    Path folder;

    private CertificateAuthority authority;
    private HttpsServer server;
    private final AtomicInteger answered = new AtomicInteger();

    @BeforeEach
    void start() throws Exception {
        authority = CertificateAuthority.openOrCreate(folder.resolve("ca"), InstantSource.system());
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        SSLContext tls = context(authority.issueServer("other", List.of("other.example")), authority);
        server.setHttpsConfigurator(new HttpsConfigurator(tls) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters wanted = tls.getDefaultSSLParameters();
                wanted.setWantClientAuth(true);
                parameters.setSSLParameters(wanted);
            }
        });
        server.createContext("/", exchange -> {
            answered.incrementAndGet();
            try (exchange) {
                byte[] answer = Json.bytes(Json.object().put("client", client((HttpsExchange) exchange)));
                exchange.sendResponseHeaders(200, answer.length);
                exchange.getResponseBody().write(answer);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private static String client(HttpsExchange exchange) {
        try {
            return exchange.getSSLSession().getPeerPrincipal().getName();
        } catch (SSLPeerUnverifiedException e) {
            return "nobody";
        }
    }

    private static SSLContext context(Identity identity, CertificateAuthority trusted) throws Exception {
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(identity.keyStore(PASSWORD), PASSWORD);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(Identity.trustStore(List.of(trusted.certificate())));
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return tls;
    }

    /// A key with a certificate of that authority, as Base64 of PKCS #12.
    private String pfx(CertificateAuthority issuer, String name) throws Exception {
        NodeKeys keys = NodeKeys.create(folder.resolve(name));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("me", keys.privateKey(), PASSWORD, new java.security.cert.Certificate[] {
            issuer.issueNode(keys.publicKey(), name, List.of()), issuer.certificate()
        });
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        store.store(bytes, PASSWORD);
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    private JobBench call(String more) {
        return JobBench.job(
                folder,
                "WebActivity",
                "{\"method\":\"GET\",\"url\":\"https://127.0.0.1:%d/\"%s}"
                        .formatted(server.getAddress().getPort(), more));
    }

    private static String certificate(String pfx, String password) {
        return ",\"disableCertValidation\":true,\"authentication\":{\"type\":\"ClientCertificate\",\"pfx\":"
                + "{\"type\":\"SecureString\",\"value\":\"" + pfx
                + "\"},\"password\":{\"type\":\"SecureString\",\"value\":\""
                + password + "\"}}";
    }

    @Test
    void a_server_that_nobody_vouches_for_is_refused_unless_the_activity_says_otherwise() {
        ActivityError error = call("").error();
        assertThat(error.details().getFirst().code()).isEqualTo("HttpEndpointUnreachable");
        assertThat(error.details().getFirst().kind()).isEqualTo(Kind.NETWORK);
        assertThat(error.message()).containsIgnoringCase("certificat");
        JsonNode output = call(",\"disableCertValidation\":true").output();
        assertThat(output.path("client").asString()).isEqualTo("nobody");
    }

    @Test
    void a_client_certificate_is_what_the_server_sees() throws Exception {
        JsonNode output =
                call(certificate(pfx(authority, "activity"), "changeit")).output();
        assertThat(output.path("client").asString()).contains("activity");
    }

    @Test
    void a_certificate_of_another_authority_is_refused_by_the_server() throws Exception {
        CertificateAuthority stranger =
                CertificateAuthority.openOrCreate(folder.resolve("stranger"), InstantSource.system());
        ActivityError error =
                call(certificate(pfx(stranger, "strange"), "changeit")).error();
        assertThat(error.details().getFirst().code()).isEqualTo("HttpEndpointUnreachable");
        // By TLS 1.3 a server judges the certificate after the client's handshake is over: whether its alert
        // (certificate_unknown) or its close is read first is up to the network, so only what it did is asserted.
        assertThat(answered).hasValue(0);
    }

    @Test
    void a_certificate_that_cannot_be_opened_is_told_without_its_password() throws Exception {
        ActivityError error =
                call(certificate(pfx(authority, "activity"), "wrong-password")).error();
        assertThat(error.details().getFirst().code()).isEqualTo("AuthenticationNotPossible");
        assertThat(Json.write(error.toJson())).doesNotContain("wrong-password").contains("password");
        ActivityError garbage = call(certificate("AAAA", "changeit")).error();
        assertThat(garbage.details().getFirst().code()).isEqualTo("AuthenticationNotPossible");
    }
}
