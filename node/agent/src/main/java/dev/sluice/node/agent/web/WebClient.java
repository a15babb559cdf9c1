package dev.sluice.node.agent.web;

import dev.sluice.data.spi.outbound.WayOut;
import dev.sluice.diagnosis.ActivityFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Calls web services on behalf of one activity. Used by one thread, which is interrupted to end a call;
/// [#close()] cuts what is open.
///
/// Redirects are followed (at most 10), and an answer 202 with a Location is polled when the request says so. What
/// proves identity goes to the host of the request only, and to no other that an answer names.
public final class WebClient implements AutoCloseable {
    /// Data Factory's limit for an answer.
    public static final int MOST_BYTES = 4 << 20;

    private static final int MOST_REDIRECTS = 10;
    private static final Duration LEAST_PAUSE = Duration.ofMillis(200);
    private static final Duration USUAL_PAUSE = Duration.ofSeconds(5);
    private static final Duration MOST_PAUSE = Duration.ofMinutes(10);
    private static final int MOST_EXCERPT = 1_000;

    /// Headers that the client sets itself.
    private static final Set<String> OWN =
            Set.of("content-length", "host", "connection", "expect", "upgrade", "transfer-encoding");

    private final Identity identity;
    private final AllowedHosts hosts;
    private final Tokens tokens;
    private final HttpClient client;
    private final List<String> secrets = new ArrayList<>();

    /// @param unchecked whether the server's certificate is not looked at
    public WebClient(Identity identity, boolean unchecked, AllowedHosts hosts, Tokens tokens) {
        this.identity = identity;
        this.hosts = hosts;
        this.tokens = tokens;
        this.client = WayOut.clients()
                .sslContext(Tls.context(identity, unchecked))
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(Duration.ofSeconds(30))
                .build();
    }

    /// A text that must not be told when an answer holds it.
    public void keepSecret(String secret) {
        if (secret.length() >= 4) {
            secrets.add(secret);
        }
    }

    /// Makes the call, whatever the status of its answer.
    public WebRequest.Answer call(WebRequest request) throws InterruptedException {
        String proof = proof();
        WebRequest.Answer answer = followed(request, request.url(), proof);
        while (request.polls() && answer.status() == 202 && location(answer).isPresent()) {
            URI next = answer.url().resolve(location(answer).get());
            Thread.sleep(pause(answer));
            WebRequest poll = new WebRequest(
                    "GET", next, withoutContent(request.headers()), new byte[0], true, request.timeout());
            answer = followed(poll, request.url(), proof);
        }
        return answer;
    }

    /// As [#call], but an answer that is no success is a problem.
    public WebRequest.Answer succeed(WebRequest request) throws InterruptedException {
        WebRequest.Answer answer = call(request);
        if (!answer.succeeded()) {
            throw failed(answer);
        }
        return answer;
    }

    /// The problem that an answer is, with the beginning of what it says.
    public ProblemException failed(WebRequest.Answer answer) {
        return ActivityFaults.HTTP_STATUS
                .problem()
                .evidence("url", shown(answer.url()))
                .evidence("status", answer.status())
                .evidence("detail", excerpt(answer.text()))
                .exception();
    }

    private String excerpt(String text) {
        String clean = text;
        for (String secret : secrets) {
            clean = clean.replace(secret, "**********");
        }
        clean = clean.strip();
        return clean.isEmpty()
                ? "the answer has no content"
                : clean.length() > MOST_EXCERPT ? clean.substring(0, MOST_EXCERPT) + "…" : clean;
    }

    /// An address without what may be a secret in it.
    static String shown(URI url) {
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        String query = url.getRawQuery() == null ? "" : "?…";
        return url.getScheme() + "://" + url.getHost() + port + (url.getRawPath() == null ? "" : url.getRawPath())
                + query;
    }

    /// The Authorization header; empty without one.
    private String proof() throws InterruptedException {
        String proof = switch (identity) {
            case Identity.Anonymous _, Identity.Certificate _ -> "";
            case Identity.Basic b -> {
                keepSecret(b.password());
                String pair = b.user() + ":" + b.password();
                yield "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
            }
            case Identity.ServicePrincipal p -> {
                keepSecret(p.secret());
                yield "Bearer " + tokens.of(p, this);
            }
            case Identity.Managed m -> "Bearer " + tokens.of(m, this);
            case Identity.Bearer b -> "Bearer " + b.token();
        };
        keepSecret(proof.replaceFirst("^\\w+ ", ""));
        return proof;
    }

    private WebRequest.Answer followed(WebRequest request, URI home, String proof) throws InterruptedException {
        WebRequest at = request;
        for (int i = 0; i <= MOST_REDIRECTS; i++) {
            WebRequest.Answer answer = exchange(guarded(at, home, proof));
            java.util.Optional<String> target = location(answer);
            if (answer.status() < 300 || answer.status() >= 400 || answer.status() == 304 || target.isEmpty()) {
                return answer;
            }
            URI next = answer.url().resolve(target.get());
            boolean same = answer.status() == 307
                    || answer.status() == 308
                    || at.method().equals("GET");
            at = same
                    ? new WebRequest(at.method(), next, at.headers(), at.body(), at.polls(), at.timeout())
                    : new WebRequest("GET", next, withoutContent(at.headers()), new byte[0], at.polls(), at.timeout());
        }
        throw unreachable(request.url(), "it redirects more than " + MOST_REDIRECTS + " times", null);
    }

