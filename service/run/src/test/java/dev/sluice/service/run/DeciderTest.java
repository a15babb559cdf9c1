package dev.sluice.service.run;

import static dev.sluice.service.run.TestRun.after;
import static dev.sluice.service.run.TestRun.begun;
import static dev.sluice.service.run.TestRun.copy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.ActivityRunStatus;
import dev.sluice.model.run.InvokedBy;
import dev.sluice.model.run.RunStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DeciderTest {
    @Test
    void a_copy_goes_through_queue_and_node_to_its_end() {
        TestRun run = TestRun.of(
                TestRun.pipeline("{\"activities\":[" + copy("A", "") + "],\"annotations\":[\"nightly\"]}"),
                "{}",
                TestRun.documents());
        assertThat(run.record.status()).isEqualTo(RunStatus.QUEUED);
        assertThat(run.record.runStart()).isNull();
        run.begin();
        assertThat(run.record.status()).isEqualTo(RunStatus.IN_PROGRESS);
        assertThat(run.job("A").attempt()).isEqualTo(1);
        assertThat(run.job("A").runtimeName()).isEqualTo("AutoResolveIntegrationRuntime");
        assertThat(run.job("A").timeout()).isEqualTo(Duration.ofDays(7));
        assertThat(run.timers).containsEntry("timeout:1:A", TestRun.START.plus(Duration.ofDays(7)));
        assertThat(run.record("A", 1).status()).isEqualTo(ActivityRunStatus.QUEUED);
        run.now = run.now.plusSeconds(1);
        run.started("A", 1);
        assertThat(run.record("A", 1).status()).isEqualTo(ActivityRunStatus.IN_PROGRESS);
        run.now = run.now.plusSeconds(2);
        run.succeeded("A");
        ActivityRun record = run.record("A", 1);
        assertThat(record.status()).isEqualTo(ActivityRunStatus.SUCCEEDED);
        assertThat(record.output()).isEqualTo(Json.parse("{\"rowsCopied\":7}"));
        assertThat(record.input().at("/source/type").stringValue()).isEqualTo("BinarySource");
        assertThat(record.toJson().get("durationInMs").intValue()).isEqualTo(3_000);
        assertThat(record.error().errorCode()).isEmpty();
        assertThat(run.timers).isEmpty();
        assertThat(run.record.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(run.record.annotations()).isEqualTo(Json.parse("[\"nightly\"]"));
    }

    @Test
    void the_same_event_decided_again_changes_nothing() {
        TestRun run = begun(copy("A", ""), copy("B", after("A:Succeeded")));
        RunState begun = run.state;
        run.begin();
        assertThat(run.state).isSameAs(begun);
        assertThat(run.last).isEmpty();
        run.succeeded("A");
        RunState after = run.state;
        run.succeeded("A").failed("A").started("A", 1).started("Nobody", 1);
        assertThat(run.state).isSameAs(after);
    }

    @Test
    void a_decision_made_again_from_the_same_state_is_the_same() {
        TestRun run = TestRun.of(
                TestRun.pipeline("{\"activities\":["
                        + copy("A", ",\"userProperties\":[{\"name\":\"g\",\"value\":\"@guid()\"}]") + "]}"),
                "{}",
                TestRun.documents());
        Event event = new Event.RunRequested(run.moment());
        assertThat(Decider.decide(run.state, event, run.definitions))
                .isEqualTo(Decider.decide(run.state, event, run.definitions));
    }

    @Test
    void a_failed_attempt_is_repeated_after_the_pause_as_the_policy_says() {
        TestRun run = begun(copy("A", ",\"policy\":{\"retry\":2,\"retryIntervalInSeconds\":60}"));
        run.started("A", 1).failed("A");
        assertThat(run.status("A")).isEqualTo(ActivityStatus.PAUSED);
        assertThat(run.timers).containsOnlyKeys("retry:1:A");
        assertThat(run.record("A", 1).status()).isEqualTo(ActivityRunStatus.FAILED);
        run.fire("retry:1:A");
        assertThat(run.now).isEqualTo(TestRun.START.plusSeconds(60));
        assertThat(run.job("A").attempt()).isEqualTo(2);
        assertThat(run.record("A", 2).toJson().get("retryAttempt").intValue()).isEqualTo(1);
        assertThat(run.record("A", 1).toJson().get("retryAttempt").isNull()).isTrue();
        run.ended("A", 1, TestRun.success());
        assertThat(run.status("A")).as("a late report of the first attempt").isEqualTo(ActivityStatus.QUEUED);
        run.ended("A", 2, TestRun.success());
        assertThat(run.record.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(run.records).hasSize(2);
        assertThat(run.record("A", 1).activityRunId())
                .isNotEqualTo(run.record("A", 2).activityRunId());
    }

    @Test
    void when_all_attempts_failed_the_activity_has_failed_with_the_last_error() {
        TestRun run = begun(copy("A", ",\"policy\":{\"retry\":\"1\"}"));
        run.failed("A").fire("retry:1:A").ended("A", 2, TestRun.failure("A"));
        assertThat(run.status("A")).isEqualTo(ActivityStatus.FAILED);
        assertThat(run.record.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.record("A", 2).error().errorCode()).isEqualTo("2200");
        assertThat(run.record("A", 2).error().details().getFirst().code()).isEqualTo("FileNotFound");
        assertThat(run.record("A", 2).output()).isEqualTo(Json.parse("{\"rowsRead\":1}"));
    }

    @Test
    void an_attempt_that_takes_too_long_is_stopped_and_counts_as_failed() {
        TestRun run = begun(copy("A", ",\"policy\":{\"timeout\":\"0.00:10:00\",\"retry\":1}"));
        run.started("A", 1).fire("timeout:1:A");
        assertThat(run.last).contains(new Command.CancelJob("A", 1));
        assertThat(run.record("A", 1).error().message()).contains("did not finish within its timeout of 0.00:10:00");
        run.fire("retry:1:A").fire("timeout:2:A");
        assertThat(run.record.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.record("A", 2).error().details().getFirst().code()).isEqualTo("ActivityTimedOut");
    }

    @Test
    void a_lost_node_counts_as_a_failed_attempt_and_the_next_one_does_not_wait() {
        TestRun run =
                begun(copy("A", ",\"policy\":{\"retry\":1}")).started("A", 1).lost("A", 1);
        assertThat(run.status("A")).isEqualTo(ActivityStatus.QUEUED);
        var detail = run.record("A", 1).error().details().getFirst();
        assertThat(detail.code()).isEqualTo("NodeLost");
        assertThat(detail.retryable()).isTrue();
        assertThat(detail.evidence()).containsEntry("node", "node-1").containsEntry("seconds", "30");
        assertThat(run.record("A", 1).error().failureType()).isEqualTo("SystemError");
        run.started("A", 2).lost("A", 2);
        assertThat(run.status("A")).isEqualTo(ActivityStatus.FAILED);
    }

    @Test
    void a_job_stopped_on_the_node_without_our_asking_is_a_failed_attempt() {
        TestRun run = begun(copy("A", "")).ended("A", 1, new JobOutcome.Cancelled());
        assertThat(run.status("A")).isEqualTo(ActivityStatus.FAILED);
        assertThat(run.record("A", 1).error().details().getFirst().code()).isEqualTo("OperationCancelled");
    }

    @Test
    void cancelling_stops_what_runs_and_waits_for_the_nodes() {
        TestRun run = begun(
                copy("Running", ""),
                copy("Queued", ""),
                copy("Paused", ",\"policy\":{\"retry\":3}"),
                copy("Waiting", after("Running:Succeeded")),
                "{\"name\":\"Sleeping\",\"type\":\"Wait\",\"typeProperties\":{\"waitTimeInSeconds\":60}}");
        run.started("Running", 1).failed("Paused").cancel();
        assertThat(run.record.status()).isEqualTo(RunStatus.CANCELING);
        assertThat(run.statuses())
                .isEqualTo("Running=CANCELING Queued=CANCELLED Paused=CANCELLED Waiting=CANCELLED Sleeping=CANCELLED");
        assertThat(run.last).contains(new Command.CancelJob("Running", 1), new Command.CancelJob("Queued", 1));
        assertThat(run.timers).containsOnlyKeys("timeout:1:Running", "cancel:0:");
        assertThat(run.record("Queued", 1).status()).isEqualTo(ActivityRunStatus.CANCELLED);
        assertThat(run.record("Sleeping", 1).status()).isEqualTo(ActivityRunStatus.CANCELLED);
        assertThat(run.record("Paused", 1).status()).isEqualTo(ActivityRunStatus.FAILED);
        run.ended("Running", 1, new JobOutcome.Cancelled());
        assertThat(run.record.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(run.record.message()).isEqualTo("Cancelled by tester.");
        assertThat(run.record("Running", 1).status()).isEqualTo(ActivityRunStatus.CANCELLED);
        assertThat(run.timers).isEmpty();
        RunState ended = run.state;
        run.cancel();
        assertThat(run.state).isSameAs(ended);
    }

    @Test
    void cancelling_ends_even_when_a_node_never_answers() {
        TestRun run = begun(copy("A", "")).started("A", 1).cancel().fire("cancel:0:");
        assertThat(run.record.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(run.status("A")).isEqualTo(ActivityStatus.CANCELLED);
    }

    @Test
    void a_copy_that_was_done_before_it_could_be_cancelled_shows_as_succeeded() {
        TestRun run = begun(copy("A", ""), copy("B", after("A:Succeeded")))
                .started("A", 1)
                .cancel()
                .succeeded("A");
        assertThat(run.record("A", 1).status()).isEqualTo(ActivityRunStatus.SUCCEEDED);
        assertThat(run.status("B")).isEqualTo(ActivityStatus.CANCELLED);
        assertThat(run.record.status()).isEqualTo(RunStatus.CANCELLED);
    }

    @Test
    void a_queued_run_can_be_cancelled_before_it_begins() {
        TestRun run =
                TestRun.of(TestRun.pipeline("{\"activities\":[" + copy("A", "") + "]}"), "{}", TestRun.documents());
        run.cancel().begin();
        assertThat(run.record.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(run.records).isEmpty();
    }

    @Test
    void secured_input_and_output_stay_out_of_the_records_but_can_be_read_by_expressions() {
        TestRun run = begun(
                copy("A", ",\"policy\":{\"secureInput\":true,\"secureOutput\":true}"),
                "{\"name\":\"W\",\"type\":\"Wait\",\"typeProperties\":{\"waitTimeInSeconds\":\"@activity('A').output.rowsCopied\"}"
                        + after("A:Succeeded") + "}");
        run.succeeded("A");
        assertThat(run.record("A", 1).input()).isEqualTo(Json.object());
        assertThat(run.record("A", 1).output()).isEqualTo(Json.object());
        assertThat(run.timers).containsEntry("wait:1:W", TestRun.START.plusSeconds(7));
    }

    @Test
    void an_error_of_a_secured_activity_does_not_tell_its_values() {
        String set = "{\"name\":\"S\",\"type\":\"SetVariable\",\"policy\":{\"secureInput\":%s},\"typeProperties\":"
                + "{\"variableName\":\"n\",\"value\":\"@concat('ge','heim')\"}}";
        for (String secure : new String[] {"true", "\"@equals(1, 1)\"", "false"}) {
            TestRun run = TestRun.of(
                            TestRun.pipeline("{\"variables\":{\"n\":{\"type\":\"Integer\"}},\"activities\":["
                                    + set.formatted(secure) + "]}"),
                            "{}",
                            TestRun.documents())
                    .begin();
            assertThat(run.status("S")).isEqualTo(ActivityStatus.FAILED);
            assertThat(run.record.message().contains("geheim")).as(secure).isEqualTo(secure.equals("false"));
            assertThat(Json.write(run.record("S", 1).toJson()).contains("geheim"))
                    .as(secure)
                    .isEqualTo(secure.equals("false"));
        }
    }

    @Test
    void a_wait_waits() {
        TestRun run = begun("{\"name\":\"W\",\"type\":\"wait\",\"typeProperties\":{\"waitTimeInSeconds\":\"30\"}}");
        assertThat(run.record("W", 1).status()).isEqualTo(ActivityRunStatus.IN_PROGRESS);
        run.fire("wait:1:W");
        assertThat(run.record("W", 1).status()).isEqualTo(ActivityRunStatus.SUCCEEDED);
        assertThat(run.record.runEnd()).isEqualTo(TestRun.START.plusSeconds(30));
    }

    @Test
    void variables_are_set_and_appended_to() {
        TestRun run = TestRun.of(TestRun.pipeline("""
                        {"variables": {"n": {"type": "Integer"}, "s": {"type": "String"}, "l": {"type": "Array", "defaultValue": [1]}},
                         "activities": [
                          {"name": "S", "type": "SetVariable", "typeProperties": {"variableName": "S", "value": "@concat('run ', pipeline().RunId)"}},
                          {"name": "N", "type": "SetVariable", "dependsOn": [{"activity": "S"}],
                           "typeProperties": {"variableName": "n", "value": "@length(variables('s'))"}},
                          {"name": "L", "type": "AppendVariable", "dependsOn": [{"activity": "N"}],
                           "typeProperties": {"variableName": "l", "value": "@variables('n')"}},
                          {"name": "Bad", "type": "SetVariable", "dependsOn": [{"activity": "L"}],
                           "typeProperties": {"variableName": "n", "value": "many"}},
                          {"name": "None", "type": "SetVariable", "dependsOn": [{"activity": "L"}],
                           "typeProperties": {"variableName": "x", "value": "1"}}]}"""), "{}", TestRun.documents());
        run.begin();
        assertThat(run.state.variables())
                .containsEntry("s", Json.text("run run-1"))
                .containsEntry("n", Json.parse("9"))
                .containsEntry("l", Json.parse("[1,9]"));
        assertThat(run.record("N", 1).output()).isEqualTo(Json.parse("{\"name\":\"n\",\"value\":9}"));
        assertThat(run.record("N", 1).input()).isEqualTo(Json.parse("{\"variableName\":\"n\",\"value\":9}"));
        assertThat(run.record("Bad", 1).error().errorCode()).isEqualTo("MemberInvalid");
        assertThat(run.record("None", 1).error().errorCode()).isEqualTo("ReferenceNotFound");
        assertThat(run.record.message()).contains("target Bad failed").contains("target None failed");
    }

    @Test
    void expressions_read_the_run_its_trigger_and_the_factory() {
        RunIdentity identity = new RunIdentity(
                "factory",
                "run-2",
                "run-1",
                new InvokedBy("t-1", "Nightly", "ScheduleTrigger", null, null),
                TestRun.START,
                Json.parseObject(
                        "{\"scheduledTime\":\"2026-02-03T04:00:00Z\",\"outputs\":{\"body\":{\"fileName\":\"f.csv\"}}}"),
                Map.of());
        Document pipeline = TestRun.pipeline("""
                {"variables": {"v": {"type": "String"}}, "activities": [{"name": "S", "type": "SetVariable", "typeProperties": {
                  "variableName": "v",
                  "value": "@{pipeline().DataFactory} @{pipeline().Pipeline} @{pipeline().RunId} @{pipeline().GroupId} @{pipeline().TriggerName} @{pipeline().TriggerType} @{pipeline().TriggerTime} @{pipeline().globalParameters.g} @{trigger().scheduledTime} @{triggerBody().fileName} @{utcNow()}"}}]}""");
        Document factory = TestRun.document(
                DocumentKind.FACTORY,
                "factory",
                "{\"properties\":{\"globalParameters\":{\"g\":{\"type\":\"int\",\"value\":7}}}}");
        Admission.Accepted accepted =
                (Admission.Accepted) Decider.admit(new RunRequest(identity, pipeline, Json.object()), TestRun.START);
        RunState state = Decider.decide(
                        accepted.decision().state(),
                        new Event.RunRequested(new Moment(TestRun.START, 1)),
                        Definitions.of(List.of(factory)))
                .state();
        assertThat(state.variables())
                .containsEntry(
                        "v",
                        Json.text("factory P run-2 run-1 Nightly ScheduleTrigger 2026-02-03T04:05:06.0000000Z 7 "
                                + "2026-02-03T04:00:00Z f.csv 2026-02-03T04:05:06.0000000Z"));
    }

    @Test
    void fail_fails_with_what_it_says() {
        TestRun run = begun(
                "{\"name\":\"F\",\"type\":\"Fail\",\"typeProperties\":{\"message\":\"@concat('no ', 'data')\",\"errorCode\":404}}");
        var error = run.record("F", 1).error();
        assertThat(error.errorCode()).isEqualTo("404");
        assertThat(error.message()).isEqualTo("no data");
        assertThat(error.failureType()).isEqualTo("UserError");
        assertThat(run.record.message()).isEqualTo("Operation on target F failed: no data");
    }

    @Test
    void an_error_can_be_read_by_the_handler() {
        TestRun run = TestRun.of(
                TestRun.pipeline("{\"variables\":{\"v\":{\"type\":\"String\"}},\"activities\":[" + copy("A", "")
                        + ",{\"name\":\"H\",\"type\":\"SetVariable\",\"typeProperties\":{\"variableName\":\"v\","
                        + "\"value\":\"@activity('a').error.errorCode\"}" + after("A:Failed") + "}]}"),
                "{}",
                TestRun.documents());
        run.begin().failed("A");
        assertThat(run.state.variables()).containsEntry("v", Json.text("2200"));
    }

    @Test
    void reading_an_activity_that_was_skipped_fails_the_reader() {
        TestRun run = begun(
                copy("A", ""),
                copy("B", after("A:Failed")),
                "{\"name\":\"W\",\"type\":\"Wait\",\"typeProperties\":{\"waitTimeInSeconds\":\"@activity('B').output.x\"}"
                        + after("B:Skipped") + "}");
        run.succeeded("A");
        assertThat(run.status("W")).isEqualTo(ActivityStatus.FAILED);
        var detail = run.record("W", 1).error().details().getFirst();
        assertThat(detail.code()).isEqualTo("InvalidTemplate");
        assertThat(detail.location()).isEqualTo("/properties/activities/2/typeProperties/waitTimeInSeconds");
    }

    @Test
    void a_type_that_cannot_be_executed_fails_when_it_is_reached() {
        TestRun run = begun(
                copy("A", ""),
                "{\"name\":\"D\",\"type\":\"ExecuteDataFlow\",\"policy\":{\"retry\":3}" + after("A:Succeeded") + "}");
        run.succeeded("A");
        assertThat(run.status("D")).isEqualTo(ActivityStatus.FAILED);
        assertThat(run.record("D", 1).error().errorCode()).isEqualTo("ServiceNeeded");
        assertThat(run.record("D", 1).error().message()).contains("data flow engine");
        assertThat(run.record("D", 1).error().details().getFirst().location())
                .isEqualTo("/properties/activities/1/type");
    }

    @Test
    void an_output_beyond_the_limit_fails_the_activity() {
        var output = Json.object();
        output.put("text", "x".repeat(Decider.MAX_OUTPUT));
        TestRun run = begun(copy("A", "")).ended("A", 1, new JobOutcome.Succeeded(output));
        assertThat(run.status("A")).isEqualTo(ActivityStatus.FAILED);
        assertThat(run.record("A", 1).error().message()).contains("DocumentLimitExceeded");
    }

    @Test
    void a_state_survives_its_stored_form() throws IOException {
        TestRun run = TestRun.of(
                TestRun.pipeline("{\"parameters\":{\"p\":{\"type\":\"Int\",\"defaultValue\":1.0}},"
                        + "\"variables\":{\"v\":{\"type\":\"Object\"}},\"activities\":["
                        + copy("Done", ",\"userProperties\":[{\"name\":\"who\",\"value\":\"me\"}]") + ","
                        + copy("Paused", ",\"policy\":{\"retry\":1,\"timeout\":\"00:00:01.5\"}") + ","
                        + copy("Running", "") + "," + copy("Later", after("Running:Succeeded")) + "]}"),
                "{}",
                TestRun.documents());
        run.begin().started("Running", 1).succeeded("Done").failed("Paused").cancel();
        Golden.check("run-state.json", run.state.toJson());
        RunState read = RunState.fromJson(Golden.read("run-state.json"));
        assertThat(read).isEqualTo(run.state);
        assertThat(read.toJson()).isEqualTo(run.state.toJson());
    }

    @Test
    void a_state_of_the_version_before_containers_is_still_read() throws IOException {
        RunState read = RunState.fromJson(Golden.read("run-state-version-1.json"));
        assertThat(read.activities()).containsOnlyKeys("Done", "Paused", "Running", "Later");
        assertThat(read.activities().values()).allMatch(a -> a.body() == null);
        assertThat(read.starts()).isZero();
        assertThat(read.returnValue()).isNull();
        assertThat(RunState.fromJson(Json.bytes(read.toJson()))).isEqualTo(read);
        Decision decision = Decider.decide(
                read,
                new Event.JobEnded(new Moment(TestRun.START, 1), "Running", 1, TestRun.success()),
                Definitions.of(TestRun.documents()));
        assertThat(decision.state().status()).isEqualTo(RunStatus.CANCELLED);
    }
}
