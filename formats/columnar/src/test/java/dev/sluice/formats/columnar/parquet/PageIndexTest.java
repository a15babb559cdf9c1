package dev.sluice.formats.columnar.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.apache.parquet.ParquetReadOptions;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.filter2.compat.FilterCompat;
import org.apache.parquet.filter2.predicate.FilterApi;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.metadata.BlockMetaData;
import org.apache.parquet.hadoop.metadata.ColumnChunkMetaData;
import org.apache.parquet.internal.column.columnindex.ColumnIndex;
import org.apache.parquet.internal.column.columnindex.OffsetIndex;
import org.apache.parquet.io.LocalInputFile;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The index of pages as parquet-java understands it.
class PageIndexTest {
    private static final int ROWS = 300_000;
    private static final String LONG = "x".repeat(70);

    private static final Schema SCHEMA = Schema.of(
            new Field("id", DataType.INT64, false),
            new Field("kind", DataType.STRING),
            new Field("note", DataType.STRING),
            new Field("wide", DataType.decimal(38, 2), false),
            new Field("flag", DataType.BOOLEAN),
            new Field("share", DataType.FLOAT64),
            new Field("old", DataType.timestamp(7)),
            new Field("few", DataType.INT32));

    @TempDir
    Path folder;

    private Path file;
    private final List<List<@Nullable Object>> rows = new ArrayList<>();

    @BeforeEach
    void write() throws Exception {
        file = folder.resolve("ours.parquet");
        for (int i = 0; i < ROWS; i++) {
            boolean hole = i >= 65_536 && i < 131_072;
            rows.add(Arrays.asList(
                    (long) i * 3,
                    i % 5 == 0 ? null : "kind " + (char) ('a' + i / 40_000) + i % 7,
                    hole ? null : i % 3 == 0 ? LONG + i : "note " + i * 7,
                    BigDecimal.valueOf(i % 1_000 - 500, 2),
                    i % 4 == 0 ? null : i > 200_000,
                    i % 11 == 0 ? null : i % 13 == 0 ? Double.NaN : i / 8.0 - 1_000,
                    java.time.LocalDateTime.of(2026, 1, 1, 0, 0).plusSeconds(i),
                    i / 50_000 * 10 + i % 3));
        }
        try (ParquetFiles files = new ParquetFiles()) {
            Files.write(file, files.write("none", SCHEMA, rows, 4_096));
        }
    }

    private ParquetFileReader reader(FilterCompat.Filter filter) throws Exception {
        return ParquetFileReader.open(
                new LocalInputFile(file),
                ParquetReadOptions.builder(new PlainParquetConfiguration())
                        .withRecordFilter(filter)
                        .useColumnIndexFilter()
                        .build());
    }

    @Test
    void bounds_and_nulls_of_every_page_are_those_of_its_rows() throws Exception {
        int nullPages = 0;
        try (ParquetFileReader reader = reader(FilterCompat.NOOP)) {
            int first = 0;
            for (BlockMetaData block : reader.getRowGroups()) {
                for (int c = 0; c < SCHEMA.size(); c++) {
                    ColumnChunkMetaData chunk = block.getColumns().get(c);
                    OffsetIndex offsets = reader.readOffsetIndex(chunk);
                    ColumnIndex index = reader.readColumnIndex(chunk);
                    assertThat(offsets.getFirstRowIndex(0)).isZero();
                    assertThat(offsets.getOffset(0)).isEqualTo(chunk.getFirstDataPageOffset());
                    if (SCHEMA.field(c).name().equals("old")) {
                        assertThat(index).as("INT96 has no order").isNull();
                        continue;
                    }
                    assertThat(index.getNullPages()).hasSize(offsets.getPageCount());
                    for (int page = 0; page < offsets.getPageCount(); page++) {
                        int from = first + (int) offsets.getFirstRowIndex(page);
                        int to = first + (int) offsets.getLastRowIndex(page, block.getRowCount()) + 1;
                        nullPages += index.getNullPages().get(page) ? 1 : 0;
                        check(c, index, page, from, to);
                    }
                }
                first += (int) block.getRowCount();
            }
            assertThat(first).isEqualTo(ROWS);
        }
        assertThat(nullPages).isPositive();
    }

