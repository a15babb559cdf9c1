package dev.sluice.node.agent.breaker;

import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProxyFaults;
import dev.sluice.model.job.JobSpec;
import dev.sluice.wire.StoreBreaker;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One breaker for each linked service that jobs of this node use. Thread-safe.
///
/// Closed: jobs run. After [#FAILURES] jobs in a row whose failure says that the store cannot be reached or is
/// throttling, it opens: jobs that need the store fail at once, without a worker, a connection, or more load on a
/// store that is down. When the pause is over it is half-open: one job runs as a probe. If it reaches the store,
/// the breaker closes; if not, it opens again for twice as long, at most [#LONGEST]. A linked service that was
/// changed has a new, closed breaker. Jobs that test a connection are never held up.
public final class Breakers {
    /// In a row, with no success between.
    public static final int FAILURES = 5;

    static final Duration FIRST = Duration.ofSeconds(15);
    static final Duration LONGEST = Duration.ofMinutes(5);

    /// Kept, at most; beyond it those that are closed are forgotten.
    private static final int MOST = 500;

    private static final String TEST = "ConnectionTest";

    /// What says that a store is not there, not that this job is wrong.
    private static final Set<String> NOT_THERE = Set.of(
            ConnectionFaults.HOST_UNKNOWN.code(),
            ConnectionFaults.PORT_REFUSED.code(),
            ConnectionFaults.CONNECT_TIMEOUT.code(),
            ConnectionFaults.CONNECTION_LOST.code(),
            ConnectionFaults.TOO_MANY_CONNECTIONS.code(),
            ConnectionFaults.STORE_BUSY.code(),
            ProxyFaults.UNREACHABLE.code(),
            ProxyFaults.TARGET_UNREACHABLE.code());

    private final InstantSource clock;
    private final RandomGenerator random;
    private final Map<Key, Breaker> breakers = new LinkedHashMap<>();

    public Breakers(InstantSource clock, RandomGenerator random) {
        this.clock = clock;
        this.random = random;
    }

    /// @param content of the linked service: another one is another store
    private record Key(String factory, String store, int content) {}

    private static final class Breaker {
        private int failures;
        private int openings;
        private @Nullable Instant until;
        private @Nullable String probe;
        private String code = "";
    }

    /// Whether a job may run now; a probe is taken by this call. Each admitted job is to be [#ended].
    ///
    /// @param job tells jobs apart
    /// @return why not; empty when it may
    public synchronized Optional<Problem> admit(String job, JobSpec spec) {
        if (spec.kind().equals(TEST)) {
            return Optional.empty();
        }
        Instant now = clock.instant();
        List<Breaker> probed = new ArrayList<>();
        for (Map.Entry<Key, JobSpec.Resource> used : stores(spec).entrySet()) {
            Breaker breaker = breakers.get(used.getKey());
            if (breaker == null || breaker.until == null) {
                continue;
            }
            if (now.isBefore(breaker.until) || breaker.probe != null) {
                return Optional.of(refused(used.getKey(), breaker, now));
            }
            probed.add(breaker);
        }
        probed.forEach(breaker -> breaker.probe = job);
        return Optional.empty();
    }

    private static Problem refused(Key key, Breaker breaker, Instant now) {
        Instant until = breaker.until;
        long seconds =
                until == null ? 0 : Math.max(0, Duration.between(now, until).toSeconds());
        return ConnectionFaults.CIRCUIT_OPEN
                .problem()
                .evidence("store", key.store())
                .evidence("failures", breaker.failures)
                .evidence("code", breaker.code)
                .evidence("state", breaker.probe == null ? "open" : "half-open, one job is trying it")
                .evidence("seconds", seconds)
                .build();
    }

    /// Takes note of how an admitted job ended.
    public synchronized void ended(String job, JobSpec spec, JsonNode outcome) {
        JsonNode cause = outcome.path("error").path("details").path(0);
        String code = cause.path("code").asString("");
        String store = cause.path("evidence").path("store").asString("");
        boolean succeeded = outcome.path("status").asString("").equals("Succeeded");
        boolean notThere = NOT_THERE.contains(code);
        stores(spec).keySet().forEach(key -> {
            if (succeeded || !notThere && !code.isEmpty() && key.store().equals(store)) {
                // It answered, even if it said no.
                close(key);
            } else if (notThere && key.store().equals(store)) {
                failed(key, code);
            } else {
                release(key, job);
            }
        });
    }

    private void close(Key key) {
        breakers.remove(key);
    }

    /// The probe ended without a word about the store: the next job tries it.
    private void release(Key key, String job) {
        Breaker breaker = breakers.get(key);
        if (breaker != null && job.equals(breaker.probe)) {
            breaker.probe = null;
        }
    }

    private void failed(Key key, String code) {
        if (breakers.size() >= MOST) {
            breakers.values().removeIf(b -> b.until == null);
        }
        Breaker breaker = breakers.computeIfAbsent(key, k -> new Breaker());
        breaker.failures++;
        breaker.code = code;
        boolean wasProbe = breaker.until != null;
        breaker.probe = null;
        if (breaker.failures >= FAILURES && (breaker.until == null || wasProbe)) {
            long full = Math.min(LONGEST.toMillis(), FIRST.toMillis() << Math.min(breaker.openings, 10));
            breaker.openings++;
            // Nodes that lost a store at the same moment do not all come back to it at the same moment.
            breaker.until = clock.instant().plusMillis(full - random.nextLong(full / 4 + 1));
        }
    }

    /// The linked services of a job by their breakers' keys.
    private static Map<Key, JobSpec.Resource> stores(JobSpec spec) {
        Map<Key, JobSpec.Resource> stores = new HashMap<>();
        List<JobSpec.Resource> all = new ArrayList<>(spec.linkedServices().values());
        spec.inputs().forEach(end -> all.add(end.linkedService()));
        spec.outputs().forEach(end -> all.add(end.linkedService()));
        all.forEach(r ->
                stores.put(new Key(spec.factoryName(), r.name(), r.properties().hashCode()), r));
        return stores;
    }

    /// Those that have something to tell: not closed, or with failures since the last success.
    public synchronized List<StoreBreaker> states() {
        Instant now = clock.instant();
        List<StoreBreaker> told = new ArrayList<>();
        breakers.forEach((key, b) -> told.add(new StoreBreaker(
                key.factory(),
                key.store(),
                b.until == null
                        ? StoreBreaker.CLOSED
                        : now.isBefore(b.until) ? StoreBreaker.OPEN : StoreBreaker.HALF_OPEN,
                b.failures,
                b.until,
                b.code)));
        told.sort(Comparator.comparing(StoreBreaker::factory).thenComparing(StoreBreaker::store));
        return told;
    }
}
