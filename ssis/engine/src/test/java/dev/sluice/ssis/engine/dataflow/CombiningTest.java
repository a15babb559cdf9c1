package dev.sluice.ssis.engine.dataflow;

import static dev.sluice.ssis.engine.dataflow.FlowText.column;
import static dev.sluice.ssis.engine.dataflow.FlowText.columnOf;
import static dev.sluice.ssis.engine.dataflow.FlowText.uses;
import static dev.sluice.ssis.engine.dataflow.FlowText.usesOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ssis.engine.control.Result;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Merge, Merge Join, Pivot, Unpivot, sampling, caches, changing dimensions, raw files, files per row.
class CombiningTest {
    @TempDir
    Path folder;

    private Bench bench;
    private FlowText flow;

    @BeforeEach
    void files() {
        bench = new Bench(folder);
        bench.write("l.csv", "k,a\r\n,l0\r\n1,l1\r\n2,l2\r\n2,l3\r\n4,l4\r\n");
        bench.write("r.csv", "k,b\r\n,r0\r\n2,r1\r\n2,r2\r\n3,r3\r\n4,r4\r\n");
        flow = new FlowText();
    }

    private void sides() {
        flow.csvSource("L", "l.csv", "k i4", "a wstr:10");
        flow.csvSource("R", "r.csv", "k i4", "b wstr:10");
    }

    private List<String> joined(int type, boolean nullsEqual) {
        flow = new FlowText();
        sides();
        flow.component("J", "MergeJoin")
                .property("JoinType", String.valueOf(type))
                .property("NumKeyColumns", "1")
                .property("TreatNullsAsEqual", String.valueOf(nullsEqual))
                .input("L.out", usesOf("L.out.k", "cachedSortKeyPosition='1'"), uses("L.out.a"))
                .input("R.out", usesOf("R.out.k", "cachedSortKeyPosition='1'"), uses("R.out.b"))
                .output(
                        "out",
                        column("a", "wstr:10", "InputColumnID", "#{in:L.out.a}"),
                        column("b", "wstr:10", "InputColumnID", "#{in:R.out.b}"));
        flow.recordset("Rows", "J.out", "J.out.a", "J.out.b");
        bench.variables.clear();
        assertThat(bench.tables("Rows").run(flow)).isEqualTo(Result.SUCCESS);
        return bench.rows("Rows");
    }

    @Test
    void sorted_inputs_are_joined_inner_left_and_full() {
        List<String> pairs = List.of("l2|r1", "l2|r2", "l3|r1", "l3|r2", "l4|r4");
        assertThat(joined(2, false)).containsExactlyElementsOf(pairs);
        assertThat(joined(2, true)).hasSize(6).startsWith("l0|r0");
        assertThat(joined(1, true)).hasSize(7).startsWith("l0|r0", "l1|-").containsAll(pairs);
        assertThat(joined(0, false)).hasSize(9).containsAll(pairs).contains("l0|-", "-|r0", "l1|-", "-|r3");
    }

    @Test
    void an_input_out_of_order_is_refused() {
        bench.write("l.csv", "k,a\r\n2,l1\r\n1,l2\r\n");
        sides();
        flow.component("J", "MergeJoin")
                .property("JoinType", "2")
                .input("L.out", usesOf("L.out.k", "cachedSortKeyPosition='1'"), uses("L.out.a"))
                .input("R.out", usesOf("R.out.k", "cachedSortKeyPosition='1'"))
                .output("out", column("a", "wstr:10", "InputColumnID", "#{in:L.out.a}"));
        flow.recordset("Rows", "J.out", "J.out.a");
        assertThat(bench.tables("Rows").run(flow)).isEqualTo(Result.FAILURE);
        assertThat(Objects.requireNonNull(bench.problem).problem().code()).isEqualTo("SsisInputNotSorted");
    }

