package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.service.app.nodes.Limits;
import dev.sluice.wire.NodeCondition;
import dev.sluice.wire.NodeFacts;
import dev.sluice.wire.NodePause;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// States of nodes and groups with their reasons (G06, G08), and what is measured of nodes (G07).
class StatesTest {
    private static final Duration SILENCE = Duration.ofSeconds(21);

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.ok("PUT", "fab", "{\"location\":\"here\"}");
        bench.ok("PUT", "fab/integrationRuntimes/mine", "{\"properties\":{\"type\":\"SelfHosted\"}}");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private JsonNode group() throws Exception {
        return bench.ok("POST", "fab/integrationRuntimes/mine/getStatus", "")
                .json()
                .get("properties");
    }

    private String groupState() throws Exception {
        JsonNode group = group();
        return group.get("state").stringValue() + " "
                + group.at("/typeProperties/stateReason/code").stringValue("");
    }

    private JsonNode node(String name) throws Exception {
        return bench.ok("GET", "fab/integrationRuntimes/mine/nodes/" + name, "").json();
    }

    /// `Limited NodeVersionDiffers group`: state, code of the reason, failing hop.
    private String state(String name) throws Exception {
        JsonNode node = node(name);
        return String.join(
                        " ",
                        node.get("status").stringValue(),
                        node.at("/statusReason/code").stringValue(""),
                        node.at("/statusReason/hop").stringValue(""))
                .strip();
    }

    private static NodeFacts facts(String version, int running, NodeCondition condition) {
        return new NodeFacts(version, 2048, 12, running, 8, 100, 200, 10, 20, condition);
    }

    private static NodeFacts condition(String state, String detail, int running) {
        return facts("1.2.3", running, new NodeCondition(state, "", detail));
    }

    @Test
    void G06_a_group_without_nodes_needs_registration() throws Exception {
        assertThat(groupState()).isEqualTo("NeedRegistration RuntimeNeedsRegistration");
        bench.node("fab", "alpha");
        assertThat(groupState()).isEqualTo("Online ");
        assertThat(state("alpha")).isEqualTo("Online");
    }

    @Test
    void G06_a_silent_node_is_offline_and_the_group_limited_or_offline() throws Exception {
        FakeNode alpha = bench.node("fab", "alpha");
        bench.node("fab", "beta");
        bench.clock.advance(SILENCE);
        alpha.heartbeat();
        assertThat(state("beta")).isEqualTo("Offline NodeNotHeard machine");
        assertThat(node("beta").at("/statusReason/message").stringValue()).contains("'beta' on machine was last heard");
        assertThat(node("beta").at("/statusReason/resolution/0").stringValue()).contains("sluice node status");
        assertThat(groupState()).isEqualTo("Limited RuntimeNodesUnhealthy");
        assertThat(group().at("/typeProperties/stateReason/message").stringValue())
                .contains("1 of 2 nodes")
                .contains("beta Offline (NodeNotHeard, machine)");
        bench.clock.advance(SILENCE);
        assertThat(groupState()).isEqualTo("Offline RuntimeNodesOffline");
        alpha.heartbeat();
        assertThat(state("alpha")).isEqualTo("Online");
    }

    private String dispatchers() throws Exception {
        StringBuilder names = new StringBuilder();
        for (JsonNode node : group().at("/typeProperties/nodes")) {
            names.append(
                    node.get("isActiveDispatcher").booleanValue()
                            ? node.get("nodeName").stringValue()
                            : "");
        }
        return names.toString();
    }

