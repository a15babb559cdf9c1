package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.secrets.Certificates;
import dev.sluice.secrets.Identity;
import dev.sluice.service.app.nodes.Limits;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.LeaseRequest;
import dev.sluice.wire.LeaseResponse;
import dev.sluice.wire.ReportResponse;
import dev.sluice.wire.Wire;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What becomes of jobs whose offer does not arrive. The clock stands still, so nothing is healed by waiting.
class LeaseTest {
    @TempDir
    Path folder;

    Bench bench;
    FakeNode alpha;
    FakeNode beta;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.factory("fab", "");
        alpha = bench.node("fab", "alpha");
        beta = bench.node("fab", "beta");
        // Once more, so that both can open its secrets.
        bench.factory("fab", "");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private interface Ask {
        LeaseResponse ask() throws Exception;
    }

    private static CompletableFuture<LeaseResponse> later(Ask ask) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return ask.ask();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /// Lets both nodes fall silent, so that the next word of alpha can be seen.
    private void silence() {
        bench.clock.advance(Duration.ofSeconds(25));
    }

    private void awaitHeardOf(String node) throws Exception {
        for (int i = 0; i < 2_000; i++) {
            JsonNode shown = bench.ok("GET", "fab/integrationRuntimes/mine/nodes/" + node, "")
                    .json();
            if (shown.get("status").stringValue().equals("Online")) {
                return;
            }
        }
        throw new AssertionError("node " + node + " was not heard of");
    }

    @Test
    void a_newer_request_of_a_node_ends_the_older_one_and_gets_the_work() throws Exception {
        silence();
        CompletableFuture<LeaseResponse> older = later(() -> alpha.lease(1, 20_000));
        awaitHeardOf("alpha");
        CompletableFuture<LeaseResponse> newer = later(() -> alpha.lease(1, 20_000));
        assertThat(older.get(30, TimeUnit.SECONDS).jobs()).isEmpty();
        bench.run("fab", "p");
        assertThat(newer.get(30, TimeUnit.SECONDS).jobs()).hasSize(1);
    }

    @Test
    void a_job_that_its_node_does_not_know_is_offered_again_at_once() throws Exception {
        bench.run("fab", "p");
        JobOffer lost = alpha.leaseOne();
        assertThat(alpha.lease(5, 0, List.of(lost.job())).jobs()).isEmpty();
        assertThat(alpha.lease(5, 20_000, List.of()).jobs()).containsExactly(lost);
    }

    @Test
    void a_job_that_never_reached_a_node_that_stops_goes_to_others_at_once() throws Exception {
        bench.run("fab", "p");
        JobOffer lost = alpha.leaseOne();
        CompletableFuture<LeaseResponse> other = later(() -> beta.lease(1, 20_000));
        assertThat(alpha.lease(0, 0, List.of()).jobs()).isEmpty();
        assertThat(other.get(30, TimeUnit.SECONDS).jobs())
                .extracting(JobOffer::job)
                .containsExactly(new JobRef(lost.job().jobId(), 1, 1));
        assertThat(alpha.heartbeat(lost.job()).lost()).containsExactly(lost.job());
    }

    @Test
    void a_job_that_a_node_that_stops_still_runs_stays_with_it() throws Exception {
        bench.run("fab", "p");
        JobOffer job = alpha.leaseOne();
        assertThat(alpha.lease(0, 0, List.of(job.job())).jobs()).isEmpty();
        assertThat(beta.lease(1, 0).jobs()).isEmpty();
        alpha.succeed(job.job());
    }

    @Test
    void a_job_whose_offer_cannot_be_written_is_offered_to_others_at_once() throws Exception {
        silence();
        try (Socket line = abandonedPoll()) {
            awaitHeardOf("alpha");
            // Closed with a reset: the service meets it when it writes.
            line.setSoLinger(true, 0);
        }
        String run = bench.run("fab", "p");
        LeaseResponse taken = later(() -> beta.lease(1, 20_000)).get(30, TimeUnit.SECONDS);
        assertThat(taken.jobs()).hasSize(1);
        beta.succeed(taken.jobs().getFirst().job());
        assertThat(bench.status("fab", run)).isEqualTo("Succeeded");
    }

    @Test
    void a_node_that_hung_up_while_it_waited_is_offered_nothing() throws Exception {
        silence();
        try (Socket line = abandonedPoll()) {
            awaitHeardOf("alpha");
            // As the kernel does it for a process that was killed: an orderly end, that only a reader would notice.
            line.shutdownOutput();
            bench.run("fab", "p");
            JobRef job = beta.leaseOne().job();
            assertThat(job.offer()).isZero();
            beta.succeed(job);
        }
    }

