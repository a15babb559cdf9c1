package dev.sluice.node.agent;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Tells apart why the service was not reached: name, port, time, trust, or anything else.
final class ConnectionProblems {
    private ConnectionProblems() {}

    static ProblemException of(URI service, long waitedMillis, Throwable failure) {
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
        int port = service.getPort() < 0 ? 443 : service.getPort();
        return problem.evidence("host", service.getHost())
                .evidence("port", port)
                .evidence("url", service)
                .from(failure)
                .exception();
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
