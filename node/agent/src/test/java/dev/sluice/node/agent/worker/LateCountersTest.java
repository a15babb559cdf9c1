package dev.sluice.node.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.wire.JobProgress;
import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class LateCountersTest {
    /// What the host hears of a job, in order.
    private static final class Heard implements WorkerListener {
        private final BlockingQueue<String> words = new LinkedBlockingQueue<>();

        @Override
        public void started() {
            words.add("started");
        }

        @Override
        public void progress(JobProgress progress) {
            words.add(progress.phase());
        }

        @Override
        public void ended(JsonNode outcome) {
            words.add("ended");
        }

        @Override
        public void died(Death death) {
            words.add("died: " + death);
        }

        String next() throws InterruptedException {
            return String.valueOf(words.poll(30, TimeUnit.SECONDS));
        }
    }

    @Test
    void counters_that_come_after_a_jobs_end_neither_kill_the_worker_nor_count_for_the_next_job() throws Exception {
        ScheduledExecutorService later = Executors.newSingleThreadScheduledExecutor();
        try (WorkerPool pool = new WorkerPool(command(), new WorkerPool.Limits(1, 1, 50, 30_000, 3_000), later)) {
            pool.start();
            Worker first = pool.take();
            for (int job = 0; job < 20; job++) {
                Heard heard = new Heard();
                Worker worker = job == 0 ? first : pool.take();
                assertThat(worker.pid()).as("job %d", job).isEqualTo(first.pid());
                worker.prepare(run("j-" + job), UnaryOperator.identity(), heard);
                worker.begin(0);
                assertThat(heard.next()).isEqualTo("started");
                assertThat(heard.next()).isEqualTo("ended");
                pool.giveBack(worker, true);
                assertThat(heard.words).as("job %d", job).isEmpty();
            }
            assertThat(first.death()).isNull();
        } finally {
            later.shutdownNow();
        }
    }

    private static Message.Run run(String attempt) {
        return new Message.Run(
                attempt,
                "Copy",
                Json.object(),
                Map.of(),
                1,
                ".",
                new Message.Surroundings("n", "r", false, 0, false),
                Message.Way.DIRECT);
    }

    private static WorkerCommand command() {
        String classPath = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
        return new WorkerCommand(
                WorkerCommand.ownJava(),
                classPath,
                TalkativeWorker.class.getName(),
                WorkerCommand.MIN_GRANT_MB,
                List.of(),
                Path.of("").toAbsolutePath());
    }
}
