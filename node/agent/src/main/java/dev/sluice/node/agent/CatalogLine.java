package dev.sluice.node.agent;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.secrets.Redaction;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.SsisMessage;
import dev.sluice.wire.SsisSaid;
import dev.sluice.wire.SsisStatistic;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the service what an execution says, on a thread of its own and in the order in which it was said.
/// While the service is away it waits, up to a limit of what is kept; what is beyond it is counted and said
/// at the end. Closing it waits for what is left, but not for ever: the job's report must not wait longer.
final class CatalogLine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogLine.class);
    private static final int MOST_KEPT = 5_000;
    private static final long LONGEST_END_MILLIS = 60_000;
    private static final int STACK_BYTES = 256 << 10;
    private static final int WARNING = 110;
    private static final int PROCESS = 20;

    private final ServiceApi service;
    private final JobRef job;
    private final long executionId;
    private final Redaction redaction;
    private final InstantSource clock;
    private final Backoff backoff;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<SsisMessage> messages = new ArrayDeque<>();
    private final Deque<SsisStatistic> statistics = new ArrayDeque<>();
    private final Thread thread;
    private long lastId;
    private long droppedMessages;
    private long droppedStatistics;
    private boolean closing;

    CatalogLine(JobSurroundings node, JobRef job, long executionId) {
        this(node.service(), job, executionId, node.redaction(), node.clock(), node.retries());
    }

    CatalogLine(
            ServiceApi service,
            JobRef job,
            long executionId,
            Redaction redaction,
            InstantSource clock,
            Supplier<Backoff> retries) {
        this.service = service;
        this.job = job;
        this.executionId = executionId;
        this.redaction = redaction;
        this.clock = clock;
        this.backoff = retries.get();
        this.thread = Thread.ofPlatform()
                .name("execution-" + executionId)
                .daemon()
                .stackSize(STACK_BYTES)
                .start(this::run);
    }

    /// Keeps what was said until it has been sent; never blocks.
    void said(List<SsisMessage> more, List<SsisStatistic> took) {
        lock.lock();
        try {
            for (SsisMessage message : more) {
                lastId = Math.max(lastId, message.id());
                if (messages.size() < MOST_KEPT) {
                    messages.add(message);
                } else {
                    droppedMessages++;
                }
            }
            for (SsisStatistic one : took) {
                if (statistics.size() < MOST_KEPT) {
                    statistics.add(one);
                } else {
                    droppedStatistics++;
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (SsisSaid next = next(); next != null; next = next()) {
                send(next);
            }
        } catch (InterruptedException e) {
            LOG.warn("Execution {}: what it said last did not reach the service", executionId);
        } catch (ProblemException e) {
            LOG.warn("Execution {}: the service does not take what it says: {}", executionId, e.getMessage());
        }
    }

    private void send(SsisSaid said) throws InterruptedException {
        while (true) {
            try {
                service.said(said);
                backoff.reset();
                return;
            } catch (ProblemException e) {
                if (!e.problem().fault().retryable()) {
                    throw e;
                }
                TimeUnit.MILLISECONDS.sleep(backoff.nextMillis());
            }
        }
    }

    /// The next of what is to be sent; null at the end.
    private @org.jspecify.annotations.Nullable SsisSaid next() throws InterruptedException {
        lock.lock();
        try {
            while (messages.isEmpty() && statistics.isEmpty() && !closing) {
                changed.await();
            }
            if (closing && droppedMessages + droppedStatistics > 0) {
                messages.add(lost());
                droppedMessages = 0;
                droppedStatistics = 0;
            }
            if (messages.isEmpty() && statistics.isEmpty()) {
                return null;
            }
            List<SsisMessage> some = new ArrayList<>();
            while (!messages.isEmpty() && some.size() < SsisSaid.MOST) {
                some.add(masked(messages.removeFirst()));
            }
            List<SsisStatistic> took = new ArrayList<>();
            while (!statistics.isEmpty() && took.size() < SsisSaid.MOST) {
                took.add(statistics.removeFirst());
            }
            return new SsisSaid(job, executionId, some, took);
        } finally {
            lock.unlock();
        }
    }

    private SsisMessage lost() {
        String what = String.join(
                " and ",
                Stream.of(
                                droppedMessages == 0 ? "" : droppedMessages + " messages",
                                droppedStatistics == 0 ? "" : droppedStatistics + " statistics of executables")
                        .filter(part -> !part.isEmpty())
                        .toList());
        return new SsisMessage(
                lastId + 1,
                clock.instant(),
                WARNING,
                PROCESS,
                what + " were lost because the service could not be reached in time.",
                "",
                "OnWarning",
                "",
                "",
                "",
                0);
    }

    private SsisMessage masked(SsisMessage m) {
        return new SsisMessage(
                m.id(),
                m.at(),
                m.type(),
                m.sourceType(),
                redaction.mask(m.text()),
                m.packageName(),
                m.event(),
                m.sourceName(),
                m.sourceId(),
                m.path(),
                m.code());
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closing = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(LONGEST_END_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }
}
