package dev.sluice.connectors.jdbc.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.jdbc.postgresql.Database.Door;
import dev.sluice.connectors.jdbc.postgresql.Database.Job;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import dev.sluice.diagnosis.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

class ReadingTest {
    private final PostgreSqlConnector connector = new PostgreSqlConnector();

    private Source open(String table, Map<String, Object> activity) {
        return connector.source(Database.source(table, activity), new Job());
    }

    @Test
    void every_built_in_type_is_read() throws Exception {
        Database.sql(
                "DROP TABLE IF EXISTS types; DROP TYPE IF EXISTS mood; DROP DOMAIN IF EXISTS positive",
                "CREATE TYPE mood AS ENUM ('glad', 'sad'); CREATE DOMAIN positive AS numeric(6,2) CHECK (VALUE > 0)",
                """
                CREATE TABLE types (b bool, i2 int2, i4 int4 NOT NULL, i8 int8, f4 float4, f8 float8,
                    n numeric(10,3), w numeric(30,5), d date, t time, ts timestamp, tz timestamptz, u uuid, y bytea,
                    x text, v varchar(9), c char(4), j json, jb jsonb, m mood, p positive, a int[], iv interval,
                    ip inet, mo money, tt timetz, bi bit(3), o oid)
                """,
                """
                INSERT INTO types VALUES (true, -2, 4, 8, 1.5, -2.25, 1234567.891, -12345678901234567890.12345,
                    '1969-12-31', '01:02:03.000004', '1969-12-31 23:59:59', '2024-02-29 12:00:00+02',
                    '00112233-4455-6677-8899-aabbccddeeff', '\\xdeadbeef', 'häß', 'v', 'c', '{"a": 1}', '{"b":2}',
                    'sad', 3.50, '{1,2}', '1 month 2 days 03:00', '10.0.0.1/8', 12.34, '12:00:00+02', B'101', 26)
                """,
                "INSERT INTO types (i4) VALUES (5)");
        try (Source s = open("types", Map.of())) {
            assertThat(s.schema().field(2).nullable()).isFalse();
            assertThat(s.schema().field(6).type()).isEqualTo(DataType.decimal(10, 3));
            assertThat(s.schema().field(20).type()).isEqualTo(DataType.decimal(6, 2));
            assertThat(Database.read(s, 1))
                    .containsExactly(
                            "t|-2|4|8|1.5|-2.25|1234567.891|-12345678901234567890.12345|1969-12-31|3723000004"
                                    + "|-1000000|1709200800000000|00112233445566778899aabbccddeeff|deadbeef|häß|v|c   "
                                    + "|{\"a\": 1}|{\"b\": 2}|sad|3.50|{1,2}|1 mon 2 days 03:00:00|10.0.0.1/8|12.34"
                                    + "|12:00:00+02|101|26",
                            "null|null|5" + "|null".repeat(25));
        }
    }

    @Test
    void numbers_of_any_size_keep_every_digit() throws Exception {
        List<String> values = List.of(
                "0.000000000000000000",
                "1.000000000000000000",
                "-1.000000000000000001",
                "0.000000000000000001",
                "99999999999999999999.999999999999999999",
                "-99999999999999999999.999999999999999999",
                "10000.000000000000000000",
                "123456789.100000000000000000",
                "9223372036854775808.000000000000000000");
        Database.sql(
                "DROP TABLE IF EXISTS numbers",
                "CREATE TABLE numbers (free numeric, small numeric(18,18), whole numeric(18), half numeric(18,9))",
                "INSERT INTO numbers (free) VALUES ("
                        + String.join("), (", values.stream().map(v -> v).toList()) + ")",
                "INSERT INTO numbers VALUES (NULL, 0.999999999999999999, 999999999999999999, 999999999.999999999)",
                "INSERT INTO numbers VALUES (NULL, -0.000000000000000001, -10000, -0.5), (NULL, 0, 0, 0)");
        try (Source s = open("", Map.of("query", "SELECT free FROM numbers WHERE free IS NOT NULL;"))) {
            assertThat(s.schema().field(0).type()).isEqualTo(DataType.decimal(38, 18));
            assertThat(Database.read(s, 1)).containsExactlyElementsOf(values);
        }
        try (Source s = open("", Map.of("query", "SELECT small, whole, half FROM numbers WHERE free IS NULL"))) {
            assertThat(Database.read(s, 1))
                    .containsExactly(
                            "0.999999999999999999|999999999999999999|999999999.999999999",
                            "-0.000000000000000001|-10000|-0.500000000",
                            "0.000000000000000000|0|0.000000000");
        }
    }

