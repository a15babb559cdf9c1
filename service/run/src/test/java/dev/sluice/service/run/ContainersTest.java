package dev.sluice.service.run;

import static dev.sluice.service.run.TestRun.after;
import static dev.sluice.service.run.TestRun.copy;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.ActivityRunStatus;
import dev.sluice.model.run.RunStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Loops, branches and filters, and what the activities inside them see and cause.
class ContainersTest {
    private static String activity(String name, String type, String properties, String more) {
        return "{\"name\":\"" + name + "\",\"type\":\"" + type + "\",\"typeProperties\":{" + properties + "}" + more
                + "}";
    }

    private static String loop(String name, String items, String options, String... inner) {
        return activity(
                name,
                "ForEach",
                "\"items\":\"" + items + "\"," + options + "\"activities\":[" + String.join(",", inner) + "]",
                "");
    }

    private static String set(String name, String variable, String value, String more) {
        return activity(name, "SetVariable", "\"variableName\":\"" + variable + "\",\"value\":\"" + value + "\"", more);
    }

    private static String append(String name, String value) {
        return activity(name, "AppendVariable", "\"variableName\":\"l\",\"value\":\"" + value + "\"", "");
    }

    private static String fail(String name) {
        return activity(name, "Fail", "\"message\":\"it is @{1}\",\"errorCode\":\"E1\"", "");
    }

    /// A begun run with the variables `s`, `n` and `l`.
    private static TestRun begun(String... activities) {
        return TestRun.of(
                        TestRun.pipeline(
                                "{\"variables\":{\"s\":{\"type\":\"String\"},\"n\":{\"type\":\"Integer\"},\"l\":{\"type\":\"Array\"}},"
                                        + "\"activities\":[" + String.join(",", activities) + "]}"),
                        "{}",
                        TestRun.documents())
                .begin();
    }

    private static List<ActivityRun> records(TestRun run, String activity) {
        return run.records.values().stream()
                .filter(r -> r.activityName().equals(activity))
                .toList();
    }

    @ParameterizedTest
    @CsvSource({"true, T", "false, F"})
    void an_if_runs_one_of_its_branches(boolean condition, String ran) {
        TestRun run = begun(activity(
                "If1",
                "IfCondition",
                "\"expression\":{\"value\":\"@equals(1, " + (condition ? 1 : 2) + ")\",\"type\":\"Expression\"},"
                        + "\"ifTrueActivities\":[" + copy("T", "") + "],\"ifFalseActivities\":[" + copy("F", "") + "]",
                ""));
        assertThat(run.statuses()).isEqualTo("If1=CONTAINING If1/" + ran + "=QUEUED");
        assertThat(run.record("If1", 1).status()).isEqualTo(ActivityRunStatus.IN_PROGRESS);
        run.succeeded("If1/" + ran);
        assertThat(run.statuses()).isEqualTo("If1=SUCCEEDED");
        assertThat(run.record("If1", 1).output()).isEqualTo(Json.parse("{\"expressionResult\":" + condition + "}"));
        assertThat(run.record(ran, 1).iterationHash()).isEmpty();
        assertThat(run.record.status()).isEqualTo(RunStatus.SUCCEEDED);
    }

    @Test
    void an_empty_branch_succeeds_and_a_condition_that_is_none_fails() {
        TestRun run = begun(
                activity("Empty", "IfCondition", "\"expression\":\"@bool('true')\"", ""),
                activity("Odd", "IfCondition", "\"expression\":\"@string('maybe')\"", ""));
        assertThat(run.statuses()).isEqualTo("Empty=SUCCEEDED Odd=FAILED");
        assertThat(run.record("Odd", 1).error().details().getFirst().location())
                .isEqualTo("/properties/activities/1/typeProperties/expression");
    }

    @ParameterizedTest
    @CsvSource({"a, A", "2, B", "A, D", "c, D"})
    void a_switch_runs_the_case_of_that_text_or_the_default(String on, String ran) {
        TestRun run = begun(activity(
                "S",
                "Switch",
                "\"on\":\"" + on + "\",\"cases\":[{\"value\":\"a\",\"activities\":[" + copy("A", "")
                        + "]},{\"value\":2,\"activities\":[" + copy("B", "") + "]}],\"defaultActivities\":["
                        + copy("D", "") + "]",
                ""));
        assertThat(run.statuses()).isEqualTo("S=CONTAINING S/" + ran + "=QUEUED");
        run.succeeded("S/" + ran);
        assertThat(run.record("S", 1).output()).isEqualTo(Json.parse("{\"expressionResult\":\"" + on + "\"}"));
    }

