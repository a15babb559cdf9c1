package dev.sluice.ssis.engine.tasks;

import static dev.sluice.ssis.engine.control.PackageText.executable;
import static dev.sluice.ssis.engine.control.PackageText.executables;
import static dev.sluice.ssis.engine.control.PackageText.variable;
import static dev.sluice.ssis.engine.control.PackageText.variables;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.PackageText;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.control.Table;
import dev.sluice.ssis.engine.script.ScriptHost;
import dev.sluice.ssis.packages.SsisPackage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Scripts as the designer writes them, compiled and run by a real Mono.
class ScriptTaskTest {
    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void mono() {
        bench = new Bench(folder);
        bench.allowed = new Allowed(false, true);
    }

    private static void needsMono(Path folder) {
        assumeThat(ScriptHost.find(folder, 60))
                .as("SKIPPED: Mono is not installed (apt-get install mono-mcs mono-runtime libmono-system-data4.0-cil)")
                .isPresent();
    }

    private static String script(String language, String reads, String writes, String body) {
        String source = """
                using System;
                using System.Data;
                using Microsoft.SqlServer.Dts.Runtime;
                using System.Windows.Forms;
                namespace ST_723e5f05271945658badff7b78db0f40
                {
                    [Microsoft.SqlServer.Dts.Tasks.ScriptTask.SSISScriptTaskEntryPointAttribute]
                    public partial class ScriptMain : Microsoft.SqlServer.Dts.Tasks.ScriptTask.VSTARTScriptObjectModelBase
                    {
                        public void Main()
                        {
                            %s
                            Dts.TaskResult = (int)ScriptResults.Success;
                        }
                        enum ScriptResults
                        {
                            Success = Microsoft.SqlServer.Dts.Runtime.DTSExecResult.Success,
                            Failure = Microsoft.SqlServer.Dts.Runtime.DTSExecResult.Failure
                        };
                    }
                }
                """.formatted(body);
        String project =
                "<Project><ItemGroup><Reference Include=\"System.Core\" /><Reference Include=\"System.Xml.Linq\" />"
                        + "<Reference Include=\"Microsoft.SqlServer.ManagedDTS, Version=11.0.0.0\" /></ItemGroup></Project>";
        return executable(
                "script",
                "Microsoft.ScriptTask",
                "",
                "<DTS:ObjectData><ScriptProject Name='ST_1' VSTAMajorVersion='14' Language='" + language
                        + "' ReadOnlyVariables='" + reads + "' ReadWriteVariables='" + writes
                        + "'><ProjectItem Name='ScriptMain.cs' Encoding='UTF8'><![CDATA[" + source
                        + "]]></ProjectItem><ProjectItem Name='Properties\\AssemblyInfo.cs' Encoding='UTF8'><![CDATA[[assembly: System.Reflection.AssemblyVersion(\"1.0.0.0\")]]]></ProjectItem>"
                        + "<ProjectItem Name='ST_1.csproj' Encoding='UTF8'><![CDATA[" + project
                        + "]]></ProjectItem></ScriptProject></DTS:ObjectData>");
    }

    private static SsisPackage of(String variables, String script) {
        return PackageText.of(
                "p", "", Bench.connection("Feed", "FLATFILE", "D:\\feeds\\x.csv", ""), variables, executables(script));
    }

    private List<String> said(String event) {
        return bench.events.stream()
                .filter(e -> e.name().equals(event))
                .map(Event::description)
                .toList();
    }

    @Test
    void variables_of_every_type_come_and_go() {
        needsMono(folder);
        String vars = variables(
                variable("S", 8, "tab\there ä"),
                variable("I", 3, "41"),
                variable("L", 20, "9007199254740993"),
                variable("D", 5, "1.5"),
                variable("B", 11, "-1"),
                variable("T", 7, "3/1/2026 8:15:00 AM"),
                variable("M", 14, "12.34"),
                variable("O", 13, ""));
        String body = """
                int i = (int)Dts.Variables["User::I"].Value;
                Dts.Variables["I"].Value = i + 1;
                Dts.Variables["User::S"].Value = Dts.Variables["User::S"].Value.ToString().ToUpper() + Dts.Variables["System::PackageName"].Value;
                Dts.Variables["User::L"].Value = (long)Dts.Variables["User::L"].Value + 1L;
                Dts.Variables["User::D"].Value = (double)Dts.Variables["User::D"].Value * 2;
                Dts.Variables["User::B"].Value = !(bool)Dts.Variables["User::B"].Value;
                Dts.Variables["User::T"].Value = ((DateTime)Dts.Variables["User::T"].Value).AddDays(1);
                Dts.Variables["User::M"].Value = (decimal)Dts.Variables["User::M"].Value + 0.01m;
                DataTable t = new DataTable();
                t.Columns.Add("n", typeof(int));
                t.Columns.Add("w", typeof(string));
                t.Rows.Add(1, "one");
                t.Rows.Add(2, DBNull.Value);
                Dts.Variables["User::O"].Value = t;
                """;

        assertThat(bench.run(of(
                        vars,
                        script(
                                "CSharp",
                                "System::PackageName",
                                "User::S,User::I, User::L,User::D,User::B,User::T,User::M,User::O",
                                body))))
                .as(bench.error())
                .isEqualTo(Result.SUCCESS);
        assertThat(bench.value("I")).isEqualTo(42L);
        assertThat(bench.value("S")).isEqualTo("TAB\tHERE Äp");
        assertThat(bench.value("L")).isEqualTo(9007199254740994L);
        assertThat(bench.value("D")).isEqualTo(3.0);
        assertThat(bench.value("B")).isEqualTo(false);
        assertThat(bench.value("T")).isEqualTo(java.time.LocalDateTime.of(2026, 3, 2, 8, 15));
        assertThat(bench.value("M")).isEqualTo(new java.math.BigDecimal("12.35"));
        assertThat(bench.value("O"))
                .isEqualTo(
                        new Table(List.of("n", "w"), List.of(List.of(1L, "one"), java.util.Arrays.asList(2L, null))));
    }

