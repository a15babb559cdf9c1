package dev.sluice.formats.text.json;

import static dev.sluice.data.testkit.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.testkit.RandomData;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonWritingTest {
    private static final Schema TWO = Schema.of(new Field("a", DataType.INT64), new Field("b", DataType.STRING));

    @Test
    void a_set_has_one_object_per_line_and_an_array_has_them_in_brackets() throws IOException {
        List<List<Object>> rows = List.of(row(1L, "x"), row(null, "\"\\\n\u0001ä"));
        try (JsonFixture fixture = new JsonFixture()) {
            String first = "{\"a\":1,\"b\":\"x\"}";
            String second = "{\"a\":null,\"b\":\"\\\"\\\\\\n\\u0001ä\"}";
            assertThat(fixture.write(TestEndpoint.sink(), TreeMapping.NONE, TWO, rows))
                    .isEqualTo(first + "\r\n" + second + "\r\n");
            TestEndpoint array = TestEndpoint.sink().format("filePattern", "arrayOfObjects");
            assertThat(fixture.write(array, TreeMapping.NONE, TWO, rows))
                    .isEqualTo("[" + first + ",\r\n" + second + "]");
            assertThat(fixture.write(array, TreeMapping.NONE, TWO, List.of())).isEqualTo("[]");
        }
    }

    @Test
    void every_type_has_its_json_form() throws IOException {
        Schema schema = Schema.of(
                new Field("flag", DataType.BOOLEAN),
                new Field("money", DataType.decimal(20, 2)),
                new Field("nan", DataType.FLOAT64),
                new Field("day", DataType.DATE),
                new Field("at", DataType.timestamp(7)),
                new Field("instant", DataType.instant(3)),
                new Field("bytes", DataType.BINARY));
        try (JsonFixture fixture = new JsonFixture()) {
            assertThat(fixture.write(
                            TestEndpoint.sink(),
                            TreeMapping.NONE,
                            schema,
                            List.of(row(
                                    true,
                                    new BigDecimal("12.30"),
                                    Double.NaN,
                                    LocalDate.of(2024, 2, 29),
                                    LocalDateTime.of(2024, 2, 29, 1, 2, 3, 500_000_000),
                                    Instant.parse("2024-02-29T01:02:03Z"),
                                    new byte[] {1, 2, 3}))))
                    .isEqualTo(
                            "{\"flag\":true,\"money\":12.30,\"nan\":\"NaN\",\"day\":\"2024-02-29T00:00:00\","
                                    + "\"at\":\"2024-02-29T01:02:03.5\",\"instant\":\"2024-02-29T01:02:03+00:00\",\"bytes\":\"AQID\"}\r\n");
        }
    }

    @Test
    void paths_of_the_mapping_become_objects_within_objects() throws IOException {
        Schema schema = Schema.of(
                new Field("$['id']", DataType.INT64),
                new Field("$.who.name", DataType.STRING),
                new Field("plain.name", DataType.STRING),
                new Field("$['who']['age']", DataType.INT32));
        try (JsonFixture fixture = new JsonFixture()) {
            assertThat(fixture.write(
                            TestEndpoint.sink(),
                            JsonFixture.paths("", "$['id']", "$.who.name", "$['who']['age']"),
                            schema,
                            List.of(row(1L, "Ann", "p", 7))))
                    .isEqualTo("{\"id\":1,\"who\":{\"name\":\"Ann\",\"age\":7},\"plain.name\":\"p\"}\r\n");
            assertThatThrownBy(() -> fixture.write(
                            TestEndpoint.sink(),
                            JsonFixture.paths("", "$.a", "$.a.b"),
                            Schema.of(new Field("$.a", DataType.INT64), new Field("$.a.b", DataType.INT64)),
                            List.of()))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("a value and an object");
        }
    }

    @Test
    void documents_are_written_as_they_are_and_columns_added_to_them() throws IOException {
        TreeMapping whole = JsonFixture.paths("", "$");
        Schema schema = Schema.of(Field.ofDocuments("$"), new Field("file", DataType.STRING));
        try (JsonFixture fixture = new JsonFixture()) {
            assertThat(fixture.write(
                            TestEndpoint.sink(), whole, schema, List.of(row("{\"a\":[1.10,{}]}", "f"), row("{}", "g"))))
                    .isEqualTo("{\"a\":[1.10,{}],\"file\":\"f\"}\r\n{\"file\":\"g\"}\r\n");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"setOfObjects", "arrayOfObjects"})
    void duckdb_reads_every_value_that_was_written(String pattern, @TempDir Path folder)
            throws IOException, SQLException {
        Schema schema = Schema.of(
                new Field("i", DataType.INT64, false),
                new Field("s", DataType.STRING),
                new Field("f", DataType.FLOAT64));
        List<List<Object>> rows = new RandomData(7).rows(schema, 3_000);
        try (JsonFixture fixture = new JsonFixture();
                Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            TestEndpoint sink = TestEndpoint.sink().format("filePattern", pattern);
            Path file = folder.resolve("o.json");
            Files.writeString(file, fixture.write(sink, TreeMapping.NONE, schema, rows));
            int n = 0;
            try (ResultSet read = duck.createStatement()
                    .executeQuery("select i, s, f from read_json('" + file
                            + "', columns={i:'BIGINT', s:'VARCHAR', f:'DOUBLE'}, maximum_object_size=1000000)")) {
                while (read.next()) {
                    List<Object> expected = rows.get(n++);
                    assertThat(read.getObject(1)).isEqualTo(expected.get(0));
                    assertThat(read.getObject(2)).isEqualTo(expected.get(1));
                    assertThat(read.getObject(3)).isEqualTo(expected.get(2));
                }
            }
            assertThat(n).isEqualTo(rows.size());
        }
    }

    @Test
    void what_duckdb_writes_is_read_as_the_same_values(@TempDir Path folder) throws IOException, SQLException {
        try (JsonFixture fixture = new JsonFixture();
                Connection duck = DriverManager.getConnection("jdbc:duckdb:")) {
            Path file = folder.resolve("d.json");
            duck.createStatement()
                    .execute(
                            "copy (select i, 'text ' || i as s, i / 8.0 as f, i % 2 = 0 as b, {'x': i, 'y': [i, i + 1]} as o"
                                    + " from range(500) t(i)) to '" + file + "' (format json, array true)");
            List<List<Object>> rows = fixture.read(
                    JsonFixture.decoder(JsonFixture.paths("", "$.i", "$.s", "$.f", "$.b", "$.o.x", "$.o.y[1]")),
                    Files.readAllBytes(file));
            assertThat(rows).hasSize(500);
            for (long i = 0; i < 500; i++) {
                assertThat(rows.get((int) i)).containsExactly(i, "text " + i, i / 8.0, i % 2 == 0, i, i + 1);
            }
        }
    }
}