    @Test
    void a_sequential_loop_runs_one_item_after_the_other() {
        TestRun run = begun(
                loop("L", "@createArray('x','y')", "\"isSequential\":true,", copy("C", ""), append("A", "@item()")));
        assertThat(run.statuses()).isEqualTo("L=CONTAINING L[0]/C=QUEUED L[0]/A=SUCCEEDED");
        run.succeeded("L[0]/C");
        assertThat(run.statuses()).isEqualTo("L=CONTAINING L[1]/C=QUEUED L[1]/A=SUCCEEDED");
        run.succeeded("L[1]/C");
        assertThat(run.record("L", 1).output()).isEqualTo(Json.parse("{\"ItemsCount\":2}"));
        assertThat(run.state.variables().get("l")).isEqualTo(Json.parse("[\"x\",\"y\"]"));
        assertThat(records(run, "A").get(1).output()).isEqualTo(Json.parse("{\"name\":\"l\",\"value\":\"y\"}"));
        assertThat(run.record.status()).isEqualTo(RunStatus.SUCCEEDED);
    }

    @ParameterizedTest
    @CsvSource({"'', 20", "'\"batchCount\":3,', 3", "'\"batchCount\":\"50\",', 50"})
    void a_parallel_loop_runs_a_batch_at_a_time(String options, int batch) {
        TestRun run = begun(loop("L", "@range(0, 60)", options, copy("C", "")));
        assertThat(run.state.activities()).hasSize(batch + 1);
        run.succeeded("L[1]/C");
        assertThat(run.state.activities())
                .hasSize(batch + 1)
                .doesNotContainKey("L[1]/C")
                .containsKey("L[" + batch + "]/C");
    }

    @Test
    void activities_of_an_iteration_share_a_hash_that_no_other_has() {
        TestRun run = begun(loop("L", "@range(0, 2)", "", append("A", "@item()"), append("B", "@item()")));
        List<String> ofA =
                records(run, "A").stream().map(ActivityRun::iterationHash).toList();
        assertThat(ofA).doesNotHaveDuplicates().doesNotContain("").hasSize(2);
        assertThat(records(run, "B").stream().map(ActivityRun::iterationHash)).isEqualTo(ofA);
        assertThat(run.record("L", 1).iterationHash()).isEmpty();
    }

    @Test
    void a_failed_iteration_lets_the_others_finish_and_then_fails_the_loop() {
        TestRun run =
                begun(loop("L", "@range(0, 3)", "\"isSequential\":true,", copy("C", "")), copy("Z", after("L:Failed")));
        run.failed("L[0]/C").succeeded("L[1]/C").failed("L[2]/C");
        assertThat(run.statuses()).isEqualTo("L=FAILED Z=QUEUED");
        var error = run.record("L", 1).error();
        assertThat(error.errorCode()).isEqualTo("ActionFailed");
        assertThat(error.message())
                .startsWith("Activity failed because an inner activity failed; Inner activity name: C, Error: ")
                .endsWith("(2 of 3 iterations failed)");
        assertThat(error.details().getFirst().code()).isEqualTo("FileNotFound");
    }

    @Test
    void items_must_be_an_array_and_not_too_many() {
        TestRun run = begun(
                loop("Text", "@string('x')", "", copy("A", "")),
                loop("None", "@json('[]')", "", copy("B", "")),
                activity("F", "Filter", "\"items\":\"@json('{}')\",\"condition\":\"@true\"", ""));
        assertThat(run.statuses()).isEqualTo("Text=FAILED None=SUCCEEDED F=FAILED");
        assertThat(run.record("Text", 1).error().errorCode()).isEqualTo("MemberInvalid");

        var parameters = Json.object();
        var many = parameters.putArray("many");
        for (int i = 0; i <= Containers.MAX_ITEMS; i++) {
            many.add(0);
        }
        TestRun big = TestRun.of(
                        TestRun.pipeline("{\"parameters\":{\"many\":{\"type\":\"Array\"}},\"activities\":["
                                + loop("L", "@pipeline().parameters.many", "", copy("A", "")) + "]}"),
                        Json.write(parameters),
                        TestRun.documents())
                .begin();
        assertThat(big.record("L", 1).error().errorCode()).isEqualTo("DocumentLimitExceeded");
    }

