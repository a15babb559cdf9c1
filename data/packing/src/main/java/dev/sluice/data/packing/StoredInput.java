package dev.sluice.data.packing;

import java.io.IOException;
import java.io.InputStream;

/// The bytes of a file as the store gives them: counts them, and remembers a failure of the store, which must not be
/// taken for a damaged file.
public final class StoredInput extends InputStream {
    private final InputStream in;
    private volatile long count;
    private volatile boolean failed;

    public StoredInput(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
    }

    @Override
    @SuppressWarnings("NonAtomicOperationOnVolatileField") // written by the reading thread only
    public int read(byte[] into, int offset, int length) throws IOException {
        boolean good = false;
        try {
            int read = in.read(into, offset, length);
            count = count + Math.max(read, 0);
            good = true;
            return read;
        } finally {
            failed = failed || !good;
        }
    }

    /// Bytes given so far. Any thread.
    public long count() {
        return count;
    }

    /// Whether the store failed.
    public boolean failed() {
        return failed;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
