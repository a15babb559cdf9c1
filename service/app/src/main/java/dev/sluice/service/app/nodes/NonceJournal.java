package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.secrets.NonceMemory;
import dev.sluice.secrets.NonceMemory.Entry;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Used nonces in a folder, so that a restart does not forget them. Appended one by one, each when it is
/// used, without waiting for the disk: they outlive the process, however it ends; a machine that loses its
/// power may lose those of its last seconds.
///
/// A file is begun at each start and whenever the one before is [#SPAN] old; one whose nonces are all over
/// is removed. So the folder holds what [NonceMemory] holds, and at most one span more. Owned by one
/// process and used under the lock of one [NonceMemory].
final class NonceJournal implements NonceMemory.Keeper, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NonceJournal.class);
    private static final Duration SPAN = Duration.ofMinutes(5);
    private static final String SUFFIX = ".nonces";
    private static final int MAX_TEXT = 1_000;
    private static final int MAX_FILE = 256 << 20;

    private final Path folder;
    private final List<Closed> closed = new ArrayList<>();
    private FileChannel file;
    private Path path;
    private Instant begun;
    private Instant last = Instant.EPOCH;
    private boolean broken;

    /// A file nothing is added to any more.
    ///
    /// @param last when the last of its nonces is over
    private record Closed(Path path, Instant last) {}

    private record Kept(List<Entry> entries, Instant last) {}

    private NonceJournal(Path folder, Instant now) throws IOException {
        this.folder = folder;
        this.path = fresh(now);
        this.file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.begun = now;
    }

    /// A journal, and what is in it that is not over yet.
    record Opened(NonceJournal journal, List<Entry> kept) {}

    /// Opens the journal, made if there is none.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException [ServiceFaults#FOLDER_UNUSABLE]
    static Opened open(Path folder, Instant now) {
        List<Entry> kept = new ArrayList<>();
        try {
            Files.createDirectories(folder);
            List<Closed> older = new ArrayList<>();
            try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*" + SUFFIX)) {
                for (Path file : files) {
                    Kept found = read(file);
                    found.entries().stream()
                            .filter(e -> !e.until().isBefore(now))
                            .forEach(kept::add);
                    older.add(new Closed(file, found.last()));
                }
            }
            NonceJournal journal = new NonceJournal(folder, now);
            journal.closed.addAll(older);
            journal.tidy(now);
            return new Opened(journal, kept);
        } catch (IOException e) {
            throw ServiceFaults.FOLDER_UNUSABLE
                    .problem()
                    .evidence("path", folder)
                    .evidence("detail", e.getClass().getSimpleName() + " " + e.getMessage())
                    .from(e)
                    .exception();
        }
    }

    private Path fresh(Instant now) {
        Path candidate = folder.resolve(now.toEpochMilli() + SUFFIX);
        for (int i = 1; Files.exists(candidate); i++) {
            candidate = folder.resolve(now.toEpochMilli() + "-" + i + SUFFIX);
        }
        return candidate;
    }

    /// Keeps a nonce. When it cannot be kept (disk full), that is said once: requests go on, only a restart forgets
    /// them.
    @Override
    public void keep(Entry entry, Instant now) {
        try {
            if (Duration.between(begun, now).abs().compareTo(SPAN) > 0) {
                next(now);
            }
            ByteBuffer bytes = encoded(entry);
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
            last = last.isBefore(entry.until()) ? entry.until() : last;
            broken = false;
        } catch (IOException e) {
            if (!broken) {
                LOG.warn("used nonces cannot be kept in {}: a restart would forget them ({})", path, e.getMessage());
            }
            broken = true;
        }
    }

    private void next(Instant now) throws IOException {
        file.close();
        closed.add(new Closed(path, last));
        tidy(now);
        path = fresh(now);
        file = FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        begun = now;
        last = Instant.EPOCH;
    }

    private void tidy(Instant now) throws IOException {
        for (Closed old : List.copyOf(closed)) {
            if (old.last().isBefore(now)) {
                Files.deleteIfExists(old.path());
                closed.remove(old);
            }
        }
        closed.sort(Comparator.comparing(Closed::last));
    }

    private static ByteBuffer encoded(Entry entry) {
        byte[] key = entry.keyId().getBytes(StandardCharsets.UTF_8);
        byte[] nonce = entry.nonce().getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + 2 + key.length + 2 + nonce.length)
                .putLong(entry.until().getEpochSecond())
                .putShort((short) key.length)
                .put(key)
                .putShort((short) nonce.length)
                .put(nonce)
                .flip();
    }

    /// Whatever is whole; the process may have ended in the middle of the last one.
    private static Kept read(Path file) throws IOException {
        List<Entry> entries = new ArrayList<>();
        Instant last = Instant.EPOCH;
        if (Files.size(file) > MAX_FILE) {
            throw new IOException(file + " is no file of used nonces");
        }
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            while (in.available() > 0) {
                Instant until = Instant.ofEpochSecond(in.readLong());
                entries.add(new Entry(until, text(in), text(in)));
                last = last.isBefore(until) ? until : last;
            }
        } catch (EOFException | java.time.DateTimeException torn) {
            LOG.debug("{} ends in the middle of a nonce", file);
        }
        return new Kept(entries, last);
    }

    private static String text(DataInputStream in) throws IOException {
        int length = in.readUnsignedShort();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length || length > MAX_TEXT) {
            throw new EOFException();
        }
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("{} cannot be closed: {}", path, e.getMessage());
        }
    }
}
