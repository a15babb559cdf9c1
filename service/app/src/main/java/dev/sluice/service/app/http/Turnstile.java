package dev.sluice.service.app.http;

import dev.sluice.diagnosis.ServiceFaults;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// Lets requests in as fast as their caller's quota and that of the factory they are for allow; whoever is too fast is
/// told when to come again, and nothing is done for him. Each quota is a bucket that fills with time. Counted is by
/// this
/// process: with several replicas each has its own. Thread-safe.
public final class Turnstile {
    /// Most callers and most factories that are remembered; the ones that were silent for longest are forgotten, and
    /// begin anew.
    private static final int MOST = 10_000;

    private final Buckets callers;
    private final Buckets factories;
    private final InstantSource clock;

    public Turnstile(Quota perCaller, Quota perFactory, InstantSource clock) {
        this.callers = new Buckets("the caller", perCaller);
        this.factories = new Buckets("the factory", perFactory);
        this.clock = clock;
    }

    /// Lets one request in, or throws [ServiceFaults#TOO_MANY_REQUESTS].
    ///
    /// @param factory empty for what is for none
    void pass(String caller, String factory) {
        Instant now = clock.instant();
        callers.take(caller, now);
        if (!factory.isEmpty()) {
            factories.take(factory.toLowerCase(Locale.ROOT), now);
        }
    }

    /// @param left requests that may come at once; a fraction is on its way
    private record Bucket(double left, Instant at) {}

    private static final class Buckets {
        private final String whose;
        private final Quota quota;
        private final Map<String, Bucket> buckets = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Bucket> eldest) {
                return size() > MOST;
            }
        };

        Buckets(String whose, Quota quota) {
            this.whose = whose;
            this.quota = quota;
        }

        synchronized void take(String name, Instant now) {
            Bucket before = buckets.getOrDefault(name, new Bucket(quota.burst(), now));
            double seconds = Math.max(0, Duration.between(before.at(), now).toNanos() / 1e9);
            double left = Math.min(quota.burst(), before.left() + seconds * quota.perSecond());
            if (left < 1) {
                buckets.put(name, new Bucket(left, now));
                throw ServiceFaults.TOO_MANY_REQUESTS.with(
                        "whose", whose + " '" + name + "'", "limit", quota.perSecond(), "seconds", (long)
                                Math.max(1, Math.ceil((1 - left) / quota.perSecond())));
            }
            buckets.put(name, new Bucket(left - 1, now));
        }
    }
}
