package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.wire.JobRef;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// A node whose jobs fail by its own fault, beside a sound one.
class NodeCircuitTest {
    private static final JobOutcome DIED = new JobOutcome.Failed(ActivityError.of(
            NodeFaults.WORKER_DIED
                    .problem()
                    .evidence("pid", 7)
                    .evidence("exit", "exit code 1")
                    .build(),
            "Copy"));

    @TempDir
    Path folder;

    private Bench bench;
    private FakeNode broken;
    private FakeNode sound;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.factory("fab", "");
        broken = bench.node("fab", "broken");
        sound = bench.node("fab", "sound");
        // Once more, so that both can open its secrets.
        bench.factory("fab", "");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private JobRef given(FakeNode node) throws Exception {
        JobRef job = node.poll(1, 20_000).jobs().getFirst().job();
        node.heartbeat(job);
        return job;
    }

    private void failing(int jobs) throws Exception {
        for (int i = 0; i < jobs; i++) {
            bench.run("fab", "p");
            broken.report(given(broken), DIED);
        }
    }

    private void passed(Duration time) throws Exception {
        bench.clock.advance(time);
        broken.heartbeat();
        sound.heartbeat();
    }

    private JsonNode status() throws Exception {
        return bench.ok("GET", "fab/integrationRuntimes/mine/nodes/broken", "").json();
    }

    private JsonNode circuit() throws Exception {
        return bench.ok("POST", "fab/integrationRuntimes/mine/monitoringData", "")
                .json()
                .path("nodes")
                .valueStream()
                .filter(n -> n.path("nodeName").asString("").equals("broken"))
                .findFirst()
                .orElseThrow()
                .path("circuit");
    }

    private String metric() throws Exception {
        return bench.client
                .get("/metrics")
                .raw()
                .body()
                .lines()
                .filter(line -> line.startsWith("sluice_node_circuit{"))
                .findFirst()
                .orElse("");
    }

    @Test
    void R02_a_node_that_fails_by_its_own_fault_is_set_aside_and_shown_so() throws Exception {
        failing(4);
        assertThat(circuit().path("state").stringValue()).isEqualTo("Closed");
        assertThat(status().path("status").stringValue()).isEqualTo("Online");
        failing(1);
        assertThat(circuit().path("state").stringValue()).isEqualTo("Open");
        assertThat(circuit().path("failures").intValue()).isEqualTo(5);
        assertThat(circuit().path("errorCode").stringValue()).isEqualTo("WorkerProcessDied");
        assertThat(circuit().path("retryAfter").stringValue()).isNotEmpty();
        assertThat(status().path("status").stringValue()).isEqualTo("Limited");
        assertThat(status().at("/statusReason/code").stringValue()).isEqualTo("NodeSetAside");
        assertThat(status().at("/statusReason/hop").stringValue()).isEqualTo("worker");
        assertThat(metric())
                .contains("node=\"broken\"", "code=\"WorkerProcessDied\"")
                .endsWith("} 2");
        String run = bench.run("fab", "p");
        assertThat(broken.poll(1, 0).jobs()).isEmpty();
        sound.succeed(given(sound));
        assertThat(bench.status("fab", run)).isEqualTo("Succeeded");
    }

    @Test
    void R02_one_job_tries_a_node_that_was_set_aside_and_closes_its_circuit_or_makes_the_pause_longer()
            throws Exception {
        failing(5);
        passed(Duration.ofSeconds(10));
        passed(Duration.ofSeconds(6));
        assertThat(circuit().path("state").stringValue()).isEqualTo("HalfOpen");
        bench.run("fab", "p");
        bench.run("fab", "p");
        JobRef probe = given(broken);
        assertThat(broken.poll(1, 0, probe).jobs()).as("one at a time").isEmpty();
        broken.report(probe, DIED);
        passed(Duration.ofSeconds(10));
        passed(Duration.ofSeconds(10));
        assertThat(broken.poll(1, 0).jobs()).as("30 s the second time").isEmpty();
        passed(Duration.ofSeconds(10));
        passed(Duration.ofSeconds(1));
        broken.succeed(given(broken));
        assertThat(circuit().isMissingNode()).isTrue();
        assertThat(status().path("status").stringValue()).isEqualTo("Online");
        bench.run("fab", "p");
        broken.succeed(given(broken));
    }

    @Test
    void a_node_without_a_sound_neighbour_goes_on() throws Exception {
        failing(5);
        bench.clock.advance(Duration.ofSeconds(8));
        broken.heartbeat();
        bench.clock.advance(Duration.ofSeconds(8));
        broken.heartbeat();
        // The neighbour is silent by now; and the pause would be over, but for a failed probe.
        bench.run("fab", "p");
        broken.report(given(broken), DIED);
        assertThat(circuit().path("state").stringValue()).isEqualTo("Open");
        bench.run("fab", "p");
        broken.succeed(given(broken));
        assertThat(circuit().isMissingNode()).isTrue();
    }

    @Test
    void what_fails_by_a_documents_or_a_stores_fault_tells_that_the_node_works() throws Exception {
        JobOutcome missing = new JobOutcome.Failed(ActivityError.of(
                dev.sluice.diagnosis.ConnectionFaults.PORT_REFUSED
                        .problem()
                        .evidence("host", "db")
                        .build(),
                "Copy"));
        failing(4);
        bench.run("fab", "p");
        broken.report(given(broken), missing);
        failing(4);
        assertThat(circuit().path("state").stringValue()).isEqualTo("Closed");
        assertThat(List.of(circuit().path("failures").intValue())).containsExactly(4);
    }
}
