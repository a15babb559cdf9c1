package dev.sluice.cli.client;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.NullNode;

/// Calls a Sluice service (or any Data Factory endpoint) with JSON in and out. Thread-safe.
///
/// Every failure is a [ServiceException] with the service's own code and message.
public final class ServiceClient implements AutoCloseable {
    private static final String API_VERSION = "2018-06-01";

    /// Numbers keep all their digits: what is read here may be sent back.
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    private final ServiceConnection connection;
    private final HttpClient http;

    public ServiceClient(ServiceConnection connection) {
        this.connection = connection;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(15));
        Path authority = connection.authority();
        if (authority != null) {
            builder.sslContext(trusting(authority));
        }
        this.http = builder.build();
    }

    public ServiceConnection connection() {
        return connection;
    }

    /// Calls `path` (from the root, or an absolute `nextLink`); the api-version is added where it is missing.
    ///
    /// @return the answer's JSON, a null node for an empty answer
    public JsonNode call(String method, String path, @Nullable JsonNode body) {
        return call(method, path, body, null);
    }

    /// As [#call(String, String, JsonNode)], for one version of a resource.
    ///
    /// @param etag the version that must be the current one; null for any
    public JsonNode call(String method, String path, @Nullable JsonNode body, @Nullable String etag) {
        HttpRequest.BodyPublisher content = body == null
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(JSON.writeValueAsBytes(body));
        HttpRequest.Builder request = request(path, Duration.ofSeconds(60))
                .header("Content-Type", "application/json")
                .method(method, content);
        if (etag != null) {
            request.header("If-Match", "\"" + etag + "\"");
        }
        return exchange(request);
    }

    /// Sends a file with `PUT`.
    public JsonNode upload(String path, Path file) {
        try {
            return exchange(request(path, Duration.ofMinutes(10))
                    .header("Content-Type", "application/octet-stream")
                    .PUT(HttpRequest.BodyPublishers.ofByteArray(Files.readAllBytes(file))));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(file + " cannot be read: " + e.getMessage(), e);
        }
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        return HttpRequest.newBuilder(target(path))
                .timeout(timeout)
                .header("Authorization", "Bearer " + connection.token())
                .header("Accept", "application/json");
    }

    private JsonNode exchange(HttpRequest.Builder request) {
        try {
            HttpResponse<byte[]> response = http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return answer(response);
        } catch (ConnectException e) {
            throw unreachable("connection refused: is the service running? Start one with 'sluice up'");
        } catch (IOException e) {
            throw unreachable(e.getMessage() == null ? e.toString() : e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable("interrupted");
        }
    }

    public JsonNode get(String path) {
        return call("GET", path, null);
    }

    /// All pages of a list.
    public List<JsonNode> list(String path) {
        List<JsonNode> items = new ArrayList<>();
        String next = path;
        while (!next.isEmpty()) {
            JsonNode page = get(next);
            page.path("value").forEach(items::add);
            next = page.path("nextLink").asString("");
        }
        return items;
    }

    public JsonNode put(String path, JsonNode body) {
        return call("PUT", path, body);
    }

    public JsonNode post(String path, @Nullable JsonNode body) {
        return call("POST", path, body);
    }

    private URI target(String path) {
        URI uri = path.startsWith("http") ? URI.create(path) : connection.url().resolve(path);
        if (uri.getPath().startsWith("/api/")
                || (uri.getQuery() != null && uri.getQuery().contains("api-version="))) {
            return uri;
        }
        String separator = uri.getQuery() == null ? "?" : "&";
        return URI.create(uri + separator + "api-version=" + API_VERSION);
    }

    private static JsonNode answer(HttpResponse<byte[]> response) {
        JsonNode body;
        try {
            body = response.body().length == 0 ? NullNode.getInstance() : JSON.readTree(response.body());
        } catch (JacksonException e) {
            body = NullNode.getInstance();
        }
        if (response.statusCode() < 400) {
            return body;
        }
        JsonNode error = body.path("error");
        throw new ServiceException(
                response.statusCode(),
                error.path("code").asString("Http" + response.statusCode()),
                error.path("message").asString("the service answered " + response.statusCode()),
                body);
    }

    private ServiceException unreachable(String detail) {
        return new ServiceException(0, "ServiceUnreachable", connection.url() + ": " + detail, NullNode.getInstance());
    }

    /// A name as one path segment.
    public static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static SSLContext trusting(Path authority) {
        try (InputStream pem = Files.newInputStream(authority)) {
            KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
            trusted.load(null, null);
            int n = 0;
            for (Certificate c : CertificateFactory.getInstance("X.509").generateCertificates(pem)) {
                trusted.setCertificateEntry("ca" + n++, c);
            }
            TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            managers.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, managers.getTrustManagers(), null);
            return context;
        } catch (IOException | GeneralSecurityException e) {
            throw new ServiceException(
                    0,
                    "AuthorityUnreadable",
                    authority + " is not a readable PEM certificate: " + e.getMessage(),
                    NullNode.getInstance());
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
