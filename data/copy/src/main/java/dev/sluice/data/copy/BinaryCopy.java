package dev.sluice.data.copy;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.copy.files.FinishedFiles;
import dev.sluice.data.copy.files.PackingStore;
import dev.sluice.data.copy.files.Publication;
import dev.sluice.data.copy.files.SelectedFile;
import dev.sluice.data.copy.files.UnpackedStore;
import dev.sluice.data.copy.manifest.Chunk;
import dev.sluice.data.copy.manifest.FileHash;
import dev.sluice.data.copy.manifest.Ledger;
import dev.sluice.data.copy.manifest.Manifest;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileAttributes;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Moves files without looking into them. All of them appear at the end, together as far as the store can.
final class BinaryCopy {
    private static final int BUFFER = 1 << 20;

    private final FileStore from;
    private final FileStore to;
    private final List<SelectedFile> files;
    private final CopySpec spec;
    private final JobContext job;
    private final Progress progress;
    private final FirstFailure failures;
    private final AtomicInteger next = new AtomicInteger();
    private final List<FileOutput> outputs = new ArrayList<>();
    private final Collection<AutoCloseable> open = new ConcurrentLinkedQueue<>();
    private final String folder;
    private final String behavior;
    private final Optional<String> fileName;
    private final FailureNaming naming;
    private final @Nullable SessionLog log;
    private final Map<FileOutput, Poured> poured = new ConcurrentHashMap<>();
    private final Set<String> left = ConcurrentHashMap.newKeySet();
    /// Bytes of each file that was read.
    private final Map<String, Long> sizes = new ConcurrentHashMap<>();
    private final Collection<FinishedFiles.Done> resumed = new ConcurrentLinkedQueue<>();
    private final @Nullable FinishedFiles finished;
    private volatile boolean stopped;

    /// What went into an output.
    ///
    /// @param hash of its bytes; empty where none are summed up
    private record Poured(String source, String hash) {}

    BinaryCopy(
            FileStore from,
            FileStore to,
            List<SelectedFile> files,
            CopySpec spec,
            JobContext job,
            Progress progress,
            FirstFailure failures,
            FailureNaming naming,
            @Nullable SessionLog log)
            throws IOException {
        this.from = from;
        this.to = to;
        this.files = files;
        this.spec = spec;
        this.job = job;
        this.progress = progress;
        this.failures = failures;
        this.naming = naming;
        this.log = log;
        Endpoint sink = spec.sink();
        this.folder = trimmed(sink.location().text("folderPath").orElse(""));
        this.behavior = sink.storeSettings().text("copyBehavior").orElse("").toLowerCase(Locale.ROOT);
        this.fileName = sink.location().text("fileName").filter(s -> !s.isBlank());
        this.finished = spec.resume()
                ? new FinishedFiles(to, folder, from.describe() + "\n" + to.describe(), spec.runId(), job.clock())
                : null;
    }

    private static String trimmed(String path) {
        return path.replaceAll("^/+|/+$", "");
    }

    /// Whether everything goes into one file.
    boolean merges() {
        return behavior.equals("mergefiles") || archives() && fileName.isPresent() && files.size() > 1;
    }

    private boolean archives() {
        return to instanceof PackingStore packing && packing.isArchive();
    }

