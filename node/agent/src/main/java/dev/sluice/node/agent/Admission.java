package dev.sluice.node.agent;

import dev.sluice.data.batch.MemoryBudget;

/// How many jobs run at once: no more than the machine's maximum, the service's limit and the memory allow. Each job
/// gets the same grant of the node's memory. Thread-safe.
final class Admission {
    private final int maxJobs;
    private final long grantBytes;
    private final MemoryBudget memory;
    private int limit;
    private int running;

    /// @param maxJobs most jobs this machine should run at once
    /// @param memory of all jobs together
    /// @param grantMb of one
    Admission(int maxJobs, MemoryBudget memory, int grantMb) {
        this.maxJobs = maxJobs;
        this.limit = maxJobs;
        this.memory = memory;
        this.grantBytes = (long) grantMb << 20;
    }

    /// The service's limit from now on; jobs that are running go on.
    synchronized void limit(int jobs) {
        limit = Math.max(0, Math.min(jobs, maxJobs));
        notifyAll();
    }

    synchronized int limit() {
        return limit;
    }

    int maxJobs() {
        return maxJobs;
    }

    synchronized int running() {
        return running;
    }

    synchronized int freeSlots() {
        long byMemory = (memory.limit() - memory.used()) / grantBytes;
        return (int) Math.max(0, Math.min(limit - running, byMemory));
    }

    long freeMemoryMb() {
        return memory.limit() - memory.used() >> 20;
    }

    /// Waits until there is a free slot or the time is over; says whether there is one.
    synchronized boolean awaitFree(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        long left = millis;
        while (freeSlots() == 0 && left > 0) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
        return freeSlots() > 0;
    }

    /// Takes a slot and its memory if one is free.
    synchronized boolean tryAdmit() {
        if (freeSlots() == 0 || !memory.tryReserve(grantBytes)) {
            return false;
        }
        running++;
        return true;
    }

    synchronized void release() {
        running--;
        memory.release(grantBytes);
        notifyAll();
    }
}
