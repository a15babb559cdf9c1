package dev.sluice.wire;

import java.time.Duration;
import java.util.Optional;

/// How much of a copy is done and how long the rest will take, where its source tells its size. It goes on at the pace
/// it has had so far; a source that turns out larger than it said gives none.
///
/// @param percent 0 to 99: only the end is all of it
public record Forecast(int percent, Duration left) {
    private static final int MOST = 99;

    /// Bytes tell more than rows, whose number is often an estimate of the store's statistics.
    ///
    /// @param expectedRows, expectedBytes of the whole source; 0 or less where it does not tell
    /// @param millis since the first data came
    public static Optional<Forecast> of(long rows, long expectedRows, long bytes, long expectedBytes, long millis) {
        return expectedBytes > 0 ? of(bytes, expectedBytes, millis) : of(rows, expectedRows, millis);
    }

    private static Optional<Forecast> of(long done, long all, long millis) {
        if (all <= 0 || done > all) {
            return Optional.empty();
        }
        double part = done / (double) all;
        if (done <= 0 || millis <= 0) {
            return Optional.empty();
        }
        return Optional.of(new Forecast(
                (int) Math.min(MOST, Math.floor(part * 100)),
                Duration.ofMillis(Math.round(millis * (1 - part) / part))));
    }

    /// `45 %, 2 min 10 s left`.
    public String text() {
        long seconds = Math.ceilDiv(left.toMillis(), 1_000L);
        String rest = seconds < 60
                ? seconds + " s"
                : seconds < 3_600
                        ? seconds / 60 + " min " + seconds % 60 + " s"
                        : seconds / 3_600 + " h " + seconds % 3_600 / 60 + " min";
        return percent + " %, " + rest + " left";
    }
}
