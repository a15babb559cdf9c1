package dev.sluice.acceptance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A server of somebody else's that Web activities tell what they do: it remembers every request. Thread-safe.
final class Effects implements AutoCloseable {
    private static final JsonMapper JSON = JsonMapper.shared();

    /// Much longer than it takes; a machine may be slow.
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Effect> seen = new ArrayList<>();

    /// @param run the id of the pipeline run
    /// @param activity its name
    /// @param says what it was to say
    record Effect(String run, String activity, String says) {}

    Effects() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
    }

    private void take(HttpExchange exchange) throws IOException {
        try (exchange) {
            JsonNode body = JSON.readTree(exchange.getRequestBody().readAllBytes());
            synchronized (seen) {
                seen.add(new Effect(
                        body.path("run").asString(),
                        body.path("activity").asString(),
                        body.path("says").asString()));
            }
            byte[] answer = "{\"taken\":true}".getBytes(java.nio.charset.StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, answer.length);
            exchange.getResponseBody().write(answer);
        }
    }

    /// A Web activity that tells this server something, and tells it again when its process is killed.
    ///
    /// @param dependsOn members of the array of that name, as JSON
    /// @param says a text with expressions in it
    String activity(String name, String dependsOn, String says) {
        return """
                {"name":"%s","type":"WebActivity","dependsOn":[%s],
                 "policy":{"timeout":"0.00:20:00","retry":50,"retryIntervalInSeconds":1},
                 "typeProperties":{"method":"POST","url":"http://127.0.0.1:%d/","headers":{"Content-Type":"application/json"},
                  "body":{"run":"@{pipeline().RunId}","activity":"%s","says":"%s"}}}
                """.formatted(name, dependsOn, server.getAddress().getPort(), name, says);
    }

    private int count() {
        synchronized (seen) {
            return seen.size();
        }
    }

    /// Waits until so many more requests have come.
    void awaitMore(int more) {
        int wanted = count() + more;
        Eventually.value(more + " more effects", LIMIT, this::count, seen -> seen >= wanted);
    }

    /// The runs that have said something.
    Set<String> runs() {
        synchronized (seen) {
            return seen.stream().map(Effect::run).collect(Collectors.toSet());
        }
    }

    /// What an activity of a run has said, once per request.
    List<String> of(String run, String activity) {
        synchronized (seen) {
            return seen.stream()
                    .filter(e -> e.run().equals(run) && e.activity().equals(activity))
                    .map(Effect::says)
                    .toList();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
