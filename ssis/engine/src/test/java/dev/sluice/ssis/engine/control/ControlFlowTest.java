package dev.sluice.ssis.engine.control;

import static dev.sluice.ssis.engine.control.PackageText.after;
import static dev.sluice.ssis.engine.control.PackageText.constraints;
import static dev.sluice.ssis.engine.control.PackageText.executable;
import static dev.sluice.ssis.engine.control.PackageText.executables;
import static dev.sluice.ssis.engine.control.PackageText.expression;
import static dev.sluice.ssis.engine.control.PackageText.handlers;
import static dev.sluice.ssis.engine.control.PackageText.task;
import static dev.sluice.ssis.engine.control.PackageText.variable;
import static dev.sluice.ssis.engine.control.PackageText.variables;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.ExecutableKind;
import dev.sluice.ssis.packages.SsisPackage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(30)
class ControlFlowTest {
    @TempDir
    Path folder;

    private final List<String> ran = Collections.synchronizedList(new ArrayList<>());
    private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
    private TaskRunner body = call -> {
        if (call.task().name().startsWith("fail")) {
            throw SsisFaults.TASK_FAILED.with("task", call.task().name(), "detail", "it was to fail");
        }
        return null;
    };

    private Optional<TaskRunner> runner(Executable task) {
        if (task.kind() == ExecutableKind.EXPRESSION) {
            return Optional.of(call -> {
                ran.add(task.name());
                return call.scope().run(task.payload().attribute("Expression", ""));
            });
        }
        if (!task.creationName().equals("Test.Task")) {
            return Optional.empty();
        }
        return Optional.of(call -> {
            ran.add(task.name());
            return body.run(call);
        });
    }

    private PackageRun prepared(SsisPackage p, Map<String, Object> values) {
        PathMap paths = new PathMap(Map.of("C:\\in", folder), folder, folder);
        return new PackageRun(
                p,
                new PackageRun.Setting(
                        List.of(), values, null, new UUID(1, 2), InstantSource.system(), ZoneOffset.UTC, paths),
                this::runner,
                events::add);
    }

    private Result run(SsisPackage p) {
        return prepared(p, Map.of()).run();
    }

    private List<String> named(String event) {
        return events.stream()
                .filter(e -> e.name().equals(event))
                .map(Event::sourceName)
                .toList();
    }

    @Test
    void tasks_run_in_the_order_of_their_constraints() {
        SsisPackage p = PackageText.of(
                "p",
                "",
                executables(task("c", ""), task("b", ""), task("a", "")),
                constraints(after("a", "b", "DTS:LogicalAnd='True'"), after("b", "c", "DTS:LogicalAnd='True'")));

        assertThat(run(p)).isEqualTo(Result.SUCCESS);
        assertThat(ran).containsExactly("a", "b", "c");
    }

    @ParameterizedTest
    @CsvSource({
        // value of the constraint, first task, whether the second one runs
        "0, ok, true",
        "0, fail, false",
        "1, ok, false",
        "1, fail, true",
        "2, ok, true",
        "2, fail, true"
    })
    void a_constraint_asks_how_the_earlier_task_ended(int value, String first, boolean runs) {
        SsisPackage p = PackageText.of(
                "p",
                "DTS:MaxErrorCount='0'",
                executables(task(first, ""), task("second", "")),
                constraints(after(first, "second", "DTS:Value='" + value + "'")));

        run(p);

        assertThat(ran.contains("second")).isEqualTo(runs);
    }

    @ParameterizedTest
    @CsvSource({
        // EvalOp, expression, first task, whether the second one runs
        "1, true, fail, true",
        "1, false, ok, false",
        "3, true, ok, true",
        "3, true, fail, false",
        "4, false, ok, true",
        "4, true, fail, true",
        "4, false, fail, false"
    })
    void a_constraint_may_ask_an_expression(int operation, boolean flag, String first, boolean runs) {
        SsisPackage p = PackageText.of(
                "p",
                "DTS:MaxErrorCount='0'",
                variables(variable("Go", 11, flag ? "-1" : "0")),
                executables(task(first, ""), task("second", "")),
                constraints(after(
                        first,
                        "second",
                        "DTS:EvalOp='" + operation + "' DTS:Expression='@[User::Go]' DTS:LogicalAnd='True'")));

        run(p);

        assertThat(ran.contains("second")).isEqualTo(runs);
    }

