package dev.sluice.ssis.engine.tasks;

import static dev.sluice.ssis.engine.control.PackageText.after;
import static dev.sluice.ssis.engine.control.PackageText.constraints;
import static dev.sluice.ssis.engine.control.PackageText.executable;
import static dev.sluice.ssis.engine.control.PackageText.executables;
import static dev.sluice.ssis.engine.control.PackageText.expression;
import static dev.sluice.ssis.engine.control.PackageText.variable;
import static dev.sluice.ssis.engine.control.PackageText.variables;
import static dev.sluice.ssis.engine.tasks.Bench.connection;
import static dev.sluice.ssis.engine.tasks.Bench.parameter;
import static dev.sluice.ssis.engine.tasks.Bench.result;
import static dev.sluice.ssis.engine.tasks.Bench.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ssis.engine.control.PackageText;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.control.Table;
import dev.sluice.ssis.packages.SsisPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Against a real PostgreSQL.
class ExecuteSqlTaskTest {
    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void table() {
        bench = new Bench(folder);
        Postgres.run(
                "DROP TABLE IF EXISTS orders",
                "CREATE TABLE orders (id int, name text, price numeric(10,2), at timestamp, open boolean)",
                "INSERT INTO orders VALUES (1, 'one', 1.50, '2026-01-31 10:00', true), "
                        + "(2, 'two', 22.75, '2026-02-28 11:30', false), (3, NULL, NULL, NULL, NULL)");
    }

    private static SsisPackage of(String type, String text, String manager, String variables, String... tasks) {
        return PackageText.of("p", "", connection("Db", type, text, manager), variables, executables(tasks));
    }

    private SsisPackage oleDb(String variables, String... tasks) {
        return of("OLEDB", Postgres.oleDb(), "", variables, tasks);
    }

    @Test
    void a_single_row_goes_to_variables_by_name_or_position_in_their_types() {
        String vars = variables(
                variable("Name", 8, ""),
                variable("Price", 5, "0"),
                variable("At", 7, ""),
                variable("Open", 11, "0"),
                variable("Count", 3, "0"));
        SsisPackage p = oleDb(
                vars,
                sql(
                        "q",
                        "SELECT name, price, at, open, (SELECT count(*) FROM orders) AS n FROM orders WHERE id = 2",
                        "SQLTask:ResultType='ResultSetType_SingleRow'",
                        result("NAME", "Name"),
                        result("1", "Price"),
                        result("at", "At"),
                        result("open", "Open"),
                        result("n", "Count")));

        assertThat(bench.run(p)).as(bench.error()).isEqualTo(Result.SUCCESS);
        assertThat(bench.value("Name")).isEqualTo("two");
        assertThat(bench.value("Price")).isEqualTo(22.75);
        assertThat(bench.value("At")).isEqualTo(LocalDateTime.of(2026, 2, 28, 11, 30));
        assertThat(bench.value("Open")).isEqualTo(false);
        assertThat(bench.value("Count")).isEqualTo(3L);
    }

    @Test
    void a_single_row_that_is_not_there_and_a_null_where_none_can_be_are_errors() {
        String vars = variables(variable("Price", 5, "0"), variable("Name", 8, "before"));
        String single = "SQLTask:ResultType='ResultSetType_SingleRow'";

        assertThat(bench.run(
                        oleDb(vars, sql("q", "SELECT price FROM orders WHERE id = 9", single, result("0", "Price")))))
                .isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("SsisSqlResultNotValid").contains("no rows were returned");
        assertThat(bench.events).anyMatch(e -> e.code() == 0xC00291EE);

        assertThat(bench.run(
                        oleDb(vars, sql("q", "SELECT price FROM orders WHERE id = 3", single, result("0", "Price")))))
                .isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("NULL").contains("User::Price").contains("Double");

        assertThat(bench.run(
                        oleDb(vars, sql("q", "SELECT name FROM orders WHERE id = 3", single, result("0", "Name")))))
                .isEqualTo(Result.SUCCESS);
        assertThat(bench.value("Name")).isEqualTo("");

        assertThat(bench.run(oleDb(vars, sql("q", "SELECT name FROM orders", single, result("other", "Name")))))
                .isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("'other'").contains("[name]");
    }