    @Test
    void a_filter_keeps_what_fulfils_its_condition() {
        TestRun run = begun(
                activity("F", "filter", "\"items\":\"@range(1, 5)\",\"condition\":\"@greater(item(), 3)\"", ""),
                set(
                        "S",
                        "s",
                        "@{activity('F').output.value[0]} of @{activity('F').output.ItemsCount}",
                        after("F:Succeeded")));
        assertThat(run.record("F", 1).output())
                .isEqualTo(Json.parse("{\"ItemsCount\":5,\"FilteredItemsCount\":2,\"Value\":[4,5]}"));
        assertThat(run.state.variables().get("s")).isEqualTo(Json.text("4 of 5"));
    }

    @Test
    void inner_activities_see_finished_ones_around_them_and_the_item_of_the_innermost_loop() {
        TestRun run = begun(
                set("Before", "s", "b", ""),
                activity(
                        "Outer",
                        "ForEach",
                        "\"items\":\"@createArray(1, 2)\",\"isSequential\":true,\"activities\":["
                                + set("Mid", "n", "@mul(item(), 10)", "") + ","
                                + activity(
                                        "Inner",
                                        "ForEach",
                                        "\"items\":\"@createArray(concat('i', item()), null)\",\"isSequential\":true,\"activities\":["
                                                + append(
                                                        "Deep",
                                                        "@concat(activity('Before').output.value, '-', activity('mid').output.value, '-', coalesce(item(), 'nothing'))")
                                                + "]",
                                        after("Mid:Succeeded"))
                                + ","
                                + activity(
                                        "Ask",
                                        "IfCondition",
                                        "\"expression\":\"@equals(item(), 2)\",\"ifTrueActivities\":["
                                                + append("Two", "@item()") + "]",
                                        after("Inner:Succeeded"))
                                + "]",
                        after("Before:Succeeded")),
                set("Out", "s", "@activity('Deep').output.value", after("Outer:Succeeded")));
        assertThat(run.state.variables().get("l"))
                .isEqualTo(Json.parse("[\"b-10-i1\",\"b-10-nothing\",\"b-20-i2\",\"b-20-nothing\",2]"));
        assertThat(run.record("Out", 1).error().errorCode()).isEqualTo("InvalidTemplate");
        assertThat(records(run, "Deep").stream().map(ActivityRun::iterationHash))
                .doesNotHaveDuplicates()
                .hasSize(4);
    }

    @Test
    void an_until_passes_at_least_once_and_reads_its_last_pass() {
        TestRun run = begun(activity(
                "U",
                "Until",
                "\"expression\":\"@equals(activity('C').output.rowsCopied, 7)\",\"activities\":[" + copy("C", "") + "]",
                ""));
        run.ended("U[0]/C", 1, new JobOutcome.Succeeded(Json.parseObject("{\"rowsCopied\":1}")));
        assertThat(run.statuses()).isEqualTo("U=CONTAINING U[1]/C=QUEUED");
        run.succeeded("U[1]/C");
        assertThat(run.statuses()).isEqualTo("U=SUCCEEDED");
        assertThat(run.timers).isEmpty();
    }

    @Test
    void an_until_fails_when_its_last_pass_has_failed_and_not_before() {
        String counting = "\"expression\":\"@greaterOrEquals(length(variables('l')), 2)\",\"activities\":["
                + append("A", "x") + "," + copy("C", "") + "]";
        TestRun run = begun(activity("U", "Until", counting, ""));
        run.failed("U[0]/C");
        assertThat(run.status("U")).isEqualTo(ActivityStatus.CONTAINING);
        run.failed("U[1]/C");
        assertThat(run.status("U")).isEqualTo(ActivityStatus.FAILED);

        TestRun well = begun(activity("U", "Until", counting, ""));
        well.failed("U[0]/C").succeeded("U[1]/C");
        assertThat(well.status("U")).isEqualTo(ActivityStatus.SUCCEEDED);
    }

    @Test
    void an_until_that_cannot_be_asked_fails_there() {
        TestRun run = begun(activity(
                "U",
                "Until",
                "\"expression\":\"@variables('none')\",\"activities\":[" + set("S", "s", "x", "") + "]",
                ""));
        assertThat(run.record("U", 1).error().details().getFirst().location())
                .isEqualTo("/properties/activities/0/typeProperties/expression");
        assertThat(run.record.status()).isEqualTo(RunStatus.FAILED);
        assertThat(run.timers).isEmpty();
    }

