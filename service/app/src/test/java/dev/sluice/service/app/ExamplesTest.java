package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.model.Json;
import dev.sluice.service.app.surface.Operations;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The examples of the published description, sent as they are: every answer has the members of the
/// example's answer, in their case and types, and none that the description does not know.
class ExamplesTest {
    private static final Path DESCRIPTION = Path.of("../../../shared/reference/openapi");
    private static final String FACTORY = "exampleFactoryName";
    private static final String PLACE =
            "/subscriptions/12345678-1234-1234-1234-12345678abc/resourceGroups/exampleResourceGroup"
                    + "/providers/Microsoft.DataFactory/factories/" + FACTORY;

    /// Where an answer differs, with its reason.
    private static Set<String> accepted() throws Exception {
        try (var in = ExamplesTest.class.getResourceAsStream("examples-differ.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }

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
    void answers_have_the_shape_of_the_examples() throws Exception {
        if (!Files.isDirectory(DESCRIPTION)) {
            System.err.println("SKIPPED: there is no description of the API at " + DESCRIPTION.toAbsolutePath());
        }
        assumeTrue(Files.isDirectory(DESCRIPTION), "no description of the API at " + DESCRIPTION);
        ApiDescription description = new ApiDescription(DESCRIPTION);
        List<String> works = Operations.all().stream()
                .filter(Operations.Operation::works)
                .map(Operations.Operation::id)
                .toList();
        List<ApiDescription.Operation> operations = new ArrayList<>(description.operations().stream()
                .filter(o -> works.contains(o.id()))
                .toList());
        operations.sort(Comparator.comparing(ExamplesTest::rank));
        String runId = "";
        Set<String> differences = new TreeSet<>();
        int compared = 0;
        for (ApiDescription.Operation operation : operations) {
            for (ObjectNode example : operation.examples()) {
                TestClient.Reply reply = send(operation, example, runId);
                for (int i = 0; i < 5 && makeWhatIsMissing(reply); i++) {
                    reply = send(operation, example, runId);
                }
                prepare(operation);
                JsonNode expected = example.at("/responses/200/body");
                if (reply.status() != 200 && reply.status() != 204) {
                    differences.add(operation.id() + " answers " + reply.status());
                    continue;
                }
                if (reply.raw().body().isEmpty()) {
                    if (!expected.isMissingNode()) {
                        differences.add(operation.id() + " has no body");
                    }
                    continue;
                }
                JsonNode answer = reply.json();
                description.problems(operation, answer).forEach(p -> differences.add(operation.id() + " " + p));
                missing(expected, answer, "").forEach(p -> differences.add(operation.id() + " " + p));
                compared++;
                runId = operation.id().equals("Pipelines_CreateRun")
                        ? answer.get("runId").stringValue()
                        : runId;
            }
        }
        assertThat(compared).isGreaterThan(60);
        assertThat(differences).isEqualTo(accepted());
    }

    /// Factories and what others refer to come first, deletions last and in the other direction.
    private static int rank(ApiDescription.Operation operation) {
        List<String> groups = List.of(
                "Factories",
                "IntegrationRuntimes",
                "LinkedServices",
                "Datasets",
                "DataFlows",
                "Pipelines",
                "Triggers",
                "ManagedVirtualNetworks",
                "ManagedPrivateEndpoints");
        String group = operation.id().substring(0, operation.id().indexOf('_'));
        int at = groups.contains(group) ? groups.indexOf(group) : groups.size();
        return switch (operation.method()) {
            case "PUT" -> at;
            case "DELETE" -> 1_000 - at;
            default -> operation.id().equals("Pipelines_CreateRun") ? 100 : 200;
        };
    }

    private TestClient.Reply send(ApiDescription.Operation operation, ObjectNode example, String runId)
            throws Exception {
        ObjectNode parameters = (ObjectNode) example.get("parameters");
        String path = operation.path();
        for (var parameter : parameters.properties()) {
            String value = parameter.getKey().equals("factoryName")
                    ? FACTORY
                    : parameter.getKey().equals("runId") && operation.path().contains("pipelineruns")
                            ? runId
                            : parameter.getValue().asString("");
            path = path.replace("{" + parameter.getKey() + "}", value.replace(" ", "%20"));
        }
        String body = ApiDescription.body(operation);
        String text = body.isEmpty() || !parameters.has(body) ? "" : Json.write(parameters.get(body));
        return bench.client.send(operation.method(), path, text.replace("exampleFactoryName-linked", "other"));
    }

    /// What the examples take for granted.
    private void prepare(ApiDescription.Operation operation) throws Exception {
        if (operation.id().equals("Factories_CreateOrUpdate")) {
            bench.ok("PUT", PLACE + "/integrationRuntimes/exampleManagedIntegrationRuntime", """
                    {"properties":{"type":"Managed","typeProperties":{"ssisProperties":{"edition":"Standard"}}}}""");
            bench.ok("PUT", PLACE + "/integrationRuntimes/testactivityv2", """
                    {"properties":{"type":"Managed","typeProperties":{"ssisProperties":{"edition":"Standard"}}}}""");
            for (String name : List.of("ActivityTest", "EnvironmentFolder", "TestFolder", "这是文件夹")) {
                bench.ok(
                        "PUT",
                        "/api/v1/factories/exampleFactoryName/ssis/folders/"
                                + URLEncoder.encode(name, StandardCharsets.UTF_8),
                        "{}");
            }
            bench.ok("PUT", PLACE + "/integrationRuntimes/exampleIntegrationRuntime", """
                    {"properties":{"type":"SelfHosted"}}""");
            String key = bench.ok("POST", PLACE + "/integrationRuntimes/exampleIntegrationRuntime/listAuthKeys", "")
                    .json()
                    .get("authKey1")
                    .stringValue();
            FakeNode node = FakeNode.register(bench.client, folder, key, "Node_1", bench.clock);
            node.heartbeat();
        }
    }

    /// Datasets and linked services that an example refers to and no example creates.
    private boolean makeWhatIsMissing(TestClient.Reply reply) throws Exception {
        boolean made = false;
        for (JsonNode detail : reply.status() == 400 ? reply.json().at("/error/details") : Json.array()) {
            if (detail.path("code").asString("").equals("ReferenceNotFound")) {
                String name = detail.at("/evidence/name").stringValue();
                boolean dataset = detail.at("/evidence/object").stringValue().equals("dataset");
                bench.ok("PUT", PLACE + (dataset ? "/datasets/" : "/linkedservices/") + name, dataset ? """
                        {"properties":{"type":"Binary","linkedServiceName":
                          {"referenceName":"exampleLinkedService","type":"LinkedServiceReference"}}}""" : """
                        {"properties":{"type":"AzureBlobFS","typeProperties":{"url":"https://x"}}}""");
                made = true;
            }
        }
        return made;
    }

    private static List<String> missing(JsonNode expected, JsonNode answer, String pointer) {
        List<String> missing = new ArrayList<>();
        if (expected.isObject()) {
            expected.properties().forEach(member -> {
                JsonNode ours = answer.path(member.getKey());
                String at = pointer + "/" + member.getKey();
                if (ours.isMissingNode()) {
                    missing.add(at + " is missing");
                } else if (!kind(ours).equals(kind(member.getValue()))
                        && !member.getValue().isNull()
                        && !ours.isNull()) {
                    missing.add(at + " is " + kind(ours) + ", not " + kind(member.getValue()));
                } else {
                    missing.addAll(missing(member.getValue(), ours, at));
                }
            });
        } else if (expected.isArray() && !expected.isEmpty() && !answer.isEmpty()) {
            missing.addAll(missing(expected.get(0), answer.get(0), pointer + "/0"));
        }
        return missing;
    }

    private static String kind(JsonNode value) {
        return value.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}
