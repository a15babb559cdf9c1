package dev.sluice.data.copy.files;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.function.LongSupplier;

/// A file within a packed one. Read from its begin; a position further on is reached by passing over what lies before.
/// Several streams at once only where the packed file can be opened again.
final class UnpackedContent implements FileInput {
    private final FileEntry entry;
    private final LongSupplier count;
    private final Ending ending;
    private final Opening opening;
    private volatile boolean whole;
    private volatile boolean closed;
    private volatile long last;

    /// Opens the content at its begin.
    interface Opening {
        InputStream open() throws IOException;
    }

    /// Told once, when nobody reads any more.
    interface Ending {
        /// @param whole whether the content was read to its end
        void with(boolean whole);
    }

    UnpackedContent(FileEntry entry, LongSupplier count, Ending ending, Opening opening) {
        this.entry = entry;
        this.count = count;
        this.ending = ending;
        this.opening = opening;
    }

    UnpackedContent(FileEntry entry, LongSupplier count, FileInput file, Opening opening) {
        this(entry, count, w -> file.close(), opening);
    }

    @Override
    public FileEntry entry() {
        return entry;
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) throws IOException {
        try (InputStream in = stream(position, length)) {
            if (in.readNBytes(into, offset, length) < length) {
                throw new EOFException(entry.path() + " ends before " + (position + length));
            }
        }
    }

    @Override
    public InputStream stream(long position, long length) throws IOException {
        InputStream in = opening.open();
        try {
            in.skipNBytes(position);
            return new Part(in, length);
        } catch (IOException | RuntimeException e) {
            in.close();
            throw e;
        }
    }

    /// At most so many bytes of the content.
    private final class Part extends InputStream {
        private final InputStream in;
        private long left;

        Part(InputStream in, long length) {
            this.in = in;
            this.left = length;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            if (length == 0) {
                return 0;
            }
            int n = left == 0 ? -1 : in.read(into, offset, (int) Math.min(length, left));
            if (n < 0) {
                whole = true;
                return n;
            }
            left -= n;
            whole |= left == 0;
            return n;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    @Override
    public long bytesRead() {
        return closed ? last : count.getAsLong();
    }

    @Override
    public void close() {
        if (!closed) {
            last = count.getAsLong();
            closed = true;
            ending.with(whole);
        }
    }
}
