package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.job.JobOutcome;
import dev.sluice.wire.JobOffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Lanes of an integration runtime (`lane:critical`, `lane:bulk` as annotations of pipelines): a flood in one does not
/// hold up the others.
class LanesTest {
    private static final int FLOOD = 40;

    @TempDir
    Path folder;

    Bench bench;
    FakeNode node;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.factory("fab", "");
        node = bench.node("fab", "alpha");
        bench.factory("fab", "");
        bench.pipeline("fab", "bulk", "", "\"annotations\":[\"nightly\",\"Lane:Bulk\"],");
        bench.pipeline("fab", "critical", "", "\"annotations\":[\"lane:critical\"],");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private List<String> started(String pipeline, int count) throws Exception {
        List<String> runs = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            runs.add(bench.run("fab", pipeline));
        }
        return runs;
    }

    private List<JobOffer> leased(int slots) throws Exception {
        return node.lease(slots, 0).jobs();
    }

    private static List<String> runs(List<JobOffer> jobs) {
        return jobs.stream()
                .map(job -> job.spec()
                        .path("pipelineRunId")
                        .asString(job.spec().path("runId").asString()))
                .toList();
    }

    private void end(JobOffer job) throws Exception {
        node.report(job.job(), new JobOutcome.Succeeded(dev.sluice.model.Json.object()));
    }

    /// The node has eight slots: bulk gets seven of them, however many wait.
    @Test
    void R03_a_flood_of_bulk_copies_leaves_a_slot_to_the_others_and_critical_goes_before_all() throws Exception {
        List<String> bulk = started("bulk", FLOOD);
        List<JobOffer> first = leased(8);
        assertThat(runs(first)).as("the last slot stays free").isEqualTo(bulk.subList(0, 7));
        assertThat(leased(1)).isEmpty();

        List<String> normal = started("p", 2);
        List<String> critical = started("critical", 1);
        List<JobOffer> urgent = leased(1);
        assertThat(runs(urgent)).as("critical came last and goes first").isEqualTo(critical);
        end(urgent.getFirst());
        List<JobOffer> next = leased(1);
        assertThat(runs(next)).isEqualTo(normal.subList(0, 1));

        // A slot that a bulk copy has left goes to who waits in a better lane, and then it is bulk's turn again.
        end(first.getFirst());
        end(next.getFirst());
        assertThat(runs(leased(2))).containsExactly(normal.get(1));
        assertThat(runs(leased(1))).as("the last slot again").isEmpty();
        end(first.get(1));
        assertThat(runs(leased(2))).containsExactly(bulk.get(7));
    }

    /// Everything is done in the end: no lane starves.
    @Test
    void R03_all_lanes_come_to_an_end() throws Exception {
        List<String> all = new ArrayList<>(started("bulk", 5));
        all.addAll(started("critical", 5));
        all.addAll(started("p", 5));
        List<String> order = new ArrayList<>();
        for (List<JobOffer> jobs = leased(2); !jobs.isEmpty(); jobs = leased(2)) {
            order.addAll(runs(jobs));
            for (JobOffer job : jobs) {
                end(job);
            }
        }
        assertThat(order).containsExactlyInAnyOrderElementsOf(all);
        assertThat(order.subList(0, 5)).containsExactlyElementsOf(all.subList(5, 10));
        for (String run : all) {
            assertThat(bench.status("fab", run)).isEqualTo("Succeeded");
        }
    }
}
