package dev.sluice.ssis.engine.dataflow;

import static dev.sluice.ssis.engine.dataflow.FlowText.column;
import static dev.sluice.ssis.engine.dataflow.FlowText.columnOf;
import static dev.sluice.ssis.engine.dataflow.FlowText.property;
import static dev.sluice.ssis.engine.dataflow.FlowText.uses;
import static dev.sluice.ssis.engine.dataflow.FlowText.usesOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ssis.engine.control.Result;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RowwiseTest {
    private static final String REDIRECT = "errorRowDisposition='RedirectRow' truncationRowDisposition='RedirectRow'";
    private static final String IGNORE = "errorRowDisposition='IgnoreFailure' truncationRowDisposition='IgnoreFailure'";
    private static final String FAIL = "errorRowDisposition='FailComponent' truncationRowDisposition='FailComponent'";

    @TempDir
    Path folder;

    private Bench bench;
    private FlowText flow;

    @BeforeEach
    void source() {
        bench = new Bench(folder);
        bench.write("in.csv", "id,name,amount\r\n1,Ann,10.50\r\n2,Zoë,0\r\n3,\"Carl, Jr\",-4.25\r\n4,,\r\n");
        flow = new FlowText();
        flow.csvSource("S", "in.csv", "id i4", "name wstr:20", "amount numeric:9:2");
    }

    private FlowText.Part derived(String dispositions, String expression, String type) {
        return flow.component("D", "DerivedColumn")
                .input("S.out", uses("S.out.id"), uses("S.out.name"), uses("S.out.amount"))
                .passing("out", columnOf("x", type, dispositions, "Expression", expression))
                .errors();
    }

    @Test
    void a_file_becomes_typed_rows() {
        flow.recordset("R", "S.out", "S.out.id", "S.out.name", "S.out.amount");
        assertThat(bench.tables("R").run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("R")).containsExactly("1|Ann|10.50", "2|Zoë|0.00", "3|Carl, Jr|-4.25", "4|-|-");
    }

    @Test
    void derived_columns_are_computed_added_and_replaced() {
        flow.component("D", "DerivedColumn")
                .input(
                        "S.out",
                        usesOf("S.out.name", "usageType='readWrite' " + FAIL, "Expression", "UPPER(#{S.out.name})"),
                        uses("S.out.amount"))
                .passing(
                        "out",
                        columnOf("twice", "numeric:20:2", FAIL, "Expression", "#{S.out.amount} * 2"),
                        columnOf("old", "wstr:40", FAIL, "Expression", "\"was \" + #{S.out.name}"))
                .errors();
        flow.recordset("R", "D.out", "S.out.id", "S.out.name", "D.out.twice", "D.out.old");
        assertThat(bench.tables("R").run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("R"))
                .containsExactly(
                        "1|ANN|21.00|was Ann", "2|ZOË|0.00|was Zoë", "3|CARL, JR|-8.50|was Carl, Jr", "4|-|-|-");
    }

    @Test
    void a_row_without_a_value_leaves_with_code_and_column() {
        derived(REDIRECT, "100 / #{S.out.amount}", "numeric:20:6");
        flow.recordset("R", "D.out", "S.out.id", "D.out.x");
        flow.recordset("E", "D.errors", "S.out.id", "D.errors.ErrorCode", "D.errors.ErrorColumn");
        assertThat(bench.tables("R", "E").run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("R")).containsExactly("1|9.523810", "3|-23.529412", "4|-");
        // 0xC0049030, and the fourth column of the document
        assertThat(bench.rows("E")).containsExactly("2|" + 0xC0049030 + "|4");
    }

    @Test
    void an_ignored_failure_leaves_null_and_an_ignored_truncation_what_fits() {
        derived(IGNORE, "100 / #{S.out.amount}", "numeric:20:6");
        flow.component("T", "DerivedColumn")
                .input("D.out", uses("S.out.name"))
                .passing("out", columnOf("short", "wstr:3", IGNORE, "Expression", "#{S.out.name}"))
                .errors();
        flow.recordset("R", "T.out", "S.out.id", "D.out.x", "T.out.short");
        assertThat(bench.tables("R").run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("R")).containsExactly("1|9.523810|Ann", "2|-|Zoë", "3|-23.529412|Car", "4|-|-");
    }

    @Test
    void a_failure_names_component_column_and_both_codes() {
        derived(FAIL, "100 / #{S.out.amount}", "numeric:20:6");
        flow.recordset("R", "D.out", "S.out.id", "D.out.x");
        assertThat(bench.tables("R").run(flow)).isEqualTo(Result.FAILURE);
        var problem = Objects.requireNonNull(bench.problem).problem();
        assertThat(problem.code()).isEqualTo("SsisRowFailed");
        assertThat(problem.evidence())
                .containsEntry("component", "D")
                .containsEntry("column", "x")
                .containsEntry("rowCode", "0xC0049030")
                .containsEntry("ssisCode", "0xC0209029");
    }

    @Test
    void rows_go_to_the_first_condition_that_is_true() {
        flow.component("C", "ConditionalSplit")
                .input("S.out", uses("S.out.amount"))
                .outputOf(
                        "negative",
                        "synchronousInputId='C.in0' exclusionGroup='1' errorRowDisposition='IgnoreFailure'",
                        property("Expression", "#{S.out.amount} < 0") + property("EvaluationOrder", "0"))
                .outputOf(
                        "small",
                        "synchronousInputId='C.in0' exclusionGroup='1' errorRowDisposition='IgnoreFailure'",
                        property("Expression", "#{S.out.amount} < 5") + property("EvaluationOrder", "1"))
                .outputOf("rest", "synchronousInputId='C.in0' exclusionGroup='1'", property("IsDefaultOut", "true"))
                .errors();
        for (String output : new String[] {"negative", "small", "rest"}) {
            flow.recordset(output, "C." + output, "S.out.id");
        }
        assertThat(bench.tables("negative", "small", "rest").run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("negative")).containsExactly("3");
        assertThat(bench.rows("small")).containsExactly("2");
        assertThat(bench.rows("rest")).containsExactly("1", "4");
    }

    @Test
    void a_condition_that_is_null_fails_unless_it_is_ignored() {
        flow.component("C", "ConditionalSplit")
                .input("S.out", uses("S.out.amount"))
                .outputOf(
                        "negative",
                        "synchronousInputId='C.in0' exclusionGroup='1' errorRowDisposition='FailComponent'",
                        property("Expression", "#{S.out.amount} < 0"))
                .errors();
        assertThat(bench.run(flow)).isEqualTo(Result.FAILURE);
        assertThat(Objects.requireNonNull(bench.problem).problem().evidence()).containsEntry("ssisCode", "0xC020902B");
    }

    @Test
    void multicast_union_all_and_row_count_see_every_row() {
        flow.component("M", "Multicast")
                .input("S.out")
                .outputOf("a", "synchronousInputId='M.in0'", "")
                .outputOf("b", "synchronousInputId='M.in0'", "")
                .outputOf("unused", "synchronousInputId='M.in0'", "");
        flow.component("N", "RowCount")
                .property("VariableName", "User::count")
                .input("M.b")
                .passing("out");
        flow.component("U", "UnionAll")
                .input("M.a", uses("S.out.id", "OutputColumnLineageID", "#{U.out.key}"))
                .input(
                        "N.out",
                        uses("S.out.id", "OutputColumnLineageID", "#{U.out.key}"),
                        uses("S.out.name", "OutputColumnLineageID", "#{U.out.text}"))
                .input("")
                .output("out", column("key", "i4"), column("text", "wstr:20"));
        flow.recordset("R", "U.out", "U.out.key", "U.out.text");
        bench.variable("count", 3, "0");
        assertThat(bench.tables("R").run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.value("count")).isEqualTo(4L);
        assertThat(bench.rows("R"))
                .containsExactlyInAnyOrder("1|-", "2|-", "3|-", "4|-", "1|Ann", "2|Zoë", "3|Carl, Jr", "4|-");
        assertThat(Objects.requireNonNull(bench.outcome).paths())
                .extracting(Outcome.PathRows::rows)
                .containsExactly(4L, 4L, 4L, 4L, 8L);
    }

    @Test
    void conversions_truncate_and_fail_as_dispositions_say() {
        flow.component("V", "DataConvert")
                .input("S.out", uses("S.out.name"), uses("S.out.id"))
                .passing(
                        "out",
                        columnOf("s", "str:4:1252", REDIRECT, "SourceInputColumnLineageID", "#{S.out.name}"),
                        columnOf("t", "wstr:5", FAIL, "SourceInputColumnLineageID", "#{S.out.id}"),
                        columnOf("n", "i4", IGNORE, "SourceInputColumnLineageID", "#{S.out.name}"))
                .errors();
        flow.recordset("R", "V.out", "V.out.s", "V.out.t", "V.out.n");
        flow.recordset("E", "V.errors", "S.out.name", "V.errors.ErrorCode");
        assertThat(bench.tables("R", "E").run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("R")).containsExactly("Ann|1|-", "Zoë|2|-", "-|4|-");
        assertThat(bench.rows("E")).containsExactly("Carl, Jr|" + 0xC0209080);
    }

    @Test
    void an_unknown_component_is_refused_by_name_with_advice() {
        flow.component("F", "FuzzyLookup").input("S.out");
        assertThat(bench.run(flow)).isEqualTo(Result.FAILURE);
        var problem = Objects.requireNonNull(bench.problem).problem();
        assertThat(problem.code()).isEqualTo("SsisComponentNotSupported");
        assertThat(problem.message()).contains("'F' is a Fuzzy Lookup");
        assertThat(problem.resolution().getFirst()).contains("exact keys");
    }
}
