package dev.sluice.service.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.PipelineRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.BiFunction;
import java.util.function.Function;

/// Nodes, timers and a post that is not to be relied on.
final class SimulatedWorld {
    /// What an attempt of a copy comes to.
    enum Fate {
        SUCCEEDS,
        FAILS,
        LOSES_ITS_NODE,
        IS_STOPPED_ON_THE_NODE,
        HANGS
    }

    private final BiFunction<String, Integer, Fate> fates;
    private final Function<String, JobOutcome> success;
    private final SplittableRandom random;
    private final Definitions definitions = Definitions.of(TestRun.documents());
    private final List<Event> post = new ArrayList<>();
    private final List<Event> old = new ArrayList<>();
    private final Set<String> jobs = new HashSet<>();
    final Map<String, Instant> timers = new HashMap<>();
    final Map<String, ActivityRun> records = new HashMap<>();
    RunState state;
    PipelineRun record;
    private Instant now = TestRun.START;
    private final int cancelAt;
    boolean cancelledInTime;

    /// @param fates by path and attempt
    /// @param success what a job with that path gives when it succeeds
    /// @param cancelAt the step at which somebody cancels the run; -1 for never
    SimulatedWorld(
            Document pipeline,
            BiFunction<String, Integer, Fate> fates,
            Function<String, JobOutcome> success,
            SplittableRandom random,
            int cancelAt) {
        this.fates = fates;
        this.success = success;
        this.random = random;
        this.cancelAt = cancelAt;
        Admission admission = Decider.admit(
                new RunRequest(RunIdentity.manual("factory", "run-1", "tester", now), pipeline, Json.object()), now);
        assertThat(admission).isInstanceOf(Admission.Accepted.class);
        Decision decision = ((Admission.Accepted) admission).decision();
        state = decision.state();
        decision.commands().forEach(this::carryOut);
        post.add(new Event.RunRequested(moment()));
    }

    void run(String what) {
        for (int step = 0; !over(step); step++) {
            assertThat(step).as("the run must end: %s", what).isLessThan(20_000);
            if (step == cancelAt) {
                cancelledInTime = !state.status().ended();
                deliver(new Event.CancelRequested(moment(), "tester"));
            }
            now = now.plusMillis(random.nextInt(3));
            if (!post.isEmpty()) {
                Event event = post.remove(random.nextInt(post.size()));
                old.add(event);
                deliver(event);
            } else if (!timers.isEmpty()) {
                fireNext();
            }
            if (!old.isEmpty() && random.nextInt(3) == 0) {
                deliver(old.get(random.nextInt(old.size())));
            }
        }
        // Whatever still arrives after the end changes nothing.
        RunState end = state;
        old.forEach(this::deliver);
        assertThat(state).isSameAs(end);
    }

    private boolean over(int step) {
        return state.status().ended() && step > cancelAt && post.isEmpty();
    }

    private void fireNext() {
        String name = timers.entrySet().stream()
                .min(Map.Entry.<String, Instant>comparingByValue().thenComparing(Map.Entry.comparingByKey()))
                .orElseThrow()
                .getKey();
        Instant due = timers.remove(name);
        now = due.isAfter(now) ? due : now;
        Event fired = new Event.TimerFired(moment(), name);
        old.add(fired);
        deliver(fired);
    }

    private void deliver(Event event) {
        // Every state also survives being stored.
        RunState stored = RunState.fromJson(Json.bytes(state.toJson()));
        assertThat(stored).isEqualTo(state);
        Decision decision = Decider.decide(state, event, definitions);
        assertThat(Decider.decide(stored, event, definitions)).isEqualTo(decision);
        state = decision.state();
        decision.commands().forEach(this::carryOut);
    }

    private void carryOut(Command command) {
        switch (command) {
            case Command.StartJob job -> execute(job);
            case Command.CancelJob job -> stop(job);
            case Command.SetTimer timer -> timers.put(timer.name(), timer.at());
            case Command.ClearTimer timer -> timers.remove(timer.name());
            case Command.RecordActivity recorded -> records.put(recorded.run().activityRunId(), recorded.run());
            case Command.RecordRun recorded -> record = recorded.run();
            case Command.StartRun called -> throw new AssertionError("no pipeline calls another here");
            case Command.Send letter -> throw new AssertionError("nobody is written to here");
            case Command.SendToChildren letter -> throw new AssertionError("nobody is written to here");
        }
    }

    private void execute(Command.StartJob job) {
        assertThat(jobs.add(job.activity() + "#" + job.attempt()))
                .as("%s started twice for attempt %d", job.activity(), job.attempt())
                .isTrue();
        Fate fate = fates.apply(job.activity(), job.attempt());
        post.add(new Event.JobStarted(moment(), job.activity(), job.attempt(), "node"));
        switch (fate) {
            case SUCCEEDS -> ended(job, success.apply(job.activity()));
            case FAILS -> ended(job, TestRun.failure(job.activity()));
            case IS_STOPPED_ON_THE_NODE -> ended(job, new JobOutcome.Cancelled());
            case LOSES_ITS_NODE ->
                post.add(new Event.LeaseLost(moment(), job.activity(), job.attempt(), "node", Duration.ofSeconds(30)));
            case HANGS -> {}
        }
    }

    /// A node that hung and is told to stop sometimes answers late, even with a success.
    private void stop(Command.CancelJob job) {
        switch (random.nextInt(3)) {
            case 0 -> post.add(new Event.JobEnded(moment(), job.activity(), job.attempt(), new JobOutcome.Cancelled()));
            case 1 ->
                post.add(new Event.JobEnded(moment(), job.activity(), job.attempt(), success.apply(job.activity())));
            default -> {}
        }
    }

    private void ended(Command.StartJob job, JobOutcome outcome) {
        post.add(new Event.JobEnded(moment(), job.activity(), job.attempt(), outcome));
    }

    private Moment moment() {
        return new Moment(now, random.nextLong());
    }
}
