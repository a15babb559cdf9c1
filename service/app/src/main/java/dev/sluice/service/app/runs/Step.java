package dev.sluice.service.app.runs;

import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.service.run.Command;
import dev.sluice.service.run.RunState;
import dev.sluice.service.store.RunTransition;
import dev.sluice.wire.JobRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A decision as the store takes it. Records of the same id replace each other, so the last one is written.
final class Step {
    private final Groups groups;
    private final List<RunTransition.NewJob> queue = new ArrayList<>();
    private final List<JobRef> cancel = new ArrayList<>();
    private final Map<String, RunTransition.Timer> timers = new LinkedHashMap<>();
    private final List<String> clear = new ArrayList<>();
    private final Map<String, ActivityRun> activities = new LinkedHashMap<>();
    private @Nullable PipelineRun run;

    Step(Groups groups) {
        this.groups = groups;
    }

    Step add(RunState state, List<Command> commands) {
        String runId = state.identity().runId();
        for (Command command : commands) {
            switch (command) {
                case Command.StartJob start -> queue.add(job(state, start));
                case Command.CancelJob c -> cancel.add(JobIds.ref(runId, c.activity(), c.attempt()));
                case Command.SetTimer t -> timers.put(t.name(), new RunTransition.Timer(t.name(), t.at()));
                case Command.ClearTimer(String name) -> clearTimer(name);
                case Command.RecordActivity(ActivityRun record) -> activities.put(record.activityRunId(), record);
                case Command.RecordRun(PipelineRun record) -> run = record;
            }
        }
        return this;
    }

    Step clearTimer(String name) {
        timers.remove(name);
        clear.add(name);
        return this;
    }

    private RunTransition.NewJob job(RunState state, Command.StartJob start) {
        String factory = state.identity().factoryName();
        return new RunTransition.NewJob(
                JobIds.ref(state.identity().runId(), start.activity(), start.attempt()),
                start.activity(),
                groups.of(factory, start.runtimeName()).groupId(),
                start.spec().kind(),
                0,
                start.timeout().toMillis(),
                start.spec().toJson());
    }

    RunTransition transition(RunState state, long version, RunTransition.@Nullable Ending ending, Instant now) {
        return new RunTransition(
                state.identity().factoryName(),
                state.identity().runId(),
                version,
                state.toJson(),
                state.status().ended(),
                run,
                List.copyOf(activities.values()),
                queue,
                cancel,
                List.copyOf(timers.values()),
                clear,
                ending,
                now);
    }

    boolean isEmpty() {
        return queue.isEmpty()
                && cancel.isEmpty()
                && timers.isEmpty()
                && clear.isEmpty()
                && activities.isEmpty()
                && run == null;
    }
}