    @Test
    void a_value_that_does_not_fit_is_refused_with_row_and_column() throws Exception {
        String query = "SELECT * FROM (VALUES (1, 1.5::numeric, 'epoch'::timestamp), (2, 'NaN', 'epoch'),"
                + " (3, 1e30, 'epoch'), (4, 1e-20, 'epoch'), (5, 2, 'infinity'), (6, 3, 'epoch')) v(id, n, t)";
        try (Source s = open("", Map.of("query", query))) {
            Split split = s.splits(1).getFirst();
            Door door = Door.lenient();
            assertThat(Database.read(s, split, door))
                    .containsExactly("1|1.500000000000000000|0", "6|3.000000000000000000|0");
            assertThat(door.refused())
                    .extracting(r -> r.problem().location())
                    .containsExactly("row 2, column n", "row 3, column n", "row 4, column n", "row 5, column t");
            assertThatThrownBy(() -> Database.read(s, split, Door.strict()))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("TypeConversionFailed")
                    .hasMessageContaining("'NaN'");
        }
    }

    @Test
    void a_projection_gives_just_those_columns_in_that_order() throws Exception {
        try (Source s = open("", Map.of("query", "SELECT 1 AS a, 'two' AS b, 3 AS a -- the end"));
                var reader = s.open(s.splits(4).getFirst(), new int[] {2, 1}, Door.strict());
                var batch =
                        new dev.sluice.data.batch.Batch(s.schema().project(new int[] {2, 1}), 10, new Job().memory())) {
            assertThat(reader.read(batch)).isTrue();
            assertThat(Database.text(batch, 0)).isEqualTo("3|two");
            assertThat(reader.bytesRead()).isGreaterThan(20);
        }
    }

    @Test
    void question_marks_quotes_and_dollars_in_a_query_are_left_alone() throws Exception {
        String query = "SELECT '{\"a\":1}'::jsonb ? 'a' AS has, $$it's$$ AS text, ':x' AS colon";
        try (Source s = open("", Map.of("query", query))) {
            assertThat(Database.read(s, 1)).containsExactly("t|it's|:x");
        }
    }

    @Test
    void parallel_splits_of_a_changing_table_lose_and_double_nothing() throws Exception {
        Database.sql(
                "DROP TABLE IF EXISTS busy",
                "CREATE TABLE busy (id int PRIMARY KEY, pad text)",
                "INSERT INTO busy SELECT i, repeat('x', 700) FROM generate_series(1, 40000) i");
        try (Source s = open("busy", Map.of());
                var threads = Executors.newFixedThreadPool(3)) {
            List<Split> splits = s.splits(3);
            assertThat(splits).hasSizeGreaterThan(2);
            Database.sql(
                    "UPDATE busy SET pad = 'moved' WHERE id % 3 = 0",
                    "DELETE FROM busy WHERE id % 3 = 1",
                    "INSERT INTO busy SELECT i, 'new' FROM generate_series(40001, 45000) i");
            List<Future<List<String>>> parts = splits.stream()
                    .map(p -> threads.submit(() -> Database.read(s, p, Door.strict())))
                    .toList();
            TreeSet<String> ids = new TreeSet<>();
            int rows = 0;
            for (Future<List<String>> part : parts) {
                for (String row : part.get()) {
                    rows++;
                    ids.add(row.substring(0, row.indexOf('|')));
                    assertThat(row).doesNotContain("moved").doesNotContain("new");
                }
            }
            assertThat(rows).isEqualTo(40_000);
            assertThat(ids).hasSize(40_000);
        }
    }

