package dev.sluice.ssis.engine.dataflow;

import static dev.sluice.ssis.engine.dataflow.FlowText.column;
import static dev.sluice.ssis.engine.dataflow.FlowText.columnOf;
import static dev.sluice.ssis.engine.dataflow.FlowText.uses;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ssis.engine.control.Result;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Sort and Aggregate beside SQLite, with rows that fit in memory and rows that do not.
class BlockingTest {
    private static final int ROWS = 60_000;

    @TempDir
    Path folder;

    private Bench bench;
    private FlowText flow;
    private Connection oracle;

    @BeforeEach
    void rows() throws SQLException {
        bench = new Bench(folder);
        flow = new FlowText();
        oracle = DriverManager.getConnection("jdbc:sqlite::memory:");
        oracle.createStatement().execute("create table t (id integer, k integer, s text, x real, n integer)");
        StringBuilder csv = new StringBuilder("id,k,s,x,n\r\n");
        SplittableRandom random = new SplittableRandom(7);
        try (PreparedStatement insert = oracle.prepareStatement("insert into t values (?, ?, ?, ?, ?)")) {
            oracle.setAutoCommit(false);
            for (int id = 0; id < ROWS; id++) {
                Integer k = random.nextInt(20) == 0 ? null : random.nextInt(30_000);
                String s = random.nextInt(30) == 0 ? null : "s" + random.nextInt(500);
                int cents = random.nextInt(-100_000, 100_000);
                Integer n = random.nextInt(10) == 0 ? null : random.nextInt(1_000);
                csv.append(id)
                        .append(',')
                        .append(k == null ? "" : k)
                        .append(',')
                        .append(s == null ? "" : s);
                csv.append(',')
                        .append(cents / 100.0)
                        .append(',')
                        .append(n == null ? "" : n)
                        .append("\r\n");
                insert.setInt(1, id);
                insert.setObject(2, k);
                insert.setString(3, s);
                insert.setDouble(4, cents / 100.0);
                insert.setObject(5, n);
                insert.addBatch();
            }
            insert.executeBatch();
        }
        bench.write("t.csv", csv.toString());
        flow.csvSource("S", "t.csv", "id i4", "k i4", "s wstr:20", "x numeric:12:2", "n i4");
    }

    private List<String> expected(String sql) throws SQLException {
        List<String> rows = new ArrayList<>();
        try (ResultSet r = oracle.createStatement().executeQuery(sql)) {
            while (r.next()) {
                List<String> row = new ArrayList<>();
                for (int i = 1; i <= r.getMetaData().getColumnCount(); i++) {
                    row.add(Objects.requireNonNullElse(r.getString(i), "-"));
                }
                rows.add(String.join("|", row));
            }
        }
        return rows;
    }

