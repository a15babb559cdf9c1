package dev.sluice.service.app.runs;

import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.service.run.Command;
import dev.sluice.service.run.Decision;
import dev.sluice.service.run.Letter;
import dev.sluice.service.run.RunState;
import dev.sluice.service.store.RunTransition;
import dev.sluice.service.store.StoredLetter;
import dev.sluice.wire.JobRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A decision as the store takes it. Records of the same id replace each other, so the last one is written.
final class Step {
    private final Groups groups;
    private final List<RunTransition.NewJob> queue = new ArrayList<>();
    private final List<JobRef> cancel = new ArrayList<>();
    private final Map<String, RunTransition.Timer> timers = new LinkedHashMap<>();
    private final List<String> clear = new ArrayList<>();
    private final Map<String, ActivityRun> activities = new LinkedHashMap<>();
    private final SecureArguments secure;
    private final List<RunTransition.NewRun> starts = new ArrayList<>();
    private final List<RunTransition.Letter> letters = new ArrayList<>();
    private final List<ObjectNode> toChildren = new ArrayList<>();
    private @Nullable PipelineRun run;
    private RunTransition.@Nullable Ending ending;
    private @Nullable String answers;
    private RunTransition.@Nullable Room room;
    private RunTransition.@Nullable Next next;

    Step(Groups groups, SecureArguments secure) {
        this.groups = groups;
        this.secure = secure;
    }

    Step add(RunState state, List<Command> commands) {
        String runId = state.identity().runId();
        for (Command command : commands) {
            switch (command) {
                case Command.StartJob start -> queue.add(job(state, start));
                case Command.CancelJob c -> cancel.add(JobIds.ref(runId, c.activity(), c.attempt()));
                case Command.SetTimer t -> timers.put(t.name(), new RunTransition.Timer(t.name(), t.at()));
                case Command.ClearTimer(String name) -> clearTimer(name);
                case Command.RecordActivity(String path, ActivityRun record) ->
                    activities.put(record.activityRunId(), record);
                case Command.RecordRun(PipelineRun record) -> run = record;
                case Command.StartRun(Decision admitted) -> starts.add(called(admitted));
                case Command.Send(String to, Letter letter) -> letter(to, letter);
                case Command.SendToChildren(Letter letter) -> toChildren.add(letter.toJson());
            }
        }
        return this;
    }

    void letter(String to, Letter letter) {
        letters.add(new RunTransition.Letter(to, letter.toJson()));
    }

    private RunTransition.NewRun called(Decision admitted) {
        RunState state = secure.sealed(admitted.state());
        PipelineRun record = admitted.commands().stream()
                .filter(Command.RecordRun.class::isInstance)
                .map(c -> ((Command.RecordRun) c).run())
                .findFirst()
                .orElseThrow();
        return new RunTransition.NewRun(state.identity().runId(), state.toJson(), record, new Letter.Begin().toJson());
    }

    void answering(RunTransition.@Nullable Ending end, @Nullable StoredLetter letter) {
        ending = end;
        answers = letter == null ? null : letter.id();
    }

    /// The run begins, if there is room.
    void room(String pipeline, int most) {
        room = new RunTransition.Room(pipeline, most);
    }

    /// The run is over: another may begin.
    void next(String pipeline) {
        next = new RunTransition.Next(pipeline, new Letter.Begin().toJson());
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
                Lane.of(state.pipeline()).priority(),
                start.timeout().toMillis(),
                start.spec().toJson());
    }

    RunTransition transition(RunState state, long version, Instant now) {
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
                starts,
                letters,
                toChildren,
                ending,
                answers,
                room,
                next,
                now);
    }

    boolean isEmpty() {
        return queue.isEmpty()
                && cancel.isEmpty()
                && timers.isEmpty()
                && clear.isEmpty()
                && activities.isEmpty()
                && starts.isEmpty()
                && letters.isEmpty()
                && toChildren.isEmpty()
                && run == null;
    }
}
