package dev.sluice.node.agent.worker;

import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.event.Level;

/// One worker process as the host sees it. Belongs to its [WorkerPool]; between `take` and `giveBack` it belongs to
/// one job. Thread-safe.
public final class Worker {
    /// Name under which the log's context (MDC) has the attempt at a job that a message is about.
    public static final String JOB = "job";

    /// Likewise the activity run that the attempt is.
    public static final String ACTIVITY_RUN = "activityRun";

    /// What a worker writes for the end of a line within a message, so that its host knows what belongs together.
    public static final char NEXT_LINE = '\u001e';

    /// Where the lines a worker writes to its stderr go on the host.
    private static final Logger LOG = LoggerFactory.getLogger("dev.sluice.worker");

    private static final int TAIL_LINES = 40;
    private static final int TAIL_LENGTH = 400;
    private static final long EXIT_WAIT_MILLIS = 2_000;
    private static final int STACK_BYTES = 256 << 10;

    private final Process process;
    private final OutputStream toWorker;
    private final Pool pool;
    private final LogTail tail = new LogTail(TAIL_LINES, TAIL_LENGTH);
    private final Thread logReader;
    private int jobs;
    private volatile UnaryOperator<String> redaction = UnaryOperator.identity();
    private @Nullable WorkerListener listener;
    private @Nullable String attempt;
    /// The newest attempt it was given: what is still on its way from its log is about that one.
    private volatile About about = About.NOTHING;
    private @Nullable Death death;
    private boolean doubtful;

    /// What a worker tells its pool; called on the worker's reader thread.
    interface Pool {
        void ready(Worker worker);

        void died(Worker worker, Death death);
    }

    private Worker(Process process, Pool pool) {
        this.process = process;
        this.toWorker = process.getOutputStream();
        this.pool = pool;
        this.logReader = Thread.ofPlatform()
                .name("worker-" + process.pid() + "-log")
                .daemon()
                .stackSize(STACK_BYTES)
                .unstarted(this::readLog);
    }

