package dev.sluice.node.agent;

import dev.sluice.wire.NodePause;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Sees by the machine's clocks that the node stood still. One thread looks, about every second.
final class ClockWatch {
    /// Less is no news: a busy machine or a time service that corrects a little.
    static final long LEAST_MILLIS = 5_000;

    private final Clocks clocks;
    private long nanos;
    private long boot;
    private Instant wall;

    ClockWatch(Clocks clocks) {
        this.clocks = clocks;
        nanos = clocks.nanos();
        boot = clocks.sinceBootMillis();
        wall = clocks.wall();
    }

    /// Looks at the clocks.
    ///
    /// @param expectedMillis how long after the look before this one was meant to be
    /// @param jobs that the node has
    Optional<NodePause> look(long expectedMillis, int jobs) {
        long nowNanos = clocks.nanos();
        long nowBoot = clocks.sinceBootMillis();
        Instant nowWall = clocks.wall();
        long ran = (nowNanos - nanos) / 1_000_000;
        long asleep = nowBoot - boot - ran;
        long held = ran - expectedMillis;
        long set = Duration.between(wall, nowWall).toMillis() - (nowBoot - boot);
        Optional<NodePause> pause = Optional.empty();
        if (asleep >= LEAST_MILLIS) {
            pause = Optional.of(new NodePause(NodePause.ASLEEP, wall, nowWall, asleep / 1_000, jobs));
        } else if (held >= LEAST_MILLIS) {
            pause = Optional.of(new NodePause(NodePause.HELD_UP, wall, nowWall, held / 1_000, jobs));
        } else if (Math.abs(set) >= LEAST_MILLIS) {
            pause = Optional.of(new NodePause(NodePause.CLOCK_SET, wall, nowWall, set / 1_000, jobs));
        }
        nanos = nowNanos;
        boot = nowBoot;
        wall = nowWall;
        return pause;
    }
}
