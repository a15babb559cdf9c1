package dev.sluice.connectors.jdbc.relational;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TableSinkContract;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// The contract of sinks against an [Engine], and what the relational machinery promises beyond it.
public abstract class EngineSinkContract extends TableSinkContract {
    private static final Schema ITEMS = Schema.of(
            new Field("id", DataType.INT32, false),
            new Field("name", DataType.STRING),
            new Field("price", DataType.decimal(9, 2)));

    private String name = "";

    protected abstract Engine engine();

    @Override
    protected TableConnector connector() {
        return engine().connector();
    }

    @Override
    protected Endpoint target(Schema schema) throws Exception {
        name = Engine.name();
        engine().create(name, schema);
        return engine().sink(name, Map.of());
    }

    @Override
    protected List<List<Object>> content(Schema schema) throws Exception {
        return engine().content(name, schema);
    }

    @Override
    protected Optional<Endpoint> absent() {
        name = Engine.name();
        return Optional.of(engine().sink(name, Map.of("tableOption", "autoCreate")));
    }

    @Override
    protected Optional<Endpoint> missing() {
        return Optional.of(engine().sink("no_such_table", Map.of()));
    }

    private void items(String constraint, List<List<Object>> rows) throws Exception {
        name = Engine.name();
        engine().create(name, ITEMS);
        engine().insert(name, ITEMS, rows);
        if (!constraint.isEmpty()) {
            engine().sql(constraint.replace("TABLE_NAME", engine().dialect().quote(name)));
        }
    }

    private Sink.Account load(Map<String, Object> activity, String job, List<List<Object>> rows) throws Exception {
        try (TestJob attempt = new TestJob(64 << 20, job);
                Sink sink = connector().sink(engine().sink(name, activity), attempt)) {
            sink.begin(ITEMS);
            try (Writer writer = sink.open(0);
                    Batch batch = Rows.batch(ITEMS, attempt.memory(), rows)) {
                writer.write(batch);
                writer.finish();
            }
            return sink.commit();
        }
    }

    private List<String> found() throws Exception {
        return engine().content(name, ITEMS).stream()
                .map(row -> row.stream().map(String::valueOf).collect(Collectors.joining("|")))
                .sorted()
                .toList();
    }

    @Test
    void a_job_run_again_after_its_commit_adds_nothing() throws Exception {
        items("", List.of());
        List<List<Object>> rows = List.of(Rows.row(1, "a", "1.00"), Rows.row(2, null, null));
        Sink.Account first = load(Map.of(), "job-1", rows);
        Sink.Account again = load(Map.of(), "job-1", rows);
        assertThat(again.rows()).isEqualTo(first.rows()).isEqualTo(2);
        assertThat(found()).containsExactly("1|a|1.00", "2|null|null");
        load(Map.of(), "job-2", List.of(Rows.row(3, "c", null)));
        assertThat(found()).hasSize(3);
    }

    @Test
    void without_a_mark_a_job_run_again_adds_its_rows_again() throws Exception {
        items("", List.of());
        load(Map.of("attemptMarker", false), "job-1", List.of(Rows.row(1, "a", "1.00")));
        load(Map.of("attemptMarker", false), "job-1", List.of(Rows.row(1, "a", "1.00")));
        assertThat(found()).hasSize(2);
    }

    @Test
    void upsert_changes_rows_that_are_there_and_adds_the_others() throws Exception {
        items("", List.of(Rows.row(1, "old", "1.00"), Rows.row(2, "kept", "2.00")));
        Map<String, Object> upsert = Map.of("writeBehavior", "upsert", "upsertSettings", Map.of("keys", List.of("id")));
        Sink.Account account = load(upsert, "job-1", List.of(Rows.row(1, "new", null), Rows.row(3, "more", "3.50")));
        assertThat(account.rows()).isEqualTo(2);
        assertThat(found()).containsExactly("1|new|null", "2|kept|2.00", "3|more|3.50");
        load(upsert, "job-2", List.of(Rows.row(3, "again", "4.00")));
        assertThat(found()).containsExactly("1|new|null", "2|kept|2.00", "3|again|4.00");
    }

    @Test
    void upsert_takes_the_primary_key_when_no_keys_are_given() throws Exception {
        name = Engine.name();
        engine().sql("CREATE TABLE " + engine().dialect().quote(name) + " ("
                + engine().dialect().quote("id") + " INTEGER NOT NULL PRIMARY KEY, "
                + engine().dialect().quote("name") + " VARCHAR(20), "
                + engine().dialect().quote("price") + " DECIMAL(9,2))");
        engine().insert(name, ITEMS, List.of(Rows.row(1, "old", new java.math.BigDecimal("1.00"))));
        load(Map.of("writeBehavior", "upsert"), "job-1", List.of(Rows.row(1, "new", "2.00"), Rows.row(2, "b", "3.00")));
        assertThat(found()).containsExactly("1|new|2.00", "2|b|3.00");
    }

    @Test
    void upsert_without_any_key_is_refused() throws Exception {
        items("", List.of());
        assertThatThrownBy(() -> load(Map.of("writeBehavior", "upsert"), "job-1", List.of(Rows.row(1, "a", null))))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().fault()).isEqualTo(DataFaults.MAPPING_INVALID));
        assertThat(found()).isEmpty();
    }

    @Test
    void the_pre_copy_script_runs_before_the_rows() throws Exception {
        items("", List.of(Rows.row(9, "old", null)));
        load(
                Map.of("preCopyScript", "DELETE FROM " + engine().dialect().quote(name)),
                "job-1",
                List.of(Rows.row(1, "a", "1.00")));
        assertThat(found()).containsExactly("1|a|1.00");
    }

    @Test
    void a_row_the_table_refuses_ends_the_load_and_leaves_what_was_there() throws Exception {
        name = Engine.name();
        engine().sql("CREATE TABLE " + engine().dialect().quote(name) + " ("
                + engine().dialect().quote("id") + " INTEGER NOT NULL PRIMARY KEY, "
                + engine().dialect().quote("name") + " VARCHAR(20), "
                + engine().dialect().quote("price") + " DECIMAL(9,2))");
        engine().insert(name, ITEMS, List.of(Rows.row(1, "kept", new java.math.BigDecimal("1.00"))));
        assertThatThrownBy(() -> load(Map.of(), "job-1", List.of(Rows.row(2, "b", "2.00"), Rows.row(1, "x", "3.00"))))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().fault()).isEqualTo(DataFaults.ROW_REFUSED);
                    assertThat(e.problem().message()).contains(name);
                });
        assertThat(found()).containsExactly("1|kept|1.00");
        load(Map.of(), "job-1", List.of(Rows.row(2, "b", "2.00")));
        assertThat(found()).hasSize(2);
    }
}