    @Test
    void an_offer_that_is_not_confirmed_goes_to_another_node_and_costs_no_retry() throws Exception {
        String run = bench.run("fab", "p");
        JobRef lost = alpha.poll(1, 20_000).jobs().getFirst().job();
        later(bench, 1_900);
        assertThat(beta.poll(1, 0).jobs()).isEmpty();
        later(bench, 200);
        JobRef job = beta.poll(1, 20_000).jobs().getFirst().job();
        assertThat(job).isEqualTo(new JobRef(lost.jobId(), 1, 1));
        beta.heartbeat(job);
        assertThat(alpha.heartbeat(lost).lost()).containsExactly(lost);
        assertThat(alpha.succeed(lost)).isEqualTo(ReportResponse.Verdict.SUPERSEDED);
        assertThat(bench.status("fab", run)).isEqualTo("InProgress");
        assertThat(beta.succeed(job)).isEqualTo(ReportResponse.Verdict.ACCEPTED);
        assertThat(bench.status("fab", run)).isEqualTo("Succeeded");
        assertThat(bench.activities("fab", run)).hasSize(1);
    }

    @Test
    void a_confirmed_job_is_its_nodes_for_the_whole_lease_and_begins_with_the_confirmation() throws Exception {
        String run = bench.run("fab", "p");
        JobRef job = alpha.poll(1, 20_000).jobs().getFirst().job();
        assertThat(bench.activities("fab", run).get(0).get("status").stringValue())
                .isEqualTo("Queued");
        assertThat(alpha.heartbeat(job).lost()).isEmpty();
        awaitActivity(run, "InProgress");
        later(bench, 11_500);
        assertThat(beta.poll(1, 0).jobs()).isEmpty();
        alpha.succeed(job);
        assertThat(bench.status("fab", run)).isEqualTo("Succeeded");
    }

    /// The process that confirmed it may have done it before it died, and had no time to write that down.
    @Test
    void a_confirmed_job_that_its_node_does_not_know_any_more_has_failed_and_is_not_offered_again() throws Exception {
        String run = bench.run("fab", "p");
        JobRef job = alpha.poll(1, 20_000).jobs().getFirst().job();
        assertThat(alpha.heartbeat(job).lost()).isEmpty();
        assertThat(alpha.poll(1, 0, job).jobs()).isEmpty();
        assertThat(bench.status("fab", run)).isEqualTo("InProgress");
        assertThat(alpha.poll(1, 0).jobs()).isEmpty();
        assertThat(beta.poll(1, 0).jobs()).isEmpty();
        assertThat(bench.status("fab", run)).isEqualTo("Failed");
        JsonNode error = bench.activities("fab", run).get(0).get("error");
        assertThat(error.at("/details/0/code").stringValue()).isEqualTo("NodeStopped");
        assertThat(error.at("/details/0/cause").stringValue()).contains("'alpha' ended unexpectedly");
        assertThat(alpha.succeed(job)).isNotEqualTo(ReportResponse.Verdict.ACCEPTED);
    }

    @Test
    void an_offer_that_its_node_does_not_know_is_made_again() throws Exception {
        bench.run("fab", "p");
        JobRef job = alpha.poll(1, 20_000).jobs().getFirst().job();
        assertThat(alpha.poll(1, 20_000).jobs()).extracting(JobOffer::job).containsExactly(job);
        assertThat(alpha.heartbeat(job).lost()).isEmpty();
        assertThat(alpha.succeed(job)).isEqualTo(ReportResponse.Verdict.ACCEPTED);
    }

    @Test
    void a_node_that_always_comes_late_gets_more_time_each_time() throws Exception {
        bench.run("fab", "p");
        JobRef first = alpha.poll(1, 20_000).jobs().getFirst().job();
        later(bench, 2_100);
        JobRef second = alpha.poll(1, 20_000).jobs().getFirst().job();
        assertThat(second.offer()).isEqualTo(1);
        later(bench, 3_900);
        assertThat(alpha.heartbeat(first, second).lost()).containsExactly(first);
        assertThat(alpha.succeed(second)).isEqualTo(ReportResponse.Verdict.ACCEPTED);
    }

    @Test
    void an_unconfirmed_job_that_is_cancelled_ends_without_being_offered_again() throws Exception {
        String run = bench.run("fab", "p");
        alpha.poll(1, 20_000);
        bench.ok("POST", "fab/pipelineruns/" + run + "/cancel", "");
        later(bench, 2_100);
        assertThat(beta.poll(1, 0).jobs()).isEmpty();
        assertThat(bench.status("fab", run)).isEqualTo("Cancelled");
    }

    @Test
    void a_confirmation_outlives_the_service() throws Exception {
        String run = bench.run("fab", "p");
        JobRef job = alpha.poll(1, 20_000).jobs().getFirst().job();
        alpha.heartbeat(job);
        bench.restart();
        alpha = alpha.at(bench.client);
        beta = beta.at(bench.client);
        later(bench, 11_000);
        assertThat(beta.poll(1, 0).jobs()).isEmpty();
        alpha.succeed(job);
        assertThat(bench.status("fab", run)).isEqualTo("Succeeded");
    }

