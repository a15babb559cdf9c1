package dev.sluice.service.app.http;

import java.time.Duration;
import java.time.Instant;

/// How much of a quota was used in the last minute: requests taken and refused, in percent of what the quota allows in
/// a minute. Between two minutes the one before counts as far as it lies within the last sixty seconds.
///
/// @param minute the current one
/// @param count requests in it
/// @param before requests in the one before
record Utilisation(Instant minute, long count, long before) {
    static final int MINUTE = 60;

    /// From how much on somebody should look.
    enum Alert {
        NONE("None", 0),
        WARNING("Warning", 70),
        CRITICAL("Critical", 90);

        private final String word;
        private final int percent;

        Alert(String word, int percent) {
            this.word = word;
            this.percent = percent;
        }

        String word() {
            return word;
        }

        int percent() {
            return percent;
        }

        static Alert of(int used) {
            return used >= CRITICAL.percent ? CRITICAL : used >= WARNING.percent ? WARNING : NONE;
        }
    }

    static Utilisation begin(Instant now) {
        return new Utilisation(start(now), 0, 0);
    }

    Utilisation more(Instant now) {
        Utilisation at = at(now);
        return new Utilisation(at.minute, at.count + 1, at.before);
    }

    private Utilisation at(Instant now) {
        long minutes = Duration.between(minute, start(now)).toMinutes();
        // After a clock that jumped back it begins anew.
        return minutes == 0 ? this : new Utilisation(start(now), 0, minutes == 1 ? count : 0);
    }

    /// Requests in the last sixty seconds, about.
    long used(Instant now) {
        Utilisation at = at(now);
        double passed = Duration.between(at.minute, now).toMillis() / 1e3;
        return at.count + Math.round(at.before * Math.max(0, 1 - passed / MINUTE));
    }

    /// At most 100, although a burst may be more.
    int percent(Instant now, Quota quota) {
        return (int) Math.min(100, used(now) * 100 / ((long) MINUTE * quota.perSecond()));
    }

    private static Instant start(Instant now) {
        return Instant.ofEpochSecond(Math.floorDiv(now.getEpochSecond(), MINUTE) * MINUTE);
    }
}
