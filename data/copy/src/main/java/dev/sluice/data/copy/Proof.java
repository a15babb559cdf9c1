package dev.sluice.data.copy;

import dev.sluice.data.spi.Settings;
import java.util.Locale;

/// Which values the manifest of a copy sums up: the activity's `manifest`, a member of ours.
enum Proof {
    /// None: rows and bytes are counted, nothing else.
    COUNTS,
    /// Those handed to the sink. What is not converted on the way is the same memory on both sides, so that one sum
    /// stands for both.
    WRITTEN,
    /// Those that came from the source as well, before anything was done to them; and columns that nothing is done to
    /// must have the same sums on both sides.
    BOTH;

    /// Without the member, what validateDataConsistency needs; with it, never less than it needs.
    static Proof of(Settings activity, boolean consistency) {
        String given = activity.text("manifest").orElse("").toLowerCase(Locale.ROOT);
        return switch (given) {
            case "" -> consistency ? BOTH : WRITTEN;
            case "counts" -> consistency ? WRITTEN : COUNTS;
            case "written" -> WRITTEN;
            case "both" -> BOTH;
            default -> throw activity.wrong("manifest", given, "counts, written or both");
        };
    }
}
