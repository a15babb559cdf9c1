package dev.sluice.service.run;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The table: what an activity in a status does on a signal of its current attempt; `-` is nothing. Signals of other
/// attempts never get here. A report may overtake the start it belongs to, so a queued job may end. While cancelling,
/// a success still counts as one, since the data has been written; anything else counts as cancelled. A container has
/// no retries, so a failure inside it fails it.
final class Transitions {
    private static final String TABLE = """
            signal          | WAITING | QUEUED                 | RUNNING                | PAUSED | SLEEPING | CONTAINING             | CLOSING | CALLING                | EXPECTING     | CANCELING | SUCCEEDED | FAILED | SKIPPED | CANCELLED
            JOB_STARTED     | -       | MARK_RUNNING           | -                      | -      | -        | -                      | -       | -                      | -             | -         | -         | -      | -       | -
            JOB_SUCCEEDED   | -       | SUCCEED                | SUCCEED                | -      | -        | -                      | -       | -                      | -             | SUCCEED   | -         | -      | -       | -
            ASKED           | -       | EXPECT                 | EXPECT                 | -      | -        | -                      | -       | -                      | -             | CANCEL    | -         | -      | -       | -
            ANSWERED        | -       | SUCCEED                | SUCCEED                | -      | -        | -                      | -       | -                      | SUCCEED       | SUCCEED   | -         | -      | -       | -
            ANSWERED_FAILED | -       | FAIL_OR_RETRY          | FAIL_OR_RETRY          | -      | -        | -                      | -       | -                      | FAIL_OR_RETRY | CANCEL    | -         | -      | -       | -
            JOB_FAILED      | -       | FAIL_OR_RETRY          | FAIL_OR_RETRY          | -      | -        | -                      | -       | -                      | -             | CANCEL    | -         | -      | -       | -
            JOB_CANCELLED   | -       | FAIL_OR_RETRY          | FAIL_OR_RETRY          | -      | -        | -                      | -       | -                      | -             | CANCEL    | -         | -      | -       | -
            LEASE_LOST      | -       | FAIL_OR_RETRY_AT_ONCE  | FAIL_OR_RETRY_AT_ONCE  | -      | -        | -                      | -       | -                      | -             | CANCEL    | -         | -      | -       | -
            TIMED_OUT       | -       | STOP_AND_FAIL_OR_RETRY | STOP_AND_FAIL_OR_RETRY | -      | -        | STOP_AND_FAIL_OR_RETRY | -       | STOP_AND_FAIL_OR_RETRY | FAIL_OR_RETRY | CANCEL    | -         | -      | -       | -
            RETRY_DUE       | -       | -                      | -                      | RETRY  | -        | -                      | -       | -                      | -             | -         | -         | -      | -       | -
            WAIT_OVER       | -       | -                      | -                      | -      | SUCCEED  | -                      | -       | -                      | -             | -         | -         | -      | -       | -
            BODY_SUCCEEDED  | -       | -                      | -                      | -      | -        | SUCCEED                | CANCEL  | -                      | -             | -         | -         | -      | -       | -
            BODY_FAILED     | -       | -                      | -                      | -      | -        | FAIL_OR_RETRY          | CANCEL  | -                      | -             | -         | -         | -      | -       | -
            CHILD_SUCCEEDED | -       | -                      | -                      | -      | -        | -                      | -       | SUCCEED                | -             | SUCCEED   | -         | -      | -       | -
            CHILD_FAILED    | -       | -                      | -                      | -      | -        | -                      | -       | FAIL_OR_RETRY          | -             | CANCEL    | -         | -      | -       | -
            CANCEL          | CANCEL  | STOP_AND_CANCEL        | STOP                   | CANCEL | CANCEL   | CLOSE                  | -       | LEAVE                  | CANCEL        | -         | -         | -      | -       | -
            CANCEL_OVERDUE  | -       | -                      | -                      | -      | -        | -                      | -       | -                      | -             | CANCEL    | -         | -      | -       | -
            """;

    private static final Map<ActivityStatus, Map<Signal, Reaction>> REACTIONS = parse();

    private Transitions() {}

    static Reaction reaction(ActivityStatus status, Signal signal) {
        return Objects.requireNonNull(
                Objects.requireNonNull(REACTIONS.get(status)).get(signal));
    }

    /// Reads the table; a cell that is missing or misspelt fails as soon as the class is loaded.
    private static Map<ActivityStatus, Map<Signal, Reaction>> parse() {
        List<List<String>> rows = TABLE.lines().map(Transitions::cells).toList();
        List<String> statuses = rows.getFirst();
        Map<ActivityStatus, Map<Signal, Reaction>> reactions = new EnumMap<>(ActivityStatus.class);
        for (List<String> row : rows.subList(1, rows.size())) {
            Signal signal = Signal.valueOf(row.getFirst());
            for (int i = 1; i < statuses.size(); i++) {
                String cell = row.get(i);
                reactions
                        .computeIfAbsent(ActivityStatus.valueOf(statuses.get(i)), s -> new EnumMap<>(Signal.class))
                        .put(signal, cell.equals("-") ? Reaction.IGNORE : Reaction.valueOf(cell));
            }
        }
        boolean complete = reactions.size() == ActivityStatus.values().length
                && reactions.values().stream().allMatch(m -> m.size() == Signal.values().length);
        if (!complete) {
            throw new IllegalStateException("the table must decide every signal in every status");
        }
        return reactions;
    }

    private static List<String> cells(String line) {
        List<String> cells = new ArrayList<>();
        for (String cell : line.split("\\|", -1)) {
            cells.add(cell.trim());
        }
        return cells;
    }
}