    @Test
    void G05_the_dispatcher_is_one_that_works_and_another_follows_within_ten_seconds() throws Exception {
        assertThat(dispatchers()).isEmpty();
        FakeNode alpha = bench.node("fab", "alpha");
        bench.clock.advance(Duration.ofSeconds(1));
        FakeNode beta = bench.node("fab", "beta");
        assertThat(dispatchers()).isEqualTo("alpha");
        // Alpha is not heard any more.
        for (int second = 1; second < 8; second += 4) {
            bench.clock.advance(Duration.ofSeconds(4));
            beta.heartbeat();
        }
        assertThat(dispatchers()).isEqualTo("beta");
        assertThat(bench.ok("POST", "fab/integrationRuntimes/mine/monitoringData", "")
                        .json()
                        .path("nodes")
                        .findValuesAsString("role"))
                .containsExactly("Worker", "Dispatcher, Worker");
        alpha.heartbeat();
        assertThat(dispatchers()).isEqualTo("alpha");
        alpha.says(condition(NodeCondition.AILING, "no space", 0));
        assertThat(dispatchers()).isEqualTo("beta");
        alpha.says(condition(NodeCondition.UPGRADING, "2.0.0", 0));
        assertThat(dispatchers()).isEqualTo("beta");
        alpha.says(condition(NodeCondition.FINE.state(), "", 0));
        assertThat(dispatchers()).isEqualTo("alpha");
        bench.clock.advance(Duration.ofSeconds(10));
        assertThat(dispatchers()).isEmpty();
    }

    @Test
    void G06_a_node_that_is_stopped_is_limited_while_jobs_end_and_then_offline_at_once() throws Exception {
        FakeNode alpha = bench.node("fab", "alpha");
        alpha.says(condition(NodeCondition.STOPPING, "", 2));
        assertThat(state("alpha")).isEqualTo("Limited NodeShuttingDown machine");
        assertThat(node("alpha").at("/statusReason/message").stringValue()).contains("2 running ones");
        alpha.says(condition(NodeCondition.STOPPING, "", 0));
        assertThat(state("alpha")).isEqualTo("Offline NodeShutDown machine");
        // Said once, it is known to every process of the service, also after a restart.
        bench.restart();
        assertThat(state("alpha")).isEqualTo("Offline NodeShutDown machine");
        alpha.at(bench.client).heartbeat();
        assertThat(state("alpha")).isEqualTo("Online");
    }

    @Test
    void G06_a_node_that_cannot_start_workers_is_limited_and_says_why() throws Exception {
        FakeNode alpha = bench.node("fab", "alpha");
        alpha.says(condition(NodeCondition.AILING, "exit 127 | no such file", 0));
        assertThat(state("alpha")).isEqualTo("Limited NodeWorkersDoNotStart worker");
        assertThat(node("alpha").at("/statusReason/message").stringValue()).contains("exit 127 | no such file");
        alpha.heartbeat();
        assertThat(state("alpha")).isEqualTo("Online");
        alpha.says(condition("SomethingNewer", "", 0));
        assertThat(state("alpha")).isEqualTo("Online");
    }

    @Test
    void G06_a_node_that_cannot_open_secrets_is_limited_until_another_has_sealed_them_to_it() throws Exception {
        FakeNode alpha = bench.node("fab", "alpha");
        bench.ok("PUT", "fab/linkedservices/shop", """
                {"properties":{"type":"FileServer","connectVia":{"referenceName":"mine","type":"IntegrationRuntimeReference"},
                 "typeProperties":{"host":"/data","userId":"u","password":{"type":"SecureString","value":"pw"}}}}
                """);
        bench.node("fab", "beta");
        assertThat(state("alpha")).isEqualTo("Online");
        assertThat(state("beta")).isEqualTo("Limited NodeCannotOpenSecrets group");
        assertThat(node("beta").at("/statusReason/message").stringValue()).contains("fab/shop");
        assertThat(alpha.reseal()).isEqualTo(1);
        assertThat(state("beta")).isEqualTo("Online");
    }

