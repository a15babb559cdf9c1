package dev.sluice.formats.excel;

import dev.sluice.data.spi.FilePlace;
import java.io.IOException;
import java.io.InputStream;

/// The bytes of a part as they are unpacked, within limits: so many in all, and so many for one event of the parser
/// (which keeps names and attribute values in memory).
final class PartInput extends InputStream {
    private static final long LARGEST = 16L << 30;
    private static final long AT_ONCE = 32L << 20;

    private final InputStream in;
    private final FilePlace file;
    private final String part;
    private long count;
    private long mark;

    PartInput(InputStream in, FilePlace file, String part) {
        this.in = in;
        this.file = file;
        this.part = part;
    }

    /// The parser has come to its next event.
    void event() {
        mark = count;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int n = in.read(into, offset, length);
        count += Math.max(0, n);
        if (count > LARGEST) {
            throw file.malformed(part, "it unpacks to more than " + LARGEST + " bytes");
        }
        if (count - mark > AT_ONCE) {
            throw file.malformed(part, "a single element has more than " + AT_ONCE + " bytes");
        }
        return n;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
