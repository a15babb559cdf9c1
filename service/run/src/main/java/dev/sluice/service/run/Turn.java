package dev.sluice.service.run;

import dev.sluice.model.Activity;
import dev.sluice.model.Json;
import dev.sluice.model.Pipeline;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.run.RunStatus;
import dev.sluice.service.run.TimerName.Purpose;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One decision in the making: the state as it changes and the commands so far. Used once, by one thread.
final class Turn {
    /// How long nodes may take to answer a cancellation before their activities count as cancelled.
    static final Duration CANCEL_GRACE = Duration.ofMinutes(2);

    private static final int MAX_MESSAGES = 10;

    private final RunState before;
    private final Instant now;
    private final Pipeline pipeline;
    private final Dependencies dependencies;
    private final Launch launch;
    private final Map<String, ActivityState> activities;
    private final Map<String, JsonNode> variables;
    private final List<Command> commands = new ArrayList<>();
    private RunStatus status;
    private @Nullable Instant startedAt;
    private @Nullable Instant endedAt;
    private @Nullable String cancelledBy;
    private String message;
    private boolean changed;

    Turn(RunState before, Moment moment, Definitions definitions) {
        this.before = before;
        this.now = moment.now();
        this.pipeline = Pipeline.of(before.pipeline());
        this.dependencies = new Dependencies(pipeline.activities());
        this.activities = new LinkedHashMap<>(before.activities());
        this.variables = new LinkedHashMap<>(before.variables());
        this.launch = new Launch(before, pipeline, moment, definitions, activities, variables);
        this.status = before.status();
        this.startedAt = before.startedAt();
        this.endedAt = before.endedAt();
        this.cancelledBy = before.cancelledBy();
        this.message = before.message();
    }

    void begin() {
        if (status == RunStatus.QUEUED) {
            startedAt = now;
            become(RunStatus.IN_PROGRESS);
            settle();
        }
    }

    void cancel(String by) {
        if (status != RunStatus.QUEUED && status != RunStatus.IN_PROGRESS) {
            return;
        }
        cancelledBy = by;
        become(RunStatus.CANCELING);
        pipeline.activities().forEach(a -> react(a, Report.of(Signal.CANCEL)));
        if (!allEnded()) {
            commands.add(new Command.SetTimer(TimerName.RUN_CANCEL.text(), now.plus(CANCEL_GRACE)));
        }
        settle();
    }

    /// A signal for one attempt; nothing when the activity is unknown or at another attempt.
    void signal(String path, int attempt, Report report) {
        ActivityState state = activities.get(path);
        boolean active = status == RunStatus.IN_PROGRESS || status == RunStatus.CANCELING;
        if (state != null && state.attempt() == attempt && active) {
            react(activity(path), report);
            settle();
        }
    }

    void timer(TimerName timer) {
        Report report = Report.of(timer.purpose().signal());
        if (timer.purpose() != Purpose.CANCEL) {
            signal(timer.activity(), timer.attempt(), report);
        } else if (status == RunStatus.CANCELING) {
            pipeline.activities().forEach(a -> react(a, report));
            settle();
        }
    }

    Decision finish() {
        if (!changed) {
            return new Decision(before, List.of());
        }
        return new Decision(state(), commands);
    }

    private RunState state() {
        return new RunState(
                before.identity(),
                before.pipeline(),
                before.parameters(),
                variables,
                status,
                startedAt,
                endedAt,
                now,
                cancelledBy,
                message,
                activities);
    }

    private void react(Activity activity, Report report) {
        ActivityState state = state(activity);
        switch (Transitions.reaction(state.status(), report.signal())) {
            case IGNORE -> {}
            case MARK_RUNNING -> {
                put(activity, state.runningOn(report.node()));
                record(activity);
            }
            case SUCCEED -> end(activity, ActivityStatus.SUCCEEDED, report.output(), null);
            case FAIL_OR_RETRY -> failOrRetry(activity, report);
            case STOP_AND_FAIL_OR_RETRY -> {
                stop(activity, state);
                failOrRetry(activity, report);
            }
            case RETRY -> start(activity, state.attempt() + 1);
            case STOP -> {
                stop(activity, state);
                put(activity, state.in(ActivityStatus.CANCELING));
            }
            case STOP_AND_CANCEL -> {
                stop(activity, state);
                cancelled(activity);
            }
            case CANCEL -> cancelled(activity);
        }
    }

    private void stop(Activity activity, ActivityState state) {
        commands.add(new Command.CancelJob(activity.name(), state.attempt()));
    }

    private void failOrRetry(Activity activity, Report report) {
        ActivityState state = state(activity);
        ActivityError error = Causes.failure(activity, state, report);
        boolean again = state.attempt() <= state.policy().retry();
        if (!again) {
            end(activity, ActivityStatus.FAILED, report.output(), error);
            return;
        }
        end(activity, ActivityStatus.PAUSED, report.output(), error);
        Instant due = now.plus(state.policy().retryInterval());
        commands.add(new Command.SetTimer(timer(Purpose.RETRY, activity, state), due));
    }