    @Test
    void partitions_of_a_table_are_read_one_by_one() throws Exception {
        Database.sql(
                "DROP TABLE IF EXISTS parted",
                "CREATE TABLE parted (id int, region text) PARTITION BY LIST (region)",
                "CREATE TABLE parted_a PARTITION OF parted FOR VALUES IN ('a')",
                "CREATE TABLE parted_b PARTITION OF parted FOR VALUES IN ('b')",
                "INSERT INTO parted SELECT i, CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END FROM generate_series(1, 100) i");
        try (Source s = open("parted", Map.of("partitionOption", "PhysicalPartitionsOfTable"))) {
            assertThat(s.splits(2).stream().map(Split::describe)).containsExactly("public.parted_a", "public.parted_b");
            assertThat(Database.read(s, 2)).hasSize(100).doesNotHaveDuplicates();
        }
    }

    @Test
    void dynamic_ranges_take_every_row_once_also_nulls_and_those_out_of_bounds() throws Exception {
        Database.sql(
                "DROP TABLE IF EXISTS ranged",
                "CREATE TABLE ranged (id int, day date, moment timestamp, big int8)",
                "INSERT INTO ranged SELECT i, date '2020-01-01' + i, timestamp '1700-01-01' + i * interval '1 year',"
                        + " CASE WHEN i % 2 = 0 THEN 9223372036854775807 - i ELSE -9223372036854775808 + i END"
                        + " FROM generate_series(1, 500) i",
                "INSERT INTO ranged VALUES (NULL, NULL, NULL, NULL), (1000, 'infinity', '-infinity', 0)");
        for (String column : List.of("id", "day", "moment", "big")) {
            Map<String, Object> table = Map.of(
                    "partitionOption", "DynamicRange", "partitionSettings", Map.of("partitionColumnName", column));
            try (Source s = open("ranged", table)) {
                List<Split> splits = s.splits(4);
                assertThat(splits).hasSize(4);
                assertThat(ids(s, splits)).as(column).hasSize(502).doesNotHaveDuplicates();
            }
        }
        Map<String, Object> bounded = Map.of(
                "query",
                "SELECT id FROM ranged WHERE ?AdfDynamicRangePartitionCondition AND id > 5",
                "partitionOption",
                "DynamicRange",
                "partitionSettings",
                Map.of(
                        "partitionColumnName", "id",
                        "partitionLowerBound", "100",
                        "partitionUpperBound", "200"));
        try (Source s = open("", bounded)) {
            assertThat(s.splits(3)).hasSize(3);
            assertThat(Database.read(s, 3)).hasSize(496).doesNotHaveDuplicates();
        }
    }

