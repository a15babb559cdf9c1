package dev.sluice.node.agent.worker;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The node's worker processes. Some wait warm; a taken one is replaced, so the next job finds one, too.
/// Thread-safe.
///
/// A worker that died before it was ready stops the supply for a while (doubling up to a minute), so that a broken
/// installation does not start processes without end; a job that waits is then failed with what the worker last
/// said.
public final class WorkerPool implements AutoCloseable, Worker.Pool {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);
    private static final long MAX_PAUSE_SECONDS = 60;
    private static final long REFILL_MILLIS = 500;
    private static final long KEEP_MILLIS = 10_000;

    private final WorkerCommand command;
    private final Limits limits;
    private final ScheduledExecutorService later;

    private final Deque<Worker> idle = new ArrayDeque<>();
    private final Set<Worker> starting = new HashSet<>();
    private final Set<Worker> busy = new HashSet<>();
    private int waiting;
    private long lastReturn;
    private int failedStarts;
    private boolean paused;
    private boolean closed;
    private @Nullable Death lastFailure;

    /// @param max processes with a job or warm at once
    /// @param warm processes that wait for a job
    /// @param jobsPerWorker after which a process is replaced
    /// @param startMillis longest time a start may take
    /// @param leaveMillis longest time an idle process may take to end when asked
    public record Limits(int max, int warm, int jobsPerWorker, long startMillis, long leaveMillis) {}

    /// @param later runs starts and retries, off the threads that wait for a worker
    public WorkerPool(WorkerCommand command, Limits limits, ScheduledExecutorService later) {
        this.command = command;
        this.limits = limits;
        this.later = later;
    }

    /// Starts the warm workers.
    public void start() {
        later.execute(this::refill);
    }

    /// A warm worker, or the next that is ready; give it back afterwards.
    ///
    /// @throws ProblemException [NodeFaults#WORKER_DIED] when workers cannot be started
    public Worker take() throws InterruptedException {
        Worker worker;
        synchronized (this) {
            waiting++;
            try {
                worker = idle.isEmpty() ? await() : idle.pop();
            } finally {
                waiting--;
            }
            busy.add(worker);
        }
        schedule(this::refill, REFILL_MILLIS);
        return worker;
    }

    private synchronized Worker await() throws InterruptedException {
        later.execute(this::refill);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.startMillis());
        int failures = failedStarts;
        while (idle.isEmpty()) {
            Death failure = lastFailure;
            if (failedStarts > failures && failure != null) {
                throw died(failure);
            }
            long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
            if (left <= 0 || closed) {
                throw died(
                        new Death(0, "no exit: none was ready in " + limits.startMillis() + " ms", false, List.of()));
            }
            wait(left);
        }
        return idle.pop();
    }

    /// Returns a worker after its job.
    ///
    /// @param trusted false when the process must not get another job
    public void giveBack(Worker worker, boolean trusted) {
        boolean keep;
        synchronized (this) {
            busy.remove(worker);
            keep = trusted && !closed && !worker.doubtful() && worker.jobs() < limits.jobsPerWorker();
            if (keep) {
                lastReturn = System.nanoTime();
                idle.push(worker);
                notifyAll();
            }
        }
        if (keep) {
            schedule(this::trim, KEEP_MILLIS);
        } else {
            retire(worker);
            execute(this::refill);
        }
    }

    /// Ends the workers that had nothing to do for a while, the coldest first, but for the warm ones.
    private void trim() {
        List<Worker> surplus = new ArrayList<>();
        synchronized (this) {
            if (System.nanoTime() - lastReturn < TimeUnit.MILLISECONDS.toNanos(KEEP_MILLIS)) {
                return;
            }
            while (idle.size() > limits.warm()) {
                surplus.add(idle.removeLast());
            }
        }
        surplus.forEach(this::retire);
    }

    /// Why there is no worker for the next job at the moment; empty when there is one, or when one can be started.
    public synchronized String problem() {
        Death failure = lastFailure;
        return failedStarts == 0 || failure == null || !idle.isEmpty()
                ? ""
                : "worker processes cannot be started (" + failure.exit() + "): "
                        + String.join(" | ", failure.lastLines());
    }

    /// Process ids, for status and tests: those waiting.
    public synchronized List<Long> idlePids() {
        return idle.stream().map(Worker::pid).toList();
    }

    /// Process ids of workers that have a job.
    public synchronized List<Long> busyPids() {
        return busy.stream().map(Worker::pid).toList();
    }

    private void retire(Worker worker) {
        if (worker.death() != null) {
            return;
        }
        worker.leave();
        schedule(worker::kill, limits.leaveMillis());
    }

    private void refill() {
        while (true) {
            synchronized (this) {
                int wanted = Math.min(limits.warm() + waiting, limits.max() - busy.size());
                boolean enough = idle.size() + starting.size() >= wanted;
                if (closed || paused || (enough && !trial())) {
                    return;
                }
                try {
                    starting.add(Worker.start(command, this));
                } catch (IOException e) {
                    failed(new Death(0, "no exit: it could not be started: " + e.getMessage(), false, List.of()));
                    return;
                }
            }
        }
    }

    /// Whether one is to be started only to learn that it can be: after a failure the node takes no job, and without
    /// a job nobody would ask for a worker ever again.
    private boolean trial() {
        return failedStarts > 0 && idle.isEmpty() && starting.isEmpty() && busy.size() < limits.max();
    }

    @Override
    public void ready(Worker worker) {
        synchronized (this) {
            starting.remove(worker);
            failedStarts = 0;
            if (!closed) {
                idle.push(worker);
                notifyAll();
                return;
            }
        }
        worker.leave();
    }

    @Override
    public void died(Worker worker, Death death) {
        synchronized (this) {
            idle.remove(worker);
            if (starting.remove(worker) && !closed) {
                failed(death);
                return;
            }
        }
        execute(this::refill);
    }

    /// Called with the lock held.
    private void failed(Death death) {
        LOG.warn("A worker process could not be started ({}): {}", death.exit(), String.join(" | ", death.lastLines()));
        lastFailure = death;
        failedStarts++;
        paused = true;
        notifyAll();
        long seconds = Math.min(MAX_PAUSE_SECONDS, 1L << Math.min(failedStarts - 1, 6));
        schedule(this::resume, TimeUnit.SECONDS.toMillis(seconds));
    }

    private void resume() {
        synchronized (this) {
            paused = false;
        }
        refill();
    }

    private void execute(Runnable task) {
        schedule(task, 0);
    }

    private void schedule(Runnable task, long millis) {
        synchronized (this) {
            if (!closed) {
                later.schedule(task, millis, TimeUnit.MILLISECONDS);
            }
        }
    }

    static ProblemException died(Death death) {
        return NodeFaults.WORKER_DIED
                .problem()
                .evidence("pid", death.pid())
                .evidence("exit", death.exit())
                .evidence("log", String.join("\n", death.lastLines()))
                .exception();
    }

    /// Asks every worker to end, and ends those that do not in time. Jobs still in workers are lost.
    @Override
    public void close() {
        List<Worker> all = new ArrayList<>();
        synchronized (this) {
            closed = true;
            all.addAll(idle);
            all.addAll(starting);
            all.addAll(busy);
            idle.clear();
            notifyAll();
        }
        all.forEach(Worker::leave);
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limits.leaveMillis());
        for (Worker worker : all) {
            try {
                if (!worker.awaitExit(Math.max(0, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime())))) {
                    worker.kill();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                worker.kill();
            }
        }
    }
}