    /// What has not begun is cancelled without a record; what is between attempts keeps the record of its last one.
    private void cancelled(Activity activity) {
        ActivityState state = state(activity);
        ActivityError error = ActivityError.of(Causes.cancellation(cancelledBy), activity.name());
        switch (state.status()) {
            case WAITING -> put(activity, state.in(ActivityStatus.CANCELLED));
            case PAUSED -> {
                clearTimer(activity, state);
                put(activity, state.in(ActivityStatus.CANCELLED));
            }
            case QUEUED, RUNNING, SLEEPING, CANCELING -> end(activity, ActivityStatus.CANCELLED, Json.object(), error);
            case SUCCEEDED, FAILED, SKIPPED, CANCELLED -> {}
        }
    }

    /// Ends an attempt and records it.
    private void end(Activity activity, ActivityStatus how, JsonNode output, @Nullable ActivityError error) {
        ActivityState state = state(activity);
        clearTimer(activity, state);
        put(activity, state.ended(how, now, output, error));
        record(activity);
    }

    private void clearTimer(Activity activity, ActivityState state) {
        switch (state.status()) {
            case QUEUED, RUNNING, CANCELING ->
                commands.add(new Command.ClearTimer(timer(Purpose.TIMEOUT, activity, state)));
            case SLEEPING -> commands.add(new Command.ClearTimer(timer(Purpose.WAIT, activity, state)));
            case PAUSED -> commands.add(new Command.ClearTimer(timer(Purpose.RETRY, activity, state)));
            case WAITING, SUCCEEDED, FAILED, SKIPPED, CANCELLED -> {}
        }
    }

    /// Lets everything happen that follows: activities start or are skipped, and their ends let others, until nothing
    /// moves; then the run may be over.
    private void settle() {
        boolean moved = status == RunStatus.IN_PROGRESS;
        while (moved) {
            moved = false;
            for (Activity activity : pipeline.activities()) {
                if (state(activity).status() == ActivityStatus.WAITING) {
                    moved |= advance(activity);
                }
            }
        }
        if (allEnded()) {
            endRun();
        }
    }

    private boolean advance(Activity activity) {
        return switch (dependencies.judge(activity, name -> state(name).status())) {
            case OPEN -> false;
            case UNMET -> {
                put(activity, state(activity).in(ActivityStatus.SKIPPED));
                yield true;
            }
            case MET -> {
                if (activity.inactive()) {
                    put(activity, state(activity).in(markedAs(activity)));
                } else {
                    start(activity, 1);
                }
                yield true;
            }
        };
    }

    private static ActivityStatus markedAs(Activity activity) {
        return switch (activity.markAs()) {
            case SUCCEEDED, COMPLETED -> ActivityStatus.SUCCEEDED;
            case FAILED -> ActivityStatus.FAILED;
            case SKIPPED -> ActivityStatus.SKIPPED;
        };
    }

    private void start(Activity activity, int attempt) {
        Launch.Started started = launch.start(activity, attempt);
        put(activity, started.state());
        commands.addAll(started.commands());
        record(activity);
    }

    private void endRun() {
        if (status == RunStatus.CANCELING) {
            commands.add(new Command.ClearTimer(TimerName.RUN_CANCEL.text()));
            message = Causes.cancellation(cancelledBy).message();
            endedAt = now;
            become(RunStatus.CANCELLED);
        } else if (status == RunStatus.IN_PROGRESS) {
            List<Activity> failed = dependencies.deciding(name -> state(name).status()).stream()
                    .filter(a -> state(a).status() != ActivityStatus.SUCCEEDED)
                    .limit(MAX_MESSAGES)
                    .toList();
            message = Causes.runFailed(
                    failed.stream().map(Activity::name).toList(),
                    failed.stream().map(this::state).toList());
            endedAt = now;
            become(failed.isEmpty() ? RunStatus.SUCCEEDED : RunStatus.FAILED);
        }
    }

    private boolean allEnded() {
        return activities.values().stream().allMatch(a -> a.status().ended());
    }

    private void become(RunStatus newStatus) {
        status = newStatus;
        changed = true;
        commands.add(new Command.RecordRun(RunRecords.pipeline(state(), pipeline, now)));
    }

    private void record(Activity activity) {
        commands.add(new Command.RecordActivity(RunRecords.activity(before, activity, state(activity))));
    }

    private void put(Activity activity, ActivityState state) {
        activities.put(activity.name(), state);
        changed = true;
    }

    private ActivityState state(Activity activity) {
        return state(activity.name());
    }

    private ActivityState state(String path) {
        return Objects.requireNonNull(activities.get(path));
    }

    private Activity activity(String path) {
        return pipeline.activities().stream()
                .filter(a -> a.name().equals(path))
                .findFirst()
                .orElseThrow();
    }

    private static String timer(Purpose purpose, Activity activity, ActivityState state) {
        return new TimerName(purpose, state.attempt(), activity.name()).text();
    }
}
