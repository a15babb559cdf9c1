package dev.sluice.service.app.runs;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.Document;
import dev.sluice.model.Pipeline;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.run.RunStatus;
import dev.sluice.service.app.http.RefusedException;
import dev.sluice.service.run.Admission;
import dev.sluice.service.run.Decider;
import dev.sluice.service.run.Decision;
import dev.sluice.service.run.Event;
import dev.sluice.service.run.Moment;
import dev.sluice.service.run.RunIdentity;
import dev.sluice.service.run.RunRequest;
import dev.sluice.service.run.RunState;
import dev.sluice.service.store.DueTimer;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.RunTransition;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredRun;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// Brings events to the decider and its decisions to the store: load, decide, write everything in one transaction; when
/// somebody else was faster, again from the start. So the events of one run are decided one after another, on whichever
/// thread or replica they come, and nothing is ever half done. Thread-safe.
public final class Dispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatcher.class);
    private static final int TRIES = 200;
    private static final int WAITING_AT_ONCE = 20;

    private final Store store;
    private final Groups groups;
    private final InstantSource clock;
    private final RandomGenerator random;
    /// Counting running pipelines and beginning one more belong together.
    private final ReentrantLock beginning = new ReentrantLock();
    private volatile Runnable onTimers = () -> {};

    public Dispatcher(Store store, Groups groups, InstantSource clock, RandomGenerator random) {
        this.store = store;
        this.groups = groups;
        this.clock = clock;
        this.random = random;
    }

    /// Calls this after a step that set timers.
    public void onTimers(Runnable listener) {
        onTimers = listener;
    }

    /// Starts a run; it waits when its pipeline's concurrency is used up.
    ///
    /// @throws RefusedException when the arguments do not fit
    public void start(RunIdentity identity, Document pipeline, ObjectNode arguments) {
        Admission admission = Decider.admit(new RunRequest(identity, pipeline, arguments), clock.instant());
        Decision accepted = switch (admission) {
            case Admission.Accepted(Decision decision) -> decision;
            case Admission.Refused(var problems) -> throw new RefusedException(problems);
        };
        Step step = new Step(groups).add(accepted.state(), accepted.commands());
        beginning.lock();
        try {
            RunState state = accepted.state();
            if (hasRoom(identity.factoryName(), pipeline)) {
                Decision begun =
                        Decider.decide(state, new Event.RunRequested(moment()), definitions(identity.factoryName()));
                step.add(begun.state(), begun.commands());
                state = begun.state();
            }
            RunTransition transition = step.transition(state, 0, null, clock.instant());
            if (store.runs().apply(transition) != RunTransition.Result.APPLIED) {
                throw ServiceFaults.UNAVAILABLE.with("detail", "the run's id is taken");
            }
            after(transition);
        } finally {
            beginning.unlock();
        }
    }

    private boolean hasRoom(String factory, Document pipeline) {
        var limit = Pipeline.of(pipeline).concurrency();
        return limit.isEmpty() || store.runs().running(factory, pipeline.name()) < limit.getAsInt();
    }

    /// Begins runs of a pipeline that wait for their turn, as far as there is room.
    void beginWaiting(String factory, String pipeline) {
        for (String runId : store.runs().waiting(factory, pipeline, WAITING_AT_ONCE)) {
            beginning.lock();
            try {
                Optional<RunState> state = store.runs().find(runId).map(Dispatcher::state);
                if (state.isPresent() && hasRoom(factory, state.get().pipeline())) {
                    decide(runId, Event.RunRequested::new, null, null);
                }
            } finally {
                beginning.unlock();
            }
        }
    }

    /// Lets every run that waits begin if it may; after a restart.
    public void resume() {
        String after = "";
        List<String> page = store.runs().unfinished(after, 500);
        int open = 0;
        while (!page.isEmpty()) {
            for (String runId : page) {
                open++;
                store.runs().find(runId).map(Dispatcher::state).ifPresent(state -> {
                    if (state.status() == RunStatus.QUEUED) {
                        beginWaiting(
                                state.identity().factoryName(), state.pipeline().name());
                    }
                });
                after = runId;
            }
            page = store.runs().unfinished(after, 500);
        }
        if (open > 0) {
            LOG.info("{} unfinished runs go on", open);
        }
    }

    /// Somebody wants a run to stop.
    ///
    /// @return the run's status before; empty when there is no such run
    public Optional<RunStatus> cancel(String runId, String by) {
        Optional<RunStatus> before =
                store.runs().find(runId).map(Dispatcher::state).map(RunState::status);
        if (before.isPresent() && !before.get().ended()) {
            decide(runId, m -> new Event.CancelRequested(m, by), null, null);
        }
        return before;
    }

    /// A node has begun a job.
    public void started(QueuedJob job, String node) {
        decide(
                job.runId(),
                m -> new Event.JobStarted(m, job.activity(), job.job().attempt(), node),
                null,
                null);
    }

    /// A node has reported the end of a job that it holds.
    ///
    /// @return [RunTransition.Result#NOT_HELD] when it does not hold it (any more)
    public RunTransition.Result ended(QueuedJob job, String nodeId, JobOutcome outcome) {
        return decide(
                job.runId(),
                m -> new Event.JobEnded(m, job.activity(), job.job().attempt(), outcome),
                new RunTransition.Ending(job.job(), nodeId, "reported"),
                null);
    }

    /// A job's lease ran out; nothing happens when it was renewed meanwhile.
    void expired(QueuedJob job, String node, Duration lease) {
        lost(job, node, lease, clock.instant());
    }

    /// A job's node is gone for good.
    public void lost(QueuedJob job, String node, Duration lease) {
        lost(job, node, lease, null);
    }

    private void lost(QueuedJob job, String node, Duration lease, @Nullable Instant expiredBy) {
        decide(
                job.runId(),
                m -> new Event.LeaseLost(m, job.activity(), job.job().attempt(), node, lease),
                new RunTransition.Ending(job.job(), job.node(), expiredBy, "lost"),
                null);
    }

    /// A timer's time has come.
    void fired(DueTimer timer) {
        decide(timer.runId(), m -> new Event.TimerFired(m, timer.name()), null, timer.name());
    }

    /// @param ending of the job the event came from
    /// @param timer that the event came from
    private RunTransition.Result decide(
            String runId,
            Function<Moment, Event> event,
            RunTransition.@Nullable Ending ending,
            @Nullable String timer) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<StoredRun> stored = store.runs().find(runId);
            if (stored.isEmpty()) {
                return RunTransition.Result.NOT_HELD;
            }
            RunState before = state(stored.get());
            Decision decision = Decider.decide(
                    before, event.apply(moment()), definitions(before.identity().factoryName()));
            Step step = new Step(groups);
            if (timer != null) {
                step.clearTimer(timer);
            }
            step.add(decision.state(), decision.commands());
            if (step.isEmpty() && ending == null) {
                return RunTransition.Result.APPLIED;
            }
            RunTransition transition =
                    step.transition(decision.state(), stored.get().version(), ending, clock.instant());
            RunTransition.Result result = store.runs().apply(transition);
            if (result != RunTransition.Result.STALE) {
                if (result == RunTransition.Result.APPLIED) {
                    after(transition);
                    if (transition.ended() && !before.status().ended()) {
                        beginWaiting(
                                before.identity().factoryName(),
                                before.pipeline().name());
                    }
                }
                return result;
            }
        }
        throw ServiceFaults.UNAVAILABLE.with("detail", "run " + runId + " is being changed by too many at once");
    }

    private void after(RunTransition transition) {
        if (!transition.timers().isEmpty()) {
            onTimers.run();
        }
    }

    private Moment moment() {
        return new Moment(clock.instant(), random.nextLong());
    }

    private StoredDefinitions definitions(String factory) {
        return new StoredDefinitions(store.documents(), factory);
    }

    static RunState state(StoredRun stored) {
        return RunState.fromJson(stored.state().getBytes(StandardCharsets.UTF_8));
    }
}
