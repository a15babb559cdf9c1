package dev.sluice.data.testkit;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.spi.JobContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A job for tests: 256 MB unless said otherwise, a manual clock, a scratch folder of its own that [#close()]
/// removes.
public final class TestJob implements JobContext, AutoCloseable {
    private static final long MEMORY = 256L << 20;

    private final MemoryBudget memory;
    private final ManualClock clock = new ManualClock();
    private volatile String attemptId;
    private volatile boolean cancelled;
    private @Nullable Path scratch;

    public TestJob() {
        this(MEMORY, "attempt-1");
    }

    public TestJob(long memoryBytes, String attemptId) {
        this.memory = new MemoryBudget(memoryBytes);
        this.attemptId = attemptId;
    }

    @Override
    public MemoryBudget memory() {
        return memory;
    }

    @Override
    public String attemptId() {
        return attemptId;
    }

    /// From now on the job's next attempt, whose identity ends with `-` and a number.
    public void attempt(String id) {
        attemptId = id;
    }

    @Override
    public synchronized Path scratch() {
        Path folder = scratch;
        if (folder == null) {
            try {
                folder = Files.createTempDirectory("testkit");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            scratch = folder;
        }
        return folder;
    }

    @Override
    public ManualClock clock() {
        return clock;
    }

    @Override
    public boolean cancelled() {
        return cancelled;
    }

    /// From now on the job is cancelled.
    public void cancel() {
        cancelled = true;
    }

    @Override
    public synchronized void close() {
        if (scratch == null) {
            return;
        }
        try (Stream<Path> all = Files.walk(scratch)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(p);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        scratch = null;
    }
}
