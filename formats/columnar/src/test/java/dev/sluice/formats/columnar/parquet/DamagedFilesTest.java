package dev.sluice.formats.columnar.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudgetExceededException;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.testkit.RandomData;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.parquet.format.FileMetaData;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Files that lie: whatever a byte says, the result is rows or a located problem, within the memory granted.
class DamagedFilesTest {
    private static final long MEMORY = 48 << 20;

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy", "gzip", "zstd", "lz4"})
    void our_files_damaged_anywhere(String codec) throws Exception {
        Schema schema = RandomData.schema(RandomData.allTypes());
        byte[] whole;
        try (ParquetFiles files = new ParquetFiles()) {
            whole = files.write(codec, schema, new RandomData(5).rows(schema, 300), 100);
        }
        damage(whole, codec.hashCode(), 250);
    }

    @ParameterizedTest
    @ValueSource(strings = {"V1", "V2"})
    void files_of_another_writer_damaged_anywhere(String version) throws Exception {
        Path file = folder.resolve("theirs.parquet");
        try (DuckDb duck = new DuckDb()) {
            duck.run("copy (select i, i::varchar || 'x' as s, case when i % 3 = 0 then null else i / 7 end as d,"
                    + " 'v' || i % 5 as few, i::float as f, i % 2 = 0 as b from range(400) r(i)) to '" + file
                    + "' (format parquet, codec 'uncompressed', parquet_version '" + version + "')");
        }
        damage(Files.readAllBytes(file), 77, 600);
    }

    /// Page checksums would hide most damage from the decoders behind them, so they are told to be absent.
    @Test
    void pages_damaged_behind_a_right_checksum() throws Exception {
        Schema schema = RandomData.schema(RandomData.allTypes());
        byte[] whole;
        try (ParquetFiles files = new ParquetFiles()) {
            whole = files.write("none", schema, new RandomData(6).rows(schema, 200), 200);
        }
        Random dice = new Random(12);
        FileMetaData meta = meta(whole);
        for (int i = 0; i < 400; i++) {
            byte[] damaged = whole.clone();
            var columns = meta.getRow_groups().getFirst().getColumns();
            var data = columns.get(dice.nextInt(columns.size())).getMeta_data();
            int from = (int) data.getData_page_offset();
            var header = new org.apache.parquet.format.PageHeader();
            int length = Thrift.read(header, damaged, from, damaged.length);
            int at = from + length + dice.nextInt(header.getCompressed_page_size());
            damaged[at] = (byte) dice.nextInt();
            var crc = new java.util.zip.CRC32();
            crc.update(damaged, from + length, header.getCompressed_page_size());
            header.setCrc((int) crc.getValue());
            byte[] rewritten = Thrift.bytes(header);
            if (rewritten.length == length) {
                System.arraycopy(rewritten, 0, damaged, from, length);
            }
            readOrRefuse(damaged, "damage " + i);
        }
    }

    private static FileMetaData meta(byte[] file) throws Exception {
        FileMetaData meta = new FileMetaData();
        int length = LittleEndian.getInt(file, file.length - 8);
        Thrift.read(meta, file, file.length - 8 - length, file.length - 8);
        return meta;
    }

    private static void damage(byte[] whole, long seed, int times) {
        Random dice = new Random(seed);
        for (int i = 0; i < times; i++) {
            byte[] damaged = whole.clone();
            // every other time in the footer, where a byte does most
            int footer = whole.length - 8 - LittleEndian.getInt(whole, whole.length - 8);
            int from = i % 2 == 0 ? 0 : footer;
            for (int n = 1 + dice.nextInt(3); n > 0; n--) {
                int at = from + dice.nextInt(whole.length - from);
                damaged[at] = dice.nextBoolean() ? (byte) dice.nextInt() : (byte) (damaged[at] ^ 1 << dice.nextInt(8));
            }
            if (i % 10 == 9) {
                damaged = Arrays.copyOf(damaged, dice.nextInt(damaged.length));
            }
            readOrRefuse(damaged, "damage " + i);
        }
    }

    private static void readOrRefuse(byte[] content, String what) {
        try (ParquetFiles files = new ParquetFiles(MEMORY)) {
            try {
                List<List<@Nullable Object>> rows = files.read(content);
                assertThat(rows).as(what).hasSizeLessThan(1 << 20);
            } catch (ProblemException e) {
                assertThat(e.problem().fault())
                        .as(what)
                        .isIn(
                                DataFaults.MALFORMED_FILE,
                                DataFaults.FEATURE_UNSUPPORTED,
                                DataFaults.TYPE_UNSUPPORTED,
                                DataFaults.COLUMN_MISSING);
                assertThat(e.problem().location()).as(what).startsWith("read");
            } catch (MemoryBudgetExceededException e) {
                assertThat(e.limit()).isEqualTo(MEMORY);
            } catch (IOException e) {
                throw new AssertionError(what, e);
            }
            assertThat(files.job.memory().used()).as(what).isZero();
        }
    }

