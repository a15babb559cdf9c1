package dev.sluice.service.app.runs;

import dev.sluice.wire.JobProgress;
import dev.sluice.wire.JobRef;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// The newest counters of running jobs, as heartbeats brought them. Memory only: after a restart the next heartbeat
/// fills it again. Bounded; thread-safe.
public final class ProgressBoard {
    private static final int MOST = 20_000;

    private final Map<JobRef, JobProgress> newest = new LinkedHashMap<>(64, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<JobRef, JobProgress> eldest) {
            return size() > MOST;
        }
    };

    public synchronized void put(JobProgress progress) {
        newest.put(progress.job().first(), progress);
    }

    public synchronized void remove(JobRef job) {
        newest.remove(job.first());
    }

    synchronized Optional<JobProgress> of(JobRef job) {
        return Optional.ofNullable(newest.get(job.first()));
    }
}
