package dev.sluice.node.agent;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.ReportRequest;
import dev.sluice.wire.ReportResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reports on their way to the service. Each is on disk before it is first sent and until it is answered; those of
/// an earlier process are sent again. Thread-safe.
final class Reports {
    private static final Logger LOG = LoggerFactory.getLogger(Reports.class);

    /// Answers to a report that no later try would change.
    private static final Set<String> HOPELESS = Set.of("400", "413", "422");

    private final JobFiles<ReportRequest> spool;
    private final ServiceApi service;
    private final Backoff backoff;
    private final Map<JobRef, ReportRequest> pending = new LinkedHashMap<>();

    Reports(JobFiles<ReportRequest> spool, ServiceApi service, Backoff backoff) throws IOException {
        this.spool = spool;
        this.service = service;
        this.backoff = backoff;
        for (ReportRequest report : spool.all()) {
            pending.put(report.job(), report);
        }
    }

    /// Takes a report; says whether it is durable now. One that cannot be kept (disk full) is sent all the same.
    boolean add(ReportRequest report) {
        boolean durable = true;
        try {
            spool.write(report.job(), report);
        } catch (IOException e) {
            LOG.error("The report of job {} cannot be kept: {}", JobFiles.name(report.job()), e.getMessage());
            durable = false;
        }
        synchronized (this) {
            pending.put(report.job(), report);
            notifyAll();
        }
        return durable;
    }

    synchronized boolean has(JobRef job) {
        return pending.containsKey(job);
    }

    synchronized List<JobRef> jobs() {
        return new ArrayList<>(pending.keySet());
    }

    /// Waits until everything is acknowledged or the time is over; says whether it is.
    synchronized boolean awaitNone(long millis) throws InterruptedException {
        long end = System.nanoTime() + millis * 1_000_000;
        long left = millis;
        while (!pending.isEmpty() && left > 0) {
            wait(left);
            left = (end - System.nanoTime()) / 1_000_000;
        }
        return pending.isEmpty();
    }

    /// Sends reports, oldest first, until interrupted.
    void sendAll() throws InterruptedException {
        while (true) {
            ReportRequest report = awaitOne();
            try {
                ReportResponse answer = service.report(report);
                LOG.info("Report of job {}: {}", JobFiles.name(report.job()), answer.verdict());
                settle(report.job(), null);
                backoff.reset();
            } catch (ProblemException e) {
                if (HOPELESS.contains(e.problem().evidence().getOrDefault("status", ""))) {
                    LOG.error(
                            "The service does not take the report of job {}: {}",
                            JobFiles.name(report.job()),
                            e.getMessage());
                    settle(report.job(), "refused");
                } else {
                    retryLater(report, e);
                }
            }
        }
    }

    private void retryLater(ReportRequest report, ProblemException e) throws InterruptedException {
        long wait = backoff.nextMillis();
        LOG.warn("The report of job {} is sent again in {} ms: {}", JobFiles.name(report.job()), wait, e.getMessage());
        Thread.sleep(wait);
    }

    private synchronized ReportRequest awaitOne() throws InterruptedException {
        while (pending.isEmpty()) {
            wait();
        }
        return pending.values().iterator().next();
    }

    private void settle(JobRef job, @Nullable String aside) {
        try {
            if (aside == null) {
                spool.delete(job);
            } else {
                spool.putAside(job, aside);
            }
        } catch (IOException e) {
            // It will be sent again after a restart and answered as a duplicate.
            LOG.warn("The spooled report of job {} cannot be removed: {}", JobFiles.name(job), e.getMessage());
        }
        synchronized (this) {
            pending.remove(job);
            notifyAll();
        }
    }
}
