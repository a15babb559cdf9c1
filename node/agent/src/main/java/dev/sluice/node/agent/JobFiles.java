package dev.sluice.node.agent;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A folder with one JSON file per job and attempt. A file that cannot be read is put aside as `NAME.damaged` and
/// never stops the others. Thread-safe as long as a job's file has one writer.
final class JobFiles<T> {
    private static final Logger LOG = LoggerFactory.getLogger(JobFiles.class);
    private static final String SUFFIX = ".json";
    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9_-]{1,80}");

    private final Path folder;
    private final Class<T> type;

    JobFiles(Path folder, Class<T> type) throws IOException {
        this.folder = DurableFile.folder(folder);
        this.type = type;
    }

    void write(JobRef job, T content) throws IOException {
        DurableFile.write(file(job), Wire.encode(content));
    }

    void writeFast(JobRef job, T content) throws IOException {
        DurableFile.writeFast(file(job), Wire.encode(content));
    }

    boolean has(JobRef job) {
        return Files.exists(file(job));
    }

    void delete(JobRef job) throws IOException {
        DurableFile.delete(file(job));
    }

    /// Every readable entry, oldest first.
    List<T> all() throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
            found.forEach(files::add);
        }
        List<Aged> aged = new ArrayList<>();
        for (Path file : files) {
            aged.add(new Aged(Files.getLastModifiedTime(file).toMillis(), file));
        }
        Collections.sort(aged);
        List<T> all = new ArrayList<>();
        for (Aged entry : aged) {
            read(entry.file()).ifPresent(all::add);
        }
        return all;
    }

    /// Takes an entry out of the way without losing it.
    void putAside(JobRef job, String why) throws IOException {
        Path file = file(job);
        if (Files.exists(file)) {
            Files.move(file, folder.resolve(file.getFileName() + "." + why));
        }
    }

    private Optional<T> read(Path file) throws IOException {
        try {
            return Optional.of(Wire.decode(Files.readAllBytes(file), type));
        } catch (ProblemException e) {
            LOG.warn("{} cannot be read and is put aside: {}", file, e.getMessage());
            Files.move(file, folder.resolve(file.getFileName() + ".damaged"));
            return Optional.empty();
        }
    }

    /// Job ids come from the service: whatever is no plain word becomes its hash, so that no name leads elsewhere. A
    /// second offer of an attempt has another name than the first.
    static String name(JobRef job) {
        String id = PLAIN.matcher(job.jobId()).matches() ? job.jobId() : hash(job.jobId());
        return id + "-" + job.attempt() + (job.offer() > 0 ? "." + job.offer() : "");
    }

    private Path file(JobRef job) {
        return folder.resolve(name(job) + SUFFIX);
    }

    private static String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private record Aged(long millis, Path file) implements Comparable<Aged> {
        @Override
        public int compareTo(Aged other) {
            int byTime = Long.compare(millis, other.millis);
            return byTime != 0 ? byTime : file.compareTo(other.file);
        }
    }
}
