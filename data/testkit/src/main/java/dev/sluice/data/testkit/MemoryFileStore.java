package dev.sluice.data.testkit;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.InputStream;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A file store in memory, as strict as the contract allows. Counts what is open, so that tests see leaks.
public final class MemoryFileStore implements FileStore {
    private final MemoryFiles files;
    private final InstantSource clock;
    private final Kind side;
    private final AtomicInteger open = new AtomicInteger();

    public MemoryFileStore(MemoryFiles files, InstantSource clock, Kind side) {
        this.files = files;
        this.clock = clock;
        this.side = side;
    }

    @Override
    public String describe() {
        return "memory";
    }

    /// Inputs and outputs not yet closed.
    public int openCount() {
        return open.get();
    }

    @Override
    public Stream<FileEntry> list(String folder, boolean recursive) {
        String prefix = StorePaths.inside(folder, describe()).isEmpty() ? "" : folder + "/";
        List<FileEntry> below = files.all().stream()
                .map(MemoryFiles.Stored::entry)
                .filter(e -> e.path().startsWith(prefix))
                .toList();
        if (below.isEmpty() && !folder.isEmpty()) {
            throw missing(folder);
        }
        return below.stream().filter(e -> recursive || e.path().indexOf('/', prefix.length()) < 0);
    }

    private RuntimeException missing(String path) {
        return DataFaults.FILE_MISSING
                .problem()
                .on(side)
                .evidence("path", path)
                .evidence("store", describe())
                .exception();
    }

    @Override
    public Optional<FileEntry> find(String path) {
        return Optional.ofNullable(files.find(StorePaths.inside(path, describe())))
                .map(MemoryFiles.Stored::entry);
    }

    @Override
    public FileInput open(FileEntry file) {
        MemoryFiles.Stored stored = files.find(StorePaths.inside(file.path(), describe()));
        if (stored == null) {
            throw missing(file.path());
        }
        open.incrementAndGet();
        return new Input(stored);
    }

    @Override
    public FileOutput create(String path) {
        StorePaths.inside(path, describe());
        open.incrementAndGet();
        return new Output(path);
    }

    @Override
    public void delete(String path) {
        files.remove(StorePaths.inside(path, describe()));
    }

    @Override
    public void close() {}

    private final class Input implements FileInput {
        private final MemoryFiles.Stored stored;
        private final AtomicLong read = new AtomicLong();
        private boolean closed;

        Input(MemoryFiles.Stored stored) {
            this.stored = stored;
        }

        @Override
        public FileEntry entry() {
            return stored.entry();
        }

        @Override
        public void read(long position, byte[] into, int offset, int length) throws EOFException {
            if (position + length > stored.content().length) {
                throw new EOFException(stored.entry().path() + " ends before " + (position + length));
            }
            System.arraycopy(stored.content(), (int) position, into, offset, length);
            read.addAndGet(length);
        }

        @Override
        public InputStream stream(long position, long length) {
            int from = (int) Math.min(position, stored.content().length);
            int count = (int) Math.min(length, stored.content().length - from);
            return new ByteArrayInputStream(stored.content(), from, count) {
                @Override
                public synchronized int read(byte[] b, int off, int len) {
                    int n = super.read(b, off, len);
                    read.addAndGet(Math.max(0, n));
                    return n;
                }

                @Override
                public synchronized int read() {
                    int b = super.read();
                    read.addAndGet(b < 0 ? 0 : 1);
                    return b;
                }
            };
        }

        @Override
        public long bytesRead() {
            return read.get();
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
        }
    }

    private final class Output implements FileOutput {
        private final String path;
        private final ByteArrayOutputStream content = new ByteArrayOutputStream();
        private volatile long size;
        private boolean finished;
        private boolean published;
        private MemoryFiles.@Nullable Stored before;
        private boolean closed;

        Output(String path) {
            this.path = path;
        }

        @Override
        public String path() {
            return path;
        }

        @Override
        public synchronized void write(byte[] bytes, int offset, int length) {
            if (finished || closed) {
                throw new IllegalStateException("write after the end of " + path);
            }
            content.write(bytes, offset, length);
            size = content.size();
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public synchronized void finish() {
            finished = true;
        }

        @Override
        public synchronized void publish() {
            if (!finished || closed) {
                throw new IllegalStateException(path + " is not finished");
            }
            if (!published) {
                before = files.find(path);
                files.put(path, content.toByteArray(), clock.instant());
                published = true;
            }
        }

        @Override
        public synchronized void withdraw() {
            MemoryFiles.Stored earlier = before;
            if (!published || closed) {
                return;
            }
            published = false;
            if (earlier == null) {
                files.remove(path);
            } else {
                files.put(path, earlier.content(), earlier.entry().modified());
            }
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
        }
    }
}