    @Test
    void G06_a_node_whose_clock_is_wrong_is_inactive_and_not_merely_offline() throws Exception {
        FakeNode alpha = bench.node("fab", "alpha");
        bench.clock.advance(SILENCE);
        FakeNode late = alpha.withClock(() -> bench.clock.instant().minus(Duration.ofMinutes(10)));
        assertThat(late.send(Wire.HEARTBEAT, Map.of()).statusCode()).isEqualTo(401);
        assertThat(state("alpha")).isEqualTo("Inactive NodeClockDiffers clock");
        assertThat(node("alpha").at("/statusReason/message").stringValue()).contains("signed 600 s ago");
        assertThat(groupState()).isEqualTo("Offline RuntimeNodesOffline");
        alpha.heartbeat();
        assertThat(state("alpha")).isEqualTo("Online");
    }

    @Test
    void G06_a_stranger_who_uses_a_nodes_name_does_not_change_what_is_said_of_it() throws Exception {
        FakeNode alpha = bench.node("fab", "alpha");
        byte[] body = "{}".getBytes(StandardCharsets.UTF_8);
        Map<String, String> forged = new java.util.HashMap<>(alpha.signature(Wire.HEARTBEAT, body));
        forged.put("Signature", "sluice=:" + "A".repeat(86) + "==:");
        assertThat(alpha.send(Wire.HEARTBEAT, body, forged).statusCode()).isEqualTo(401);
        assertThat(state("alpha")).isEqualTo("Online");
        // A forged request that is also too old is not taken for a wrong clock.
        bench.clock.advance(Duration.ofMinutes(10));
        assertThat(alpha.send(Wire.HEARTBEAT, body, forged).statusCode()).isEqualTo(401);
        assertThat(state("alpha")).isEqualTo("Inactive NodeNotAccepted service");
    }

    @Test
    void G08_the_version_of_most_nodes_wins_and_the_others_are_limited() throws Exception {
        List<FakeNode> nodes = List.of(bench.node("fab", "a"), bench.node("fab", "b"), bench.node("fab", "c"));
        String[] versions = {"1.9.0", "1.10.0", "1.9.0"};
        for (int i = 0; i < 3; i++) {
            nodes.get(i).says(facts(versions[i], 0, NodeCondition.FINE));
        }
        assertThat(group().at("/typeProperties/version").stringValue()).isEqualTo("1.9.0");
        assertThat(state("a")).isEqualTo("Online");
        assertThat(state("b")).isEqualTo("Limited NodeVersionDiffers group");
        assertThat(node("b").at("/statusReason/message").stringValue())
                .contains("runs version 1.10.0")
                .contains("is 1.9.0, which 2 of 3 nodes run");
        // Of two versions that are as frequent the newer one wins: the others are about to follow.
        bench.ok("DELETE", "fab/integrationRuntimes/mine/nodes/a", "");
        assertThat(group().at("/typeProperties/version").stringValue()).isEqualTo("1.10.0");
        assertThat(state("c")).isEqualTo("Limited NodeVersionDiffers group");
    }

    @Test
    void G07_what_is_measured_of_a_node_is_in_its_monitoring_data() throws Exception {
        FakeNode alpha = bench.node("fab", "alpha");
        alpha.says(facts("1.2.3", 3, NodeCondition.FINE));
        bench.ok("PATCH", "fab/integrationRuntimes/mine/nodes/alpha", "{\"concurrentJobsLimit\":5}");
        JsonNode all = bench.ok("POST", "fab/integrationRuntimes/mine/monitoringData", "")
                .json();
        assertThat(all.get("name").stringValue()).isEqualTo("mine");
        JsonNode one = all.at("/nodes/0");
        assertThat(one.get("nodeName").stringValue()).isEqualTo("alpha");
        assertThat(one.get("status").stringValue()).isEqualTo("Online");
        assertThat(one.get("version").stringValue()).isEqualTo("1.2.3");
        assertThat(one.get("availableMemoryInMB").intValue()).isEqualTo(2048);
        assertThat(one.get("cpuUtilization").intValue()).isEqualTo(12);
        assertThat(one.get("concurrentJobsRunning").intValue()).isEqualTo(3);
        assertThat(one.get("concurrentJobsLimit").intValue()).isEqualTo(5);
        assertThat(one.get("maxConcurrentJobs").intValue()).isEqualTo(8);
        assertThat(one.get("sentBytes").doubleValue()).isEqualTo(100);
        assertThat(one.get("receivedBytes").doubleValue()).isEqualTo(200);
        assertThat(one.get("sentBytesPerSecond").intValue()).isEqualTo(10);
        assertThat(one.get("receivedBytesPerSecond").intValue()).isEqualTo(20);
    }

