package dev.sluice.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// A thousand nodes that lose their service at the same moment, in virtual time: each waits as a real node does.
class HerdTest {
    private static final int NODES = 1_000;
    private static final long FIRST = 250;
    private static final long LONGEST = 15_000;

    /// A try of a node.
    private record Try(long at, int node) implements Comparable<Try> {
        @Override
        public int compareTo(Try other) {
            return Long.compare(at, other.at);
        }
    }

    /// What the service saw.
    ///
    /// @param perSecond tries that came in each second
    /// @param back when the last node had its answer
    private record Seen(List<Integer> perSecond, long back) {
        int most(long from, long to) {
            return perSecond.subList((int) (from / 1_000), (int) Math.min(perSecond.size(), to / 1_000 + 1)).stream()
                    .mapToInt(Integer::intValue)
                    .max()
                    .orElse(0);
        }
    }

    /// @param outageMillis how long nobody gets an answer
    private static Seen play(long outageMillis, long seed) {
        List<Backoff> backoffs = new ArrayList<>();
        PriorityQueue<Try> tries = new PriorityQueue<>();
        for (int n = 0; n < NODES; n++) {
            backoffs.add(new Backoff(FIRST, LONGEST, new Random(seed * NODES + n)));
            tries.add(new Try(0, n));
        }
        List<Integer> perSecond = new ArrayList<>();
        Set<Integer> waiting = new HashSet<>();
        for (int n = 0; n < NODES; n++) {
            waiting.add(n);
        }
        long now = 0;
        while (!waiting.isEmpty()) {
            Try next = tries.remove();
            now = next.at();
            while (perSecond.size() <= now / 1_000) {
                perSecond.add(0);
            }
            int second = (int) (now / 1_000);
            perSecond.set(second, perSecond.get(second) + 1);
            if (now < outageMillis) {
                tries.add(new Try(now + backoffs.get(next.node()).nextMillis(), next.node()));
            } else {
                backoffs.get(next.node()).reset();
                waiting.remove(next.node());
            }
        }
        return new Seen(perSecond, now);
    }

    @Test
    void R01_a_thousand_nodes_that_come_back_make_no_storm() {
        for (long seed = 1; seed <= 20; seed++) {
            long outage = 600_000;
            Seen seen = play(outage, seed);

            assertThat(seen.most(outage, outage + 60_000))
                    .as("tries in the busiest second after the outage, of %s nodes; seed %s", NODES, seed)
                    .isLessThan(NODES / 4);
            assertThat(seen.most(60_000, outage))
                    .as("tries in the busiest second of the outage; seed %s", seed)
                    .isLessThan(NODES / 4);
            assertThat(seen.back() - outage).as("the last one is back").isLessThanOrEqualTo(LONGEST);
        }
    }

    @Test
    void R01_after_a_short_break_most_are_back_within_seconds_and_all_within_the_longest_wait() {
        Seen seen = play(1_000, 7);

        assertThat(seen.perSecond().stream().skip(4).mapToInt(Integer::intValue).sum())
                .as("nodes that come back later than three seconds after the break")
                .isLessThan(NODES / 10);
        assertThat(seen.back()).isLessThanOrEqualTo(1_000 + LONGEST);
    }

    @Test
    void G17_a_partition_of_twelve_hours_needs_nobody_to_start_anything_again() {
        long outage = 12 * 3_600_000L;
        Seen seen = play(outage, 3);

        assertThat(seen.back() - outage).isLessThanOrEqualTo(LONGEST);
        assertThat(seen.perSecond().stream().mapToLong(Integer::longValue).sum() / NODES)
                .as("tries of a node in twelve hours")
                .isLessThan(12 * 3_600 / 7);
    }

    @Test
    void R01_a_service_that_answers_every_other_time_is_not_asked_at_full_speed() {
        Backoff backoff = new Backoff(FIRST, LONGEST, new Random(1));
        long waited = 0;
        for (int i = 0; i < 100; i++) {
            waited += backoff.nextMillis();
            waited += backoff.nextMillis();
            backoff.reset();
        }

        assertThat(waited / 200).as("mean wait, once the budget is spent").isGreaterThan(LONGEST / 4);
    }
}
