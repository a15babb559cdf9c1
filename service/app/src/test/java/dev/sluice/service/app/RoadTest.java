package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.LeaseRequest;
import dev.sluice.wire.LeaseResponse;
import dev.sluice.wire.ReportResponse.Verdict;
import dev.sluice.wire.Wire;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A run's road through the service, with a scripted node on the real, signed protocol.
class RoadTest {
    @TempDir
    Path folder;

    Bench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void a_node_runs_a_pipeline_to_its_end() throws Exception {
        bench.factory("fab", "");
        FakeNode node = bench.node("fab", "alpha");
        String run = bench.run("fab", "p");
        JobOffer job = node.leaseOne();
        assertThat(job.kind()).isEqualTo("Copy");
        assertThat(job.spec().path("activityName").stringValue()).isEqualTo("Copy it");
        assertThat(node.heartbeat(job.job()).lost()).isEmpty();
        JsonNode progress =
                bench.client.get("/api/v1/runs/" + run + "/progress").json();
        assertThat(progress.at("/activities/0/rowsWritten").longValue()).isEqualTo(9);
        assertThat(progress.at("/activities/0/phase").stringValue()).isEqualTo("Reading");
        // 1,000 of 4,000 bytes in two seconds.
        assertThat(progress.at("/activities/0/percent").intValue()).isEqualTo(25);
        assertThat(progress.at("/activities/0/secondsLeft").intValue()).isEqualTo(6);
        assertThat(bench.status("fab", run)).isEqualTo("InProgress");
        // What queryActivityruns shows of it: 1,000 bytes in two seconds.
        JsonNode live = bench.begun("fab", run).path("output");
        assertThat(live.path("dataRead").longValue()).isEqualTo(1000);
        assertThat(live.path("dataWritten").longValue()).isEqualTo(900);
        assertThat(live.path("rowsRead").longValue()).isEqualTo(10);
        assertThat(live.path("rowsCopied").longValue()).isEqualTo(9);
        assertThat(live.path("copyDuration").longValue()).isEqualTo(2);
        assertThat(live.path("throughput").doubleValue()).isEqualTo(0.488);
        assertThat(node.succeed(job.job())).isEqualTo(Verdict.ACCEPTED);
        assertThat(node.succeed(job.job())).isEqualTo(Verdict.DUPLICATE);
        assertThat(bench.status("fab", run)).isEqualTo("Succeeded");
        JsonNode activity = bench.activities("fab", run).get(0);
        assertThat(activity.get("status").stringValue()).isEqualTo("Succeeded");
        assertThat(activity.at("/output/rowsCopied").intValue()).isEqualTo(7);
        JsonNode ended = bench.client.get("/api/v1/runs/" + run + "/progress").json();
        assertThat(ended.at("/activities/0/rowsWritten").longValue()).isEqualTo(7);
        assertThat(ended.at("/activities/0/percent").isMissingNode()).isTrue();
    }

    @Test
    void a_copy_whose_output_is_secured_shows_none_while_it_runs() throws Exception {
        bench.factory("fab", "\"secureOutput\":true");
        FakeNode node = bench.node("fab", "alpha");
        String run = bench.run("fab", "p");
        node.heartbeat(node.leaseOne().job());
        JsonNode activity = bench.begun("fab", run);
        assertThat(activity.path("status").stringValue()).isEqualTo("InProgress");
        assertThat(activity.path("output").isEmpty()).isTrue();
    }

    @Test
    void a_waiting_node_is_woken_by_the_commit() throws Exception {
        bench.factory("fab", "");
        FakeNode node = bench.node("fab", "alpha");
        CompletableFuture<LeaseResponse> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return node.lease(1, 20_000);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        bench.run("fab", "p");
        // The clock of this test stands still: only the news can end the wait.
        assertThat(waiting.get(30, TimeUnit.SECONDS).jobs()).hasSize(1);
    }

