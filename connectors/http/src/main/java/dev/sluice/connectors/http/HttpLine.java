package dev.sluice.connectors.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.outbound.WayOut;
import dev.sluice.data.trees.Json;
import dev.sluice.data.trees.TreePath;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Requests to one service: credentials added, answers read within a limit, failures named. Closing it, from any
/// thread, ends what is under way.
final class HttpLine implements AutoCloseable {
    static final int LONGEST = 64 << 20;
    private static final Duration CONNECT = Duration.ofSeconds(30);
    private static final int SHOWN = 500;
    private static final int MOST_HOPS = 5;

    private final RestService service;
    private final Endpoint endpoint;
    private final HttpClient client;
    private final URI home;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable SecretValue token;

    /// A request as paging and sink make it.
    record Question(String method, URI address, Map<String, String> headers, byte @Nullable [] body) {}

    /// @param received bytes as they came
    record Answer(int status, HttpHeaders headers, byte[] body, long received) {}

    HttpLine(RestService service, Endpoint endpoint) {
        this.service = service;
        this.endpoint = endpoint;
        this.home = address(service.url().replaceAll("[{}]", ""), endpoint);
        HttpClient.Builder builder =
                WayOut.clients().connectTimeout(CONNECT).followRedirects(HttpClient.Redirect.NEVER);
        if (service.trustEverything()) {
            builder.sslContext(AnyCertificate.context());
        }
        this.client = builder.build();
    }

