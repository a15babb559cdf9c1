package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.SsisBegin;
import dev.sluice.wire.Wire;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Azure-SSIS runtimes on the nodes that they share.
class SsisParallelTest {
    private static final String SSIS = "/api/v1/factories/fab/ssis";

    @TempDir
    Path folder;

    Bench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.factory("fab", "\"retry\":0");
        bench.ok("PUT", SSIS + "/folders/Etl", "{}");
        HttpResponse<String> deployed = bench.client.http.send(
                HttpRequest.newBuilder(URI.create(bench.client.base + SSIS + "/folders/Etl/projects/Sales"))
                        .PUT(HttpRequest.BodyPublishers.ofByteArray(Ispac.sales(1)))
                        .header("Authorization", "Bearer " + bench.client.token)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(deployed.statusCode()).as(deployed.body()).isEqualTo(200);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private static String runtime(String parallel) {
        return "{\"properties\":{\"type\":\"Managed\",\"typeProperties\":{\"computeProperties\":{\"location\":\"x\","
                + "\"maxParallelExecutionsPerNode\":" + parallel + "},\"ssisProperties\":{\"edition\":\"Standard\"}}}}";
    }

    private void runtime(String name, int parallel) throws Exception {
        bench.ok("PUT", "fab/integrationRuntimes/" + name, runtime(String.valueOf(parallel)));
    }

    private FakeNode node(String name) throws Exception {
        String key = Files.readString(bench.data().resolve("auto-resolve.key")).strip();
        return FakeNode.register(bench.client, folder, key, name, bench.clock);
    }

    private JsonNode execute(String runtime) throws Exception {
        TestClient.Reply reply = bench.client.send(
                "POST",
                SSIS + "/executions",
                "{\"packagePath\":\"Etl/Sales/Load.dtsx\",\"connectVia\":{\"referenceName\":\"" + runtime
                        + "\"},\"packageParameters\":{\"Day\":{\"value\":\"today\"}}}");
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(202);
        return reply.json();
    }

    private JsonNode queue(JsonNode execution) throws Exception {
        return bench.ok(
                        "GET",
                        SSIS + "/executions/" + execution.path("executionId").asLong(),
                        "")
                .json()
                .path("queue");
    }

    private static List<String> runtimes(List<JobOffer> jobs) {
        return jobs.stream()
                .map(job -> job.spec()
                        .at("/activity/typeProperties/connectVia/referenceName")
                        .asString("none"))
                .toList();
    }

    @Test
    void I20_each_runtime_has_its_own_limit_on_the_nodes_that_they_share() throws Exception {
        runtime("Two", 2);
        runtime("one", 1);
        FakeNode node = node("n1");
        for (int i = 0; i < 4; i++) {
            execute("two");
            execute("one");
        }
        List<JobOffer> first = new ArrayList<>(node.lease(8, 1000).jobs());
        assertThat(runtimes(first)).containsExactlyInAnyOrder("two", "two", "one");
        assertThat(node.lease(5, 0).jobs()).isEmpty();

        JobRef ended = first.stream()
                .filter(job -> runtimes(List.of(job)).contains("one"))
                .findFirst()
                .orElseThrow()
                .job();
        node.send(Wire.SSIS_BEGIN, new SsisBegin(ended));
        node.report(ended, new JobOutcome.Succeeded(Json.object()));
        assertThat(runtimes(node.lease(6, 1000).jobs())).containsExactly("one");
        // Another node has the same limits for itself.
        assertThat(runtimes(node("n2").lease(8, 1000).jobs())).containsExactlyInAnyOrder("two", "two", "one");
    }

    @Test
    void I20_a_node_that_confirms_is_offered_no_more_packages_than_the_limit() throws Exception {
        runtime("one", 1);
        FakeNode node = node("n1");
        execute("one");
        execute("one");
        List<JobOffer> first = node.poll(8, 1000).jobs();
        assertThat(first).hasSize(1);
        assertThat(node.poll(7, 0, first.getFirst().job()).jobs()).isEmpty();
    }

    @Test
    void packages_that_wait_for_a_full_runtime_hold_nothing_else_up() throws Exception {
        runtime("one", 1);
        for (int i = 0; i < 60; i++) {
            execute("one");
        }
        FakeNode node = node("n1");
        assertThat(node.lease(8, 1000).jobs()).hasSize(1);
        execute("AutoResolveIntegrationRuntime");
        assertThat(runtimes(node.lease(7, 1000).jobs())).containsExactly("AutoResolveIntegrationRuntime");
    }

    @Test
    void I20_the_queue_of_a_runtime_with_a_limit_is_its_own() throws Exception {
        runtime("two", 2);
        FakeNode node = node("n1");
        execute("AutoResolveIntegrationRuntime");
        assertThat(node.lease(8, 1000).jobs()).hasSize(1);
        execute("two");
        execute("two");
        List<JobOffer> running = node.lease(7, 1000).jobs();
        assertThat(running).hasSize(2);
        node.send(Wire.SSIS_BEGIN, new SsisBegin(running.getFirst().job()));
        execute("AutoResolveIntegrationRuntime");
        execute("two");
        JsonNode last = execute("two");
        JsonNode queue = queue(last);
        assertThat(queue.path("position").asInt()).isEqualTo(2);
        assertThat(queue.path("waiting").asInt()).isEqualTo(2);
        assertThat(queue.path("running").asInt()).isEqualTo(2);
        assertThat(queue.path("maxParallel").asInt()).isEqualTo(2);
        assertThat(queue.path("formula").asString()).isEqualTo("max parallel = 1 nodes × 2 parallel per node");

        bench.clock.advance(Duration.ofSeconds(40));
        node.report(running.getFirst().job(), new JobOutcome.Succeeded(Json.object()));
        assertThat(queue(last).path("expectedWaitInSeconds").asInt()).isEqualTo(40);
    }

    @Test
    void a_limit_that_is_no_limit_is_refused() throws Exception {
        TestClient.Reply reply = bench.client.send("PUT", "fab/integrationRuntimes/none", runtime("0"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.raw().body()).contains("maxParallelExecutionsPerNode");
    }

    @Test
    void I13_a_stopped_runtime_has_no_active_worker_and_says_so() throws Exception {
        runtime("one", 1);
        FakeNode node = node("n1");
        JsonNode waiting = execute("one");
        bench.ok("POST", "fab/integrationRuntimes/one/stop", "");
        assertThat(node.lease(8, 0).jobs()).isEmpty();
        JsonNode diagnosis = queue(waiting).path("diagnosis");
        assertThat(diagnosis.path("code").asString()).isEqualTo("SsisNoActiveWorker");
        assertThat(diagnosis.path("message").asString()).contains("'one'").contains("stopped");
        TestClient.Reply refused = bench.client.send(
                "POST",
                SSIS + "/executions",
                "{\"packagePath\":\"Etl/Sales/Load.dtsx\",\"connectVia\":{\"referenceName\":\"one\"}}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.json().at("/error/code").asString()).isEqualTo("SsisNoActiveWorker");
        bench.ok("POST", "fab/integrationRuntimes/one/start", "");
        assertThat(runtimes(node.lease(8, 1000).jobs())).containsExactly("one");
    }

    @Test
    void I13_without_a_node_an_execution_that_waits_says_why() throws Exception {
        JsonNode queue = queue(execute("mine"));
        assertThat(queue.path("formula").asString()).isEqualTo("no node is online");
        assertThat(queue.at("/diagnosis/code").asString()).isEqualTo("SsisNoActiveWorker");
        assertThat(queue.at("/diagnosis/message").asString()).contains("none of the nodes");
        assertThat(queue.at("/diagnosis/resolution")).isNotEmpty();
    }
}