    private static Map<String, String> withoutContent(Map<String, String> headers) {
        Map<String, String> kept = new java.util.LinkedHashMap<>(headers);
        kept.keySet().removeIf(name -> name.toLowerCase(Locale.ROOT).startsWith("content-"));
        return kept;
    }

    /// With the proof for the host it is for, and without any for another.
    private static WebRequest guarded(WebRequest request, URI home, String proof) {
        Map<String, String> headers = new java.util.LinkedHashMap<>(request.headers());
        if (!origin(home).equals(origin(request.url()))) {
            headers.keySet().removeIf(name -> {
                String lower = name.toLowerCase(Locale.ROOT);
                return lower.equals("authorization") || lower.equals("cookie") || lower.endsWith("-key");
            });
        } else if (!proof.isEmpty()) {
            headers.keySet().removeIf(name -> name.equalsIgnoreCase("Authorization"));
            headers.put("Authorization", proof);
        }
        return new WebRequest(
                request.method(), request.url(), headers, request.body(), request.polls(), request.timeout());
    }

    private static String origin(URI url) {
        int port = url.getPort() >= 0 ? url.getPort() : url.getScheme().equalsIgnoreCase("https") ? 443 : 80;
        return (url.getScheme() + "://" + url.getHost() + ":" + port).toLowerCase(Locale.ROOT);
    }

    /// One request and its answer, no more.
    WebRequest.Answer exchange(WebRequest request) throws InterruptedException {
        URI url = request.url();
        if (url.getHost() == null
                || !(url.getScheme().equalsIgnoreCase("http") || url.getScheme().equalsIgnoreCase("https"))) {
            throw unreachable(url, "it is no address of http or https", null);
        }
        hosts.check(url);
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(built(request), BodyHandlers.limiting(BodyHandlers.ofByteArray(), MOST_BYTES));
        try {
            HttpResponse<byte[]> got = answer.get(request.timeout().toMillis(), TimeUnit.MILLISECONDS);
            return new WebRequest.Answer(got.statusCode(), got.headers().map(), got.body(), url);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw ActivityFaults.HTTP_TIMEOUT
                    .problem()
                    .evidence("url", shown(url))
                    .evidence("seconds", request.timeout().toSeconds())
                    .exception();
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof ProblemException known) {
                throw known;
            }
            throw unreachable(url, detail(cause), cause);
        } catch (InterruptedException e) {
            answer.cancel(true);
            throw e;
        }
    }

    private static HttpRequest built(WebRequest request) {
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.url())
                .method(
                        request.method(),
                        request.body().length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(request.body()));
        request.headers().forEach((name, value) -> {
            if (!OWN.contains(name.toLowerCase(Locale.ROOT))) {
                builder.setHeader(name, value);
            }
        });
        return builder.build();
    }

    private static String detail(Throwable e) {
        if (e instanceof java.net.http.HttpConnectTimeoutException) {
            return "the connection could not be made within 30 s";
        }
        if (e instanceof java.net.ConnectException && e.getMessage() == null) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            return root instanceof java.nio.channels.UnresolvedAddressException
                    ? "the name of the host is unknown"
                    : "the connection was refused";
        }
        if (e instanceof IOException io && String.valueOf(io.getMessage()).contains("exceeds capacity")) {
            return "the answer is larger than " + MOST_BYTES + " bytes";
        }
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }

    private static ProblemException unreachable(
            URI url, String detail, @org.jspecify.annotations.Nullable Throwable cause) {
        var problem = ActivityFaults.HTTP_UNREACHABLE
                .problem()
                .evidence("url", shown(url))
                .evidence("detail", detail);
        return (cause == null ? problem : problem.from(cause)).exception();
    }

    private static java.util.Optional<String> location(WebRequest.Answer answer) {
        return header(answer, "location");
    }

    private static java.util.Optional<String> header(WebRequest.Answer answer, String name) {
        return answer.headers().entrySet().stream()
                .filter(e -> e.getKey().equalsIgnoreCase(name))
                .flatMap(e -> e.getValue().stream())
                .findFirst();
    }

    private static Duration pause(WebRequest.Answer answer) {
        Duration asked = header(answer, "retry-after")
                .filter(text -> text.matches("\\d{1,6}"))
                .map(text -> Duration.ofSeconds(Long.parseLong(text)))
                .orElse(USUAL_PAUSE);
        return asked.compareTo(LEAST_PAUSE) < 0 ? LEAST_PAUSE : asked.compareTo(MOST_PAUSE) > 0 ? MOST_PAUSE : asked;
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
