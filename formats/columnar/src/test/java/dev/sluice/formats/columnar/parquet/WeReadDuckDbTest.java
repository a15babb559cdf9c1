package dev.sluice.formats.columnar.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeReadDuckDbTest {
    /// Columns that repeat, hardly repeat, rise, and hold nulls, of every type DuckDB has.
    private static final String TABLE = """
            create table t as select
              case when i % 7 = 0 then null else i % 3 = 0 end as bool,
              (i % 256 - 128)::tinyint as i8, (i % 256)::utinyint as u8,
              (i * 7 % 65536 - 32768)::smallint as i16, (i * 7 % 65536)::usmallint as u16,
              case when i % 11 = 0 then null else ((hash(i) % 4294967296)::bigint - 2147483648)::integer end as i32,
              (hash(i) % 4294967296)::uinteger as u32,
              (i * 1000)::bigint as rising, (hash(i) >> 1)::bigint as i64, hash(i)::ubigint as u64,
              (i / 3)::float as f32, case when i % 5 = 0 then null else sqrt(i) end::double as f64,
              (i % 1000 / 10)::decimal(4,1) as d4, (i / 7)::decimal(9,3) as d9, (i * 12345.678)::decimal(18,4) as d18,
              ((i - 1500)::hugeint * 1234567890123456789012345)::decimal(38,5) as d38,
              date '1970-01-01' + ((i - 2000) * 30)::integer as d,
              time '00:00:00' + to_seconds(i * 17 % 86400) as tod,
              timestamp '1900-01-01 00:00:00' + to_seconds(i * 654321) as ts,
              (timestamp '1950-01-01 00:00:00' + to_milliseconds(i * 654321))::timestamp_ms as ts_ms,
              (timestamp '1980-01-01 00:00:00' + to_microseconds(i * 654321))::timestamp_ns as ts_ns,
              timestamptz '1970-01-01 00:00:00+00' + to_seconds(i * 654321) as tz,
              ('0000000' || i)::varchar as prefixed, case when i % 4 = 0 then null else 'v' || i % 10 end as few,
              repeat('ü', (i % 50)::integer) as uml, encode('bytes' || i) as bin,
              md5(i::varchar)::uuid as id,
              null::integer as nothing
            from range(3000) r(i)
            """;

    private static final Schema SCHEMA = Schema.of(
            new Field("bool", DataType.BOOLEAN),
            new Field("i8", DataType.INT8),
            new Field("u8", DataType.UINT8),
            new Field("i16", DataType.INT16),
            new Field("u16", DataType.UINT16),
            new Field("i32", DataType.INT32),
            new Field("u32", DataType.UINT32),
            new Field("rising", DataType.INT64),
            new Field("i64", DataType.INT64),
            new Field("u64", DataType.UINT64),
            new Field("f32", DataType.FLOAT32),
            new Field("f64", DataType.FLOAT64),
            new Field("d4", DataType.decimal(4, 1)),
            new Field("d9", DataType.decimal(9, 3)),
            new Field("d18", DataType.decimal(18, 4)),
            new Field("d38", DataType.decimal(38, 5)),
            new Field("d", DataType.DATE),
            new Field("tod", DataType.time(6)),
            new Field("ts", DataType.timestamp(6)),
            new Field("ts_ms", DataType.timestamp(3)),
            new Field("ts_ns", DataType.timestamp(9)),
            new Field("tz", DataType.instant(6)),
            new Field("prefixed", DataType.STRING),
            new Field("few", DataType.STRING),
            new Field("uml", DataType.STRING),
            new Field("bin", DataType.BINARY),
            new Field("id", DataType.GUID),
            new Field("nothing", DataType.INT32));

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "uncompressed,V1", "snappy,V1", "gzip,V1", "zstd,V1", "lz4_raw,V1",
        "uncompressed,V2", "snappy,V2", "gzip,V2", "zstd,V2", "lz4_raw,V2"
    })
    void every_type_codec_and_version_has_the_same_values_here(String codec, String version) throws Exception {
        try (ParquetFiles files = new ParquetFiles();
                DuckDb duck = new DuckDb()) {
            duck.run(TABLE);
            Path file = folder.resolve("theirs.parquet");
            duck.run("copy t to '" + file + "' (format parquet, codec '" + codec + "', parquet_version '" + version
                    + "', row_group_size 2048)");
            byte[] content = Files.readAllBytes(file);
            // DuckDB declares columns without a null as required
            assertThat(files.schema(content).fields().stream()
                            .map(f -> new Field(f.name(), f.type()))
                            .toList())
                    .isEqualTo(SCHEMA.fields());
            int[] sizes = {777, 4_096};
            List<List<List<@Nullable Object>>> reads =
                    List.of(files.read(content, SCHEMA, sizes[0]), files.read(content, SCHEMA, sizes[1]));
            for (int c = 0; c < SCHEMA.size(); c++) {
                Field field = SCHEMA.field(c);
                List<@Nullable Object> expected = duck.column("t", field.name(), field.type());
                for (List<List<@Nullable Object>> rows : reads) {
                    List<@Nullable Object> ours = new ArrayList<>();
                    for (List<@Nullable Object> row : rows) {
                        ours.add(DuckDb.comparable(field.type(), row.get(c)));
                    }
                    DuckDb.assertSame(
                            field + " " + codec + " " + version, ours, duck.column("t", field.name(), field.type()));
                }
            }
        }
    }

    @Test
    void the_encodings_meant_to_be_read_are_in_those_files() throws Exception {
        try (DuckDb duck = new DuckDb()) {
            duck.run(TABLE);
            Path file = folder.resolve("v2.parquet");
            duck.run("copy t to '" + file + "' (format parquet, parquet_version 'V2', row_group_size 2048)");
            assertThat(duck.texts("select distinct encodings from parquet_metadata('" + file + "')")
                            .toString())
                    .contains("RLE_DICTIONARY", "DELTA_BINARY_PACKED", "DELTA_LENGTH_BYTE_ARRAY", "BYTE_STREAM_SPLIT");
        }
    }

    @Test
    void a_codec_that_is_not_read_is_named_with_its_column() throws Exception {
        try (ParquetFiles files = new ParquetFiles();
                DuckDb duck = new DuckDb()) {
            Path file = folder.resolve("brotli.parquet");
            duck.run("copy (select 1 as x from range(100)) to '" + file + "' (format parquet, codec 'brotli')");
            assertThatThrownBy(() -> files.read(Files.readAllBytes(file)))
                    .isInstanceOfSatisfying(ProblemException.class, e -> {
                        assertThat(e.problem().fault()).isEqualTo(DataFaults.FEATURE_UNSUPPORTED);
                        assertThat(e.problem().message()).contains("'x'", "BROTLI");
                    });
        }
    }

    @Test
    void a_map_whose_keys_are_structures_is_refused_by_name() throws Exception {
        try (ParquetFiles files = new ParquetFiles();
                DuckDb duck = new DuckDb()) {
            Path file = folder.resolve("keys.parquet");
            duck.run("copy (select 1 as flat, map {{'a': 1}: 2} as deep) to '" + file + "' (format parquet)");
            assertThatThrownBy(() -> files.schema(Files.readAllBytes(file)))
                    .isInstanceOfSatisfying(ProblemException.class, e -> {
                        assertThat(e.problem().fault()).isEqualTo(DataFaults.FEATURE_UNSUPPORTED);
                        assertThat(e.problem().message()).contains("'deep'");
                    });
        }
    }
}