    @Test
    void a_full_result_set_is_a_table_that_a_loop_goes_through() {
        String loop = executable(
                "loop",
                "STOCK:FOREACHLOOP",
                "",
                "<DTS:ForEachEnumerator DTS:CreationName='Microsoft.ForEachADOEnumerator'><DTS:ObjectData>"
                        + "<FEEADO EnumType='EnumerateRowsInFirstTable' VarName='User::Rows'/></DTS:ObjectData>"
                        + "</DTS:ForEachEnumerator>",
                executables(expression("loop\\add", "@[User::Sum] = @[User::Sum] + @[User::Id]")),
                "<DTS:ForEachVariableMappings><DTS:ForEachVariableMapping DTS:ValueIndex='0' DTS:VariableName='User::Id'/>"
                        + "</DTS:ForEachVariableMappings>");
        SsisPackage p = PackageText.of(
                "p",
                "",
                connection("Db", "OLEDB", Postgres.oleDb(), ""),
                variables(variable("Rows", 13, ""), variable("Id", 3, "0"), variable("Sum", 3, "0")),
                executables(
                        sql(
                                "q",
                                "SELECT id, name FROM orders ORDER BY id",
                                "SQLTask:ResultType='ResultSetType_Rowset'",
                                result("0", "Rows")),
                        loop),
                constraints(after("q", "loop", "DTS:LogicalAnd='True'")));

        assertThat(bench.run(p)).as(bench.error()).isEqualTo(Result.SUCCESS);
        assertThat(bench.value("Sum")).isEqualTo(6L);
        assertThat(bench.value("Rows"))
                .isEqualTo(new Table(
                        List.of("id", "name"),
                        List.of(List.of(1L, "one"), List.of(2L, "two"), Arrays.asList(3L, null))));
    }

    @Test
    void an_xml_result_is_one_text() {
        String xml = "SELECT '<a>1</a>' UNION ALL SELECT '<a>2</a>'";
        SsisPackage p = oleDb(
                variables(variable("Text", 8, ""), variable("Any", 13, "")),
                sql("q", xml, "SQLTask:ResultType='ResultSetType_XML'", result("0", "Text")),
                sql("r", xml, "SQLTask:ResultType='ResultSetType_XML'", result("0", "Any")));

        assertThat(bench.run(p)).as(bench.error()).isEqualTo(Result.SUCCESS);
        assertThat(bench.value("Text")).isEqualTo("<ROOT><a>1</a><a>2</a></ROOT>");
        assertThat(bench.value("Any")).isEqualTo("<a>1</a><a>2</a>");
    }

    @Test
    void parameters_are_bound_as_each_kind_of_connection_names_them() {
        String vars = variables(
                variable("Id", 3, "7"), variable("Name", 8, "it's ?"), variable("On", 7, "3/1/2026 8:15:00 AM"));
        SsisPackage p = of(
                "OLEDB",
                Postgres.oleDb(),
                "",
                vars,
                sql(
                        "q",
                        "INSERT INTO orders (name, id, at) VALUES (?, ?, ?) -- why?",
                        "",
                        parameter("1", "Id", "Input", 3),
                        parameter("0", "Name", "Input", 130),
                        parameter("2", "On", "Input", 7)));
        assertThat(bench.run(p)).as(bench.error()).isEqualTo(Result.SUCCESS);
        assertThat(Postgres.text("SELECT name || id || at FROM orders WHERE id = 7"))
                .isEqualTo("it's ?72026-03-01 08:15:00");

        SsisPackage odbc = of(
                "ODBC",
                Postgres.odbc(),
                "",
                vars,
                sql(
                        "q",
                        "UPDATE orders SET price = 9 WHERE id = ? AND name = ?",
                        "",
                        parameter("1", "Id", "Input", 3),
                        parameter("2", "Name", "Input", 130)));
        assertThat(bench.run(odbc)).as(bench.error()).isEqualTo(Result.SUCCESS);
        assertThat(Postgres.text("SELECT price FROM orders WHERE id = 7")).isEqualTo("9.00");

        SsisPackage net = of(
                "ADO.NET:Npgsql.NpgsqlConnection, Npgsql",
                "Host=localhost;Port=" + Postgres.port() + ";Username=postgres;Database=postgres",
                "",
                vars,
                sql(
                        "q",
                        "UPDATE orders SET name = name || '@Id' || @Id WHERE id = @Id AND @id > 0",
                        "",
                        parameter("@Id", "Id", "Input", 11)));
        assertThat(bench.run(net)).as(bench.error()).isEqualTo(Result.SUCCESS);
        assertThat(Postgres.text("SELECT name FROM orders WHERE id = 7")).isEqualTo("it's ?@Id7");
    }

