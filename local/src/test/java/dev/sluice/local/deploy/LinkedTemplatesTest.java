package dev.sluice.local.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.TemplateParameters;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Factories that are too large for one template.
class LinkedTemplatesTest {
    private static final int STORES = 150;

    @TempDir
    Path folder;

    private static Document document(DocumentKind kind, String name, String properties) {
        return new Document(
                kind, name, Json.parseObject(("{\"properties\":" + properties + "}").getBytes(StandardCharsets.UTF_8)));
    }

    private static String reference(String name, String type) {
        return "{\"referenceName\":\"" + name + "\",\"type\":\"" + type + "\"}";
    }

    /// Stores with a host and a user each, a dataset behind each of them, and pipelines that read two of these.
    private static List<Document> large(int padding) {
        List<Document> documents = new ArrayList<>();
        for (int i = 0; i < STORES; i++) {
            documents.add(document(
                    DocumentKind.LINKED_SERVICE,
                    "Store " + i,
                    "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"/data/" + i + "\",\"userId\":\"it's " + i
                            + "\",\"password\":{\"type\":\"SecureString\",\"value\":\"**********\"}}}"));
            documents.add(document(
                    DocumentKind.DATASET,
                    "Set" + i,
                    "{\"type\":\"Binary\",\"linkedServiceName\":" + reference("Store " + i, "LinkedServiceReference")
                            + ",\"typeProperties\":{\"location\":{\"type\":\"FileServerLocation\"}}}"));
            documents.add(
                    document(
                            DocumentKind.PIPELINE,
                            "Copy" + i,
                            "{\"description\":\"" + "x".repeat(padding)
                                    + "\",\"activities\":[{\"name\":\"Copy\",\"type\":\"Copy\",\"inputs\":["
                                    + reference("Set" + i, "DatasetReference") + "],\"outputs\":["
                                    + reference("Set" + (i * 7 % STORES), "DatasetReference")
                                    + "],\"typeProperties\":{\"source\":{\"type\":\"BinarySource\"},\"sink\":{\"type\":\"BinarySink\"}}}]}"));
        }
        return DependencyOrder.of(documents);
    }

    private static Map<String, ObjectNode> meant(List<Document> documents) {
        Map<String, ObjectNode> meant = new TreeMap<>();
        documents.stream()
                .filter(d -> d.kind() != DocumentKind.FACTORY)
                .forEach(d -> meant.put(Resource.key(d), Content.of(d)));
        return meant;
    }

    private Map<String, ObjectNode> readAgain(LinkedTemplates.Written linked) {
        Path master = folder.resolve(LinkedTemplates.MASTER);
        Path parameters = folder.resolve(LinkedTemplates.MASTER_PARAMETERS);
        FolderWriter.write(master, Json.pretty(linked.master()));
        FolderWriter.write(parameters, Json.pretty(linked.parameters()));
        for (int i = 0; i < linked.parts().size(); i++) {
            FolderWriter.write(
                    folder.resolve(LinkedTemplates.Written.fileOf(i)),
                    Json.pretty(linked.parts().get(i)));
        }
        return meant(
                FactorySource.one(master, TemplateParameters.read(parameters)).plain());
    }

    /// Every part is within the limits and can be deployed when those are there that the master names before it.
    private static void checkParts(LinkedTemplates.Written linked, LinkedTemplates.Limits limits) {
        Map<String, Integer> partOf = new TreeMap<>();
        Set<String> deployments = new HashSet<>();
        for (int i = 0; i < linked.parts().size(); i++) {
            ObjectNode part = linked.parts().get(i);
            assertThat(part.path("parameters").size()).isLessThanOrEqualTo(limits.parameters());
            assertThat(part.path("resources").size()).isLessThanOrEqualTo(limits.resources());
            assertThat(Json.pretty(part).length()).isLessThanOrEqualTo(4 << 20);
            Set<String> here = new HashSet<>();
            for (JsonNode resource : part.path("resources")) {
                String id = "[concat(variables('factoryId'), '"
                        + resource.path("type").asString().substring("Microsoft.DataFactory/factories".length())
                        + resource.path("name").asString().replaceAll("^.*?, '|'\\)]$", "") + "')]";
                assertThat(partOf.put(id, i)).as(id).isNull();
                assertThat(here)
                        .containsAll(resource.path("dependsOn")
                                .valueStream()
                                .map(JsonNode::asString)
                                .toList());
                here.add(id);
            }
            JsonNode deployment = linked.master().path("resources").get(i);
            assertThat(deployments)
                    .containsAll(deployment
                            .path("dependsOn")
                            .valueStream()
                            .map(JsonNode::asString)
                            .toList());
            deployments.add("[resourceId('Microsoft.Resources/deployments', "
                    + deployment.path("name").asString().substring(1).replaceAll("]$", ")]"));
            assertThat(deployment.at("/properties/templateLink/uri").asString())
                    .contains("/ArmTemplate_" + i + ".json'");
        }
        assertThat(partOf).hasSize(3 * STORES);
    }

    @Test
    void a_factory_with_too_many_parameters_becomes_parts_that_are_the_same_when_read_again() {
        List<Document> documents = large(0);
        TemplateWriter.Written whole = TemplateWriter.of("big", documents);
        assertThat(LinkedTemplates.needed(whole.template())).isTrue();
        LinkedTemplates.Written linked = LinkedTemplates.of(whole, LinkedTemplates.Limits.PART);
        assertThat(linked.parts()).hasSizeGreaterThan(3);
        checkParts(linked, LinkedTemplates.Limits.PART);
        assertThat(readAgain(linked)).isEqualTo(meant(documents));
    }

    @Test
    void a_factory_of_many_megabytes_becomes_parts_of_a_few() {
        List<Document> documents = large(20_000);
        TemplateWriter.Written whole = TemplateWriter.of("big", documents);
        LinkedTemplates.Written linked = LinkedTemplates.of(whole, LinkedTemplates.Limits.PART);
        checkParts(linked, LinkedTemplates.Limits.PART);
        assertThat(readAgain(linked)).isEqualTo(meant(documents));
    }

    @Test
    void a_master_with_room_for_all_parameters_hands_them_all_on() {
        List<Document> documents = large(0).stream()
                .filter(d -> d.name().matches(".*[1-9]$|Set0|Store 0"))
                .filter(d -> d.kind() == DocumentKind.LINKED_SERVICE)
                .limit(60)
                .toList();
        TemplateWriter.Written whole = TemplateWriter.of("small", documents);
        assertThat(LinkedTemplates.needed(whole.template())).isFalse();
        LinkedTemplates.Written linked = LinkedTemplates.of(whole, new LinkedTemplates.Limits(50, 200, 1 << 20));
        whole.template()
                .path("parameters")
                .propertyNames()
                .forEach(name -> assertThat(linked.master().path("parameters").has(name))
                        .as(name)
                        .isTrue());
        // Values that are given to the master reach the parts.
        ((ObjectNode) linked.parameters().at("/parameters/" + hostOf(whole))).put("value", "/elsewhere");
        assertThat(Json.pretty(Json.parse(Json.bytes(linked.parameters())))).contains("/elsewhere");
        assertThat(readAgain(linked).values().stream().map(Object::toString)).anyMatch(d -> d.contains("/elsewhere"));
    }

    private static String hostOf(TemplateWriter.Written whole) {
        return whole.template().path("parameters").propertyNames().stream()
                .filter(name -> name.endsWith("_host"))
                .findFirst()
                .orElseThrow();
    }
}
