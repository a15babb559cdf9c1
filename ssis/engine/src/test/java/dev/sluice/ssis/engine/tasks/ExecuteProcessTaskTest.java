package dev.sluice.ssis.engine.tasks;

import static dev.sluice.ssis.engine.control.PackageText.executable;
import static dev.sluice.ssis.engine.control.PackageText.executables;
import static dev.sluice.ssis.engine.control.PackageText.variable;
import static dev.sluice.ssis.engine.control.PackageText.variables;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ssis.engine.control.PackageText;
import dev.sluice.ssis.engine.control.Result;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExecuteProcessTaskTest {
    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void allowed() {
        bench = new Bench(folder);
        bench.allowed = new Allowed(true, false);
    }

    private Result run(String program, String arguments, String more) {
        return bench.run(
                PackageText.of(
                        "p",
                        "",
                        variables(
                                variable("In", 8, "given"),
                                variable("Out", 8, ""),
                                variable("Err", 8, ""),
                                variable("Code", 3, "0")),
                        executables(
                                executable(
                                        "run",
                                        "Microsoft.ExecuteProcess",
                                        "DTS:ExecValueVariable='User::Code'",
                                        "<DTS:ObjectData><ExecuteProcessData Executable='" + program + "' Arguments='"
                                                + arguments
                                                        .replace("&", "&amp;")
                                                        .replace("\"", "&quot;")
                                                        .replace("'", "&apos;")
                                                + "' " + more
                                                + " StandardOutputVariable='User::Out' StandardErrorVariable='User::Err'/></DTS:ObjectData>"))));
    }

    @Test
    void a_program_gets_its_input_and_arguments_and_gives_its_output() {
        assertThat(run(
                        "sh",
                        "-c \"cat; echo one two; echo bad >&2; pwd\"",
                        "StandardInputVariable='User::In' WorkingDirectory='D:\\data'"))
                .as(bench.error())
                .isEqualTo(Result.SUCCESS);
        assertThat(bench.value("Out")).isEqualTo("givenone two\n" + folder + "\n");
        assertThat(bench.value("Err")).isEqualTo("bad\n");
        assertThat(ExecuteProcessTask.arguments("a \"b c\" d\"\"e \\\"f\\\" \"\""))
                .containsExactly("a", "b c", "de", "\"f\"", "");
    }

    @Test
    void an_exit_code_decides_unless_it_is_not_asked() {
        assertThat(run("sh", "-c \"exit 3\"", "")).isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("exit code 3");
        assertThat(run("sh", "-c \"exit 3\"", "SuccessValue='3'")).isEqualTo(Result.SUCCESS);
        assertThat(bench.value("Code")).isEqualTo(3L);
        assertThat(run("sh", "-c \"exit 3\"", "FailTaskIfReturnCodeIsNotSuccessValue='False'"))
                .isEqualTo(Result.SUCCESS);
        assertThat(run("D:\\data\\none.exe", "", "")).isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("none.exe").contains("cannot be started");
    }

    @Test
    void a_program_that_takes_too_long_is_stopped_and_without_permission_none_starts() {
        assertThat(run("sh", "-c \"sleep 600 & wait\"", "TimeOut='1'")).isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("within 1 s");

        bench.allowed = Allowed.NOTHING;
        assertThat(run("touch", folder + "/ran", "")).isEqualTo(Result.FAILURE);
        assertThat(bench.error()).contains("SsisProcessNotAllowed");
        assertThat(folder.resolve("ran")).doesNotExist();
    }
}
