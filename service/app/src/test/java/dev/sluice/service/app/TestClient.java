package dev.sluice.service.app;

import dev.sluice.model.Json;
import dev.sluice.secrets.Certificates;
import dev.sluice.secrets.Identity;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import tools.jackson.databind.JsonNode;

/// A client over real HTTPS that trusts the service's CA. Keeps every answer, to be searched for secrets.
final class TestClient {
    static final String FACTORY = "/subscriptions/s1/resourceGroups/rg1/providers/Microsoft.DataFactory/factories/";
    static final String VERSION = "api-version=2018-06-01";

    final HttpClient http;
    final String base;
    final List<String> seen = new ArrayList<>();
    String token;

    TestClient(String base, Path data) throws IOException, GeneralSecurityException {
        this.base = base;
        this.token = Files.readString(data.resolve("admin-token")).strip();
        KeyStore trusted =
                Identity.trustStore(List.of(Certificates.fromPem(Files.readString(data.resolve("tls/ca.pem")))));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        this.http = HttpClient.newBuilder().sslContext(tls).build();
    }

    /// @param status of the answer
    record Reply(int status, HttpResponse<String> raw) {
        JsonNode json() {
            return Json.parse(raw.body());
        }

        String header(String name) {
            return raw.headers().firstValue(name).orElse("");
        }
    }

    /// @param path below the factories when it does not begin with a slash; an api-version is added where it belongs
    Reply send(String method, String path, String body, String... headers) throws Exception {
        String full = path.startsWith("/") ? path : FACTORY + path;
        if ((full.startsWith("/subscriptions") || full.startsWith("/providers")) && !full.contains("api-version")) {
            full += (full.contains("?") ? "&" : "?") + VERSION;
        }
        return exchange(method, base + full, body, headers);
    }

    Reply exchange(String method, String url, String body, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url))
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body));
        if (!token.isEmpty() && !List.of(headers).contains("Authorization")) {
            request.header("Authorization", "Bearer " + token);
        }
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        synchronized (seen) {
            seen.add(answer.body());
        }
        return new Reply(answer.statusCode(), answer);
    }

    Reply get(String path) throws Exception {
        return send("GET", path, "");
    }

    Reply put(String path, String body) throws Exception {
        return send("PUT", path, body);
    }

    Reply post(String path, String body) throws Exception {
        return send("POST", path, body);
    }
}
