package dev.sluice.connectors.http;

import dev.sluice.connectors.http.HttpLine.Answer;
import dev.sluice.connectors.http.HttpLine.Question;
import dev.sluice.data.spi.JobContext;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/// Requests that are sent again: when the service is busy, as late as it says, and, where that does no harm, after a
/// lost connection.
final class Repeats {
    private static final Set<Integer> BUSY = Set.of(408, 429, 502, 503, 504);
    private static final int MOST_TRIES = 10;
    private static final long LONGEST_PAUSE_SECONDS = 300;

    private Repeats() {}

    /// Whether an answer says that the service is busy, although it is a success on the outside.
    interface Busy {
        boolean in(Answer answer);
    }

    /// @param harmless whether the request may have been followed before
    static Answer ask(HttpLine line, Question question, Duration timeout, JobContext job, boolean harmless, Busy busy)
            throws IOException {
        for (int tries = 1; ; tries++) {
            boolean last = tries >= MOST_TRIES || job.cancelled();
            long pause = Math.min(1L << Math.min(tries, 5), LONGEST_PAUSE_SECONDS);
            try {
                Answer answer = line.ask(question, timeout);
                boolean again = harmless ? BUSY.contains(answer.status()) : answer.status() == 429;
                if (last || !again && !busy.in(answer)) {
                    return answer;
                }
                String told = answer.headers().firstValue("Retry-After").orElse("");
                pause = told.matches("\\d{1,6}") ? Math.min(Long.parseLong(told), LONGEST_PAUSE_SECONDS) : pause;
            } catch (ProblemException e) {
                if (last || !harmless || e.problem().fault() != ConnectionFaults.CONNECTION_LOST) {
                    throw e;
                }
            }
            line.pause(Duration.ofSeconds(pause));
        }
    }
}
