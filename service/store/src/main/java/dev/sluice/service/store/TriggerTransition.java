package dev.sluice.service.store;

import dev.sluice.model.run.TriggerRun;
import dev.sluice.model.run.TriggerWindow;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// One step of one trigger, written whole or not at all: where it stands, what it fired for, and the pipeline runs that
/// it starts. So no firing is lost, and none starts its runs twice.
///
/// @param etag the document that it was decided on; null when it does not matter
/// @param expectedVersion of the state that it was decided on; 0 when there was none
/// @param due when it wants to be looked at again; null for never
/// @param fires firings for something that may have been fired for before; those that were are passed over
/// @param windows written with their trigger runs
/// @param records other trigger runs that change
/// @param starts pipeline runs for windows and for records
/// @param tellDependents whether triggers that depend on this one are to look again
/// @param watch what a trigger that watches a folder writes besides
public record TriggerTransition(
        String factory,
        String trigger,
        @Nullable String etag,
        long expectedVersion,
        boolean started,
        ObjectNode state,
        @Nullable Instant due,
        List<Fire> fires,
        List<TriggerWindow> windows,
        List<Record> records,
        List<RunTransition> starts,
        boolean tellDependents,
        WatchStep watch,
        Instant now) {
    public TriggerTransition {
        fires = List.copyOf(fires);
        windows = List.copyOf(windows);
        records = List.copyOf(records);
        starts = List.copyOf(starts);
    }

    /// A trigger run to be kept.
    ///
    /// @param context what expressions read as `trigger()`; kept for a rerun
    public record Record(TriggerRun run, ObjectNode context) {}

    /// A firing.
    ///
    /// @param occurrence what it is for: a time or an event's id; unique within the trigger
    public record Fire(String occurrence, Record record, List<RunTransition> starts) {
        public Fire {
            starts = List.copyOf(starts);
        }
    }

    /// What became of it.
    public sealed interface Result {
        /// @param fired the occurrences that had not been fired for before
        record Applied(Set<String> fired) implements Result {
            public Applied {
                fired = Set.copyOf(fired);
            }
        }

        /// The trigger or its document has moved on: load it and decide again.
        record Stale() implements Result {}

        /// The job is not held as the ending says: another attempt, another node, already ended.
        record NotHeld() implements Result {}
    }
}
