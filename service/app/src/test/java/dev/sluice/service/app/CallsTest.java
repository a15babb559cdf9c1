package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.wire.JobOffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Pipelines that call pipelines, through the service.
class CallsTest {
    @TempDir
    Path folder;

    Bench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.factory("fab", "");
        pipeline("parent", "", call("p", true));
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private void pipeline(String name, String more, String... activities) throws Exception {
        bench.ok(
                "PUT",
                "fab/pipelines/" + name,
                "{\"properties\":{" + more + "\"activities\":[" + String.join(",", activities) + "]}}");
    }

    private static String call(String pipeline, boolean waits) {
        return "{\"name\":\"Call\",\"type\":\"ExecutePipeline\",\"typeProperties\":{\"pipeline\":{\"referenceName\":\""
                + pipeline + "\",\"type\":\"PipelineReference\"},\"waitOnCompletion\":" + waits + "}}";
    }

    private String called(String run) throws Exception {
        return bench.activities("fab", run).get(0).at("/output/pipelineRunId").stringValue();
    }

    /// Waits for what the service does by itself.
    private void reaches(String run, String status) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!bench.status("fab", run).equals(status) && System.nanoTime() < end) {
            bench.service.chores().round();
            LockSupport.parkNanos(1_000_000);
        }
        assertThat(bench.status("fab", run)).isEqualTo(status);
    }

    @Test
    void the_end_of_a_called_run_reaches_its_caller() throws Exception {
        FakeNode node = bench.node("fab", "alpha");
        String run = bench.run("fab", "parent");
        JobOffer job = node.leaseOne();
        String child = called(run);
        JsonNode record = bench.ok("GET", "fab/pipelineruns/" + child, "").json();
        assertThat(record.at("/invokedBy/invokedByType").stringValue()).isEqualTo("PipelineActivity");
        assertThat(record.at("/invokedBy/pipelineRunId").stringValue()).isEqualTo(run);
        assertThat(record.at("/invokedBy/pipelineName").stringValue()).isEqualTo("parent");
        assertThat(bench.status("fab", run)).isEqualTo("InProgress");
        node.succeed(job.job());
        reaches(run, "Succeeded");
    }

    @Test
    void a_failure_in_a_called_run_is_told_by_its_caller() throws Exception {
        FakeNode node = bench.node("fab", "alpha");
        String run = bench.run("fab", "parent");
        JobOffer job = node.leaseOne();
        ActivityError error = new ActivityError("2200", "no such file", "UserError", "Copy it", java.util.List.of());
        node.report(job.job(), new JobOutcome.Failed(error));
        reaches(run, "Failed");
        assertThat(bench.activities("fab", run).get(0).at("/error/message").stringValue())
                .isEqualTo("Operation on target Copy it failed: no such file");
    }

    @Test
    void a_call_and_its_end_survive_restarts() throws Exception {
        FakeNode node = bench.node("fab", "alpha");
        String run = bench.run("fab", "parent");
        bench.restart();
        node = node.at(bench.client);
        JobOffer job = node.leaseOne();
        node.succeed(job.job());
        bench.restart();
        reaches(run, "Succeeded");
    }

    @Test
    void cancelling_recursively_stops_called_runs_too_and_otherwise_they_go_on() throws Exception {
        pipeline("fire", "", call("parent", false));
        FakeNode node = bench.node("fab", "alpha");
        String run = bench.run("fab", "fire");
        JobOffer job = node.leaseOne();
        node.heartbeat(job.job());
        reaches(run, "Succeeded");
        String parent = called(run);
        String child = called(parent);
        bench.ok("POST", "fab/pipelineruns/" + parent + "/cancel?isRecursive=true", "");
        reaches(child, "Canceling");
        node.report(job.job(), new JobOutcome.Cancelled());
        reaches(child, "Cancelled");
        reaches(parent, "Cancelled");

        String alone = bench.run("fab", "parent");
        JobOffer other = node.leaseOne();
        String goesOn = called(alone);
        bench.ok("POST", "fab/pipelineruns/" + alone + "/cancel", "");
        assertThat(bench.status("fab", alone)).isEqualTo("Cancelled");
        assertThat(bench.status("fab", goesOn)).isEqualTo("InProgress");
        node.succeed(other.job());
        reaches(goesOn, "Succeeded");
    }

    @Test
    void called_runs_wait_for_the_concurrency_of_their_pipeline_and_begin_in_order() throws Exception {
        bench.pipeline("fab", "one", "", "\"concurrency\":1,");
        pipeline(
                "many",
                "",
                "{\"name\":\"Each\",\"type\":\"ForEach\",\"typeProperties\":{\"items\":\"@range(0,4)\",\"activities\":["
                        + call("one", true) + "]}}");
        FakeNode node = bench.node("fab", "alpha");
        String run = bench.run("fab", "many");
        for (int i = 0; i < 4; i++) {
            JobOffer job = node.leaseOne();
            assertThat(node.lease(1, 0).jobs()).isEmpty();
            node.succeed(job.job());
        }
        reaches(run, "Succeeded");
    }

    @Test
    void a_secret_handed_to_a_called_run_is_sealed_before_it_is_stored() throws Exception {
        pipeline(
                "secret",
                "\"parameters\":{\"pw\":{\"type\":\"SecureString\"}},",
                "{\"name\":\"W\",\"type\":\"Wait\",\"typeProperties\":{\"waitTimeInSeconds\":60}}");
        pipeline(
                "giver",
                "",
                call("secret", true)
                        .replace(
                                "\"waitOnCompletion\"",
                                "\"parameters\":{\"pw\":\"@concat('ge','heim')\"},\"waitOnCompletion\""));
        String run = bench.run("fab", "giver");
        reaches(called(run), "InProgress");
        try (var files = Files.list(bench.data())) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith("service.db"))
                    .toList()) {
                assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("geheim");
            }
        }
    }
}
