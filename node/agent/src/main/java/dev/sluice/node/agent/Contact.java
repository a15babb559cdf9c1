package dev.sluice.node.agent;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Whether the service answers, since when, and if not, why. Says each change once in the log. Thread-safe.
final class Contact {
    private static final Logger LOG = LoggerFactory.getLogger(Contact.class);

    private static final long SHORTEST_PATIENCE_MILLIS = 300;

    private static final Set<String> REFUSALS = Set.of(
            NodeFaults.SERVICE_REFUSED.code(),
            NodeFaults.REQUEST_REFUSED.code(),
            NodeFaults.DELETED.code(),
            NodeFaults.CUT_OFF.code(),
            NodeFaults.EXPIRED.code());

    private final InstantSource clock;
    private @Nullable Instant last;
    private long lastSinceBoot;
    private @Nullable ProblemException problem;

    /// @param sinceBoot now, see [Clocks]
    Contact(InstantSource clock, long sinceBoot) {
        this.clock = clock;
        this.lastSinceBoot = sinceBoot;
    }

    /// A heartbeat was acknowledged; leases of its jobs count from when it was sent.
    synchronized void acknowledged(long sentSinceBoot) {
        if (problem != null) {
            LOG.info("The service answers again");
        }
        last = clock.instant();
        lastSinceBoot = sentSinceBoot;
        problem = null;
        notifyAll();
    }

    synchronized void failed(ProblemException e) {
        ProblemException before = problem;
        if (before == null || !before.problem().code().equals(e.problem().code())) {
            LOG.warn(
                    "{} (tries go on) {}",
                    e.getMessage(),
                    String.join(" ", e.problem().resolution()));
        }
        problem = e;
    }

    synchronized @Nullable Instant last() {
        return last;
    }

    /// When the last acknowledged heartbeat was sent, in [Clocks#sinceBootMillis()].
    synchronized long lastSinceBoot() {
        return lastSinceBoot;
    }

    /// How long to wait at most before the next try, in milliseconds: a quarter of what is left of the leases. A
    /// service
    /// that is back for a second only is met, and tries are few while there is time.
    ///
    /// @param usual never longer than this
    synchronized long patienceMillis(long nowSinceBoot, long leaseMillis, long usual) {
        long left = leaseMillis - (nowSinceBoot - lastSinceBoot);
        return Math.min(usual, Math.max(SHORTEST_PATIENCE_MILLIS, left / 4));
    }

    synchronized String problem() {
        return problem == null ? "" : problem.problem().toString();
    }

    /// The code of what keeps the service away; empty when nothing does.
    synchronized String code() {
        return problem == null ? "" : problem.problem().code();
    }

    /// Whether the service has refused this node.
    synchronized boolean refused() {
        String code = problem == null ? "" : problem.problem().code();
        return REFUSALS.contains(code);
    }

    synchronized boolean answered() {
        return last != null && problem == null;
    }

    /// Waits for the first acknowledged heartbeat.
    synchronized void awaitFirst() throws InterruptedException {
        while (last == null) {
            wait();
        }
    }
}