    @Test
    void a_procedure_gives_its_output_parameters_back() {
        Postgres.run(
                "DROP PROCEDURE IF EXISTS twice",
                "CREATE PROCEDURE twice(IN a int, INOUT b int, INOUT t text) LANGUAGE plpgsql AS $$ BEGIN b := a * 2 + b; t := t || '!'; END $$");
        SsisPackage p = oleDb(
                variables(variable("A", 3, "20"), variable("B", 3, "2"), variable("T", 8, "hey")),
                sql(
                        "q",
                        "EXEC twice ?, ? OUTPUT, ? OUT;",
                        "",
                        parameter("0", "A", "Input", 3),
                        parameter("1", "B", "Output", 3),
                        parameter("2", "T", "Output", 129)));

        assertThat(bench.run(p)).as(bench.error()).isEqualTo(Result.SUCCESS);
        assertThat(bench.value("B")).isEqualTo(42L);
        assertThat(bench.value("T")).isEqualTo("hey!");
    }

    @Test
    void batches_run_one_after_the_other_on_one_connection() {
        SsisPackage p = oleDb(
                variables(variable("N", 3, "0")),
                sql(
                        "q",
                        "CREATE TEMP TABLE scratch (x text)\nGO\nINSERT INTO scratch VALUES ('a\nGO\nb')\ngo 3 -- thrice\n\nGO\nSELECT count(*) FROM scratch",
                        "SQLTask:ResultType='ResultSetType_SingleRow'",
                        result("0", "N")));

        assertThat(bench.run(p)).as(bench.error()).isEqualTo(Result.SUCCESS);
        assertThat(bench.value("N")).isEqualTo(3L);
    }

    @Test
    void a_connection_that_is_retained_keeps_its_session_across_tasks() {
        String create = sql("a", "CREATE TEMP TABLE kept (x int)", "");
        String fill = sql("b", "INSERT INTO kept VALUES (1)", "");
        String[] rest = {constraints(after("a", "b", "DTS:LogicalAnd='True'"))};

        SsisPackage loose = PackageText.of(
                "p", "", connection("Db", "OLEDB", Postgres.oleDb(), ""), executables(create, fill), rest[0]);
        assertThat(bench.run(loose)).isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("kept").contains("does not exist");

        SsisPackage retained = PackageText.of(
                "p",
                "",
                connection("Db", "OLEDB", Postgres.oleDb(), "DTS:Retain='True'"),
                executables(create, fill),
                rest[0]);
        assertThat(bench.run(retained)).as(bench.error()).isEqualTo(Result.SUCCESS);
    }

    @Test
    void a_required_transaction_keeps_all_of_its_tasks_or_none() {
        String inside = executables(
                sql("s\\a", "INSERT INTO orders (id) VALUES (100)", ""),
                executable(
                        "s\\out",
                        "Microsoft.ExecuteSQLTask",
                        "DTS:TransactionOption='0'",
                        Bench.sqlData("INSERT INTO orders (id) VALUES (101)", "")),
                sql("s\\b", "INSERT INTO orders (id) VALUES ('x')", ""));
        String order = constraints(
                after("s\\a", "s\\out", "DTS:LogicalAnd='True'"), after("s\\out", "s\\b", "DTS:LogicalAnd='True'"));
        SsisPackage failing = oleDb(
                "", executable("s", "STOCK:SEQUENCE", "DTS:TransactionOption='2' DTS:ISOLevel='4096'", inside, order));

        assertThat(bench.run(failing)).isEqualTo(Result.FAILURE);
        assertThat(Postgres.text("SELECT string_agg(id::text, ',') FROM orders WHERE id > 99"))
                .isEqualTo("101");

        SsisPackage good = oleDb(
                "",
                executable(
                        "s",
                        "STOCK:SEQUENCE",
                        "DTS:TransactionOption='2'",
                        executables(
                                sql("s\\a", "INSERT INTO orders (id) VALUES (200)", ""),
                                sql("s\\b", "INSERT INTO orders (id) VALUES (201)", ""))));
        assertThat(bench.run(good)).as(bench.error()).isEqualTo(Result.SUCCESS);
        assertThat(Postgres.text("SELECT count(*) FROM orders WHERE id >= 200")).isEqualTo("2");
    }

