package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.wire.JobOffer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Runs that repeat another one, through the API.
class RerunTest {
    @TempDir
    Path folder;

    Bench bench;
    FakeNode node;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.factory("fab", "");
        node = bench.node("fab", "alpha");
        bench.ok("PUT", "fab/pipelines/two", """
                {"properties":{"parameters":{"day":{"type":"String"}},"activities":[%s,%s]}}
                """.formatted(
                copy("First", ""),
                copy("Second", ",\"dependsOn\":[{\"activity\":\"First\",\"dependencyConditions\":[\"Succeeded\"]}]")));
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private static String copy(String name, String more) {
        return """
                {"name":"%s","type":"Copy","inputs":[{"referenceName":"from","type":"DatasetReference"}],
                 "outputs":[{"referenceName":"to","type":"DatasetReference"}],
                 "typeProperties":{"source":{"type":"DelimitedTextSource"},"sink":{"type":"DelimitedTextSink"}}%s}""".formatted(name, more);
    }

    private String create(String query) throws Exception {
        return bench.ok("POST", "fab/pipelines/two/createRun" + query, "{\"day\":\"monday\"}")
                .json()
                .get("runId")
                .stringValue();
    }

    private String failed() throws Exception {
        String run = create("");
        node.succeed(node.leaseOne().job());
        ActivityError error = new ActivityError("2200", "no such file", "UserError", "Second", List.of());
        node.report(node.leaseOne().job(), new JobOutcome.Failed(error));
        assertThat(bench.status("fab", run)).isEqualTo("Failed");
        return run;
    }

    private JsonNode record(String run) throws Exception {
        return bench.ok("GET", "fab/pipelineruns/" + run, "").json();
    }

    @Test
    void a_recovery_starts_from_the_failure_in_the_same_group_and_becomes_the_latest() throws Exception {
        String first = failed();
        String second = create("?referencePipelineRunId=" + first + "&isRecovery=true&startFromFailure=true");
        JobOffer again = node.leaseOne();
        assertThat(again.spec().path("activityName").stringValue()).isEqualTo("Second");
        node.succeed(again.job());
        JsonNode record = record(second);
        assertThat(record.get("runGroupId").stringValue()).isEqualTo(first);
        assertThat(record.get("isLatest").booleanValue()).isTrue();
        assertThat(record.at("/parameters/day").stringValue()).isEqualTo("monday");
        assertThat(record(first).get("isLatest").booleanValue()).isFalse();
        assertThat(bench.activities("fab", second)
                        .valueStream()
                        .map(a -> a.get("activityName").stringValue()
                                + " "
                                + a.get("status").stringValue()))
                .containsExactlyInAnyOrder("First Succeeded", "Second Succeeded");
        JsonNode group = bench.ok(
                        "POST",
                        "fab/queryPipelineRuns",
                        Bench.filter()
                                .replaceFirst(
                                        "\\}$",
                                        ",\"filters\":[{\"operand\":\"RunGroupId\",\"operator\":\"Equals\",\"values\":[\""
                                                + first + "\"]}]}"))
                .json()
                .get("value");
        assertThat(group).hasSize(2);
    }

    @Test
    void a_run_from_an_activity_on_and_one_that_only_takes_the_arguments() throws Exception {
        String first = failed();
        create("?referencePipelineRunId=" + first + "&isRecovery=true&startActivityName=first");
        assertThat(node.leaseOne().spec().path("activityName").stringValue()).isEqualTo("First");
        String third = create("?referencePipelineRunId=" + first);
        assertThat(record(third).get("runGroupId").stringValue()).isEqualTo(third);
        assertThat(record(third).at("/parameters/day").stringValue()).isEqualTo("monday");
    }

    @Test
    void what_cannot_be_repeated_is_refused_with_the_reason() throws Exception {
        assertThat(bench.client
                        .send("POST", "fab/pipelines/two/createRun?referencePipelineRunId=none&isRecovery=true", "{}")
                        .status())
                .isEqualTo(404);
        assertThat(bench.client
                        .send("POST", "fab/pipelines/two/createRun?startFromFailure=true", "{}")
                        .status())
                .isEqualTo(400);
        String open = create("");
        var reply = bench.client.send(
                "POST", "fab/pipelines/two/createRun?referencePipelineRunId=" + open + "&isRecovery=true", "{}");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.raw().body()).contains("has not ended");
        String other = bench.run("fab", "p");
        assertThat(bench.client
                        .send("POST", "fab/pipelines/two/createRun?referencePipelineRunId=" + other, "{}")
                        .status())
                .isEqualTo(404);
    }
}
