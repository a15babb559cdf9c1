package dev.sluice.service.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.run.ActivityRunStatus;
import dev.sluice.model.run.RunStatus;
import dev.sluice.model.secret.SecretPlaces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Pipelines that call pipelines.
class CallsTest {
    /// `Child` waits a minute; `Giving` returns its parameter; `Failing` fails; `Secret` takes a secure string.
    private static List<Document> documents() {
        List<Document> documents = new ArrayList<>(TestRun.documents());
        documents.add(pipeline(
                "Child",
                "{\"parameters\":{\"n\":{\"type\":\"Int\",\"defaultValue\":7}},\"activities\":["
                        + "{\"name\":\"W\",\"type\":\"Wait\",\"typeProperties\":{\"waitTimeInSeconds\":60}}]}"));
        documents.add(
                pipeline(
                        "Giving",
                        "{\"parameters\":{\"p\":{\"type\":\"String\"}},\"activities\":["
                                + "{\"name\":\"S\",\"type\":\"SetVariable\",\"typeProperties\":{\"variableName\":\"pipelineReturnValue\","
                                + "\"setSystemVariable\":true,\"value\":[{\"key\":\"got\",\"value\":{\"type\":\"Expression\","
                                + "\"content\":\"@concat(pipeline().parameters.p, ' of ', pipeline()?.TriggeredByPipelineName)\"}}]}}]}"));
        documents.add(pipeline(
                "Failing",
                "{\"activities\":[{\"name\":\"F\",\"type\":\"Fail\",\"typeProperties\":"
                        + "{\"message\":\"no rows\",\"errorCode\":\"E7\"}}]}"));
        documents.add(pipeline("Secret", "{\"parameters\":{\"pw\":{\"type\":\"SecureString\"}},\"activities\":[]}"));
        documents.add(pipeline("Again", "{\"activities\":[" + call("Me", "Again", true, "") + "]}"));
        return documents;
    }

    private static Document pipeline(String name, String properties) {
        return TestRun.document(DocumentKind.PIPELINE, name, "{\"properties\":" + properties + "}");
    }

    /// @param more further type properties, each with a comma in front
    private static String call(String name, String pipeline, boolean waits, String more) {
        return "{\"name\":\"" + name + "\",\"type\":\"ExecutePipeline\",\"typeProperties\":{\"pipeline\":"
                + "{\"referenceName\":\"" + pipeline + "\",\"type\":\"PipelineReference\"}"
                + (waits ? ",\"waitOnCompletion\":true" : "")
                + more + "}}";
    }

    private static TestRun begun(String... activities) {
        return TestRun.of(
                        TestRun.pipeline("{\"activities\":[" + String.join(",", activities) + "]}"), "{}", documents())
                .begin();
    }

    /// A run in which the activity of that name waits for the run that it called.
    static TestRun calling(String other, String name) {
        return begun(other, call(name, "Child", true, ""));
    }

    private static Letter theOnlyLetter(TestRun run) {
        assertThat(run.letters).hasSize(1);
        return run.letters.getFirst().letter();
    }

