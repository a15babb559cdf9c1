package dev.sluice.data.packing;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;

/// Text of any encoding as UTF-8. Bytes that are no text in their encoding become a single [#MALFORMED] byte, which no
/// UTF-8 contains: the row with it is then refused like any row that is not UTF-8.
public final class Utf8Input extends InputStream {
    public static final byte MALFORMED = (byte) 0xFF;

    private static final int CHARS = 8 << 10;

    private final InputStream in;
    private final CharsetDecoder decoder;
    private final ByteBuffer encoded = ByteBuffer.allocate(2 * CHARS).flip();
    private final CharBuffer chars = CharBuffer.allocate(CHARS);
    private final byte[] text = new byte[3 * CHARS + 1];
    private int at;
    private int limit;
    private boolean ended;
    private boolean done;

    public Utf8Input(InputStream in, Charset charset) {
        this.in = in;
        this.decoder = charset.newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT);
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
        while (at == limit) {
            if (done) {
                return -1;
            }
            decode();
        }
        int n = Math.min(length, limit - at);
        System.arraycopy(text, at, into, offset, n);
        at += n;
        return n;
    }

    private void decode() throws IOException {
        if (!ended) {
            encoded.compact();
            int read = in.read(encoded.array(), encoded.position(), encoded.remaining());
            ended = read < 0;
            encoded.position(encoded.position() + Math.max(read, 0)).flip();
        }
        CoderResult result = decoder.decode(encoded, chars, ended);
        if (result.isUnderflow() && ended) {
            result = decoder.flush(chars);
            done = result.isUnderflow();
        }
        // The first half of a pair waits for the second, which the decoder may give only with the next bytes.
        int length = chars.position();
        boolean half = !done && length > 0 && Character.isHighSurrogate(chars.get(length - 1));
        at = 0;
        limit = encode(chars.array(), half ? length - 1 : length);
        chars.clear();
        if (half) {
            chars.put(chars.array()[length - 1]);
        }
        if (result.isError()) {
            encoded.position(encoded.position() + result.length());
            text[limit++] = MALFORMED;
        }
    }

    private int encode(char[] from, int length) {
        byte[] out = text;
        int n = 0;
        for (int i = 0; i < length; i++) {
            char c = from[i];
            if (c < 0x80) {
                out[n++] = (byte) c;
            } else if (c < 0x800) {
                out[n++] = (byte) (0xC0 | c >> 6);
                out[n++] = (byte) (0x80 | c & 0x3F);
            } else if (Character.isHighSurrogate(c) && i + 1 < length && Character.isLowSurrogate(from[i + 1])) {
                int code = Character.toCodePoint(c, from[++i]);
                out[n++] = (byte) (0xF0 | code >> 18);
                out[n++] = (byte) (0x80 | code >> 12 & 0x3F);
                out[n++] = (byte) (0x80 | code >> 6 & 0x3F);
                out[n++] = (byte) (0x80 | code & 0x3F);
            } else if (Character.isSurrogate(c)) {
                out[n++] = MALFORMED;
            } else {
                out[n++] = (byte) (0xE0 | c >> 12);
                out[n++] = (byte) (0x80 | c >> 6 & 0x3F);
                out[n++] = (byte) (0x80 | c & 0x3F);
            }
        }
        return n;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
