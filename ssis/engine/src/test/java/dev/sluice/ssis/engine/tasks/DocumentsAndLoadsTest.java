package dev.sluice.ssis.engine.tasks;

import static dev.sluice.ssis.engine.control.PackageText.executable;
import static dev.sluice.ssis.engine.control.PackageText.executables;
import static dev.sluice.ssis.engine.control.PackageText.expression;
import static dev.sluice.ssis.engine.control.PackageText.variable;
import static dev.sluice.ssis.engine.control.PackageText.variables;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ssis.engine.control.PackageText;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.packages.SsisPackage;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// XML and Bulk Insert tasks, loops over nodes of documents and tables of databases, checkpoints.
class DocumentsAndLoadsTest {
    private static final String BOOKS = "<books><book id=\"1\"><title>Ä</title><price>9.5</price></book><book"
            + " id=\"2\"><title>B</title><price>20</price></book></books>";

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void bench() {
        bench = new Bench(folder);
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace("'", "&apos;")
                .replace("\"", "&quot;");
    }

    private static String xml(String operation, String second, String more) {
        return executable(
                "xml",
                "Microsoft.XMLTask",
                "",
                "<DTS:ObjectData><XMLTaskData OperationType='" + operation
                        + "' SourceType='Variable' Source='User::In' SecondOperandType='DirectInput' SecondOperand='"
                        + escaped(second)
                        + "' SaveOperationResult='True' DestinationType='Variable' Destination='User::Out' "
                        + more + "/></DTS:ObjectData>");
    }

    private Result run(String in, String task) {
        return bench.run(PackageText.of(
                "p", "", variables(variable("In", 8, escaped(in)), variable("Out", 8, "")), executables(task)));
    }

    @Test
    void documents_are_asked_transformed_and_joined() {
        assertThat(run(BOOKS, xml("XPATH", "sum(//price)", "XPathOperation='Evaluation'")))
                .as(bench.error())
                .isEqualTo(Result.SUCCESS);
        assertThat(bench.value("Out")).isEqualTo("29.5");
        run(BOOKS, xml("XPATH", "//title", "XPathOperation='Values'"));
        assertThat(bench.value("Out").toString().lines()).containsExactly("Ä", "B");
        run(BOOKS, xml("XPATH", "//book[@id='2']/title", "XPathOperation='NodeList'"));
        assertThat(bench.value("Out")).isEqualTo("<XPathResult><title>B</title></XPathResult>");
        String sheet = "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'><xsl:output"
                + " method='text'/><xsl:template match='/'><xsl:for-each select='//book'><xsl:value-of"
                + " select='@id'/>;</xsl:for-each></xsl:template></xsl:stylesheet>";
        assertThat(run(BOOKS, xml("XSLT", sheet, ""))).as(bench.error()).isEqualTo(Result.SUCCESS);
        assertThat(bench.value("Out")).isEqualTo("1;2;");
        run("<a><b/></a>", xml("Merge", "<c>1</c>", ""));
        assertThat(bench.value("Out")).isEqualTo("<a><b/><c>1</c></a>");
    }

    @Test
    void a_document_is_held_against_its_schema() {
        String schema = "<xs:schema xmlns:xs='http://www.w3.org/2001/XMLSchema'><xs:element name='n'"
                + " type='xs:int'/></xs:schema>";
        assertThat(run("<n>12</n>", xml("Validate", schema, "ValidationType='XSD'")))
                .as(bench.error())
                .isEqualTo(Result.SUCCESS);
        assertThat(bench.value("Out")).isEqualTo("true");
        assertThat(run("<n>twelve</n>", xml("Validate", schema, "ValidationType='XSD'")))
                .isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("twelve");
        assertThat(run("<n>twelve</n>", xml("Validate", schema, "ValidationType='XSD' FailOnValidationFail='False'")))
                .isEqualTo(Result.SUCCESS);
        assertThat(bench.value("Out")).isEqualTo("false");
    }

    @Test
    void hostile_documents_reach_nothing() throws Exception {
        Files.writeString(folder.resolve("secret.txt"), "hidden");
        String entity = "<!DOCTYPE a [<!ENTITY x SYSTEM \"file://" + folder.resolve("secret.txt") + "\">]><a>&x;</a>";
        assertThat(run(entity, xml("XPATH", "/a", "XPathOperation='Evaluation'")))
                .isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("DOCTYPE").doesNotContain("hidden");
        String sheet = "<xsl:stylesheet version='1.0' xmlns:xsl='http://www.w3.org/1999/XSL/Transform'>"
                + "<xsl:template match='/'><xsl:copy-of select=\"document('file://" + folder.resolve("s.xml")
                + "')\"/></xsl:template></xsl:stylesheet>";
        Files.writeString(folder.resolve("s.xml"), "<s>hidden</s>");
        run("<a/>", xml("XSLT", sheet, ""));
        assertThat(String.valueOf(bench.value("Out"))).doesNotContain("hidden");
        assertThat(run("<a/>", xml("Diff", "<b/>", ""))).isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("Microsoft's own form");
    }

