package dev.sluice.service.app.runs;

import dev.sluice.service.store.DueTimer;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredLetter;
import dev.sluice.wire.JobRef;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What goes on by itself: letters from run to run, timers that come due, leases that run out, old records that can go.
/// One thread ([Clockwork]); a test calls [#round()] itself.
public final class Chores implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Chores.class);
    private static final int BATCH = 200;
    private static final Duration KEPT = Duration.ofDays(7);
    private static final Duration TIDY_EVERY = Duration.ofHours(1);

    private final Store store;
    private final Dispatcher dispatcher;
    private final InstantSource clock;
    private final Duration lease;
    private final Function<String, String> nodeNames;
    private final @Nullable ExecutorService beside;
    private final Clockwork clockwork;
    private final List<Runnable> hourly = new ArrayList<>();
    private Instant tidied = Instant.EPOCH;

    /// Takes one step after the other.
    ///
    /// @param nodeNames from a node's id to its name
    public Chores(
            Store store,
            Dispatcher dispatcher,
            InstantSource clock,
            Duration lease,
            Function<String, String> nodeNames) {
        this(store, dispatcher, clock, lease, nodeNames, null);
    }

    /// @param beside where the steps of different runs are taken at the same time; null to take one after the other
    public Chores(
            Store store,
            Dispatcher dispatcher,
            InstantSource clock,
            Duration lease,
            Function<String, String> nodeNames,
            @Nullable ExecutorService beside) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.clock = clock;
        this.lease = lease;
        this.nodeNames = nodeNames;
        this.beside = beside;
        this.clockwork = new Clockwork("chores", clock, this::round, store.runs()::nextDue);
    }

    /// Has something done about every hour. Called before [#start].
    public void hourly(Runnable work) {
        hourly.add(work);
    }

    public void start() {
        dispatcher.onWork(this::poke);
        clockwork.start();
    }

    /// Looks at the letters and at the clock once.
    public void round() {
        Instant now = clock.instant();
        var letters = store.runs().letters(BATCH);
        abreast(
                letters,
                StoredLetter::runId,
                letter -> guarded("a letter to run " + letter.runId(), () -> dispatcher.deliver(letter)));
        if (letters.size() == BATCH) {
            poke();
        }
        List<DueTimer> due = store.runs().due(now, BATCH);
        abreast(
                due,
                DueTimer::runId,
                timer -> guarded("timer " + timer.name() + " of run " + timer.runId(), () -> dispatcher.fired(timer)));
        for (QueuedJob job : store.jobs().expired(now, BATCH)) {
            guarded("job " + job.job().jobId() + " of a silent node", () -> expired(job, now));
        }
        if (now.isAfter(tidied.plus(TIDY_EVERY))) {
            tidied = now;
            guarded("tidying", () -> store.jobs().forget(now.minus(KEPT)));
            hourly.forEach(work -> guarded("hourly work", work));
        }
    }

    private void expired(QueuedJob job, Instant now) {
        String node = nodeNames.apply(job.node());
        JobRef ref = job.job();
        if (!job.confirmed() && !job.cancelled()) {
            if (store.jobs().withdraw(ref, now)) {
                LOG.warn("node {} did not confirm job {}: it waits for another one", node, ref.jobId());
            }
            return;
        }
        LOG.warn("node {} stopped reporting on job {} attempt {}", node, ref.jobId(), ref.attempt());
        dispatcher.expired(job, node, lease);
    }

    /// Does something for each: what is for one run in its order, different runs beside each other where several are
    /// allowed, since each decision waits for the disk.
    private <T> void abreast(List<T> all, Function<T, String> run, Consumer<T> work) {
        ExecutorService others = beside;
        if (others == null) {
            all.forEach(work);
            return;
        }
        Map<String, List<T>> byRun =
                all.stream().collect(Collectors.groupingBy(run, LinkedHashMap::new, Collectors.toList()));
        List<? extends Future<?>> begun = byRun.values().stream()
                .map(ofRun -> others.submit(() -> ofRun.forEach(work)))
                .toList();
        begun.forEach(Chores::await);
    }

    private static void await(Future<?> one) {
        try {
            one.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            LOG.error("a step failed", e);
        }
    }

    private static void guarded(String what, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException e) {
            LOG.error("{} failed; it is tried again", what, e);
        }
    }

    private void poke() {
        clockwork.poke();
    }

    @Override
    public void close() throws InterruptedException {
        clockwork.close();
    }
}
