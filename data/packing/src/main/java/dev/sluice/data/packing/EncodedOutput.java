package dev.sluice.data.packing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CharsetEncoder;
import java.nio.charset.CoderResult;

/// Writes UTF-8 text in another encoding. Every write must end with a whole character.
public final class EncodedOutput extends OutputStream {
    private static final int CHARS = 8 << 10;

    private final OutputStream out;
    private final CharsetDecoder decoder = UTF_8.newDecoder();
    private final CharsetEncoder encoder;
    private final CharBuffer chars = CharBuffer.allocate(CHARS);
    private final ByteBuffer bytes = ByteBuffer.allocate(4 * CHARS);
    private boolean closed;

    public EncodedOutput(OutputStream out, Charset charset) {
        this.out = out;
        this.encoder = charset.newEncoder();
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] text, int offset, int length) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(text, offset, length);
        decoder.reset();
        CoderResult result;
        do {
            result = decoder.decode(in, chars, true);
            refuse(result);
            encode(false);
        } while (result.isOverflow());
    }

    private void encode(boolean end) throws IOException {
        chars.flip();
        CoderResult result;
        do {
            result = encoder.encode(chars, bytes, end);
            refuse(result);
            empty();
        } while (result.isOverflow());
        chars.compact();
    }

    private static void refuse(CoderResult result) throws CharacterCodingException {
        if (result.isError()) {
            result.throwException();
        }
    }

    private void empty() throws IOException {
        out.write(bytes.array(), 0, bytes.position());
        bytes.clear();
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (out) {
            encode(true);
            encoder.flush(bytes);
            empty();
        }
    }
}
