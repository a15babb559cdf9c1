package dev.sluice.node.agent;

import java.time.Instant;

/// The clocks of a machine that sleeps when a test wants it. They begin as the real ones and go on by themselves only
/// as far as [#following] says.
final class MovedClocks implements Clocks {
    private final boolean following;
    private final Instant start;
    private final long begin = System.nanoTime();
    private long ran;
    private long slept;
    private long set;

    /// Clocks that stand until they are moved.
    MovedClocks(Instant start) {
        this(start, false);
    }

    /// @param following whether they go on with the real time as well
    MovedClocks(Instant start, boolean following) {
        this.start = start;
        this.following = following;
    }

    synchronized void run(long millis) {
        ran += millis;
    }

    synchronized void sleep(long millis) {
        slept += millis;
    }

    synchronized void set(long millis) {
        set += millis;
    }

    @Override
    public synchronized long nanos() {
        return (following ? System.nanoTime() : begin) + ran * 1_000_000;
    }

    @Override
    public synchronized long sinceBootMillis() {
        return nanos() / 1_000_000 + slept;
    }

    @Override
    public synchronized Instant wall() {
        return start.plusMillis((nanos() - begin) / 1_000_000 + slept + set);
    }
}
