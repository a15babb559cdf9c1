package dev.sluice.formats.columnar.parquet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.testkit.Rows;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.conf.PlainParquetConfiguration;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Structures, lists and maps in files that DuckDB and parquet-java have written; DuckDB's own JSON of them is what
/// ours is compared with.
class StructuresTest {
    private static final String ROWS = """
            select i as id,
              case when i % 7 = 0 then null else {
                'name': case when i % 5 = 0 then null else 'n "' || i || '" ü' end,
                'tags': case when i % 11 = 0 then null
                  else list_transform(range(i % 4), lambda x: case when (x + i) % 3 = 0 then null else x * i end) end,
                'home': case when i % 3 = 0 then null else {'zip': i % 100, 'ok': i % 2 = 0} end
              } end as customer,
              case when i % 13 = 0 then null else list_transform(range(i % 6), lambda x: {
                'sku': 'S' || x,
                'n': case when x = 2 then null else i + x end,
                'parts': list_transform(range((i + x) % 3), lambda y: y + i)}) end as lines,
              case when i % 17 = 0 then null else map_from_entries(list_transform(range(i % 3), lambda x:
                struct_pack(k := 'k' || x, v := case when x = 1 then null else i end))) end as amounts,
              map_from_entries(list_transform(range(i % 3), lambda x:
                struct_pack(k := x * i, v := list_transform(range(x + 1), lambda y: {'y': y})))) as deep,
              case when i % 9 = 0 then null
                else list_transform(range(i % 4), lambda x: case when x = 2 then null
                  else list_transform(range(x), lambda y: x * y) end) end as matrix,
              'text ' || i as last
            from range(7000) t(i)""";

    @TempDir
    Path folder;

    private static byte[] written(DuckDb duck, Path folder, String options) throws Exception {
        Path file = folder.resolve("theirs.parquet");
        duck.run("create or replace table t as " + ROWS);
        duck.run("copy t to '" + file + "' (format parquet, " + options + ")");
        return Files.readAllBytes(file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"row_group_size 2048", "parquet_version v2, codec zstd, row_group_size 4096"})
    void structures_are_the_same_json_as_duckdbs(String options) throws Exception {
        try (DuckDb duck = new DuckDb();
                ParquetFiles files = new ParquetFiles()) {
            byte[] file = written(duck, folder, options);
            Schema schema = files.schema(file);
            assertThat(schema.names()).containsExactly("id", "customer", "lines", "amounts", "deep", "matrix", "last");
            assertThat(schema.fields().stream().map(Field::document))
                    .containsExactly(false, true, true, true, true, true, false);
            List<List<@Nullable Object>> rows = files.read(file, TreeMapping.NONE);
            for (int c = 1; c < 6; c++) {
                int column = c;
                assertThat(rows.stream()
                                .<@Nullable Object>map(r -> r.get(column))
                                .toList())
                        .as(schema.names().get(c))
                        .containsExactlyElementsOf(
                                duck.texts("select to_json(" + schema.names().get(c) + ") from t order by id"));
            }
            assertThat(rows.stream().map(r -> r.getLast()).toList())
                    .containsExactlyElementsOf(duck.texts("select last from t order by id"));
        }
    }

