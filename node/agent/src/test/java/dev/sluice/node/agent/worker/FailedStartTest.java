package dev.sluice.node.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A node takes no job while its workers cannot be started. That must not last longer than the reason for it, whatever
/// else the pool has to do.
class FailedStartTest {
    @TempDir
    Path folder;

    private final ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();

    @AfterEach
    void stop() {
        later.shutdownNow();
    }

    private WorkerPool pool(int max, int warm) {
        return new WorkerPool(command(), new WorkerPool.Limits(max, warm, 50, 60_000, 3_000), later);
    }

    private Path broken() {
        return folder.resolve(FragileWorker.BROKEN);
    }

    @Test
    void a_worker_that_waits_is_there_for_the_next_job_although_the_last_start_failed() throws Exception {
        try (WorkerPool pool = pool(2, 1)) {
            pool.start();
            Worker first = pool.take();
            await(() -> pool.idlePids().size() == 1);
            Files.createFile(broken());
            // The one that waits is taken, and its replacement cannot be started.
            Worker second = pool.take();
            pool.giveBack(first, false);
            await(() -> pool.problem().contains("it is broken"));
            pool.giveBack(second, true);
            assertThat(pool.problem()).isEmpty();
            assertThat(pool.take()).isSameAs(second);
            pool.giveBack(second, true);
        }
    }

    @Test
    void a_start_is_tried_again_until_one_succeeds_although_nobody_waits_for_a_worker() throws Exception {
        try (WorkerPool pool = pool(2, 0)) {
            Files.createFile(broken());
            assertThatThrownBy(pool::take)
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().fault()).isEqualTo(NodeFaults.WORKER_DIED));
            assertThat(pool.problem()).contains("it is broken");
            Files.delete(broken());
            await(() -> pool.problem().isEmpty());
            assertThat(pool.take().death()).isNull();
        }
    }

    /// Returns when it holds. A machine may be slow; the limit is for one that is broken.
    private static void await(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it never came").isLessThan(end);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    private WorkerCommand command() {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        return new WorkerCommand(
                WorkerCommand.ownJava(),
                classPath,
                FragileWorker.class.getName(),
                WorkerCommand.MIN_GRANT_MB,
                List.of("-XX:TieredStopAtLevel=1"),
                folder);
    }
}
