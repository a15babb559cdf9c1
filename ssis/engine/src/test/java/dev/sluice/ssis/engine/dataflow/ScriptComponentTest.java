package dev.sluice.ssis.engine.dataflow;

import static dev.sluice.ssis.engine.dataflow.FlowText.column;
import static dev.sluice.ssis.engine.dataflow.FlowText.uses;
import static dev.sluice.ssis.engine.dataflow.FlowText.usesOf;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.script.ScriptHost;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Script components as people write them, compiled and run by a real Mono.
class ScriptComponentTest {
    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void mono() {
        assumeThat(ScriptHost.find(folder, 60))
                .as("SKIPPED: Mono is not installed (apt-get install mono-mcs mono-runtime libmono-system-data4.0-cil)")
                .isPresent();
        bench = new Bench(folder);
        bench.scripts = true;
    }

    private static String script(String body) {
        return """
            using System;
            using System.Data;
            using System.Collections.Generic;
            using Microsoft.SqlServer.Dts.Pipeline.Wrapper;
            using Microsoft.SqlServer.Dts.Runtime.Wrapper;

            [Microsoft.SqlServer.Dts.Pipeline.SSISScriptComponentEntryPointAttribute]
            public class ScriptMain : UserComponent
            {
            %s
            }
            """.formatted(body);
    }

    /// What the designer generated is there, too, and is for SSIS's own assemblies.
    private static FlowText.Part component(FlowText flow, String name, String body) {
        return flow.component(name, "ScriptComponentHost")
                .property("ScriptLanguage", "CSharp")
                .list(
                        "SourceCode",
                        "main.cs",
                        "UTF8",
                        script(body),
                        "BufferWrapper.cs",
                        "UTF8",
                        "public class Input0Buffer : ScriptBuffer { this does not compile }");
    }

    private String errors() {
        return bench.events.stream()
                .filter(e -> e.name().equals("OnError"))
                .map(Event::description)
                .collect(Collectors.joining("\\n"));
    }

    private List<String> said(String event) {
        return bench.events.stream()
                .filter(e -> e.name().equals(event))
                .map(Event::description)
                .toList();
    }

    @Test
    void a_source_makes_rows_of_every_type() {
        FlowText flow = new FlowText();
        component(flow, "src", """
                public override void CreateNewOutputRows()
                {
                    for (int i = 1; i <= 2; i++)
                    {
                        out0Buffer.AddRow();
                        out0Buffer.bo = i == 1; out0Buffer.i1 = (sbyte)-i; out0Buffer.i2 = (short)(-300 * i); out0Buffer.i4 = int.MinValue; out0Buffer.i8 = long.MaxValue;
                        out0Buffer.ui1 = 255; out0Buffer.ui2 = 65535; out0Buffer.ui4 = uint.MaxValue; out0Buffer.ui8 = ulong.MaxValue;
                        out0Buffer.r4 = 1.5f; out0Buffer.r8 = -2.25; out0Buffer.cy = 12.3456m; out0Buffer.num = -12345678901234567890.12m; out0Buffer.small = 9.995m;
                        out0Buffer.ws = "Grüße €"; out0Buffer.st = "plain"; out0Buffer.nt.AddBlobData(System.Text.Encoding.Unicode.GetBytes("long ")); out0Buffer.nt.AddBlobData(System.Text.Encoding.Unicode.GetBytes("text"));
                        out0Buffer.im.AddBlobData(new byte[] { 1, 2, 255 }); out0Buffer.by = new byte[] { 7, 8 };
                        out0Buffer.gu = new Guid("00112233-4455-6677-8899-aabbccddeeff");
                        out0Buffer.dd = new DateTime(1969, 12, 31); out0Buffer.ts = new DateTime(2026, 2, 28, 23, 59, 58).AddTicks(1234567); out0Buffer.ti = new TimeSpan(0, 8, 9, 10, 500);
                        out0Buffer.of = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromMinutes(-90));
                    }
                    out0Buffer.AddRow();
                    out0Buffer.SetEndOfRowset();
                }
            """)
                .output(
                        "out0",
                        column("bo", "bool"),
                        column("i1", "i1"),
                        column("i2", "i2"),
                        column("i4", "i4"),
                        column("i8", "i8"),
                        column("ui1", "ui1"),
                        column("ui2", "ui2"),
                        column("ui4", "ui4"),
                        column("ui8", "ui8"),
                        column("r4", "r4"),
                        column("r8", "r8"),
                        column("cy", "cy"),
                        column("num", "numeric:30:4"),
                        column("small", "numeric:6:2"),
                        column("ws", "wstr:10"),
                        column("st", "str:10"),
                        column("nt", "nText"),
                        column("im", "image"),
                        column("by", "bytes:4"),
                        column("gu", "guid"),
                        column("dd", "dbDate"),
                        column("ts", "dbTimeStamp2:7"),
                        column("ti", "dbTime2:7"),
                        column("of", "dbTimeStampoffset:7"));
        String[] all = {
            "bo", "i1", "i2", "i4", "i8", "ui1", "ui2", "ui4", "ui8", "r4", "r8", "cy", "num", "small", "ws", "st",
            "nt", "im", "by", "gu", "dd", "ts", "ti", "of"
        };
        String[] lineages =
                java.util.Arrays.stream(all).map(c -> "src.out0." + c).toArray(String[]::new);
        flow.recordset("Rows", "src.out0", lineages);
        Result result = bench.tables("Rows").run(flow);
        assertThat(errors()).isEmpty();
        assertThat(result).isEqualTo(Result.SUCCESS);
        String rest = "|-2147483648|9223372036854775807|255|65535|4294967295|18446744073709551615|1.5|-2.25|12.3456|"
                + "-12345678901234567890.1200|10.00|Grüße €|plain|long text|0102ff|0708|"
                + "00112233-4455-6677-8899-aabbccddeeff|1969-12-31|2026-02-28T23:59:58.123456700|08:09:10.500|"
                + "2026-01-02T03:04:05-01:30";
        assertThat(bench.rows("Rows"))
                .containsExactly(
                        "true|-1|-300" + rest,
                        "false|-2|-600" + rest,
                        IntStream.range(0, 24).mapToObj(i -> "-").collect(Collectors.joining("|")));
    }

