package dev.sluice.data.copy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.diagnosis.Problem;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.UUID;

/// The log of one copy, a file of delimited text in Data Factory's shape: Timestamp, Level, OperationName,
/// OperationItem, Message. It appears when the copy ends, before the sink's commit: without it nothing is
/// committed that left rows out. Thread-safe. What fails in the log's store is kept and thrown by
/// [#publish()].
final class SessionLog implements AutoCloseable {
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss.SSSSSSS", Locale.ROOT)
            .withZone(ZoneOffset.UTC);
    private static final int BUFFER = 64 << 10;
    private static final long MOST_BYTES = 10L << 30;

    private final LogTarget target;
    private final JobContext job;
    private final FileStore store;
    private final FileOutput output;
    private final String path;
    private final StringBuilder lines = new StringBuilder("Timestamp,Level,OperationName,OperationItem,Message\n");
    private IOException failure = new IOException();
    private boolean failed;
    private boolean published;
    private boolean full;

    /// Opens the store and starts the file.
    SessionLog(LogTarget target, FileStore store, JobContext job) throws IOException {
        this.target = target;
        this.job = job;
        this.store = store;
        String name = UUID.nameUUIDFromBytes(job.attemptId().getBytes(UTF_8)) + ".csv";
        this.path = target.folder().isEmpty() ? name : target.folder() + "/" + name;
        this.output = store.create(path);
    }

    /// Where it is, for the activity's output.
    String shownPath() {
        return target.shownRoot().isEmpty() ? path : target.shownRoot() + "/" + path;
    }

    Endpoint endpoint() {
        return target.endpoint();
    }

    /// Member of the activity's output that says where it is.
    String member() {
        return target.member();
    }

    void rowSkipped(RefusedRow row) {
        String place = row.problem().location();
        line(
                "Warning",
                "TabularRowSkip",
                row.content(),
                (place.isEmpty() ? "" : place + ": ") + row.problem().message());
    }

    void fileSkipped(String file, Problem why) {
        line(
                "Warning",
                "FileSkip",
                file,
                "File is skipped: ErrorCode=" + why.fault().code() + ", " + why.message());
    }

    void fileRead(String file, long bytes) {
        if (target.files()) {
            line("Info", "FileRead", file, "Complete reading file: " + bytes + " bytes.");
        }
    }

    void fileWritten(String file, String from, long bytes) {
        if (target.files()) {
            line(
                    "Info",
                    "FileWrite",
                    file,
                    "Complete writing file. File is copied from " + from + ": " + bytes + " bytes.");
        }
    }

    private synchronized void line(String level, String operation, String item, String message) {
        if (failed || full) {
            return;
        }
        Instant now = job.clock().instant();
        lines.append(TIME.format(now))
                .append(',')
                .append(level)
                .append(',')
                .append(operation)
                .append(',');
        quoted(item);
        lines.append(',');
        quoted(message);
        lines.append('\n');
        if (lines.length() >= BUFFER) {
            hand();
        }
    }

    private void quoted(String text) {
        lines.append('"').append(text.replace("\"", "\"\"")).append('"');
    }

    private void hand() {
        byte[] bytes = lines.toString().getBytes(UTF_8);
        lines.setLength(0);
        try {
            if (output.size() + bytes.length > MOST_BYTES) {
                full = true;
                return;
            }
            output.write(bytes, 0, bytes.length);
        } catch (IOException e) {
            failure = e;
            failed = true;
        }
    }

    /// Makes the log visible.
    synchronized void publish() throws IOException {
        if (published) {
            return;
        }
        hand();
        if (failed) {
            throw failure;
        }
        output.finish();
        output.publish();
        published = true;
    }

    @Override
    public void close() {
        try (store) {
            output.close();
        }
    }
}
