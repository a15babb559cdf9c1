package dev.sluice.ssis.engine.dataflow.files;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// A file in any code page as UTF-8 bytes, without a byte-order mark. Bytes of pages that contain ASCII are passed
/// through while they are ASCII.
final class Utf8Bytes implements AutoCloseable {
    private static final int CHUNK = 1 << 18;

    private final InputStream in;
    private final byte[] raw = new byte[CHUNK];
    private final byte[][] table;
    private final Reader reader;
    private final char[] chars = new char[CHUNK / 4];
    private final boolean plain;
    private boolean first = true;

    Utf8Bytes(InputStream in, Charset charset) {
        this.in = in;
        this.plain = charset.equals(StandardCharsets.UTF_8);
        this.table = plain ? new byte[0][] : table(charset);
        this.reader = new InputStreamReader(
                in,
                charset.newDecoder()
                        .onMalformedInput(CodingErrorAction.REPLACE)
                        .onUnmappableCharacter(CodingErrorAction.REPLACE));
    }

    /// UTF-8 of each byte of a page of single bytes; empty for other pages.
    private static byte[][] table(Charset charset) {
        if (charset.newEncoder().maxBytesPerChar() > 1.0f || charset.name().startsWith("UTF")) {
            return new byte[0][];
        }
        byte[][] table = new byte[256][];
        for (int i = 0; i < 256; i++) {
            String s = new String(new byte[] {(byte) i}, charset);
            if (i < 128 && s.charAt(0) != i) {
                return new byte[0][];
            }
            table[i] = s.getBytes(StandardCharsets.UTF_8);
        }
        return table;
    }

    /// Appends to what is there.
    ///
    /// @return the array, which may be another one, with [Filled#end] behind its last byte; as before at the end
    Filled fill(byte[] into, int end) throws IOException {
        if (plain || table.length > 0) {
            int read = in.read(raw);
            if (read < 0) {
                return new Filled(into, end, true);
            }
            int from = mark(read);
            return plain ? copied(into, end, from, read) : translated(into, end, from, read);
        }
        int read = reader.read(chars, 0, chars.length - 1);
        if (read < 0) {
            return new Filled(into, end, true);
        }
        int skip = first && read > 0 && chars[0] == '\uFEFF' ? 1 : 0;
        first = false;
        int count = pairs(read);
        ByteBuffer utf8 = StandardCharsets.UTF_8.encode(CharBuffer.wrap(chars, skip, count - skip));
        int length = utf8.remaining();
        byte[] room = room(into, end, length);
        utf8.get(room, end, length);
        return new Filled(room, end + length, false);
    }

    /// A surrogate pair that was cut in two is completed.
    private int pairs(int read) throws IOException {
        if (read > 0 && Character.isHighSurrogate(chars[read - 1])) {
            int next = reader.read();
            if (next >= 0) {
                chars[read] = (char) next;
                return read + 1;
            }
        }
        return read;
    }

    record Filled(byte[] bytes, int end, boolean atEnd) {}

    private int mark(int read) {
        boolean marked =
                first && plain && read >= 3 && raw[0] == (byte) 0xEF && raw[1] == (byte) 0xBB && raw[2] == (byte) 0xBF;
        first = false;
        return marked ? 3 : 0;
    }

    private Filled copied(byte[] into, int end, int from, int read) {
        byte[] room = room(into, end, read - from);
        System.arraycopy(raw, from, room, end, read - from);
        return new Filled(room, end + read - from, false);
    }

    private Filled translated(byte[] into, int end, int from, int read) {
        byte[] room = room(into, end, 3 * (read - from));
        int at = end;
        int i = from;
        while (i < read) {
            byte b = raw[i++];
            if (b >= 0) {
                room[at++] = b;
            } else {
                for (byte u : table[b & 0xFF]) {
                    room[at++] = u;
                }
            }
        }
        return new Filled(room, at, false);
    }

    private static byte[] room(byte[] into, int end, int more) {
        return end + more <= into.length ? into : Arrays.copyOf(into, Math.max(2 * into.length, end + more));
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
