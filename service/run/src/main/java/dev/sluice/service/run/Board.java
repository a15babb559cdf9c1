package dev.sluice.service.run;

import dev.sluice.model.Pipeline;
import dev.sluice.model.run.RunStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A run's state as it changes during one decision, and the commands so far. For one thread.
final class Board {
    private final RunState before;
    private final Instant now;
    private final Pipeline pipeline;
    private final Tree tree;
    private final Map<String, ActivityState> activities;
    private final Map<String, JsonNode> variables;
    private final List<Command> commands = new ArrayList<>();
    private RunStatus status;
    private @Nullable Instant startedAt;
    private @Nullable Instant endedAt;
    private @Nullable String cancelledBy;
    private @Nullable ObjectNode returnValue;
    private String message;
    private long starts;
    private boolean changed;
    private boolean recursive;

    Board(RunState before, Instant now) {
        this.before = before;
        this.now = now;
        this.pipeline = Pipeline.of(before.pipeline());
        this.activities = new LinkedHashMap<>(before.activities());
        this.variables = new LinkedHashMap<>(before.variables());
        this.tree = new Tree(pipeline, activities::get);
        this.status = before.status();
        this.startedAt = before.startedAt();
        this.endedAt = before.endedAt();
        this.cancelledBy = before.cancelledBy();
        this.returnValue = before.returnValue();
        this.message = before.message();
        this.starts = before.starts();
    }

    RunState before() {
        return before;
    }

    Instant now() {
        return now;
    }

    Pipeline pipeline() {
        return pipeline;
    }

    Tree tree() {
        return tree;
    }

    RunStatus status() {
        return status;
    }

    @Nullable
    String cancelledBy() {
        return cancelledBy;
    }

    /// Current values; written by activities as they run.
    Map<String, JsonNode> variables() {
        return variables;
    }

    void returns(ObjectNode value) {
        returnValue = value;
    }

    /// How many activities have been started in this run, retries not counted.
    long starts() {
        return starts;
    }

    void countStart() {
        starts++;
    }

    /// How many activities have a state.
    int live() {
        return activities.size();
    }

    ActivityState state(Spot spot) {
        return Objects.requireNonNull(activities.get(spot.path()));
    }

    @Nullable
    ActivityState find(String path) {
        return activities.get(path);
    }

    void put(Spot spot, ActivityState state) {
        activities.put(spot.path(), state);
        changed = true;
    }

    /// Gives every activity of a frame a state.
    void open(Frame frame) {
        frame.spots().forEach(spot -> put(spot, ActivityState.WAITING));
    }

    /// Forgets the activities of a frame.
    void close(Frame frame) {
        frame.spots().forEach(spot -> activities.remove(spot.path()));
        changed = true;
    }

    void add(Command command) {
        commands.add(command);
    }

    void record(Spot spot) {
        commands.add(new Command.RecordActivity(spot.path(), RunRecords.activity(before, spot, state(spot))));
    }

    /// Whether the runs that this one called are being cancelled too.
    boolean recursive() {
        return recursive;
    }

    void begin() {
        startedAt = now;
        become(RunStatus.IN_PROGRESS);
    }

    void cancel(String by, boolean children) {
        cancelledBy = by;
        recursive = children;
        become(RunStatus.CANCELING);
    }

    void end(RunStatus how, String why) {
        message = why;
        endedAt = now;
        become(how);
        Parent parent = before.identity().parent();
        if (parent != null && parent.waits()) {
            commands.add(new Command.Send(
                    parent.runId(),
                    new Letter.ChildEnded(
                            parent.activity(),
                            parent.attempt(),
                            before.identity().runId(),
                            how,
                            why,
                            returnValue)));
        }
    }

    private void become(RunStatus newStatus) {
        status = newStatus;
        changed = true;
        commands.add(new Command.RecordRun(RunRecords.pipeline(state(), pipeline, now)));
    }

    Decision decision() {
        return changed ? new Decision(state(), commands) : new Decision(before, List.of());
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
                returnValue,
                starts,
                activities);
    }
}
