package dev.sluice.service.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.diagnosis.UpdateFaults;
import dev.sluice.service.app.nodes.Rollout.Candidate;
import dev.sluice.service.store.UpdatePlans;
import dev.sluice.wire.NodeUpdate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Whose turn it is to take a version (G13).
class RolloutTest {
    private static final Instant AT = Instant.parse("2026-01-01T00:00:00Z");

    private static Candidate node(String name, String version) {
        return new Candidate(name, name, version, true, true, false, name.equals("a"), null);
    }

    private static Candidate said(String name, String version, String phase, String code) {
        NodeUpdate update = new NodeUpdate("2.0", phase, code, "", AT, AT);
        return new Candidate(name, name, version, true, true, false, name.equals("a"), update);
    }

    private static String next(Candidate... nodes) {
        return Rollout.step("2.0", List.of(nodes)).next().map(Candidate::name).orElse("");
    }

    @Test
    void the_dispatcher_goes_last_and_one_after_the_other() {
        assertThat(next(node("a", "1.9"), node("b", "1.9"), node("c", "1.9"))).isEqualTo("b");
        assertThat(next(node("a", "1.9"), said("b", "1.9", "Preparing", ""), node("c", "1.9")))
                .isEqualTo("b");
        assertThat(next(node("a", "1.9"), node("b", "2.0"), node("c", "1.9"))).isEqualTo("c");
        assertThat(next(node("a", "1.9"), node("b", "2.0"), node("c", "2.0"))).isEqualTo("a");
        assertThat(next(node("a", "2.0"), node("b", "2.0"), node("c", "2.0"))).isEmpty();
    }

    @Test
    void a_version_that_failed_on_one_goes_to_none() {
        Rollout.Step step = Rollout.step(
                "2.0",
                List.of(
                        node("a", "1.9"),
                        said("b", "1.9", "Failed", UpdateFaults.ROLLED_BACK.code()),
                        node("c", "1.9")));
        assertThat(step.next()).isEmpty();
        assertThat(step.halted()).map(Candidate::name).contains("b");
    }

    @Test
    void what_was_only_cut_short_is_tried_again_and_who_wants_none_is_passed_over() {
        assertThat(next(node("a", "1.9"), said("b", "1.9", "Failed", UpdateFaults.INTERRUPTED.code())))
                .isEqualTo("b");
        assertThat(next(node("a", "1.9"), said("b", "1.9", "Failed", UpdateFaults.OFF.code())))
                .isEqualTo("a");
    }

    @Test
    void nobody_follows_while_one_on_the_new_version_does_not_work() {
        Candidate sick = new Candidate("b", "b", "2.0", true, false, false, false, null);
        assertThat(next(node("a", "1.9"), sick, node("c", "1.9"))).isEmpty();
    }

    @Test
    void a_version_is_due_at_the_time_of_day_after_it_came() {
        UpdateShelf.Item item = new UpdateShelf.Item("2.0", 1, "", Instant.parse("2026-01-01T05:00:00Z"));
        assertThat(Rollouts.dueAt(new UpdatePlans.Plan(true, "PT3H", "", Instant.EPOCH), item))
                .isEqualTo("2026-01-02T03:00:00Z");
        assertThat(Rollouts.dueAt(new UpdatePlans.Plan(true, "PT23H", "", Instant.EPOCH), item))
                .isEqualTo("2026-01-01T23:00:00Z");
        assertThat(Rollouts.dueAt(new UpdatePlans.Plan(true, "", "", Instant.EPOCH), item))
                .isEqualTo(item.since());
        Instant later = Instant.parse("2026-02-01T00:00:00Z");
        assertThat(Rollouts.dueAt(new UpdatePlans.Plan(false, "PT3H", "2.0", later), item))
                .isEqualTo(later);
    }
}
