package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/// A workspace of Fabric as its Git integration writes it, validated, run and tested as a factory.
class FabricFolderTest {
    private static final String CHILD = "7f1a2b3c-0000-4000-8000-000000000001";
    private static final String STRANGER = "7f1a2b3c-0000-4000-8000-0000000000ff";

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int run(CommandLine command, String... args) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        return command.setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(args);
    }

    private void item(String path, String id, String content) throws IOException {
        Path item = Files.createDirectories(folder.resolve(path));
        Files.writeString(item.resolve(".platform"), """
                {"metadata":{"type":"DataPipeline","displayName":"x"},"config":{"version":"2.0","logicalId":"%s"}}\
                """.formatted(id));
        Files.writeString(item.resolve("pipeline-content.json"), content);
    }

    /// A parent, a child in a folder of the workspace, and a library of variables.
    private void workspace(String called) throws IOException {
        item("ws/Parent.DataPipeline", "7f1a2b3c-0000-4000-8000-000000000000", """
                {"properties":{"activities":[{"name":"Invoke","type":"InvokePipeline",
                "policy":{"timeout":"0.12:00:00","retry":0,"retryIntervalInSeconds":30,"secureOutput":false,"secureInput":false},
                "typeProperties":{"waitOnCompletion":true,"operationType":"InvokeFabricPipeline","pipelineId":"%s",
                "workspaceId":"00000000-0000-0000-0000-000000000000",
                "parameters":{"region":{"value":"@pipeline().libraryVariables.where","type":"Expression"}}},
                "externalReferences":{"connection":"712d9a73-e5e3-4d3a-a58d-56bc433c1158"}},
                {"name":"Told","type":"SetVariable","dependsOn":[{"activity":"Invoke","dependencyConditions":["Succeeded"]}],
                "typeProperties":{"variableName":"told","value":
                {"value":"@activity('Invoke').output.pipelineReturnValue.region","type":"Expression"}}}],
                "variables":{"told":{"type":"String"}},
                "libraryVariables":{"where":{"libraryName":"Config","libraryId":"x","variableName":"Region","type":"String"}}}}\
                """.formatted(called));
        item("ws/loads/Child.DataPipeline", CHILD, """
                {"properties":{"parameters":{"region":{"type":"string"}},"activities":[{"name":"Return","type":"SetVariable",
                "typeProperties":{"variableName":"pipelineReturnValue","setSystemVariable":true,
                "value":[{"key":"region","value":{"type":"Expression","content":"@toUpper(pipeline().parameters.region)"}}]}}]}}\
                """);
        Path library = Files.createDirectories(folder.resolve("ws/Config.VariableLibrary"));
        Files.writeString(
                library.resolve("variables.json"),
                "{\"variables\":[{\"name\":\"Region\",\"type\":\"String\",\"value\":\"north\"}]}");
    }

    @Test
    void a_pipeline_of_the_same_workspace_is_called_and_gives_its_return_value() throws IOException {
        workspace(CHILD);
        assertThat(run(LocalMain.commandLine(), folder.resolve("ws").toString(), "--pipeline", "Parent", "-o", "json"))
                .as("%s %s", out, err)
                .isZero();
        assertThat(out.toString()).contains("NORTH");
    }

    @Test
    void a_pipeline_of_another_workspace_fails_with_what_it_needs() throws IOException {
        workspace(STRANGER);
        assertThat(run(LocalMain.commandLine(), folder.resolve("ws").toString(), "--pipeline", "Parent"))
                .isEqualTo(1);
        assertThat(err.toString() + out)
                .contains("'Invoke' of type InvokePipeline needs the pipeline that it calls, which belongs to another");
    }

    @Test
    void validating_knows_which_calls_lead_somewhere() throws IOException {
        workspace(CHILD);
        assertThat(run(Program.line(new ValidateCommand()), folder.toString()))
                .as("%s", out)
                .isZero();
        assertThat(out.toString()).contains("2 documents checked: 0 errors, 0 warnings");
        workspace(STRANGER);
        assertThat(run(Program.line(new ValidateCommand()), folder.toString())).isZero();
        assertThat(out.toString()).contains("needs the pipeline that it calls").contains("0 errors, 1 warning");
    }

    @Test
    void an_execute_pipeline_that_names_the_id_means_that_pipeline() throws IOException {
        workspace(CHILD);
        item("ws/Older.DataPipeline", "7f1a2b3c-0000-4000-8000-000000000002", """
                {"properties":{"activities":[{"name":"Call","type":"ExecutePipeline","typeProperties":{"waitOnCompletion":true,
                "parameters":{"region":"south"},"pipeline":{"referenceName":"%s","type":"PipelineReference"}}}]}}\
                """.formatted(CHILD));
        assertThat(run(Program.line(new ValidateCommand()), folder.toString()))
                .as("%s", out)
                .isZero();
        assertThat(run(LocalMain.commandLine(), folder.resolve("ws").toString(), "--pipeline", "Older"))
                .as("%s %s", out, err)
                .isZero();
    }
}
