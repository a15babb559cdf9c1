package dev.sluice.service.app.runs;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.Document;
import dev.sluice.model.Json;
import dev.sluice.model.Pipeline;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.run.RunStatus;
import dev.sluice.service.app.http.RefusedException;
import dev.sluice.service.run.Admission;
import dev.sluice.service.run.Callback;
import dev.sluice.service.run.Decider;
import dev.sluice.service.run.Decision;
import dev.sluice.service.run.Definitions;
import dev.sluice.service.run.Event;
import dev.sluice.service.run.Letter;
import dev.sluice.service.run.Moment;
import dev.sluice.service.run.Rerun;
import dev.sluice.service.run.RunIdentity;
import dev.sluice.service.run.RunRequest;
import dev.sluice.service.run.RunState;
import dev.sluice.service.store.DueTimer;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.RunTransition;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredLetter;
import dev.sluice.service.store.StoredRun;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
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
    private final SecureArguments secure;
    private final RunEnds ends = new RunEnds();
    private volatile Runnable onWork = () -> {};
    private volatile @Nullable JobOwner other;

    /// @param seal from factory and text to the sealed form of a secret argument
    public Dispatcher(
            Store store,
            Groups groups,
            BiFunction<String, String, ObjectNode> seal,
            InstantSource clock,
            RandomGenerator random) {
        this.store = store;
        this.groups = groups;
        this.secure = new SecureArguments(seal);
        this.clock = clock;
        this.random = random;
    }

    /// Calls this after a step that set timers or wrote letters.
    public void onWork(Runnable listener) {
        onWork = listener;
    }

    /// Tells this owner of the ends of its jobs.
    public void alsoFor(JobOwner owner) {
        other = owner;
    }

    private Optional<JobOwner> owner(QueuedJob job) {
        return Optional.ofNullable(other).filter(owner -> owner.owns(job));
    }

    /// What is to be written for a run to start.
    public sealed interface Prepared {
        /// @param limited whether its pipeline's concurrency has a limit: it then waits for its turn
        record Ready(RunTransition transition, Document pipeline, boolean limited) implements Prepared {}

        /// The arguments do not fit.
        record Refused(List<Problem> problems) implements Prepared {
            public Refused {
                problems = List.copyOf(problems);
            }
        }
    }

    /// Starts a run; it waits when its pipeline's concurrency is used up. Arguments for secure strings are sealed.
    ///
    /// @throws RefusedException when the arguments do not fit
    public void start(RunIdentity identity, Document pipeline, ObjectNode arguments) {
        start(new RunRequest(identity, pipeline, arguments));
    }

    /// Starts a run that repeats another one, with that one's arguments.
    ///
    /// @throws RefusedException when they do not fit the pipeline any more, or it has no such activity
    void start(RunIdentity identity, Document pipeline, Rerun rerun) {
        start(new RunRequest(identity, pipeline, Json.object(), rerun));
    }

    private void start(RunRequest request) {
        starting(List.of(request), prepared -> {
            switch (prepared.getFirst()) {
                case Prepared.Refused(var problems) -> throw new RefusedException(problems);
                case Prepared.Ready ready -> {
                    if (store.runs().apply(ready.transition()) != RunTransition.Result.APPLIED) {
                        throw ServiceFaults.UNAVAILABLE.with("detail", "the run's id is taken");
                    }
                }
            }
            return true;
        });
    }

    /// Prepares runs to be started and has them written, so that whoever starts them can write something of his own in
    /// the same transaction. Arguments for secure strings are sealed.
    ///
    /// @param write gets one for each request, in their order; called once, on this thread
    public <T> T starting(List<RunRequest> requests, Function<List<Prepared>, T> write) {
        List<Prepared> prepared = requests.stream().map(this::prepare).toList();
        T result = write.apply(prepared);
        for (Prepared one : prepared) {
            if (one instanceof Prepared.Ready ready) {
                after(ready.transition());
                if (ready.limited()) {
                    beginWaiting(ready.transition().factory(), ready.pipeline().name());
                }
            }
        }
        return result;
    }

    private Prepared prepare(RunRequest asked) {
        String factory = asked.identity().factoryName();
        ObjectNode sealed = secure.sealed(factory, asked.pipeline(), asked.arguments());
        RunRequest request = new RunRequest(asked.identity(), asked.pipeline(), sealed, asked.rerun());
        return switch (Decider.admit(request, clock.instant())) {
            case Admission.Refused(var problems) -> new Prepared.Refused(problems);
            case Admission.Accepted(Decision accepted) -> prepare(request, accepted);
        };
    }

    private Prepared prepare(RunRequest request, Decision accepted) {
        Step step = new Step(groups, secure).add(accepted.state(), accepted.commands());
        RunState state = accepted.state();
        boolean limited = Pipeline.of(request.pipeline()).concurrency().isPresent();
        if (limited) {
            step.letter(request.identity().runId(), new Letter.Begin());
        } else {
            Definitions definitions = definitions(request.identity().factoryName());
            Decision begun = Decider.decide(state, new Event.RunRequested(moment()), definitions);
            step.add(begun.state(), begun.commands());
            state = begun.state();
        }
        return new Prepared.Ready(step.transition(state, 0, clock.instant()), request.pipeline(), limited);
    }

    /// Begins runs of a pipeline that wait for their turn, the one that has waited longest first, as far as there is
    /// room.
    void beginWaiting(String factory, String pipeline) {
        List<String> waiting;
        do {
            waiting = store.runs().waiting(factory, pipeline, WAITING_AT_ONCE);
            for (String runId : waiting) {
                if (decide(runId, Event.RunRequested::new, Cause.NONE) == RunTransition.Result.FULL) {
                    return;
                }
            }
        } while (waiting.size() == WAITING_AT_ONCE);
    }

    /// Brings a letter to the run it is for.
    void deliver(StoredLetter stored) {
        Letter letter = Letter.fromJson(stored.body());
        switch (letter) {
            case Letter.Begin() -> {
                store.runs()
                        .find(stored.runId())
                        .map(Dispatcher::state)
                        .ifPresent(run -> beginWaiting(
                                run.identity().factoryName(), run.pipeline().name()));
                store.runs().forget(stored);
            }
            case Letter.Cancel cancel -> decide(stored.runId(), letter::event, Cause.of(stored));
            case Letter.ChildEnded ended -> decide(stored.runId(), letter::event, Cause.of(stored));
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
    /// @param recursive whether the runs that it called are to stop too
    /// @return the run's status before; empty when there is no such run
    public Optional<RunStatus> cancel(String runId, String by, boolean recursive) {
        Optional<RunStatus> before =
                store.runs().find(runId).map(Dispatcher::state).map(RunState::status);
        if (before.isPresent() && !before.get().ended()) {
            decide(runId, m -> new Event.CancelRequested(m, by, recursive), Cause.NONE);
        }
        return before;
    }

    /// A node has begun a job.
    public void started(QueuedJob job, String node) {
        if (owner(job).isPresent()) {
            return;
        }
        decide(
                job.runId(),
                m -> new Event.JobStarted(m, job.activity(), job.job().attempt(), node),
                Cause.NONE);
    }

    /// A node has reported the end of a job that it holds.
    ///
    /// @return [RunTransition.Result#NOT_HELD] when it does not hold it (any more)
    public RunTransition.Result ended(QueuedJob job, String nodeId, JobOutcome outcome) {
        Optional<JobOwner> owner = owner(job);
        if (owner.isPresent()) {
            return owner.get().ended(job, nodeId, outcome);
        }
        return decide(
                job.runId(),
                m -> new Event.JobEnded(m, job.activity(), job.job().attempt(), outcome),
                Cause.of(new RunTransition.Ending(job.job(), nodeId, "reported")));
    }

    /// A service that a WebHook asked has called back.
    ///
    /// @return why it is too late; empty when it has been taken
    Optional<String> calledBack(String runId, String activity, int attempt, Callback callback) {
        for (int i = 0; i < TRIES; i++) {
            Optional<StoredRun> stored = store.runs().find(runId);
            if (stored.isEmpty()) {
                return Optional.of("the run is not known any more");
            }
            Optional<String> late = Callback.lateness(state(stored.get()), activity, attempt);
            if (late.isPresent()) {
                return late;
            }
            RunTransition.Result result =
                    decide(stored.get(), m -> new Event.CalledBack(m, activity, attempt, callback), Cause.NONE);
            if (result != RunTransition.Result.STALE) {
                return Optional.empty();
            }
        }
        throw busy(runId);
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
        Optional<JobOwner> owner = owner(job);
        if (owner.isPresent()) {
            owner.get().lost(job, expiredBy);
            return;
        }
        decide(
                job.runId(),
                m -> new Event.LeaseLost(m, job.activity(), job.job().attempt(), node, lease),
                Cause.of(new RunTransition.Ending(job.job(), job.node(), expiredBy, "lost")));
    }

    /// A timer's time has come.
    void fired(DueTimer timer) {
        decide(timer.runId(), m -> new Event.TimerFired(m, timer.name()), Cause.of(timer));
    }

    /// What an event came from, to be taken away by the step that answers it.
    private record Cause(
            RunTransition.@Nullable Ending ending,
            @Nullable DueTimer timer,
            @Nullable StoredLetter letter) {
        static final Cause NONE = new Cause(null, null, null);

        static Cause of(RunTransition.Ending ending) {
            return new Cause(ending, null, null);
        }

        static Cause of(DueTimer timer) {
            return new Cause(null, timer, null);
        }

        static Cause of(StoredLetter letter) {
            return new Cause(null, null, letter);
        }
    }

    private RunTransition.Result decide(String runId, Function<Moment, Event> event, Cause cause) {
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<StoredRun> stored = store.runs().find(runId);
            if (stored.isEmpty()) {
                forget(cause);
                return RunTransition.Result.NOT_HELD;
            }
            RunTransition.Result result = decide(stored.get(), event, cause);
            if (result != RunTransition.Result.STALE) {
                return result;
            }
        }
        throw busy(runId);
    }

    private static RuntimeException busy(String runId) {
        return ServiceFaults.UNAVAILABLE.with("detail", "run " + runId + " is being changed by too many at once");
    }

    private RunTransition.Result decide(StoredRun stored, Function<Moment, Event> event, Cause cause) {
        RunState before = state(stored);
        Decision decision = Decider.decide(
                before, event.apply(moment()), definitions(before.identity().factoryName()));
        Step step = new Step(groups, secure);
        if (cause.timer() != null) {
            step.clearTimer(cause.timer().name());
        }
        step.add(decision.state(), decision.commands());
        if (step.isEmpty() && cause.ending() == null) {
            forget(cause);
            return RunTransition.Result.APPLIED;
        }
        step.answering(cause.ending(), cause.letter());
        RunStatus status = decision.state().status();
        OptionalInt limit = Pipeline.of(before.pipeline()).concurrency();
        boolean over = status.ended() && !before.status().ended() && limit.isPresent();
        if (before.status() == RunStatus.QUEUED && status != RunStatus.CANCELLED && limit.isPresent()) {
            step.room(before.pipeline().name(), limit.getAsInt());
        }
        if (over) {
            step.next(before.pipeline().name());
        }
        RunTransition transition = step.transition(decision.state(), stored.version(), clock.instant());
        RunTransition.Result result = store.runs().apply(transition);
        if (result == RunTransition.Result.APPLIED) {
            after(transition);
            if (status.ended() && !before.status().ended()) {
                ends.tell(stored.runId());
            }
            if (over) {
                beginWaiting(before.identity().factoryName(), before.pipeline().name());
            }
        }
        return result;
    }

    /// A letter that changes nothing is not kept. What a timer or a job's end changes, the step itself says.
    private void forget(Cause cause) {
        if (cause.letter() != null) {
            store.runs().forget(cause.letter());
        }
    }

    private void after(RunTransition transition) {
        if (!transition.timers().isEmpty() || transition.speaks()) {
            onWork.run();
        }
    }

    private Moment moment() {
        return new Moment(clock.instant(), random.nextLong());
    }

    /// Tells of runs whose end this process commits.
    RunEnds ends() {
        return ends;
    }

    /// A factory's documents as they are now; for one decision, on one thread.
    public Definitions definitions(String factory) {
        return new StoredDefinitions(store.documents(), factory);
    }

    /// The state of a run of a factory.
    Optional<RunState> find(String factory, String runId) {
        return store.runs()
                .find(runId)
                .map(Dispatcher::state)
                .filter(run -> run.identity().factoryName().equalsIgnoreCase(factory));
    }

    static RunState state(StoredRun stored) {
        return RunState.fromJson(stored.state().getBytes(StandardCharsets.UTF_8));
    }
}
