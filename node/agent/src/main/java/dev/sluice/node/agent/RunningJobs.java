package dev.sluice.node.agent;

import dev.sluice.wire.JobRef;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The jobs this node has taken and not yet ended. Thread-safe.
final class RunningJobs {
    private final Map<JobRef, JobExecution> jobs = new LinkedHashMap<>();

    /// Adds a job unless it is there.
    synchronized boolean add(JobExecution job) {
        return jobs.putIfAbsent(job.job(), job) == null;
    }

    synchronized void remove(JobRef job) {
        jobs.remove(job);
        notifyAll();
    }

    synchronized @Nullable JobExecution get(JobRef job) {
        return jobs.get(job);
    }

    synchronized List<JobExecution> all() {
        return List.copyOf(jobs.values());
    }

    /// Waits until there is none or the time is over; says whether there is none.
    synchronized boolean awaitNone(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        long left = millis;
        while (!jobs.isEmpty() && left > 0) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
        return jobs.isEmpty();
    }
}
