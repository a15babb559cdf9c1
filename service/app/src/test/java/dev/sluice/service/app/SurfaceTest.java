package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.model.Json;
import dev.sluice.service.app.surface.Operations;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// No operation of Data Factory is silently missing.
class SurfaceTest {
    private static final Path DESCRIPTION = Path.of("../../../shared/reference/openapi/datafactory.json");

    @TempDir
    Path folder;

    Bench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    @Test
    void the_list_has_every_operation_of_the_published_description() throws Exception {
        if (!Files.exists(DESCRIPTION)) {
            System.err.println("SKIPPED: there is no description of the API at " + DESCRIPTION.toAbsolutePath());
        }
        assumeTrue(Files.exists(DESCRIPTION), "no description of the API at " + DESCRIPTION);
        List<String> described = new ArrayList<>();
        Json.parseObject(Files.readAllBytes(DESCRIPTION))
                .get("paths")
                .properties()
                .forEach(path -> path.getValue().properties().forEach(operation -> {
                    JsonNode id = operation.getValue().path("operationId");
                    if (id.isString()) {
                        described.add(id.stringValue() + " " + shape(operation.getKey() + " " + path.getKey()));
                    }
                }));
        assertThat(described).hasSize(102);
        assertThat(Operations.all().stream().map(o -> o.id() + " " + shape(o.method() + " " + o.path())))
                .containsAll(described);
    }

    @Test
    void every_operation_of_the_list_has_a_route() {
        List<String> routed = bench.service.routes().all().stream()
                .map(r -> shape(r.method() + " " + r.template()))
                .toList();
        assertThat(Operations.all().stream()
                        .filter(o -> !routed.contains(shape(o.method() + " " + o.path())))
                        .map(Operations.Operation::id))
                .isEmpty();
    }

    @Test
    void the_operations_are_listed_as_azures_access_control_names_them() throws Exception {
        List<String> names = new ArrayList<>();
        bench.ok("GET", "/providers/Microsoft.DataFactory/operations?" + TestClient.VERSION, "")
                .json()
                .get("value")
                .forEach(one -> names.add(one.get("name").stringValue()));
        assertThat(names)
                .doesNotHaveDuplicates()
                .contains(
                        "Microsoft.DataFactory/factories/read",
                        "Microsoft.DataFactory/factories/pipelines/write",
                        "Microsoft.DataFactory/factories/pipelines/createRun/action",
                        "Microsoft.DataFactory/factories/triggers/delete");
    }

    @Test
    void every_route_of_data_factory_is_in_the_list() {
        List<String> listed = Operations.all().stream()
                .map(o -> shape(o.method() + " " + o.path()))
                .toList();
        assertThat(bench.service.routes().all().stream()
                        .filter(r -> r.template().contains("Microsoft.DataFactory"))
                        .filter(r -> !r.template().contains("Microsoft.Authorization"))
                        .map(r -> shape(r.method() + " " + r.template()))
                        .filter(r -> !listed.contains(r)))
                .containsExactly("GET /subscriptions/{}/resourcegroups/{}/providers/microsoft.datafactory/factories/{}"
                        + "/integrationruntimes/{}/nodes");
    }

    @Test
    void what_cannot_exist_here_is_refused_with_its_reason() throws Exception {
        bench.ok("PUT", "fab", "{}");
        List<Operations.Operation> refused =
                Operations.all().stream().filter(o -> !o.works()).toList();
        assertThat(refused).isNotEmpty();
        for (Operations.Operation operation : refused) {
            String path = operation.path().replace("{factory}", "fab").replaceAll("\\{[^}]*}", "x");
            TestClient.Reply reply = bench.client.send(operation.method(), path, "{}");
            assertThat(reply.status()).as(operation.id()).isEqualTo(400);
            assertThat(reply.json().at("/error/code").stringValue()).isEqualTo("OperationNotAvailable");
            assertThat(reply.json().at("/error/message").stringValue())
                    .startsWith(operation.id() + " is not available: ")
                    .contains(operation.note());
            TestClient.Reply nowhere = bench.client.send(operation.method(), path.replace("/fab", "/none"), "{}");
            assertThat(nowhere.status()).as(operation.id()).isEqualTo(404);
        }
    }

    /// Variables by any name, segments in any case.
    private static String shape(String methodAndPath) {
        int space = methodAndPath.indexOf(' ');
        return methodAndPath.substring(0, space).toUpperCase(Locale.ROOT)
                + methodAndPath.substring(space).replaceAll("\\{[^}]*}", "{}").toLowerCase(Locale.ROOT);
    }
}