    @Test
    void merge_keeps_the_order() {
        sides();
        flow.component("M", "Merge")
                .input(
                        "L.out",
                        usesOf("L.out.k", "cachedSortKeyPosition='1'", "OutputColumnLineageID", "#{M.out.k}"),
                        uses("L.out.a", "OutputColumnLineageID", "#{M.out.t}"))
                .input(
                        "R.out",
                        usesOf("R.out.k", "cachedSortKeyPosition='1'", "OutputColumnLineageID", "#{M.out.k}"),
                        uses("R.out.b", "OutputColumnLineageID", "#{M.out.t}"))
                .output("out", column("k", "i4"), column("t", "wstr:10"));
        flow.recordset("Rows", "M.out", "M.out.k", "M.out.t");
        assertThat(bench.tables("Rows").run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("Rows"))
                .containsExactly("-|l0", "-|r0", "1|l1", "2|l2", "2|l3", "2|r1", "2|r2", "3|r3", "4|l4", "4|r4");
    }

    @Test
    void one_source_that_reaches_a_join_by_two_ways_does_not_block() {
        StringBuilder csv = new StringBuilder("k,a\r\n");
        for (int i = 0; i < 50_000; i++) {
            csv.append(i).append(",x").append(i % 7).append("\r\n");
        }
        bench.write("l.csv", csv.toString());
        bench.limits = new DataFlowLimits(64 << 20, 1, folder, 1L << 30);
        flow.attributes("defaultBufferMaxRows='500'");
        flow.csvSource("L", "l.csv", "k i4", "a wstr:10");
        flow.component("M", "Multicast")
                .input("L.out")
                .outputOf("x", "synchronousInputId='M.in0'", "")
                .outputOf("y", "synchronousInputId='M.in0'", "");
        flow.component("S", "Sort")
                .input("M.y", uses("L.out.k", "NewSortKeyPosition", "1"))
                .output("out", columnOf("k", "i4", "sortKeyPosition='1'", "SortColumnId", "#{L.out.k}"));
        flow.component("J", "MergeJoin")
                .property("JoinType", "2")
                .input("M.x", usesOf("L.out.k", "cachedSortKeyPosition='1'"), uses("L.out.a"))
                .input("S.out", usesOf("S.out.k", "cachedSortKeyPosition='1'"))
                .output("out", column("a", "wstr:10", "InputColumnID", "#{in:L.out.a}"));
        flow.component("C", "RowCount").property("VariableName", "User::count").input("J.out");
        bench.variable("count", 3, "0");
        assertThat(bench.run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.value("count")).isEqualTo(50_000L);
    }

    @Test
    void rows_of_a_set_become_one_and_columns_become_rows() {
        bench.write("p.csv", "id,m,v\r\n1,jan,10\r\n1,feb,20\r\n2,feb,5\r\n");
        flow.csvSource("P", "p.csv", "id i4", "m wstr:10", "v i4");
        flow.component("V", "Pivot")
                .input(
                        "P.out",
                        uses("P.out.id", "PivotUsage", "1"),
                        uses("P.out.m", "PivotUsage", "2"),
                        uses("P.out.v", "PivotUsage", "3"))
                .output(
                        "out",
                        column("id", "i4", "SourceColumn", "#{P.out.id}"),
                        column("jan", "i4", "SourceColumn", "#{P.out.v}", "PivotKeyValue", "jan"),
                        column("feb", "i4", "SourceColumn", "#{P.out.v}", "PivotKeyValue", "feb"));
        flow.component("M", "Multicast")
                .input("V.out")
                .outputOf("a", "synchronousInputId='M.in0'", "")
                .outputOf("b", "synchronousInputId='M.in0'", "");
        flow.component("U", "UnPivot")
                .input(
                        "M.b",
                        uses("V.out.id", "DestinationColumn", "#{U.out.id}"),
                        uses("V.out.jan", "DestinationColumn", "#{U.out.v}", "PivotKeyValue", "january"),
                        uses("V.out.feb", "DestinationColumn", "#{U.out.v}", "PivotKeyValue", "february"))
                .output("out", column("id", "i4"), column("m", "wstr:20", "PivotKey", "true"), column("v", "i4"));
        flow.recordset("Wide", "M.a", "V.out.id", "V.out.jan", "V.out.feb");
        flow.recordset("Long", "U.out", "U.out.id", "U.out.m", "U.out.v");
        assertThat(bench.tables("Wide", "Long").run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("Wide")).containsExactly("1|10|20", "2|-|5");
        assertThat(bench.rows("Long")).containsExactly("1|january|10", "1|february|20", "2|february|5");
    }

