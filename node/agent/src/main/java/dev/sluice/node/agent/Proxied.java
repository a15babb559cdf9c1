package dev.sluice.node.agent;

import dev.sluice.data.spi.outbound.ProxyAddress;
import dev.sluice.data.spi.outbound.ProxyRules;
import dev.sluice.data.spi.outbound.Refusal;
import dev.sluice.diagnosis.ProblemException;
import java.net.URI;
import java.util.Optional;
import org.eclipse.jetty.client.Authentication;
import org.eclipse.jetty.client.BasicAuthentication;
import org.eclipse.jetty.client.DigestAuthentication;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.HttpProxy;
import org.eclipse.jetty.client.HttpResponseException;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.Response;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;

/// The rules of proxies in terms of Jetty's client. The password goes out when the proxy asks, by what it asks
/// for: Digest or Basic.
final class Proxied {
    private Proxied() {}

    static void apply(ProxyRules rules, HttpClient client) {
        rules.https().ifPresent(address -> {
            HttpProxy proxy = new HttpProxy(new Origin.Address(address.host(), address.port()), address.encrypted()) {
                @Override
                public boolean matches(Origin origin) {
                    return !rules.isDirect(origin.getAddress().getHost());
                }
            };
            client.getProxyConfiguration().addProxy(proxy);
            if (!address.user().isEmpty()) {
                URI uri = proxy.getURI();
                String password = address.password().reveal();
                client.getAuthenticationStore()
                        .addAuthentication(
                                new DigestAuthentication(uri, Authentication.ANY_REALM, address.user(), password));
                client.getAuthenticationStore()
                        .addAuthentication(
                                new BasicAuthentication(uri, Authentication.ANY_REALM, address.user(), password));
            }
        });
    }

    /// What the proxy said instead of letting a connection through; empty when it did not say anything.
    static Optional<ProblemException> refusal(ProxyAddress proxy, URI target, Throwable failure) {
        Throwable t = failure;
        for (int depth = 0; t != null && depth < 20; depth++) {
            if (t instanceof HttpResponseException answered) {
                Response said = answered.getResponse();
                return Optional.of(Refusal.of(
                        proxy,
                        target,
                        said.getStatus(),
                        schemes(said),
                        true,
                        Optional.ofNullable(said.getHeaders().get("X-Squid-Error"))
                                .orElse("")));
            }
            t = t.getCause();
        }
        return Optional.empty();
    }

    private static String schemes(Response said) {
        return String.join(
                ", ",
                said.getHeaders().getFields(HttpHeader.PROXY_AUTHENTICATE).stream()
                        .map(HttpField::getValue)
                        .map(value -> value.strip().split("[ ,]", 2)[0])
                        .distinct()
                        .toList());
    }
}