    @ParameterizedTest
    @CsvSource({"True, false", "False, true"})
    void several_constraints_are_all_or_any(String and, boolean runs) {
        SsisPackage p = PackageText.of(
                "p",
                "DTS:MaxErrorCount='0'",
                executables(task("ok", ""), task("fail", ""), task("last", "")),
                constraints(
                        after("ok", "last", "DTS:LogicalAnd='" + and + "'"),
                        after("fail", "last", "DTS:LogicalAnd='" + and + "'")));

        run(p);

        assertThat(ran.stream().filter("last"::equals).count()).isEqualTo(runs ? 1 : 0);
    }

    @Test
    void an_error_fails_everything_around_even_where_it_is_dealt_with() {
        SsisPackage p = PackageText.of(
                "p", "", executables(executable("seq", "STOCK:SEQUENCE", "", executables(task("seq\\fail", "")))));

        assertThat(run(p)).isEqualTo(Result.FAILURE);
        assertThat(named("OnError")).containsExactly("fail");
        assertThat(named("OnTaskFailed")).containsExactly("fail");
        assertThat(named("OnWarning")).containsExactly("fail", "seq", "p");
    }

    @Test
    void an_error_that_does_not_propagate_fails_nothing_around() {
        SsisPackage p = PackageText.of(
                "p",
                "",
                executables(
                        executable(
                                "fail", "Test.Task", "", handlers("OnError", false, executables(task("x\\told", "")))),
                        task("next", "")),
                constraints(after("fail", "next", "DTS:Value='1' DTS:LogicalAnd='True'")));

        assertThat(run(p)).isEqualTo(Result.SUCCESS);
        assertThat(ran).containsExactly("fail", "told", "next");
    }

    @Test
    void a_handler_sees_what_happened_and_the_variables_around() {
        SsisPackage p = PackageText.of(
                "p",
                "DTS:MaxErrorCount='5' DTS:MaxConcurrentExecutables='1'",
                variables(variable("Seen", 8, "")),
                executables(task("fail", "")),
                handlers(
                        "OnError",
                        true,
                        executables(
                                expression(
                                        "h\\see",
                                        "@[User::Seen] = @[System::SourceName] + \": \" + LEFT(@[System::ErrorDescription], 14)"))));
        PackageRun run = prepared(p, Map.of());

        assertThat(run.run()).isEqualTo(Result.SUCCESS);
        assertThat(run.scope().require("User::Seen").value()).isEqualTo("fail: SsisTaskFailed");
    }

    @Test
    void a_handler_that_fails_does_not_start_itself_again() {
        SsisPackage p = PackageText.of(
                "p", "", executables(task("fail", "")), handlers("OnError", true, executables(task("h\\fail2", ""))));

        assertThat(run(p)).isEqualTo(Result.FAILURE);
        assertThat(ran).containsExactly("fail", "fail2");
    }

    @Test
    void handlers_that_fail_do_not_start_each_other_without_end() {
        String first = handlers("OnError", true, executables(task("e\\fail2", "")));
        String second = handlers("OnTaskFailed", true, executables(task("t\\fail3", "")));
        String both = first.replace("</DTS:EventHandlers>", "") + second.replace("<DTS:EventHandlers>", "");
        SsisPackage p = PackageText.of("p", "", executables(task("fail", "")), both);

        assertThat(run(p)).isEqualTo(Result.FAILURE);
        assertThat(ran).containsExactly("fail", "fail2", "fail3", "fail3", "fail2");
    }

    @Test
    void disabled_counts_as_success_and_says_nothing() {
        SsisPackage p = PackageText.of(
                "p",
                "",
                executables(task("fail", "DTS:Disabled='True'"), task("next", "")),
                constraints(after("fail", "next", "DTS:LogicalAnd='True'")));

        assertThat(run(p)).isEqualTo(Result.SUCCESS);
        assertThat(ran).containsExactly("next");
        assertThat(named("OnPreExecute")).containsExactly("p", "next");
    }

    @Test
    void a_property_expression_disables() {
        SsisPackage p = PackageText.of(
                "p",
                "",
                variables(variable("Off", 11, "-1")),
                executables(executable(
                        "a",
                        "Test.Task",
                        "",
                        "<DTS:PropertyExpression DTS:Name='Disable'>@[User::Off]</DTS:PropertyExpression>")));

        assertThat(run(p)).isEqualTo(Result.SUCCESS);
        assertThat(ran).isEmpty();
    }

    @Test
    void a_forced_result_is_what_counts_for_constraints() {
        SsisPackage p = PackageText.of(
                "p",
                "DTS:MaxErrorCount='0'",
                executables(task("fail", "DTS:ForceExecutionResult='0'"), task("next", "")),
                constraints(after("fail", "next", "DTS:LogicalAnd='True'")));

        assertThat(run(p)).isEqualTo(Result.SUCCESS);
        assertThat(ran).containsExactly("fail", "next");
    }