    private void numbers(int rows) {
        StringBuilder text = new StringBuilder("id,name,price\r\n");
        for (int i = 1; i <= rows; i++) {
            text.append(i)
                    .append(",n")
                    .append(i)
                    .append(',')
                    .append(i % 7 == 0 ? "" : i + ".50")
                    .append("\r\n");
        }
        bench.write("in.csv", text.toString());
    }

    private static void source(FlowText flow) {
        flow.csvSource("src", "in.csv", "id i4", "name wstr:50", "price numeric:10:2");
    }

    @Test
    void a_transformation_changes_adds_and_leads_rows() {
        numbers(20_000);
        FlowText flow = new FlowText();
        source(flow);
        component(flow, "sc", """
                private int seen;
                public override void PreExecute() { base.PreExecute(); seen = Variables.Start; }
                public override void in_ProcessInputRow(inBuffer Row)
                {
                    seen++;
                    Row.name = Row.name.ToUpper();
                    if (Row.price_IsNull) { Row.twice_IsNull = true; Row.DirectRowTobad(); }
                    else { Row.twice = Row.price * 2; Row.DirectRowTogood(); }
                }
                public override void PostExecute() { base.PostExecute(); Variables.Seen = seen; bool again = true; ComponentMetaData.FireInformation(0, ComponentMetaData.Name, "saw " + seen, "", 0, ref again); }
            """)
                .property("ReadOnlyVariables", "User::Start")
                .property("ReadWriteVariables", "User::Seen")
                .input(
                        "src.out",
                        uses("src.out.id"),
                        usesOf("src.out.name", "usageType='readWrite'"),
                        uses("src.out.price"))
                .passing("good", column("twice", "numeric:12:2"))
                .passing("bad");
        flow.recordset("Good", "sc.good", "src.out.id", "src.out.name", "src.out.price", "sc.good.twice");
        flow.recordset("Bad", "sc.bad", "src.out.id", "src.out.name");
        Result result = bench.tables("Good", "Bad")
                .variable("Start", 3, "5")
                .variable("Seen", 3, "0")
                .run(flow);
        assertThat(errors()).isEmpty();
        assertThat(result).isEqualTo(Result.SUCCESS);
        assertThat(bench.value("Seen")).isEqualTo(20_005L);
        assertThat(said("OnInformation")).contains("sc: saw 20005");
        assertThat(bench.rows("Good"))
                .isEqualTo(IntStream.rangeClosed(1, 20_000)
                        .filter(i -> i % 7 != 0)
                        .mapToObj(i -> i + "|N" + i + "|" + i + ".50|" + (2 * i + 1) + ".00")
                        .toList());
        assertThat(bench.rows("Bad"))
                .isEqualTo(IntStream.rangeClosed(1, 20_000)
                        .filter(i -> i % 7 == 0)
                        .mapToObj(i -> i + "|N" + i)
                        .toList());
    }

