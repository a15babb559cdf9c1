package dev.sluice.formats.avro;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import dev.sluice.data.batch.Reservation;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.xerial.snappy.Snappy;

/// How the blocks of a file are packed.
enum AvroCodec {
    NULL,
    DEFLATE,
    SNAPPY,
    BZIP2,
    ZSTANDARD;

    /// A block beyond this is refused, packed or not.
    static final int LARGEST_BLOCK = 256 << 20;

    String fileName() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Optional<AvroCodec> of(String name) {
        return Arrays.stream(values()).filter(c -> c.fileName().equals(name)).findFirst();
    }

    /// @param level of deflate (1–9)
    byte[] pack(byte[] block, int length, int level) throws IOException {
        return switch (this) {
            case NULL -> Arrays.copyOf(block, length);
            case DEFLATE -> deflated(block, length, level);
            case SNAPPY -> {
                byte[] packed = new byte[Snappy.maxCompressedLength(length) + 4];
                int size = Snappy.compress(block, 0, length, packed, 0);
                CRC32 crc = new CRC32();
                crc.update(block, 0, length);
                long sum = crc.getValue();
                for (int i = 0; i < 4; i++) {
                    packed[size + i] = (byte) (sum >>> 24 - 8 * i);
                }
                yield Arrays.copyOf(packed, size + 4);
            }
            case BZIP2 -> {
                ByteArrayOutputStream out = new ByteArrayOutputStream();
                try (BZip2CompressorOutputStream bzip2 = new BZip2CompressorOutputStream(out)) {
                    bzip2.write(block, 0, length);
                }
                yield out.toByteArray();
            }
            case ZSTANDARD -> Zstd.compress(Arrays.copyOf(block, length), 3);
        };
    }

    private static byte[] deflated(byte[] block, int length, int level) {
        Deflater deflater = new Deflater(level, true);
        try {
            deflater.setInput(block, 0, length);
            deflater.finish();
            ByteArrayOutputStream out = new ByteArrayOutputStream(length / 2 + 64);
            byte[] piece = new byte[32 << 10];
            while (!deflater.finished()) {
                out.write(piece, 0, deflater.deflate(piece));
            }
            return out.toByteArray();
        } finally {
            deflater.end();
        }
    }

    /// Unpacks a block into a buffer, which grows with what is really there and never beyond [#LARGEST_BLOCK].
    void unpack(byte[] packed, int length, Unpacked into) throws IOException {
        into.clear();
        switch (this) {
            case NULL -> into.append(packed, 0, length);
            case SNAPPY -> snappy(packed, length, into);
            case DEFLATE -> {
                Inflater inflater = new Inflater(true);
                try (InputStream in =
                        new InflaterInputStream(new ByteArrayInputStream(packed, 0, length), inflater, 8_192)) {
                    into.drain(in);
                } finally {
                    inflater.end();
                }
            }
            case BZIP2 -> {
                try (InputStream in = new BZip2CompressorInputStream(new ByteArrayInputStream(packed, 0, length))) {
                    into.drain(in);
                }
            }
            case ZSTANDARD -> {
                try (InputStream in = new ZstdInputStream(new ByteArrayInputStream(packed, 0, length))) {
                    into.drain(in);
                }
            }
        }
    }

    private static void snappy(byte[] packed, int length, Unpacked into) throws IOException {
        int body = length - 4;
        if (body <= 0 || !Snappy.isValidCompressedBuffer(packed, 0, body)) {
            throw new CorruptBlock("a block is not what Snappy writes");
        }
        int size = Snappy.uncompressedLength(packed, 0, body);
        into.room(size);
        Snappy.uncompress(packed, 0, body, into.bytes, 0);
        into.length = size;
        CRC32 crc = new CRC32();
        crc.update(into.bytes, 0, size);
        int sum = (int) crc.getValue();
        for (int i = 0; i < 4; i++) {
            if (packed[body + i] != (byte) (sum >>> 24 - 8 * i)) {
                throw new CorruptBlock("the checksum of a block does not match");
            }
        }
    }

    /// The bytes of an unpacked block, charged to the job's memory. Used by one thread.
    static final class Unpacked {
        private final Reservation memory;
        byte[] bytes = new byte[0];
        int length;

        Unpacked(Reservation memory) {
            this.memory = memory;
        }

        void clear() {
            length = 0;
        }

        /// Makes room for that many bytes in all.
        void room(long size) {
            if (size > LARGEST_BLOCK || size < 0) {
                throw new CorruptBlock("a block unpacks to more than " + LARGEST_BLOCK + " bytes");
            }
            if (size > bytes.length) {
                int bigger = (int) Math.min(LARGEST_BLOCK, Math.max(size, bytes.length * 2L));
                memory.take(bigger);
                byte[] old = bytes;
                bytes = Arrays.copyOf(old, bigger);
                memory.give(old.length);
            }
        }

        void append(byte[] from, int at, int count) {
            room((long) length + count);
            System.arraycopy(from, at, bytes, length, count);
            length += count;
        }

        void drain(InputStream in) throws IOException {
            room(Math.max(length, 64 << 10));
            while (true) {
                if (length == bytes.length) {
                    room(length + 1L);
                }
                int n = in.read(bytes, length, bytes.length - length);
                if (n < 0) {
                    return;
                }
                length += n;
            }
        }
    }
}
