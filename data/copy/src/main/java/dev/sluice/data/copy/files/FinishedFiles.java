package dev.sluice.data.copy.files;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// The record of a copy of files that can be resumed: which files are complete. It lies in files of its own in the
/// sink, in `_sluice_resume` of the sink's folder, under a name made of source and sink, and goes when the copy has
/// succeeded. A file counts as complete only while both the original and the copy are, by their stores' versions, what
/// they were when it was recorded; so a record that is old, or not quite complete, costs work and never content.
///
/// Thread-safe.
public final class FinishedFiles {
    private static final String FOLDER = "_sluice_resume";
    private static final String HEAD = "sluice finished files 1";
    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final int FEWEST = 16;
    private static final int GROWTH = 10;
    private static final int LARGEST = 64 << 20;
    private static final int COLUMNS = 7;

    private final FileStore store;
    private final InstantSource clock;
    private final String folder;
    private final String run;
    private final Map<String, Done> known = new HashMap<>();
    private final List<Done> pending = new ArrayList<>();
    private final List<String> segments = new ArrayList<>();
    private Instant last = Instant.MIN;

    /// A file that is complete.
    ///
    /// @param source path in the source
    /// @param version of the original when it was read
    /// @param size bytes read
    /// @param target path in the sink
    /// @param targetVersion of the copy
    /// @param written bytes written
    /// @param hash of the bytes; empty where none was made
    public record Done(
            String source, String version, long size, String target, String targetVersion, long written, String hash) {
        private String line() {
            return String.join(
                    "\t",
                    code(source),
                    code(version),
                    Long.toString(size),
                    code(target),
                    code(targetVersion),
                    Long.toString(written),
                    code(hash));
        }

        private static @Nullable Done of(String line) {
            String[] parts = line.split("\t", -1);
            if (parts.length != COLUMNS || !parts[2].matches("\\d{1,18}") || !parts[5].matches("\\d{1,18}")) {
                return null;
            }
            return new Done(
                    text(parts[0]),
                    text(parts[1]),
                    Long.parseLong(parts[2]),
                    text(parts[3]),
                    text(parts[4]),
                    Long.parseLong(parts[5]),
                    text(parts[6]));
        }

        private static String code(String text) {
            return URLEncoder.encode(text, UTF_8);
        }

        private static String text(String code) {
            return URLDecoder.decode(code, UTF_8);
        }
    }

    /// Reads what an earlier run has left.
    ///
    /// @param place the sink's folder
    /// @param copy what is copied to where, the same for every run of it
    /// @param run the activity run
    public FinishedFiles(FileStore store, String place, String copy, String run, InstantSource clock)
            throws IOException {
        this.store = store;
        this.clock = clock;
        this.folder = (place.isEmpty() ? "" : place + "/") + FOLDER + "/" + digest(copy);
        this.run = run;
        try (Stream<FileEntry> files = store.list(folder, false)) {
            for (FileEntry file : files.filter(f -> f.size() <= LARGEST).toList()) {
                read(file);
            }
        } catch (ProblemException e) {
            if (!e.problem().fault().equals(DataFaults.FILE_MISSING)
                    && !e.problem().fault().equals(DataFaults.CONTAINER_MISSING)) {
                throw e;
            }
        }
    }

    private static String digest(String copy) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(copy.getBytes(UTF_8)), 0, 12);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void read(FileEntry file) throws IOException {
        segments.add(file.path());
        try (FileInput in = store.open(file);
                InputStream bytes = in.stream(0, file.size())) {
            List<String> lines = new String(bytes.readAllBytes(), UTF_8).lines().toList();
            if (!lines.isEmpty() && lines.getFirst().equals(HEAD)) {
                for (String line : lines) {
                    Done done = Done.of(line);
                    if (done != null) {
                        known.put(done.target(), done);
                    }
                }
            }
        }
    }

    /// The record of a file, when it need not be copied again.
    public Optional<Done> complete(FileEntry source, String target) throws IOException {
        Done done;
        synchronized (this) {
            done = known.get(target);
        }
        if (done == null
                || !done.source().equals(source.path())
                || !done.version().equals(source.version())
                || done.size() != source.size()) {
            return Optional.empty();
        }
        return store.find(target)
                .filter(there ->
                        there.size() == done.written() && there.version().equals(done.targetVersion()))
                .map(there -> done);
    }

    /// Records a file that is visible in the sink.
    public void add(FileEntry source, FileOutput output, String hash) throws IOException {
        Optional<FileEntry> there = store.find(output.path());
        if (there.isEmpty()) {
            return;
        }
        Done done = new Done(
                source.path(),
                source.version(),
                source.size(),
                output.path(),
                there.get().version(),
                there.get().size(),
                hash);
        synchronized (this) {
            known.put(done.target(), done);
            pending.add(done);
            boolean many = pending.size() >= Math.max(FEWEST, known.size() / GROWTH);
            if (many || last.equals(Instant.MIN) || clock.instant().isAfter(last.plus(LONGEST))) {
                keep();
            }
        }
    }

    /// Writes down what is not yet written down: in few and growing files, since a store cannot append.
    public synchronized void keep() throws IOException {
        if (pending.isEmpty()) {
            return;
        }
        StringBuilder text = new StringBuilder(HEAD).append('\n');
        pending.forEach(d -> text.append(d.line()).append('\n'));
        byte[] bytes = text.toString().getBytes(UTF_8);
        String path = folder + "/" + run + "-" + segments.size() + ".txt";
        try (FileOutput out = store.create(path)) {
            out.write(bytes, 0, bytes.length);
            out.finish();
            out.publish();
        }
        segments.add(path);
        pending.clear();
        last = clock.instant();
    }

    /// Removes the record: the copy has succeeded.
    public synchronized void remove() throws IOException {
        pending.clear();
        for (String segment : segments) {
            store.delete(segment);
        }
        store.deleteFolder(folder.substring(0, folder.lastIndexOf('/')));
    }
}
