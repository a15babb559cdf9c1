package dev.sluice.node.agent.worker;

import dev.sluice.wire.JobProgress;
import dev.sluice.wire.SsisMessage;
import dev.sluice.wire.SsisStatistic;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;

/// The worker's side of the pipe: takes jobs one at a time and runs them on a thread of their own, while the thread
/// that called [#serve()] keeps listening for cancel and for the end of the host.
public final class WorkerLoop {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerLoop.class);

    /// Least time between two progress messages; the newest that falls between is sent with the next.
    private static final long PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

    /// Exit code of a worker that a job broke.
    public static final int BROKEN = 70;

    /// How long a job may tidy up after its host is gone.
    private static final long ORPHAN_MILLIS = 5_000;

    private final InputStream in;
    private final OutputStream out;
    private final Work work;
    private @Nullable Job job;

    /// What a worker does with a job.
    public interface Work {
        /// Runs the job to its end. Called on the job's own thread. Whatever goes wrong is an outcome; should it
        /// throw all the same, the process ends itself, and the host says that the worker died.
        Result run(Message.Run run, Control control);
    }

    /// How a job ended.
    ///
    /// @param doubtful whether the process should not be given another job
    public record Result(JsonNode outcome, boolean doubtful) {}

    /// A job's line to its host. Thread-safe.
    public interface Control {
        boolean cancelled();

        /// Why; empty while not cancelled.
        String reason();

        void progress(JobProgress progress);

        /// What a package of the SSIS catalog has said.
        void said(List<SsisMessage> messages, List<SsisStatistic> statistics);
    }

    /// @param in frames from the host
    /// @param out frames to the host; nothing else may write there
    public WorkerLoop(InputStream in, OutputStream out, Work work) {
        this.in = in;
        this.out = out;
        this.work = work;
    }

    /// Says that it is ready and serves until the host says leave or is gone. The caller then ends the process.
    public void serve() throws IOException {
        send(new Message.Ready(Frames.PROTOCOL, ProcessHandle.current().pid()));
        Message message = Frames.read(in);
        while (message != null && !(message instanceof Message.Leave)) {
            if (message instanceof Message.Run run) {
                prepare(run);
            } else if (message instanceof Message.Begin begin) {
                begin(begin);
            } else if (message instanceof Message.Withdraw withdraw) {
                withdraw(withdraw.attempt());
            } else if (message instanceof Message.Cancel cancel) {
                cancel(cancel.attempt(), cancel.reason());
            }
            message = Frames.read(in);
        }
        abandon();
    }

    private synchronized void prepare(Message.Run run) throws IOException {
        if (job != null) {
            throw new IOException("a second job while one is there");
        }
        Job coming = new Job(run);
        job = coming;
        coming.thread = Thread.ofPlatform().name("job").start(coming::run);
    }

    private synchronized void begin(Message.Begin begin) throws IOException {
        Job coming = job;
        if (coming == null || !coming.run.attempt().equals(begin.attempt())) {
            throw new IOException("a job is to begin that is not there");
        }
        coming.orders.add(Optional.of(coming.run.queued(begin.queuedMillis())));
    }

    private synchronized void withdraw(String attempt) throws IOException {
        Job coming = job;
        if (coming == null || !coming.run.attempt().equals(attempt)) {
            throw new IOException("a job is withdrawn that is not there");
        }
        job = null;
        coming.orders.add(Optional.empty());
    }

    private synchronized void cancel(String attempt, String reason) {
        Job running = job;
        if (running != null && running.run.attempt().equals(attempt)) {
            running.cancel(reason);
        }
    }

    /// The host is gone: the job must not go on, but may take back what it had half written.
    private void abandon() {
        Thread thread;
        synchronized (this) {
            if (job == null) {
                return;
            }
            job.cancel("the node's host process ended");
            // One that has not begun does not begin any more.
            job.orders.add(Optional.empty());
            thread = job.thread;
        }
        if (thread != null) {
            try {
                thread.join(ORPHAN_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void send(Message message) throws IOException {
        synchronized (out) {
            Frames.write(out, message);
        }
    }

    private final class Job implements Control {
        private final Message.Run run;
        /// The first is heard: the job as it is to be done, or nothing when it is not to be done.
        private final BlockingQueue<Optional<Message.Run>> orders = new LinkedBlockingQueue<>();

        private final AtomicLong lastProgress = new AtomicLong(System.nanoTime() - PROGRESS_NANOS);
        private volatile String reason = "";
        private @Nullable Thread thread;

        private Job(Message.Run run) {
            this.run = run;
        }

        private void run() {
            try {
                Optional<Message.Run> ordered = orders.take();
                if (ordered.isEmpty()) {
                    return;
                }
                send(new Message.Started(run.attempt()));
                Result result = work.run(ordered.get(), this);
                synchronized (WorkerLoop.this) {
                    job = null;
                }
                send(new Message.Ended(run.attempt(), result.outcome(), result.doubtful()));
                // The process now waits, perhaps for long: give its memory back to the machine.
                System.gc();
            } catch (InterruptedException e) {
                LOG.debug("The job was not begun");
            } catch (IOException e) {
                LOG.debug("The host does not listen: {}", e.getMessage());
            } catch (RuntimeException | Error e) {
                LOG.error("The job broke its worker", e);
                Runtime.getRuntime().halt(BROKEN);
            }
        }

        private void cancel(String why) {
            reason = why.isEmpty() ? "the service" : why;
        }

        @Override
        public boolean cancelled() {
            return !reason.isEmpty();
        }

        @Override
        public String reason() {
            return reason;
        }

        @Override
        public void said(List<SsisMessage> messages, List<SsisStatistic> statistics) {
            try {
                send(new Message.Said(run.attempt(), messages, statistics));
            } catch (IOException e) {
                LOG.debug("The host does not listen: {}", e.getMessage());
            }
        }

        @Override
        public void progress(JobProgress progress) {
            long now = System.nanoTime();
            long before = lastProgress.get();
            if (now - before < PROGRESS_NANOS || !lastProgress.compareAndSet(before, now)) {
                return;
            }
            try {
                send(new Message.Progress(run.attempt(), progress));
            } catch (IOException e) {
                LOG.debug("The host does not listen: {}", e.getMessage());
            }
        }
    }
}
