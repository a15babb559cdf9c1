package dev.sluice.node.agent;

/// When the next heartbeat is due: after its pause, or as soon as there is something to say. Thread-safe.
final class Pulse {
    private boolean asked;

    /// Wants a heartbeat now; while one is under way, another one after it.
    synchronized void now() {
        asked = true;
        notifyAll();
    }

    /// Waits until one is wanted or the pause is over.
    synchronized void await(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        long left = millis;
        while (!asked && left > 0) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
        asked = false;
    }
}
