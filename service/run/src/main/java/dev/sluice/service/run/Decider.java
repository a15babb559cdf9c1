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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        request.arguments().properties().forEach(e -> given.put(e.getKey(), e.getValue()));
        Arguments arguments =
                Arguments.bind(pipeline.parameters(), given, "pipeline '" + pipeline.name() + "'", "", true);
        if (!arguments.problems().isEmpty()) {
            return new Admission.Refused(arguments.problems());
        }
        Map<String, ActivityState> activities = new LinkedHashMap<>();
        pipeline.activities().forEach(a -> activities.put(a.name(), ActivityState.WAITING));
        RunState state = new RunState(
                request.identity(),
                request.pipeline(),
                arguments.values(),
                Variables.initial(pipeline),
                RunStatus.QUEUED,
                null,
                null,
                now,
                null,
                "",
                null,
                0,
                activities);
        return new Admission.Accepted(
                new Decision(state, List.of(new Command.RecordRun(RunRecords.pipeline(state, pipeline, now)))));
    }

    /// Decides an event.
    public static Decision decide(RunState state, Event event, Definitions definitions) {
        Turn turn = new Turn(state, event.moment(), definitions);
        switch (event) {
            case Event.RunRequested requested -> turn.begin();
            case Event.JobStarted started ->
                turn.signal(started.activity(), started.attempt(), Report.started(started.node()));
            case Event.JobEnded ended -> turn.signal(ended.activity(), ended.attempt(), report(ended.outcome()));
            case Event.LeaseLost lost -> turn.signal(lost.activity(), lost.attempt(), report(lost));
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