    @Test
    void paths_lead_into_structures_and_a_list_is_crossed_with_its_row() throws Exception {
        try (DuckDb duck = new DuckDb();
                ParquetFiles files = new ParquetFiles()) {
            byte[] file = written(duck, folder, "row_group_size 2048");
            TreeMapping crossed = new TreeMapping(
                    "$.lines",
                    List.of(
                            path("$.id"),
                            path("$['customer']['home']['zip']"),
                            path("sku"),
                            path("n"),
                            path("parts[0]")),
                    false,
                    false);
            List<String> ours = files.read(file, crossed).stream()
                    .map(r -> String.join("|", r.stream().map(String::valueOf).toList()))
                    .toList();
            assertThat(ours).containsExactlyElementsOf(duck.texts("""
                            select concat_ws('|', id, coalesce(customer.home.zip::text, 'null'), l.sku,
                              coalesce(l.n::text, 'null'), coalesce(l.parts[1]::text, 'null'))
                            from (select id, customer, unnest(lines) as l,
                              generate_subscripts(lines, 1) as place from t) order by id, place"""));
            TreeMapping members = new TreeMapping(
                    "", List.of(path("$.customer.name"), path("$.amounts.k0"), path("$.matrix[1][0]")), false, false);
            assertThat(files.schema(file, members).fields().stream().map(Field::type))
                    .containsExactly(DataType.STRING, DataType.INT64, DataType.INT64);
            assertThat(files.read(file, members).stream()
                            .map(r -> String.join(
                                    "|", r.stream().map(String::valueOf).toList()))
                            .toList())
                    .containsExactlyElementsOf(duck.texts("""
                            select concat_ws('|', coalesce(customer.name, 'null'),
                              coalesce(amounts['k0']::text, 'null'), coalesce(matrix[2][1]::text, 'null'))
                            from t order by id"""));
        }
    }

    @Test
    void columns_beside_structures_are_read_as_vectors_without_them() throws Exception {
        try (DuckDb duck = new DuckDb();
                ParquetFiles files = new ParquetFiles()) {
            byte[] file = written(duck, folder, "row_group_size 2048");
            Schema flat = files.schema(file).project(new int[] {0, 6});
            List<List<@Nullable Object>> rows = files.read(file, flat, 1_000);
            assertThat(rows).hasSize(7_000);
            assertThat(rows.getLast()).isEqualTo(Rows.row(6_999L, "text 6999"));
        }
    }

    @Test
    void a_path_that_leads_nowhere_is_refused_before_the_first_row() throws Exception {
        try (DuckDb duck = new DuckDb();
                ParquetFiles files = new ParquetFiles()) {
            byte[] file = written(duck, folder, "row_group_size 2048");
            TreeMapping wrong = new TreeMapping("", List.of(path("$.customer.nam")), false, false);
            assertThatThrownBy(() -> files.schema(file, wrong))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("$.customer.nam");
        }
    }

    private static TreeMapping.Column path(String path) {
        return new TreeMapping.Column(path, true, Optional.empty());
    }

    private byte[] java(String schema, ParquetProperties.WriterVersion version, List<Consumer<Group>> rows)
            throws IOException {
        MessageType type = MessageTypeParser.parseMessageType(schema);
        Path file = folder.resolve("java.parquet");
        Files.deleteIfExists(file);
        try (var writer = ExampleParquetWriter.builder(new LocalOutputFile(file))
                .withConf(new PlainParquetConfiguration())
                .withType(type)
                .withWriterVersion(version)
                .withCompressionCodec(CompressionCodecName.UNCOMPRESSED)
                .withPageRowCountLimit(3)
                .build()) {
            for (Consumer<Group> row : rows) {
                SimpleGroup group = new SimpleGroup(type);
                row.accept(group);
                writer.write(group);
            }
        }
        return Files.readAllBytes(file);
    }

    /// The Dremel paper's document, lists as old writers had them, a list of lists.
    private static final String OLD_FORMS = """
            message old {
              required int64 doc;
              optional group links { repeated int64 back; repeated int64 forward; }
              repeated group name {
                repeated group language { required binary code (STRING); optional binary country (STRING); }
                optional binary url (STRING);
              }
              optional group two (LIST) { repeated int32 element; }
              optional group pairs (LIST) { repeated group array { required int32 a; } }
              optional group tuple (LIST) { repeated group tuple_tuple { required int32 b; } }
              optional group fields (LIST) { repeated group item { required int32 c; optional int32 d; } }
              optional group set (MAP) { repeated group key_value { required int32 key; } }
              required group matrix (LIST) { repeated group list { required group element (LIST) {
                repeated group list { optional int32 element; } } } }
            }""";

