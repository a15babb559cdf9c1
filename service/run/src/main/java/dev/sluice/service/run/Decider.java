package dev.sluice.service.run;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.RunFaults;
import dev.sluice.model.Json;
import dev.sluice.model.Pipeline;
import dev.sluice.model.Validation;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.run.RunStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import tools.jackson.databind.JsonNode;

/// Decides about pipeline runs. Pure and thread-safe: the same state, event and definitions always give the same
/// decision, nothing is read from or done to the world.
///
/// The caller keeps one state per run, decides its events one after the other, and stores state and commands in one
/// transaction. Events may come twice, late or out of order: what no longer applies changes nothing and gives no
/// command. Nothing is thrown for what documents or nodes say; an activity that cannot be started fails with a located
/// problem in its record.
public final class Decider {
    /// Longest output of an activity, in bytes of JSON, as in Data Factory.
    public static final int MAX_OUTPUT = 4 * 1024 * 1024;

    private Decider() {}

    /// Answers a request for a run. The run is then queued; [Event.RunRequested] begins it.
    public static Admission admit(RunRequest request, Instant now) {
        List<Problem> wrong = Validation.problems(request.pipeline());
        if (!wrong.isEmpty()) {
            return new Admission.Refused(wrong);
        }
        Pipeline pipeline = Pipeline.of(request.pipeline());
        Map<String, JsonNode> given = new LinkedHashMap<>();
        if (request.rerun() == null) {
            request.arguments().properties().forEach(e -> given.put(e.getKey(), e.getValue()));
        } else {
            // As in Data Factory, arguments count only when no run is referred to.
            request.rerun().of().parameters().forEach((name, value) -> {
                if (pipeline.parameters().keySet().stream().anyMatch(name::equalsIgnoreCase)) {
                    given.put(name, value);
                }
            });
        }
        Arguments arguments =
                Arguments.bind(pipeline.parameters(), given, "pipeline '" + pipeline.name() + "'", "", true);
        if (!arguments.problems().isEmpty()) {
            return new Admission.Refused(arguments.problems());
        }
        return request.rerun() == null
                ? admitted(request.identity(), pipeline, arguments.values(), now)
                : rerun(request, request.rerun(), pipeline, arguments.values(), now);
    }

    private static Admission admitted(
            RunIdentity identity, Pipeline pipeline, Map<String, JsonNode> arguments, Instant now) {
        Map<String, ActivityState> activities = new LinkedHashMap<>();
        pipeline.activities().forEach(a -> activities.put(a.name(), ActivityState.WAITING));
        RunState state = queued(identity, pipeline, arguments, Variables.initial(pipeline), activities, now);
        return new Admission.Accepted(
                new Decision(state, List.of(new Command.RecordRun(RunRecords.pipeline(state, pipeline, now)))));
    }

    /// What is kept of the run before has records in this run too.
    private static Admission rerun(
            RunRequest request, Rerun rerun, Pipeline pipeline, Map<String, JsonNode> arguments, Instant now) {
        Recovery recovery = new Recovery(pipeline, rerun, request.identity().runId());
        if (!recovery.knowsStart()) {
            return new Admission.Refused(List.of(DocumentFaults.REFERENCE_MISSING
                    .problem()
                    .evidence("object", "activity")
                    .evidence("name", rerun.start().orElse(""))
                    .build()));
        }
        Map<String, ActivityState> activities = recovery.activities();
        RunState state =
                queued(request.identity(), pipeline, arguments, recovery.variables(activities), activities, now);
        List<Command> commands = new ArrayList<>();
        commands.add(new Command.RecordRun(RunRecords.pipeline(state, pipeline, now)));
        Frame root = new Tree(pipeline, activities::get).root();
        for (Spot spot : root.spots()) {
            ActivityState kept = Objects.requireNonNull(activities.get(spot.path()));
            if (!kept.activityRunId().isEmpty()) {
                commands.add(new Command.RecordActivity(RunRecords.activity(state, spot, kept)));
            }
        }
        return new Admission.Accepted(new Decision(state, commands));
    }

    private static RunState queued(
            RunIdentity identity,
            Pipeline pipeline,
            Map<String, JsonNode> arguments,
            Map<String, JsonNode> variables,
            Map<String, ActivityState> activities,
            Instant now) {
        return new RunState(
                identity,
                pipeline.document(),
                arguments,
                variables,
                RunStatus.QUEUED,
                null,
                null,
                now,
                null,
                "",
                null,
                0,
                activities);
    }

    /// Decides an event.
    public static Decision decide(RunState state, Event event, Definitions definitions) {
        Turn turn = new Turn(state, event.moment(), definitions);
        switch (event) {
            case Event.RunRequested requested -> turn.begin();
            case Event.JobStarted started ->
                turn.job(started.activity(), started.attempt(), Report.started(started.node()));
            case Event.JobEnded ended -> turn.job(ended.activity(), ended.attempt(), report(ended.outcome()));
            case Event.CalledBack called -> turn.calledBack(called);
            case Event.LeaseLost lost -> turn.job(lost.activity(), lost.attempt(), report(lost));
            case Event.TimerFired fired -> TimerName.parse(fired.name()).ifPresent(turn::timer);
            case Event.ChildEnded ended -> turn.childEnded(ended.child());
            case Event.CancelRequested cancel -> turn.cancel(cancel.by(), cancel.recursive());
        }
        return turn.finish();
    }

    private static Report report(JobOutcome outcome) {
        return switch (outcome) {
            case JobOutcome.Succeeded succeeded
            when Json.bytes(succeeded.output()).length > MAX_OUTPUT ->
                Report.failed(
                        Signal.JOB_FAILED,
                        DocumentFaults.LIMIT_EXCEEDED
                                .problem()
                                .evidence("what", "The length of the activity's output in bytes")
                                .evidence("value", Json.bytes(succeeded.output()).length)
                                .evidence("limit", MAX_OUTPUT)
                                .build());
            case JobOutcome.Succeeded succeeded -> new Report(Signal.JOB_SUCCEEDED, succeeded.output(), null, null, "");
            case JobOutcome.Failed(ActivityError error, JsonNode output) ->
                new Report(Signal.JOB_FAILED, output, error, null, "");
            case JobOutcome.Cancelled() ->
                Report.failed(
                        Signal.JOB_CANCELLED,
                        RunFaults.CANCELLED.problem().evidence("by", "the node").build());
        };
    }

    private static Report report(Event.LeaseLost lost) {
        return Report.failed(
                Signal.LEASE_LOST,
                RunFaults.LEASE_LOST
                        .problem()
                        .evidence("node", lost.node())
                        .evidence("attempt", lost.attempt())
                        .evidence("seconds", lost.lease().toSeconds())
                        .build());
    }
}
