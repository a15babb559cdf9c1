package dev.sluice.data.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SqlConnector;
import dev.sluice.data.spi.SqlParameter;
import dev.sluice.data.spi.SqlParameter.Direction;
import dev.sluice.data.spi.SqlParameter.Type;
import dev.sluice.data.spi.SqlResults;
import dev.sluice.data.spi.SqlSession;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every [SqlSession] promises. Extend it; the store must let the user create tables and procedures.
public abstract class SqlSessionContract {
    protected static final int LIMIT = 5_000;

    protected final TestJob job = new TestJob();
    private SqlSession session;

    protected abstract SqlConnector connector();

    /// A store to work in.
    protected abstract Endpoint endpoint();

    /// A query of one row with these expressions; overridden where a FROM is needed.
    protected String select(String expressions) {
        return "SELECT " + expressions;
    }

    /// How a parameter is written in a text.
    protected String parameter(String name) {
        return "@" + name;
    }

    /// A new table with an `int` column `id`, a text column `name` and a decimal column `price`; its name.
    protected abstract String table() throws Exception;

    /// A new procedure with the parameters `key` (int) and `label` (text) that inserts them into `id` and `name` of a
    /// table; its name. Empty where the store has no procedures.
    protected abstract Optional<String> procedure(String table) throws Exception;

    /// A statement that takes a minute.
    protected abstract String slow();

    @BeforeEach
    void connect() {
        session = connector().session(endpoint(), job);
    }

    @AfterEach
    void disconnect() {
        session.close();
        session.close();
        assertThat(job.memory().used()).as("memory left reserved").isZero();
        job.close();
    }

    /// What a call gave.
    public static final class Taken implements SqlResults {
        public final List<Schema> results = new ArrayList<>();
        public final List<List<@Nullable Object>> rows = new ArrayList<>();
        public final List<Long> changes = new ArrayList<>();
        public final List<String> messages = new ArrayList<>();

        @Override
        public void result(Schema columns) {
            results.add(columns);
        }

        @Override
        public void row(List<@Nullable Object> values) {
            rows.add(values);
        }

        @Override
        public void changed(long count) {
            changes.add(count);
        }

        @Override
        public void message(String text) {
            messages.add(text);
        }
    }

    protected static SqlParameter in(String name, Type type, @Nullable Object value) {
        return new SqlParameter(name, type, value, Direction.INPUT, 0);
    }

    protected Taken run(String text, SqlParameter... parameters) throws IOException {
        Taken taken = new Taken();
        session.execute(text, List.of(parameters), LIMIT, Duration.ZERO, taken);
        return taken;
    }

    @Test
    void a_query_gives_its_columns_and_rows() throws IOException {
        Taken taken = run(select("1 AS one, 'text' AS two, NULL AS three"));
        assertThat(taken.results).hasSize(1);
        assertThat(taken.results.getFirst().names().stream().map(n -> n.toLowerCase(java.util.Locale.ROOT)))
                .containsExactly("one", "two", "three");
        assertThat(taken.rows).hasSize(1);
        List<@Nullable Object> row = taken.rows.getFirst();
        assertThat(new BigDecimal(String.valueOf(row.get(0)))).isEqualByComparingTo("1");
        assertThat(row.get(1)).isEqualTo("text");
        assertThat(row.get(2)).isNull();
        assertThat(taken.changes).isEmpty();
    }

    @Test
    void changes_are_counted_and_committed() throws Exception {
        String table = table();
        Taken taken = run("INSERT INTO " + table + " (id, name) VALUES (1, 'a'), (2, 'b')");
        assertThat(taken.changes).containsExactly(2L);
        assertThat(taken.results).isEmpty();
        try (SqlSession other = connector().session(endpoint(), job)) {
            Taken seen = new Taken();
            other.execute("SELECT name FROM " + table + " ORDER BY id", List.of(), LIMIT, Duration.ZERO, seen);
            assertThat(seen.rows).containsExactly(List.of("a"), List.of("b"));
        }
        assertThat(run("UPDATE " + table + " SET name = 'c' WHERE id > 100").changes)
                .containsExactly(0L);
    }