    @Test
    void a_transaction_over_two_connections_is_refused_by_both_names() {
        String two =
                connection("Db", "OLEDB", Postgres.oleDb(), "") + connection("Other", "OLEDB", Postgres.oleDb(), "");
        String other = executable(
                "s\\b",
                "Microsoft.ExecuteSQLTask",
                "",
                Bench.sqlData("INSERT INTO orders (id) VALUES (301)", "").replace("{Db}", "{Other}"));
        SsisPackage p = PackageText.of(
                "p",
                "",
                two,
                executables(executable(
                        "s",
                        "STOCK:SEQUENCE",
                        "DTS:TransactionOption='2'",
                        executables(sql("s\\a", "INSERT INTO orders (id) VALUES (300)", ""), other),
                        constraints(after("s\\a", "s\\b", "DTS:LogicalAnd='True'")))));

        assertThat(bench.run(p)).isEqualTo(Result.FAILURE);
        assertThat(bench.error())
                .contains("SsisTransactionDistributed")
                .contains("'Db'")
                .contains("'Other'");
        assertThat(Postgres.text("SELECT count(*) FROM orders WHERE id >= 300")).isEqualTo("0");
    }

    @Test
    void the_statement_may_come_from_a_file_or_a_variable() throws IOException {
        Files.write(
                folder.resolve("q.sql"),
                "\uFEFFUPDATE orders SET name = 'äß' WHERE id = 1"
                        .getBytes(java.nio.charset.StandardCharsets.UTF_16LE));
        SsisPackage p = PackageText.of(
                "p",
                "",
                connection("Db", "OLEDB", Postgres.oleDb(), "") + connection("File", "FILE", "D:\\data\\q.sql", ""),
                variables(variable("Text", 8, "UPDATE orders SET name = 'v' WHERE id = 2")),
                executables(
                        sql("f", "{File}", "SQLTask:SqlStmtSourceType='FileConnection'"),
                        sql("v", "User::Text", "SQLTask:SqlStmtSourceType='Variable'")));

        assertThat(bench.run(p)).as(bench.error()).isEqualTo(Result.SUCCESS);
        assertThat(Postgres.text("SELECT string_agg(name, ',' ORDER BY id) FROM orders"))
                .isEqualTo("äß,v");
    }

    @Test
    void what_the_server_says_is_in_the_error_with_its_codes() {
        assertThat(bench.run(oleDb("", sql("q", "SELECT * FROM nowhere", "")))).isEqualTo(Result.FAILURE);
        assertThat(bench.error())
                .contains("SsisSqlFailed")
                .contains("Package\\q")
                .contains("\"nowhere\" does not exist")
                .contains("SELECT * FROM nowhere");
        assertThat(bench.events).anyMatch(e -> e.code() == 0xC002F210);
    }

    @Test
    void a_statement_that_is_stopped_ends_at_the_server_too() throws InterruptedException {
        SsisPackage p = oleDb("", sql("q", "SELECT pg_sleep(600) AS slow_one", ""));
        Thread canceller = Thread.ofVirtual().start(() -> {
            while (!running().equals("1")) {
                Thread.onSpinWait();
            }
            bench.cancel();
        });

        assertThat(bench.run(p)).isEqualTo(Result.CANCELLED);
        canceller.join();
        while (!running().equals("0")) {
            Thread.onSpinWait();
        }
    }

    private static String running() {
        return Postgres.text(
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep%slow_one%' AND pid <> pg_backend_pid()");
    }

    @Test
    void the_rows_that_were_changed_are_the_execution_value() {
        SsisPackage p = oleDb(
                variables(variable("Rows", 3, "0")),
                executable(
                        "q",
                        "Microsoft.ExecuteSQLTask",
                        "DTS:ExecValueVariable='User::Rows'",
                        Bench.sqlData("UPDATE orders SET open = true", "")));

        assertThat(bench.run(p)).as(bench.error()).isEqualTo(Result.SUCCESS);
        assertThat(bench.value("Rows")).isEqualTo(3L);
    }
}