    @Test
    void a_hash_takes_every_row_once_whatever_the_column() throws Exception {
        Database.sql(
                "DROP TABLE IF EXISTS hashed",
                "CREATE TABLE hashed (id int, word text, tag uuid, moment timestamptz)",
                "INSERT INTO hashed SELECT i, 'w' || i, md5(i::text)::uuid, now() + i * interval '1 hour'"
                        + " FROM generate_series(1, 500) i",
                "INSERT INTO hashed VALUES (501, NULL, NULL, NULL)");
        for (String column : List.of("id", "word", "tag", "moment")) {
            Map<String, Object> hash =
                    Map.of("partitionOption", "Hash", "partitionSettings", Map.of("partitionColumnName", column));
            Map<String, Object> query = new java.util.HashMap<>(hash);
            query.put("query", "SELECT * FROM hashed");
            Map<String, Object> marked = new java.util.HashMap<>(hash);
            marked.put("query", "SELECT * FROM hashed WHERE ?AdfHashPartitionCondition AND id > 1");
            for (Map<String, Object> activity : List.of(hash, query, marked)) {
                try (Source s = open(activity.containsKey("query") ? "" : "hashed", activity)) {
                    List<Split> splits = s.splits(4);
                    assertThat(splits).hasSize(4);
                    for (Split split : splits) {
                        assertThat(ids(s, List.of(split))).as(split.describe()).hasSizeBetween(75, 175);
                    }
                    assertThat(ids(s, splits))
                            .as(column)
                            .hasSize(activity == marked ? 500 : 501)
                            .doesNotHaveDuplicates();
                }
            }
        }
        Map<String, Object> other = Map.of(
                "query", "SELECT id FROM hashed WHERE ?AdfHashPartitionCondition", "partitionOption", "DynamicRange");
        assertThatThrownBy(() -> open("", other)).hasMessageContaining("Hash");
    }

    private static List<String> ids(Source s, List<Split> splits) throws Exception {
        List<String> ids = new java.util.ArrayList<>();
        for (Split split : splits) {
            try (var reader = s.open(split, new int[] {0}, Door.strict());
                    var batch = new dev.sluice.data.batch.Batch(
                            s.schema().project(new int[] {0}), 100, new Job().memory())) {
                while (reader.read(batch)) {
                    for (int row = 0; row < batch.rows(); row++) {
                        ids.add(Database.text(batch, row));
                    }
                    batch.clear();
                }
            }
        }
        return ids;
    }

    @Test
    void closing_from_another_thread_ends_a_query_that_gives_nothing() throws Exception {
        try (Source s = open("", Map.of("query", "SELECT pg_sleep(600)::text AS slept"));
                var thread = Executors.newSingleThreadExecutor()) {
            var reader = s.open(s.splits(1).getFirst(), new int[] {0}, Door.strict());
            Future<?> read = thread.submit(() -> {
                try (var batch = new dev.sluice.data.batch.Batch(s.schema(), 10, new Job().memory())) {
                    return reader.read(batch);
                }
            });
            awaitActive("pg_sleep");
            reader.close();
            assertThatThrownBy(read::get).hasRootCauseInstanceOf(Exception.class);
            awaitIdle("pg_sleep");
        }
    }

    @Test
    void closing_the_source_ends_its_planning_and_its_readers() throws Exception {
        Source planning = open(
                "",
                Map.of(
                        "query", "SELECT i FROM generate_series(1, 10) i, pg_sleep(600)",
                        "partitionOption", "DynamicRange",
                        "partitionSettings", Map.of("partitionColumnName", "i")));
        dev.sluice.data.testkit.BlockedCall.endsOn(() -> planning.splits(2), planning::close);
        Source reading = open("", Map.of("query", "SELECT pg_sleep(600)::text AS s"));
        var reader = reading.open(reading.splits(1).getFirst(), new int[] {0}, Door.strict());
        try (var batch = new dev.sluice.data.batch.Batch(reading.schema(), 10, new Job().memory())) {
            dev.sluice.data.testkit.BlockedCall.endsOn(() -> reader.read(batch), reading::close);
        }
        reader.close();
        awaitIdle("pg_sleep");
    }

    private static void awaitActive(String text) throws Exception {
        await(text, "1");
    }

    private static void awaitIdle(String text) throws Exception {
        await(text, "0");
    }

    private static void await(String text, String count) throws Exception {
        long deadline = System.nanoTime() + 10_000_000_000L;
        String query = "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND application_name = 'sluice'"
                + " AND query LIKE '%" + text + "%'";
        while (!Database.rows(query).getFirst().equals(count)) {
            assertThat(System.nanoTime())
                    .as("ten seconds for " + count + " of " + text)
                    .isLessThan(deadline);
            Thread.onSpinWait();
        }
    }
}
