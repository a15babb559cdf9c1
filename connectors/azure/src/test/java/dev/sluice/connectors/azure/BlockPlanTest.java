package dev.sluice.connectors.azure;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BlockPlanTest {
    @Test
    void fifty_thousand_blocks_hold_more_than_any_disk() {
        BlockPlan plan = new BlockPlan(8 << 20, "attempt", 1);
        long all = 0;
        for (int block = 0; block < BlockPlan.MOST_BLOCKS; block++) {
            int size = plan.size(block);
            assertThat(size).isBetween(8 << 20, 2_000 << 20);
            all += size;
        }
        assertThat(all).isGreaterThan(28L << 40);
        assertThat(plan.size(4_999)).isEqualTo(8 << 20);
        assertThat(plan.size(5_000)).isEqualTo(16 << 20);
    }

    @Test
    void block_names_have_one_length_and_differ_between_writers_and_attempts() {
        String one = new BlockPlan(4 << 20, "attempt", 1).id(0);
        assertThat(one).hasSize(48);
        assertThat(new BlockPlan(4 << 20, "attempt", 1).id(49_999)).hasSize(48).isNotEqualTo(one);
        assertThat(new BlockPlan(4 << 20, "attempt", 2).id(0)).hasSize(48).isNotEqualTo(one);
        assertThat(new BlockPlan(4 << 20, "another", 1).id(0)).hasSize(48).isNotEqualTo(one);
    }
}
