package dev.sluice.data.copy;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.MemoryBudgetExceededException;
import dev.sluice.data.batch.ProducerFailedException;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import javax.net.ssl.SSLException;

/// Gives a name to what a connector let through: I/O errors by their type and the operating system's words,
/// exhausted memory by the job's grant.
public final class FailureNaming {
    private final MemoryBudget memory;

    /// @param memory the job's, told when it is exhausted
    public FailureNaming(MemoryBudget memory) {
        this.memory = memory;
    }

    /// @param endpoint the side on which it happened
    /// @param place the file or object in hand, for the message; may be empty
    public ProblemException name(Throwable failure, Endpoint endpoint, String place) {
        return switch (failure) {
            case ProblemException e -> e;
            case ProducerFailedException e when e.getCause() != null -> name(e.getCause(), endpoint, place);
            case UncheckedIOException e when e.getCause() != null -> name(e.getCause(), endpoint, place);
            case MemoryBudgetExceededException e -> outOfMemory(e);
            case OutOfMemoryError e -> outOfMemory(e);
            case IOException e -> io(e, endpoint, place);
            default -> unexpected(failure, endpoint);
        };
    }

    private ProblemException outOfMemory(Throwable e) {
        return NodeFaults.OUT_OF_MEMORY
                .problem()
                .evidence("grant", memory.limit() >> 20)
                .evidence("used", memory.used())
                .from(e)
                .exception();
    }

    private static ProblemException io(IOException e, Endpoint endpoint, String place) {
        String path = e instanceof FileSystemException f && f.getFile() != null ? f.getFile() : place;
        String text = String.valueOf(e.getMessage());
        String lower = text.toLowerCase(Locale.ROOT);
        Problem.Builder problem;
        if (lower.contains("no space left") || lower.contains("disk quota exceeded") || lower.contains("disk full")) {
            problem = DataFaults.DISK_FULL.problem().evidence("free", 0);
        } else if (e instanceof NoSuchFileException) {
            problem = DataFaults.FILE_MISSING.problem();
        } else if (e instanceof AccessDeniedException) {
            problem = DataFaults.FILE_FORBIDDEN
                    .problem()
                    .evidence("action", endpoint.side() == Kind.SINK ? "write" : "read")
                    .evidence("user", System.getProperty("user.name"));
        } else if (e instanceof EOFException && endpoint.side() == Kind.SOURCE && !path.isEmpty()) {
            problem = DataFaults.MALFORMED_FILE
                    .problem()
                    .evidence("format", endpoint.datasetType())
                    .evidence("detail", "it ends too early (" + text + ").");
        } else if (e instanceof UnknownHostException) {
            return ConnectionFaults.HOST_UNKNOWN
                    .problem()
                    .evidence("host", text)
                    .evidence("store", endpoint.linkedServiceName())
                    .from(e)
                    .exception();
        } else if (isLost(e, lower)) {
            problem = DataFaults.CONNECTION_CUT.problem().evidence("detail", text);
        } else {
            problem = DataFaults.TRANSFER_FAILED
                    .problem()
                    .evidence("action", endpoint.side() == Kind.SINK ? "writing" : "reading")
                    .evidence("detail", e.getClass().getSimpleName() + ": " + text);
        }
        return problem.on(endpoint.side())
                .evidence("path", path.isEmpty() ? endpoint.datasetName() : path)
                .evidence("store", endpoint.linkedServiceName())
                .from(e)
                .exception();
    }

    private static boolean isLost(IOException e, String lower) {
        return e instanceof EOFException
                || e instanceof ConnectException
                || e instanceof SocketException
                || e instanceof SocketTimeoutException
                || e instanceof SSLException
                || lower.contains("connection reset")
                || lower.contains("broken pipe")
                || lower.contains("premature eof");
    }

    /// A defect of ours or of a client library: named as such, with the first line of what it said.
    private static ProblemException unexpected(Throwable e, Endpoint endpoint) {
        return DataFaults.TRANSFER_FAILED
                .problem()
                .on(endpoint.side())
                .evidence("action", endpoint.side() == Kind.SINK ? "writing" : "reading")
                .evidence("path", endpoint.datasetName())
                .evidence("store", endpoint.linkedServiceName())
                .evidence("detail", e.toString())
                .from(e)
                .exception();
    }
}
