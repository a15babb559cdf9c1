package dev.sluice.data.packing;

import java.io.IOException;
import java.io.InputStream;

/// A buffered stream whose [#available()] is 0 only at the end: GZIPInputStream takes 0 for "no further member".
final class EagerInput extends InputStream {
    private final InputStream in;
    private final byte[] buffer;
    private int at;
    private int limit;

    EagerInput(InputStream in, int size) {
        this.in = in;
        this.buffer = new byte[size];
    }

    private boolean more() throws IOException {
        while (at == limit) {
            int read = in.read(buffer, 0, buffer.length);
            if (read < 0) {
                return false;
            }
            at = 0;
            limit = read;
        }
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
    public int available() throws IOException {
        return more() ? limit - at : 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