    @Test
    void exactly_so_many_rows_are_sampled() {
        flow.csvSource("L", "l.csv", "k i4", "a wstr:10");
        flow.component("S", "RowSampling")
                .property("SamplingValue", "2")
                .property("SamplingSeed", "7")
                .input("L.out", uses("L.out.a"))
                .outputOf(
                        "yes",
                        "",
                        FlowText.property("Selected", "true"),
                        column("a", "wstr:10", "InputColumnLineageID", "#{L.out.a}"))
                .outputOf(
                        "no",
                        "",
                        FlowText.property("Selected", "false"),
                        column("a", "wstr:10", "InputColumnLineageID", "#{L.out.a}"));
        flow.recordset("Yes", "S.yes", "S.yes.a");
        flow.recordset("No", "S.no", "S.no.a");
        assertThat(bench.tables("Yes", "No").run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("Yes")).hasSize(2).doesNotContainAnyElementsOf(bench.rows("No"));
        assertThat(bench.rows("No")).hasSize(3);
    }

    @Test
    void a_cache_is_filled_by_one_flow_and_read_by_the_next() {
        sides();
        flow.manager("Cache", "CACHE", "DTS:UseFile='True' DTS:ConnectionString='c.caw'", "");
        flow.component("C", "Cache")
                .connection("Cache")
                .input("R.out", uses("R.out.k", "CacheColumnName", "key"), uses("R.out.b", "CacheColumnName", "text"));
        flow.recordset("Rows", "L.out", "L.out.k");
        assertThat(bench.tables("Rows").run(flow)).isEqualTo(Result.SUCCESS);
        for (boolean fromFile : new boolean[] {false, true}) {
            if (fromFile) {
                bench.retained.clear();
            }
            flow = new FlowText().manager("Cache", "CACHE", "DTS:UseFile='True' DTS:ConnectionString='c.caw'", "");
            flow.csvSource("L", "l.csv", "k i4", "a wstr:10");
            flow.component("K", "Lookup")
                    .connection("Cache")
                    .property("ConnectionType", "1")
                    .property("NoMatchBehavior", "1")
                    .input("L.out", uses("L.out.k", "JoinToReferenceColumn", "key"))
                    .passing("match", column("t", "wstr:10", "CopyFromReferenceColumn", "text"))
                    .passing("none");
            flow.recordset("Rows", "K.match", "L.out.a", "K.match.t");
            assertThat(bench.run(flow)).isEqualTo(Result.SUCCESS);
            assertThat(bench.rows("Rows")).containsExactly("l0|r0", "l2|r1", "l3|r1", "l4|r4");
        }
    }

