package dev.sluice.ssis.engine.dataflow;

import static dev.sluice.ssis.engine.dataflow.FlowText.column;
import static dev.sluice.ssis.engine.dataflow.FlowText.columnOf;
import static dev.sluice.ssis.engine.dataflow.FlowText.usesOf;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ssis.engine.control.Result;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FlatFileTest {
    private static final String FAIL = "errorRowDisposition='FailComponent' truncationRowDisposition='FailComponent'";
    private static final String REDIRECT = "errorRowDisposition='RedirectRow' truncationRowDisposition='RedirectRow'";

    @TempDir
    Path folder;

    private Bench bench;
    private FlowText flow;

    @BeforeEach
    void bench() {
        bench = new Bench(folder);
        flow = new FlowText();
    }

    /// A file `f.txt` with columns as `name delimiter-or-width`, read as texts.
    private List<String> read(byte[] content, String format, String... columns) throws IOException {
        Files.write(folder.resolve("f.txt"), content);
        StringBuilder inside = new StringBuilder("<DTS:FlatFileColumns>");
        String[] outputs = new String[columns.length];
        String[] lineages = new String[columns.length];
        for (int i = 0; i < columns.length; i++) {
            String[] parts = columns[i].split(" ");
            boolean width = parts[1].matches("\\d+");
            inside.append(
                            "<DTS:FlatFileColumn DTS:TextQualified='True' DTS:DataType='130' DTS:MaximumWidth='50' DTS:ObjectName='")
                    .append(parts[0])
                    .append(width ? "' DTS:ColumnWidth='" : "' DTS:ColumnType='Delimited' DTS:ColumnDelimiter='")
                    .append(parts[1])
                    .append("'/>");
            outputs[i] = columnOf(parts[0], "wstr:50", FAIL);
            lineages[i] = "S.out." + parts[0];
        }
        flow = new FlowText()
                .manager("F", "FLATFILE", format + " DTS:ConnectionString='f.txt'", inside + "</DTS:FlatFileColumns>");
        flow.component("S", "FlatFileSource")
                .connection("F")
                .property("RetainNulls", "true")
                .output("out", outputs);
        flow.recordset("R", "S.out", lineages);
        bench.variables.clear();
        assertThat(bench.tables("R").run(flow)).as("%s", bench.problem).isEqualTo(Result.SUCCESS);
        return bench.rows("R");
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static final String DELIMITED = "DTS:Format='Delimited' DTS:CodePage='65001' DTS:TextQualifier='\"'";

    @Test
    void qualifiers_delimiters_and_row_ends() throws IOException {
        assertThat(read(utf8("a,\"b,\r\n\"\"c\"\"\"\r\nd\r\n,x,y\r\n"), DELIMITED, "p _x002C_", "q _x000D__x000A_"))
                .containsExactly("a|b,\r\n\"c\"", "d|-", "-|x,y");
        assertThat(read(utf8("a;;b\n\nc;;d"), DELIMITED, "p _x003B__x003B_", "q _x000A_"))
                .containsExactly("a|b", "-|-", "c|d");
    }

    @Test
    void old_packages_read_on_to_the_columns_delimiter() throws IOException {
        assertThat(read(
                        utf8("a\r\nb,c\r\n"),
                        DELIMITED + " DTS:AlwaysCheckForRowDelimiters='False'",
                        "p _x002C_",
                        "q _x000D__x000A_"))
                .containsExactly("a\r\nb|c");
    }

    @Test
    void headers_names_and_data_rows_are_skipped() throws IOException {
        assertThat(read(
                        utf8("# one, two\r\n# three\r\np,q\r\nskipped,1\r\na,b\r\n"),
                        DELIMITED + " DTS:HeaderRowsToSkip='2' DTS:HeaderRowDelimiter='_x000D__x000A_' "
                                + "DTS:ColumnNamesInFirstDataRow='True' DTS:DataRowsToSkip='1'",
                        "p _x002C_",
                        "q _x000D__x000A_"))
                .containsExactly("a|b");
    }

    @Test
    void code_pages_and_unicode() throws IOException {
        String text = "Žluť,€\r\nÄ,ß\r\n";
        assertThat(read(
                        text.getBytes(Charset.forName("windows-1250")),
                        "DTS:Format='Delimited' DTS:CodePage='1250'",
                        "p _x002C_",
                        "q _x000D__x000A_"))
                .containsExactly("Žluť|€", "Ä|ß");
        assertThat(read(
                        ("\uFEFF" + text + "𝄞,𝄞\r\n").getBytes(StandardCharsets.UTF_16LE),
                        "DTS:Format='Delimited' DTS:Unicode='True'",
                        "p _x002C_",
                        "q _x000D__x000A_"))
                .containsExactly("Žluť|€", "Ä|ß", "𝄞|𝄞");
        assertThat(read(
                        "表,能\r\n".getBytes(Charset.forName("windows-31j")),
                        "DTS:Format='Delimited' DTS:CodePage='932'",
                        "p _x002C_",
                        "q _x000D__x000A_"))
                .containsExactly("表|能");
    }

    @Test
    void fixed_width_and_ragged_right() throws IOException {
        assertThat(read(utf8("abcde12abcdf34"), "DTS:Format='FixedWidth' DTS:CodePage='1252'", "p 5", "q 2"))
                .containsExactly("abcde|12", "abcdf|34");
        assertThat(read(
                        utf8("abcde1\r\nxyzzy\r\n"),
                        "DTS:Format='RaggedRight' DTS:CodePage='1252'",
                        "p 5",
                        "q _x000D__x000A_"))
                .containsExactly("abcde|1", "xyzzy|-");
    }

    @Test
    void a_partial_last_row_is_a_warning() throws IOException {
        assertThat(read(utf8("a,b\r\nc"), DELIMITED, "p _x002C_", "q _x000D__x000A_"))
                .containsExactly("a|b", "c|-");
        assertThat(bench.events).anyMatch(e -> e.name().equals("OnWarning") && e.code() == 0x8020200F);
    }

    @Test
    void every_type_is_read_from_text() {
        bench.write(
                "in.csv",
                "i,u,n,r,d,t,b,g,c\r\n"
                        + "-5,200,1.25,1e3,2024-02-29,2024-02-29 10:11:12.5,True,{00000000-0000-0001-0000-000000000002},1.5\r\n"
                        + "7,0,-12345678901234567890.12,0.5,2/3/2024,20240203,0,,\"1,234.5\"\r\n");
        flow.csvSource(
                "S",
                "in.csv",
                "i i2",
                "u ui1",
                "n numeric:28:2",
                "r r8",
                "d dbDate",
                "t dbTimeStamp",
                "b bool",
                "g guid",
                "c cy");
        flow.recordset(
                "R", "S.out", "S.out.i", "S.out.u", "S.out.n", "S.out.r", "S.out.d", "S.out.t", "S.out.b", "S.out.g",
                "S.out.c");
        assertThat(bench.tables("R").run(flow)).as("%s", bench.problem).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("R"))
                .containsExactly(
                        "-5|200|1.25|1000.0|2024-02-29|2024-02-29T10:11:12.500|true|00000000-0000-0001-0000-000000000002|1.5000",
                        "7|0|-12345678901234567890.12|0.5|2024-02-03|2024-02-03T00:00|false|-|1234.5000");
    }

    @Test
    void what_cannot_be_read_leaves_with_the_rows_text_code_and_column() {
        bench.write("in.csv", "a,b,c\r\nx,1,1\r\n2,300,1\r\n3,-1,1\r\n4,4,abcd\r\n5,5,e\r\n");
        FlowText.Part source =
                flow.csvSource("S", "in.csv", "a i4 " + REDIRECT, "b ui1 " + REDIRECT, "c wstr:3 " + REDIRECT);
        source.sourceErrors(column("text", "text"));
        flow.recordset("R", "S.out", "S.out.a");
        flow.recordset("E", "S.errors", "S.errors.text", "S.errors.ErrorCode", "S.errors.ErrorColumn");
        assertThat(bench.tables("R", "E").run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("R")).containsExactly("5");
        assertThat(bench.rows("E"))
                .containsExactly(
                        "x,1,1|" + 0xC0209084 + "|1",
                        "2,300,1|" + 0xC0209087 + "|2",
                        "3,-1,1|" + 0xC0209086 + "|2",
                        "4,4,abcd|" + 0xC0209085 + "|3");
    }

    @Test
    void a_failure_names_file_row_and_column() {
        bench.write("in.csv", "a\r\n1\r\nx\r\n");
        flow.csvSource("S", "in.csv", "a i4");
        flow.recordset("R", "S.out", "S.out.a");
        assertThat(bench.tables("R").run(flow)).isEqualTo(Result.FAILURE);
        var problem = Objects.requireNonNull(bench.problem).problem();
        assertThat(problem.location()).isEqualTo("in.csv, row 2, column a");
        assertThat(problem.evidence()).containsEntry("ssisCode", "0xC02020A1").containsEntry("rowCode", "0xC0209084");
    }

    @Test
    void a_missing_file_is_named() {
        flow.csvSource("S", "nowhere.csv", "a i4");
        flow.recordset("R", "S.out", "S.out.a");
        assertThat(bench.tables("R").run(flow)).isEqualTo(Result.FAILURE);
        assertThat(Objects.requireNonNull(bench.problem).problem().message()).contains("nowhere.csv");
    }

    @Test
    void a_file_is_written_with_names_qualifiers_and_header_and_appended_to() {
        bench.write("in.csv", "a,b\r\n1,\"x \"\"y\"\"\"\r\n2,\r\n");
        for (String overwrite : List.of("true", "false")) {
            flow = new FlowText();
            flow.csvSource("S", "in.csv", "a i4", "b wstr:20");
            flow.csv("Out", "out.csv", "a", "b");
            flow.component("D", "FlatFileDestination")
                    .connection("Out")
                    .property("Overwrite", overwrite)
                    .property("EscapeQualifier", "true")
                    .property("Header", "head")
                    .external("a", "wstr:50")
                    .external("b", "wstr:50")
                    .input(
                            "S.out",
                            usesOf("S.out.b", "externalMetadataColumnId='D.ext.b'"),
                            usesOf("S.out.a", "externalMetadataColumnId='D.ext.a'"));
            assertThat(bench.run(flow)).as("%s", bench.problem).isEqualTo(Result.SUCCESS);
        }
        String rows = "\"1\",\"x \"\"y\"\"\"\r\n\"2\",\r\n";
        assertThat(bench.read("out.csv")).isEqualTo("head\r\n\"a\",\"b\"\r\n" + rows + rows);
    }

    @Test
    void several_files_are_read_in_order() {
        bench.write("a1.csv", "a\r\n1\r\n");
        bench.write("a2.csv", "a\r\n2\r\n");
        flow.manager(
                "Many",
                "MULTIFLATFILE",
                "DTS:Format='Delimited' DTS:CodePage='65001' DTS:ColumnNamesInFirstDataRow='True' DTS:ConnectionString='a*.csv'",
                "<DTS:FlatFileColumns><DTS:FlatFileColumn DTS:ColumnType='Delimited' DTS:ColumnDelimiter='_x000D__x000A_' "
                        + "DTS:DataType='130' DTS:MaximumWidth='50' DTS:ObjectName='a'/></DTS:FlatFileColumns>");
        flow.component("S", "FlatFileSource").connection("Many").output("out", columnOf("a", "i4", FAIL));
        flow.recordset("R", "S.out", "S.out.a");
        assertThat(bench.tables("R").run(flow)).isEqualTo(Result.SUCCESS);
        assertThat(bench.rows("R")).containsExactly("1", "2");
    }
}
