package dev.sluice.service.app.nodes;

import dev.sluice.service.app.runs.Lane;
import dev.sluice.service.store.QueuedJob;
import java.util.function.Predicate;

/// Leaves the last free slot of a node to jobs that are not bulk, so that one of them never waits for a bulk
/// copy to end. For one request for work; a job that passes is taken.
final class BulkLane implements Predicate<QueuedJob> {
    private final int limit;
    private int free;

    /// @param limit most jobs at once on the node
    /// @param free slots now
    BulkLane(int limit, int free) {
        this.limit = limit;
        this.free = free;
    }

    @Override
    public boolean test(QueuedJob job) {
        if (limit > 1 && free <= 1 && Lane.of(job.priority()) == Lane.BULK) {
            return false;
        }
        free--;
        return true;
    }
}