    @Test
    void a_timeout_stops_everything_inside_an_until() {
        TestRun run = begun(activity(
                "U",
                "Until",
                "\"expression\":\"@false\",\"timeout\":\"00:10:00\",\"activities\":["
                        + loop("L", "@range(0, 2)", "", copy("C", "")) + ","
                        + activity("W", "Wait", "\"waitTimeInSeconds\":3600", "") + ","
                        + copy("Later", after("W:Succeeded")) + "]",
                ""));
        run.started("U[0]/L[1]/C", 1);
        assertThat(run.timers).containsEntry("timeout:1:U", TestRun.START.plus(Duration.ofMinutes(10)));
        run.fire("timeout:1:U");
        assertThat(run.last).contains(new Command.CancelJob("U[0]/L[0]/C", 1), new Command.CancelJob("U[0]/L[1]/C", 1));
        assertThat(run.statuses()).isEqualTo("U=FAILED");
        assertThat(run.record("U", 1).error().errorCode()).isEqualTo("ActivityTimedOut");
        assertThat(records(run, "C")).allMatch(r -> r.status() == ActivityRunStatus.CANCELLED);
        assertThat(run.record("L", 1).status()).isEqualTo(ActivityRunStatus.CANCELLED);
        assertThat(run.record("W", 1).error().message()).contains("the timeout of 'U'");
        assertThat(run.timers).isEmpty();
        RunState end = run.state;
        assertThat(run.succeeded("U[0]/L[1]/C").state).isSameAs(end);
    }

    @Test
    void a_branch_fails_by_the_rule_for_pipelines() {
        String caught = copy("C", "") + "," + set("Caught", "s", "x", after("C:Failed"));
        TestRun run = begun(
                activity("If1", "IfCondition", "\"expression\":true,\"ifTrueActivities\":[" + caught + "]", ""),
                activity("Loud", "IfCondition", "\"expression\":true,\"ifTrueActivities\":[" + fail("F") + "]", ""));
        run.failed("If1/C");
        assertThat(run.statuses()).isEqualTo("If1=SUCCEEDED Loud=FAILED");
        assertThat(run.record("Loud", 1).error().message())
                .isEqualTo("Activity failed because an inner activity failed; Inner activity name: F, Error: it is 1");
        assertThat(run.record("Loud", 1).output()).isEqualTo(Json.parse("{\"expressionResult\":true}"));
    }

