package dev.sluice.service.app.triggers;

import dev.sluice.service.app.runs.Clockwork;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredTrigger;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Watches the time for triggers: schedules that come due, windows whose turn it is, windows whose runs have ended. One
/// thread ([Clockwork]); a test calls [#round()] itself.
public final class TriggerClock implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TriggerClock.class);
    private static final int BATCH = 100;
    private static final Duration TIDY_EVERY = Duration.ofHours(1);

    /// How long it is known which events were taken. Event Grid gives up on an event after a day.
    private static final Duration KEPT = Duration.ofDays(30);

    /// A trigger that cannot be stepped is tried again after a second, then after twice as long each time.
    private static final Duration LONGEST_BACKOFF = Duration.ofMinutes(1);

    private final Store store;
    private final Firing firing;
    private final InstantSource clock;
    private final Map<String, Failing> failing = new HashMap<>();
    private final Clockwork clockwork;
    private Instant tidied = Instant.EPOCH;

    private record Failing(Instant until, Duration pause) {}

    TriggerClock(Store store, Firing firing, InstantSource clock) {
        this.store = store;
        this.firing = firing;
        this.clock = clock;
        this.clockwork = new Clockwork("triggers", clock, this::round, this::nextDue);
    }

    public void start() {
        clockwork.start();
    }

    /// Looks at the clock once.
    public void round() {
        Instant now = clock.instant();
        store.triggers().withEndedRuns(BATCH).forEach(trigger -> step(trigger, now));
        store.triggers().due(now, BATCH).forEach(trigger -> step(trigger, now));
        if (now.isAfter(tidied.plus(TIDY_EVERY))) {
            tidied = now;
            store.triggers().forgetFires(now.minus(KEPT));
        }
    }

    private void step(StoredTrigger trigger, Instant now) {
        String key = trigger.factory() + "/" + trigger.trigger();
        Failing before = failing.get(key);
        if (before != null && now.isBefore(before.until())) {
            return;
        }
        try {
            firing.step(trigger.factory(), trigger.trigger());
            failing.remove(key);
        } catch (RuntimeException e) {
            Duration pause =
                    before == null ? Duration.ofSeconds(1) : before.pause().multipliedBy(2);
            Duration bounded = pause.compareTo(LONGEST_BACKOFF) > 0 ? LONGEST_BACKOFF : pause;
            failing.put(key, new Failing(now.plus(bounded), bounded));
            LOG.error("trigger {} failed; it is tried again in {} s", key, bounded.toSeconds(), e);
        }
    }

    /// While a trigger fails it stays due, so its time says nothing.
    private Optional<Instant> nextDue() {
        return failing.isEmpty() ? store.triggers().nextDue() : Optional.empty();
    }

    /// Something has changed: looks at once.
    void poke() {
        clockwork.poke();
    }

    @Override
    public void close() throws InterruptedException {
        clockwork.close();
    }
}
