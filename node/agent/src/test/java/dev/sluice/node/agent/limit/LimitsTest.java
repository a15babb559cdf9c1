package dev.sluice.node.agent.limit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.testkit.ManualClock;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LimitsTest {
    @TempDir
    Path shared;

    @BeforeEach
    void share() {
        System.setProperty("sluice.limits", shared.toString());
    }

    @AfterEach
    void shareNoMore() {
        System.clearProperty("sluice.limits");
    }

    private static StoreLimits annotated(String annotations) {
        return StoreLimits.of(
                "fac", new JobSpec.Resource("Shop", Json.parseObject("{\"annotations\":" + annotations + "}")));
    }

    private static StoreLimits limits(String name, int connections) {
        return new StoreLimits(name, Optional.of(connections), Optional.empty());
    }

    @Test
    void annotations_say_the_limits_and_others_are_left_alone() {
        StoreLimits limits =
                annotated("[\"team a\",\"Sluice.MaxConnections = 4\",{\"x\":1},\"sluice.maxRowsPerSecond=50000\"]");
        assertThat(limits.connections()).contains(4);
        assertThat(limits.rowsPerSecond()).contains(50_000L);
        assertThat(annotated("[]").connections()).isEmpty();
        for (String wrong : new String[] {"0", "-1", "many", "", "1001"}) {
            assertThatThrownBy(() -> annotated("[\"sluice.maxConnections=" + wrong + "\"]"))
                    .as(wrong)
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("annotations");
        }
    }

    @Test
    void a_job_takes_what_is_free_and_another_waits_until_it_is_given_back() throws Exception {
        Slots first = Slots.take("shop", 3, 2, () -> false);
        assertThat(first.count()).isEqualTo(2);
        Slots second = Slots.take("shop", 3, 2, () -> false);
        assertThat(second.count()).isEqualTo(1);
        CompletableFuture<Slots> third = CompletableFuture.supplyAsync(() -> {
            try {
                return Slots.take("shop", 3, 3, () -> false);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        try (Slots other = Slots.take("other", 3, 3, () -> false)) {
            assertThat(other.count()).isEqualTo(3);
        }
        assertThat(third).isNotDone();
        second.close();
        try (Slots freed = third.join()) {
            assertThat(freed.count()).isEqualTo(1);
        }
        first.close();
    }

    @Test
    void another_process_holds_its_slots_until_it_ends() throws Exception {
        Process holder = new ProcessBuilder(command(Holder.class))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(holder.getInputStream().read()).isEqualTo('h');
            AtomicBoolean cancelled = new AtomicBoolean(true);
            assertThatThrownBy(() -> Slots.take("shop", 1, 1, cancelled::get))
                    .isInstanceOf(CancellationException.class);
            holder.destroyForcibly().waitFor();
            try (Slots mine = Slots.take("shop", 1, 1, () -> false)) {
                assertThat(mine.count()).isEqualTo(1);
            }
        } finally {
            holder.destroyForcibly();
        }
    }

    private List<String> command(Class<?> program) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dsluice.limits=" + shared,
                "-cp",
                System.getProperty("java.class.path"),
                program.getName());
    }

    @Test
    void a_job_that_finds_a_slot_taken_by_its_own_process_does_not_give_it_to_another() throws Exception {
        try (Slots mine = Slots.take("shop", 1, 1, () -> false)) {
            assertThat(mine.count()).isEqualTo(1);
            assertThatThrownBy(() -> Slots.take("shop", 1, 1, () -> true)).isInstanceOf(CancellationException.class);
            Process other = new ProcessBuilder(command(Looker.class))
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            try {
                assertThat(other.getInputStream().read()).isEqualTo('n');
            } finally {
                other.destroyForcibly();
            }
        }
    }

    /// Says whether it can have the only slot at once.
    static final class Looker {
        private Looker() {}

        public static void main(String[] args) throws Exception {
            try (Slots held = Slots.take("shop", 1, 1, () -> true)) {
                System.out.print(held.count());
            } catch (CancellationException none) {
                System.out.print("n");
            }
            System.out.flush();
        }
    }

    /// Takes the only slot and keeps it until it is killed.
    static final class Holder {
        private Holder() {}

        public static void main(String[] args) throws Exception {
            try (Slots held = Slots.take("shop", 1, 1, () -> false)) {
                System.out.print(held.count() == 1 ? "h" : "n");
                System.out.flush();
                Thread.sleep(Duration.ofHours(1));
            }
        }
    }

    @Test
    void rows_of_all_readers_together_keep_the_rate() throws Exception {
        ManualClock clock = new ManualClock();
        try (RowRate one = new RowRate("shop", 1_000, clock);
                RowRate two = new RowRate("shop", 1_000, clock)) {
            assertThat(one.book(500)).isEqualTo(500);
            assertThat(two.book(500)).isEqualTo(1_000);
            clock.advance(Duration.ofMillis(400));
            assertThat(one.book(100)).isEqualTo(700);
            // Time that nobody used is not saved up.
            clock.advance(Duration.ofSeconds(30));
            assertThat(two.book(250)).isEqualTo(250);
            // A clock that was set back delays nobody for long.
            clock.advance(Duration.ofHours(-2));
            assertThat(one.book(100)).isEqualTo(100);
        }
    }

    @Test
    void a_copy_uses_no_more_streams_than_it_was_given() throws Exception {
        StoreLimits from = limits("a", 2);
        StoreLimits to = new StoreLimits("b", Optional.empty(), Optional.empty());
        Endpoint plain = TestEndpoint.source().linkedService("X").build();
        Endpoint files = TestEndpoint.source()
                .linkedService("X")
                .store("type", "SftpReadSettings")
                .store("maxConcurrentConnections", "1")
                .build();
        try (StoreUse use = StoreUse.begin(from, to, 8, new ManualClock(), () -> false)) {
            assertThat(use.limited(plain, from, to).activity().number("maxConcurrentConnections", 1, 99))
                    .contains(2L);
            assertThat(use.limited(files, from, to).storeSettings().number("maxConcurrentConnections", 1, 99))
                    .contains(1L);
            assertThat(use.limited(files, from, to).storeSettings().text("type"))
                    .contains("SftpReadSettings");
            assertThat(use.limited(plain, to, from)).isSameAs(plain);
        }
        try (StoreUse within = StoreUse.begin(from, from, 8, new ManualClock(), () -> false)) {
            assertThat(within.limited(plain, from, from).activity().number("maxConcurrentConnections", 1, 99))
                    .contains(1L);
        }
    }
}
