package dev.sluice.connectors.azure;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Predicate;

/// Stands between the connector and Azurite and does to chosen requests what networks and busy services do.
final class FaultyLine implements AutoCloseable {
    /// What happens to a request.
    enum Fault {
        /// The service's answer to too many requests.
        BUSY,
        /// Half of the answer arrives, then the connection ends.
        CUT,
        /// Half of the answer arrives, then nothing more.
        STALL,
        /// The request is carried out, the answer is lost.
        ANSWER_LOST
    }

    private static final Set<String> NOT_FORWARDED =
            Set.of("host", "connection", "content-length", "upgrade", "http2-settings", "expect");

    private final URI service;
    private final Function<String, Optional<String>> gate;
    private final HttpServer server;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final AtomicInteger remaining = new AtomicInteger();
    private final AtomicInteger hits = new AtomicInteger();
    private volatile Predicate<String> chosen = r -> false;
    private volatile Fault fault = Fault.CUT;

    /// @param service where requests go: scheme and authority count
    FaultyLine(URI service) throws IOException {
        this(service, authorization -> Optional.of(""));
    }

    /// @param gate what is added to a request's query, by its `Authorization`; a request for which there is nothing is
    ///     answered 401. Where something is added the header is not passed on
    FaultyLine(URI service, Function<String, Optional<String>> gate) throws IOException {
        this.service = service;
        this.gate = gate;
        this.server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 50);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /// From now on the next `times` requests that match suffer the fault.
    ///
    /// @param which of `METHOD /path?query`
    void fail(Fault what, int times, Predicate<String> which) {
        fault = what;
        remaining.set(times);
        hits.set(0);
        chosen = which;
    }

    /// Requests that suffered since.
    int hits() {
        return hits.get();
    }

    URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + service.getPath());
    }

    String connectionString(String original) {
        return original.replace(
                ":" + service.getPort() + "/", ":" + server.getAddress().getPort() + "/");
    }

    private void handle(HttpExchange e) throws IOException {
        try (e) {
            byte[] body = e.getRequestBody().readAllBytes();
            boolean hit = chosen.test(e.getRequestMethod() + " " + e.getRequestURI())
                    && remaining.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
            if (hit) {
                hits.incrementAndGet();
            }
            if (hit && fault == Fault.BUSY) {
                e.getResponseHeaders().add("x-ms-error-code", "ServerBusy");
                e.sendResponseHeaders(503, -1);
                return;
            }
            Optional<String> admitted =
                    gate.apply(String.valueOf(e.getRequestHeaders().getFirst("Authorization")));
            if (admitted.isEmpty()) {
                e.getResponseHeaders().add("x-ms-error-code", "InvalidAuthenticationInfo");
                e.sendResponseHeaders(401, -1);
                return;
            }
            HttpResponse<byte[]> answer = client.send(request(e, body, admitted.get()), BodyHandlers.ofByteArray());
            if (hit && fault == Fault.ANSWER_LOST) {
                return;
            }
            answer(e, answer, hit);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private HttpRequest request(HttpExchange e, byte[] body, String query) {
        String asked = e.getRequestURI().toString();
        String added = query.isEmpty() ? "" : (asked.contains("?") ? "&" : "?") + query;
        HttpRequest.Builder b = HttpRequest.newBuilder(
                        URI.create(service.getScheme() + "://" + service.getAuthority() + asked + added))
                .method(
                        e.getRequestMethod(),
                        body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        e.getRequestHeaders().forEach((name, values) -> {
            boolean replaced = !query.isEmpty() && name.equalsIgnoreCase("Authorization");
            if (!replaced && !NOT_FORWARDED.contains(name.toLowerCase(java.util.Locale.ROOT))) {
                values.forEach(v -> b.header(name, v));
            }
        });
        return b.build();
    }

    private void answer(HttpExchange e, HttpResponse<byte[]> answer, boolean hit)
            throws IOException, InterruptedException {
        for (Map.Entry<String, java.util.List<String>> h :
                answer.headers().map().entrySet()) {
            boolean own =
                    Set.of("transfer-encoding", "connection", "keep-alive").contains(h.getKey());
            if (!own && (e.getRequestMethod().equals("HEAD") || !h.getKey().equals("content-length"))) {
                e.getResponseHeaders().put(h.getKey(), h.getValue());
            }
        }
        byte[] body = answer.body();
        e.sendResponseHeaders(answer.statusCode(), body.length == 0 ? -1 : body.length);
        if (body.length == 0) {
            return;
        }
        e.getResponseBody().write(hit ? Arrays.copyOf(body, body.length / 2) : body);
        e.getResponseBody().flush();
        if (hit && fault == Fault.STALL) {
            ended.await();
        }
    }

    @Override
    public void close() {
        ended.countDown();
        server.stop(0);
        threads.shutdownNow();
        client.shutdownNow();
    }
}
