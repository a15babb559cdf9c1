package dev.sluice.data.spi.outbound;

import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.ProxyFaults;
import java.io.IOException;
import java.net.Authenticator;
import java.net.ConnectException;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/// Java's client with the proxy's part of the conversation added and taken out again.
///
/// The password goes to the proxy with the first request and by Basic: Java's own way of answering a 407 would
/// be an authenticator, and a client with one no longer passes a server's 401 on. A header `Proxy-Authorization`
/// leaves this process on the way to a proxy only; Java drops it on every other connection.
final class RoutedClient extends HttpClient {
    private static final int AUTHENTICATION_REQUIRED = 407;
    private static final int MOST_CAUSES = 20;

    private final HttpClient inner;
    private final Supplier<ProxyRules> rules;

    RoutedClient(HttpClient inner, Supplier<ProxyRules> rules) {
        this.inner = inner;
        this.rules = rules;
    }

    @Override
    public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
            throws IOException, InterruptedException {
        Optional<ProxyAddress> proxy = rules.get().on(request.uri());
        if (proxy.isEmpty()) {
            return inner.send(request, handler);
        }
        try {
            return passed(proxy.get(), request.uri(), inner.send(prepared(proxy.get(), request), handler));
        } catch (IOException e) {
            if (onTheWay(proxy.get(), request.uri(), e) instanceof ProblemException known) {
                throw known;
            }
            throw e;
        }
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(HttpRequest request, HttpResponse.BodyHandler<T> handler) {
        return told(request, sent -> inner.sendAsync(sent, handler));
    }

    @Override
    public <T> CompletableFuture<HttpResponse<T>> sendAsync(
            HttpRequest request, HttpResponse.BodyHandler<T> handler, HttpResponse.PushPromiseHandler<T> pushed) {
        return told(request, sent -> inner.sendAsync(sent, handler, pushed));
    }

    private <T> CompletableFuture<HttpResponse<T>> told(
            HttpRequest request, Function<HttpRequest, CompletableFuture<HttpResponse<T>>> sending) {
        Optional<ProxyAddress> proxy = rules.get().on(request.uri());
        if (proxy.isEmpty()) {
            return sending.apply(request);
        }
        ProxyAddress way = proxy.get();
        CompletableFuture<HttpResponse<T>> whole;
        try {
            whole = sending.apply(prepared(way, request));
        } catch (ProblemException e) {
            return CompletableFuture.failedFuture(e);
        }
        CompletableFuture<HttpResponse<T>> told = new CompletableFuture<>() {
            /// Only the future of the client itself ends the exchange.
            @Override
            public boolean cancel(boolean interrupting) {
                whole.cancel(interrupting);
                return super.cancel(interrupting);
            }
        };
        var unused = whole.whenComplete((answer, failure) -> {
            if (failure != null) {
                Throwable cause = failure.getCause();
                told.completeExceptionally(onTheWay(
                        way, request.uri(), failure instanceof CompletionException && cause != null ? cause : failure));
                return;
            }
            try {
                told.complete(passed(way, request.uri(), answer));
            } catch (ProblemException e) {
                told.completeExceptionally(e);
            }
        });
        return told;
    }

    private static HttpRequest prepared(ProxyAddress proxy, HttpRequest request) {
        if (proxy.encrypted()) {
            throw ProxyFaults.NOT_USABLE.with(
                    "proxy",
                    proxy.shown(),
                    "detail",
                    "connections to stores use http:// proxies only, not https:// ones");
        }
        if (proxy.user().isEmpty()) {
            return request;
        }
        return HttpRequest.newBuilder(request, (name, value) -> true)
                .setHeader("Proxy-Authorization", proxy.basic())
                .build();
    }

    /// An answer for an `https` address that came without TLS is the proxy's own.
    private static <T> HttpResponse<T> passed(ProxyAddress proxy, URI target, HttpResponse<T> answer) {
        boolean tunnel = "https".equalsIgnoreCase(target.getScheme());
        int status = answer.statusCode();
        boolean ofProxy = tunnel
                ? answer.sslSession().isEmpty() && status >= 300
                : status == AUTHENTICATION_REQUIRED
                        || answer.headers().firstValue("X-Squid-Error").isPresent();
        if (!ofProxy) {
            return answer;
        }
        if (answer.body() instanceof AutoCloseable body) {
            try {
                body.close();
            } catch (Exception e) {
                // Nothing of it is wanted.
            }
        }
        throw refused(proxy, target, status, answer.headers());
    }

    private static ProblemException refused(ProxyAddress proxy, URI target, int status, HttpHeaders headers) {
        String schemes = headers.allValues("Proxy-Authenticate").stream()
                .map(value -> value.strip().split("[ ,]", 2)[0])
                .distinct()
                .collect(Collectors.joining(", "));
        return Refusal.of(
                proxy,
                target,
                status,
                schemes,
                false,
                headers.firstValue("X-Squid-Error").orElse(""));
    }

    /// A failure to reach the proxy; any other failure as it is.
    private static Throwable onTheWay(ProxyAddress proxy, URI target, Throwable failure) {
        Throwable root = failure;
        for (int depth = 0; root.getCause() != null && depth < MOST_CAUSES; depth++) {
            root = root.getCause();
        }
        String detail;
        if (root instanceof UnresolvedAddressException || root instanceof java.net.UnknownHostException) {
            detail = "its name cannot be resolved";
        } else if (failure instanceof HttpConnectTimeoutException) {
            detail = "it does not answer";
        } else if (failure instanceof ConnectException) {
            detail = "it refuses the connection";
        } else {
            return failure;
        }
        Problem.Builder problem = about(ProxyFaults.UNREACHABLE, proxy, target);
        return problem.evidence("detail", detail).from(failure).exception();
    }

    private static Problem.Builder about(Fault fault, ProxyAddress proxy, URI target) {
        return fault.problem()
                .evidence("proxy", proxy.shown())
                .evidence("host", String.valueOf(target.getHost()).toLowerCase(Locale.ROOT))
                .evidence("port", Refusal.port(target));
    }

    @Override
    public Optional<CookieHandler> cookieHandler() {
        return inner.cookieHandler();
    }

    @Override
    public Optional<Duration> connectTimeout() {
        return inner.connectTimeout();
    }

    @Override
    public Redirect followRedirects() {
        return inner.followRedirects();
    }

    @Override
    public Optional<ProxySelector> proxy() {
        return inner.proxy();
    }

    @Override
    public SSLContext sslContext() {
        return inner.sslContext();
    }

    @Override
    public SSLParameters sslParameters() {
        return inner.sslParameters();
    }

    @Override
    public Optional<Authenticator> authenticator() {
        return inner.authenticator();
    }

    @Override
    public Version version() {
        return inner.version();
    }

    @Override
    public Optional<Executor> executor() {
        return inner.executor();
    }

    @Override
    public void shutdown() {
        inner.shutdown();
    }

    @Override
    public boolean awaitTermination(Duration duration) throws InterruptedException {
        return inner.awaitTermination(duration);
    }

    @Override
    public boolean isTerminated() {
        return inner.isTerminated();
    }

    @Override
    public void shutdownNow() {
        inner.shutdownNow();
    }

    @Override
    public void close() {
        inner.close();
    }
}
