package dev.sluice.service.run;

import java.util.Optional;

/// The names of a run's timers: what is due, for which attempt of which activity.
///
/// @param attempt the attempt it belongs to; an old attempt's timer means nothing
/// @param activity the activity's path; empty for the run itself
record TimerName(Purpose purpose, int attempt, String activity) {
    enum Purpose {
        TIMEOUT("timeout"),
        RETRY("retry"),
        WAIT("wait"),
        CANCEL("cancel"),
        /// More can be done at once than one decision takes.
        GO("go");

        private final String word;

        Purpose(String word) {
            this.word = word;
        }
    }

    /// The nodes' time to answer the run's cancellation.
    static final TimerName RUN_CANCEL = new TimerName(Purpose.CANCEL, 0, "");

    /// The run's next decision.
    static final TimerName RUN_GO = new TimerName(Purpose.GO, 0, "");

    String text() {
        return purpose.word + ":" + attempt + ":" + activity;
    }

    /// The parts of a name that [#text()] made; empty for any other text.
    static Optional<TimerName> parse(String text) {
        String[] parts = text.split(":", 3);
        if (parts.length != 3 || !parts[1].matches("\\d{1,9}")) {
            return Optional.empty();
        }
        for (Purpose purpose : Purpose.values()) {
            if (purpose.word.equals(parts[0])) {
                return Optional.of(new TimerName(purpose, Integer.parseInt(parts[1]), parts[2]));
            }
        }
        return Optional.empty();
    }
}