    private void check(int c, ColumnIndex index, int page, int from, int to) {
        List<Object> values = new ArrayList<>();
        for (List<@Nullable Object> row : rows.subList(from, to)) {
            Object value = row.get(c);
            if (value != null && !value.equals(Double.NaN)) {
                values.add(value);
            }
        }
        String where = SCHEMA.field(c).name() + ", page " + page;
        long nulls =
                rows.subList(from, to).stream().filter(r -> r.get(c) == null).count();
        assertThat(index.getNullCounts().get(page)).as(where).isEqualTo(nulls);
        assertThat(index.getNullPages().get(page)).as(where).isEqualTo(nulls == to - from);
        if (nulls == to - from) {
            return;
        }
        Function<ByteBuffer, Object> read = bytes -> {
            ByteBuffer b = bytes.order(java.nio.ByteOrder.LITTLE_ENDIAN);
            return switch (SCHEMA.field(c).name()) {
                case "id" -> b.getLong();
                case "few" -> b.getInt();
                case "share" -> b.getDouble();
                case "flag" -> b.get() != 0;
                case "wide" -> {
                    byte[] unscaled = new byte[b.remaining()];
                    b.get(unscaled);
                    yield new BigDecimal(new BigInteger(unscaled), 2);
                }
                default -> StandardCharsets.UTF_8.decode(b).toString();
            };
        };
        @SuppressWarnings("unchecked")
        Comparator<Object> order = (a, b) -> ((Comparable<Object>) a).compareTo(b);
        Object least = values.stream().min(order).orElseThrow();
        Object greatest = values.stream().max(order).orElseThrow();
        assertThat(read.apply(index.getMinValues().get(page))).as(where).isEqualTo(least);
        Object bound = read.apply(index.getMaxValues().get(page));
        if (greatest instanceof String s && s.length() > 64) {
            assertThat(bound.toString()).as(where).hasSizeLessThanOrEqualTo(64).isGreaterThan(s);
        } else {
            assertThat(bound).as(where).isEqualTo(greatest);
        }
    }

    @Test
    void a_reader_that_looks_for_few_rows_reads_few_pages() throws Exception {
        var wanted = FilterCompat.get(FilterApi.and(
                FilterApi.gtEq(FilterApi.longColumn("id"), 600_000L),
                FilterApi.lt(FilterApi.longColumn("id"), 600_300L)));
        try (ParquetFileReader reader = reader(wanted)) {
            assertThat(reader.getFilteredRecordCount()).isBetween(100L, 100_000L);
        }
        var noted = FilterCompat.get(
                FilterApi.eq(FilterApi.binaryColumn("kind"), org.apache.parquet.io.api.Binary.fromString("kind h3")));
        try (ParquetFileReader reader = reader(noted)) {
            assertThat(reader.getFilteredRecordCount()).isBetween(1L, 150_000L);
        }
    }

    @Test
    void duckdb_reads_the_file_with_filters() throws Exception {
        try (DuckDb duck = new DuckDb()) {
            assertThat(duck.number("select count(*) from '" + file + "' where id >= 600000 and id < 600300"))
                    .isEqualTo(100);
            assertThat(duck.number("select count(*) from '" + file + "' where note is null"))
                    .isEqualTo(65_536);
        }
    }

    @Test
    void in_little_memory_the_file_is_whole_with_an_index_or_without() throws Exception {
        try (ParquetFiles files = new ParquetFiles(8 << 20)) {
            Path small = Files.write(folder.resolve("small.parquet"), files.write("none", SCHEMA, rows, 1_000));
            try (DuckDb duck = new DuckDb()) {
                assertThat(duck.number("select sum(id) from '" + small + "'")).isEqualTo(3L * ROWS * (ROWS - 1) / 2);
            }
            assertThat(files.job.memory().used()).isZero();
        }
    }
}
