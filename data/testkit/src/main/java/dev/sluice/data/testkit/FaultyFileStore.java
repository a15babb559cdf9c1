package dev.sluice.data.testkit;

import dev.sluice.data.spi.FileDetails;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.FolderEntry;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A store that fails on demand, in front of a real one. Faults are set before use; thread-safe afterwards.
public final class FaultyFileStore implements FileStore {
    private final FileStore store;
    private final AtomicLong readable = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong writable = new AtomicLong(Long.MAX_VALUE);
    private final AtomicLong publishable = new AtomicLong(Long.MAX_VALUE);
    private volatile Supplier<IOException> readFault = () -> new IOException("Connection reset");
    private volatile Supplier<IOException> writeFault = () -> new IOException("No space left on device");
    private volatile boolean failFinish;
    private volatile byte[] spared = new byte[0];
    private volatile byte[] put = new byte[0];

    public FaultyFileStore(FileStore store) {
        this.store = store;
    }

    /// Reading fails once that many bytes, over all files, have been delivered.
    public FaultyFileStore failReadsAfter(long bytes, Supplier<IOException> fault) {
        readable.set(bytes);
        readFault = fault;
        return this;
    }

    /// Writing fails once that many bytes, over all files, have been taken.
    public FaultyFileStore failWritesAfter(long bytes, Supplier<IOException> fault) {
        writable.set(bytes);
        writeFault = fault;
        return this;
    }

    /// The device is full after that many bytes, as the operating system says it.
    public FaultyFileStore fullAfter(long bytes) {
        return failWritesAfter(bytes, () -> new IOException("No space left on device"));
    }

    /// The last step of every output fails with the write fault.
    public FaultyFileStore failOnFinish() {
        failFinish = true;
        return this;
    }

    /// Publishing fails with the write fault.
    public FaultyFileStore failOnPublish() {
        return failOnPublishAfter(0);
    }

    /// Publishing fails with the write fault once that many files have been published.
    public FaultyFileStore failOnPublishAfter(int files) {
        publishable.set(files);
        return this;
    }

    /// A piece of text becomes another of the same length wherever it is written in one call, as a broken disk would do
    /// it.
    public FaultyFileStore corrupt(String written, String kept) {
        if (written.length() != kept.length()) {
            throw new IllegalArgumentException("of the same length");
        }
        spared = written.getBytes(StandardCharsets.ISO_8859_1);
        put = kept.getBytes(StandardCharsets.ISO_8859_1);
        return this;
    }

    private void take(AtomicLong left, long bytes, Supplier<IOException> fault) throws IOException {
        if (left.addAndGet(-bytes) < 0) {
            throw fault.get();
        }
    }

    @Override
    public String describe() {
        return store.describe();
    }

    @Override
    public Stream<FileEntry> list(String folder, boolean recursive) throws IOException {
        return store.list(folder, recursive);
    }

    @Override
    public Optional<FileEntry> find(String path) throws IOException {
        return store.find(path);
    }

    @Override
    public FileInput open(FileEntry file) throws IOException {
        return new Input(store.open(file));
    }

    @Override
    public FileOutput create(String path) throws IOException {
        return new Output(store.create(path));
    }

    @Override
    public void delete(String path) throws IOException {
        store.delete(path);
    }

    @Override
    public Stream<FolderEntry> folders(String folder) throws IOException {
        return store.folders(folder);
    }

    @Override
    public Optional<FolderEntry> findFolder(String folder) throws IOException {
        return store.findFolder(folder);
    }

    @Override
    public FileDetails details(FileEntry file) throws IOException {
        return store.details(file);
    }

    @Override
    public void deleteFolder(String folder) throws IOException {
        store.deleteFolder(folder);
    }

    @Override
    public void close() {
        store.close();
    }

    private final class Input implements FileInput {
        private final FileInput input;

        Input(FileInput input) {
            this.input = input;
        }

        @Override
        public FileEntry entry() {
            return input.entry();
        }

        @Override
        public void read(long position, byte[] into, int offset, int length) throws IOException {
            take(readable, length, readFault);
            input.read(position, into, offset, length);
        }

        @Override
        public InputStream stream(long position, long length) throws IOException {
            return new FilterInputStream(input.stream(position, length)) {
                @Override
                public int read() throws IOException {
                    take(readable, 1, readFault);
                    return super.read();
                }

                @Override
                public int read(byte[] b, int off, int len) throws IOException {
                    int n = super.read(b, off, len);
                    take(readable, Math.max(0, n), readFault);
                    return n;
                }
            };
        }

        @Override
        public long bytesRead() {
            return input.bytesRead();
        }

        @Override
        public void close() {
            input.close();
        }
    }

    private final class Output implements FileOutput {
        private final FileOutput output;

        Output(FileOutput output) {
            this.output = output;
        }

        @Override
        public String path() {
            return output.path();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            take(writable, length, writeFault);
            if (spared.length == 0) {
                output.write(bytes, offset, length);
                return;
            }
            byte[] content = Arrays.copyOfRange(bytes, offset, offset + length);
            for (int at = 0; at + spared.length <= length; at++) {
                if (Arrays.equals(content, at, at + spared.length, spared, 0, spared.length)) {
                    System.arraycopy(put, 0, content, at, put.length);
                }
            }
            output.write(content, 0, length);
        }

        @Override
        public long size() {
            return output.size();
        }

        @Override
        public void finish() throws IOException {
            if (failFinish) {
                throw writeFault.get();
            }
            output.finish();
        }

        @Override
        public void publish() throws IOException {
            if (publishable.getAndDecrement() <= 0) {
                throw writeFault.get();
            }
            output.publish();
        }

        @Override
        public void withdraw() throws IOException {
            output.withdraw();
        }

        @Override
        public void close() {
            output.close();
        }
    }
}