    @Test
    void parameters_are_values_and_never_text() throws Exception {
        String table = table();
        String awkward = "x'); DROP TABLE " + table + "; -- @key";
        Taken taken = run(
                "INSERT INTO " + table + " (id, name, price) VALUES (" + parameter("key") + ", " + parameter("label")
                        + ", " + parameter("cost") + ")",
                in("key", Type.INT32, 7L),
                in("label", Type.STRING, awkward),
                in("cost", Type.DECIMAL, new BigDecimal("12.50")));
        assertThat(taken.changes).containsExactly(1L);
        Taken seen = run(
                "SELECT name, price FROM " + table + " WHERE id = " + parameter("key") + " AND name <> '"
                        + parameter("key") + "'",
                in("KEY", Type.INT64, 7L));
        assertThat(seen.rows).hasSize(1);
        assertThat(seen.rows.getFirst().get(0)).isEqualTo(awkward);
        assertThat((BigDecimal) seen.rows.getFirst().get(1)).isEqualByComparingTo("12.5");
        Taken nothing = run(
                "INSERT INTO " + table + " (id, name) VALUES (8, " + parameter("label") + ")",
                in("label", Type.STRING, null));
        assertThat(nothing.changes).containsExactly(1L);
        assertThat(run("SELECT name FROM " + table + " WHERE id = 8").rows.getFirst())
                .containsExactly((Object) null);
    }

    @Test
    void times_are_taken_as_they_are() throws Exception {
        Taken taken = run(
                select(parameter("at") + " AS moment"), in("at", Type.DATETIME, LocalDateTime.of(2024, 2, 29, 13, 5)));
        assertThat(String.valueOf(taken.rows.getFirst().getFirst())).contains("2024-02-29T13:05");
    }

    @Test
    void no_more_rows_are_taken_than_asked_for() throws Exception {
        String table = table();
        run("INSERT INTO " + table + " (id, name) VALUES (1, 'a'), (2, 'b'), (3, 'c')");
        Taken taken = new Taken();
        session.execute("SELECT id FROM " + table + " ORDER BY id", List.of(), 2, Duration.ZERO, taken);
        assertThat(taken.rows).hasSize(2);
        assertThat(run("SELECT id FROM " + table).rows).hasSize(3);
    }

    @Test
    void a_statement_that_is_refused_is_named_and_the_session_goes_on() throws Exception {
        assertThatThrownBy(() -> run("SELEKT 1")).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().fault()).isEqualTo(DataFaults.QUERY_FAILED);
            assertThat(e.problem().kind()).isEqualTo(Kind.SOURCE);
            assertThat(e.problem().message()).contains("SELEKT").doesNotContain("unknown)");
        });
        assertThat(run(select("1 AS a")).rows).hasSize(1);
    }

    @Test
    void a_procedure_is_called_by_name_with_named_parameters() throws Exception {
        String table = table();
        Optional<String> procedure = procedure(table);
        assumeTrue(procedure.isPresent(), "the store has procedures");
        session.call(
                procedure.orElseThrow(),
                List.of(in("label", Type.STRING, "named"), in("key", Type.INT32, 5L)),
                0,
                Duration.ZERO,
                new Taken());
        assertThat(run("SELECT name FROM " + table + " WHERE id = 5").rows).containsExactly(List.of("named"));
        assertThatThrownBy(() -> session.call("no_such_procedure", List.of(), 0, Duration.ZERO, new Taken()))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().message()).contains("no_such_procedure"));
    }

    @Test
    void a_statement_is_ended_when_its_time_is_over() {
        assertThatThrownBy(() -> session.execute(slow(), List.of(), LIMIT, Duration.ofSeconds(1), new Taken()))
                .isInstanceOf(ProblemException.class);
    }

    @Test
    void closing_from_another_thread_ends_a_statement() throws Exception {
        BlockedCall.endsOn(() -> run(slow()), session::close);
    }
}