    private SsisPackage loop(String enumerator, String mappings, String body) {
        return PackageText.of(
                "p",
                "",
                Bench.connection("Db", "OLEDB", "x", ""),
                variables(
                        variable("A", 8, ""),
                        variable("B", 8, ""),
                        variable("Seen", 8, ""),
                        variable("Doc", 8, escaped(BOOKS))),
                executables(executable(
                        "loop",
                        "STOCK:FOREACHLOOP",
                        "",
                        "<DTS:ForEachEnumerator DTS:CreationName='" + enumerator.split("\\|")[0] + "'><DTS:ObjectData>"
                                + enumerator.split("\\|")[1] + "</DTS:ObjectData></DTS:ForEachEnumerator>",
                        executables(expression("loop\\add", body)),
                        "<DTS:ForEachVariableMappings>" + mappings + "</DTS:ForEachVariableMappings>")));
    }

    private static String mapping(String variable, int index) {
        return "<DTS:ForEachVariableMapping DTS:VariableName='User::" + variable + "' DTS:ValueIndex='" + index + "'/>";
    }

    @Test
    void a_loop_goes_through_the_nodes_of_a_document() {
        String nodes =
                "Microsoft.ForEachNodeListEnumerator|<FEENODELIST SourceType='Variable' SourceDocument='User::Doc'"
                        + " EnumerationType='ElementCollection' OuterXPathSourceType='DirectInput'"
                        + " OuterXPathString='//book' InnerElementType='NodeText' InnerXPathSourceType='DirectInput'"
                        + " InnerXPathString='*'/>";
        assertThat(bench.run(loop(
                        nodes,
                        mapping("A", 0) + mapping("B", 1),
                        "@[User::Seen] = @[User::Seen] + @[User::A] + \"=\" + @[User::B] + \";\"")))
                .as(bench.error())
                .isEqualTo(Result.SUCCESS);
        assertThat(bench.value("Seen")).isEqualTo("Ä=9.5;B=20;");
        String texts =
                "Microsoft.ForEachNodeListEnumerator|<FEENODELIST SourceType='Variable' SourceDocument='User::Doc'"
                        + " EnumerationType='NodeText' OuterXPathSourceType='DirectInput' OuterXPathString='//book/@id'/>";
        bench.run(loop(texts, mapping("A", 0), "@[User::Seen] = @[User::Seen] + @[User::A]"));
        assertThat(bench.value("Seen")).isEqualTo("12");
    }

    @Test
    void a_loop_goes_through_the_tables_of_a_database() {
        Postgres.run(
                "DROP SCHEMA IF EXISTS shop CASCADE",
                "CREATE SCHEMA shop",
                "CREATE TABLE shop.one (i int)",
                "CREATE TABLE shop.two (i int)",
                "CREATE VIEW shop.v AS SELECT 1 AS x");
        bench.overrides.put("Db.ConnectionString", Postgres.oleDb());
        String tables = "Microsoft.ForEachSchemaRowsetEnumerator|<FEESchemaRowset Connection='{Db}'"
                + " Schema='{c8b52229-5cf3-11ce-ade5-00aa0044773d}'><Restriction Index='1'"
                + " Value='shop'/></FEESchemaRowset>";
        assertThat(bench.run(loop(
                        tables,
                        mapping("A", 2) + mapping("B", 3),
                        "@[User::Seen] = @[User::Seen] + @[User::A] + \":\" + @[User::B] + \";\"")))
                .as(bench.error())
                .isEqualTo(Result.SUCCESS);
        assertThat(bench.value("Seen").toString().split(";"))
                .containsExactlyInAnyOrder("one:TABLE", "two:TABLE", "v:VIEW");
    }

    private static String bulk(String attributes) {
        return executable(
                "bulk",
                "Microsoft.BulkInsertTask",
                "",
                "<DTS:ObjectData><BulkInsertTask:BulkInsertTaskData"
                        + " xmlns:BulkInsertTask='www.microsoft.com/sqlserver/dts/tasks/bulkinserttask'"
                        + " BulkInsertTask:SourceConnectionName='{File}' BulkInsertTask:DestinationConnectionName='{Db}'"
                        + " BulkInsertTask:DestinationTableName='[public].[people]' " + attributes
                        + "/></DTS:ObjectData>");
    }

