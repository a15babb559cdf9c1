package dev.sluice.node.agent;

import dev.sluice.wire.NodeOrders;

/// The newest orders of the service. Thread-safe.
final class Orders {
    /// Until the service has said something: the times are those a service of our own gives.
    static final long DEFAULT_LEASE_MILLIS = 12_000;

    static final long DEFAULT_HEARTBEAT_MILLIS = 3_000;
    private static final long MIN_HEARTBEAT_MILLIS = 50;

    private boolean drain;
    private boolean held;
    private long leaseMillis = DEFAULT_LEASE_MILLIS;
    private long heartbeatMillis = DEFAULT_HEARTBEAT_MILLIS;
    private long expiryMillis;

    synchronized void take(NodeOrders orders) {
        drain = orders.drain();
        leaseMillis = orders.leaseMillis() > 0 ? orders.leaseMillis() : DEFAULT_LEASE_MILLIS;
        long beat = orders.heartbeatMillis() > 0 ? orders.heartbeatMillis() : DEFAULT_HEARTBEAT_MILLIS;
        heartbeatMillis = Math.max(MIN_HEARTBEAT_MILLIS, Math.min(beat, leaseMillis / 3));
        expiryMillis = Math.max(0, orders.expiryMillis());
        notifyAll();
    }

    /// How long the node may be silent until it has to be registered again; 0 for ever.
    synchronized long expiryMillis() {
        return expiryMillis;
    }

    synchronized boolean drain() {
        return drain;
    }

    synchronized long leaseMillis() {
        return leaseMillis;
    }

    synchronized long heartbeatMillis() {
        return heartbeatMillis;
    }

    /// Takes no new jobs, whatever the service says, or again as it says.
    synchronized void hold(boolean now) {
        held = now;
        notifyAll();
    }

    /// Waits while no new jobs are to be taken.
    synchronized void awaitNoDrain() throws InterruptedException {
        while (drain || held) {
            wait();
        }
    }
}
