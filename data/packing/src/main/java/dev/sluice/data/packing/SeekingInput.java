package dev.sluice.data.packing;

import dev.sluice.data.spi.FileInput;
import java.io.IOException;
import java.io.InputStream;

/// A file as a stream in which skipping costs nothing.
final class SeekingInput extends InputStream {
    private static final int BUFFER = 16 << 10;

    private final FileInput file;
    private final long size;
    private final byte[] buffer = new byte[BUFFER];
    /// Of the buffer's first byte.
    private long start;
    private int at;
    private int limit;
    private boolean failed;

    SeekingInput(FileInput file) {
        this.file = file;
        this.size = file.entry().size();
    }

    long position() {
        return start + at;
    }

    /// Whether the store failed.
    boolean failed() {
        return failed;
    }

    private boolean more() throws IOException {
        if (at < limit) {
            return true;
        }
        start += at;
        at = 0;
        limit = (int) Math.min(BUFFER, size - start);
        if (limit <= 0) {
            limit = 0;
            return false;
        }
        failed = true;
        file.read(start, buffer, 0, limit);
        failed = false;
        return true;
    }

    @Override
    public int read() throws IOException {
        return more() ? buffer[at++] & 255 : -1;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (!more()) {
            return -1;
        }
        int n = Math.min(length, limit - at);
        System.arraycopy(buffer, at, into, offset, n);
        at += n;
        return n;
    }

    @Override
    public long skip(long count) {
        long skipped = Math.clamp(count, 0, size - position());
        if (skipped <= limit - at) {
            at += (int) skipped;
        } else {
            start = position() + skipped;
            at = 0;
            limit = 0;
        }
        return skipped;
    }
}