    @Test
    void a_failure_may_stop_the_package_although_errors_are_borne() {
        SsisPackage p = PackageText.of(
                "p",
                "DTS:MaxErrorCount='0'",
                executables(
                        executable(
                                "seq",
                                "STOCK:SEQUENCE",
                                "DTS:MaxErrorCount='0'",
                                executables(task("seq\\fail", "DTS:FailPackageOnFailure='True'"))),
                        task("next", "")),
                constraints(after("seq", "next", "DTS:Value='2' DTS:LogicalAnd='True'")));

        assertThat(run(p)).isEqualTo(Result.FAILURE);
        assertThat(ran).containsExactly("fail");
    }

    @Test
    void independent_tasks_run_side_by_side_up_to_the_limit() throws Exception {
        CyclicBarrier both = new CyclicBarrier(2);
        AtomicInteger now = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        body = call -> {
            most.accumulateAndGet(now.incrementAndGet(), Math::max);
            try {
                both.await(20, TimeUnit.SECONDS);
            } catch (java.util.concurrent.BrokenBarrierException | java.util.concurrent.TimeoutException e) {
                throw new IllegalStateException(e);
            }
            now.decrementAndGet();
            return null;
        };
        SsisPackage p = PackageText.of(
                "p",
                "DTS:MaxConcurrentExecutables='2'",
                executables(task("a", ""), task("b", ""), task("c", ""), task("d", "")));

        assertThat(run(p)).isEqualTo(Result.SUCCESS);
        assertThat(most.get()).isEqualTo(2);
    }

    @Test
    void a_for_loop_counts() {
        SsisPackage p = PackageText.of(
                "p",
                "",
                variables(variable("I", 3, "7"), variable("Sum", 3, "0")),
                executables(executable(
                        "loop",
                        "STOCK:FORLOOP",
                        "DTS:InitExpression='@I = 0' DTS:EvalExpression='@I &lt; 4' DTS:AssignExpression='@I = @I + 1'",
                        executables(expression("loop\\add", "@Sum = @Sum + @I")))));
        PackageRun run = prepared(p, Map.of());

        assertThat(run.run()).isEqualTo(Result.SUCCESS);
        assertThat(run.scope().require("Sum").value()).isEqualTo(6L);
    }

    @Test
    void a_foreach_loop_goes_through_files_as_the_package_spells_them() throws Exception {
        for (String name : List.of("b.csv", "A.CSV", "c.txt")) {
            Files.writeString(folder.resolve(name), "x");
        }
        Files.createDirectories(folder.resolve("sub"));
        Files.writeString(folder.resolve("sub").resolve("d.csv"), "x");
        SsisPackage p = files("C:\\in", 0, -1);

        PackageRun run = prepared(p, Map.of());

        assertThat(run.run()).isEqualTo(Result.SUCCESS);
        assertThat(run.scope().require("All").value()).isEqualTo("C:\\in\\A.CSV;C:\\in\\b.csv;C:\\in\\sub\\d.csv;");
    }

    @ParameterizedTest
    @CsvSource({"1, b.csv;", "2, b;"})
    void a_file_may_be_given_by_name_alone(int retrieval, String expected) throws Exception {
        Files.writeString(folder.resolve("b.csv"), "x");
        PackageRun run = prepared(files("C:\\in", retrieval, 0), Map.of());

        run.run();

        assertThat(run.scope().require("All").value()).isEqualTo(expected);
    }

    private static SsisPackage files(String folder, int retrieval, int recurse) {
        return PackageText.of(
                "p",
                "",
                variables(variable("File", 8, ""), variable("All", 8, "")),
                executables(executable(
                        "loop",
                        "STOCK:FOREACHLOOP",
                        "",
                        "<DTS:ForEachEnumerator DTS:CreationName='Microsoft.ForEachFileEnumerator'><DTS:ObjectData>"
                                + "<ForEachFileEnumeratorProperties><FEFEProperty Folder='" + folder
                                + "'/><FEFEProperty FileSpec='*.csv'/><FEFEProperty FileNameRetrievalType='" + retrieval
                                + "'/><FEFEProperty Recurse='" + recurse
                                + "'/></ForEachFileEnumeratorProperties></DTS:ObjectData></DTS:ForEachEnumerator>"
                                + "<DTS:ForEachVariableMappings><DTS:ForEachVariableMapping DTS:VariableName='User::File' "
                                + "DTS:ValueIndex='0'/></DTS:ForEachVariableMappings>",
                        executables(expression("loop\\add", "@All = @All + @File + \";\"")))));
    }