    @Test
    void events_connections_and_what_is_printed_reach_the_package() {
        needsMono(folder);
        String body = """
                bool again = true;
                Dts.Events.FireInformation(7, "part", "told", "", 0, ref again);
                Dts.Events.FireWarning(8, "part", "careful", "", 0);
                Console.WriteLine("printed " + Dts.Connections["Feed"].ConnectionString);
                Dts.Log("logged", 0, null);
                Variables v = null;
                Dts.VariableDispenser.LockForWrite("User::X");
                Dts.VariableDispenser.GetVariables(ref v);
                v["User::X"].Value = "written";
                v.Unlock();
                """;

        assertThat(bench.run(of(variables(variable("X", 8, "")), script("CSharp", "", "", body))))
                .as(bench.error())
                .isEqualTo(Result.SUCCESS);
        assertThat(said("OnInformation")).containsExactly("part: told", "printed D:\\feeds\\x.csv", "logged");
        assertThat(said("OnWarning")).containsExactly("part: careful");
        assertThat(bench.value("X")).isEqualTo("written");
    }

    @Test
    void failures_of_every_kind_are_named() {
        needsMono(folder);
        String vars = variables(variable("X", 8, ""));

        assertThat(bench.run(
                        of(vars, script("CSharp", "", "", "Dts.TaskResult = (int)ScriptResults.Failure; return;"))))
                .isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("SsisScriptFailed").contains("Dts.TaskResult");

        assertThat(bench.run(of(vars, script("CSharp", "", "", "throw new Exception(\"on purpose\");"))))
                .isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("on purpose");

        assertThat(bench.run(of(vars, script("CSharp", "", "", "int x = \"no number\";"))))
                .isEqualTo(Result.FAILURE);
        assertThat(bench.error())
                .contains("SsisScriptNotCompiled")
                .contains("ScriptMain.cs")
                .contains("CS0029");

        assertThat(bench.run(of(vars, script("CSharp", "User::X", "", "Dts.Variables[\"X\"].Value = \"w\";"))))
                .isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("ReadWriteVariables").contains("0xC0014054");

        assertThat(bench.run(of(vars, script("CSharp", "", "", "MessageBox.Show(\"hello\");"))))
                .isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("UserInteractive").contains("hello");

        assertThat(bench.run(of(vars, script("CSharp", "", "", "Environment.Exit(3);"))))
                .isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("exit code 3");

        assertThat(bench.run(
                        of(vars, script("CSharp", "", "", "Dts.Events.FireError(99, \"s\", \"raised\", \"\", 0);"))))
                .isEqualTo(Result.FAILURE);
        assertThat(bench.events).anyMatch(e -> e.name().equals("OnError") && e.code() == 99);
    }

    @Test
    void a_script_that_goes_on_for_ever_ends_with_the_package() throws InterruptedException {
        needsMono(folder);
        SsisPackage p = of(
                "",
                script(
                        "CSharp",
                        "",
                        "",
                        "Console.WriteLine(\"going\"); while (true) System.Threading.Thread.Sleep(1);"));
        Thread canceller = Thread.ofVirtual().start(() -> {
            while (said("OnInformation").isEmpty()) {
                Thread.onSpinWait();
            }
            bench.cancel();
        });

        assertThat(bench.run(p)).isEqualTo(Result.CANCELLED);
        canceller.join();
    }

    @Test
    void without_the_owners_word_or_in_another_language_it_does_not_run() {
        bench.allowed = Allowed.NOTHING;
        assertThat(bench.run(of("", script("CSharp", "User::A", "User::B", ""))))
                .isEqualTo(Result.FAILURE);
        assertThat(bench.error())
                .contains("SsisScriptNotAllowed")
                .contains("'script'")
                .contains("CSharp")
                .contains("reads User::A and writes User::B");

        bench.allowed = new Allowed(false, true);
        assertThat(bench.run(of("", script("VisualBasic", "", "", "")))).isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("SsisScriptLanguageNotSupported").contains("VisualBasic");
    }
}
