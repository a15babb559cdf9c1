package dev.sluice.formats.columnar.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Reservation;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.parquet.format.CompressionCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class CodecTest {
    @ParameterizedTest
    @EnumSource(
            value = CompressionCodec.class,
            names = {"SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"})
    void what_is_packed_unpacks_to_the_same(CompressionCodec codec) throws Exception {
        Random random = new Random(8);
        try (Compressor compressor = Compressor.of(codec);
                Decompressor decompressor = Decompressor.of(codec)) {
            for (int length : new int[] {1, 7, 100, 65_536, 1_000_003}) {
                byte[] noise = new byte[length];
                random.nextBytes(noise);
                for (byte[] page : new byte[][] {noise, new byte[length]}) {
                    byte[] packed = new byte[compressor.bound(length) + 5];
                    int size = compressor.compress(page, length, packed, 5);
                    assertThat((long) size * decompressor.largestRatio() + 1_024)
                            .isGreaterThanOrEqualTo(length);
                    byte[] unpacked = new byte[length];
                    decompressor.decompress(packed, 5, size, unpacked, length);
                    assertThat(unpacked).isEqualTo(page);
                    assertThatThrownBy(() -> decompressor.decompress(packed, 5, size, new byte[length + 1], length + 1))
                            .isInstanceOf(CorruptData.class);
                }
            }
        }
    }

    @Test
    void gzip_members_of_other_writers_and_zlib_streams_are_read() throws Exception {
        byte[] text = "members ".repeat(100).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        ByteArrayOutputStream two = new ByteArrayOutputStream();
        for (int i = 0; i < 2; i++) {
            try (GZIPOutputStream gzip = new GZIPOutputStream(two)) {
                gzip.write(text);
            }
        }
        // a member with a file name in its header
        byte[] named = new byte[two.size() + 5];
        System.arraycopy(two.toByteArray(), 0, named, 0, 10);
        named[3] = 8;
        System.arraycopy("name\0".getBytes(java.nio.charset.StandardCharsets.US_ASCII), 0, named, 10, 5);
        System.arraycopy(two.toByteArray(), 10, named, 15, two.size() - 10);
        ByteArrayOutputStream zlib = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflate = new DeflaterOutputStream(zlib)) {
            deflate.write(text);
        }
        byte[] twice = Arrays.copyOf(text, text.length * 2);
        System.arraycopy(text, 0, twice, text.length, text.length);
        try (Decompressor gzip = Decompressor.of(CompressionCodec.GZIP)) {
            assertThat(unpack(gzip, two.toByteArray(), twice.length)).isEqualTo(twice);
            assertThat(unpack(gzip, named, twice.length)).isEqualTo(twice);
            assertThat(unpack(gzip, zlib.toByteArray(), text.length)).isEqualTo(text);
        }
    }

    @Test
    void lz4_in_hadoops_frames_and_bare_are_read() throws Exception {
        byte[] first = "frames ".repeat(50).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] second = "more of them ".repeat(30).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        byte[] both = ByteBuffer.allocate(first.length + second.length)
                .put(first)
                .put(second)
                .array();
        ByteBuffer framed = ByteBuffer.allocate(10_000);
        try (Compressor lz4 = Compressor.of(CompressionCodec.LZ4_RAW);
                Decompressor decompressor = Decompressor.of(CompressionCodec.LZ4)) {
            for (byte[] part : new byte[][] {first, second}) {
                byte[] packed = new byte[lz4.bound(part.length)];
                int size = lz4.compress(part, part.length, packed, 0);
                framed.putInt(part.length).putInt(size).put(packed, 0, size);
            }
            assertThat(unpack(decompressor, Arrays.copyOf(framed.array(), framed.position()), both.length))
                    .isEqualTo(both);
            byte[] bare = new byte[lz4.bound(both.length)];
            int size = lz4.compress(both, both.length, bare, 0);
            assertThat(unpack(decompressor, Arrays.copyOf(bare, size), both.length))
                    .isEqualTo(both);
        }
    }

    private static byte[] unpack(Decompressor decompressor, byte[] packed, int size) {
        byte[] into = new byte[size];
        decompressor.decompress(packed, 0, packed.length, into, size);
        return into;
    }

    @Test
    void runs_and_packed_groups_come_back_in_any_portions() {
        Random random = new Random(2);
        for (int width = 1; width <= 16; width++) {
            int count = 1 + random.nextInt(5_000);
            int[] values = new int[count + 8];
            int value = 0;
            for (int i = 0; i < count; i++) {
                if (random.nextInt(width) == 0 || random.nextInt(30) == 0) {
                    value = random.nextInt(1 << width);
                }
                values[i] = value;
            }
            Bytes out = new Bytes(new Reservation(new MemoryBudget(1 << 20)));
            HybridEncoder.encode(values, count, width, out);
            HybridDecoder decoder = new HybridDecoder();
            decoder.start(Arrays.copyOf(out.array, out.size + ChunkInput.SLACK), 0, out.size, width);
            int[] read = new int[count];
            for (int at = 0; at < count; ) {
                int portion = Math.min(count - at, 1 + random.nextInt(300));
                decoder.read(read, at, portion);
                at += portion;
            }
            assertThat(read).as("width " + width).isEqualTo(Arrays.copyOf(values, count));
        }
    }

    @Test
    void notes_of_types_are_believed_only_where_they_are_well_formed() {
        assertThat(TypeNotes.parse("0:DURATION(6),3:TIME(7),4:INSTANT(7)"))
                .containsEntry(0, dev.sluice.data.batch.DataType.duration(6))
                .containsEntry(3, dev.sluice.data.batch.DataType.time(7))
                .containsEntry(4, dev.sluice.data.batch.DataType.instant(7));
        assertThat(TypeNotes.parse("x:DURATION(6),1:DURATION(5),2:TIME(3),99999999:TIME(7),,"))
                .isEmpty();
    }
}
