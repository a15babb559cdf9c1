package dev.sluice.node.tools.preflight;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.PreflightFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.node.agent.ServiceTrust;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.HttpsURLConnection;

/// The checks on the way to the service: its name, its port and certificate, its clock.
public final class Outside {
    private static final int WAIT_MILLIS = 5_000;
    private static final Duration MOST_SKEW = Duration.ofMinutes(5);
    private static final Duration SOME_SKEW = Duration.ofMinutes(1);

    private final URI service;
    private final ServiceTrust trust;
    private final boolean proxied;
    private final InstantSource clock;

    /// @param proxied whether a proxy is set: then it resolves the name and opens the connection
    public Outside(URI service, ServiceTrust trust, boolean proxied, InstantSource clock) {
        this.service = service;
        this.trust = trust;
        this.proxied = proxied;
        this.clock = clock;
    }

    /// The checks in the order of the way; what lies behind one that failed is not tried.
    public List<Finding> check() {
        List<Finding> found = new ArrayList<>();
        if (proxied) {
            found.add(Finding.ok("service", "a proxy is set; 'sluice diagnose' measures the way through it"));
            return found;
        }
        try {
            InetAddress[] addresses = InetAddress.getAllByName(service.getHost());
            found.add(Finding.ok("resolver", service.getHost() + " is " + addresses[0].getHostAddress()));
        } catch (UnknownHostException e) {
            found.add(Preflight.of(
                    "resolver",
                    Finding.FAILED,
                    NodeFaults.SERVICE_HOST_UNKNOWN
                            .problem()
                            .evidence("host", service.getHost())
                            .build()));
            return found;
        }
        found.addAll(asked());
        return found;
    }

    private List<Finding> asked() {
        try {
            HttpsURLConnection connection =
                    (HttpsURLConnection) service.resolve("/").toURL().openConnection(Proxy.NO_PROXY);
            connection.setSSLSocketFactory(trust.context().getSocketFactory());
            connection.setConnectTimeout(WAIT_MILLIS);
            connection.setReadTimeout(WAIT_MILLIS);
            connection.setInstanceFollowRedirects(false);
            int status = connection.getResponseCode();
            long date = connection.getHeaderFieldDate("Date", 0);
            connection.disconnect();
            List<Finding> found = new ArrayList<>();
            found.add(Finding.ok("service", service + " answers (" + status + ")"));
            if (date > 0 && status != HttpURLConnection.HTTP_PROXY_AUTH) {
                found.add(clock(Instant.ofEpochMilli(date)));
            }
            return found;
        } catch (IOException e) {
            Problem problem = NodeFaults.SERVICE_UNREACHABLE
                    .problem()
                    .evidence("url", service)
                    .evidence("detail", e.getClass().getSimpleName() + ": " + e.getMessage())
                    .build();
            return List.of(Preflight.of("service", Finding.FAILED, problem));
        }
    }

    private Finding clock(Instant theirs) {
        Duration skew = Duration.between(theirs, clock.instant()).abs();
        if (skew.compareTo(SOME_SKEW) < 0) {
            return Finding.ok("clock", "within " + SOME_SKEW.toSeconds() + " s of the service's");
        }
        Problem problem = PreflightFaults.CLOCK_DIFFERS
                .problem()
                .evidence("seconds", skew.toSeconds())
                .evidence("service", theirs)
                .evidence("here", clock.instant())
                .build();
        return Preflight.of("clock", skew.compareTo(MOST_SKEW) < 0 ? Finding.WARNING : Finding.FAILED, problem);
    }
}
