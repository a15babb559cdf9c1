package dev.sluice.data.packing;

import io.airlift.compress.v3.lz4.Lz4JavaCompressor;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.apache.commons.codec.digest.XXHash32;

/// The LZ4 frame format (version 1.6.4 of its description): independent blocks of 1 MiB, a checksum over all.
/// commons-compress has one too, which takes seconds for a megabyte.
final class Lz4Output extends OutputStream {
    private static final int MAGIC = 0x184D2204;

    /// Version 01, independent blocks, content checksum.
    private static final byte FLAGS = 0x64;

    /// Blocks of at most 1 MiB.
    private static final byte BLOCK_SIZE = 0x60;

    private static final int BLOCK = 1 << 20;
    private static final int STORED = 0x8000_0000;

    private final OutputStream out;
    private final Lz4JavaCompressor compressor = new Lz4JavaCompressor();
    private final XXHash32 content = new XXHash32();
    private final byte[] block = new byte[BLOCK];
    private final byte[] packed = new byte[compressor.maxCompressedLength(BLOCK)];
    private int length;
    private boolean closed;

    Lz4Output(OutputStream out) throws IOException {
        this.out = out;
        XXHash32 descriptor = new XXHash32();
        descriptor.update(new byte[] {FLAGS, BLOCK_SIZE}, 0, 2);
        number(MAGIC);
        out.write(new byte[] {FLAGS, BLOCK_SIZE, (byte) (descriptor.getValue() >> 8)});
    }

    private void number(int value) throws IOException {
        out.write(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(value)
                .array());
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) throws IOException {
        int from = offset;
        int left = count;
        while (left > 0) {
            int n = Math.min(left, BLOCK - length);
            System.arraycopy(bytes, from, block, length, n);
            length += n;
            from += n;
            left -= n;
            if (length == BLOCK) {
                endBlock();
            }
        }
    }

    private void endBlock() throws IOException {
        if (length == 0) {
            return;
        }
        content.update(block, 0, length);
        int size = compressor.compress(block, 0, length, packed, 0, packed.length);
        boolean stored = size >= length;
        number(stored ? length | STORED : size);
        out.write(stored ? block : packed, 0, stored ? length : size);
        length = 0;
    }

    @Override
    public void close() throws IOException {
        if (closed) {
            return;
        }
        closed = true;
        try (out) {
            endBlock();
            number(0);
            number((int) content.getValue());
        }
    }
}
