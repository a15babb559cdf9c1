package dev.sluice.data.packing;

import java.io.IOException;
import java.io.OutputStream;

/// Collects small writes. Unlike BufferedOutputStream it takes no lock, so that closing it from another thread does
/// not wait for a write that the store blocks.
final class ChunkedOutput extends OutputStream {
    private static final int CHUNK = 64 << 10;

    private final OutputStream out;
    private final byte[] chunk = new byte[CHUNK];
    private int length;
    private boolean closed;

    ChunkedOutput(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int b) throws IOException {
        if (length == CHUNK) {
            empty();
        }
        chunk[length++] = (byte) b;
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        if (count > CHUNK - length) {
            empty();
        }
        if (count > CHUNK) {
            out.write(bytes, offset, count);
        } else {
            System.arraycopy(bytes, offset, chunk, length, count);
            length += count;
        }
    }

    private void empty() throws IOException {
        out.write(chunk, 0, length);
        length = 0;
    }

    @Override
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            try (out) {
                empty();
            }
        }
    }
}
