package dev.sluice.node.agent;

import dev.sluice.data.spi.outbound.ProxyAddress;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.ProxyFaults;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Tells apart why the service was not reached: name, port, time, trust, a proxy on the way, or anything else.
final class ConnectionProblems {
    private ConnectionProblems() {}

    static ProblemException of(URI service, Optional<ProxyAddress> proxy, long waitedMillis, Throwable failure) {
        return proxy.flatMap(way -> throughProxy(way, service, failure))
                .orElseGet(() -> direct(service, waitedMillis, failure));
    }

    /// What is different with a proxy on the way; empty when nothing is.
    private static Optional<ProblemException> throughProxy(ProxyAddress proxy, URI service, Throwable failure) {
        Optional<ProblemException> refused = Proxied.refusal(proxy, service, failure);
        if (refused.isPresent()) {
            return refused;
        }
        if (find(failure, ServiceTrust.StrangerException.class) instanceof ServiceTrust.StrangerException stranger) {
            return Optional.of(ProxyFaults.CERTIFICATE_REPLACED
                    .problem()
                    .evidence("proxy", proxy.shown())
                    .evidence("host", service.getHost())
                    .evidence("port", port(service))
                    .evidence("issuer", stranger.issuer())
                    .evidence("fingerprint", stranger.fingerprint())
                    .evidence("detail", stranger.getMessage())
                    .from(failure)
                    .exception());
        }
        // The only name and port that this side looks up and connects to is the proxy's.
        String detail = has(failure, UnknownHostException.class) || has(failure, UnresolvedAddressException.class)
                ? "its name cannot be resolved on this machine"
                : has(failure, SocketTimeoutException.class)
                        ? "it does not answer"
                        : has(failure, ConnectException.class) ? "nothing listens on that port" : "";
        return detail.isEmpty()
                ? Optional.empty()
                : Optional.of(ProxyFaults.UNREACHABLE
                        .problem()
                        .evidence("proxy", proxy.shown())
                        .evidence("host", service.getHost())
                        .evidence("port", port(service))
                        .evidence("detail", detail)
                        .from(failure)
                        .exception());
    }

    private static ProblemException direct(URI service, long waitedMillis, Throwable failure) {
        Problem.Builder problem;
        if (has(failure, UnknownHostException.class) || has(failure, UnresolvedAddressException.class)) {
            problem = NodeFaults.SERVICE_HOST_UNKNOWN.problem();
        } else if (find(failure, java.security.cert.CertificateException.class) instanceof Throwable untrusted) {
            problem = NodeFaults.SERVICE_UNTRUSTED.problem().evidence("detail", untrusted.getMessage());
        } else if (has(failure, SSLException.class)) {
            problem = NodeFaults.SERVICE_UNTRUSTED.problem().evidence("detail", message(failure));
        } else if (has(failure, SocketTimeoutException.class) || has(failure, TimeoutException.class)) {
            problem = NodeFaults.SERVICE_TIMEOUT.problem().evidence("seconds", waitedMillis / 1000);
        } else if (has(failure, ConnectException.class)) {
            problem = NodeFaults.SERVICE_PORT_REFUSED.problem();
        } else {
            problem = NodeFaults.SERVICE_UNREACHABLE.problem().evidence("detail", message(failure));
        }
        return problem.evidence("host", service.getHost())
                .evidence("port", port(service))
                .evidence("url", service)
                .from(failure)
                .exception();
    }

    private static int port(URI service) {
        return service.getPort() < 0 ? 443 : service.getPort();
    }

    private static boolean has(Throwable failure, Class<? extends Throwable> type) {
        return find(failure, type) != null;
    }

    private static @Nullable Throwable find(Throwable failure, Class<? extends Throwable> type) {
        Throwable t = failure;
        for (int depth = 0; t != null && depth < 20; depth++) {
            if (type.isInstance(t)) {
                return t;
            }
            t = t.getCause();
        }
        return null;
    }

    private static String message(Throwable failure) {
        String text = failure.getMessage();
        return text == null ? failure.getClass().getSimpleName() : text;
    }
}
