package dev.sluice.connectors.jdbc.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.jdbc.postgresql.Database.Door;
import dev.sluice.connectors.jdbc.postgresql.Database.Job;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.testkit.Rows;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WritingTest {
    private static final Schema ID = Schema.of(new Field("id", DataType.INT32));
    private final PostgreSqlConnector connector = new PostgreSqlConnector();

    private Sink open(String table, Map<String, Object> activity) {
        return connector.sink(Database.sink(table, activity), new Job());
    }

    private static void put(Writer writer, int... ids) throws Exception {
        try (Batch batch = new Batch(ID, ids.length, new Job().memory())) {
            System.arraycopy(ids, 0, batch.ints(0).values(), 0, ids.length);
            batch.setRows(ids.length);
            writer.write(batch);
        }
    }

    private static Sink.Account load(Sink sink, int... ids) throws Exception {
        sink.begin(ID);
        try (Writer writer = sink.open(0)) {
            put(writer, ids);
            writer.finish();
        }
        return sink.commit();
    }

    @Test
    void what_is_read_and_written_is_the_same_in_every_type() throws Exception {
        Database.sql(
                "DROP TABLE IF EXISTS kinds, kinds_copy; DROP TYPE IF EXISTS colour; DROP DOMAIN IF EXISTS few",
                "CREATE TYPE colour AS ENUM ('red', 'green'); CREATE DOMAIN few AS int CHECK (VALUE < 10)",
                """
                CREATE TABLE kinds (b bool, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric(10,3),
                    w numeric(38,5), free numeric, s numeric(18,18), d date, t time, ts timestamp, tz timestamptz,
                    u uuid, y bytea, x text, v varchar(9), c char(4), j json, jb jsonb, m colour, few few, xm xml)
                """,
                """
                INSERT INTO kinds VALUES (true, -2, 4, 8, 1.5, 'NaN', -1234567.891, 123456789012345678901234567890.12345,
                    -1.000000000000000001, -0.000000000000000001, '0001-01-01 BC', '24:00', '4713-01-01 BC',
                    '9999-12-31 23:59:59.999999+00', '00112233-4455-6677-8899-aabbccddeeff', '\\x00ff', 'häß', 'v',
                    'c', '{"a": 1}', '{"b": 2}', 'green', 3, '<a/>')
                """,
                "INSERT INTO kinds (n, free, s, w, x) VALUES (0.001, 10000, 0.5, -0.00001, ''),"
                        + " (0, 0, 0, 0, repeat('long', 200000)), (9999999.999, 0.0001, 0.0001, 10000, 'x')",
                "INSERT INTO kinds DEFAULT VALUES",
                "CREATE TABLE kinds_copy (LIKE kinds)");
        copy("kinds", "kinds_copy", Map.of());
        assertSame("kinds", "kinds_copy", 5);
    }

    @Test
    void types_without_a_counterpart_are_converted_by_the_server() throws Exception {
        Database.sql(
                "DROP TABLE IF EXISTS odd, odd_copy",
                "CREATE TABLE odd (id int GENERATED ALWAYS AS IDENTITY, a int[], ip inet, mo money, iv interval,"
                        + " bi bit(5), tt timetz, r int4range, twice int GENERATED ALWAYS AS (2) STORED)",
                "INSERT INTO odd (a, ip, mo, iv, bi, tt, r) VALUES ('{1,2}', '10.0.0.1/8', 12.34,"
                        + " '1 month -2 days', B'10101', '12:00+02', '[1,5)')",
                "CREATE TABLE odd_copy (LIKE odd INCLUDING ALL)");
        copy("odd", "odd_copy", Map.of("writeMethod", "BulkInsert"), 8);
        assertSame("odd", "odd_copy", 1);
    }

    @Test
    void a_missing_table_is_created_from_what_comes() throws Exception {
        Database.sql("DROP TABLE IF EXISTS \"Made Up\"");
        List<Field> fields = List.of(
                new Field("Big", DataType.UINT64),
                new Field("small", DataType.UINT8),
                new Field("ms", DataType.timestamp(3)),
                new Field("ns", DataType.instant(9)),
                new Field("ticks", DataType.time(7)),
                new Field("span", DataType.duration(3)),
                new Field("wide", DataType.decimal(38, 0)),
                new Field("odd\"name", DataType.STRING));
        Sink sink = open("Made Up", Map.of("tableOption", "autoCreate"));
        try (sink;
                Batch batch = new Batch(new Schema(fields), 1, new Job().memory())) {
            assertThat(sink.schema()).isEmpty();
            sink.begin(batch.schema());
            batch.longs(0).values()[0] = -1;
            batch.ints(1).values()[0] = 255;
            batch.longs(2).values()[0] = -1;
            batch.longs(3).values()[0] = 1_999;
            batch.longs(4).values()[0] = 19;
            batch.longs(5).values()[0] = 90_061_000;
            batch.wides(6)
                    .set(0, BigInteger.TEN.pow(38).subtract(BigInteger.ONE).negate());
            batch.bytes(7).set(0, "text");
            batch.setRows(1);
            try (Writer writer = sink.open(0)) {
                writer.write(batch);
                writer.finish();
            }
            assertThat(sink.commit().rows()).isEqualTo(1);
        }
        assertThat(Database.rows("SELECT \"Big\", small, ms, ns AT TIME ZONE 'UTC', ticks, span, wide, \"odd\"\"name\""
                        + " FROM \"Made Up\""))
                .containsExactly("18446744073709551615|255|1969-12-31 23:59:59.999|1970-01-01 00:00:00.000001"
                        + "|00:00:00.000001|25:01:01|-" + "9".repeat(38) + "|text");
    }

    @Test
    void nothing_is_visible_before_the_commit_and_nothing_stays_without_it() throws Exception {
        Database.sql("DROP TABLE IF EXISTS target", "CREATE TABLE target AS SELECT 7 AS id");
        Map<String, Object> script = Map.of("preCopyScript", "TRUNCATE target; INSERT INTO target VALUES (0)");
        try (Sink sink = open("target", script)) {
            sink.begin(ID);
            try (Writer writer = sink.open(0)) {
                put(writer, 1, 2);
                writer.finish();
            }
        }
        assertThat(Database.rows("SELECT id FROM target")).containsExactly("7");
        try (Sink sink = open("target", script)) {
            assertThat(load(sink, 1, 2, 3).rows()).isEqualTo(3);
        }
        assertThat(Database.rows("SELECT id FROM target ORDER BY id")).containsExactly("0", "1", "2", "3");
        Database.sql("DROP TABLE target");
        try (Sink sink = open("target", Map.of("tableOption", "autoCreate"))) {
            sink.begin(ID);
        }
        assertThat(Database.rows("SELECT to_regclass('target')")).containsExactly("null");
    }

    @Test
    void a_script_that_commits_by_itself_keeps_its_work_and_the_load_stays_whole() throws Exception {
        Database.sql("DROP TABLE IF EXISTS scripted", "CREATE TABLE scripted AS SELECT 7 AS id");
        Map<String, Object> script = Map.of("preCopyScript", "DELETE FROM scripted; COMMIT;");
        try (Sink sink = open("scripted", script)) {
            sink.begin(ID);
            try (Writer writer = sink.open(0)) {
                put(writer, 1);
                writer.finish();
            }
            assertThat(Database.rows("SELECT id FROM scripted")).isEmpty();
        }
        assertThat(Database.rows("SELECT id FROM scripted")).isEmpty();
        try (Sink sink = open("scripted", script)) {
            assertThat(load(sink, 1).rows()).isEqualTo(1);
        }
        assertThat(Database.rows("SELECT id FROM scripted")).containsExactly("1");
    }

    @Test
    void a_writer_closed_without_finish_takes_just_its_rows_back() throws Exception {
        Database.sql("DROP TABLE IF EXISTS partial", "CREATE TABLE partial (id int)");
        try (Sink sink = open("partial", Map.of())) {
            sink.begin(ID);
            try (Writer writer = sink.open(0)) {
                put(writer, 1);
                writer.finish();
            }
            try (Writer writer = sink.open(1)) {
                put(writer, 2);
            }
            try (Writer writer = sink.open(2)) {
                put(writer, 3);
                writer.finish();
            }
            assertThat(sink.commit().rows()).isEqualTo(2);
        }
        assertThat(Database.rows("SELECT id FROM partial ORDER BY id")).containsExactly("1", "3");
    }

    @Test
    void a_row_the_table_refuses_is_named_with_its_constraint_and_nothing_is_kept() throws Exception {
        Database.sql(
                "DROP TABLE IF EXISTS strict",
                "CREATE TABLE strict (id int PRIMARY KEY CHECK (id < 100), name text NOT NULL DEFAULT 'x')");
        refused("strict", "RowRefusedBySink", "row 3", "strict_pkey", 1, 2, 1);
        refused("strict", "RowRefusedBySink", "row 2", "strict_id_check", 1, 200);
        Database.sql("ALTER TABLE strict ALTER name DROP DEFAULT");
        refused("strict", "NullNotAllowed", "row 1", "name", 1);
        assertThat(Database.rows("SELECT * FROM strict")).isEmpty();
    }

    private void refused(String table, String code, String location, String named, int... ids) {
        try (Sink sink = open(table, Map.of())) {
            assertThatThrownBy(() -> load(sink, ids)).isInstanceOfSatisfying(ProblemException.class, e -> {
                assertThat(e.problem().code()).isEqualTo(code);
                assertThat(e.problem().location()).startsWith(location);
                assertThat(e.problem().kind()).isEqualTo(Kind.SINK);
                assertThat(e.problem().evidence().toString()).contains(named);
            });
        }
    }

    @Test
    void a_text_the_database_cannot_hold_is_refused_with_its_column() throws Exception {
        Database.sql("DROP TABLE IF EXISTS names", "CREATE TABLE names (name varchar(3))");
        Schema schema = Schema.of(new Field("name", DataType.STRING));
        for (String text : List.of("a\0b", "four")) {
            try (Sink sink = open("names", Map.of());
                    Batch batch = new Batch(schema, 1, new Job().memory())) {
                sink.begin(schema);
                batch.bytes(0).set(0, text);
                batch.setRows(1);
                assertThatThrownBy(() -> {
                            try (Writer writer = sink.open(0)) {
                                writer.write(batch);
                                writer.finish();
                            }
                        })
                        .hasMessageContaining("RowRefusedBySink");
            }
        }
    }

    @Test
    void settings_that_cannot_be_honoured_are_refused() throws Exception {
        Database.sql("DROP TABLE IF EXISTS plain", "CREATE TABLE plain (id int)");
        assertThatThrownBy(() -> open("plain", Map.of("writeMethod", "Stream")))
                .hasMessageContaining("/typeProperties/sink/writeMethod")
                .hasMessageContaining("Upsert");
        assertThatThrownBy(() -> open("nowhere", Map.of())).hasMessageContaining("TableNotFound");
        try (Sink sink = open("plain", Map.of())) {
            assertThatThrownBy(() -> sink.begin(Schema.of(new Field("other", DataType.INT32))))
                    .hasMessageContaining("ColumnNotFound")
                    .hasMessageContaining("columns are: id");
        }
        try (Sink sink = open("plain", Map.of("preCopyScript", "DELETE FROM nowhere_else"))) {
            assertThatThrownBy(() -> sink.begin(ID)).hasMessageContaining("nowhere_else");
        }
    }

    @Test
    void a_locked_table_is_waited_for_until_the_sink_is_closed_or_the_script_says_stop() throws Exception {
        Database.sql("DROP TABLE IF EXISTS locked", "CREATE TABLE locked (id int)");
        try (var holder = Database.connect();
                var statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("LOCK TABLE locked IN SHARE MODE");
            try (Sink sink =
                    open("locked", Map.of("preCopyScript", "SET LOCAL lock_timeout = '20ms'; TRUNCATE locked"))) {
                assertThatThrownBy(() -> sink.begin(ID)).isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().code()).isEqualTo("StoreThrottled");
                    assertThat(e.problem().fault().retryable()).isTrue();
                });
            }
            Sink script = open("locked", Map.of("preCopyScript", "TRUNCATE locked"));
            dev.sluice.data.testkit.BlockedCall.endsOn(
                    () -> {
                        script.begin(ID);
                        return null;
                    },
                    script::close);
            Sink load = open("locked", Map.of());
            load.begin(ID);
            dev.sluice.data.testkit.BlockedCall.endsOn(() -> load.open(0), load::close);
        }
        assertThat(Database.rows("SELECT count(*) FROM locked")).containsExactly("0");
    }

    @Test
    void closing_from_another_thread_ends_a_blocked_write() throws Exception {
        Database.sql(
                "DROP TABLE IF EXISTS slow",
                "CREATE TABLE slow (id int)",
                "CREATE OR REPLACE FUNCTION doze() RETURNS trigger AS"
                        + " 'BEGIN PERFORM pg_sleep(600); RETURN NEW; END' LANGUAGE plpgsql",
                "CREATE TRIGGER doze BEFORE INSERT ON slow FOR EACH ROW EXECUTE FUNCTION doze()");
        try (Sink sink = open("slow", Map.of())) {
            sink.begin(ID);
            Writer writer = sink.open(0);
            put(writer, 1);
            dev.sluice.data.testkit.BlockedCall.endsOn(
                    () -> {
                        writer.finish();
                        return null;
                    },
                    writer::close);
        }
        assertThat(Database.rows("SELECT id FROM slow")).isEmpty();
    }

    private void copy(String from, String to, Map<String, Object> settings) throws Exception {
        copy(from, to, settings, Integer.MAX_VALUE);
    }

    private void copy(String from, String to, Map<String, Object> settings, int columns) throws Exception {
        Job job = new Job();
        try (Source source = connector.source(Database.source(from, Map.of()), job);
                Sink sink = connector.sink(Database.sink(to, settings), job)) {
            int[] all = IntStream.range(0, Math.min(columns, source.schema().size()))
                    .toArray();
            Schema schema = source.schema().project(all);
            sink.begin(schema);
            try (var reader = source.open(source.splits(1).getFirst(), all, Door.strict());
                    Writer writer = sink.open(0);
                    Batch batch = new Batch(schema, 100, job.memory())) {
                while (reader.read(batch)) {
                    writer.write(batch);
                    batch.clear();
                }
                writer.finish();
            }
            sink.commit();
        }
        assertThat(job.memory().used()).isZero();
    }

    private static void assertSame(String a, String b, int rows) throws Exception {
        assertThat(Database.rows("SELECT count(*) FROM " + b)).containsExactly(String.valueOf(rows));
        String text = "SELECT t::text FROM %s t EXCEPT ALL SELECT t::text FROM %s t";
        assertThat(Database.rows(text.formatted(a, b))).isEmpty();
    }

    private static void loadAs(
            PostgreSqlConnector connector, String job, String table, Map<String, Object> activity, int... ids)
            throws Exception {
        try (Sink sink = connector.sink(Database.sink(table, activity), new Job(job))) {
            assertThat(load(sink, ids).rows()).isEqualTo(ids.length);
        }
    }

    @Test
    void a_job_run_again_after_its_commit_adds_nothing() throws Exception {
        Database.sql("DROP TABLE IF EXISTS once", "CREATE TABLE once (id int)");
        loadAs(connector, "once-1", "once", Map.of("preCopyScript", "INSERT INTO once VALUES (0)"), 1, 2);
        loadAs(connector, "once-1", "once", Map.of("preCopyScript", "INSERT INTO once VALUES (0)"), 1, 2);
        assertThat(Database.rows("SELECT id FROM once ORDER BY 1")).containsExactly("0", "1", "2");
        loadAs(connector, "once-2", "once", Map.of(), 3);
        loadAs(connector, "once-2", "once", Map.of("attemptMarker", false), 4);
        assertThat(Database.rows("SELECT id FROM once ORDER BY 1")).containsExactly("0", "1", "2", "3", "4");
    }

    @Test
    void who_may_not_create_the_table_of_marks_loads_without() throws Exception {
        Database.sql(
                "DROP SCHEMA IF EXISTS narrow CASCADE",
                "CREATE SCHEMA narrow",
                "CREATE TABLE narrow.t (id int)",
                "DROP ROLE IF EXISTS writer_only",
                "CREATE ROLE writer_only LOGIN PASSWORD 'w'",
                "GRANT USAGE ON SCHEMA narrow TO writer_only; GRANT ALL ON narrow.t TO writer_only");
        Map<String, Object> service = new java.util.HashMap<>(Database.service());
        service.put("username", "writer_only");
        service.put("password", new SecretValue("w"));
        service.put("schema", "narrow");
        for (int i = 0; i < 2; i++) {
            try (Sink sink = connector.sink(Database.endpoint(Kind.SINK, service, "t", Map.of()), new Job("same"))) {
                load(sink, 1);
            }
        }
        assertThat(Database.rows("SELECT count(*) FROM narrow.t")).containsExactly("2");
    }

    private static final Schema ITEMS = Schema.of(
            new Field("id", DataType.INT32), new Field("name", DataType.STRING), new Field("ip", DataType.STRING));

    private void upsert(String table, Map<String, Object> activity, List<List<Object>> rows) throws Exception {
        Job job = new Job();
        try (Sink sink = connector.sink(Database.sink(table, activity), job)) {
            sink.begin(ITEMS);
            try (Writer writer = sink.open(0);
                    Batch batch = Rows.batch(ITEMS, job.memory(), rows)) {
                writer.write(batch);
                writer.finish();
            }
            sink.commit();
        }
    }

    @Test
    void upsert_changes_rows_that_are_there_by_primary_key_unique_index_or_any_columns() throws Exception {
        for (String key : List.of(", PRIMARY KEY (id)", ", UNIQUE (id)", "")) {
            Database.sql(
                    "DROP TABLE IF EXISTS merged",
                    "CREATE TABLE merged (id int NOT NULL, name text, ip inet, untouched text DEFAULT 'd'" + key + ")",
                    "INSERT INTO merged VALUES (1, 'old', '10.0.0.1', 'u'), (2, 'kept', NULL, 'u')");
            Map<String, Object> activity = key.contains("PRIMARY")
                    ? Map.of("writeMethod", "Upsert")
                    : Map.of("writeMethod", "Upsert", "upsertSettings", Map.of("keys", List.of("id")));
            upsert("merged", activity, List.of(Rows.row(1, "new", "10.0.0.2"), Rows.row(3, "more", null)));
            assertThat(Database.rows("SELECT * FROM merged ORDER BY id"))
                    .as(key)
                    .containsExactly("1|new|10.0.0.2|u", "2|kept|null|u", "3|more|null|d");
        }
    }

    @Test
    void upsert_without_any_key_is_refused_and_changes_nothing() throws Exception {
        Database.sql("DROP TABLE IF EXISTS merged", "CREATE TABLE merged (id int, name text, ip inet)");
        assertThatThrownBy(() -> upsert("merged", Map.of("writeBehavior", "upsert"), List.of(Rows.row(1, "a", null))))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("upsertSettings.keys");
        assertThat(Database.rows("SELECT * FROM merged")).isEmpty();
    }
}
