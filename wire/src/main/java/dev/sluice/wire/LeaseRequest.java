package dev.sluice.wire;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A node asks for work and waits for it. A newer request of the same node ends the wait of the older one.
///
/// @param freeSlots jobs it can take now; none from a node that is about to stop
/// @param freeMemoryMb memory it can grant to new jobs now
/// @param waitMillis how long the service may hold the request until there is work; 0 answers at once
/// @param holds the jobs it knows of: running, or ended and not yet acknowledged. Whatever else is leased to it was
///     lost on the way: it is offered again at once, or to others when there are no free slots. Null when it does not
///     say
/// @param confirms it begins no job before a heartbeat that mentions the job has been answered; a job that it does not
///     mention soon is taken back. One that it mentioned and does not know of any more is never offered again: its
///     attempt has failed, because the process that mentioned it may have done it before it died. A node that does not
/// say so has a job from the moment that it is offered
public record LeaseRequest(
        int freeSlots,
        long freeMemoryMb,
        long waitMillis,
        @Nullable List<JobRef> holds,
        boolean confirms) {
    public LeaseRequest {
        holds = holds == null ? null : List.copyOf(holds);
    }

    /// From a node that begins a job as soon as it is offered.
    public LeaseRequest(int freeSlots, long freeMemoryMb, long waitMillis, @Nullable List<JobRef> holds) {
        this(freeSlots, freeMemoryMb, waitMillis, holds, false);
    }

    /// From a node that does not say what it holds.
    public LeaseRequest(int freeSlots, long freeMemoryMb, long waitMillis) {
        this(freeSlots, freeMemoryMb, waitMillis, null);
    }
}
