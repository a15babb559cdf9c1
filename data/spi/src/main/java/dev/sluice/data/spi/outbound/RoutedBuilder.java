package dev.sluice.data.spi.outbound;

import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.InetAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;

/// A builder whose clients are [RoutedClient]s.
final class RoutedBuilder implements HttpClient.Builder {
    private final HttpClient.Builder inner;
    private final Supplier<ProxyRules> rules;

    RoutedBuilder(HttpClient.Builder inner, Supplier<ProxyRules> rules) {
        this.inner = inner;
        this.rules = rules;
    }

    @Override
    public HttpClient build() {
        return new RoutedClient(inner.proxy(new RuledSelector(rules)).build(), rules);
    }

    @Override
    public HttpClient.Builder proxy(ProxySelector selector) {
        throw new UnsupportedOperationException("the way out is the process's");
    }

    @Override
    public HttpClient.Builder authenticator(Authenticator authenticator) {
        throw new UnsupportedOperationException("the way out is the process's");
    }

    @Override
    public HttpClient.Builder cookieHandler(CookieHandler handler) {
        inner.cookieHandler(handler);
        return this;
    }

    @Override
    public HttpClient.Builder connectTimeout(Duration duration) {
        inner.connectTimeout(duration);
        return this;
    }

    @Override
    public HttpClient.Builder sslContext(SSLContext context) {
        inner.sslContext(context);
        return this;
    }

    @Override
    public HttpClient.Builder sslParameters(SSLParameters parameters) {
        inner.sslParameters(parameters);
        return this;
    }

    @Override
    public HttpClient.Builder executor(Executor executor) {
        inner.executor(executor);
        return this;
    }

    @Override
    public HttpClient.Builder followRedirects(HttpClient.Redirect policy) {
        inner.followRedirects(policy);
        return this;
    }

    @Override
    public HttpClient.Builder version(HttpClient.Version version) {
        inner.version(version);
        return this;
    }

    @Override
    public HttpClient.Builder priority(int priority) {
        inner.priority(priority);
        return this;
    }

    @Override
    public HttpClient.Builder localAddress(InetAddress address) {
        inner.localAddress(address);
        return this;
    }
}
