package dev.sluice.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.NodePause;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

/// What a node makes of its machine's clocks.
class ClockWatchTest {
    private static final Instant NOON = Instant.parse("2026-01-02T12:00:00Z");

    private final MovedClocks clocks = new MovedClocks(NOON);
    private final ClockWatch watch = new ClockWatch(clocks);

    private NodePause seen() {
        return watch.look(1_000, 2).orElseThrow();
    }

    @Test
    void G21_a_machine_that_slept_is_told_from_a_process_that_was_held_up_and_from_a_clock_that_was_set() {
        clocks.run(1_000);
        assertThat(watch.look(1_000, 2)).isEmpty();
        clocks.run(1_000);
        clocks.sleep(3_600_000);
        assertThat(seen())
                .isEqualTo(new NodePause(NodePause.ASLEEP, NOON.plusSeconds(1), NOON.plusSeconds(3_602), 3_600, 2));
        clocks.run(31_000);
        assertThat(seen())
                .isEqualTo(new NodePause(NodePause.HELD_UP, NOON.plusSeconds(3_602), NOON.plusSeconds(3_633), 30, 2));
        clocks.run(1_000);
        clocks.set(-600_000);
        assertThat(seen().what()).isEqualTo(NodePause.CLOCK_SET);
        clocks.run(1_000);
        clocks.set(600_000);
        assertThat(seen().seconds()).isEqualTo(600);
        // A busy machine and a time service that corrects a little are no news.
        clocks.run(5_000);
        clocks.set(2_000);
        assertThat(watch.look(1_000, 2)).isEmpty();
    }

    @Test
    void the_machines_own_clocks_agree_with_each_other() {
        ClockWatch real = new ClockWatch(Clocks.of(Path.of("/proc"), InstantSource.system()));
        assertThat(real.look(0, 0)).isEmpty();
        assertThat(Clocks.of(Path.of("/nothing"), InstantSource.system()).sinceBootMillis())
                .isCloseTo(System.nanoTime() / 1_000_000, org.assertj.core.data.Offset.offset(60_000L));
    }
}
