package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.service.app.nodes.Limits;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Starting where something is in the way, and the certificate.
class StartTest {
    @TempDir
    Path folder;

    private static Settings settings(Path data, int port, String database) {
        return new Settings(data, port, "localhost", database, InstantSource.system(), Limits.STANDARD, 100);
    }

    @Test
    void a_port_in_use_is_named_and_nothing_is_left_behind() throws Exception {
        try (Bench bench = new Bench(folder)) {
            int port = URI.create(bench.client.base).getPort();
            Path other = folder.resolve("other");
            assertThatThrownBy(() -> Service.start(settings(other, port, "sqlite")))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("HttpsPortUnavailable")
                    .hasMessageContaining(String.valueOf(port));
            try (Service again = Service.start(settings(other, 0, "sqlite"))) {
                assertThat(again.url()).startsWith("https://localhost:");
            }
        }
    }

    @Test
    void a_database_that_cannot_be_had_is_explained_without_its_password() throws Exception {
        assertThatThrownBy(() ->
                        Service.start(settings(folder, 0, "jdbc:postgresql://localhost:1/x?user=u&password=hush-hush")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("DatabaseUnusable")
                .hasMessageNotContaining("hush-hush");
        Files.writeString(folder.resolve("service.db"), "this is not a database, and long enough to be seen as none");
        assertThatThrownBy(() -> Service.start(settings(folder, 0, "sqlite")))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("DatabaseUnusable");
    }

    @Test
    void a_new_certificate_is_taken_up_without_dropping_a_connection() throws Exception {
        try (Bench bench = new Bench(folder)) {
            X509Certificate before = presented(bench.client);
            Files.delete(bench.data().resolve("tls/server.pem"));
            bench.service.lookAtCertificate();
            assertThat(presented(bench.client)).isEqualTo(before);
            TestClient fresh = new TestClient(bench.client.base, bench.data());
            assertThat(presented(fresh)).isNotEqualTo(before);
            fresh.http.shutdownNow();
        }
    }

    private static X509Certificate presented(TestClient client) throws Exception {
        HttpResponse<String> answer = client.http.send(
                HttpRequest.newBuilder(URI.create(client.base + "/api/v1/health"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return (X509Certificate) answer.sslSession().orElseThrow().getPeerCertificates()[0];
    }
}
