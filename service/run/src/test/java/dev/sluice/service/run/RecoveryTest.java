package dev.sluice.service.run;

import static dev.sluice.service.run.TestRun.after;
import static dev.sluice.service.run.TestRun.copy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.Json;
import dev.sluice.model.run.ActivityRunStatus;
import dev.sluice.model.run.RunStatus;
import org.junit.jupiter.api.Test;

/// Runs that repeat another one, from a point on.
class RecoveryTest {
    private static final String APPEND = "{\"name\":\"L\",\"type\":\"AppendVariable\",\"typeProperties\":"
            + "{\"variableName\":\"l\",\"value\":\"@activity('A').output.rowsCopied\"}"
            + after("A:Succeeded") + "}";

    private static Document pipeline(String... activities) {
        return TestRun.pipeline(
                "{\"parameters\":{\"p\":{\"type\":\"String\"}},\"variables\":{\"l\":{\"type\":\"Array\"}},"
                        + "\"activities\":[" + String.join(",", activities) + "]}");
    }

    private static TestRun begun(Document pipeline) {
        return TestRun.of(pipeline, "{\"p\":\"given\"}", TestRun.documents()).begin();
    }

    private static Admission admit(TestRun of, Document pipeline, String start, boolean fromFailure) {
        RunIdentity identity =
                RunIdentity.repeating(of.state.identity(), "run-2", "tester", true, TestRun.START.plusSeconds(99));
        return Decider.admit(
                new RunRequest(identity, pipeline, Json.object(), new Rerun(of.state, start, fromFailure)), of.now);
    }

    private static TestRun rerun(TestRun of, Document pipeline, String start, boolean fromFailure) {
        return TestRun.of(
                ((Admission.Accepted) admit(of, pipeline, start, fromFailure)).decision(), TestRun.documents());
    }

    @Test
    void from_the_failure_on_what_succeeded_is_kept_and_can_be_read() {
        Document pipeline = pipeline(
                copy("A", ""),
                APPEND,
                copy("B", after("L:Succeeded")),
                "{\"name\":\"C\",\"type\":\"Wait\",\"typeProperties\":{\"waitTimeInSeconds\":"
                        + "\"@add(activity('A').output.rowsCopied, length(variables('l')))\"}"
                        + after("B:Succeeded") + "}",
                copy("H", after("B:Failed")));
        TestRun first = begun(pipeline).succeeded("A").failed("B").succeeded("H");
        assertThat(first.statuses()).isEqualTo("A=SUCCEEDED L=SUCCEEDED B=FAILED C=SKIPPED H=SUCCEEDED");
        TestRun run = rerun(first, pipeline, null, true);
        assertThat(run.record.runId()).isEqualTo("run-2");
        assertThat(run.record.runGroupId()).isEqualTo("run-1");
        assertThat(run.record.parameters()).containsEntry("p", "given");
        assertThat(run.record("A", 1).status()).isEqualTo(ActivityRunStatus.SUCCEEDED);
        assertThat(run.record("A", 1).pipelineRunId()).isEqualTo("run-2");
        assertThat(run.record("A", 1).activityRunId())
                .isNotEqualTo(first.record("A", 1).activityRunId());
        run.begin();
        assertThat(run.statuses()).isEqualTo("A=SUCCEEDED L=SUCCEEDED B=QUEUED C=WAITING H=WAITING");
        run.succeeded("B");
        assertThat(run.timers).containsKey("wait:1:C");
        assertThat(run.timers.get("wait:1:C")).isEqualTo(run.now.plusSeconds(8));
        run.fire("wait:1:C");
        assertThat(run.record.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(run.status("H")).isEqualTo(ActivityStatus.SKIPPED);
    }

    @Test
    void from_an_activity_on_it_and_what_follows_are_run_again_and_other_branches_are_kept() {
        Document pipeline = pipeline(
                copy("A", ""), copy("B", after("A:Succeeded")), copy("C", after("B:Succeeded")), copy("Other", ""));
        TestRun first =
                begun(pipeline).succeeded("A").succeeded("Other").succeeded("B").succeeded("C");
        TestRun run = rerun(first, pipeline, "b", false).begin();
        assertThat(run.statuses()).isEqualTo("A=SUCCEEDED B=QUEUED C=WAITING Other=SUCCEEDED");
        run.succeeded("B").succeeded("C");
        assertThat(run.record.status()).isEqualTo(RunStatus.SUCCEEDED);
    }

    @Test
    void what_stands_before_the_start_counts_as_it_must_for_the_start_to_begin() {
        Document pipeline = pipeline(copy("A", ""), copy("B", after("A:Succeeded")), copy("H", after("A:Failed")));
        TestRun first = begun(pipeline).failed("A").failed("H");
        assertThat(rerun(first, pipeline, "B", false).begin().statuses()).isEqualTo("A=SUCCEEDED B=QUEUED H=SKIPPED");
        assertThat(rerun(first, pipeline, "H", false).begin().statuses()).isEqualTo("A=FAILED B=SKIPPED H=QUEUED");
    }

    @Test
    void without_a_point_only_the_arguments_are_taken_over() {
        Document pipeline = pipeline(copy("A", ""));
        TestRun first = begun(pipeline).succeeded("A");
        TestRun run = rerun(first, pipeline, null, false);
        assertThat(run.records).isEmpty();
        assertThat(run.begin().statuses()).isEqualTo("A=QUEUED");
        assertThat(run.record.parameters()).containsEntry("p", "given");
    }

    @Test
    void a_variable_that_is_written_again_starts_from_what_the_kept_activities_made_of_it() {
        String loop = "{\"name\":\"Loop\",\"type\":\"ForEach\",\"typeProperties\":{\"isSequential\":true,\"items\":"
                + "\"@createArray(1, 2)\",\"activities\":[{\"name\":\"In\",\"type\":\"AppendVariable\",\"typeProperties\":"
                + "{\"variableName\":\"l\",\"value\":\"@item()\"}}," + copy("D", after("In:Succeeded")) + "]}"
                + after("L:Succeeded") + "}";
        Document pipeline = pipeline(copy("A", ""), APPEND, loop);
        TestRun first = begun(pipeline).succeeded("A").succeeded("Loop[0]/D").failed("Loop[1]/D");
        assertThat(first.state.variables().get("l")).isEqualTo(Json.parse("[7,1,2]"));
        TestRun run = rerun(first, pipeline, null, true);
        assertThat(run.state.variables().get("l")).isEqualTo(Json.parse("[7]"));
    }

    @Test
    void a_start_that_the_pipeline_does_not_have_is_refused() {
        Document pipeline = pipeline(copy("A", ""));
        TestRun first = begun(pipeline).failed("A");
        assertThat(((Admission.Refused) admit(first, pipeline, "Z", false))
                        .problems()
                        .getFirst()
                        .message())
                .contains("activity 'Z'");
    }

    @Test
    void the_pipeline_may_have_changed_since() {
        Document pipeline = pipeline(copy("A", ""), copy("B", after("A:Succeeded")));
        TestRun first = begun(pipeline).succeeded("A").failed("B");
        Document changed = pipeline(
                copy("A", ""), copy("New", after("A:Succeeded")), copy("B", after("A:Succeeded", "New:Succeeded")));
        TestRun run = rerun(first, changed, null, true).begin();
        assertThat(run.statuses()).isEqualTo("A=SUCCEEDED New=QUEUED B=WAITING");
    }
}
