package dev.sluice.service.run;

import java.util.Optional;

/// The names of a run's timers: what is due, for which attempt of which activity.
///
/// @param attempt the attempt it belongs to; an old attempt's timer means nothing
/// @param activity the activity's path; empty for the run itself
record TimerName(Purpose purpose, int attempt, String activity) {
    enum Purpose {
        TIMEOUT("timeout", Signal.TIMED_OUT),
        RETRY("retry", Signal.RETRY_DUE),
        WAIT("wait", Signal.WAIT_OVER),
        CANCEL("cancel", Signal.CANCEL_OVERDUE);

        private final String word;
        private final Signal signal;

        Purpose(String word, Signal signal) {
            this.word = word;
            this.signal = signal;
        }

        Signal signal() {
            return signal;
        }
    }

    /// The one timer that belongs to the whole run.
    static final TimerName RUN_CANCEL = new TimerName(Purpose.CANCEL, 0, "");

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