    static Worker start(WorkerCommand command, Pool pool) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command.line())
                .directory(command.workingFolder().toFile())
                .redirectError(Redirect.PIPE);
        // The environment of a process can be read by its user's other processes; what configures the host (its
        // registration key among it) is not the worker's business.
        builder.environment().keySet().removeIf(name -> name.startsWith("SLUICE_"));
        // glibc otherwise keeps a heap of its own per thread: tens of megabytes in a process that only waits.
        builder.environment().putIfAbsent("MALLOC_ARENA_MAX", "2");
        Worker worker = new Worker(builder.start(), pool);
        worker.logReader.start();
        Thread.ofPlatform()
                .name("worker-" + worker.pid())
                .daemon()
                .stackSize(STACK_BYTES)
                .start(worker::readMessages);
        return worker;
    }

    public long pid() {
        return process.pid();
    }

    /// Gives the process a job that it makes ready for; it does it after [#begin], or forgets it after [#withdraw()].
    /// What goes wrong with the pipe is told to the listener as a death.
    ///
    /// @param hide applied to every line the process logs from now on, so that the job's secrets stay out
    public void prepare(Message.Run run, UnaryOperator<String> hide, WorkerListener jobListener) {
        synchronized (this) {
            if (listener != null) {
                throw new IllegalStateException("worker " + pid() + " already has a job");
            }
            Death dead = death;
            if (dead == null) {
                listener = jobListener;
                attempt = run.attempt();
                about = new About(
                        run.attempt(), run.spec().path("activityRunId").asString(""));
                redaction = hide;
                jobs++;
            } else {
                jobListener.died(dead);
                return;
            }
        }
        send(run);
    }

    /// Lets the job begin that the process was made ready for.
    ///
    /// @param queuedMillis how long it had to wait on this node
    public void begin(long queuedMillis) {
        String current = attempt();
        if (current != null) {
            send(new Message.Begin(current, queuedMillis));
        }
    }

    /// Takes the job back that has not begun; the process is free for another one.
    public void withdraw() {
        String current;
        synchronized (this) {
            current = attempt;
            listener = null;
            attempt = null;
        }
        if (current != null) {
            send(new Message.Withdraw(current));
        }
    }

    private synchronized @Nullable String attempt() {
        return attempt;
    }

    /// Asks the process to end its job.
    public void cancel(String reason) {
        String current = attempt();
        if (current != null) {
            send(new Message.Cancel(current, reason));
        }
    }

    /// Ends the process at once.
    public void kill() {
        process.destroyForcibly();
    }

    /// Asks the process to end itself; closing its stdin says so, too.
    void leave() {
        send(new Message.Leave());
        try {
            toWorker.close();
        } catch (IOException e) {
            LOG.debug("worker {} was already gone: {}", pid(), e.getMessage());
        }
    }

    boolean awaitExit(long millis) throws InterruptedException {
        return process.waitFor(millis, TimeUnit.MILLISECONDS);
    }

    synchronized int jobs() {
        return jobs;
    }

    synchronized boolean doubtful() {
        return doubtful || death != null;
    }

    synchronized @Nullable Death death() {
        return death;
    }

    private void send(Message message) {
        try {
            synchronized (toWorker) {
                Frames.write(toWorker, message);
            }
        } catch (IOException e) {
            // A broken pipe: the reader thread sees the end of the process and tells everybody.
            LOG.debug("worker {} does not listen: {}", pid(), e.getMessage());
            kill();
        }
    }

    private void readMessages() {
        try (BufferedInputStream in = new BufferedInputStream(process.getInputStream())) {
            for (Message m = Frames.read(in); m != null; m = Frames.read(in)) {
                hear(m);
            }
        } catch (IOException | RuntimeException e) {
            tail.add("host: the worker's messages could not be read: " + e.getMessage());
            kill();
        }
        over();
    }

    private void hear(Message message) throws IOException {
        switch (message) {
            case Message.Ready ready -> {
                if (ready.protocol() != Frames.PROTOCOL) {
                    throw new IOException("it speaks protocol " + ready.protocol());
                }
                pool.ready(this);
            }
            case Message.Started started -> current(started.attempt()).started();
            case Message.Progress p -> {
                WorkerListener counting = counting(p.attempt());
                if (counting != null) {
                    counting.progress(p.progress());
                }
            }
            case Message.Said said -> {
                WorkerListener hearing = counting(said.attempt());
                if (hearing != null) {
                    hearing.said(said.messages(), said.statistics());
                }
            }
            case Message.Ended ended -> {
                WorkerListener told = current(ended.attempt());
                synchronized (this) {
                    listener = null;
                    attempt = null;
                    doubtful |= ended.doubtful();
                }
                told.ended(ended.outcome());
            }
            case Message.Run r -> throw new IOException("unexpected message");
            case Message.Begin b -> throw new IOException("unexpected message");
            case Message.Withdraw w -> throw new IOException("unexpected message");
            case Message.Cancel c -> throw new IOException("unexpected message");
            case Message.Leave l -> throw new IOException("unexpected message");
        }
    }

    /// Counters come from a thread of the job's own, which may be a step behind its end: what is late is passed over.
    private synchronized @Nullable WorkerListener counting(String about) {
        return about.equals(attempt) ? listener : null;
    }

    private synchronized WorkerListener current(String about) throws IOException {
        WorkerListener now = listener;
        if (now == null || !about.equals(attempt)) {
            throw new IOException("it speaks of a job it does not have");
        }
        return now;
    }

    private void over() {
        Death end = Death.of(pid(), exitValue(), tail.lines());
        WorkerListener told;
        synchronized (this) {
            death = end;
            told = listener;
            listener = null;
            attempt = null;
        }
        if (told != null) {
            told.died(end);
        }
        pool.died(this, end);
    }

    /// Waits for the process and its last words; both follow the end of its stdout within moments.
    private int exitValue() {
        try {
            if (!process.waitFor(EXIT_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
            logReader.join(EXIT_WAIT_MILLIS);
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    /// Whether a worker is to log in detail: as long as somebody listens.
    public static boolean verbose() {
        return LOG.isDebugEnabled();
    }

    private void readLog() {
        Level level = Level.INFO;
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                String shown = redaction.apply(line).replace(NEXT_LINE, '\n');
                shown.lines().forEach(tail::add);
                level = level(shown, level);
                about.apply();
                LOG.atLevel(level).log("[{}] {}", pid(), shown);
            }
        } catch (IOException e) {
            tail.add("host: the worker's log could not be read: " + e.getMessage());
        }
    }

    /// The level that a line begins with; a line without one goes on with what the line before said.
    private static Level level(String line, Level before) {
        for (Level level : Level.values()) {
            if (line.startsWith(level.name() + " ")) {
                return level;
            }
        }
        return before;
    }

    /// What the messages of a thread are about.
    ///
    /// @param job the attempt at a job
    /// @param activityRun which that is; may be empty
    public record About(String job, String activityRun) {
        static final About NOTHING = new About("", "");

        /// Messages of this thread are about that from now on.
        public void apply() {
            if (job.isEmpty()) {
                MDC.remove(JOB);
                MDC.remove(ACTIVITY_RUN);
            } else {
                MDC.put(JOB, job);
                MDC.put(ACTIVITY_RUN, activityRun);
            }
        }
    }

    /// The last lines of the process's log.
    public List<String> lastLines() {
        return tail.lines();
    }
}
