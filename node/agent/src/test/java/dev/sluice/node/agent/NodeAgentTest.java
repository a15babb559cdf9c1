package dev.sluice.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.HeartbeatRequest;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.JobProgress;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.LeaseRequest;
import dev.sluice.wire.NodeCondition;
import dev.sluice.wire.NodePause;
import dev.sluice.wire.ReportRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class NodeAgentTest {
    @TempDir
    Path folder;

    private TestNode node;

    @BeforeEach
    void setUp() throws Exception {
        node = new TestNode(folder);
    }

    @AfterEach
    void tearDown() {
        node.close();
    }

    @Test
    void a_job_runs_in_a_worker_process_and_is_reported_and_forgotten() throws Exception {
        try (NodeAgent agent = node.agent(2)) {
            JobOffer offer = node.offer("j1", "succeed");
            node.service.offer(offer);
            ReportRequest report = node.service.awaitReport(offer.job());
            assertThat(report.outcome().path("status").stringValue()).isEqualTo("Succeeded");
            JsonNode output = report.outcome().path("output");
            assertThat(output.path("pid").longValue())
                    .isNotEqualTo(ProcessHandle.current().pid());
            assertThat(output.path("runtime").stringValue()).isEqualTo("ir-1");
            assertThat(report.startedAt()).isBeforeOrEqualTo(report.endedAt());
            awaitEmpty(folder.resolve("data/spool"));
            awaitEmpty(folder.resolve("data/jobs"));
            assertThat(Path.of(output.path("scratch").stringValue())).doesNotExist();
            assertThat(agent.status().state()).isEqualTo(AgentStatus.State.ONLINE);
        }
        assertThat(node.service.refusals()).isEmpty();
    }

    @Test
    void one_process_runs_job_after_job() throws Exception {
        try (NodeAgent agent = node.agent(1)) {
            node.service.offer(node.offer("j1", "succeed"), node.offer("j2", "succeed"));
            JsonNode first = node.service.awaitReport(new JobRef("j1", 1)).outcome();
            JsonNode second = node.service.awaitReport(new JobRef("j2", 1)).outcome();
            assertThat(second.path("output").path("pid"))
                    .isEqualTo(first.path("output").path("pid"));
            assertThat(agent.status().warmWorkers()).hasSizeLessThanOrEqualTo(1);
        }
    }

    @Test
    void a_killed_worker_fails_its_own_job_only() throws Exception {
        try (NodeAgent agent = node.agent(2)) {
            JobOffer victim = node.offer("victim", "wait");
            JobOffer neighbour = node.offer("neighbour", "wait");
            node.service.offer(victim, neighbour);
            long pid = awaitReading(agent, "victim");
            awaitReading(agent, "neighbour");
            kill9(pid);
            JsonNode error = node.service.awaitReport(victim.job()).outcome().path("error");
            assertThat(error.path("errorCode").stringValue()).isEqualTo("2200");
            JsonNode detail = error.path("details").get(0);
            assertThat(detail.path("code").stringValue()).isEqualTo("WorkerProcessDied");
            assertThat(detail.path("evidence").path("pid").stringValue()).isEqualTo(String.valueOf(pid));
            assertThat(detail.path("evidence").path("exit").stringValue()).isEqualTo("signal 9 (SIGKILL)");
            assertThat(detail.path("evidence").path("log").stringValue()).contains("waiting");
            assertThat(agent.status().jobs())
                    .extracting(j -> j.progress().job().jobId())
                    .contains("neighbour");
            // And the node goes on: a new process takes the next job.
            node.service.offer(node.offer("next", "succeed"));
            assertThat(node.service
                            .awaitReport(new JobRef("next", 1))
                            .outcome()
                            .path("status")
                            .stringValue())
                    .isEqualTo("Succeeded");
            node.service.cancel(neighbour.job());
            node.service.awaitReport(neighbour.job());
        }
    }

    @Test
    void a_job_that_uses_up_its_grant_says_so() throws Exception {
        try (NodeAgent agent = node.agent(1)) {
            node.service.offer(node.offer("j1", "exhaust"));
            JsonNode detail = detail(node.service.awaitReport(new JobRef("j1", 1)));
            assertThat(detail.path("code").stringValue()).isEqualTo("JobMemoryExhausted");
            assertThat(detail.path("cause").stringValue()).contains("200 MB");
            assertThat(agent.status().state()).isEqualTo(AgentStatus.State.ONLINE);
        }
    }

    @Test
    void a_job_that_breaks_its_worker_is_told_with_the_log() throws Exception {
        try (NodeAgent agent = node.agent(1)) {
            node.service.offer(node.offer("j1", "throw"));
            JsonNode detail = detail(node.service.awaitReport(new JobRef("j1", 1)));
            assertThat(detail.path("code").stringValue()).isEqualTo("WorkerProcessDied");
            assertThat(detail.path("evidence").path("exit").stringValue()).isEqualTo("exit code 70");
            assertThat(detail.path("evidence").path("log").stringValue()).contains("as told");
            settled(agent);
        }
    }

    @Test
    void an_offer_is_confirmed_at_once_however_rare_heartbeats_are() throws Exception {
        node.service.leaseMillis(3_000_000);
        node.service.heartbeatMillis(1_000_000);
        try (NodeAgent agent = node.agent(1)) {
            agent.awaitOnline();
            JobOffer offer = node.offer("j1", "succeed");
            node.service.offer(offer);
            node.service.awaitReport(offer.job());
            assertThat(node.service.heartbeats())
                    .anyMatch(h -> h.jobs().stream().anyMatch(j -> j.job().equals(offer.job())));
            assertThat(node.service.leases()).allMatch(LeaseRequest::confirms);
        }
    }

    @Test
    void nothing_of_a_job_is_done_before_the_service_knows_that_it_is_here() throws Exception {
        try (NodeAgent agent = node.agent(1)) {
            agent.awaitOnline();
            node.service.heartbeatStatus(503);
            JobOffer offer = node.offer("j1", "succeed");
            node.service.offer(offer);
            node.service.await(
                    "the job is confirmed in vain, three times",
                    s -> s.heartbeats().stream()
                                    .filter(h -> h.jobs().stream()
                                            .anyMatch(j -> j.job().equals(offer.job())))
                                    .count()
                            >= 3);
            assertThat(agent.status().jobs().getFirst().progress().phase()).isEqualTo("Queued");
            assertThat(node.service.reports()).isEmpty();
            node.service.heartbeatStatus(200);
            ReportRequest report = node.service.awaitReport(offer.job());
            assertThat(report.outcome().path("status").stringValue()).isEqualTo("Succeeded");
        }
    }

    @Test
    void an_offer_that_was_taken_back_before_it_was_confirmed_leaves_no_trace() throws Exception {
        try (NodeAgent agent = node.agent(1)) {
            agent.awaitOnline();
            JobOffer offer = node.offer("j1", "succeed");
            node.service.giveUp(offer.job());
            node.service.offer(offer, node.offer("j2", "succeed"));
            node.service.awaitReport(new JobRef("j2", 1));
            assertThat(node.service.reports()).extracting(ReportRequest::job).doesNotContain(offer.job());
            awaitEmpty(folder.resolve("data/jobs"));
        }
    }

    @Test
    void a_cancelled_job_ends_and_is_reported_as_cancelled() throws Exception {
        try (NodeAgent agent = node.agent(1)) {
            JobOffer offer = node.offer("j1", "wait");
            node.service.offer(offer);
            awaitReading(agent, "j1");
            node.service.cancel(offer.job());
            assertThat(node.service
                            .awaitReport(offer.job())
                            .outcome()
                            .path("status")
                            .stringValue())
                    .isEqualTo("Cancelled");
        }
    }

    @Test
    void a_job_that_does_not_end_when_asked_is_killed() throws Exception {
        try (NodeAgent agent = node.agent(1)) {
            JobOffer offer = node.offer("j1", "waitStubbornly");
            node.service.offer(offer);
            long pid = awaitReading(agent, "j1");
            node.service.cancel(offer.job());
            assertThat(node.service
                            .awaitReport(offer.job())
                            .outcome()
                            .path("status")
                            .stringValue())
                    .isEqualTo("Cancelled");
            assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
        }
    }

    @Test
    void a_job_whose_time_is_over_is_ended_by_the_node() throws Exception {
        try (NodeAgent agent = node.agent(1)) {
            JobRef job = new JobRef("j1", 1);
            node.service.offer(node.offer(job, "wait", 1_500));
            JsonNode detail = detail(node.service.awaitReport(job));
            assertThat(detail.path("code").stringValue()).isEqualTo("ActivityTimedOut");
            assertThat(detail.path("cause").stringValue()).contains("'act'");
            settled(agent);
        }
    }

    @Test
    void a_job_the_service_has_given_up_is_stopped_without_a_report() throws Exception {
        try (NodeAgent agent = node.agent(1)) {
            JobOffer offer = node.offer("j1", "wait");
            node.service.offer(offer);
            long pid = awaitReading(agent, "j1");
            node.service.giveUp(offer.job());
            node.service.await("free again", s -> agent.status().jobs().isEmpty());
            assertThat(node.service.reports()).isEmpty();
            settled(agent);
            assertThat(agent.status().jobs())
                    .extracting(AgentStatus.Job::workerPid)
                    .doesNotContain(pid);
        }
    }

    @Test
    void a_job_whose_lease_ran_out_is_ended_although_nobody_can_say_so() throws Exception {
        node.service.leaseMillis(1_500);
        try (NodeAgent agent = node.agent(1)) {
            JobOffer offer = node.offer("j1", "wait");
            node.service.offer(offer);
            awaitReading(agent, "j1");
            node.service.stop();
            node.service.await("job ended", s -> agent.status().jobs().isEmpty());
            node.service.start();
            assertThat(detail(node.service.awaitReport(offer.job()))
                            .path("code")
                            .stringValue())
                    .isEqualTo("NodeLost");
        }
    }

    /// The clock by which the node waits stood still as well, and after it the service cannot be asked yet.
    @Test
    void G21_a_job_whose_lease_ran_out_while_the_machine_slept_ends_at_once_and_the_service_hears_of_the_sleep()
            throws Exception {
        MovedClocks clocks = new MovedClocks(Instant.now(), true);
        node.service.leaseMillis(3_000_000);
        try (NodeAgent agent = node.agent(clocks)) {
            JobOffer offer = node.offer("j1", "wait");
            node.service.offer(offer);
            awaitReading(agent, "j1");
            node.service.heartbeatStatus(503);
            node.service.await("noticed", s -> agent.status().state() == AgentStatus.State.OFFLINE);
            assertThat(agent.status().jobs()).hasSize(1);
            clocks.sleep(3_600_000);
            node.service.await("job ended", s -> agent.status().jobs().isEmpty());
            node.service.heartbeatStatus(200);
            assertThat(detail(node.service.awaitReport(offer.job()))
                            .path("code")
                            .stringValue())
                    .isEqualTo("NodeLost");
            node.service.await(
                    "said",
                    s -> s.heartbeats().getLast().facts().pause() instanceof NodePause pause
                            && pause.what().equals(NodePause.ASLEEP)
                            && pause.seconds() == 3_600
                            && pause.jobs() == 1);
            node.service.offer(node.offer("j2", "succeed"));
            node.service.awaitReport(new JobRef("j2", 1));
        }
    }

    @Test
    void a_job_of_which_nobody_knows_whether_it_was_confirmed_waits_for_the_service_however_long() throws Exception {
        node.service.leaseMillis(300);
        try (NodeAgent agent = node.agent(1)) {
            agent.awaitOnline();
            node.service.heartbeatStatus(503);
            JobOffer offer = node.offer("j1", "succeed");
            node.service.offer(offer);
            long offered = System.nanoTime();
            // Leases are looked at every second.
            node.service.await(
                    "its lease is over", s -> System.nanoTime() - offered > TimeUnit.MILLISECONDS.toNanos(2_300));
            node.service.heartbeatStatus(200);
            assertThat(node.service
                            .awaitReport(offer.job())
                            .outcome()
                            .path("status")
                            .stringValue())
                    .isEqualTo("Succeeded");
        }
    }

    @Test
    void the_nearer_leases_are_to_their_end_the_sooner_the_service_is_tried_again() {
        Contact contact = new Contact(InstantSource.system(), 0);
        contact.acknowledged(0);
        assertThat(contact.patienceMillis(0, 12_000, 3_000)).isEqualTo(3_000);
        assertThat(contact.patienceMillis(8_000, 12_000, 3_000)).isEqualTo(1_000);
        assertThat(contact.patienceMillis(20_000, 12_000, 3_000)).isEqualTo(300);
        assertThat(contact.patienceMillis(0, 600, 200)).isEqualTo(200);
    }

    @Test
    void no_more_jobs_are_asked_for_than_slots_and_memory_allow() throws Exception {
        try (NodeAgent agent = node.agent(3)) {
            node.service.limit(2);
            node.service.await("limit known", s -> agent.status().concurrentJobsLimit() == 2);
            node.service.offer(node.offer("j1", "wait"), node.offer("j2", "wait"), node.offer("j3", "succeed"));
            // The poll that was under way when the limit changed may have promised a third slot.
            node.service.await("all but the third run", s -> running(agent, "Reading") >= 2);
            assertThat(running(agent, "Reading")).isEqualTo(2);
            List<LeaseRequest> asked = node.service.leases();
            assertThat(asked).allSatisfy(l -> assertThat(l.freeSlots()).isBetween(1, 3));
            assertThat(asked.getFirst().freeMemoryMb()).isEqualTo(600);
            node.service.cancel(new JobRef("j1", 1));
            node.service.awaitReport(new JobRef("j3", 1));
            node.service.cancel(new JobRef("j2", 1));
            node.service.awaitReport(new JobRef("j2", 1));
        }
    }

    @Test
    void a_drained_node_takes_no_job_until_told_again() throws Exception {
        node.service.drain(true);
        try (NodeAgent agent = node.agent(1)) {
            node.service.await("draining", s -> agent.status().state() == AgentStatus.State.DRAINING);
            node.service.offer(node.offer("j1", "succeed"));
            int beats = node.service.heartbeats().size();
            node.service.await("some heartbeats", s -> s.heartbeats().size() > beats + 3);
            assertThat(node.service.leases()).isEmpty();
            node.service.drain(false);
            node.service.awaitReport(new JobRef("j1", 1));
        }
    }

    @Test
    void a_job_whose_offer_was_lost_on_the_way_is_run_once_when_offered_again() throws Exception {
        node.service.loseLeaseAnswers(2);
        try (NodeAgent agent = node.agent(2)) {
            JobOffer offer = node.offer("j1", "succeed");
            node.service.offer(offer);
            node.service.awaitReport(offer.job());
            assertThat(node.service.reports()).hasSize(1);
            settled(agent);
        }
    }

    @Test
    void a_report_whose_answer_was_lost_is_sent_again_and_taken_as_a_duplicate() throws Exception {
        node.service.loseReportAnswers(1);
        try (NodeAgent agent = node.agent(1)) {
            JobOffer offer = node.offer("j1", "succeed");
            node.service.offer(offer);
            node.service.await("second report", s -> s.reports().size() == 2);
            assertThat(node.service.reports().get(0))
                    .isEqualTo(node.service.reports().get(1));
            awaitEmpty(folder.resolve("data/spool"));
            settled(agent);
        }
    }

    @Test
    void the_service_may_restart_while_a_job_runs() throws Exception {
        try (NodeAgent agent = node.agent(1)) {
            JobOffer offer = node.offer("j1", "wait");
            node.service.offer(offer);
            awaitReading(agent, "j1");
            node.service.stop();
            node.service.await("noticed", s -> agent.status().state() == AgentStatus.State.OFFLINE);
            node.service.start();
            node.service.await("back", s -> agent.status().state() == AgentStatus.State.ONLINE);
            node.service.cancel(offer.job());
            node.service.awaitReport(offer.job());
            node.service.offer(node.offer("j2", "succeed"));
            node.service.awaitReport(new JobRef("j2", 1));
        }
    }

    @Test
    void a_report_survives_the_end_of_the_node_until_it_is_acknowledged() throws Exception {
        node.service.reportStatus(503);
        JobOffer offer = node.offer("j1", "succeed");
        try (NodeAgent agent = node.agent(1)) {
            node.service.offer(offer);
            node.service.await("spooled", s -> agent.status().pendingReports() == 1);
            // Its lease is kept meanwhile.
            node.service.await(
                    "heartbeat with it",
                    s -> s.heartbeats().getLast().jobs().stream()
                            .map(JobProgress::phase)
                            .anyMatch("Reporting"::equals));
        }
        assertThat(files(folder.resolve("data/spool"))).hasSize(1);
        node.service.reportStatus(200);
        try (NodeAgent agent = node.agent(1)) {
            assertThat(node.service
                            .awaitReport(offer.job())
                            .outcome()
                            .path("status")
                            .stringValue())
                    .isEqualTo("Succeeded");
            awaitEmpty(folder.resolve("data/spool"));
            settled(agent);
        }
    }

    @Test
    void a_damaged_spool_file_is_put_aside_and_stops_nothing() throws Exception {
        Files.createDirectories(folder.resolve("data/spool"));
        Files.writeString(folder.resolve("data/spool/x-1.json"), "{\"job\":");
        try (NodeAgent agent = node.agent(1)) {
            agent.awaitOnline();
            assertThat(folder.resolve("data/spool/x-1.json.damaged")).exists();
        }
    }

    @Test
    void a_job_that_ended_with_its_node_is_told_by_the_next_start() throws Exception {
        JobOffer offer = node.offer("j1", "wait");
        try (NodeAgent agent = node.agent(1)) {
            node.service.offer(offer);
            awaitReading(agent, "j1");
            // The journal is written beside the job, not before it.
            node.service.await("journal", s -> Files.exists(folder.resolve("data/jobs/j1-1.json")));
            node.service.stop();
            // The process ends without a chance to report: as after kill -9, journal and nothing else is left.
            Files.copy(folder.resolve("data/jobs/j1-1.json"), folder.resolve("kept.json"));
        }
        emptied(folder.resolve("data/spool"));
        Files.copy(
                folder.resolve("kept.json"),
                folder.resolve("data/jobs/j1-1.json"),
                java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        node.service.start();
        try (NodeAgent agent = node.agent(1)) {
            JsonNode detail = detail(node.service.awaitReport(offer.job()));
            assertThat(detail.path("code").stringValue()).isEqualTo("NodeStopped");
            assertThat(detail.path("cause").stringValue()).contains("node-1").contains("ended unexpectedly");
            awaitEmpty(folder.resolve("data/jobs"));
            settled(agent);
        }
    }

    @Test
    void a_node_that_is_stopped_tells_of_the_jobs_it_could_not_finish() throws Exception {
        NodeAgent agent = node.agent(1);
        JobOffer offer = node.offer("j1", "wait");
        node.service.offer(offer);
        long pid = awaitReading(agent, "j1");
        agent.stop(10);
        assertThat(node.service.leases().getFirst().holds()).isEmpty();
        // The last word about work: no more of it, and what is not named here never came.
        assertThat(node.service.leases().getLast()).isEqualTo(new LeaseRequest(0, 0, 0, List.of(offer.job())));
        JsonNode detail = detail(node.service.awaitReport(offer.job()));
        assertThat(detail.path("code").stringValue()).isEqualTo("NodeStopped");
        assertThat(files(folder.resolve("data/spool"))).isEmpty();
        assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    }

    private static NodeCondition condition(HeartbeatRequest heartbeat) {
        NodeCondition said = heartbeat.facts().condition();
        return said == null ? NodeCondition.FINE : said;
    }

    @Test
    void G06_a_node_that_is_stopped_says_at_the_very_end_that_nothing_runs_any_more() throws Exception {
        NodeAgent agent = node.agent(1);
        JobOffer offer = node.offer("j1", "wait");
        node.service.offer(offer);
        awaitReading(agent, "j1");
        assertThat(condition(node.service.heartbeats().getLast())).isEqualTo(NodeCondition.FINE);
        agent.stop(10);
        HeartbeatRequest last = node.service.heartbeats().getLast();
        assertThat(condition(last).state()).isEqualTo(NodeCondition.STOPPING);
        assertThat(last.facts().concurrentJobsRunning()).isZero();
        assertThat(last.jobs()).isEmpty();
    }

    @Test
    void a_refused_node_says_so_and_keeps_trying() throws Exception {
        node.service.heartbeatStatus(403);
        try (NodeAgent agent = node.agent(1)) {
            node.service.await("refused", s -> agent.status().state() == AgentStatus.State.REFUSED);
            assertThat(agent.status().problem()).contains("ServiceRefusedNode").contains("as told");
            node.service.heartbeatStatus(200);
            agent.awaitOnline();
        }
    }

    @Test
    void a_report_the_service_will_never_take_does_not_hold_up_the_others() throws Exception {
        node.service.reportStatus(400);
        try (NodeAgent agent = node.agent(1)) {
            node.service.offer(node.offer("j1", "succeed"));
            node.service.await("put aside", s -> Files.exists(folder.resolve("data/spool/j1-1.json.refused")));
            node.service.reportStatus(200);
            node.service.offer(node.offer("j2", "succeed"));
            node.service.awaitReport(new JobRef("j2", 1));
            settled(agent);
        }
    }

    @Test
    void a_secret_is_opened_by_the_host_and_reaches_the_worker_by_the_pipe_alone() throws Exception {
        String secret = "s3cr3t-Zauberwort-4711";
        try (NodeAgent agent = node.agent(1)) {
            node.service.offer(node.offerWithSecret("j1", "succeed", secret));
            ReportRequest report = node.service.awaitReport(new JobRef("j1", 1));
            assertThat(report.outcome().path("output").path("secretLength").intValue())
                    .isEqualTo(secret.length());
            node.service.offer(node.offerWithSecret("j2", "wait", secret));
            long pid = awaitReading(agent, "j2");
            for (String file : List.of("cmdline", "environ")) {
                assertThat(Files.readString(Path.of("/proc/" + pid + "/" + file), StandardCharsets.ISO_8859_1))
                        .isNotEmpty()
                        .doesNotContain(secret);
            }
            try (Stream<Path> tree = Files.walk(folder.resolve("data"))) {
                for (Path file : tree.filter(Files::isRegularFile).toList()) {
                    assertThat(Files.readString(file)).as("%s", file).doesNotContain(secret);
                }
            }
        }
    }

    @Test
    void a_secret_in_a_drivers_words_is_masked_in_the_report() throws Exception {
        String secret = "s3cr3t-Zauberwort-4711";
        try (NodeAgent agent = node.agent(1)) {
            node.service.offer(node.offerWithSecret("j1", "fail", secret));
            ReportRequest report = node.service.awaitReport(new JobRef("j1", 1));
            assertThat(report.outcome().toString())
                    .contains("the driver, which says **********")
                    .doesNotContain(secret);
            assertThat(agent.status().problem()).isEmpty();
        }
    }

    @Test
    void a_secret_that_is_not_for_this_node_fails_the_job_with_its_member() throws Exception {
        try (TestNode other = new TestNode(folder.resolve("other"));
                NodeAgent agent = node.agent(1)) {
            JobOffer foreign = other.offerWithSecret("j1", "succeed", "s3cr3t");
            node.service.offer(foreign);
            JsonNode detail = detail(node.service.awaitReport(foreign.job()));
            assertThat(detail.path("code").stringValue()).isEqualTo("SecretNotForThisNode");
            assertThat(detail.path("cause").stringValue())
                    .contains("'password'")
                    .contains("db");
            settled(agent);
        }
    }

    @Test
    void a_node_whose_workers_do_not_start_takes_no_jobs_and_says_why() throws Exception {
        try (NodeAgent agent = node.agent(1, 200, 1, "dev.sluice.NoSuchMain")) {
            node.service.await("limited", s -> agent.status().state() == AgentStatus.State.LIMITED);
            assertThat(agent.status().problem()).contains("exit code 1").contains("NoSuchMain");
            assertThat(agent.status().code()).isEqualTo("NodeWorkersDoNotStart");
            assertThat(agent.status().hop()).isEqualTo("worker");
            // G06: the service is told, and so can say it to whoever asks there.
            node.service.await(
                    "ailing", s -> condition(s.heartbeats().getLast()).state().equals(NodeCondition.AILING));
            NodeCondition told = condition(node.service.heartbeats().getLast());
            assertThat(told.code()).isEqualTo("NodeWorkersDoNotStart");
            assertThat(told.detail()).contains("NoSuchMain");
        }
    }

    @Test
    void a_spec_that_is_none_fails_its_job_with_the_place() throws Exception {
        try (NodeAgent agent = node.agent(1)) {
            JobOffer good = node.offer("j1", "succeed");
            ((tools.jackson.databind.node.ObjectNode) good.spec()).remove("activity");
            node.service.offer(good);
            assertThat(detail(node.service.awaitReport(good.job())).path("code").stringValue())
                    .isEqualTo("MemberRequired");
            node.service.offer(node.offer("j2", "succeed"));
            node.service.awaitReport(new JobRef("j2", 1));
            settled(agent);
        }
    }

    // --- words of the tests

    private static JsonNode detail(ReportRequest report) {
        assertThat(report.outcome().path("status").stringValue()).isEqualTo("Failed");
        return report.outcome().path("error").path("details").get(0);
    }

    /// Waits until the job says that it reads, and gives its process.
    private long awaitReading(NodeAgent agent, String jobId) throws InterruptedException {
        node.service.await(jobId + " reads", s -> agent.status().jobs().stream().anyMatch(j -> reads(j, jobId)));
        return agent.status().jobs().stream()
                .filter(j -> reads(j, jobId))
                .findFirst()
                .orElseThrow()
                .workerPid();
    }

    private static boolean reads(AgentStatus.Job job, String jobId) {
        return job.progress().job().jobId().equals(jobId)
                && job.progress().phase().equals("Reading")
                && job.progress().rowsRead() == 17;
    }

    /// Nothing runs and nothing is left to report.
    private void settled(NodeAgent agent) throws InterruptedException {
        node.service.await(
                "settled",
                s -> agent.status().jobs().isEmpty() && agent.status().pendingReports() == 0);
    }

    private static long running(NodeAgent agent, String phase) {
        return agent.status().jobs().stream()
                .filter(j -> j.progress().phase().equals(phase))
                .count();
    }

    private void awaitEmpty(Path folder) throws InterruptedException {
        node.service.await(folder + " empty", s -> files(folder).isEmpty());
    }

    private static List<Path> files(Path folder) {
        try (Stream<Path> list = Files.list(folder)) {
            return list.toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static void emptied(Path folder) throws IOException {
        for (Path file : files(folder)) {
            Files.delete(file);
        }
    }

    private static void kill9(long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-9", String.valueOf(pid)).start().waitFor())
                .isZero();
    }
}
