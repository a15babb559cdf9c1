package dev.sluice.ssis.engine.dataflow.flow;

import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.BufferFile;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Files for what does not fit in memory, up to a number of bytes. Thread-safe; [#close()] removes all of them.
public final class Scratch implements AutoCloseable {
    private final Path folder;
    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final Map<String, AtomicLong> users = new ConcurrentHashMap<>();
    private final Set<Spill> spills = ConcurrentHashMap.newKeySet();

    public Scratch(Path folder, long limit) {
        this.folder = folder;
        this.limit = limit;
    }

    /// Starts a file.
    ///
    /// @param component for messages
    public Spill spill(String component, Layout layout) throws IOException {
        Files.createDirectories(folder);
        Path file = Files.createTempFile(folder, "dataflow", ".spill");
        Spill spill = new Spill(component, layout, file);
        spills.add(spill);
        return spill;
    }

    /// Bytes on disk now.
    public long used() {
        return used.get();
    }

    /// Who holds how much on disk now, most first: `Sort: 10485760 bytes, Aggregate: 4096 bytes`.
    private String holders() {
        return users.entrySet().stream()
                .map(e -> Map.entry(e.getKey(), e.getValue().get()))
                .filter(e -> e.getValue() > 0)
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .map(e -> e.getKey() + ": " + e.getValue() + " bytes")
                .collect(Collectors.joining(", "));
    }

    private ProblemException full(Fault fault, String component) {
        return fault.problem()
                .evidence("component", component)
                .evidence("limit", limit)
                .evidence("free", folder.toFile().getUsableSpace())
                .evidence("used", used.get())
                .evidence("holders", holders())
                .evidence("folder", folder)
                .evidence("ssisCode", Codes.MEMORY.hex())
                .exception();
    }

    /// What a file system says when it, or the share of whoever writes, has no room left.
    private static boolean noRoom(IOException e) {
        String said = String.valueOf(e.getMessage());
        return List.of("No space left", "quota exceeded").stream().anyMatch(said::contains);
    }

    /// Ends all files, those too that were not read to their end: one that is open keeps its room on the disk.
    @Override
    public void close() {
        for (Spill spill : Set.copyOf(spills)) {
            try {
                spill.close();
            } catch (IOException e) {
                // What could not be written out is not wanted any more.
                spills.remove(spill);
            }
        }
    }

    private AtomicLong holding(String component) {
        return users.computeIfAbsent(component, c -> new AtomicLong());
    }

    /// Buffers of one layout, written first, then read once. One thread at a time.
    public final class Spill implements AutoCloseable {
        private final String component;
        private final Layout layout;
        private final Path file;
        private BufferFile.@Nullable Writer writer;
        private BufferFile.@Nullable Reader reader;
        private long bytes;

        private Spill(String component, Layout layout, Path file) {
            this.component = component;
            this.layout = layout;
            this.file = file;
        }

        public void write(Buffer buffer) throws IOException {
            try {
                if (writer == null) {
                    writer = new BufferFile.Writer(Files.newOutputStream(file));
                }
                writer.write(buffer);
            } catch (IOException e) {
                if (noRoom(e)) {
                    throw full(SsisRunFaults.SCRATCH_DISK_FULL, component);
                }
                throw e;
            }
            long more = writer.written() - bytes;
            bytes += more;
            holding(component).addAndGet(more);
            if (used.addAndGet(more) > limit) {
                throw full(SsisFaults.SCRATCH_FULL, component);
            }
        }

        /// Ends the writing.
        public void written() throws IOException {
            if (writer != null) {
                BufferFile.Writer ended = writer;
                writer = null;
                try {
                    ended.close();
                } catch (IOException e) {
                    if (noRoom(e)) {
                        throw full(SsisRunFaults.SCRATCH_DISK_FULL, component);
                    }
                    throw e;
                }
            }
        }

        /// The next buffer; null at the end, with which the file is gone.
        public @Nullable Buffer next() throws IOException {
            written();
            if (reader == null) {
                reader = new BufferFile.Reader(Files.newInputStream(file), layout);
            }
            Buffer next = reader.next();
            if (next == null) {
                close();
            }
            return next;
        }

        @Override
        public void close() throws IOException {
            if (!spills.remove(this)) {
                return;
            }
            used.addAndGet(-bytes);
            holding(component).addAndGet(-bytes);
            try {
                if (writer != null) {
                    writer.close();
                    writer = null;
                }
            } finally {
                if (reader != null) {
                    reader.close();
                }
                Files.deleteIfExists(file);
            }
        }
    }
}
