package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.diagnosis.ActivityFaults;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.LogOrder;
import dev.sluice.wire.LogPage;
import dev.sluice.wire.LogReceipt;
import dev.sluice.wire.Wire;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What the service asks of nodes and makes of what they send; the nodes do as the tests say.
class LogReportTest {
    private static final String REPORTS = "/api/v1/logReports";

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void setUp() throws Exception {
        bench = new Bench(folder);
        bench.factory("plant", "\"retry\":0");
    }

    @AfterEach
    void tearDown() {
        bench.close();
    }

    private JsonNode ask(String body) throws Exception {
        TestClient.Reply reply = bench.client.send("POST", REPORTS, body);
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(202);
        return reply.json();
    }

    private JsonNode all() throws Exception {
        return ask("{\"factoryName\":\"plant\",\"integrationRuntimeName\":\"mine\"}");
    }

    private JsonNode report(String id) throws Exception {
        return bench.ok("GET", REPORTS + "/" + id, "").json();
    }

    private String code(String method, String path, String body, int status) throws Exception {
        TestClient.Reply reply = bench.client.send(method, path, body);
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(status);
        return reply.json().at("/error/code").asString();
    }

    private static String line(String activityRun, String message) {
        var entry = Json.object()
                .put("time", "2026-01-02T03:04:05Z")
                .put("level", "INFO")
                .put("thread", "t")
                .put("logger", "L");
        if (!activityRun.isEmpty()) {
            entry.put("job", "j-1").put("activityRun", activityRun);
        }
        return Json.write(entry.put("message", message)) + "\n";
    }

    private static LogReceipt send(FakeNode node, LogPage page) throws Exception {
        HttpResponse<byte[]> answer = node.send(Wire.LOGS, page);
        assertThat(answer.statusCode()).as(new String(answer.body())).isEqualTo(200);
        return Wire.decode(answer.body(), LogReceipt.class);
    }

    private String entries(String report, String node) throws Exception {
        StringBuilder all = new StringBuilder();
        for (JsonNode share : report(report).path("nodes")) {
            if (share.path("nodeName").asString().equals(node)) {
                for (JsonNode page : share.path("pages")) {
                    all.append(bench.ok("GET", REPORTS + "/" + report + "/nodes/" + node + "/pages/" + page.asInt(), "")
                            .json()
                            .path("entries")
                            .asString());
                }
            }
        }
        return all.toString();
    }

