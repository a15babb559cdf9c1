package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Reservation;
import org.apache.parquet.format.CompressionCodec;
import org.jspecify.annotations.Nullable;

/// A page's bytes after decompression: its own buffer, or the window itself where nothing was packed.
final class PageBody {
    private static final int ALLOWANCE = 1 << 10;

    private final Bytes buffer;
    private @Nullable Decompressor decompressor;
    private byte[] bytes = {};
    private int from;
    private int to;

    PageBody(Reservation memory) {
        buffer = new Bytes(memory);
    }

    void use(Decompressors decompressors, CompressionCodec codec) {
        decompressor = decompressors.of(codec);
    }

    byte[] bytes() {
        return bytes;
    }

    int from() {
        return from;
    }

    int to() {
        return to;
    }

    /// Takes bytes as they are.
    void take(byte[] source, int start, int end) {
        bytes = source;
        from = start;
        to = end;
    }

    /// Unpacks to `size` bytes. A size that the codec cannot reach is not believed.
    void unpack(byte[] source, int start, int stored, int size) {
        if (decompressor == null) {
            if (stored != size) {
                throw new CorruptData("an uncompressed page of " + stored + " bytes, its header says " + size);
            }
            take(source, start, start + stored);
            return;
        }
        if (size > (long) stored * decompressor.largestRatio() + ALLOWANCE) {
            throw new CorruptData("a page of " + stored + " bytes cannot unpack to " + size);
        }
        buffer.size = 0;
        buffer.room(size + ChunkInput.SLACK);
        if (size > 0) {
            decompressor.decompress(source, start, stored, buffer.array, size);
        }
        take(buffer.array, 0, size);
    }
}