    private long spilled() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".spill")).count();
        }
    }

    /// Rows that a sort keeps take about 10 MB here.
    private void memory(long bytes) {
        bench.limits = new DataFlowLimits(bytes, 2, folder, 1L << 30);
    }

    private void sort(boolean distinct, String... keys) {
        String[] uses = new String[5];
        String[] names = {"id", "k", "s", "x", "n"};
        String[] types = {"i4", "i4", "wstr:20", "numeric:12:2", "i4"};
        String[] columns = new String[5];
        for (int i = 0; i < 5; i++) {
            String position = "0";
            for (String key : keys) {
                if (key.startsWith(names[i] + " ")) {
                    position = key.substring(names[i].length() + 1);
                }
            }
            uses[i] = uses("S.out." + names[i], "NewSortKeyPosition", position, "NewComparisonFlags", "0");
            columns[i] = column(names[i], types[i], "SortColumnId", "#{S.out." + names[i] + "}");
        }
        flow.component("O", "Sort")
                .property("EliminateDuplicates", String.valueOf(distinct))
                .input("S.out", uses)
                .output("out", columns);
    }

    @ParameterizedTest
    @ValueSource(longs = {256 << 20, 1 << 20})
    void rows_are_sorted_by_several_keys_with_nulls_first(long grant) throws SQLException, IOException {
        memory(grant);
        sort(false, "k 1", "x -2");
        flow.recordsetWithin("R", "O.out", "O.out.id", "O.out.k", "O.out.x");
        assertThat(bench.run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.lines("R.csv"))
                .isEqualTo(expected("select id, k, printf('%.2f', x) from t order by k, x desc, id"));
        assertThat(spilled()).isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {256 << 20, 1 << 20})
    void one_row_for_each_key_stays_where_duplicates_go(long grant) throws SQLException {
        memory(grant);
        sort(true, "k 1");
        flow.recordsetWithin("R", "O.out", "O.out.id", "O.out.k");
        assertThat(bench.run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.lines("R.csv")).isEqualTo(expected("select min(id), k from t group by k order by k"));
    }

    @ParameterizedTest
    @ValueSource(longs = {256 << 20, 600 << 10})
    void groups_are_aggregated(long grant) throws SQLException {
        memory(grant);
        flow.component("A", "Aggregate")
                .input("S.out", uses("S.out.k"), uses("S.out.x"), uses("S.out.n"))
                .output(
                        "out",
                        column("k", "i4", "AggregationColumnId", "#{S.out.k}", "AggregationType", "0"),
                        column("rows", "ui8", "AggregationType", "2"),
                        column("values", "ui8", "AggregationColumnId", "#{S.out.n}", "AggregationType", "1"),
                        column("sum", "numeric:18:2", "AggregationColumnId", "#{S.out.x}", "AggregationType", "4"),
                        column("total", "i8", "AggregationColumnId", "#{S.out.n}", "AggregationType", "4"),
                        column("least", "i4", "AggregationColumnId", "#{S.out.n}", "AggregationType", "6"),
                        column("most", "numeric:12:2", "AggregationColumnId", "#{S.out.x}", "AggregationType", "7"));
        flow.recordsetWithin(
                "R",
                "A.out",
                "A.out.k",
                "A.out.rows",
                "A.out.values",
                "A.out.sum",
                "A.out.total",
                "A.out.least",
                "A.out.most");
        assertThat(bench.run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.lines("R.csv"))
                .containsExactlyInAnyOrderElementsOf(expected("select k, count(*), count(n), printf('%.2f', "
                        + "sum(cast(round(x * 100) as integer)) / 100.0), sum(n), min(n), printf('%.2f', max(x)) "
                        + "from t group by k"));
    }

    @Test
    void distinct_values_averages_and_a_result_without_groups() throws SQLException {
        flow.component("A", "Aggregate")
                .input("S.out", uses("S.out.s"), uses("S.out.x"), uses("S.out.n"))
                .output(
                        "out",
                        column("d", "ui4", "AggregationColumnId", "#{S.out.s}", "AggregationType", "3"),
                        column("a", "numeric:18:6", "AggregationColumnId", "#{S.out.n}", "AggregationType", "5"))
                .output(
                        "perS",
                        column("s", "wstr:20", "AggregationColumnId", "#{S.out.s}", "AggregationType", "0"),
                        column("d", "ui8", "AggregationColumnId", "#{S.out.n}", "AggregationType", "3"));
        flow.recordsetWithin("R", "A.out", "A.out.d", "A.out.a");
        flow.recordsetWithin("P", "A.perS", "A.perS.s", "A.perS.d");
        assertThat(bench.run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.lines("R.csv")).isEqualTo(expected("select count(distinct s), printf('%.6f', avg(n)) from t"));
        assertThat(bench.lines("P.csv"))
                .containsExactlyInAnyOrderElementsOf(expected("select s, count(distinct n) from t group by s"));
    }

    @Test
    void a_sum_that_outgrows_its_type_is_an_error() {
        flow.component("A", "Aggregate")
                .input("S.out", uses("S.out.id"))
                .output(
                        "out",
                        columnOf("s", "numeric:5:0", "", "AggregationColumnId", "#{S.out.id}", "AggregationType", "4"));
        flow.recordset("R", "A.out", "A.out.s");
        assertThat(bench.tables("R").run(flow)).isEqualTo(Result.FAILURE);
        assertThat(Objects.requireNonNull(bench.problem).problem().evidence()).containsEntry("ssisCode", "0xC020829D");
    }

    @Test
    void a_full_scratch_folder_is_named() {
        bench.limits = new DataFlowLimits(1 << 20, 2, folder, 100_000);
        sort(false, "k 1");
        flow.recordset("R", "O.out", "O.out.id");
        assertThat(bench.tables("R").run(flow)).isEqualTo(Result.FAILURE);
        assertThat(Objects.requireNonNull(bench.problem).problem().code()).isEqualTo("SsisScratchFull");
    }
}