    @Test
    void an_asynchronous_output_is_filled_while_rows_come_and_at_their_end() {
        numbers(15_000);
        FlowText flow = new FlowText();
        source(flow);
        component(flow, "sc", """
                private readonly SortedDictionary<int, int> counts = new SortedDictionary<int, int>();
                public override void in_ProcessInput(inBuffer Buffer)
                {
                    while (Buffer.NextRow()) in_ProcessInputRow(Buffer);
                    if (Buffer.EndOfRowset())
                    {
                        foreach (var pair in counts) { sumsBuffer.AddRow(); sumsBuffer.length = pair.Key; sumsBuffer.rows = pair.Value; }
                        sumsBuffer.SetEndOfRowset();
                    }
                }
                public override void in_ProcessInputRow(inBuffer Row)
                {
                    int n; counts.TryGetValue(Row.name.Length, out n); counts[Row.name.Length] = n + 1;
                    for (int i = 0; i < 2; i++) { copiesBuffer.AddRow(); copiesBuffer.what = Row.id + "." + i; }
                }
            """)
                .input("src.out", uses("src.out.id"), uses("src.out.name"))
                .output("sums", column("length", "i4"), column("rows", "i4"))
                .output("copies", column("what", "wstr:20"));
        flow.recordset("Sums", "sc.sums", "sc.sums.length", "sc.sums.rows");
        flow.recordset("Copies", "sc.copies", "sc.copies.what");
        bench.tables("Sums", "Copies").run(flow);
        assertThat(errors()).isEmpty();
        assertThat(bench.rows("Sums")).containsExactly("2|9", "3|90", "4|900", "5|9000", "6|5001");
        assertThat(bench.rows("Copies"))
                .isEqualTo(IntStream.rangeClosed(1, 15_000)
                        .boxed()
                        .flatMap(i -> java.util.stream.Stream.of(i + ".0", i + ".1"))
                        .toList());
    }

    @Test
    void a_destination_writes_where_it_wants() {
        numbers(10);
        Path written = folder.resolve("written.txt");
        FlowText flow = new FlowText();
        source(flow);
        flow.manager("Out", "FILE", "DTS:ConnectionString='written.txt'", "");
        component(flow, "dest", """
                private System.IO.StreamWriter to;
                public override void AcquireConnections(object Transaction) { to = new System.IO.StreamWriter(Connections.c.ConnectionString); }
                public override void in_ProcessInputRow(inBuffer Row) { to.WriteLine(Row.id + "=" + (Row.price_IsNull ? "none" : Row.price.ToString(System.Globalization.CultureInfo.InvariantCulture))); }
                public override void ReleaseConnections() { to.Dispose(); }
            """).connection("Out").input("src.out", uses("src.out.id"), uses("src.out.price"));
        assertThat(bench.run(flow)).as(errors()).isEqualTo(Result.SUCCESS);
        assertThat(written)
                .hasContent("1=1.50\\n2=2.50\\n3=3.50\\n4=4.50\\n5=5.50\\n6=6.50\\n7=none\\n8=8.50\\n9=9.50\\n10=10.50"
                        .translateEscapes());
    }

    @Test
    void rows_with_errors_get_their_description() {
        bench.write("in.csv", "id,name,price\r\n1,a,x\r\n2,b,2\r\n");
        FlowText with = new FlowText();
        FlowText.Part source = with.csvSource(
                "src",
                "in.csv",
                "id i4",
                "name wstr:50",
                "price numeric:10:2 errorRowDisposition='RedirectRow' truncationRowDisposition='FailComponent'");
        source.sourceErrors();
        with.recordset("Good", "src.out", "src.out.id");
        component(with, "sc", """
                public override void in_ProcessInputRow(inBuffer Row)
                {
                    Row.text = this.ComponentMetaData.GetErrorDescription(Row.ErrorCode);
                    var newer = this.ComponentMetaData as IDTSComponentMetaData130;
                    if (newer != null) Row.column = newer.GetIdentificationStringByLineageID(Row.ErrorColumn);
                }
            """)
                .input("src.errors", uses("src.errors.ErrorCode"), uses("src.errors.ErrorColumn"))
                .outputOf(
                        "out0",
                        "synchronousInputId='sc.in0'",
                        "",
                        column("text", "wstr:200"),
                        column("column", "wstr:200"));
        with.recordset("Bad", "sc.out0", "sc.out0.text", "sc.out0.column");
        bench.tables("Good", "Bad").run(with);
        assertThat(errors()).isEmpty();
        assertThat(bench.rows("Good")).containsExactly("2");
        assertThat(bench.rows("Bad"))
                .containsExactly("The data value cannot be converted for reasons other than sign mismatch or"
                        + " overflow.|src.out.price");
    }

