package dev.sluice.node.agent.web;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The proxy of the usual variables: `HTTPS_PROXY`, `HTTP_PROXY`, and `NO_PROXY` for hosts that are reached directly.
/// A proxy that wants a password is not served here.
final class ProxyChoice extends ProxySelector {
    private final Map<String, String> environment;

    ProxyChoice(Map<String, String> environment) {
        this.environment = environment;
    }

    @Override
    public List<Proxy> select(URI uri) {
        String host = String.valueOf(uri.getHost()).toLowerCase(Locale.ROOT);
        String address = variable(uri.getScheme().equalsIgnoreCase("https") ? "HTTPS_PROXY" : "HTTP_PROXY");
        if (address.isBlank() || isDirect(host)) {
            return List.of(Proxy.NO_PROXY);
        }
        URI proxy = URI.create(address.contains("://") ? address : "http://" + address);
        int port = proxy.getPort() < 0 ? 3128 : proxy.getPort();
        return List.of(new Proxy(Proxy.Type.HTTP, InetSocketAddress.createUnresolved(proxy.getHost(), port)));
    }

    private boolean isDirect(String host) {
        return host.equals("localhost")
                || host.equals("127.0.0.1")
                || host.equals("169.254.169.254")
                || Arrays.stream(variable("NO_PROXY").toLowerCase(Locale.ROOT).split(","))
                        .map(String::strip)
                        .filter(rule -> !rule.isEmpty())
                        .anyMatch(rule -> rule.equals("*")
                                || host.equals(rule)
                                || host.endsWith(rule.startsWith(".") ? rule : "." + rule));
    }

    private String variable(String name) {
        return environment.getOrDefault(name, environment.getOrDefault(name.toLowerCase(Locale.ROOT), ""));
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException e) {
        // The exchange fails with it.
    }
}