    /// An address that can be asked; what may not stand in one is escaped.
    static URI address(String text, Endpoint endpoint) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.strip().getBytes(UTF_8)) {
            boolean plain = b > ' ' && b < 127 && "\"<>\\^`{|}".indexOf(b) < 0;
            out.append(plain ? String.valueOf((char) b) : String.format(Locale.ROOT, "%%%02X", b & 255));
        }
        try {
            return new URI(out.toString());
        } catch (java.net.URISyntaxException e) {
            throw DocumentFaults.MEMBER_INVALID
                    .problem()
                    .at(endpoint.datasetName())
                    .evidence("member", "url")
                    .evidence("value", "'" + text + "'")
                    .evidence("expected", "an address")
                    .exception();
        }
    }

    /// Asks for the service's own address. What it answers does not matter, unless it refuses who asks or fails:
    /// many services have nothing at their root.
    static void test(Endpoint endpoint) throws IOException {
        try (HttpLine line = new HttpLine(RestService.of(endpoint), endpoint)) {
            line.knock(CONNECT);
        }
    }

    /// The same on a line that is there.
    void knock(Duration timeout) throws IOException {
        Answer answer = ask(new Question("GET", home, Map.of(), null), timeout);
        int status = answer.status();
        if (status == 401 || status == 403 || status == 407 || status >= 500) {
            throw refused(answer, home);
        }
    }

    /// Waits; closing ends it.
    void pause(Duration time) throws IOException {
        try {
            if (closed.await(time.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException("closed");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted");
        }
    }

    /// Asks, and gives the answer whatever its status.
    Answer ask(Question question, Duration timeout) throws IOException {
        SecretValue used = token;
        Answer answer = asked(question, timeout);
        if (answer.status() != 401 || used == null) {
            return answer;
        }
        // One that was good before may have run out meanwhile: with a fresh one the answer counts.
        token = null;
        return asked(question, timeout);
    }

    private Answer asked(Question question, Duration timeout) throws IOException {
        HttpRequest.Builder request = HttpRequest.newBuilder(question.address()).timeout(timeout);
        request.header("Accept", "application/json").header("Accept-Encoding", "gzip");
        if (isHome(question.address())) {
            service.headers().forEach((name, value) -> request.setHeader(name, value.reveal()));
            authorise(request, timeout);
        }
        question.headers().forEach(request::setHeader);
        byte[] body = question.body();
        request.method(
                question.method(),
                body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body));
        return send(request.build(), timeout);
    }

    /// Asks for a file: the body comes as it is sent, and is closed by the caller. Redirections of a GET are
    /// followed, without credentials where they lead to another host. A refusal is thrown with its name; 416 is
    /// none.
    HttpResponse<InputStream> open(Question question, Duration timeout) throws IOException {
        URI address = question.address();
        for (int hop = 0; ; hop++) {
            HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(timeout);
            if (isHome(address)) {
                service.headers().forEach((name, value) -> request.setHeader(name, value.reveal()));
                authorise(request, timeout);
            }
            question.headers().forEach(request::setHeader);
            byte[] body = question.body();
            request.method(
                    question.method(),
                    body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofByteArray(body));
            HttpResponse<InputStream> response = begun(request.build(), timeout);
            int status = response.statusCode();
            Optional<String> location = response.headers().firstValue("Location");
            boolean moved = status >= 301 && status <= 308 && status != 304 && status != 305 && status != 306;
            if (moved && location.isPresent() && question.method().equals("GET") && hop < MOST_HOPS) {
                response.body().close();
                address = address.resolve(address(location.get(), endpoint));
            } else if (status == 200 || status == 206 || status == 416) {
                return response;
            } else {
                try (InputStream in = response.body()) {
                    byte[] said = in.readNBytes(4 * SHOWN);
                    throw refused(new Answer(status, response.headers(), said, said.length), address);
                }
            }
        }
    }

    private HttpResponse<InputStream> begun(HttpRequest request, Duration timeout) throws IOException {
        try {
            return client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted");
        } catch (IOException e) {
            throw named(e, request.uri(), timeout);
        }
    }

    private boolean isHome(URI address) {
        return String.valueOf(address.getHost()).equalsIgnoreCase(home.getHost())
                && address.getPort() == home.getPort()
                && String.valueOf(address.getScheme()).equalsIgnoreCase(home.getScheme());
    }

    private Answer send(HttpRequest request, Duration timeout) throws IOException {
        try {
            HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            boolean packed = response.headers()
                    .firstValue("Content-Encoding")
                    .filter("gzip"::equalsIgnoreCase)
                    .isPresent();
            Counted counted = new Counted(response.body());
            try (InputStream in = packed ? new GZIPInputStream(counted) : counted) {
                byte[] body = in.readNBytes(LONGEST + 1);
                if (body.length > LONGEST) {
                    throw DocumentFaults.LIMIT_EXCEEDED
                            .problem()
                            .at(shown(request.uri()))
                            .evidence("what", "the size of an answer")
                            .evidence("value", "more")
                            .evidence("limit", LONGEST)
                            .exception();
                }
                return new Answer(response.statusCode(), response.headers(), body, counted.count);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted");
        } catch (IOException e) {
            throw named(e, request.uri(), timeout);
        }
    }

    private void authorise(HttpRequest.Builder request, Duration timeout) throws IOException {
        switch (service.login()) {
            case RestService.Anonymous a -> {}
            case RestService.Basic b ->
                request.setHeader(
                        "Authorization",
                        "Basic "
                                + Base64.getEncoder()
                                        .encodeToString(
                                                (b.user() + ":" + b.password().reveal()).getBytes(UTF_8)));
            case RestService.ClientCredential c ->
                request.setHeader("Authorization", "Bearer " + token(c, timeout).reveal());
        }
    }

    private SecretValue token(RestService.ClientCredential c, Duration timeout) throws IOException {
        SecretValue known = token;
        if (known != null) {
            return known;
        }
        List<String> form = new ArrayList<>(List.of(
                "grant_type=" + (c.owner().isPresent() ? "password" : "client_credentials"),
                "client_id=" + URLEncoder.encode(c.id(), UTF_8),
                "client_secret=" + URLEncoder.encode(c.secret().reveal(), UTF_8)));
        c.owner().ifPresent(o -> {
            form.add("username=" + URLEncoder.encode(o.user(), UTF_8));
            form.add("password=" + URLEncoder.encode(o.password().reveal(), UTF_8));
        });
        c.scope().ifPresent(s -> form.add("scope=" + URLEncoder.encode(s, UTF_8)));
        c.resource().ifPresent(r -> form.add("resource=" + URLEncoder.encode(r, UTF_8)));
        Answer answer = send(
                HttpRequest.newBuilder(c.endpoint())
                        .timeout(timeout)
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Accept", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(String.join("&", form)))
                        .build(),
                timeout);
        if (answer.status() != 200) {
            throw ConnectionFaults.WRONG_PASSWORD
                    .problem()
                    .evidence("store", service.name())
                    .evidence("host", c.endpoint().getHost())
                    .evidence("port", port(c.endpoint()))
                    .evidence("user", c.id())
                    .evidence("status", answer.status())
                    .evidence("detail", clean(answer.body()))
                    .exception();
        }
        SecretValue fresh = new SecretValue(Json.find(answer.body(), TreePath.member("access_token"))
                .orElseThrow(() -> refused(answer, c.endpoint())));
        token = fresh;
        return fresh;
    }

    private static int port(URI address) {
        return address.getPort() >= 0 ? address.getPort() : "http".equalsIgnoreCase(address.getScheme()) ? 80 : 443;
    }

    /// What an answer other than a success means.
    ProblemException refused(Answer answer, URI address) {
        String detail = clean(answer.body());
        return switch (answer.status()) {
            case 401 ->
                ConnectionFaults.WRONG_PASSWORD
                        .problem()
                        .evidence("store", service.name())
                        .evidence("host", String.valueOf(address.getHost()))
                        .evidence("port", port(address))
                        .evidence("user", user())
                        .evidence("detail", detail)
                        .exception();
            case 403 ->
                ConnectionFaults.PERMISSION_DENIED
                        .problem()
                        .evidence("user", user())
                        .evidence("action", "use")
                        .evidence("object", shown(address))
                        .evidence("store", service.name())
                        .evidence("detail", detail)
                        .exception();
            case 404 ->
                DataFaults.FILE_MISSING
                        .problem()
                        .on(endpoint.side())
                        .evidence("path", shown(address))
                        .evidence("store", service.name())
                        .evidence("detail", detail)
                        .exception();
            case 408, 429, 502, 503, 504 ->
                ConnectionFaults.STORE_BUSY
                        .problem()
                        .evidence("store", service.name())
                        .evidence("status", answer.status())
                        .evidence("detail", detail)
                        .evidence("path", shown(address))
                        .exception();
            default ->
                ConnectionFaults.STORE_REFUSED
                        .problem()
                        .evidence("store", service.name())
                        .evidence("status", answer.status())
                        .evidence("detail", detail)
                        .evidence("path", shown(address))
                        .evidence(
                                "location",
                                answer.headers().firstValue("Location").orElse(null))
                        .exception();
        };
    }

    private String user() {
        return switch (service.login()) {
            case RestService.Anonymous a -> "anonymous";
            case RestService.Basic b -> b.user();
            case RestService.ClientCredential c -> c.id();
        };
    }

    /// An address without its query, which may hold keys.
    static String shown(URI address) {
        String text = address.toString();
        int query = text.indexOf('?');
        return query < 0 ? text : text.substring(0, query) + "?…";
    }

    /// The start of an answer, without this service's secrets.
    private String clean(byte[] body) {
        String text = new String(body, 0, Math.min(body.length, 4 * SHOWN), UTF_8).replaceAll("\\p{Cntrl}+", " ");
        for (SecretValue secret : secrets()) {
            text = secret.reveal().isEmpty() ? text : text.replace(secret.reveal(), "**********");
        }
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }

    private List<SecretValue> secrets() {
        List<SecretValue> all = new ArrayList<>(service.headers().values());
        switch (service.login()) {
            case RestService.Anonymous a -> {}
            case RestService.Basic b -> all.add(b.password());
            case RestService.ClientCredential c -> all.add(c.secret());
        }
        Optional.ofNullable(token).ifPresent(all::add);
        return all;
    }

    private RuntimeException named(IOException e, URI address, Duration timeout) throws IOException {
        if (closed.getCount() == 0) {
            throw e;
        }
        String host = String.valueOf(address.getHost());
        if (caused(e, UnresolvedAddressException.class)) {
            return ConnectionFaults.HOST_UNKNOWN
                    .problem()
                    .evidence("host", host)
                    .evidence("store", service.name())
                    .from(e)
                    .exception();
        }
        var fault = e instanceof HttpTimeoutException
                ? ConnectionFaults.CONNECT_TIMEOUT
                : e instanceof SSLException
                        ? ConnectionFaults.TLS_UNTRUSTED
                        : e instanceof ConnectException
                                ? ConnectionFaults.PORT_REFUSED
                                : ConnectionFaults.CONNECTION_LOST;
        return fault.problem()
                .evidence("host", host)
                .evidence("port", port(address))
                .evidence("store", service.name())
                .evidence("seconds", timeout.toSeconds())
                .evidence("detail", e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage())
                .from(e)
                .exception();
    }

    private static boolean caused(Throwable e, Class<? extends Throwable> type) {
        int depth = 0;
        for (Throwable t = e; t != null && depth < 20; t = t.getCause(), depth++) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        closed.countDown();
        client.shutdownNow();
    }

    private static final class Counted extends java.io.FilterInputStream {
        private long count;

        Counted(InputStream in) {
            super(in);
        }

        @Override
        public int read() throws IOException {
            int b = super.read();
            count += b < 0 ? 0 : 1;
            return b;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = super.read(into, offset, length);
            count += Math.max(0, n);
            return n;
        }
    }
}