    @Test
    void a_failed_attempt_is_made_again_as_the_policy_says_and_each_has_its_record() throws Exception {
        bench.factory("fab", "\"retry\":1,\"retryIntervalInSeconds\":30");
        FakeNode node = bench.node("fab", "alpha");
        String run = bench.run("fab", "p");
        JobOffer first = node.leaseOne();
        ActivityError error = new ActivityError("2200", "no such file", "UserError", "Copy it", java.util.List.of());
        assertThat(node.report(first.job(), new JobOutcome.Failed(error))).isEqualTo(Verdict.ACCEPTED);
        assertThat(node.lease(1, 0).jobs()).isEmpty();
        bench.clock.advance(Duration.ofSeconds(31));
        bench.service.chores().round();
        JobOffer second = node.leaseOne();
        assertThat(second.job().attempt()).isEqualTo(2);
        node.succeed(second.job());
        assertThat(bench.status("fab", run)).isEqualTo("Succeeded");
        assertThat(bench.activities("fab", run)
                        .valueStream()
                        .map(a -> a.get("status").stringValue()))
                .containsExactly("Failed", "Succeeded");
    }

    @Test
    void a_silent_node_loses_its_job_and_its_late_report_is_refused() throws Exception {
        bench.factory("fab", "\"retry\":1,\"retryIntervalInSeconds\":30");
        FakeNode silent = bench.node("fab", "silent");
        String run = bench.run("fab", "p");
        JobOffer job = silent.leaseOne();
        bench.clock.advance(Duration.ofSeconds(31));
        bench.service.chores().round();
        bench.clock.advance(Duration.ofSeconds(31));
        bench.service.chores().round();
        FakeNode other = bench.node("fab", "other");
        JobOffer again = other.leaseOne();
        assertThat(again.job().jobId()).isEqualTo(job.job().jobId());
        assertThat(again.job().attempt()).isEqualTo(2);
        assertThat(silent.heartbeat(job.job()).lost()).containsExactly(job.job());
        assertThat(silent.succeed(job.job())).isEqualTo(Verdict.SUPERSEDED);
        assertThat(bench.status("fab", run)).isEqualTo("InProgress");
        other.succeed(again.job());
        assertThat(bench.status("fab", run)).isEqualTo("Succeeded");
        JsonNode lost = bench.activities("fab", run).get(0);
        assertThat(lost.at("/error/details/0/code").stringValue()).isEqualTo("NodeLost");
        assertThat(lost.at("/error/message").stringValue()).contains("silent");
    }

    @Test
    void heartbeats_keep_a_lease() throws Exception {
        bench.factory("fab", "");
        FakeNode node = bench.node("fab", "alpha");
        String run = bench.run("fab", "p");
        JobOffer job = node.leaseOne();
        for (int i = 0; i < 5; i++) {
            bench.clock.advance(Duration.ofSeconds(20));
            assertThat(node.heartbeat(job.job()).lost()).isEmpty();
            bench.service.chores().round();
        }
        node.succeed(job.job());
        assertThat(bench.status("fab", run)).isEqualTo("Succeeded");
    }

    @Test
    void a_job_whose_offer_was_lost_on_the_way_is_offered_again() throws Exception {
        bench.factory("fab", "");
        FakeNode node = bench.node("fab", "alpha");
        bench.run("fab", "p");
        JobOffer job = node.leaseOne();
        assertThat(node.lease(5, 0).jobs()).isEmpty();
        bench.clock.advance(Duration.ofSeconds(11));
        assertThat(node.lease(5, 0).jobs()).containsExactly(job);
        node.heartbeat(job.job());
        assertThat(node.lease(5, 0).jobs()).isEmpty();
    }

    @Test
    void a_cancelled_run_stops_its_job() throws Exception {
        bench.factory("fab", "");
        FakeNode node = bench.node("fab", "alpha");
        String run = bench.run("fab", "p");
        JobOffer job = node.leaseOne();
        node.heartbeat(job.job());
        bench.ok("POST", "fab/pipelineruns/" + run + "/cancel", "");
        assertThat(node.heartbeat(job.job()).orders().cancel()).containsExactly(job.job());
        assertThat(node.lease(1, 20_000).orders().cancel()).containsExactly(job.job());
        node.report(job.job(), new JobOutcome.Cancelled());
        assertThat(bench.status("fab", run)).isEqualTo("Cancelled");
        TestClient.Reply again = bench.client.post("fab/pipelineruns/" + run + "/cancel", "");
        assertThat(again.status()).isEqualTo(400);
        assertThat(again.json().at("/error/code").stringValue()).isEqualTo("PipelineRunNotCancellable");
    }