    @ParameterizedTest
    @EnumSource(
            value = ParquetProperties.WriterVersion.class,
            names = {"PARQUET_1_0", "PARQUET_2_0"})
    void old_forms_of_lists_and_maps_are_understood(ParquetProperties.WriterVersion version) throws Exception {
        List<Consumer<Group>> rows = new ArrayList<>();
        rows.add(row -> {
            row.append("doc", 10L);
            Group links = row.addGroup("links");
            links.append("forward", 20L).append("forward", 40L);
            Group first = row.addGroup("name");
            first.addGroup("language").append("code", "en-us").append("country", "us");
            first.addGroup("language").append("code", "en");
            first.append("url", "http://A");
            row.addGroup("name").append("url", "http://B");
            row.addGroup("name").addGroup("language").append("code", "en-gb").append("country", "gb");
            row.addGroup("two").append("element", 1).append("element", 2);
            row.addGroup("pairs").addGroup("array").append("a", 3);
            row.addGroup("tuple").addGroup("tuple_tuple").append("b", 4);
            row.addGroup("fields").addGroup("item").append("c", 5);
            row.addGroup("set").addGroup("key_value").append("key", 6);
            Group matrix = row.addGroup("matrix");
            Group inner = matrix.addGroup("list").addGroup("element");
            inner.addGroup("list").append("element", 7);
            inner.addGroup("list");
            matrix.addGroup("list").addGroup("element");
        });
        rows.add(row -> {
            row.append("doc", 20L);
            row.addGroup("links").append("back", 10L).append("back", 30L).append("forward", 80L);
            row.addGroup("name").append("url", "http://C");
            row.addGroup("two");
            row.addGroup("matrix");
        });
        for (int i = 0; i < 5; i++) {
            rows.add(rows.get(i));
        }
        try (ParquetFiles files = new ParquetFiles()) {
            byte[] file = java(OLD_FORMS, version, rows);
            List<@Nullable Object> one = Rows.row(
                    10L,
                    "{\"back\":[],\"forward\":[20,40]}",
                    "[{\"language\":[{\"code\":\"en-us\",\"country\":\"us\"},{\"code\":\"en\",\"country\":null}],"
                            + "\"url\":\"http://A\"},{\"language\":[],\"url\":\"http://B\"},"
                            + "{\"language\":[{\"code\":\"en-gb\",\"country\":\"gb\"}],\"url\":null}]",
                    "[1,2]",
                    "[{\"a\":3}]",
                    "[{\"b\":4}]",
                    "[{\"c\":5,\"d\":null}]",
                    "{\"6\":6}",
                    "[[7,null],[]]");
            List<@Nullable Object> two = Rows.row(
                    20L,
                    "{\"back\":[10,30],\"forward\":[80]}",
                    "[{\"language\":[],\"url\":\"http://C\"}]",
                    "[]",
                    null,
                    null,
                    null,
                    null,
                    "[]");
            assertThat(files.read(file, TreeMapping.NONE)).containsExactly(one, two, one, two, one, two, one);
            TreeMapping languages =
                    new TreeMapping("$.name", List.of(path("$.doc"), path("language[0].code")), false, false);
            assertThat(files.read(file, languages).subList(0, 4))
                    .containsExactly(
                            Rows.row(10L, "en-us"), Rows.row(10L, null), Rows.row(10L, "en-gb"), Rows.row(20L, null));
        }
    }

    @Test
    void a_damaged_file_gives_rows_or_a_problem() throws Exception {
        try (DuckDb duck = new DuckDb();
                ParquetFiles files = new ParquetFiles()) {
            byte[] file = written(duck, folder, "row_group_size 2048, codec uncompressed");
            Random random = new Random(7);
            int refused = 0;
            for (int i = 0; i < 80; i++) {
                byte[] damaged = file.clone();
                for (int k = 0; k < 1 + random.nextInt(4); k++) {
                    damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
                }
                try {
                    assertThat(files.read(damaged, TreeMapping.NONE)).hasSizeLessThanOrEqualTo(7_000);
                } catch (ProblemException e) {
                    refused++;
                }
            }
            assertThat(refused).isPositive();
            assertThat(files.job.memory().used()).isZero();
        }
    }
}