    /// Copies all files with that many threads; failures are in [FirstFailure] afterwards.
    void run(int threads) {
        List<Thread> all = new ArrayList<>();
        for (int i = 0; i < (merges() ? 1 : threads); i++) {
            all.add(Thread.ofPlatform()
                    .name("copy " + spec.runId() + " " + i)
                    .start(merges() ? this::mergeAll : this::copyAll));
        }
        boolean interrupted = false;
        for (Thread t : all) {
            while (t.isAlive()) {
                try {
                    t.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                    stop();
                    all.forEach(Thread::interrupt);
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /// Ends everything from any thread.
    void stop() {
        stopped = true;
        for (AutoCloseable thing : open) {
            try {
                thing.close();
            } catch (Exception e) {
                failures.add(new CancellationException(e.toString()), spec.source(), "");
            }
        }
    }

    private boolean ended() {
        return stopped || job.cancelled();
    }

    private void copyAll() {
        String place = "";
        boolean[] reading = {true};
        try {
            byte[] buffer = reserve();
            try {
                for (int i = next.getAndIncrement(); i < files.size() && !ended(); i = next.getAndIncrement()) {
                    SelectedFile file = files.get(i);
                    place = file.entry().path();
                    copyOne(file, buffer, reading);
                    reading[0] = true;
                }
            } finally {
                job.memory().release(BUFFER);
            }
        } catch (Throwable e) {
            fail(e, reading[0], place);
        }
    }

    /// One file, or its skipping.
    private void copyOne(SelectedFile file, byte[] buffer, boolean[] reading) throws IOException {
        FileOutput output = null;
        try {
            reading[0] = false;
            if (isComplete(file)) {
                return;
            }
            output = kept(to.create(target(file), attributes(file)));
            FileHash hash = digest();
            pour(file, output, hash, buffer, reading);
            reading[0] = false;
            output.finish();
            Poured content = new Poured(file.entry().path(), hash == null ? "" : hash.end());
            poured.put(output, content);
            if (finished != null) {
                output.publish();
                if (verify(output)) {
                    finished.add(file.entry(), output, content.hash());
                }
            }
        } catch (IOException | RuntimeException e) {
            boolean read = reading[0];
            String place = file.entry().path();
            if (ended()
                    || e instanceof CancellationException
                    || !spec.skippedFiles().any()) {
                throw e;
            }
            ProblemException named = naming.name(e, read ? spec.source() : spec.sink(), place);
            if (!spec.skippedFiles().holds(named, read)) {
                throw e;
            }
            skip(place, output, named);
        }
    }

    /// Whether an earlier run has copied the file, and both it and its copy are as they were.
    private boolean isComplete(SelectedFile file) throws IOException {
        if (finished == null) {
            return false;
        }
        boolean hashed = spec.proof() != Proof.COUNTS;
        Optional<FinishedFiles.Done> done = finished.complete(file.entry(), target(file))
                .filter(d -> !hashed || !d.hash().isEmpty());
        done.ifPresent(d -> {
            resumed.add(d);
            sizes.put(d.source(), d.size());
        });
        return done.isPresent();
    }

    /// How many files an earlier run had copied.
    int resumed() {
        return resumed.size();
    }

    /// What the new file is to have besides: that of the old one where the activity says so, and its age in any case.
    private FileAttributes attributes(SelectedFile file) throws IOException {
        FileAttributes copied = spec.preserveAttributes() ? from.attributes(file.entry()) : FileAttributes.NONE;
        return copied.of(file.entry().modified());
    }

    private void skip(String source, @Nullable FileOutput output, ProblemException why) {
        left.add(source);
        progress.fileSkipped();
        if (output != null) {
            synchronized (outputs) {
                outputs.remove(output);
            }
            output.close();
        }
        SessionLog told = log;
        if (told != null) {
            told.fileSkipped(source, why.problem());
        }
    }

    private @Nullable FileHash digest() {
        return spec.proof() == Proof.COUNTS ? null : new FileHash();
    }

    private void mergeAll() {
        String place = "";
        boolean[] reading = {false};
        try {
            byte[] buffer = reserve();
            try {
                String path = join(fileName.orElse("Data." + spec.runId()));
                FileOutput output = archives() && !files.isEmpty()
                        ? kept(((PackingStore) to).create(path, files.getFirst().relative()))
                        : create(path);
                FileHash hash = digest();
                for (SelectedFile file : files) {
                    place = file.entry().path();
                    if (output instanceof PackingStore.PackedOutput archive && archives() && file != files.getFirst()) {
                        archive.next(file.relative());
                    }
                    pour(file, output, hash, buffer, reading);
                }
                reading[0] = false;
                output.finish();
                poured.put(output, new Poured(place, hash == null ? "" : hash.end()));
            } finally {
                job.memory().release(BUFFER);
            }
        } catch (Throwable e) {
            fail(e, reading[0], place);
        }
    }

    private void fail(Throwable e, boolean reading, String place) {
        failures.add(e, reading ? spec.source() : spec.sink(), place);
        stop();
    }

    private byte[] reserve() {
        job.memory().reserve(BUFFER);
        try {
            return new byte[BUFFER];
        } catch (OutOfMemoryError e) {
            job.memory().release(BUFFER);
            throw e;
        }
    }

    private FileOutput create(String path) throws IOException {
        return kept(to.create(path));
    }

    private FileOutput kept(FileOutput output) {
        synchronized (outputs) {
            outputs.add(output);
        }
        return output;
    }

    private void pour(SelectedFile file, FileOutput output, @Nullable FileHash hash, byte[] buffer, boolean[] reading)
            throws IOException {
        reading[0] = true;
        FileInput input = from.open(file.entry());
        open.add(input);
        LongSupplier bytes = input::bytesRead;
        progress.read().add(bytes);
        progress.readers().up();
        boolean known = file.entry().size() != UnpackedStore.UNKNOWN;
        long whole = known ? file.entry().size() : Long.MAX_VALUE;
        try (InputStream stream = input.stream(0, whole)) {
            open.add(stream);
            long left = whole;
            while (left > 0) {
                if (ended()) {
                    throw new CancellationException("stopped");
                }
                reading[0] = true;
                long start = System.nanoTime();
                int n = stream.readNBytes(buffer, 0, (int) Math.min(buffer.length, left));
                if (n == 0 && !known) {
                    break;
                }
                if (n == 0) {
                    throw new java.io.EOFException(left + " bytes are missing");
                }
                progress.firstByte(job.clock().instant());
                long between = System.nanoTime();
                progress.readFor(between - start);
                reading[0] = false;
                if (hash != null) {
                    hash.update(buffer, 0, n);
                }
                output.write(buffer, 0, n);
                progress.written().add(n);
                progress.wroteFor(System.nanoTime() - between);
                left -= n;
            }
            open.remove(stream);
            progress.fileRead();
            sizes.put(file.entry().path(), whole - left);
            SessionLog told = log;
            if (told != null) {
                told.fileRead(file.entry().path(), whole - left);
            }
        } finally {
            open.remove(input);
            progress.read().settle(bytes);
            progress.readers().down();
            input.close();
        }
    }

    private String join(String name) {
        return folder.isEmpty() ? name : folder + "/" + name;
    }

    private String target(SelectedFile file) {
        if (fileName.isPresent() && files.size() == 1) {
            return join(fileName.get());
        }
        if (behavior.equals("flattenhierarchy")) {
            String path = file.entry().path();
            UUID id = UUID.nameUUIDFromBytes(path.getBytes(StandardCharsets.UTF_8));
            String name = file.relative().substring(file.relative().lastIndexOf('/') + 1);
            int dot = name.lastIndexOf('.');
            return join("Data." + spec.runId() + "." + id + (dot > 0 ? name.substring(dot) : ""));
        }
        return join(file.relative());
    }

    /// Makes all files visible; those of a copy that can be resumed have been since they were complete.
    ///
    /// @return their number
    int commit() throws IOException {
        if (finished != null) {
            finished.remove();
            return outputs.size();
        }
        new Publication(outputs).publish();
        for (FileOutput output : List.copyOf(outputs)) {
            verify(output);
        }
        return outputs.size();
    }

    /// Reads a file again from the sink where the activity asks for it. One that differs is taken back, and so are all
    /// others unless it may be skipped.
    ///
    /// @return whether it is there, as it should be
    private boolean verify(FileOutput output) throws IOException {
        Poured content = poured.get(output);
        if (content == null) {
            return false;
        }
        if (spec.validateConsistency()) {
            try {
                compare(output, content.hash());
            } catch (ProblemException e) {
                output.withdraw();
                if (!spec.skippedFiles().holds(e, false)) {
                    if (finished == null) {
                        for (FileOutput other : outputs) {
                            other.withdraw();
                        }
                    }
                    throw e;
                }
                skip(content.source(), output, e);
                return false;
            }
        }
        SessionLog told = log;
        if (told != null) {
            told.fileWritten(output.path(), content.source(), output.size());
        }
        return true;
    }

    private void compare(FileOutput output, String wanted) throws IOException {
        FileEntry there = to.find(output.path()).orElseThrow(() -> differs(output, "it is not there"));
        if (there.size() != output.size()) {
            throw differs(output, "it has " + there.size() + " bytes instead of " + output.size());
        }
        FileHash hash = new FileHash();
        byte[] buffer = reserve();
        try (FileInput in = to.open(there);
                InputStream stream = in.stream(0, to instanceof PackingStore ? Long.MAX_VALUE : there.size())) {
            for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
                hash.update(buffer, 0, n);
            }
        } finally {
            job.memory().release(BUFFER);
        }
        if (!hash.end().equals(wanted)) {
            throw differs(output, "its bytes are others");
        }
    }

    private ProblemException differs(FileOutput output, String detail) {
        return DataFaults.FILE_DIFFERS
                .problem()
                .on(spec.sink().side())
                .evidence("path", output.path())
                .evidence("store", to.describe())
                .evidence("detail", detail)
                .exception();
    }

    /// What was copied: a file read and a file written are one here, but for merged ones.
    Manifest manifest() {
        Ledger read = new Ledger();
        Ledger written = new Ledger();
        boolean hashed = spec.proof() != Proof.COUNTS;
        for (FileOutput output : outputs) {
            Poured content = poured.get(output);
            if (content != null) {
                written.add(List.of(
                        hashed
                                ? Chunk.ofFile(output.path(), output.size(), content.hash())
                                : new Chunk(output.path(), 1, 0, output.size(), 0, List.of())));
            }
        }
        for (SelectedFile file : files) {
            if (!left.contains(file.entry().path())) {
                read.add(List.of(new Chunk(
                        file.entry().path(),
                        1,
                        0,
                        sizes.getOrDefault(file.entry().path(), 0L),
                        0,
                        List.of())));
            }
        }
        for (FinishedFiles.Done done : resumed) {
            written.add(List.of(
                    hashed
                            ? Chunk.ofFile(done.target(), done.written(), done.hash())
                            : new Chunk(done.target(), 1, 0, done.written(), 0, List.of())));
        }
        Schema none = new Schema(List.of());
        return new Manifest(read.contents(true, false, none), written.contents(true, hashed, none));
    }

    /// Removes the files that were copied, where the source says so. After the commit.
    void deleteSources() throws IOException {
        if (spec.source().storeSettings().flag("deleteFilesAfterCompletion", false)) {
            for (SelectedFile file : files) {
                if (!left.contains(file.entry().path())) {
                    from.delete(file.entry().path());
                }
            }
        }
    }

    /// Ends all outputs; those not committed leave no trace, but for the record of a copy that can be resumed.
    void close() {
        outputs.forEach(FileOutput::close);
        if (finished != null) {
            try {
                finished.keep();
            } catch (IOException | RuntimeException e) {
                // The record lacks a few files, which are then copied again.
                failures.add(new CancellationException(e.toString()), spec.sink(), "");
            }
        }
    }
}