    @Test
    void a_damaged_page_is_located() throws Exception {
        Schema schema = Schema.of(new Field("a", DataType.INT64), new Field("b", DataType.STRING));
        try (ParquetFiles files = new ParquetFiles()) {
            byte[] file = files.write("snappy", schema, new RandomData(1).rows(schema, 500), 500);
            long offset = meta(file)
                    .getRow_groups()
                    .getFirst()
                    .getColumns()
                    .get(1)
                    .getMeta_data()
                    .getData_page_offset();
            file[(int) offset + 60] ^= 1;
            assertThatThrownBy(() -> files.read(file)).isInstanceOfSatisfying(ProblemException.class, e -> {
                assertThat(e.problem().fault()).isEqualTo(DataFaults.MALFORMED_FILE);
                assertThat(e.problem().location()).isEqualTo("read byte " + offset);
                assertThat(e.problem().message()).contains("column 'b'", "checksum");
            });
        }
    }

    @Test
    void a_file_cut_off_or_of_another_kind_is_named() throws Exception {
        try (ParquetFiles files = new ParquetFiles()) {
            for (String content :
                    List.of("", "PAR1", "PAR1PAR1", "a,b,c\n1,2,3\n", "PAR1\u0000\u0000\u0000\u007fPAR1")) {
                byte[] bytes = content.getBytes(StandardCharsets.ISO_8859_1);
                assertThatThrownBy(() -> files.read(bytes))
                        .as(content)
                        .isInstanceOfSatisfying(
                                ProblemException.class,
                                e -> assertThat(e.problem().fault()).isEqualTo(DataFaults.MALFORMED_FILE));
            }
            byte[] encrypted = "PAR1............PARE".getBytes(StandardCharsets.ISO_8859_1);
            assertThatThrownBy(() -> files.read(encrypted))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().message()).contains("encrypted"));
        }
    }

    @Test
    void a_footer_nested_without_end_is_refused() {
        byte[] file = new byte[2_000_000];
        // field after field of type structure, none of which is known
        Arrays.fill(file, (byte) 0xfc);
        byte[] magic = "PAR1".getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(magic, 0, file, 0, 4);
        System.arraycopy(magic, 0, file, file.length - 4, 4);
        LittleEndian.putInt(file, file.length - 8, file.length - 12);
        try (ParquetFiles files = new ParquetFiles()) {
            assertThatThrownBy(() -> files.schema(file))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().fault()).isEqualTo(DataFaults.MALFORMED_FILE));
        }
    }

    /// Sizes of lists and texts are compared with what is there before anything is made for them.
    @Test
    void a_footer_of_endless_lists_takes_no_memory() {
        // version, then a schema of 2^31 - 1 elements; created_by of 2^31 - 1 bytes
        for (byte[] meta :
                new byte[][] {{0x15, 2, 0x19, (byte) 0xfc, -1, -1, -1, -1, 7}, {0x15, 2, 0x58, -1, -1, -1, -1, 7}}) {
            byte[] file = new byte[12 + meta.length];
            byte[] magic = "PAR1".getBytes(StandardCharsets.ISO_8859_1);
            System.arraycopy(magic, 0, file, 0, 4);
            System.arraycopy(meta, 0, file, 4, meta.length);
            LittleEndian.putInt(file, file.length - 8, meta.length);
            System.arraycopy(magic, 0, file, file.length - 4, 4);
            try (ParquetFiles files = new ParquetFiles()) {
                assertThatThrownBy(() -> files.schema(file))
                        .isInstanceOfSatisfying(
                                ProblemException.class,
                                e -> assertThat(e.problem().message()).contains("footer cannot be read"));
            }
        }
    }

    @Test
    void a_page_cannot_claim_more_than_its_codec_can_unpack_to() throws Exception {
        PageBody body = new PageBody(new Reservation(new dev.sluice.data.batch.MemoryBudget(MEMORY)));
        try (Decompressors decompressors = new Decompressors()) {
            body.use(decompressors, org.apache.parquet.format.CompressionCodec.SNAPPY);
            assertThatThrownBy(() -> body.unpack(new byte[100], 0, 20, 1 << 20))
                    .isInstanceOf(CorruptData.class)
                    .hasMessageContaining("cannot unpack");
        }
    }
}
