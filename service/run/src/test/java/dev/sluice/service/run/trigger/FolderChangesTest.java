package dev.sluice.service.run.trigger;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.job.FolderDigest;
import dev.sluice.model.job.FolderListing.Entry;
import dev.sluice.service.run.trigger.FolderChanges.Known;
import dev.sluice.service.run.trigger.FolderChanges.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FolderChangesTest {
    private static final Instant BEGAN = Instant.parse("2026-05-01T12:00:00.700Z");
    private static final Instant NOW = BEGAN.plusSeconds(60);
    private static final Duration SETTLE = Duration.ofSeconds(5);

    private static FolderChanges rules(boolean first, boolean whole) {
        return new FolderChanges(NOW, BEGAN, first, whole, SETTLE);
    }

    private static Known known(String settled, String seen, int secondsAgo) {
        return new Known("in/a", settled, seen, NOW.minusSeconds(secondsAgo));
    }

    private static Entry entry(String version, Instant modified) {
        return new Entry("in/a", 3, modified, version);
    }

    /// What is known of a file (settled version, another one seen, seconds since then; `-` for none) and what is there
    /// (its version and when it was written, in seconds from the trigger's start).
    @ParameterizedTest
    @CsvSource({
        // first listing | whole | settled | seen | since | version | written | known then | event
        "true,  true,  -,  -,  0, v1, -10, v1/-,  -",
        "true,  true,  -,  -,  0, v1, 10,  v1/-,  CREATED",
        "true,  true,  -,  -,  0, v1, 0,   v1/-,  CREATED",
        "true,  false, -,  -,  0, v1, -10, v1/-,  -",
        "true,  false, -,  -,  0, v1, 10,  -/v1,  -",
        "true,  false, -,  v1, 9, v1, 10,  v1/-,  CREATED",
        // A file of old that is still being written.
        "true,  false, v1, -,  0, v2, 10,  v1/v2, -",
        "false, true,  -,  -,  0, v1, -10, v1/-,  CREATED",
        "false, false, -,  -,  0, v1, -10, -/v1,  -",
        "false, false, -,  v1, 4, v1, 10,  -/v1,  -",
        "false, false, -,  v1, 5, v1, 10,  v1/-,  CREATED",
        "false, false, -,  v1, 9, v2, 10,  -/v2,  -",
        // A clock that jumped back.
        "false, false, -,  v1, -9, v1, 10, -/v1,  -",
        "false, true,  v1, -,  0, v1, 10,  v1/-,  -",
        "false, true,  v1, -,  0, v2, 10,  v2/-,  CREATED",
        "false, false, v1, -,  0, v2, 10,  v1/v2, -",
        "false, false, v1, v2, 9, v2, 10,  v2/-,  CREATED",
        // Written again and put back.
        "false, false, v1, v2, 9, v1, 10,  v1/-,  -",
        "false, true,  v1, -,  0, -,  10,  gone,  DELETED",
        "false, false, v1, v2, 9, -,  10,  gone,  DELETED",
        "false, false, -,  v1, 9, -,  10,  gone,  -",
        "true,  true,  v1, -,  0, -,  10,  gone,  DELETED",
    })
    void what_follows_for_one_file(
            boolean first,
            boolean whole,
            String settled,
            String seen,
            int since,
            String version,
            int written,
            String then,
            String event) {
        boolean wasThere = !settled.equals("-") || !seen.equals("-");
        Known before = known(settled.replace("-", ""), seen.replace("-", ""), since);
        List<Entry> there = version.equals("-") ? List.of() : List.of(entry(version, BEGAN.plusSeconds(written)));
        Outcome outcome = rules(first, whole).of(wasThere ? List.of(before) : List.of(), there);
        if (then.equals("gone")) {
            assertThat(outcome.gone()).containsExactly("in/a");
        } else {
            Known after =
                    outcome.changed().isEmpty() ? before : outcome.changed().getFirst();
            assertThat((after.settled().isEmpty() ? "-" : after.settled()) + "/"
                            + (after.seen().isEmpty() ? "-" : after.seen()))
                    .isEqualTo(then);
        }
        assertThat(outcome.changes().stream()
                        .map(c -> c.event().name())
                        .findFirst()
                        .orElse("-"))
                .isEqualTo(event);
    }

    @Test
    void a_bucket_in_which_all_has_settled_need_not_be_told_again_and_any_other_must() {
        Entry a = entry("v1", NOW);
        Entry b = new Entry("in/b", 1, NOW, "v7");
        String told = new FolderDigest().add("in/b", "v7").add("in/a", "v1").text();
        assertThat(rules(false, true).of(List.of(), List.of(a, b)).digest()).isEqualTo(told);
        assertThat(rules(false, false).of(List.of(), List.of(a, b)).digest()).isNotEqualTo(told);
        assertThat(rules(false, true).of(List.of(known("v1", "", 0)), List.of()).digest())
                .isEmpty();
    }

    @Test
    void nothing_is_written_for_what_is_as_it_was() {
        Outcome outcome = rules(false, true).of(List.of(known("v1", "", 0)), List.of(entry("v1", NOW)));
        assertThat(outcome.changed()).isEmpty();
        assertThat(outcome.gone()).isEmpty();
        assertThat(outcome.changes()).isEmpty();
    }
}