    @Test
    void a_call_that_waits_ends_with_the_called_run_and_gives_what_that_returns() {
        TestRun run = begun(
                call("C", "giving", true, ",\"parameters\":{\"p\":\"@pipeline().RunId\",\"unknown\":1}"),
                "{\"name\":\"After\",\"type\":\"Wait\",\"typeProperties\":{\"waitTimeInSeconds\":"
                        + "\"@length(activity('C').output.pipelineReturnValue.got)\"}"
                        + TestRun.after("C:Succeeded") + "}");
        assertThat(run.status("C")).isEqualTo(ActivityStatus.CALLING);
        assertThat(run.record("C", 1).status()).isEqualTo(ActivityRunStatus.IN_PROGRESS);
        TestRun child = run.called("C");
        String id = child.state.identity().runId();
        assertThat(run.record("C", 1).output().path("pipelineRunId").stringValue())
                .isEqualTo(id);
        assertThat(child.record.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(child.record.runGroupId()).isEqualTo(id);
        assertThat(child.record.invokedBy().toJson())
                .isEqualTo(Json.parse("{\"id\":\"" + run.record("C", 1).activityRunId()
                        + "\",\"name\":\"C\",\"invokedByType\":\"PipelineActivity\",\"pipelineName\":\"P\","
                        + "\"pipelineRunId\":\"run-1\"}"));
        assertThat(child.letters.getFirst().runId()).isEqualTo("run-1");
        run.receive(theOnlyLetter(child));
        assertThat(run.record("C", 1).output())
                .isEqualTo(Json.parse("{\"pipelineName\":\"Giving\",\"pipelineRunId\":\"" + id
                        + "\",\"pipelineReturnValue\":{\"got\":\"run-1 of P\"}}"));
        assertThat(run.timers).containsEntry("wait:1:After", TestRun.START.plusSeconds(10));
        assertThat(run.timers).doesNotContainKey("timeout:1:C");
        RunState before = run.state;
        run.receive(theOnlyLetter(child));
        assertThat(run.state).as("the same letter again").isSameAs(before);
    }

    @Test
    void a_call_that_does_not_wait_has_succeeded_as_soon_as_the_other_run_exists() {
        TestRun run = begun(call("C", "Failing", false, ""));
        assertThat(run.record.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(run.timers).isEmpty();
        TestRun child = run.called("C");
        assertThat(child.record.status()).isEqualTo(RunStatus.FAILED);
        assertThat(child.letters).isEmpty();
    }

    @Test
    void a_called_run_that_fails_fails_the_activity_with_its_message() {
        TestRun run = begun(call("C", "Failing", true, ""));
        run.receive(theOnlyLetter(run.called("C")));
        ActivityError error = run.record("C", 1).error();
        assertThat(error.message()).isEqualTo("Operation on target F failed: no rows");
        assertThat(error.errorCode()).isEqualTo("BadRequest");
        assertThat(error.failureType()).isEqualTo("UserError");
        assertThat(error.target()).isEqualTo("C");
        assertThat(error.details().getFirst().code()).isEqualTo("CalledPipelineFailed");
        assertThat(run.record("C", 1).output().path("pipelineRunId").asString()).isNotEmpty();
        assertThat(run.record.message())
                .isEqualTo("Operation on target C failed: Operation on target F failed: no rows");
    }

    @Test
    void arguments_are_checked_before_the_other_run_is_made() {
        TestRun run = begun(
                call("Missing", "Giving", true, ""),
                call("Type", "Child", true, ",\"parameters\":{\"n\":\"many\"}"),
                call("Nobody", "Nowhere", true, ""));
        assertThat(run.children).isEmpty();
        assertThat(run.record("Missing", 1).error().details().getFirst().code()).isEqualTo("ParameterRequired");
        assertThat(run.record("Missing", 1).error().details().getFirst().location())
                .isEqualTo("/properties/activities/0/typeProperties/parameters/p");
        assertThat(run.record("Type", 1).error().details().getFirst().code()).isEqualTo("ParameterTypeMismatch");
        assertThat(run.record("Nobody", 1).error().details().getFirst().code()).isEqualTo("ReferenceNotFound");
        assertThat(run.record.status()).isEqualTo(RunStatus.FAILED);
    }

    @Test
    void an_argument_for_a_secure_string_shows_in_no_record() {
        TestRun run = begun(call("C", "Secret", true, ",\"parameters\":{\"PW\":\"@concat('ge','heim')\"}"));
        assertThat(run.record("C", 1).input().at("/parameters/PW").stringValue())
                .isEqualTo(SecretPlaces.MASK);
        assertThat(run.called("C").record.parameters()).containsEntry("pw", SecretPlaces.MASK);
        assertThat(Json.write(run.state.toJson())).doesNotContain("geheim");
    }

    @Test
    void a_pipeline_may_call_itself_down_to_a_limit() {
        TestRun run = TestRun.of(
                pipeline("Again", Json.write(documents().getLast().properties().json())), "{}", documents());
        run.begin();
        List<TestRun> runs = new ArrayList<>(List.of(run));
        while (runs.getLast().status("Me") == ActivityStatus.CALLING) {
            runs.add(runs.getLast().called("Me"));
        }
        assertThat(runs).hasSize(Calls.MAX_DEPTH + 1);
        assertThat(runs.getLast().record("Me", 1).error().errorCode()).isEqualTo("PipelineCallsTooDeep");
        for (int i = runs.size() - 1; i > 0; i--) {
            runs.get(i - 1).receive(theOnlyLetter(runs.get(i)));
        }
        assertThat(run.record.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.record.message()).endsWith("may not call another.");
    }

    @Test
    void a_recursive_cancellation_waits_for_the_called_run() {
        TestRun run = begun(call("C", "Child", true, ""));
        TestRun child = run.called("C");
        run.event(new Event.CancelRequested(run.moment(), "tester", true));
        assertThat(run.status("C")).isEqualTo(ActivityStatus.CANCELING);
        assertThat(run.record.status()).isEqualTo(RunStatus.CANCELING);
        assertThat(run.toChildren).containsExactly(new Letter.Cancel("tester"));
        child.receive(run.toChildren.getFirst());
        assertThat(child.record.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(child.toChildren).containsExactly(new Letter.Cancel("tester"));
        run.receive(theOnlyLetter(child));
        assertThat(run.record("C", 1).status()).isEqualTo(ActivityRunStatus.CANCELLED);
        assertThat(run.record.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(run.timers).isEmpty();
    }

    @Test
    void another_cancellation_lets_the_called_run_go_on() {
        TestRun run = begun(call("C", "Child", true, ""));
        TestRun child = run.called("C");
        run.cancel();
        assertThat(run.record.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(run.toChildren).isEmpty();
        child.fire("wait:1:W");
        RunState ended = run.state;
        run.receive(theOnlyLetter(child));
        assertThat(run.state).isSameAs(ended);
    }

    @Test
    void a_call_that_takes_too_long_fails_and_stops_the_called_run() {
        TestRun run = begun(call("C", "Child", true, "")
                .replace(
                        "\"typeProperties\"",
                        "\"policy\":{\"timeout\":\"0.00:10:00\",\"retry\":3},\"typeProperties\""));
        TestRun child = run.called("C");
        run.fire("timeout:1:C");
        assertThat(run.now).isEqualTo(TestRun.START.plus(Duration.ofMinutes(10)));
        assertThat(run.record("C", 1).error().errorCode()).isEqualTo("ActivityTimedOut");
        assertThat(run.record.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.letters.getFirst().runId())
                .isEqualTo(child.state.identity().runId());
        child.receive(theOnlyLetter(run));
        assertThat(child.record.status()).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void a_loop_whose_time_is_up_stops_the_runs_called_inside_it() {
        TestRun run = begun("{\"name\":\"U\",\"type\":\"Until\",\"typeProperties\":{\"timeout\":\"00:01:00\","
                + "\"expression\":\"@equals(1, 2)\",\"activities\":[" + call("C", "Child", true, "") + "]}}");
        TestRun child = run.called("U[0]/C");
        run.fire("timeout:1:U");
        assertThat(run.letters).hasSize(1);
        child.receive(run.letters.getFirst().letter());
        assertThat(child.record.message()).contains("the timeout of 'U'");
    }

    @Test
    void a_calling_state_survives_its_stored_form() {
        TestRun run = begun(call("C", "Child", true, ""));
        assertThat(RunState.fromJson(Json.bytes(run.state.toJson()))).isEqualTo(run.state);
        RunState child = run.called("C").state;
        assertThat(RunState.fromJson(Json.bytes(child.toJson()))).isEqualTo(child);
    }
}