    @Test
    void G07_prometheus_reads_the_same_and_needs_a_role_on_the_whole_service() throws Exception {
        FakeNode alpha = bench.node("fab", "alpha");
        alpha.says(facts("1.2.3", 3, NodeCondition.FINE));
        bench.node("fab", "beta").says(condition(NodeCondition.AILING, "a \"quoted\" text", 0));
        TestClient.Reply reply = bench.client.get("/metrics");
        assertThat(reply.status()).isEqualTo(200);
        assertThat(reply.header("Content-Type")).isEqualTo("text/plain; version=0.0.4; charset=utf-8");
        String text = reply.raw().body();
        String who = "factory=\"fab\",runtime=\"mine\",node=\"alpha\"";
        assertThat(text)
                .contains("# TYPE sluice_node_available_memory_bytes gauge\n")
                .contains("sluice_node_available_memory_bytes{" + who + "} 2147483648\n")
                .contains("sluice_node_cpu_ratio{" + who + "} 0.12\n")
                .contains("sluice_node_jobs_running{" + who + "} 3\n")
                .contains("sluice_node_jobs_limit{" + who + "} 8\n")
                .contains("sluice_node_network_sent_bytes_total{" + who + "} 100\n")
                .contains("sluice_node_info{" + who + ",version=\"1.2.3\",machine=\"machine\"} 1\n")
                .contains("sluice_node_state{" + who + ",state=\"Online\"} 1\n")
                .contains("sluice_node_state{" + who + ",state=\"Offline\"} 0\n")
                .contains("node=\"beta\",code=\"NodeWorkersDoNotStart\"} 1\n")
                .contains("sluice_runtime_state{factory=\"fab\",runtime=\"mine\",state=\"Limited\"} 1\n");
        assertThat(bench.client.send("GET", "/metrics", "", "Authorization", "").status())
                .isEqualTo(401);
        String reader = bench.ok("POST", "/api/v1/tokens", "{\"name\":\"prometheus\",\"role\":\"Reader\"}")
                .json()
                .get("token")
                .stringValue();
        assertThat(bench.client
                        .send("GET", "/metrics", "", "Authorization", "Bearer " + reader)
                        .status())
                .isEqualTo(200);
    }

    /// Whether the text is what Prometheus' own client library for Python takes for its format.
    @Test
    void G07_the_metrics_are_in_prometheus_format_as_its_own_parser_reads_it() throws Exception {
        bench.node("fab", "alpha").says(facts("1.2\\3\"", 3, NodeCondition.FINE));
        Path text = Files.writeString(
                folder.resolve("metrics.txt"),
                bench.client.get("/metrics").raw().body());
        String script = "import sys\nfrom prometheus_client.parser import text_string_to_metric_families as parse\n"
                + "for f in parse(open(sys.argv[1]).read()):\n"
                + "  for s in f.samples: print(f.type, s.name, sorted(s.labels.items()), s.value)\n";
        String parsed = python(script, text.toString()).toLowerCase(Locale.ROOT);
        assertThat(parsed)
                .contains("counter sluice_node_network_sent_bytes_total")
                .contains("gauge sluice_node_jobs_running [('factory', 'fab'), ('node', 'alpha'), ('runtime', 'mine')]"
                        + " 3.0")
                .contains("('version', '1.2\\\\3\"')");
    }

