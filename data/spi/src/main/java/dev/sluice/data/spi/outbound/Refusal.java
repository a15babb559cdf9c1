package dev.sluice.data.spi.outbound;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.ProxyFaults;
import java.net.URI;
import java.util.Locale;

/// What a proxy means that does not let a connection through.
public final class Refusal {
    private static final int AUTHENTICATION_REQUIRED = 407;

    private Refusal() {}

    /// @param target what was to be reached
    /// @param status of the proxy's answer
    /// @param schemes of authentication that it offers; empty when it named none
    /// @param digest whether who asks can do Digest, besides Basic
    /// @param own the proxy's own word for it, e.g. squid's; may be empty
    public static ProblemException of(
            ProxyAddress proxy, URI target, int status, String schemes, boolean digest, String own) {
        Problem.Builder problem = switch (status) {
            case AUTHENTICATION_REQUIRED ->
                ProxyFaults.NOT_AUTHENTICATED
                        .problem()
                        .evidence("schemes", schemes.isEmpty() ? "not named" : schemes)
                        .evidence("user", proxy.user().isEmpty() ? null : proxy.user())
                        .evidence("detail", credentials(proxy, schemes, digest));
            case 500, 502, 503, 504 ->
                ProxyFaults.TARGET_UNREACHABLE.problem().evidence("detail", own.isEmpty() ? "it gives no reason" : own);
            default -> ProxyFaults.DENIED.problem().evidence("detail", own.isEmpty() ? "it gives no reason" : own);
        };
        return problem.evidence("proxyStatus", status)
                .evidence("proxy", proxy.shown())
                .evidence("host", String.valueOf(target.getHost()).toLowerCase(Locale.ROOT))
                .evidence("port", port(target))
                .exception();
    }

    private static String credentials(ProxyAddress proxy, String schemes, boolean digest) {
        if (proxy.user().isEmpty()) {
            return "none are set on this node";
        }
        String offered = schemes.toLowerCase(Locale.ROOT);
        if (!offered.isEmpty() && !offered.contains("basic") && !(digest && offered.contains("digest"))) {
            return "it does not offer " + (digest ? "Basic or Digest" : "Basic") + ", which is what can be done here";
        }
        return "it refuses user '" + proxy.user() + "' with the password that is set here";
    }

    static int port(URI address) {
        return address.getPort() >= 0 ? address.getPort() : "http".equalsIgnoreCase(address.getScheme()) ? 80 : 443;
    }
}
