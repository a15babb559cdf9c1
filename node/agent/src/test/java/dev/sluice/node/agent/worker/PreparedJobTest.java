package dev.sluice.node.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import java.io.ByteArrayOutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/// A job lies ready in its worker before the service has said that it may begin.
class PreparedJobTest {
    private final BlockingQueue<Message.Run> done = new LinkedBlockingQueue<>();

    private WorkerLoop.Result work(Message.Run run, WorkerLoop.Control control) {
        done.add(run);
        return new WorkerLoop.Result(new JobOutcome.Succeeded(Json.object()).toJson(), false);
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

    /// What a worker does that hears these, and then loses its host once so many jobs are done.
    private List<Message.Run> heard(int jobs, List<Message> messages) throws Exception {
        PipedOutputStream host = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(host, 1 << 16);
        Thread worker = Thread.ofPlatform().start(() -> {
            try {
                new WorkerLoop(in, new ByteArrayOutputStream(), this::work).serve();
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        List<Message.Run> ran = new java.util.ArrayList<>();
        for (Message message : messages) {
            Frames.write(host, message);
        }
        for (int i = 0; i < jobs; i++) {
            ran.add(done.poll(60, TimeUnit.SECONDS));
        }
        host.close();
        worker.join();
        ran.addAll(done);
        return ran;
    }

    @Test
    void begins_when_told_and_knows_how_long_it_waited() throws Exception {
        assertThat(heard(1, List.of(run("a"), new Message.Begin("a", 17))))
                .singleElement()
                .satisfies(run -> {
                    assertThat(run.attempt()).isEqualTo("a");
                    assertThat(run.surroundings().queuedMillis()).isEqualTo(17);
                });
    }

    @Test
    void is_not_done_when_the_host_goes_before_it_began() throws Exception {
        assertThat(heard(0, List.of(run("a")))).isEmpty();
    }

    @Test
    void makes_room_for_another_one_when_it_is_withdrawn() throws Exception {
        List<Message> messages =
                List.of(run("a"), new Message.Withdraw("a"), run("b"), new Message.Begin("b", 1), new Message.Leave());
        assertThat(heard(1, messages)).extracting(Message.Run::attempt).containsExactly("b");
    }
}