    private static SsisPackage load(String attributes) {
        String both = Bench.connection("Db", "OLEDB", "x", "").replace("</DTS:ConnectionManagers>", "")
                + Bench.connection("File", "FILE", "people.txt", "").replace("<DTS:ConnectionManagers>", "");
        return PackageText.of("p", "", both, executables(bulk(attributes)));
    }

    private static String rows() {
        return Postgres.text(
                "SELECT string_agg(concat_ws('|', id, name, coalesce(born::text, '-'), coalesce(paid::text, '-'),"
                        + " coalesce(kind, '-')), ' ' ORDER BY id) FROM people");
    }

    @Test
    void a_file_is_inserted_in_bulk() throws Exception {
        Postgres.run(
                "DROP TABLE IF EXISTS people",
                "CREATE TABLE people (id int, name text, born date, paid numeric(10,2), kind text DEFAULT 'new')");
        bench.overrides.put("Db.ConnectionString", Postgres.oleDb());
        Files.writeString(
                folder.resolve("people.txt"), "id|name|born|paid|kind\n1|Ä, b|2001-02-03|12.50|\n2|||x|k\n3|c||7|k\n");
        String how = "BulkInsertTask:FieldTerminator='Vertical Bar {|}' BulkInsertTask:RowTerminator='{LF}'"
                + " BulkInsertTask:CodePage='65001' BulkInsertTask:FirstRow='2' ";
        assertThat(bench.run(load(how))).isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("row 3").contains("'paid'").contains("'x'");
        assertThat(rows()).isNull();
        assertThat(bench.run(load(how + "BulkInsertTask:MaximumErrors='1'")))
                .as(bench.error())
                .isEqualTo(Result.SUCCESS);
        assertThat(rows()).isEqualTo("1|Ä, b|2001-02-03|12.50|new 3|c|-|7.00|k");
        Files.writeString(folder.resolve("people.txt"), "4\td\t\t\t\r\n");
        assertThat(bench.run(load("BulkInsertTask:KeepNulls='True'")))
                .as(bench.error())
                .isEqualTo(Result.SUCCESS);
        assertThat(rows()).endsWith("4|d|-|-|-");
        assertThat(bench.run(load("BulkInsertTask:UseFormatFile='True'"))).isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("format files");
    }

    private SsisPackage checked(String second) {
        return PackageText.of(
                "p",
                "DTS:DTSID='{P}' DTS:SaveCheckpoints='True' DTS:CheckpointUsage='1' DTS:CheckpointFileName='"
                        + folder.resolve("p.chk") + "'",
                variables(variable("N", 3, "1"), variable("Log", 8, "")),
                executables(
                        expression("one", "@[User::N] = @[User::N] + 41"),
                        executable(
                                "two",
                                "Microsoft.ExpressionTask",
                                "DTS:FailPackageOnFailure='True'",
                                "<DTS:ObjectData><ExpressionTask Expression='" + escaped(second)
                                        + "'/></DTS:ObjectData>")),
                PackageText.constraints(PackageText.after("one", "two", "DTS:LogicalAnd='True'")));
    }

    @Test
    void a_package_goes_on_where_it_failed() {
        assertThat(bench.run(checked("@[User::N] = 1 / 0"))).isEqualTo(Result.FAILURE);
        assertThat(folder.resolve("p.chk"))
                .exists()
                .content()
                .contains("PackageID=\"{P}\"")
                .contains(">42<");
        assertThat(bench.run(checked("@[User::Log] = (DT_WSTR,10)@[User::N]")))
                .as(bench.error())
                .isEqualTo(Result.SUCCESS);
        assertThat(bench.value("Log")).isEqualTo("42");
        assertThat(bench.events)
                .noneMatch(
                        e -> e.name().equals("OnPreExecute") && e.sourceName().equals("one"));
        assertThat(folder.resolve("p.chk")).doesNotExist();
        bench.run(checked("@[User::Log] = (DT_WSTR,10)@[User::N]"));
        assertThat(bench.events)
                .anyMatch(e -> e.name().equals("OnPreExecute") && e.sourceName().equals("one"));
    }

    @Test
    void a_checkpoint_of_another_package_is_refused() throws Exception {
        Files.writeString(
                folder.resolve("p.chk"),
                "<DTS:Checkpoint xmlns:DTS='www.microsoft.com/SqlServer/Dts' DTS:PackageID='{Q}'/>");
        assertThat(bench.run(checked("@[User::Log] = \"x\""))).isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("SsisCheckpointInvalid").contains("{Q}");
    }
}
