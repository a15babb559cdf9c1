package dev.sluice.node.app.console;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.diagnosis.ConsoleFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Serves the console on the loopback address. Every request must name this machine as its host (so that no
/// foreign name that leads here is of use), come from the console's own page where it changes anything, and
/// belong to somebody who has entered the PIN. Thread-safe.
public final class ConsoleServer implements AutoCloseable {
    /// Where it listens when that port is free.
    public static final int USUAL_PORT = 8470;

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleServer.class);
    private static final Duration SESSION = Duration.ofMinutes(30);
    private static final int MOST_SESSIONS = 20;
    private static final int MOST_BODY = 2 << 20;
    private static final int MOST_THREADS = 8;
    private static final String COOKIE = "sluice-console";
    private static final String CSRF = "X-Sluice-Console";
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
                    + "connect-src 'self'; form-action 'none'; frame-ancestors 'none'; base-uri 'none'";
    private static final Map<String, String> PAGES = Map.of(
            "/", "text/html; charset=utf-8",
            "/console.css", "text/css; charset=utf-8",
            "/console.js", "text/javascript; charset=utf-8",
            "/icon.svg", "image/svg+xml");

    private final HttpServer server;
    private final ExecutorService threads;
    private final ConsolePin pin;
    private final ConsoleApi api;
    private final InstantSource clock;
    private final Map<String, Session> sessions = new LinkedHashMap<>();
    private volatile Instant used;

    private record Session(String csrf, Instant until) {}

    private ConsoleServer(HttpServer server, ConsolePin pin, ConsoleApi api, InstantSource clock) {
        this.server = server;
        this.pin = pin;
        this.api = api;
        this.clock = clock;
        this.used = clock.instant();
        this.threads = new ThreadPoolExecutor(
                0,
                MOST_THREADS,
                10,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                Thread.ofPlatform().name("console").daemon().factory(),
                new ThreadPoolExecutor.CallerRunsPolicy());
        server.setExecutor(threads);
        server.createContext("/", this::answer);
        server.start();
    }

    /// Starts it.
    ///
    /// @param port 0 for the usual one, or any other that is free when that is not
    /// @throws ProblemException [ConsoleFaults#PORT_UNUSABLE] when a port that was named cannot be had
    public static ConsoleServer start(int port, ConsolePin pin, ConsoleApi api, InstantSource clock) {
        try {
            return new ConsoleServer(bound(port), pin, api, clock);
        } catch (IOException e) {
            throw ConsoleFaults.PORT_UNUSABLE
                    .problem()
                    .evidence("port", port == 0 ? USUAL_PORT : port)
                    .evidence("detail", String.valueOf(e.getMessage()))
                    .from(e)
                    .exception();
        }
    }

    private static HttpServer bound(int port) throws IOException {
        InetAddress here = InetAddress.getLoopbackAddress();
        try {
            return HttpServer.create(new InetSocketAddress(here, port == 0 ? USUAL_PORT : port), 0);
        } catch (BindException e) {
            if (port != 0) {
                throw e;
            }
            return HttpServer.create(new InetSocketAddress(here, 0), 0);
        }
    }

    public int port() {
        return server.getAddress().getPort();
    }

    /// `http://localhost:PORT/`.
    public String url() {
        return "http://localhost:" + port() + "/";
    }

    /// How long nobody has used it.
    public Duration unused() {
        return Duration.between(used, clock.instant());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            Headers headers = exchange.getResponseHeaders();
            headers.set("Content-Security-Policy", POLICY);
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Cache-Control", "no-store");
            headers.set("Cross-Origin-Resource-Policy", "same-origin");
            headers.set("Cross-Origin-Opener-Policy", "same-origin");
            try {
                requireOwn(exchange);
                serve(exchange);
            } catch (ProblemException e) {
                send(exchange, status(e.problem().fault()), "application/json", Json.bytes(error(e.problem())));
            } catch (IllegalArgumentException e) {
                Problem problem = DocumentFaults.MEMBER_INVALID
                        .problem()
                        .evidence("member", "request")
                        .evidence("value", "")
                        .evidence("expected", String.valueOf(e.getMessage()))
                        .build();
                send(exchange, 400, "application/json", Json.bytes(error(problem)));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.error("The console met an unexpected error", e);
                Problem problem = NodeFaults.INTERNAL
                        .problem()
                        .evidence("reference", "console")
                        .build();
                send(exchange, 500, "application/json", Json.bytes(error(problem)));
            }
        }
    }

    /// A page of somebody else's may have this machine asked by its own name, or by another name that leads here.
    private void requireOwn(HttpExchange exchange) {
        String host = exchange.getRequestHeaders().getFirst("Host");
        List<String> own = List.of("localhost:" + port(), "127.0.0.1:" + port(), "[::1]:" + port());
        if (host == null || !own.contains(host)) {
            throw ConsoleFaults.REQUEST_FOREIGN.with("detail", "its host is '" + host + "'");
        }
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        if (origin != null && !origin.equals("http://" + host)) {
            throw ConsoleFaults.REQUEST_FOREIGN.with("detail", "its origin is '" + origin + "'");
        }
        String site = exchange.getRequestHeaders().getFirst("Sec-Fetch-Site");
        boolean page = exchange.getRequestURI().getPath().equals("/");
        if (site != null && !site.equals("same-origin") && !page) {
            throw ConsoleFaults.REQUEST_FOREIGN.with("detail", "it is " + site);
        }
    }

    private void serve(HttpExchange exchange) throws IOException, InterruptedException {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        String type = PAGES.get(path);
        if (type != null && method.equals("GET")) {
            page(exchange, path, type);
            return;
        }
        if (path.equals("/api/sign-in") && method.equals("POST")) {
            signIn(exchange);
            return;
        }
        String id = cookie(exchange);
        Session session = require(id);
        if (!method.equals("GET")
                && !session.csrf().equals(exchange.getRequestHeaders().getFirst(CSRF))) {
            throw ConsoleFaults.REQUEST_FOREIGN.with("detail", "it lacks the page's mark");
        }
        used = clock.instant();
        if (path.equals("/api/sign-out") && method.equals("POST")) {
            synchronized (sessions) {
                sessions.remove(id);
            }
            send(exchange, 200, "application/json", Json.bytes(Json.object()));
            return;
        }
        JsonNode answer = method.equals("GET") ? api.get(path, query(exchange)) : api.post(path, body(exchange));
        if (path.equals("/api/state") && answer instanceof ObjectNode state) {
            // A page that is loaded again needs its mark.
            state.put("csrf", session.csrf());
        }
        send(exchange, 200, "application/json", Json.bytes(answer));
    }

    private void signIn(HttpExchange exchange) throws IOException {
        pin.check(body(exchange).member("pin").requiredText());
        used = clock.instant();
        String id = random();
        Session session = new Session(random(), clock.instant().plus(SESSION));
        synchronized (sessions) {
            sessions.put(id, session);
            if (sessions.size() > MOST_SESSIONS) {
                sessions.remove(sessions.keySet().iterator().next());
            }
        }
        LOG.info("Somebody has signed in to the console");
        exchange.getResponseHeaders()
                .set("Set-Cookie", COOKIE + "-" + port() + "=" + id + "; HttpOnly; SameSite=Strict; Path=/");
        send(exchange, 200, "application/json", Json.bytes(Json.object().put("csrf", session.csrf())));
    }

    /// Who is signed in stays so while being active.
    private Session require(String id) {
        Instant now = clock.instant();
        synchronized (sessions) {
            sessions.values().removeIf(s -> s.until().isBefore(now));
            Session session = sessions.get(id);
            if (session == null) {
                throw ConsoleFaults.SIGNED_OUT.with();
            }
            sessions.put(id, new Session(session.csrf(), now.plus(SESSION)));
            return session;
        }
    }

    private String cookie(HttpExchange exchange) {
        for (String header : exchange.getRequestHeaders().getOrDefault("Cookie", List.of())) {
            for (String part : header.split(";", -1)) {
                String cookie = part.strip();
                // Cookies know no ports, and there may be consoles of other nodes.
                String name = COOKIE + "-" + port() + "=";
                if (cookie.startsWith(name)) {
                    return cookie.substring(name.length());
                }
            }
        }
        return "";
    }

    private static Map<String, String> query(HttpExchange exchange) {
        Map<String, String> query = new LinkedHashMap<>();
        String text = Objects.requireNonNullElse(exchange.getRequestURI().getQuery(), "");
        for (String pair : text.split("&", -1)) {
            int equal = pair.indexOf('=');
            if (equal > 0) {
                query.put(pair.substring(0, equal), pair.substring(equal + 1));
            }
        }
        return query;
    }

    private static Place body(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(MOST_BODY + 1);
        if (body.length > MOST_BODY) {
            throw new IllegalArgumentException("at most " + MOST_BODY + " bytes");
        }
        return Place.root(Json.parseObject(body));
    }

    private static void page(HttpExchange exchange, String path, String type) throws IOException {
        String name = path.equals("/") ? "console.html" : path.substring(1);
        try (InputStream in = ConsoleServer.class.getResourceAsStream(name)) {
            send(exchange, 200, type, Objects.requireNonNull(in, name).readAllBytes());
        }
    }

    private static String random() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static int status(Fault fault) {
        return fault.equals(ConsoleFaults.SIGNED_OUT) || fault.equals(ConsoleFaults.PIN_WRONG)
                ? 401
                : fault.equals(ConsoleFaults.REQUEST_FOREIGN)
                        ? 403
                        : fault.equals(ConsoleFaults.LOCKED_OUT) ? 429 : 400;
    }

    private static ObjectNode error(Problem problem) {
        ObjectNode json = Json.object();
        json.put("code", problem.code());
        json.put("message", problem.message());
        ArrayNode steps = json.putArray("resolution");
        problem.resolution().forEach(steps::add);
        return json;
    }

    private static void send(HttpExchange exchange, int status, String type, byte @Nullable [] body)
            throws IOException {
        byte[] content = body == null ? new byte[0] : body;
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
        exchange.getResponseBody().write(content);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
