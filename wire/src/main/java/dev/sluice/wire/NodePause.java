package dev.sluice.wire;

import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.NodeStateFaults;
import dev.sluice.diagnosis.Problem;
import java.time.Instant;

/// A while in which a node did nothing, or after which its clock showed something else.
///
/// @param what one of the words below
/// @param from the machine's time before; `to` the machine's time after
/// @param seconds how long the node stood still; of a clock that was set, by how much it goes forward, less than 0
///     back
/// @param jobs that the node had at that time
public record NodePause(String what, Instant from, Instant to, long seconds, int jobs) {
    /// The machine slept or hibernated.
    public static final String ASLEEP = "Asleep";

    /// The machine went on, the node's process did not: stopped by a signal, frozen with its container, starved.
    public static final String HELD_UP = "HeldUp";

    /// The node went on, the machine's clock was set; likewise when a virtual machine was paused with all its clocks.
    public static final String CLOCK_SET = "ClockSet";

    @SuppressWarnings("NullAway") // absent from a message that lacks them
    public NodePause {
        what = what == null ? HELD_UP : what;
        from = from == null ? Instant.EPOCH : from;
        to = to == null ? from : to;
    }

    /// It with its code, its cause and what to do; an unknown word, of a newer node, counts as [#HELD_UP].
    ///
    /// @param node its name
    public Problem problem(String node) {
        Fault fault = switch (what) {
            case ASLEEP -> NodeStateFaults.SLEPT;
            case CLOCK_SET -> NodeStateFaults.CLOCK_SET;
            default -> NodeStateFaults.HELD_UP;
        };
        return fault.problem()
                .evidence("node", node)
                .evidence("from", from)
                .evidence("to", to)
                .evidence("seconds", seconds)
                .evidence("jobs", jobs)
                .build();
    }
}
