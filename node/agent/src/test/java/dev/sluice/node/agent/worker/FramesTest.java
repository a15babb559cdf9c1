package dev.sluice.node.agent.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.Json;
import dev.sluice.wire.JobProgress;
import dev.sluice.wire.JobRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FramesTest {
    static List<Message> messages() {
        return List.of(
                new Message.Ready(Frames.PROTOCOL, 4711),
                new Message.Run(
                        "j-1",
                        "Copy",
                        Json.object(),
                        Map.of("sealed", "plain"),
                        1 << 20,
                        "/tmp/x",
                        new Message.Surroundings("n", "ir", true, 12, true),
                        new Message.Way("http://u:p@proxy:3128", "", List.of(".corp.example"))),
                new Message.Cancel("j-1", "the service"),
                new Message.Leave(),
                new Message.Started("j-1"),
                new Message.Progress("j-1", new JobProgress(new JobRef("j", 1), "Copying", 1, 2, 3, 4, -1, 5, 6)),
                new Message.Ended("j-1", Json.object(), true));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void every_message_reads_back_as_it_was_written(Message message) throws IOException {
        ByteArrayOutputStream pipe = new ByteArrayOutputStream();
        Frames.write(pipe, message);
        Frames.write(pipe, message);
        ByteArrayInputStream in = new ByteArrayInputStream(pipe.toByteArray());
        assertThat(Frames.read(in)).isEqualTo(message);
        assertThat(Frames.read(in)).isEqualTo(message);
        assertThat(Frames.read(in)).isNull();
    }

    @Test
    void a_stream_that_ends_within_a_frame_is_told_apart_from_its_end() throws IOException {
        ByteArrayOutputStream pipe = new ByteArrayOutputStream();
        Frames.write(pipe, new Message.Started("j-1"));
        for (int length = 1; length < pipe.size(); length++) {
            ByteArrayInputStream cut = new ByteArrayInputStream(Arrays.copyOf(pipe.toByteArray(), length));
            assertThatThrownBy(() -> Frames.read(cut)).isInstanceOf(EOFException.class);
        }
    }

    @Test
    void what_a_library_printed_into_the_pipe_is_no_frame() {
        ByteArrayInputStream text =
                new ByteArrayInputStream("Hello from a driver".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThatThrownBy(() -> Frames.read(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bytes");
    }

    @Test
    void a_frame_of_a_later_kind_is_refused() {
        ByteArrayInputStream unknown = new ByteArrayInputStream(new byte[] {0, 0, 0, 3, 99, '{', '}'});
        assertThatThrownBy(() -> Frames.read(unknown))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("99");
    }

    @Test
    void a_job_never_prints_its_secrets() {
        assertThat(messages().get(1).toString()).doesNotContain("plain");
    }
}
