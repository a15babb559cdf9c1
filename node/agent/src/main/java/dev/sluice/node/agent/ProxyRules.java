package dev.sluice.node.agent;

import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.jetty.client.BasicAuthentication;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpProxy;
import org.eclipse.jetty.client.Origin;

/// How a node gets out to the service.
///
/// @param proxy `http://[user:password@]host:port`; empty for a direct connection
/// @param direct hosts and `.domains` that are reached without the proxy
public record ProxyRules(Optional<URI> proxy, List<String> direct) {
    public static final ProxyRules NONE = new ProxyRules(Optional.empty(), List.of());

    public ProxyRules {
        direct = List.copyOf(direct);
    }

    /// By the usual variables `HTTPS_PROXY` and `NO_PROXY`, in capitals or not.
    public static ProxyRules fromEnvironment(Map<String, String> environment) {
        String proxy = either(environment, "HTTPS_PROXY");
        if (proxy.isBlank()) {
            return NONE;
        }
        String address = proxy.contains("://") ? proxy : "http://" + proxy;
        List<String> direct = Arrays.stream(either(environment, "NO_PROXY").split(","))
                .map(s -> s.strip().toLowerCase(Locale.ROOT))
                .filter(s -> !s.isEmpty())
                .toList();
        return new ProxyRules(Optional.of(URI.create(address)), direct);
    }

    private static String either(Map<String, String> environment, String name) {
        return environment.getOrDefault(name, environment.getOrDefault(name.toLowerCase(Locale.ROOT), ""));
    }

    void apply(HttpClient client) {
        proxy.ifPresent(address -> {
            boolean tls = "https".equalsIgnoreCase(address.getScheme());
            int port = address.getPort() < 0 ? (tls ? 443 : 3128) : address.getPort();
            HttpProxy http = new HttpProxy(new Origin.Address(address.getHost(), port), tls) {
                @Override
                public boolean matches(Origin origin) {
                    return !isDirect(origin.getAddress().getHost());
                }
            };
            client.getProxyConfiguration().addProxy(http);
            String user = address.getUserInfo();
            if (user != null) {
                int colon = user.indexOf(':');
                client.getAuthenticationStore()
                        .addAuthenticationResult(new BasicAuthentication.BasicResult(
                                http.getURI(),
                                colon < 0 ? user : user.substring(0, colon),
                                colon < 0 ? "" : user.substring(colon + 1)));
            }
        });
    }

    boolean isDirect(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals("localhost")
                || name.equals("127.0.0.1")
                || name.equals("::1")
                || direct.stream()
                        .anyMatch(rule -> rule.equals("*")
                                || name.equals(rule)
                                || name.endsWith(rule.startsWith(".") ? rule : "." + rule));
    }

    /// The proxy's address may hold a password.
    @Override
    public String toString() {
        return "ProxyRules[" + proxy.map(URI::getHost).orElse("none") + "]";
    }
}
