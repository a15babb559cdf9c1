package dev.sluice.formats.columnar.parquet;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdCompressCtx;
import io.airlift.compress.v3.lz4.Lz4JavaCompressor;
import java.io.IOException;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import org.apache.parquet.format.CompressionCodec;
import org.xerial.snappy.Snappy;

/// Packs pages with one codec. For one thread; holds native memory until closed.
interface Compressor extends AutoCloseable {
    CompressionCodec codec();

    /// The most bytes that `length` bytes can become.
    int bound(int length);

    /// Packs `from[0 … length)` to `into` at `at`, where [#bound] bytes are free.
    ///
    /// @return bytes written
    int compress(byte[] from, int length, byte[] into, int at) throws IOException;

    @Override
    default void close() {}

    static Compressor of(CompressionCodec codec) {
        return switch (codec) {
            case UNCOMPRESSED -> new None();
            case SNAPPY -> new SnappyCodec();
            case GZIP -> new Gzip();
            case ZSTD -> new Zstandard();
            case LZ4_RAW -> new Lz4Raw();
            case LZO, BROTLI, LZ4 -> throw new IllegalArgumentException(codec + " is not written");
        };
    }

    /// No compression.
    record None() implements Compressor {
        @Override
        public CompressionCodec codec() {
            return CompressionCodec.UNCOMPRESSED;
        }

        @Override
        public int bound(int length) {
            return length;
        }

        @Override
        public int compress(byte[] from, int length, byte[] into, int at) {
            System.arraycopy(from, 0, into, at, length);
            return length;
        }
    }

    /// Snappy blocks without framing.
    record SnappyCodec() implements Compressor {
        @Override
        public CompressionCodec codec() {
            return CompressionCodec.SNAPPY;
        }

        @Override
        public int bound(int length) {
            return Snappy.maxCompressedLength(length);
        }

        @Override
        public int compress(byte[] from, int length, byte[] into, int at) throws IOException {
            return Snappy.compress(from, 0, length, into, at);
        }
    }

    /// LZ4 blocks without framing.
    final class Lz4Raw implements Compressor {
        private final Lz4JavaCompressor lz4 = new Lz4JavaCompressor();

        @Override
        public CompressionCodec codec() {
            return CompressionCodec.LZ4_RAW;
        }

        @Override
        public int bound(int length) {
            return lz4.maxCompressedLength(length);
        }

        @Override
        public int compress(byte[] from, int length, byte[] into, int at) {
            return lz4.compress(from, 0, length, into, at, into.length - at);
        }
    }

    /// Zstandard frames.
    final class Zstandard implements Compressor {
        /// Level 1 takes half the CPU time of the usual 3 for files a few per cent larger.
        private static final int LEVEL = 1;

        private final ZstdCompressCtx context = new ZstdCompressCtx().setLevel(LEVEL);

        @Override
        public CompressionCodec codec() {
            return CompressionCodec.ZSTD;
        }

        @Override
        public int bound(int length) {
            return Math.toIntExact(Zstd.compressBound(length));
        }

        @Override
        public int compress(byte[] from, int length, byte[] into, int at) {
            return context.compressByteArray(into, at, into.length - at, from, 0, length);
        }

        @Override
        public void close() {
            context.close();
        }
    }

    /// Gzip members (RFC 1952).
    final class Gzip implements Compressor {
        private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

        private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        private final CRC32 crc = new CRC32();

        @Override
        public CompressionCodec codec() {
            return CompressionCodec.GZIP;
        }

        @Override
        public int bound(int length) {
            // zlib's deflateBound for any setting, and 18 bytes of header and trailer
            return length + (length >> 3) + (length >> 8) + (length >> 9) + 32;
        }

        @Override
        public int compress(byte[] from, int length, byte[] into, int at) {
            System.arraycopy(HEADER, 0, into, at, HEADER.length);
            int to = at + HEADER.length;
            deflater.reset();
            deflater.setInput(from, 0, length);
            deflater.finish();
            while (!deflater.finished()) {
                to += deflater.deflate(into, to, into.length - to);
            }
            crc.reset();
            crc.update(from, 0, length);
            LittleEndian.putInt(into, to, (int) crc.getValue());
            LittleEndian.putInt(into, to + 4, length);
            return to + 8 - at;
        }

        @Override
        public void close() {
            deflater.end();
        }
    }
}
