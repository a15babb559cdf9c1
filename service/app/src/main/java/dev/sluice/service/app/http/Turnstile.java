package dev.sluice.service.app.http;

import dev.sluice.diagnosis.ServiceFaults;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Lets requests in as fast as their caller's quota and that of the factory they are for allow; whoever is
/// too fast is told when to come again, and nothing is done for him. What each factory uses of its quota is
/// known, and said in the log when it passes 70 and 90 percent. Each quota is a bucket that fills with
/// time. Counted is by this process: with several replicas each has its own. Thread-safe.
public final class Turnstile {
    /// Most callers and most factories that are remembered; the ones that were silent for longest are forgotten, and
    /// begin anew.
    private static final int MOST = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(Turnstile.class);

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
    /// @param said up to which alert it was said how much is used
    private record Bucket(double left, Instant at, Utilisation used, Utilisation.Alert said) {}

    /// What a factory uses of its quota, now.
    ///
    /// @param used requests in the last minute
    /// @param limit requests that the quota allows in a minute
    /// @param percent at most 100
    /// @param alert `None`, `Warning` from 70 percent on, `Critical` from 90 on
    public record Use(String factory, long used, long limit, int percent, String alert) {}

    /// What one factory uses.
    public Use use(String factory) {
        return factories.use(factory.toLowerCase(Locale.ROOT), clock.instant());
    }

    /// What each factory uses from which there was a request lately.
    public List<Use> uses() {
        return factories.uses(clock.instant());
    }

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

        private Bucket fresh(Instant now) {
            return new Bucket(quota.burst(), now, Utilisation.begin(now), Utilisation.Alert.NONE);
        }

        /// Says it once each time that more is used.
        private Utilisation.Alert said(String name, int percent, Utilisation.Alert before) {
            Utilisation.Alert now = Utilisation.Alert.of(percent);
            if (now.compareTo(before) > 0) {
                LOG.warn(
                        "{}: {} '{}' uses {} % of {} requests per second; beyond, requests are answered 429",
                        now.word(), whose, name, percent, quota.perSecond());
            }
            return now;
        }

        synchronized Use use(String name, Instant now) {
            Bucket bucket = buckets.getOrDefault(name, fresh(now));
            int percent = bucket.used().percent(now, quota);
            return new Use(
                    name,
                    bucket.used().used(now),
                    (long) Utilisation.MINUTE * quota.perSecond(),
                    percent,
                    Utilisation.Alert.of(percent).word());
        }

        synchronized List<Use> uses(Instant now) {
            return List.copyOf(buckets.keySet()).stream()
                    .map(name -> use(name, now))
                    .toList();
        }

        synchronized void take(String name, Instant now) {
            Bucket before = buckets.getOrDefault(name, fresh(now));
            Utilisation used = before.used().more(now);
            Utilisation.Alert said = said(name, used.percent(now, quota), before.said());
            double seconds = Math.max(0, Duration.between(before.at(), now).toNanos() / 1e9);
            double left = Math.min(quota.burst(), before.left() + seconds * quota.perSecond());
            if (left < 1) {
                buckets.put(name, new Bucket(left, now, used, said));
                throw ServiceFaults.TOO_MANY_REQUESTS.with(
                        "whose", whose + " '" + name + "'", "limit", quota.perSecond(), "seconds", (long)
                                Math.max(1, Math.ceil((1 - left) / quota.perSecond())));
            }
            buckets.put(name, new Bucket(left - 1, now, used, said));
        }
    }
}