    @Test
    void retries_and_timeouts_of_inner_activities_are_their_own() {
        TestRun run =
                begun(loop("L", "@range(0, 2)", "", copy("C", ",\"policy\":{\"retry\":1,\"timeout\":\"01:00:00\"}")));
        run.fire("timeout:1:L[0]/C");
        assertThat(run.status("L[0]/C")).isEqualTo(ActivityStatus.PAUSED);
        run.succeeded("L[1]/C").fire("retry:1:L[0]/C");
        assertThat(run.job("L[0]/C").attempt()).isEqualTo(2);
        run.ended("L[0]/C", 2, TestRun.success());
        assertThat(run.record.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(records(run, "C").stream().map(ActivityRun::iterationHash).distinct())
                .hasSize(2);
    }

    @Test
    void a_cancelled_run_ends_its_loops_when_their_nodes_have_answered() {
        TestRun run =
                begun(loop("L", "@range(0, 30)", "\"batchCount\":2,", copy("C", ""), copy("D", after("C:Succeeded"))));
        run.started("L[0]/C", 1).cancel();
        assertThat(run.statuses()).isEqualTo("L=CLOSING L[0]/C=CANCELING L[0]/D=CANCELLED");
        run.ended("L[0]/C", 1, new JobOutcome.Cancelled());
        assertThat(run.statuses()).isEqualTo("L=CANCELLED");
        assertThat(run.record.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(run.record("L", 1).status()).isEqualTo(ActivityRunStatus.CANCELLED);
        assertThat(run.timers).isEmpty();
    }

    @Test
    void nodes_that_never_answer_a_cancellation_end_with_their_time() {
        TestRun run = begun(loop("L", "@range(0, 2)", "", copy("C", "")));
        run.started("L[0]/C", 1).cancel().fire("cancel:0:");
        assertThat(run.record.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(run.timers).isEmpty();
    }

    @Test
    void inactive_and_skipped_containers_do_nothing() {
        TestRun run = begun(
                activity(
                        "Off",
                        "ForEach",
                        "\"items\":\"@range(0, 2)\",\"activities\":[" + copy("A", "") + "]",
                        ",\"state\":\"Inactive\""),
                activity(
                        "Skipped",
                        "Until",
                        "\"expression\":\"@true\",\"activities\":[" + copy("B", "") + "]",
                        after("Off:Failed")),
                loop("On", "@range(0, 1)", "", copy("C", ",\"state\":\"Inactive\",\"onInactiveMarkAs\":\"Failed\"")));
        assertThat(run.statuses()).isEqualTo("Off=SUCCEEDED Skipped=SKIPPED On=FAILED");
        assertThat(run.record("On", 1).error().message()).contains("it is inactive and marked as failed");
    }

    @Test
    void a_pipeline_returns_what_was_set_last() {
        TestRun run =
                begun(activity("R", "SetVariable", """
                        "variableName":"pipelineReturnValue","setSystemVariable":true,"value":[
                          {"key":"text","value":{"type":"String","content":"@pipeline().RunId"}},
                          {"key":"number","value":{"type":"Int","content":7}},
                          {"key":"nothing","value":{"type":"Null"}},
                          {"key":"computed","value":{"type":"Expression","content":"@range(1, 2)"}},
                          {"key":"list","value":{"type":"Array","content":[{"type":"Boolean","content":true},"x"]}},
                          {"key":"object","value":{"type":"Object","content":[{"key":"k","value":{"type":"Float","content":1.5}}]}}]""", ""), activity("Bad", "SetVariable", """
                        "variableName":"pipelineReturnValue","setSystemVariable":true,"value":[
                          {"key":"n","value":{"type":"Int","content":"many"}}]""", after("R:Succeeded")));
        assertThat(run.state.returnValue())
                .isEqualTo(
                        Json.parse(
                                "{\"text\":\"run-1\",\"number\":7,\"nothing\":null,\"computed\":[1,2],\"list\":[true,\"x\"],\"object\":{\"k\":1.5}}"));
        assertThat(run.record("R", 1).output().get("name")).isEqualTo(Json.text("pipelineReturnValue"));
        assertThat(run.record("Bad", 1).error().details().getFirst().location())
                .isEqualTo("/properties/activities/1/typeProperties/value/0/value/content");
    }

    @Test
    void a_variable_cannot_be_set_from_itself() {
        // The name is put together, so that only reading it at run time shows what it is.
        TestRun run = begun(
                set("Self", "s", "@concat(variables(concat('', 'S')), 'x')", ""),
                set("Other", "n", "@add(length(variables('s')), 1)", ""));
        assertThat(run.statuses()).isEqualTo("Self=FAILED Other=SUCCEEDED");
        var detail = run.record("Self", 1).error().details().getFirst();
        assertThat(detail.code()).isEqualTo("MemberInvalid");
        assertThat(detail.location()).isEqualTo("/properties/activities/0/typeProperties/value");
    }

    @Test
    void the_last_of_parallel_iterations_wins_a_variable() {
        TestRun run = begun(loop(
                "L", "@createArray('a','b','c')", "", copy("C", ""), set("S", "s", "@item()", after("C:Succeeded"))));
        run.succeeded("L[2]/C").succeeded("L[0]/C").succeeded("L[1]/C");
        assertThat(run.state.variables().get("s")).isEqualTo(Json.text("b"));
    }

    @Test
    void names_that_look_like_iterations_are_no_obstacle() {
        TestRun run = begun(
                loop("L", "@range(0, 1)", "", copy("A", "")),
                activity(
                        "L[0]", "IfCondition", "\"expression\":true,\"ifTrueActivities\":[" + copy("B", "") + "]", ""));
        run.succeeded("L[0]/A").succeeded("L[0]/B");
        assertThat(run.record.status()).isEqualTo(RunStatus.SUCCEEDED);
    }

    @Test
    void a_loop_longer_than_a_decision_goes_on_in_the_next() {
        TestRun run = begun(loop("L", "@range(0, 3000)", "", append("A", "@item()")));
        assertThat(run.timers).containsEntry("go:0:", TestRun.START);
        int decisions = 1;
        while (!run.state.status().ended()) {
            assertThat(run.state.activities().size()).isLessThan(50);
            run.fire("go:0:");
            decisions++;
        }
        assertThat(decisions).isBetween(6, 8);
        assertThat(run.state.variables().get("l").size()).isEqualTo(3_000);
        assertThat(records(run, "A")).hasSize(3_000);
        assertThat(run.state.starts()).isEqualTo(3_001);
        assertThat(run.timers).isEmpty();
    }

    @Test
    void a_loop_over_many_items_keeps_states_of_running_iterations_only() {
        TestRun run = begun(loop("L", "@range(0, 100000)", "\"batchCount\":50,", copy("C", "")));
        int stored = Json.bytes(run.state.toJson()).length;
        for (int i = 0; i < 200; i++) {
            run.succeeded("L[" + i + "]/C");
            assertThat(run.state.activities()).hasSize(51);
        }
        assertThat(Json.bytes(run.state.toJson()).length)
                .isCloseTo(stored, org.assertj.core.data.Percentage.withPercentage(1));

        TestRun quick = begun(loop("L", "@range(0, 100000)", "", activity("W", "Wait", "\"waitTimeInSeconds\":0", "")));
        for (int i = 0; i < 150; i++) {
            quick.fire("go:0:");
        }
        // Items that have been begun are dropped.
        assertThat(Json.bytes(quick.state.toJson()).length).isLessThan(stored / 2);
        while (!quick.state.status().ended()) {
            quick.fire("go:0:");
        }
        assertThat(quick.state.status()).isEqualTo(RunStatus.SUCCEEDED);
        assertThat(quick.state.starts()).isEqualTo(100_001);
        assertThat(Json.bytes(quick.state.toJson()).length).isLessThan(2_000);
    }

    @Test
    void nested_loops_leave_room_for_each_other() {
        TestRun run = begun(loop(
                "A",
                "@range(0, 50)",
                "\"batchCount\":50,",
                loop("B", "@range(0, 50)", "\"batchCount\":50,", copy("C", ""), copy("D", ""), copy("E", ""))));
        while (run.timers.containsKey("go:0:")) {
            run.fire("go:0:");
        }
        assertThat(run.state.activities().size()).isBetween(Flow.MAX_LIVE, Flow.MAX_LIVE + 200);
        assertThat(run.state.activities()).containsKeys("A[0]/B[0]/C", "A[49]/B[0]/C");
    }

    @Test
    void an_until_whose_passes_take_no_time_rests_between_decisions_and_can_be_cancelled() {
        TestRun run = begun(activity(
                "U", "Until", "\"expression\":\"@false\",\"activities\":[" + set("S", "s", "x", "") + "]", ""));
        assertThat(run.timers).containsEntry("go:0:", TestRun.START.plus(Flow.REST));
        run.fire("go:0:").fire("go:0:");
        assertThat(run.status("U")).isEqualTo(ActivityStatus.CONTAINING);
        run.cancel();
        assertThat(run.record.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(run.timers).isEmpty();
    }

    @Test
    void types_that_are_not_here_yet_fail_inside_containers_too() {
        TestRun run = begun(loop("L", "@range(0, 1)", "", activity("P", "Unheard", "\"a\":1", "")));
        assertThat(run.record("P", 1).error().errorCode()).isEqualTo("TypeNotSupportedHere");
        assertThat(run.record("P", 1).error().details().getFirst().location())
                .isEqualTo("/properties/activities/0/typeProperties/activities/0/type");
        assertThat(run.statuses()).isEqualTo("L=FAILED");
    }

    @Test
    void a_state_with_containers_survives_its_stored_form() throws IOException {
        TestRun run = begun(
                loop("L", "@createArray('a', null, 3, 'd', 'e')", "\"batchCount\":2,", copy("C", "")),
                activity("U", "Until", "\"expression\":\"@false\",\"activities\":[" + copy("D", "") + "]", ""),
                activity(
                        "If1",
                        "IfCondition",
                        "\"expression\":false,\"ifFalseActivities\":[" + copy("E", "") + "]",
                        ""));
        run.failed("L[0]/C").succeeded("U[0]/D");
        Golden.check("run-state-containers.json", run.state.toJson());
        assertThat(RunState.fromJson(Golden.read("run-state-containers.json"))).isEqualTo(run.state);
    }
}