    @Test
    void a_pipeline_runs_no_more_often_than_its_concurrency_allows() throws Exception {
        bench.factory("fab", "");
        bench.pipeline("fab", "one", "", "\"concurrency\":1,");
        FakeNode node = bench.node("fab", "alpha");
        String first = bench.run("fab", "one");
        String second = bench.run("fab", "one");
        assertThat(bench.status("fab", second)).isEqualTo("Queued");
        node.succeed(node.leaseOne().job());
        assertThat(bench.status("fab", first)).isEqualTo("Succeeded");
        assertThat(bench.status("fab", second)).isEqualTo("InProgress");
        node.succeed(node.leaseOne().job());
        assertThat(bench.status("fab", second)).isEqualTo("Succeeded");
    }

    @Test
    void a_restarted_service_goes_on_where_it_was() throws Exception {
        bench.factory("fab", "\"retry\":1,\"retryIntervalInSeconds\":30");
        bench.pipeline("fab", "one", "", "\"concurrency\":1,");
        FakeNode node = bench.node("fab", "alpha");
        String held = bench.run("fab", "p");
        JobOffer job = node.leaseOne();
        String queued = bench.run("fab", "one");
        String waiting = bench.run("fab", "one");
        bench.restart(Duration.ofMinutes(2));
        bench.service.chores().round();
        FakeNode back = node.at(bench.client);
        assertThat(back.heartbeat(job.job()).lost()).isEmpty();
        assertThat(back.succeed(job.job())).isEqualTo(Verdict.ACCEPTED);
        assertThat(bench.status("fab", held)).isEqualTo("Succeeded");
        back.succeed(back.leaseOne().job());
        assertThat(bench.status("fab", queued)).isEqualTo("Succeeded");
        back.succeed(back.leaseOne().job());
        assertThat(bench.status("fab", waiting)).isEqualTo("Succeeded");
    }

    @Test
    void a_report_that_cannot_be_read_fails_the_activity_and_is_done_with() throws Exception {
        bench.factory("fab", "");
        FakeNode node = bench.node("fab", "alpha");
        String run = bench.run("fab", "p");
        JobOffer job = node.leaseOne();
        byte[] body = Wire.encode(Map.of("job", job.job(), "outcome", Map.of("status", "Splendid")));
        assertThat(node.send(Wire.REPORT, body, node.signature(Wire.REPORT, body))
                        .statusCode())
                .isEqualTo(200);
        assertThat(bench.status("fab", run)).isEqualTo("Failed");
    }

    @Test
    void only_a_node_with_a_true_signature_is_listened_to() throws Exception {
        bench.factory("fab", "");
        FakeNode node = bench.node("fab", "alpha");
        byte[] body = Wire.encode(new LeaseRequest(1, 1, 0));
        Map<String, String> signed = node.signature(Wire.LEASE, body);
        assertThat(node.send(Wire.LEASE, body, signed).statusCode()).isEqualTo(200);
        refused(node.send(Wire.LEASE, body, signed), "REPLAYED");
        refused(node.send(Wire.LEASE, body, Map.of()), "MISSING");
        byte[] other = Wire.encode(new LeaseRequest(99, 1, 0));
        refused(node.send(Wire.LEASE, other, node.signature(Wire.LEASE, body)), "BODY_CHANGED");
        refused(node.send(Wire.HEARTBEAT, body, node.signature(Wire.LEASE, body)), "SIGNATURE_WRONG");
        Map<String, String> old = node.signature(Wire.LEASE, body);
        bench.clock.advance(Duration.ofMinutes(6));
        refused(node.send(Wire.LEASE, body, old), "TOO_OLD");
        bench.ok("DELETE", "fab/integrationRuntimes/mine/nodes/alpha", "");
        var deleted = node.send(Wire.LEASE, body, node.signature(Wire.LEASE, body));
        assertThat(deleted.statusCode()).isEqualTo(401);
        assertThat(new String(deleted.body(), java.nio.charset.StandardCharsets.UTF_8))
                .contains("NodeDeleted")
                .contains("alpha");
    }