    @Test
    void a_dimension_row_is_new_unchanged_changing_historical_or_fixed() throws SQLException {
        JdbcDataSource database = new JdbcDataSource();
        database.setURL("jdbc:h2:mem:dim;DB_CLOSE_DELAY=-1");
        try (Connection c = database.getConnection()) {
            c.createStatement().execute("drop table if exists dim");
            c.createStatement()
                    .execute(
                            "create table dim (id int, phone varchar(10), city varchar(10), born varchar(10), until date)");
            c.createStatement()
                    .execute("insert into dim values (1, 'p', 'c', 'b', null), (2, 'p', 'c', 'b', null), "
                            + "(3, 'p', 'c', 'b', null), (4, 'p', 'c', 'b', null), (5, 'p', 'c', 'b', null), "
                            + "(6, 'old', 'c', 'b', date '2020-01-01')");
        }
        bench.databases.put("Db", database);
        bench.write(
                "d.csv", "id,phone,city,born\r\n1,p,c,b\r\n2,x,c,b\r\n3,p,x,b\r\n4,x,x,b\r\n5,p,c,x\r\n6,old,c,b\r\n");
        flow.manager("Db", "OLEDB", "DTS:ConnectionString='x'", "");
        flow.csvSource("D", "d.csv", "id i4", "phone wstr:10", "city wstr:10", "born wstr:10");
        FlowText.Part scd = flow.component("S", "SCD")
                .connection("Db")
                .property("SqlCommand", "SELECT [id], [phone], [city], [born], [until] FROM [dim]")
                .property("CurrentRowWhere", "[until] IS NULL")
                .property("IncomingRowChangeType", "1")
                .input(
                        "D.out",
                        uses("D.out.id", "ColumnType", "1"),
                        uses("D.out.phone", "ColumnType", "2"),
                        uses("D.out.city", "ColumnType", "3"),
                        uses("D.out.born", "ColumnType", "4"));
        String[] outputs = {"unchanged", "added", "fixed", "changing", "historical", "inferred"};
        for (String output : outputs) {
            scd.passing(output);
        }
        for (String output : outputs) {
            flow.recordset(output, "S." + output, "D.out.id");
        }
        assertThat(bench.tables(outputs).run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("unchanged")).containsExactly("1");
        assertThat(bench.rows("added")).containsExactly("6");
        assertThat(bench.rows("fixed")).containsExactly("5");
        assertThat(bench.rows("changing")).containsExactly("2", "4");
        assertThat(bench.rows("historical")).containsExactly("3", "4");
        assertThat(bench.rows("inferred")).isEmpty();
    }

    @Test
    void raw_files_keep_rows_as_they_are() {
        flow.csvSource("L", "l.csv", "k i4", "a wstr:10");
        flow.component("W", "RawDestination")
                .property("AccessMode", "0")
                .property("FileName", folder + "/rows.raw")
                .property("WriteOption", "0")
                .input("L.out", uses("L.out.k"), uses("L.out.a"));
        assertThat(bench.run(flow)).isEqualTo(Result.SUCCESS);
        flow = new FlowText();
        flow.component("S", "RawSource")
                .property("AccessMode", "0")
                .property("FileName", folder + "/rows.raw")
                .output("out", column("a", "wstr:10"), column("k", "i4"));
        flow.recordset("Rows", "S.out", "S.out.a", "S.out.k");
        assertThat(bench.tables("Rows").run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("Rows")).containsExactly("l0|-", "l1|1", "l2|2", "l3|2", "l4|4");
    }

    @Test
    void a_file_is_written_and_read_for_every_row() {
        bench.write("f.csv", "path,text\r\n" + folder + "/one.txt,Grüße\r\n" + folder + "/two.txt,x\r\n");
        flow.csvSource("F", "f.csv", "path wstr:200", "text wstr:50");
        flow.component("V", "DataConvert")
                .input("F.out", uses("F.out.text"))
                .passing("out", column("t", "nText", "SourceInputColumnLineageID", "#{F.out.text}"))
                .errors();
        flow.component("X", "Extractor")
                .input(
                        "V.out",
                        uses(
                                "F.out.path",
                                "FileDataColumnID",
                                "#{V.out.t}",
                                "WriteBOM",
                                "true",
                                "ForceTruncate",
                                "true"),
                        uses("V.out.t"))
                .passing("out")
                .errors();
        flow.component("I", "Inserter")
                .input("X.out", uses("F.out.path", "FileDataColumnID", "#{I.out.data}"))
                .passing("out", column("data", "nText"))
                .errors();
        flow.recordset("Rows", "I.out", "I.out.data");
        assertThat(bench.tables("Rows").run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("Rows")).containsExactly("Grüße", "x");
    }
}
