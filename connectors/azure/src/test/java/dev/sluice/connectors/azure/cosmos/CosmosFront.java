package dev.sluice.connectors.azure.cosmos;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.azure.json.JsonProviders;
import com.azure.json.JsonReader;
import com.azure.json.JsonWriter;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.data.testkit.TestEndpoint;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// What the real service has and [CosmosServer] lacks: signatures that are checked, a container of two ranges, plans of
/// queries; and whatever a test wants to go wrong.
final class CosmosFront implements AutoCloseable {
    static final String KEY = Base64.getEncoder().encodeToString("a key of the tests, thirty two by".getBytes(UTF_8));
    static final String DATABASE = "shop";
    private static final String TOKEN = "type%3Daad%26ver%3D1.0%26sig%3Dt0ken";
    private static final AtomicInteger CONTAINERS = new AtomicInteger();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static @Nullable Optional<Integer> running;

    final List<Asked> asked = new CopyOnWriteArrayList<>();
    /// Answers before the server is asked, or lets it be asked by null.
    volatile Function<Asked, @Nullable Reply> before = a -> null;
    /// Drops the answer that the server has given.
    volatile Function<Asked, Boolean> losing = a -> false;

    private final HttpServer server;
    private final int behind;

    record Asked(String method, String path, Map<String, String> headers, String body) {
        String header(String name) {
            return headers.getOrDefault(name.toLowerCase(Locale.ROOT), "");
        }

        boolean isQuery() {
            return !header("x-ms-documentdb-isquery").isEmpty();
        }
    }

    record Reply(int status, Map<String, String> headers, String body) {}