    @Test
    void a_request_that_was_accepted_once_is_refused_by_a_service_that_was_started_again() throws Exception {
        bench.factory("fab", "");
        FakeNode node = bench.node("fab", "alpha");
        byte[] body = Wire.encode(new LeaseRequest(1, 1, 0));
        Map<String, String> signed = node.signature(Wire.LEASE, body);
        Map<String, String> kept = node.signature(Wire.LEASE, body);
        assertThat(node.send(Wire.LEASE, body, signed).statusCode()).isEqualTo(200);
        bench.restart(Duration.ofMinutes(2));
        FakeNode after = node.at(bench.client);
        refused(after.send(Wire.LEASE, body, signed), "REPLAYED");
        // One that was signed before the start and comes for the first time is as good as any.
        assertThat(after.send(Wire.LEASE, body, kept).statusCode()).isEqualTo(200);
    }

    private static void refused(java.net.http.HttpResponse<byte[]> answer, String reason) {
        String body = new String(answer.body(), java.nio.charset.StandardCharsets.UTF_8);
        assertThat(answer.statusCode()).as(body).isEqualTo(401);
        assertThat(body).contains("NodeRequestRefused").contains(reason);
    }

    @Test
    void a_key_admits_until_it_is_regenerated_and_a_name_is_given_once() throws Exception {
        bench.factory("fab", "");
        JsonNode keys = bench.ok("POST", "fab/integrationRuntimes/mine/listAuthKeys", "")
                .json();
        String first = keys.get("authKey1").stringValue();
        String second = keys.get("authKey2").stringValue();
        FakeNode.register(bench.client, folder, first, "a", bench.clock);
        FakeNode.register(bench.client, folder, second, "b", bench.clock);
        NodeKeys fresh = NodeKeys.create(folder.resolve("fresh"));
        assertThat(FakeNode.tryRegister(bench.client, first, "A", fresh).statusCode())
                .isEqualTo(409);
        JsonNode renewed = bench.ok(
                        "POST", "fab/integrationRuntimes/mine/regenerateAuthKey", "{\"keyName\":\"authKey1\"}")
                .json();
        assertThat(FakeNode.tryRegister(bench.client, first, "c", fresh).statusCode())
                .isEqualTo(401);
        assertThat(FakeNode.tryRegister(bench.client, second, "c", fresh).statusCode())
                .isEqualTo(200);
        assertThat(FakeNode.tryRegister(bench.client, renewed.get("authKey1").stringValue(), "d", fresh)
                        .statusCode())
                .isEqualTo(200);
        assertThat(FakeNode.tryRegister(bench.client, "IR@x@y@z", "e", fresh).statusCode())
                .isEqualTo(401);
    }

    @Test
    void a_runtime_shows_its_nodes_as_their_heartbeats_say() throws Exception {
        bench.factory("fab", "");
        FakeNode node = bench.node("fab", "alpha");
        bench.node("fab", "beta");
        node.reseal();
        assertThat(state()).isEqualTo("Online");
        bench.clock.advance(Duration.ofSeconds(21));
        assertThat(state()).isEqualTo("Offline");
        node.heartbeat();
        assertThat(state()).isEqualTo("Limited");
        JsonNode facts = bench.ok("POST", "fab/integrationRuntimes/mine/monitoringData", "")
                .json();
        assertThat(facts.at("/nodes/0/availableMemoryInMB").intValue()).isEqualTo(2048);
        bench.ok("PATCH", "fab/integrationRuntimes/mine/nodes/alpha", "{\"concurrentJobsLimit\":2}");
        assertThat(node.heartbeat().orders().concurrentJobsLimit()).isEqualTo(2);
    }

    private String state() throws Exception {
        return bench.ok("POST", "fab/integrationRuntimes/mine/getStatus", "")
                .json()
                .at("/properties/state")
                .stringValue();
    }

    @Test
    void a_node_that_unregisters_gives_its_jobs_back_at_once() throws Exception {
        bench.factory("fab", "\"retry\":1,\"retryIntervalInSeconds\":30");
        FakeNode node = bench.node("fab", "alpha");
        String run = bench.run("fab", "p");
        node.leaseOne();
        assertThat(node.send(Wire.UNREGISTER, Map.of()).statusCode()).isEqualTo(200);
        assertThat(bench.activities("fab", run))
                .extracting(a -> a.get("status").stringValue())
                .containsExactlyInAnyOrder("Failed", "Queued");
        assertThat(bench.status("fab", run)).isEqualTo("InProgress");
    }
}
