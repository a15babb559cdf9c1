package dev.sluice.service.app.nodes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.secrets.NonceMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Nobody closes a journal here before the next one is opened: a process that is killed does not either.
class NonceJournalTest {
    private static final Instant T0 = Instant.parse("2026-01-01T00:00:00Z");

    @TempDir
    Path folder;

    private NonceMemory memory(Instant now) {
        NonceJournal.Opened opened = NonceJournal.open(folder, now);
        return NonceMemory.kept(opened.kept(), opened.journal());
    }

    private List<Path> files() throws IOException {
        try (var files = Files.list(folder)) {
            return files.sorted().toList();
        }
    }

    @Test
    void a_nonce_is_used_for_every_later_process_as_long_as_a_request_with_it_counts() {
        memory(T0).use("n1", "nonce-1", T0.plusSeconds(300), T0);
        NonceMemory second = memory(T0.plusSeconds(1));
        assertThat(second.use("n1", "nonce-1", T0.plusSeconds(300), T0.plusSeconds(2)))
                .isEqualTo(NonceMemory.Answer.USED);
        assertThat(second.use("n2", "nonce-1", T0.plusSeconds(300), T0.plusSeconds(2)))
                .isEqualTo(NonceMemory.Answer.FRESH);
        NonceMemory third = memory(T0.plusSeconds(3));
        assertThat(third.use("n1", "nonce-1", T0.plusSeconds(300), T0.plusSeconds(4)))
                .isEqualTo(NonceMemory.Answer.USED);
        assertThat(third.use("n2", "nonce-1", T0.plusSeconds(300), T0.plusSeconds(4)))
                .isEqualTo(NonceMemory.Answer.USED);
        assertThat(memory(T0.plusSeconds(301)).size()).isZero();
    }

    @Test
    void a_clock_that_went_back_forgets_nothing() {
        memory(T0).use("n1", "nonce-1", T0.plusSeconds(300), T0);
        NonceMemory earlier = memory(T0.minusSeconds(3_600));
        assertThat(earlier.use("n1", "nonce-1", T0.plusSeconds(300), T0.minusSeconds(3_600)))
                .isEqualTo(NonceMemory.Answer.USED);
    }

    @Test
    void what_was_half_written_when_the_process_ended_costs_only_itself() throws Exception {
        memory(T0).use("n1", "nonce-1", T0.plusSeconds(300), T0);
        Path file = files().getFirst();
        byte[] whole = Files.readAllBytes(file);
        for (int length = 1; length < whole.length; length++) {
            Files.write(file, whole);
            Files.write(file, java.util.Arrays.copyOf(whole, length), StandardOpenOption.APPEND);
            NonceJournal.Opened opened = NonceJournal.open(folder, T0);
            opened.journal().close();
            assertThat(opened.kept()).as("cut after %d bytes", length).hasSize(1);
        }
    }

    @Test
    void the_folder_holds_no_more_than_can_still_be_replayed() throws Exception {
        NonceMemory memory = memory(T0);
        long most = 0;
        for (int i = 0; i < 20_000; i++) {
            Instant now = T0.plusSeconds(i);
            memory.use("n1", "nonce-" + i, now.plusSeconds(300), now);
            most = Math.max(most, i % 500 == 0 ? files().size() : 0);
        }
        assertThat(most).isLessThanOrEqualTo(4);
        long bytes = 0;
        for (Path file : files()) {
            bytes += Files.size(file);
        }
        assertThat(bytes).isLessThan(1_000 * 30L);
        assertThat(memory(T0.plus(Duration.ofSeconds(20_000))).size()).isBetween(299, 301);
    }
}