    CosmosFront() throws IOException {
        behind = port();
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::handle);
        server.start();
    }

    private static synchronized int port() {
        Optional<Integer> port = running;
        if (port == null) {
            port = CosmosServer.start();
            running = port;
            port.ifPresent(p -> send(p, "POST", "/dbs", Map.of(), "{\"id\":\"" + DATABASE + "\"}"));
        }
        assumeTrue(port.isPresent(), "SKIPPED: the server of Cosmos DB needs Node.js and npm");
        return port.orElseThrow();
    }

    String url() {
        return "http://localhost:" + server.getAddress().getPort() + "/";
    }

    String connectionString() {
        return "AccountEndpoint=" + url() + ";AccountKey=" + KEY + ";Database=" + DATABASE;
    }

    TestEndpoint source(String container) {
        return at(TestEndpoint.source(), container);
    }

    TestEndpoint sink(String container) {
        return at(TestEndpoint.sink(), container);
    }

    private TestEndpoint at(TestEndpoint side, String container) {
        return side.linkedService("CosmosDb", Map.of("connectionString", connectionString()))
                .dataset("CosmosDbSqlApiCollection")
                .with("collectionName", container);
    }

    /// A new container.
    String create(String keyPath) {
        String name = "container" + CONTAINERS.incrementAndGet();
        send(
                behind,
                "POST",
                "/dbs/" + DATABASE + "/colls",
                Map.of(),
                "{\"id\":\"" + name + "\",\"partitionKey\":{\"paths\":[\"" + keyPath + "\"],\"kind\":\"Hash\"}}");
        return name;
    }

    void insert(String container, String document) {
        Reply reply = send(behind, "POST", "/dbs/" + DATABASE + "/colls/" + container + "/docs", Map.of(), document);
        if (reply.status() != 201) {
            throw new IllegalStateException(reply.toString());
        }
    }

    void insertAll(String container, List<String> documents) {
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            documents.forEach(d -> threads.execute(() -> insert(container, d)));
        }
    }

    /// The documents of a container, without what the service adds, by the server itself.
    List<Map<String, Object>> documents(String container) {
        Reply reply = send(
                behind,
                "POST",
                "/dbs/" + DATABASE + "/colls/" + container + "/docs",
                Map.of(
                        "x-ms-documentdb-isquery", "True",
                        "x-ms-documentdb-query-enablecrosspartition", "True",
                        "x-ms-max-item-count", "100000",
                        "Content-Type", "application/query+json"),
                "{\"query\":\"SELECT * FROM c\"}");
        return documents(reply).stream()
                .map(d -> {
                    Map<String, Object> own = new LinkedHashMap<>(d);
                    own.keySet().removeIf(n -> n.startsWith("_"));
                    return own;
                })
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> documents(Reply reply) {
        return (List<Map<String, Object>>) read(reply.body()).get("Documents");
    }

    private static Map<String, Object> read(String json) {
        try (JsonReader reader = JsonProviders.createReader(json)) {
            return reader.readMap(JsonReader::readUntyped);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static Reply send(
            int port, String method, String path, Map<String, String> headers, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        headers.forEach(request::setHeader);
        request.method(
                method,
                body == null || body.isEmpty()
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofString(body));
        try {
            HttpResponse<String> answer = HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
            Map<String, String> said = new LinkedHashMap<>();
            answer.headers().map().forEach((name, values) -> {
                if (name.startsWith("x-ms-")) {
                    said.put(name, values.getFirst());
                }
            });
            return new Reply(answer.statusCode(), said, answer.body());
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new LinkedHashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            Asked question = new Asked(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getRawPath(),
                    headers,
                    new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            asked.add(question);
            Reply reply = question.path().endsWith("/oauth2/v2.0/token")
                    ? new Reply(200, Map.of(), "{\"access_token\":\"t0ken\",\"expires_in\":3600}")
                    : isSigned(question) || question.header("Authorization").equals(TOKEN)
                            ? Optional.ofNullable(before.apply(question)).orElseGet(() -> served(question))
                            : new Reply(
                                    401,
                                    Map.of(),
                                    "{\"code\":\"Unauthorized\",\"message\":\"The input authorization token"
                                            + " can't serve the request.\\r\\nActivityId: 1\"}");
            if (losing.apply(question)) {
                return;
            }
            reply.headers().forEach(exchange.getResponseHeaders()::set);
            byte[] body = reply.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(reply.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    /// "Access control on Azure Cosmos DB resources": verb, kind, link, date, each on a line of its own.
    static boolean isSigned(Asked question) {
        String[] parts = URLDecoder.decode(question.path().substring(1), UTF_8).split("/");
        boolean named = parts.length % 2 == 0;
        String kind = parts.length == 1 && parts[0].isEmpty() ? "" : parts[parts.length - (named ? 2 : 1)];
        String link = String.join("/", java.util.Arrays.asList(parts).subList(0, parts.length - (named ? 0 : 1)));
        String text = question.method().toLowerCase(Locale.ROOT) + "\n" + kind + "\n" + link + "\n"
                + question.header("x-ms-date").toLowerCase(Locale.ROOT) + "\n\n";
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(KEY), "HmacSHA256"));
            String wanted =
                    "type=master&ver=1.0&sig=" + Base64.getEncoder().encodeToString(mac.doFinal(text.getBytes(UTF_8)));
            return URLDecoder.decode(question.header("Authorization"), UTF_8).equals(wanted);
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private Reply served(Asked question) {
        if (question.path().endsWith("/pkranges")) {
            return new Reply(200, Map.of(), "{\"PartitionKeyRanges\":[{\"id\":\"0\"},{\"id\":\"1\"}]}");
        }
        if (!question.header("x-ms-cosmos-is-query-plan-request").isEmpty()) {
            boolean ordered = question.body().contains("ORDER BY");
            return new Reply(
                    200,
                    Map.of(),
                    "{\"queryInfo\":{\"distinctType\":\"None\",\"top\":null,\"orderBy\":["
                            + (ordered ? "\"Ascending\"" : "") + "],\"aggregates\":[]}}");
        }
        Map<String, String> passed = new LinkedHashMap<>(question.headers());
        List.of("host", "connection", "content-length", "authorization", "http2-settings", "upgrade")
                .forEach(passed::remove);
        String range = question.header("x-ms-documentdb-partitionkeyrangeid");
        passed.keySet().removeIf(n -> n.equals("x-ms-documentdb-partitionkeyrangeid"));
        Reply reply = send(behind, question.method(), question.path(), passed, question.body());
        return range.isEmpty() || reply.status() != 200 ? reply : of(range, reply);
    }

    /// What a range of the two holds: documents by the hash of their content.
    private static Reply of(String range, Reply reply) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        List<Map<String, Object>> mine = documents(reply).stream()
                .filter(d -> Math.floorMod(d.toString().hashCode(), 2) == Integer.parseInt(range.substring(0, 1)) % 2)
                .toList();
        try (JsonWriter writer = JsonProviders.createWriter(out)) {
            writer.writeStartObject().writeStringField("_rid", "r").writeFieldName("Documents");
            writer.writeUntyped(mine)
                    .writeIntField("_count", mine.size())
                    .writeEndObject()
                    .flush();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return new Reply(200, reply.headers(), out.toString(UTF_8));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
