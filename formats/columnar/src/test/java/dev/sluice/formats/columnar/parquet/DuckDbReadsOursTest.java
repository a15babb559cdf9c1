package dev.sluice.formats.columnar.parquet;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.testkit.RandomData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DuckDbReadsOursTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"none", "snappy", "gzip", "zstd", "lz4"})
    void every_type_has_the_same_values_there(String codec) throws Exception {
        Schema schema = RandomData.schema(RandomData.allTypes());
        List<List<@Nullable Object>> rows = new RandomData(17).rows(schema, 3_000);
        try (ParquetFiles files = new ParquetFiles();
                DuckDb duck = new DuckDb()) {
            Path file = files.writeFile(folder.resolve("ours.parquet"), codec, schema, rows);
            String from = "'" + file + "'";
            for (int c = 0; c < schema.size(); c++) {
                Field field = schema.field(c);
                List<@Nullable Object> expected = new ArrayList<>();
                for (List<@Nullable Object> row : rows) {
                    expected.add(DuckDb.comparable(field.type(), row.get(c)));
                }
                DuckDb.assertSame(
                        field.type() + " with " + codec, duck.column(from, field.name(), field.type()), expected);
            }
        }
    }

    @Test
    void types_are_recognised() throws Exception {
        Schema schema = RandomData.schema(RandomData.allTypes());
        try (ParquetFiles files = new ParquetFiles();
                DuckDb duck = new DuckDb()) {
            Path file = files.writeFile(folder.resolve("types.parquet"), "snappy", schema, List.of());
            List<@Nullable String> types =
                    duck.texts("select column_type from (describe select * from '" + file + "')");
            assertThat(types)
                    .startsWith(
                            "BOOLEAN",
                            "TINYINT",
                            "UTINYINT",
                            "SMALLINT",
                            "USMALLINT",
                            "INTEGER",
                            "UINTEGER",
                            "BIGINT",
                            "UBIGINT",
                            "FLOAT",
                            "DOUBLE",
                            "DECIMAL(1,0)",
                            "DECIMAL(9,2)",
                            "DECIMAL(18,18)",
                            "DECIMAL(19,4)",
                            "DECIMAL(38,0)",
                            "DECIMAL(38,20)",
                            "DATE")
                    .endsWith("VARCHAR", "BLOB", "UUID")
                    .contains("TIME", "TIMESTAMP", "TIMESTAMP_NS", "TIMESTAMP WITH TIME ZONE");
        }
    }

    /// DuckDB leaves out row groups by our statistics: with wrong ones the counts would differ.
    @Test
    void filters_by_statistics_find_every_row() throws Exception {
        List<DataType> types = RandomData.allTypes();
        Schema schema = RandomData.schema(types);
        RandomData random = new RandomData(4);
        List<List<@Nullable Object>> rows = random.rows(schema, 2_000);
        try (ParquetFiles files = new ParquetFiles();
                DuckDb duck = new DuckDb()) {
            Path file = Files.write(folder.resolve("filtered.parquet"), files.writeGroups(schema, rows, 100));
            assertThat(duck.number("select count(distinct row_group_id) from parquet_metadata('" + file + "')"))
                    .isEqualTo(20);
            duck.run("create table plain as select * from '" + file + "'");
            for (int c = 0; c < schema.size(); c++) {
                List<@Nullable String> probes =
                        duck.texts("select c" + c + "::varchar from plain using sample 5 rows (reservoir, 3)");
                for (String probe : probes.stream().filter(Objects::nonNull).toList()) {
                    String type = duck.texts("select typeof(c" + c + ") from plain limit 1")
                            .getFirst();
                    String literal = "'" + probe.replace("'", "''") + "'::" + type;
                    for (String operator : List.of("=", "<", ">=")) {
                        String where = " where c" + c + operator + literal;
                        assertThat(duck.number("select count(*) from '" + file + "'" + where))
                                .as(types.get(c) + operator + probe)
                                .isEqualTo(duck.number("select count(*) from plain" + where));
                    }
                }
                String isNull = " where c" + c + " is null";
                assertThat(duck.number("select count(*) from '" + file + "'" + isNull))
                        .isEqualTo(duck.number("select count(*) from plain" + isNull));
            }
        }
    }

    @Test
    void long_texts_have_cut_bounds_that_still_hold() throws Exception {
        Schema schema = Schema.of(new Field("t", DataType.STRING), new Field("b", DataType.BINARY));
        List<List<@Nullable Object>> rows = List.of(
                List.of("a".repeat(63) + "é" + "x", java.nio.ByteBuffer.wrap(new byte[100])),
                List.of(
                        "z".repeat(100),
                        java.nio.ByteBuffer.wrap(
                                "ÿ".repeat(60).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1))));
        try (ParquetFiles files = new ParquetFiles();
                DuckDb duck = new DuckDb()) {
            Path file = files.writeFile(folder.resolve("long.parquet"), "snappy", schema, rows);
            assertThat(duck.texts("select stats_min_value from parquet_metadata('" + file + "')")
                            .getFirst())
                    .isEqualTo("a".repeat(63));
            assertThat(duck.texts("select stats_max_value from parquet_metadata('" + file + "')")
                            .getFirst())
                    .isEqualTo("z".repeat(63) + "{");
            assertThat(duck.number("select count(*) from '" + file + "' where t > 'zz'"))
                    .isEqualTo(1);
        }
    }
}