    private static String python(String script, String argument) throws IOException, InterruptedException {
        Path program = Path.of("/usr/bin/python3");
        assumeThat(Files.isExecutable(program)).as("needs python3").isTrue();
        Process process = new ProcessBuilder(program.toString(), "-c", script, argument)
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exit = process.waitFor();
        assumeThat(said).as("needs Debian's python3-prometheus-client").doesNotContain("ModuleNotFoundError");
        assertThat(exit).as(said).isZero();
        return said;
    }

    @Test
    void G06_a_node_that_takes_another_version_is_upgrading_and_gets_no_job() throws Exception {
        FakeNode alpha = bench.node("fab", "alpha");
        alpha.says(condition(NodeCondition.UPGRADING, "2.0", 1));
        assertThat(state("alpha")).isEqualTo("Upgrading NodeUpgrading machine");
        assertThat(groupState()).isEqualTo("Limited RuntimeNodesUnhealthy");
        bench.clock.advance(Duration.ofSeconds(100));
        assertThat(state("alpha")).isEqualTo("Upgrading NodeUpgrading machine");
        bench.clock.advance(Duration.ofSeconds(30));
        assertThat(state("alpha")).isEqualTo("Offline NodeNotHeard machine");
    }

    private String regenerate(String body) throws Exception {
        return bench.ok("POST", "fab/integrationRuntimes/mine/regenerateAuthKey", body)
                .json()
                .toString();
    }

    @Test
    void G01_a_regenerated_key_cuts_off_only_the_nodes_that_came_in_with_it_and_only_when_asked() throws Exception {
        FakeNode first = bench.node("fab", "alpha");
        String second = bench.ok("POST", "fab/integrationruntimes/mine/listAuthKeys", "")
                .json()
                .get("authKey2")
                .stringValue();
        FakeNode other = FakeNode.register(bench.client, folder, second, "beta", bench.clock);
        assertThat(regenerate("{\"keyName\":\"authKey1\"}")).doesNotContain("nodesCutOff");
        first.heartbeat();
        FakeNode newer = bench.node("fab", "gamma");
        assertThat(regenerate("{\"keyName\":\"authKey1\",\"cutOff\":true}"))
                .contains("alpha", "gamma")
                .doesNotContain("beta");
        other.heartbeat();
        for (FakeNode gone : List.of(first, newer)) {
            var refused = gone.send(Wire.LEASE, new dev.sluice.wire.LeaseRequest(1, 1, 0));
            assertThat(refused.statusCode()).isGreaterThanOrEqualTo(400);
            assertThat(new String(refused.body(), StandardCharsets.UTF_8))
                    .contains("NodeCutOff", "regenerated by", "'mine'");
        }
    }

    @Test
    void S07_a_node_that_was_deleted_in_the_service_is_told_by_whom_and_when() throws Exception {
        FakeNode alpha = bench.node("fab", "alpha");
        bench.ok("DELETE", "fab/integrationRuntimes/mine/nodes/alpha", "");
        var refused = alpha.send(Wire.LEASE, new dev.sluice.wire.LeaseRequest(1, 1, 0));
        assertThat(new String(refused.body(), StandardCharsets.UTF_8))
                .contains("NodeDeleted", "'alpha' was deleted in the service by", "20");
    }

    private void hourPasses() {
        bench.clock.advance(Duration.ofMinutes(61));
        bench.service.chores().round();
    }

