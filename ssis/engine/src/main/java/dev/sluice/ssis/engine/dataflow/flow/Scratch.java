package dev.sluice.ssis.engine.dataflow.flow;

import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.BufferFile;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Files for what does not fit in memory, up to a number of bytes. Thread-safe; [#close()] removes all of them.
public final class Scratch implements AutoCloseable {
    private final Path folder;
    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final Set<Path> files = ConcurrentHashMap.newKeySet();

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
        files.add(file);
        return new Spill(component, layout, file);
    }

    /// Bytes on disk now.
    public long used() {
        return used.get();
    }

    private void remove(Path file, long bytes) {
        if (files.remove(file)) {
            used.addAndGet(-bytes);
            try {
                Files.deleteIfExists(file);
            } catch (IOException e) {
                // It stays in the execution's folder, which goes as a whole.
                files.remove(file);
            }
        }
    }

    @Override
    public void close() {
        for (Path file : Set.copyOf(files)) {
            remove(file, 0);
        }
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
            if (writer == null) {
                writer = new BufferFile.Writer(Files.newOutputStream(file));
            }
            writer.write(buffer);
            long more = writer.written() - bytes;
            bytes += more;
            if (used.addAndGet(more) > limit) {
                throw SsisFaults.SCRATCH_FULL
                        .problem()
                        .evidence("component", component)
                        .evidence("limit", limit)
                        .evidence("folder", folder)
                        .evidence("ssisCode", "0xC0047012")
                        .exception();
            }
        }

        /// Ends the writing.
        public void written() throws IOException {
            if (writer != null) {
                writer.close();
                writer = null;
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
            written();
            if (reader != null) {
                reader.close();
            }
            remove(file, bytes);
        }
    }
}