    @Test
    void a_foreach_loop_over_a_missing_folder_fails_with_its_name() {
        assertThat(run(files("C:\\in\\nowhere", 0, 0))).isEqualTo(Result.FAILURE);
        assertThat(events.stream()
                        .filter(e -> e.name().equals("OnError"))
                        .findFirst()
                        .orElseThrow()
                        .description())
                .contains("C:\\in\\nowhere");
    }

    @Test
    void a_variable_with_an_expression_is_computed_at_each_read() {
        SsisPackage p = PackageText.of(
                "p",
                "",
                variables(
                        variable("N", 3, "1"),
                        "<DTS:Variable DTS:Namespace='User' DTS:ObjectName='Twice' DTS:EvaluateAsExpression='True' "
                                + "DTS:Expression='@N * 2'><DTS:VariableValue DTS:DataType='3'>0</DTS:VariableValue></DTS:Variable>"),
                executables(expression("a", "@N = 21")));
        PackageRun run = prepared(p, Map.of());

        assertThat(run.scope().find("Twice")).isEmpty();
        run.run();
        assertThat(run.scope().require("Twice").value()).isEqualTo(42L);
        assertThatThrownBy(() -> run.scope().require("Twice").set(1L))
                .hasMessageContaining("computed by an expression");
    }

    @Test
    void inner_variables_hide_outer_ones() {
        SsisPackage p = PackageText.of(
                "p",
                "",
                variables(variable("X", 3, "1")),
                executables(executable(
                        "seq",
                        "STOCK:SEQUENCE",
                        "",
                        variables(variable("X", 3, "5")),
                        executables(expression("seq\\a", "@X = @X + 1")))));
        PackageRun run = prepared(p, Map.of());

        assertThat(run.run()).isEqualTo(Result.SUCCESS);
        assertThat(run.scope().require("X").value()).isEqualTo(1L);
    }

    @Test
    void parameters_have_given_or_design_values_and_required_ones_must_be_given() {
        String parameter =
                "<DTS:PackageParameters><DTS:PackageParameter DTS:ObjectName='Days' DTS:DataType='3' DTS:Required='%s'>"
                        + "<DTS:Property DTS:Name='ParameterValue'>7</DTS:Property></DTS:PackageParameter></DTS:PackageParameters>";
        String use = variables(variable("D", 3, "0")) + executables(expression("a", "@D = @[$Package::Days]"));
        SsisPackage optional = PackageText.of("p", "", parameter.formatted("False"), use);
        PackageRun design = prepared(optional, Map.of());
        PackageRun given = prepared(optional, Map.of("$Package::Days", "30"));
        design.run();
        given.run();

        assertThat(design.scope().require("D").value()).isEqualTo(7L);
        assertThat(given.scope().require("D").value()).isEqualTo(30L);
        SsisPackage required = PackageText.of("p", "", parameter.formatted("True"), use);
        assertThatThrownBy(() -> prepared(required, Map.of())).hasMessageContaining("$Package::Days");
        assertThatThrownBy(() -> prepared(optional, Map.of("$Package::Nights", 1)))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().evidence()).containsEntry("parameter", "$Package::Nights"));
    }

    @Test
    void a_task_that_is_not_known_fails_with_its_type() {
        SsisPackage p = PackageText.of("p", "", executables(executable("odd", "Acme.Weird", "")));

        assertThat(run(p)).isEqualTo(Result.FAILURE);
        Event error = events.stream()
                .filter(e -> e.name().equals("OnError"))
                .findFirst()
                .orElseThrow();
        assertThat(error.description()).contains("Acme.Weird");
        assertThat(error.code()).isEqualTo(0xC0010026);
    }

    @Test
    void a_cancel_interrupts_tasks_and_starts_nothing_more() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        body = call -> {
            started.countDown();
            Thread.sleep(60_000);
            return null;
        };
        SsisPackage p = PackageText.of(
                "p", "", executables(task("a", ""), task("b", "")), constraints(after("a", "b", "DTS:Value='2'")));
        PackageRun run = prepared(p, Map.of());
        List<Result> ended = Collections.synchronizedList(new ArrayList<>());
        Thread thread = Thread.ofPlatform().start(() -> ended.add(run.run()));
        started.await();
        run.cancel();
        thread.join();

        assertThat(ended).containsExactly(Result.CANCELLED);
        assertThat(ran).containsExactly("a");
    }
}