    /// Time passes, and the service looks at its clock.
    private static void later(Bench bench, long millis) {
        bench.clock.advance(Duration.ofMillis(millis));
        bench.service.chores().round();
    }

    private void awaitActivity(String run, String status) throws Exception {
        for (int i = 0; i < 2_000; i++) {
            if (bench.activities("fab", run).get(0).get("status").stringValue().equals(status)) {
                return;
            }
        }
        throw new AssertionError("the activity is never " + status);
    }

    private void padded(String kind, String name, String body, int bytes) throws Exception {
        bench.ok("PUT", "fab/" + kind + "/" + name, body.formatted("x".repeat(bytes)));
    }

    private void pad(int bytes) throws Exception {
        for (String name : List.of("from", "to")) {
            padded("datasets", name, """
                    {"properties":{"type":"DelimitedText","linkedServiceName":{"referenceName":"NAME","type":"LinkedServiceReference"},
                     "typeProperties":{"pad":"%s","location":{"type":"FileServerLocation","fileName":"x.csv"}}}}
                    """.replace("NAME", name), bytes);
        }
    }

    private void padServices(int bytes) throws Exception {
        for (String name : List.of("from", "to")) {
            padded("linkedservices", name, """
                    {"properties":{"type":"FileServer","connectVia":{"referenceName":"mine","type":"IntegrationRuntimeReference"},
                     "typeProperties":{"host":"/data","pad":"%s"}}}""", bytes);
        }
    }

    /// Starts the service again with room for so many bytes of offers in an answer.
    private void offerBytes(int most) throws Exception {
        Limits usual = Limits.STANDARD;
        bench.limits =
                new Limits(usual.lease(), usual.confirm(), usual.heartbeat(), usual.online(), most, usual.expiry());
        bench.restart();
        alpha = alpha.at(bench.client);
        beta = beta.at(bench.client);
    }

    @Test
    void offers_and_orders_fit_into_a_message_of_the_wire() {
        assertThat(Limits.STANDARD.offerBytes()).isLessThan(Wire.MAX_MESSAGE - 500_000);
    }

    @Test
    void one_answer_carries_no_more_offers_than_the_wire_does() throws Exception {
        offerBytes(50_000);
        pad(10_000);
        bench.run("fab", "p");
        bench.run("fab", "p");
        bench.run("fab", "p");
        List<JobOffer> first = alpha.lease(5, 20_000).jobs();
        assertThat(first).hasSize(2);
        List<JobOffer> rest = beta.lease(5, 20_000).jobs();
        assertThat(rest).hasSize(1);
        assertThat(first).doesNotContainAnyElementsOf(rest);
    }

    @Test
    void a_job_too_large_for_any_message_fails_with_its_place_and_the_next_one_is_handed_out() throws Exception {
        offerBytes(50_000);
        pad(20_000);
        padServices(20_000);
        String large = bench.run("fab", "p");
        pad(10);
        padServices(10);
        String small = bench.run("fab", "p");
        JobOffer job = alpha.leaseOne();
        alpha.succeed(job.job());
        assertThat(bench.status("fab", small)).isEqualTo("Succeeded");
        assertThat(bench.status("fab", large)).isEqualTo("Failed");
        JsonNode detail = bench.activities("fab", large).get(0).at("/error/details/0");
        assertThat(detail.path("code").stringValue()).isEqualTo("DocumentLimitExceeded");
        assertThat(detail.path("location").stringValue()).isEqualTo("activity/Copy it");
        assertThat(detail.path("cause").stringValue()).contains("'Copy it'").contains("datasets");
    }

    /// A request for work on a connection of its own, of which the plain socket stays in the test's hand.
    private Socket abandonedPoll() throws Exception {
        byte[] body = Wire.encode(new LeaseRequest(1, 1024, 20_000));
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        StringBuilder head = new StringBuilder(
                "POST " + Wire.LEASE + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + body.length + "\r\n");
        alpha.signature(Wire.LEASE, body)
                .forEach((name, value) ->
                        head.append(name).append(": ").append(value).append("\r\n"));
        request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        request.writeBytes(body);
        Socket line = new Socket("localhost", URI.create(bench.client.base).getPort());
        tls().getSocketFactory()
                .createSocket(line, "localhost", line.getPort(), false)
                .getOutputStream()
                .write(request.toByteArray());
        return line;
    }

    private SSLContext tls() throws Exception {
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(Identity.trustStore(
                List.of(Certificates.fromPem(Files.readString(bench.data().resolve("tls/ca.pem"))))));
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(null, trust.getTrustManagers(), null);
        return tls;
    }
}
