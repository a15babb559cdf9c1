package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.acceptance.Program.Ended;
import dev.sluice.acceptance.TestFactory.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// A workspace of Fabric, as its Git integration writes it, deployed to a real service and run there.
@ExtendWith(Stage.class)
class FabricDeployTest {
    private static final String CHILD = "7f1a2b3c-0000-4000-8000-000000000001";

    @TempDir
    Path folder;

    private void item(String name, String id, String content) {
        Path item = folder.resolve("ws").resolve(name + ".DataPipeline");
        GitFolder.write(
                item.resolve(".platform"),
                "{\"metadata\":{\"type\":\"DataPipeline\"},\"config\":{\"version\":\"2.0\",\"logicalId\":\"" + id
                        + "\"}}");
        GitFolder.write(item.resolve("pipeline-content.json"), content);
    }

    @Test
    void pipelines_that_call_each_other_by_id_and_read_a_library_run_in_the_service(Installation installation) {
        item("Child", CHILD, """
                {"properties":{"parameters":{"region":{"type":"string"}},"activities":[{"name":"Return","type":"SetVariable",
                "typeProperties":{"variableName":"pipelineReturnValue","setSystemVariable":true,
                "value":[{"key":"region","value":{"type":"Expression","content":"@toUpper(pipeline().parameters.region)"}}]}}]}}\
                """);
        item("Parent", "7f1a2b3c-0000-4000-8000-000000000000", """
                {"properties":{"activities":[{"name":"Invoke","type":"InvokePipeline","typeProperties":{"waitOnCompletion":true,
                "operationType":"InvokeFabricPipeline","pipelineId":"%s","workspaceId":"00000000-0000-0000-0000-000000000000",
                "parameters":{"region":{"value":"@pipeline().libraryVariables.where","type":"Expression"}}}}],
                "libraryVariables":{"where":{"libraryName":"Config","variableName":"Region","type":"String"}}}}\
                """.formatted(CHILD));
        GitFolder.write(
                folder.resolve("ws/Config.VariableLibrary/variables.json"),
                "{\"variables\":[{\"name\":\"Region\",\"type\":\"String\",\"value\":\"north\"}]}");
        Ended deployed = Program.run(
                "deploy",
                folder,
                "deploy",
                "ws",
                "-f",
                "fabric",
                "--data",
                installation.data().toString());
        assertThat(deployed.exit()).as(deployed.messages()).isZero();
        Run run = installation.factory("fabric").run("Parent");
        assertThat(run.status()).as("%s", run).isEqualTo("Succeeded");
        assertThat(run.activity("Invoke").path("activityType").asString()).isEqualTo("ExecutePipeline");
        assertThat(run.output("Invoke").at("/pipelineReturnValue/region").asString())
                .isEqualTo("NORTH");
    }
}