    @Test
    void G22_a_node_that_is_offline_for_too_long_is_warned_of_then_expires_and_registers_again() throws Exception {
        FakeNode alpha = bench.node("fab", "alpha");
        FakeNode beta = bench.node("fab", "beta");
        assertThat(alpha.heartbeat().orders().expiryMillis())
                .isEqualTo(Duration.ofDays(90).toMillis());
        String end = node("alpha").get("expiryTime").stringValue();
        bench.clock.advance(Duration.ofDays(75));
        beta.heartbeat();
        assertThat(state("alpha")).isEqualTo("Offline NodeNotHeard machine");
        // Two weeks ahead.
        bench.clock.advance(Duration.ofDays(2));
        beta.heartbeat();
        hourPasses();
        assertThat(state("alpha")).isEqualTo("Offline NodeExpiresSoon machine");
        assertThat(node("alpha").at("/statusReason/message").stringValue()).contains(end.substring(0, 19));
        bench.clock.advance(Duration.ofDays(13));
        hourPasses();
        assertThat(state("alpha")).isEqualTo("Offline NodeExpired service");
        assertThat(state("beta")).isEqualTo("Offline NodeNotHeard machine");
        // The other one comes back, this one may not.
        beta.heartbeat();
        assertThat(state("beta")).isEqualTo("Online");
        var refused = alpha.send(Wire.LEASE, new dev.sluice.wire.LeaseRequest(1, 1, 0));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(new String(refused.body(), StandardCharsets.UTF_8))
                .contains("NodeExpired", "'mine' expired at", "sluice node register", "--node-expiry");
        bench.restart();
        alpha = alpha.at(bench.client);
        assertThat(alpha.send(Wire.LEASE, new dev.sluice.wire.LeaseRequest(1, 1, 0))
                        .statusCode())
                .isEqualTo(401);
        // Under its old name, since that is free now.
        FakeNode again =
                FakeNode.register(bench.client, folder.resolve("again"), bench.key("fab"), "alpha", bench.clock);
        again.heartbeat();
        assertThat(state("alpha")).isEqualTo("Online");
        assertThat(alpha.send(Wire.LEASE, new dev.sluice.wire.LeaseRequest(1, 1, 0))
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void G22_a_node_has_a_day_to_be_heard_after_the_service_itself_was_away() throws Exception {
        FakeNode alpha = bench.node("fab", "alpha");
        bench.restart(Duration.ofDays(200));
        hourPasses();
        assertThat(state("alpha")).isEqualTo("Offline NodeExpiresSoon machine");
        alpha = alpha.at(bench.client);
        alpha.heartbeat();
        assertThat(state("alpha")).isEqualTo("Online");
        hourPasses();
        assertThat(state("alpha")).isEqualTo("Offline NodeNotHeard machine");
    }

    @Test
    void G22_registrations_do_not_expire_where_that_is_switched_off() throws Exception {
        bench.limits = Limits.STANDARD.expiringAfter(Duration.ZERO);
        bench.restart();
        FakeNode alpha = bench.node("fab", "alpha");
        bench.clock.advance(Duration.ofDays(4_000));
        hourPasses();
        assertThat(state("alpha")).isEqualTo("Offline NodeNotHeard machine");
        assertThat(node("alpha").has("expiryTime")).isFalse();
        alpha.heartbeat();
        assertThat(state("alpha")).isEqualTo("Online");
    }

    @Test
    void G21_a_node_that_stood_still_is_shown_with_when_and_why() throws Exception {
        FakeNode alpha = bench.node("fab", "alpha");
        Instant from = bench.clock.instant();
        NodePause slept = new NodePause(NodePause.ASLEEP, from, from.plusSeconds(3_600), 3_600, 2);
        alpha.says(new NodeFacts("1.2.3", 2048, 12, 0, 8, 1, 1, 0, 0, NodeCondition.FINE, List.of(), null, slept));
        JsonNode pause = bench.ok("POST", "fab/integrationRuntimes/mine/monitoringData", "")
                .json()
                .at("/nodes/0/lastPause");
        assertThat(pause.get("kind").stringValue()).isEqualTo("Asleep");
        assertThat(pause.get("seconds").longValue()).isEqualTo(3_600);
        assertThat(pause.get("code").stringValue()).isEqualTo("NodeMachineSlept");
        assertThat(pause.get("message").stringValue()).contains("'alpha' slept from", "(2)");
        assertThat(pause.at("/resolution/0").stringValue()).contains("systemctl mask sleep.target");
    }
}