    @Test
    void what_a_script_throws_fails_the_component_by_name() {
        numbers(10);
        FlowText flow = new FlowText();
        source(flow);
        component(flow, "sc", """
                public override void in_ProcessInputRow(inBuffer Row)
                {
                    decimal d = Row.price;
                    if (d < 0) Variables.Never = 1;
                }
            """)
                .property("ReadWriteVariables", "User::Never")
                .input("src.out", uses("src.out.id"), uses("src.out.price"));
        assertThat(bench.variable("Never", 3, "0").run(flow)).isEqualTo(Result.FAILURE);
        assertThat(errors())
                .contains("SsisScriptFailed")
                .contains("'sc'")
                .contains("The column has a null value (price)");
    }

    @Test
    void read_write_variables_are_there_after_the_rows_only() {
        numbers(1);
        FlowText flow = new FlowText();
        source(flow);
        component(flow, "sc", "public override void in_ProcessInputRow(inBuffer Row) { Variables.V = Row.id; }")
                .property("ReadWriteVariables", "User::V")
                .input("src.out", uses("src.out.id"));
        assertThat(bench.variable("V", 3, "0").run(flow)).isEqualTo(Result.FAILURE);
        assertThat(errors()).contains("not available outside of PostExecute");
    }

    @Test
    void texts_that_are_too_long_do_not_fit() {
        numbers(1);
        FlowText flow = new FlowText();
        source(flow);
        component(flow, "sc", "public override void in_ProcessInputRow(inBuffer Row) { Row.t = \"abcdef\"; }")
                .input("src.out", uses("src.out.id"))
                .passing("p", column("t", "wstr:5"));
        flow.recordset("Out", "sc.p", "sc.p.t");
        assertThat(bench.tables("Out").run(flow)).isEqualTo(Result.FAILURE);
        assertThat(errors()).contains("DoesNotFitBufferException").contains("(t)");
    }

    @Test
    void compiler_errors_are_told() {
        FlowText flow = new FlowText();
        component(flow, "src", "public override void CreateNewOutputRows() { out0Buffer.nothing = 1; }")
                .output("out0", column("i", "i4"));
        flow.recordset("Out", "src.out0", "src.out0.i");
        assertThat(bench.tables("Out").run(flow)).isEqualTo(Result.FAILURE);
        assertThat(errors())
                .contains("SsisScriptNotCompiled")
                .contains("nothing")
                .contains("main.cs");
    }

    @Test
    void without_the_owners_leave_nothing_runs() {
        FlowText flow = new FlowText();
        component(flow, "src", "public override void CreateNewOutputRows() { out0Buffer.AddRow(); }")
                .output("out0", column("i", "i4"));
        flow.recordset("Out", "src.out0", "src.out0.i");
        bench.scripts = false;
        assertThat(bench.tables("Out").run(flow)).isEqualTo(Result.FAILURE);
        assertThat(errors()).contains("SsisScriptNotAllowed").contains("'src'");
    }

    @Test
    void a_script_that_never_ends_is_cancelled_with_its_process() throws InterruptedException {
        FlowText flow = new FlowText();
        component(
                        flow,
                        "src",
                        "public override void CreateNewOutputRows() { while (true) { out0Buffer.AddRow(); out0Buffer.i"
                                + " = System.Diagnostics.Process.GetCurrentProcess().Id; } }")
                .output("out0", column("i", "i4"));
        flow.component("count", "RowCount")
                .property("VariableName", "User::N")
                .input("src.out0")
                .passing("o");
        bench.variable("N", 3, "0");
        Thread running = Thread.ofPlatform().start(() -> bench.run(flow));
        while (running.isAlive() && ProcessHandle.current().descendants().noneMatch(ScriptComponentTest::mono)) {
            LockSupport.parkNanos(10_000_000);
        }
        assertThat(running.isAlive()).as(errors()).isTrue();
        bench.cancel();
        running.interrupt();
        running.join();
        while (ProcessHandle.current().descendants().anyMatch(ScriptComponentTest::mono)) {
            LockSupport.parkNanos(10_000_000);
        }
        assertThat(said("OnPreExecute")).isNotEmpty();
    }

    private static boolean mono(ProcessHandle handle) {
        String line = handle.info().commandLine().orElse("");
        return line.endsWith("script.exe");
    }
}
