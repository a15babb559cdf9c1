package dev.sluice.connectors.files;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;

/// An open local file, read by position.
final class LocalFileInput implements FileInput {
    /// Most bytes asked of the system at once: the JDK keeps a buffer of that size for each thread.
    private static final int MOST = 512 << 10;

    private final FileEntry entry;
    private final FileChannel channel;
    private final FileProblems problems;
    private final LongAdder taken = new LongAdder();

    LocalFileInput(FileEntry entry, Path path, FileProblems problems) throws IOException {
        this.entry = entry;
        this.channel = FileChannel.open(path, StandardOpenOption.READ);
        this.problems = problems;
    }

    @Override
    public FileEntry entry() {
        return entry;
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int got = take(position + done, into, offset + done, length - done);
            if (got < 0) {
                throw new EOFException(entry.path() + " ends before byte " + (position + length));
            }
            done += got;
        }
    }

    private int take(long position, byte[] into, int offset, int length) throws IOException {
        int got = channel.read(ByteBuffer.wrap(into, offset, Math.min(length, MOST)), position);
        if (got > 0) {
            taken.add(got);
        }
        return got;
    }

    @Override
    public InputStream stream(long position, long length) {
        return new Bytes(position, length);
    }

    @Override
    public long bytesRead() {
        return taken.sum();
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw problems.named(e, entry.path(), "read");
        }
    }

    /// A stretch of the file; small reads are served from a buffer.
    private final class Bytes extends InputStream {
        private static final int BUFFER = 64 << 10;

        private long position;
        private long left;
        private byte[] buffer = new byte[0];
        private int from;
        private int to;
        private volatile boolean closed;

        Bytes(long position, long length) {
            this.position = position;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (length == 0) {
                return 0;
            }
            if (from == to && length < BUFFER && !fill()) {
                return -1;
            }
            if (from < to) {
                int n = Math.min(length, to - from);
                System.arraycopy(buffer, from, into, offset, n);
                from += n;
                return n;
            }
            return next(into, offset, length);
        }

        private boolean fill() throws IOException {
            if (buffer.length == 0) {
                buffer = new byte[BUFFER];
            }
            from = 0;
            to = Math.max(0, next(buffer, 0, BUFFER));
            return to > 0;
        }

        private int next(byte[] into, int offset, int length) throws IOException {
            if (closed) {
                throw new IOException("the stream is closed");
            }
            if (left <= 0) {
                return -1;
            }
            int got = take(position, into, offset, (int) Math.min(length, left));
            if (got > 0) {
                position += got;
                left -= got;
            }
            return got;
        }

        @Override
        public void close() {
            closed = true;
        }
    }
}
