package dev.sluice.formats.columnar.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class FilesOfOneCopyTest {
    private static final Schema FIRST = Schema.of(
            new Field("id", DataType.INT64), new Field("name", DataType.STRING), new Field("f", DataType.FLOAT64));

    @Test
    void the_format_is_found() {
        assertThat(ServiceLoader.load(dev.sluice.data.spi.Format.class))
                .anyMatch(f -> f.descriptor().name().equals("Parquet"));
    }

    @Test
    void columns_in_another_order_are_read_by_name() throws Exception {
        Schema second = Schema.of(
                new Field("more", DataType.BOOLEAN), new Field("f", DataType.FLOAT64),
                new Field("name", DataType.STRING), new Field("id", DataType.INT64));
        try (ParquetFiles files = new ParquetFiles()) {
            byte[] file = files.write("snappy", second, List.of(Rows.row(true, 1.5, "x", 7L)), 10);
            assertThat(files.read(file, FIRST, 10)).containsExactly(Rows.row(7L, "x", 1.5));
        }
    }

    @Test
    void narrower_types_are_widened() throws Exception {
        Schema second = Schema.of(
                new Field("id", DataType.INT16), new Field("name", DataType.STRING), new Field("f", DataType.FLOAT32));
        try (ParquetFiles files = new ParquetFiles()) {
            byte[] file = files.write("snappy", second, List.of(Rows.row(-7, "x", 1.5f)), 10);
            assertThat(files.read(file, FIRST, 10)).containsExactly(Rows.row(-7L, "x", 1.5));
        }
    }

    @Test
    void a_missing_column_and_a_changed_type_name_file_and_column() throws Exception {
        try (ParquetFiles files = new ParquetFiles()) {
            Schema without = Schema.of(new Field("id", DataType.INT64), new Field("f", DataType.FLOAT64));
            byte[] missing = files.write("snappy", without, List.of(), 10);
            assertThatThrownBy(() -> files.read(missing, FIRST, 10))
                    .isInstanceOfSatisfying(ProblemException.class, e -> {
                        assertThat(e.problem().fault()).isEqualTo(DataFaults.COLUMN_MISSING);
                        assertThat(e.problem().message()).contains("read", "'name'", "id, f");
                    });
            Schema other = Schema.of(
                    new Field("id", DataType.STRING),
                    new Field("name", DataType.STRING),
                    new Field("f", DataType.FLOAT64));
            byte[] changed = files.write("snappy", other, List.of(), 10);
            assertThatThrownBy(() -> files.read(changed, FIRST, 10))
                    .isInstanceOfSatisfying(ProblemException.class, e -> {
                        assertThat(e.problem().fault()).isEqualTo(DataFaults.TYPES_INCOMPATIBLE);
                        assertThat(e.problem().message()).contains("read", "'id'", "STRING", "INT64");
                    });
        }
    }

    @Test
    void every_row_group_belongs_to_exactly_one_range() throws Exception {
        Schema schema = Schema.of(new Field("id", DataType.INT32), new Field("t", DataType.STRING));
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            rows.add(Rows.row(i, "text " + i));
        }
        try (ParquetFiles files = new ParquetFiles()) {
            byte[] file = files.writeGroups(schema, rows, 50);
            assertThat(files.read(file, schema, 64)).isEqualTo(rows);
            try (FileInput in = files.input(file)) {
                Decoder decoder = new ParquetDecoder(TreeMapping.NONE);
                assertThat(decoder.ranges(in, 1)).hasSize(20);
                assertThat(decoder.ranges(in, Long.MAX_VALUE)).containsExactly(new Decoder.FileRange(0, file.length));
                List<Decoder.FileRange> some = decoder.ranges(in, file.length / 4);
                assertThat(some).hasSizeBetween(3, 6);
                assertThat(some.getFirst().from()).isZero();
                assertThat(some.getLast().to()).isEqualTo(file.length);
            }
        }
    }

    @Test
    void a_projection_fetches_only_its_chunks() throws Exception {
        List<Field> fields = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            fields.add(new Field("c" + i, DataType.BINARY));
        }
        Schema schema = new Schema(fields);
        byte[] noise = new byte[300_000];
        new java.util.Random(1).nextBytes(noise);
        List<@Nullable Object> row = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            row.add(java.nio.ByteBuffer.wrap(noise));
        }
        try (ParquetFiles files = new ParquetFiles()) {
            byte[] file = files.write("snappy", schema, List.of(row), 1);
            try (FileInput in = files.input(file)) {
                ParquetDecoder decoder = new ParquetDecoder(TreeMapping.NONE);
                try (var reader = decoder.open(
                                in,
                                new Decoder.FileRange(0, file.length),
                                schema,
                                new int[] {13},
                                dev.sluice.data.testkit.RefusedRows.failing(files.job));
                        var batch = new dev.sluice.data.batch.Batch(
                                schema.project(new int[] {13}), 10, files.job.memory())) {
                    assertThat(reader.read(batch)).isTrue();
                    assertThat(reader.bytesRead()).isBetween(300_000L, 400_000L);
                }
            }
        }
    }

    @Test
    void settings_are_checked() {
        var lzo = TestEndpoint.sink().with("compressionCodec", "lzo").build();
        assertThatThrownBy(() -> new ParquetFormat().encoder(lzo)).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().fault()).isEqualTo(DocumentFaults.MEMBER_INVALID);
            assertThat(e.problem().location()).isEqualTo("/dataset/compressionCodec");
        });
        var split = TestEndpoint.sink()
                .format("maxRowsPerFile", "1000")
                .format("fileNamePrefix", "part")
                .build();
        assertThat(new ParquetFormat().encoder(split).maxRowsPerFile()).isEqualTo(1_000);
        assertThat(new ParquetFormat().encoder(split).fileNamePrefix()).isEqualTo("part");
    }

    @Test
    void two_columns_of_one_name_are_refused() {
        Schema twice = Schema.of(new Field("x", DataType.INT32), new Field("x", DataType.INT32));
        try (ParquetFiles files = new ParquetFiles()) {
            assertThatThrownBy(() -> files.write("snappy", twice, List.of(), 1))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().message()).contains("'x'"));
        }
    }

    @Test
    void a_null_in_a_column_without_nulls_is_located() {
        Schema strict = Schema.of(new Field("x", DataType.INT32, false));
        try (ParquetFiles files = new ParquetFiles()) {
            List<List<@Nullable Object>> rows = List.of(Rows.row(1), Rows.row((Object) null));
            assertThatThrownBy(() -> files.write("snappy", strict, rows, 1))
                    .isInstanceOfSatisfying(ProblemException.class, e -> {
                        assertThat(e.problem().fault()).isEqualTo(DataFaults.NULL_REFUSED);
                        assertThat(e.problem().location()).isEqualTo("row 2, column x");
                    });
        }
    }

    @Test
    void a_decimal_of_more_digits_than_promised_is_refused() {
        try (ParquetFiles files = new ParquetFiles()) {
            for (DataType type : List.of(DataType.decimal(9, 2), DataType.decimal(20, 2))) {
                Schema schema = Schema.of(new Field("price", type));
                java.math.BigDecimal large =
                        new java.math.BigDecimal(java.math.BigInteger.TEN.pow(type.precision() == 9 ? 10 : 30), 2);
                assertThatThrownBy(() -> files.write("snappy", schema, List.of(Rows.row(large)), 1))
                        .isInstanceOfSatisfying(ProblemException.class, e -> {
                            assertThat(e.problem().fault()).isEqualTo(DataFaults.TYPE_MISMATCH);
                            assertThat(e.problem().message()).contains("'price'");
                        });
            }
        }
    }

    /// Whatever the columns look like: sorted, constant, all null, hardly repeating, too many for a dictionary; in
    /// batches and row groups of odd sizes.
    @Test
    void columns_of_every_habit_survive() throws Exception {
        java.util.Random random = new java.util.Random(21);
        for (int round = 0; round < 6; round++) {
            Schema schema = Schema.of(
                    new Field("sorted", DataType.INT64),
                    new Field("constant", DataType.STRING),
                    new Field("nothing", DataType.decimal(30, 2)),
                    new Field("distinct", DataType.INT32, false),
                    new Field("runs", DataType.INT16),
                    new Field("texts", DataType.STRING),
                    new Field("late", DataType.INT64),
                    new Field("flag", DataType.BOOLEAN));
            int count = 20_000 + random.nextInt(60_000);
            List<List<@Nullable Object>> rows = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                rows.add(Rows.row(
                        (long) i,
                        "same",
                        null,
                        random.nextInt(),
                        i / 1_000 % 7 == 3 ? null : i / 500 % 100,
                        random.nextInt(10) == 0 ? null : Integer.toString(random.nextInt(30_000), 36),
                        i < count / 2 ? (Long) 5L : (Long) random.nextLong(),
                        random.nextInt(3) == 0 ? null : (Object) random.nextBoolean()));
            }
            try (ParquetFiles files = new ParquetFiles()) {
                byte[] file = files.writeGroups(schema, rows, 3_000 + random.nextInt(60_000));
                assertThat(files.read(file, schema, 1 + random.nextInt(9_000)).equals(rows))
                        .as("round " + round)
                        .isTrue();
            }
        }
    }

    @Test
    void a_small_budget_makes_small_row_groups() throws Exception {
        Schema schema = Schema.of(new Field("a", DataType.BINARY), new Field("b", DataType.BINARY));
        List<List<@Nullable Object>> rows = new ArrayList<>();
        java.util.Random random = new java.util.Random(3);
        for (int i = 0; i < 400; i++) {
            byte[] value = new byte[100_000];
            random.nextBytes(value);
            rows.add(Rows.row(java.nio.ByteBuffer.wrap(value), java.nio.ByteBuffer.wrap(value)));
        }
        try (ParquetFiles files = new ParquetFiles(32 << 20)) {
            byte[] file = files.write("none", schema, rows, 10);
            assertThat(file.length).isGreaterThan(80_000_000);
            assertThat(files.job.memory().peak()).isLessThanOrEqualTo(32 << 20);
            assertThat(files.job.memory().used()).isZero();
            try (FileInput in = files.input(file)) {
                assertThat(new ParquetDecoder(TreeMapping.NONE).ranges(in, 1).size())
                        .isGreaterThan(4);
            }
            assertThat(files.read(file, schema, 4_096).equals(rows)).isTrue();
        }
    }
}
