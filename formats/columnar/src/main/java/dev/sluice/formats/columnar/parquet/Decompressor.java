package dev.sluice.formats.columnar.parquet;

import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import io.airlift.compress.v3.MalformedInputException;
import io.airlift.compress.v3.lz4.Lz4JavaDecompressor;
import java.io.IOException;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.apache.parquet.format.CompressionCodec;
import org.xerial.snappy.Snappy;

/// Unpacks pages with one codec. For one thread; holds native memory until closed.
interface Decompressor extends AutoCloseable {
    /// The most bytes that one packed byte can become: what a page's header may claim at most.
    int largestRatio();

    /// Unpacks `from[at … at + length)` to exactly `size` bytes at the beginning of `into`, or throws [CorruptData].
    void decompress(byte[] from, int at, int length, byte[] into, int size);

    @Override
    default void close() {}

    /// The decompressor of a codec that is not UNCOMPRESSED.
    static Decompressor of(CompressionCodec codec) {
        return switch (codec) {
            case SNAPPY -> new SnappyCodec();
            case GZIP -> new Gzip();
            case ZSTD -> new Zstandard();
            case LZ4_RAW -> new Lz4(false);
            case LZ4 -> new Lz4(true);
            case UNCOMPRESSED, LZO, BROTLI -> throw new IllegalArgumentException(codec + " is not read");
        };
    }

    /// Whether pages of that codec can be read.
    static boolean reads(CompressionCodec codec) {
        return codec != CompressionCodec.LZO && codec != CompressionCodec.BROTLI;
    }

    private static CorruptData wrongSize(long got, int size) {
        return new CorruptData("a page unpacks to " + got + " bytes, its header says " + size);
    }

    /// Snappy blocks without framing.
    record SnappyCodec() implements Decompressor {
        @Override
        public int largestRatio() {
            return 64;
        }

        @Override
        public void decompress(byte[] from, int at, int length, byte[] into, int size) {
            try {
                int stated = Snappy.uncompressedLength(from, at, length);
                if (stated != size) {
                    throw wrongSize(stated, size);
                }
                Snappy.uncompress(from, at, length, into, 0);
            } catch (IOException e) {
                throw new CorruptData("its Snappy data is damaged: " + e.getMessage());
            }
        }
    }

    /// Zstandard frames.
    final class Zstandard implements Decompressor {
        private final ZstdDecompressCtx context = new ZstdDecompressCtx();

        @Override
        public int largestRatio() {
            return 1 << 15;
        }

        @Override
        public void decompress(byte[] from, int at, int length, byte[] into, int size) {
            try {
                int got = context.decompressByteArray(into, 0, size, from, at, length);
                if (got != size) {
                    throw wrongSize(got, size);
                }
            } catch (ZstdException e) {
                throw new CorruptData("its Zstandard data is damaged: " + e.getMessage());
            }
        }

        @Override
        public void close() {
            context.close();
        }
    }

    /// Gzip members, one or several (RFC 1952); also zlib streams, which some writers produce.
    final class Gzip implements Decompressor {
        private final Inflater raw = new Inflater(true);
        private final Inflater zlib = new Inflater(false);

        @Override
        public int largestRatio() {
            return 1_100;
        }

        @Override
        public void decompress(byte[] from, int at, int length, byte[] into, int size) {
            int position = at;
            int end = at + length;
            int got = 0;
            while (position < end) {
                boolean gzip = end - position >= 2 && (from[position] & 0xff) == 0x1f;
                Inflater inflater = gzip ? raw : zlib;
                position = gzip ? header(from, position, end) : position;
                inflater.reset();
                inflater.setInput(from, position, end - position);
                try {
                    while (!inflater.finished()) {
                        int count = inflater.inflate(into, got, size - got);
                        got += count;
                        if (count == 0 && !inflater.finished()) {
                            throw new CorruptData("its gzip data does not unpack to the " + size + " bytes stated");
                        }
                    }
                } catch (DataFormatException e) {
                    throw new CorruptData("its gzip data is damaged: " + e.getMessage());
                }
                position = end - inflater.getRemaining() + (gzip ? 8 : 0);
            }
            if (got != size) {
                throw wrongSize(got, size);
            }
        }

        /// Skips a member's header.
        private static int header(byte[] from, int at, int end) {
            if (end - at < 18) {
                throw new CorruptData("its gzip data is cut off");
            }
            int flags = from[at + 3];
            int position = at + 10;
            if ((flags & 4) != 0) {
                position += 2 + (from[position] & 0xff) + ((from[position + 1] & 0xff) << 8);
            }
            if ((flags & 8) != 0) {
                position = afterZero(from, position, end);
            }
            if ((flags & 16) != 0) {
                position = afterZero(from, position, end);
            }
            if ((flags & 2) != 0) {
                position += 2;
            }
            if (position > end) {
                throw new CorruptData("its gzip data is cut off");
            }
            return position;
        }

        private static int afterZero(byte[] from, int at, int end) {
            int position = at;
            while (position < end && from[position] != 0) {
                position++;
            }
            return position + 1;
        }

        @Override
        public void close() {
            raw.end();
            zlib.end();
        }
    }

    /// LZ4 blocks: bare, or under the old name `LZ4` in Hadoop's frames (both lengths in front, highest byte first),
    /// where older writers put bare blocks too.
    final class Lz4 implements Decompressor {
        private final Lz4JavaDecompressor lz4 = new Lz4JavaDecompressor();
        private final boolean framed;

        Lz4(boolean framed) {
            this.framed = framed;
        }

        @Override
        public int largestRatio() {
            return 256;
        }

        @Override
        public void decompress(byte[] from, int at, int length, byte[] into, int size) {
            if (framed && frames(from, at, length, into, size)) {
                return;
            }
            int got = block(from, at, length, into, 0, size);
            if (got != size) {
                throw wrongSize(got, size);
            }
        }

        private boolean frames(byte[] from, int at, int length, byte[] into, int size) {
            int position = at;
            int end = at + length;
            int got = 0;
            while (end - position >= 8) {
                int unpacked = Integer.reverseBytes(LittleEndian.getInt(from, position));
                int packed = Integer.reverseBytes(LittleEndian.getInt(from, position + 4));
                position += 8;
                if (packed < 0 || packed > end - position || unpacked < 0 || unpacked > size - got) {
                    return false;
                }
                if (block(from, position, packed, into, got, unpacked) != unpacked) {
                    return false;
                }
                position += packed;
                got += unpacked;
            }
            return position == end && got == size;
        }

        private int block(byte[] from, int at, int length, byte[] into, int to, int room) {
            try {
                return lz4.decompress(from, at, length, into, to, room);
            } catch (MalformedInputException | IndexOutOfBoundsException | IllegalArgumentException e) {
                throw new CorruptData("its LZ4 data is damaged: " + e.getMessage());
            }
        }
    }
}