    private static List<String> texts(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asString)
                .toList();
    }

    @Test
    void S01_every_online_node_is_asked_and_an_offline_one_is_named() throws Exception {
        FakeNode gone = bench.node("plant", "gone");
        bench.clock.advance(Duration.ofMinutes(1));
        FakeNode here = bench.node("plant", "here");
        FakeNode too = bench.node("plant", "too");
        assertThat(here.heartbeat().logs()).isEmpty();

        JsonNode asked = all();
        String id = asked.path("reportId").asString();
        assertThat(asked.path("status").asString()).isEqualTo("Collecting");
        assertThat(texts(asked.path("missingNodes"))).containsExactly("gone");
        LogOrder order = here.heartbeat().logs().getFirst();
        assertThat(order.reportId()).isEqualTo(id);
        assertThat(order.activityRunId()).isEmpty();
        assertThat(too.heartbeat().logs()).hasSize(1);

        send(here, new LogPage(id, 0, false, 7, line("", "first")));
        send(here, new LogPage(id, 0, false, 7, line("", "first, said again")));
        send(here, new LogPage(id, 1, true, 7, line("", "second")));
        assertThat(here.heartbeat().logs()).isEmpty();
        assertThat(report(id).path("status").asString()).isEqualTo("Collecting");
        send(too, new LogPage(id, 0, true, 0, ""));

        JsonNode done = report(id);
        assertThat(done.path("status").asString()).isEqualTo("Incomplete");
        assertThat(done.at("/nodes/0/status").asString()).isEqualTo("Offline");
        assertThat(done.at("/nodes/1/status").asString()).isEqualTo("Received");
        assertThat(done.at("/nodes/1/entries").asInt()).isEqualTo(2);
        assertThat(done.at("/nodes/1/leftOut").asInt()).isEqualTo(7);
        assertThat(entries(id, "here"))
                .contains("\"first\"")
                .contains("\"second\"")
                .doesNotContain("again");
        assertThat(gone.registered.nodeName()).isEqualTo("gone");
    }

    @Test
    void S01_a_node_that_does_not_answer_in_time_is_missing_and_comes_too_late() throws Exception {
        FakeNode node = bench.node("plant", "slow");
        String id = all().path("reportId").asString();

        for (int i = 0; i < 16; i++) {
            bench.clock.advance(Duration.ofSeconds(10));
            node.heartbeat();
        }
        JsonNode late = report(id);
        assertThat(late.path("status").asString()).isEqualTo("Incomplete");
        assertThat(late.at("/nodes/0/status").asString()).isEqualTo("NoAnswer");
        assertThat(texts(late.path("missingNodes"))).containsExactly("slow");
        bench.clock.advance(Duration.ofMinutes(3));
        HttpResponse<byte[]> answer = node.send(Wire.LOGS, new LogPage(id, 0, true, 0, line("", "late")));
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(new String(answer.body())).contains("LogReportClosed");
    }

    @Test
    void S01_nobody_waits_for_a_node_that_went_away_before_it_had_sent() throws Exception {
        FakeNode node = bench.node("plant", "leaving");
        String id = all().path("reportId").asString();
        assertThat(node.heartbeat().logs()).hasSize(1);
        bench.clock.advance(Duration.ofSeconds(30));

        assertThat(report(id).path("status").asString()).isEqualTo("Incomplete");
        assertThat(report(id).at("/nodes/0/status").asString()).isEqualTo("Offline");
    }

    @Test
    void S01_of_an_activity_run_nothing_about_others_is_kept_and_its_known_issue_is_found() throws Exception {
        FakeNode node = bench.node("plant", "here");
        String run = bench.run("plant", "p");
        JobOffer offer = node.leaseOne();
        node.report(
                offer.job(),
                new JobOutcome.Failed(ActivityError.of(
                        NodeFaults.OUT_OF_MEMORY
                                .problem()
                                .evidence("grant", 256)
                                .build(),
                        "Copy it")));
        JsonNode activity = bench.activities("plant", run).get(0);
        String activityRun = activity.path("activityRunId").asString();

        String id = ask("{\"factoryName\":\"plant\",\"activityRunId\":\"" + activityRun + "\"}")
                .path("reportId")
                .asString();
        LogOrder order = node.heartbeat().logs().getFirst();
        assertThat(order.activityRunId()).isEqualTo(activityRun);
        send(
                node,
                new LogPage(
                        id,
                        0,
                        true,
                        0,
                        line(activityRun, "Job j-1 failed: " + NodeFaults.OUT_OF_MEMORY.code() + ": too little\n\tat x")
                                + line("another", "DiskFull: not this one")
                                + "no entry\n"
                                + line("", "Job j-1 is offered")));

        JsonNode report = report(id);
        assertThat(report.path("status").asString()).isEqualTo("Complete");
        assertThat(report.path("scope").asString()).isEqualTo("Activity");
        assertThat(report.path("activityName").asString()).isEqualTo("Copy it");
        assertThat(report.path("knownIssues")).hasSize(1);
        JsonNode issue = report.at("/knownIssues/0");
        assertThat(issue.path("code").asString()).isEqualTo(NodeFaults.OUT_OF_MEMORY.code());
        assertThat(issue.path("resolution")).isNotEmpty();
        assertThat(texts(issue.path("nodes"))).containsExactly("here");
        assertThat(entries(id, "here"))
                .contains("too little")
                .contains("is offered")
                .doesNotContain("another")
                .doesNotContain("no entry");
        assertThat(code("POST", REPORTS, "{\"factoryName\":\"plant\",\"activityRunId\":\"none\"}", 404))
                .isEqualTo("LogsActivityUnknown");
    }

    @Test
    void S01_a_shared_runtime_sends_an_activitys_logs_and_never_all() throws Exception {
        FakeNode node = bench.node("plant", "here");
        String key = bench.ok("POST", "plant/integrationruntimes/mine/listAuthKeys", "")
                .json()
                .path("authKey1")
                .asString();
        bench.ok("PUT", "guest", "{\"location\":\"here\"}");
        bench.ok("PUT", "guest/integrationRuntimes/borrowed", """
            {"properties":{"type":"SelfHosted","typeProperties":{"linkedInfo":{"authorizationType":"Key",
             "key":{"type":"SecureString","value":"%s"}}}}}
            """.formatted(key));

        assertThat(code("POST", REPORTS, "{\"factoryName\":\"guest\",\"integrationRuntimeName\":\"borrowed\"}", 403))
                .isEqualTo("LogsOfSharedRuntime");

        for (String store : new String[] {"from", "to"}) {
            bench.ok("PUT", "guest/linkedservices/" + store, """
                {"properties":{"type":"FileServer","connectVia":{"referenceName":"borrowed","type":"IntegrationRuntimeReference"},
                 "typeProperties":{"host":"/data"}}}
                """);
            bench.ok("PUT", "guest/datasets/" + store, """
                {"properties":{"type":"DelimitedText","linkedServiceName":{"referenceName":"%s","type":"LinkedServiceReference"},
                 "typeProperties":{"location":{"type":"FileServerLocation","fileName":"x.csv"}}}}
                """.formatted(store));
        }
        bench.pipeline("guest", "p", "\"retry\":0", "");
        String run = bench.run("guest", "p");
        node.succeed(node.leaseOne().job());
        String activityRun =
                bench.activities("guest", run).get(0).path("activityRunId").asString();
        String id = ask("{\"factoryName\":\"guest\",\"activityRunId\":\"" + activityRun + "\"}")
                .path("reportId")
                .asString();
        assertThat(node.heartbeat().logs())
                .extracting(LogOrder::reportId, LogOrder::activityRunId)
                .containsExactly(org.assertj.core.groups.Tuple.tuple(id, activityRun));
        // An activity run of another factory is nobody's business here.
        assertThat(code("POST", REPORTS, "{\"factoryName\":\"plant\",\"activityRunId\":\"" + activityRun + "\"}", 404))
                .isEqualTo("LogsActivityUnknown");
    }

    @Test
    void S01_reports_are_listed_searched_removed_and_nobody_elses_seen() throws Exception {
        FakeNode node = bench.node("plant", "here");
        String id = all().path("reportId").asString();
        node.heartbeat();
        send(node, new LogPage(id, 0, true, 0, line("", "100%_sure: " + ActivityFaults.class.getSimpleName())));

        assertThat(ids("?search=100%25_SURE")).containsExactly(id);
        assertThat(ids("?search=100%25xsure")).isEmpty();
        assertThat(ids("?search=" + id.substring(0, 8))).containsExactly(id);
        assertThat(ids("?factoryName=plant")).containsExactly(id);
        assertThat(ids("?factoryName=other")).isEmpty();

        bench.ok("PUT", "other", "{\"location\":\"here\"}");
        bench.restart();
        assertThat(report(id).path("status").asString()).isEqualTo("Complete");
        bench.ok("DELETE", REPORTS + "/" + id, "");
        assertThat(code("GET", REPORTS + "/" + id, "", 404)).isEqualTo("LogReportUnknown");
    }

    private List<String> ids(String query) throws Exception {
        return StreamSupport.stream(
                        bench.ok("GET", REPORTS + query, "")
                                .json()
                                .path("value")
                                .spliterator(),
                        false)
                .map(r -> r.path("reportId").asString())
                .toList();
    }

    @Test
    void S01_a_node_sends_its_own_log_unasked_but_not_without_end() throws Exception {
        FakeNode node = bench.node("plant", "here");
        LogReceipt first = send(node, new LogPage("", 0, false, 0, line("", "one")));
        LogReceipt second = send(node, new LogPage(first.reportId(), 1, true, 0, line("", "two")));
        assertThat(second.reportId()).isEqualTo(first.reportId());
        JsonNode report = report(first.reportId());
        assertThat(report.path("status").asString()).isEqualTo("Complete");
        assertThat(report.path("requestedBy").asString()).isEqualTo("node here");
        assertThat(report.path("factoryName").asString()).isEqualTo("plant");

        int taken = 1;
        while (taken < 50
                && node.send(Wire.LOGS, new LogPage("", 0, true, 0, line("", "more")))
                                .statusCode()
                        == 200) {
            taken++;
        }
        assertThat(taken).isEqualTo(10);
    }

    @Test
    void what_a_node_sends_has_limits_and_is_masked_once_more() throws Exception {
        FakeNode node = bench.node("plant", "here");
        FakeNode stranger = bench.node("plant", "stranger");
        String id = ask("{\"factoryName\":\"plant\",\"integrationRuntimeName\":\"mine\"}")
                .path("reportId")
                .asString();
        send(node, new LogPage(id, 0, false, 0, line("", "Password=Zauberwort-4711;x") + "{\"time\":1}\n{\n[]\n"));
        assertThat(entries(id, "here"))
                .contains("Password=")
                .doesNotContain("Zauberwort")
                .hasLineCount(1);

        String flood = line("", "xx ".repeat(6_300)).repeat(31);
        int pages = 1;
        while (pages < 64
                && node.send(Wire.LOGS, new LogPage(id, pages, false, 0, flood)).statusCode() == 200) {
            pages++;
        }
        assertThat(pages).isBetween(10, 20);
        assertThat(node.send(Wire.LOGS, new LogPage(id, 64, false, 0, "")).statusCode())
                .isEqualTo(400);
        assertThat(node.send(Wire.LOGS, new LogPage(id, 1, false, 0, "x".repeat(700_000)))
                        .statusCode())
                .isEqualTo(400);
        assertThat(stranger.send(Wire.LOGS, new LogPage("no-such-report", 0, true, 0, ""))
                        .statusCode())
                .isEqualTo(400);
    }
}
