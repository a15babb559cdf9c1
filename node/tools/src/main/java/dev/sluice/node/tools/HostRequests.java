package dev.sluice.node.tools;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.node.agent.DurableFile;
import dev.sluice.wire.ErrorResponse;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What commands ask of the running host: files in the folder `requests`, which only the node's owner can write. A node
/// opens no port, and this needs none.
public final class HostRequests {
    private static final Logger LOG = LoggerFactory.getLogger(HostRequests.class);
    private static final long LOOK_MILLIS = 500;
    private static final String ASKED = ".request";
    private static final String ANSWERED = ".answer";

    private final Path folder;
    private final InstantSource clock;

    HostRequests(Path folder, InstantSource clock) {
        this.folder = folder;
        this.clock = clock;
    }

    /// A request.
    ///
    /// @param what its kind
    /// @param due not before; null for at once
    public record Request(
            String what,
            Map<String, String> arguments,
            @Nullable Instant due) {}

    /// What came of it.
    ///
    /// @param values for the asker
    /// @param error null when it went well
    public record Reply(
            Map<String, String> values, @Nullable ErrorResponse error) {}

    /// Does what is asked.
    public interface Handler {
        /// @return values for the asker
        Map<String, String> handle(Request request) throws IOException, InterruptedException;
    }

    /// Looks for requests until the thread is interrupted. One that is not yet due waits, also over restarts.
    public void serve(Handler handler) throws InterruptedException {
        while (true) {
            try {
                for (Path file : waiting()) {
                    serve(file, handler);
                }
            } catch (IOException e) {
                LOG.warn("{} cannot be read: {}", folder, e.getMessage());
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private List<Path> waiting() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> String.valueOf(f.getFileName()).endsWith(ASKED))
                    .sorted()
                    .toList();
        }
    }

    private void serve(Path file, Handler handler) throws IOException, InterruptedException {
        Reply reply;
        try {
            Request request = Wire.decode(Files.readAllBytes(file), Request.class);
            Instant due = request.due();
            if (due != null && clock.instant().isBefore(due)) {
                return;
            }
            reply = new Reply(handler.handle(request), null);
        } catch (ProblemException e) {
            reply = new Reply(
                    Map.of(),
                    new ErrorResponse(
                            e.problem().code(),
                            e.problem().message(),
                            e.problem().resolution()));
        }
        String name = String.valueOf(file.getFileName());
        // The answer first: a host that ends in between does it once more rather than never.
        DurableFile.write(
                file.resolveSibling(name.substring(0, name.length() - ASKED.length()) + ANSWERED), Wire.encode(reply));
        DurableFile.delete(file);
    }

    /// Leaves a request for the host, whether it runs or not.
    ///
    /// @return its name
    public String leave(Request request) {
        String name = UUID.randomUUID().toString();
        try {
            DurableFile.folder(folder);
            DurableFile.write(folder.resolve(name + ASKED), Wire.encode(request));
        } catch (IOException e) {
            throw NodeFolder.unusable(folder, e);
        }
        return name;
    }

    /// Asks the running host, and waits for its answer.
    ///
    /// @throws ProblemException what the host says is wrong; [NodeFaults#HOST_SILENT] when it says nothing in time
    public Map<String, String> ask(String what, Map<String, String> arguments, long millis)
            throws InterruptedException {
        String name = leave(new Request(what, arguments, null));
        Path answer = folder.resolve(name + ANSWERED);
        long end = System.nanoTime() + millis * 1_000_000;
        try {
            while (!Files.exists(answer)) {
                if (System.nanoTime() > end) {
                    DurableFile.delete(folder.resolve(name + ASKED));
                    throw NodeFaults.HOST_SILENT.with("path", folder, "seconds", millis / 1000);
                }
                TimeUnit.MILLISECONDS.sleep(20);
            }
            Reply reply = Wire.decode(Files.readAllBytes(answer), Reply.class);
            DurableFile.delete(answer);
            ErrorResponse error = reply.error();
            if (error != null) {
                throw NodeFaults.told(error.code(), error.message(), error.resolution());
            }
            return reply.values();
        } catch (IOException e) {
            throw NodeFolder.unusable(folder, e);
        }
    }
}
