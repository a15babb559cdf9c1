package dev.sluice.local;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.RunFaults;
import dev.sluice.model.Json;
import dev.sluice.model.error.ErrorDocument;
import dev.sluice.service.run.Callback;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Where services call back that WebHook activities of a local run ask: an address of the loopback, so only services on
/// this machine reach it. Opened when the first such activity runs. Thread-safe.
final class CallbackDoor implements AutoCloseable {
    private static final int MAX_BYTES = 4 << 20;
    private static final String PATH = "/callbacks/";

    private final Map<String, Guest> expected = new ConcurrentHashMap<>();
    private @Nullable HttpServer server;

    /// @param taker takes the callback, or says why it comes too late
    private record Guest(boolean reportsStatus, Function<Callback, Optional<String>> taker) {}

    /// An address that nobody can guess.
    ///
    /// @param taker is called on a thread of the door's; takes the callback, or says why it comes too late
    String address(boolean reportsStatus, Function<Callback, Optional<String>> taker) {
        String token = UUID.randomUUID().toString();
        expected.put(token, new Guest(reportsStatus, taker));
        return "http://127.0.0.1:" + open().getAddress().getPort() + PATH + token;
    }

    private synchronized HttpServer open() {
        if (server == null) {
            try {
                server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.createContext(PATH, this::answer);
            server.start();
        }
        return server;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            int status = 200;
            byte[] body = Json.bytes(Json.object());
            try {
                take(exchange);
            } catch (ProblemException e) {
                status = e.problem().fault().equals(RunFaults.CALLBACK_LATE) ? 409 : 400;
                body = Json.bytes(ErrorDocument.of(List.of(e.problem())));
            }
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        }
    }

    private void take(HttpExchange exchange) throws IOException {
        Guest guest = expected.get(exchange.getRequestURI().getPath().substring(PATH.length()));
        if (guest == null || !exchange.getRequestMethod().equals("POST")) {
            throw RunFaults.CALLBACK_REFUSED.with("detail", "the address is none that this run has given out");
        }
        byte[] body = exchange.getRequestBody().readNBytes(MAX_BYTES + 1);
        if (body.length > MAX_BYTES) {
            throw RunFaults.CALLBACK_INVALID.with("detail", "it is larger than " + MAX_BYTES + " bytes");
        }
        guest.taker().apply(Callback.read(body, guest.reportsStatus())).ifPresent(late -> {
            throw RunFaults.CALLBACK_LATE.with("detail", late);
        });
    }

    @Override
    public synchronized void close() {
        if (server != null) {
            server.stop(0);
        }
    }
}
