package dev.sluice.formats.orc;

import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.apache.hadoop.fs.FileRange;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.PositionedReadable;
import org.apache.hadoop.fs.Seekable;
import org.apache.hadoop.fs.permission.FsPermission;
import org.apache.hadoop.util.Progressable;
import org.jspecify.annotations.Nullable;

/// A file system of one file, which is read or written. What fails in the store is kept, so that it is not taken for
/// damage of the file.
final class OneFile extends FileSystem {
    static final Path PATH = new Path("one:/file");

    private final @Nullable FileInput input;
    private final @Nullable FileOutput output;
    private volatile @Nullable IOException failure;

    OneFile(FileInput input, Configuration configuration) {
        this(input, null, configuration);
    }

    OneFile(FileOutput output, Configuration configuration) {
        this(null, output, configuration);
    }

    private OneFile(@Nullable FileInput input, @Nullable FileOutput output, Configuration configuration) {
        this.input = input;
        this.output = output;
        setConf(configuration);
    }

    /// What the store threw, null if nothing.
    @Nullable
    IOException failure() {
        return failure;
    }

    @Override
    public URI getUri() {
        return URI.create("one:/");
    }

    @Override
    public FSDataInputStream open(Path path, int bufferSize) throws IOException {
        FileInput file = input;
        if (file == null) {
            throw new FileNotFoundException(path.toString());
        }
        return new FSDataInputStream(new Reading(file));
    }

    private final class Reading extends InputStream implements Seekable, PositionedReadable {
        private final FileInput file;
        private long at;

        Reading(FileInput file) {
            this.file = file;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = read(at, into, offset, length);
            at += Math.max(0, n);
            return n;
        }

        @Override
        public int read(long position, byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            long left = file.entry().size() - position;
            if (left <= 0) {
                return -1;
            }
            int n = (int) Math.min(length, left);
            try {
                file.read(position, into, offset, n);
            } catch (IOException e) {
                failure = e;
                throw e;
            }
            return n;
        }

        @Override
        public void readFully(long position, byte[] into, int offset, int length) throws IOException {
            if (position < 0 || length > file.entry().size() - position) {
                throw new EOFException("bytes " + position + " to " + (position + length) + " are not in the file");
            }
            read(position, into, offset, length);
        }

        @Override
        public void readFully(long position, byte[] into) throws IOException {
            readFully(position, into, 0, into.length);
        }

        /// One after the other on the reader's thread: the library's own way waits for ever where a range is damaged.
        @Override
        public void readVectored(List<? extends FileRange> ranges, IntFunction<ByteBuffer> allocate) {
            for (FileRange range : ranges) {
                CompletableFuture<ByteBuffer> done = new CompletableFuture<>();
                range.setData(done);
                try {
                    if (range.getOffset() < 0
                            || range.getLength() < 0
                            || range.getLength() > file.entry().size() - range.getOffset()) {
                        throw new EOFException("bytes " + range.getOffset() + " and " + range.getLength()
                                + " more are not in the file");
                    }
                    byte[] bytes = new byte[range.getLength()];
                    readFully(range.getOffset(), bytes);
                    ByteBuffer buffer = allocate.apply(bytes.length);
                    buffer.put(bytes).flip();
                    done.complete(buffer);
                } catch (IOException | RuntimeException e) {
                    done.completeExceptionally(e);
                }
            }
        }

        @Override
        public void readVectored(
                List<? extends FileRange> ranges, IntFunction<ByteBuffer> allocate, Consumer<ByteBuffer> release) {
            readVectored(ranges, allocate);
        }

        @Override
        public void seek(long position) throws IOException {
            if (position < 0 || position > file.entry().size()) {
                throw new EOFException("position " + position + " is not in the file");
            }
            at = position;
        }

        @Override
        public long getPos() {
            return at;
        }

        @Override
        public boolean seekToNewSource(long position) {
            return false;
        }
    }

    @Override
    public FSDataOutputStream create(
            Path path,
            FsPermission permission,
            boolean overwrite,
            int bufferSize,
            short replication,
            long blockSize,
            @Nullable Progressable progress)
            throws IOException {
        FileOutput file = output;
        if (file == null) {
            throw new FileNotFoundException(path.toString());
        }
        return new FSDataOutputStream(new Writing(file), null);
    }

    private static final class Writing extends OutputStream {
        private final FileOutput file;

        Writing(FileOutput file) {
            this.file = file;
        }

        @Override
        public void write(int b) throws IOException {
            file.write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            file.write(bytes, offset, length);
        }
    }

    @Override
    public FileStatus getFileStatus(Path path) {
        FileInput file = input;
        return new FileStatus(file == null ? 0 : file.entry().size(), false, 1, 64L << 20, 0, path);
    }

    @Override
    public FSDataOutputStream append(Path path, int bufferSize, Progressable progress) {
        throw new UnsupportedOperationException("append");
    }

    @Override
    public boolean rename(Path from, Path to) {
        return false;
    }

    @Override
    public boolean delete(Path path, boolean recursive) {
        return false;
    }

    @Override
    public FileStatus[] listStatus(Path path) {
        return new FileStatus[] {getFileStatus(path)};
    }

    @Override
    public void setWorkingDirectory(Path path) {}

    @Override
    public Path getWorkingDirectory() {
        return new Path("one:/");
    }

    @Override
    public boolean mkdirs(Path path, FsPermission permission) {
        return false;
    }

    @Override
    public void close() {}
}
