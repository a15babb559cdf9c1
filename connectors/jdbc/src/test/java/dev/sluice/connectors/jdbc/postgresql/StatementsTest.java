package dev.sluice.connectors.jdbc.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SqlConnector;
import dev.sluice.data.spi.SqlParameter;
import dev.sluice.data.spi.SqlParameter.Direction;
import dev.sluice.data.spi.SqlParameter.Type;
import dev.sluice.data.spi.SqlSession;
import dev.sluice.data.testkit.SqlSessionContract;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class StatementsTest extends SqlSessionContract {
    @Override
    protected SqlConnector connector() {
        return new PostgreSqlConnector();
    }

    @Override
    protected Endpoint endpoint() {
        return Database.source("", Map.of());
    }

    @Override
    protected String table() throws Exception {
        String name = Tables.name();
        Database.sql("CREATE TABLE " + name + " (id int, name text, price numeric(10,2))");
        return name;
    }

    @Override
    protected Optional<String> procedure(String table) throws Exception {
        String name = Tables.name();
        Database.sql("CREATE PROCEDURE " + name + "(key int, label text) LANGUAGE sql AS 'INSERT INTO " + table
                + " (id, name) VALUES (key, label)'");
        return Optional.of(name);
    }

    @Override
    protected String slow() {
        return "SELECT pg_sleep(60)";
    }

    @Test
    void several_statements_give_their_results_in_order() throws Exception {
        String table = table();
        Taken taken = run("INSERT INTO " + table + " VALUES (1, 'a', 1), (2, 'b', 2); SELECT id FROM " + table
                + " ORDER BY id; DELETE FROM " + table + " WHERE id = 1; SELECT count(*) AS n FROM " + table);
        assertThat(taken.changes).containsExactly(2L, 1L);
        assertThat(taken.results).hasSize(2);
        assertThat(taken.rows).containsExactly(List.of(1L), List.of(2L), List.of(1L));
    }

    @Test
    void a_text_that_fails_leaves_nothing() throws Exception {
        String table = table();
        assertThatThrownBy(() -> run("INSERT INTO " + table + " VALUES (1, 'a', 1); SELECT 1/0"))
                .hasMessageContaining("division by zero");
        assertThat(run("SELECT * FROM " + table).rows).isEmpty();
    }

    @Test
    void every_type_has_its_class() throws Exception {
        Taken taken = run("""
                SELECT true, 1::int2, 2::int4, 3::int8, 1.5::float4, 2.5::float8, 12.50::numeric(10,2), 'NaN'::numeric,
                    'x'::varchar, '2024-02-29'::date, 'infinity'::date, '2024-02-29 13:05:06.789'::timestamp,
                    '2024-02-29 13:05:06+02'::timestamptz, '13:05'::time, '11111111-2222-3333-4444-555555555555'::uuid,
                    'ab'::bytea, '{"a": 1}'::jsonb, ARRAY[1,2], interval '1 month'
                """);
        assertThat(taken.rows.getFirst().subList(0, 15))
                .containsExactly(
                        true,
                        1L,
                        2L,
                        3L,
                        1.5f,
                        2.5d,
                        new BigDecimal("12.50"),
                        "NaN",
                        "x",
                        LocalDate.of(2024, 2, 29),
                        "infinity",
                        LocalDateTime.of(2024, 2, 29, 13, 5, 6, 789_000_000),
                        OffsetDateTime.parse("2024-02-29T11:05:06Z"),
                        LocalTime.of(13, 5),
                        UUID.fromString("11111111-2222-3333-4444-555555555555"));
        assertThat((byte[]) taken.rows.getFirst().get(15)).isEqualTo(new byte[] {'a', 'b'});
        assertThat(taken.rows.getFirst().subList(16, 19)).containsExactly("{\"a\": 1}", "{1,2}", "1 mon");
    }

    @Test
    void parameters_are_found_where_a_reader_would_see_them() throws Exception {
        Taken taken = run("""
                SELECT ':a', "@a".x, $$ @a $$, $t$ :a $t$, E'it\\'s @a', @a::text || :b /* @a /* :b */ */ -- @a
                FROM (SELECT 'col' AS x) AS "@a" WHERE '{"k":1}'::jsonb ? 'k'
                """, in("a", Type.INT32, 1L), in("b", Type.STRING, "two"));
        assertThat(taken.rows).containsExactly(List.of(":a", "col", " @a ", " :a ", "it's @a", "1two"));
        assertThat(run("SELECT ?::int + ?::int", in("", Type.INT32, 1L), in("", Type.INT32, 2L)).rows)
                .containsExactly(List.of(3L));
    }

    @Test
    void output_parameters_take_columns_of_their_names() throws Exception {
        String name = Tables.name();
        Database.sql("CREATE PROCEDURE " + name + "(INOUT total int, added int, OUT twice int) LANGUAGE plpgsql AS"
                + " $$ BEGIN total := total + added; twice := total * 2; RAISE NOTICE 'total is %', total; END $$");
        try (SqlSession session = connector().session(endpoint(), job)) {
            List<SqlParameter> parameters = List.of(
                    new SqlParameter("total", Type.INT32, 5L, Direction.INPUT_OUTPUT, 0),
                    in("added", Type.INT32, 2L),
                    new SqlParameter("twice", Type.INT32, null, Direction.OUTPUT, 0));
            Taken taken = new Taken();
            assertThat(session.execute(
                            "CALL " + name + "(@total, @added, @twice)", parameters, LIMIT, Duration.ZERO, taken))
                    .isEqualTo(Map.of("total", 7L, "twice", 14L));
            assertThat(taken.messages).containsExactly("total is 7");
            assertThat(session.call(name, parameters.subList(0, 2), 1, Duration.ZERO, new Taken()))
                    .isEqualTo(Map.of("total", 7L));
        }
    }

    @Test
    void a_function_is_called_as_a_procedure_is() throws Exception {
        String table = table();
        String name = Tables.name();
        Database.sql("CREATE FUNCTION " + name + "(\"Key\" int, label text DEFAULT 'none') RETURNS SETOF int"
                + " LANGUAGE plpgsql AS $$ BEGIN FOR i IN 1..\"Key\" LOOP INSERT INTO " + table
                + " VALUES (i, label); RETURN NEXT i; END LOOP; END $$");
        try (SqlSession session = connector().session(endpoint(), job)) {
            Taken taken = new Taken();
            session.call("public." + name, List.of(in("key", Type.INT64, 3L)), 2, Duration.ZERO, taken);
            assertThat(taken.rows).containsExactly(List.of(1L), List.of(2L));
            session.call("[public].[" + name + "]", List.of(in("Key", Type.INT64, 2L)), 0, Duration.ZERO, taken);
            session.call(
                    name.toUpperCase(java.util.Locale.ROOT), List.of(in("", Type.INT64, 1L)), 0, Duration.ZERO, taken);
        }
        assertThat(run("SELECT count(*) FROM " + table + " WHERE name = 'none'").rows)
                .containsExactly(List.of(6L));
    }
}
