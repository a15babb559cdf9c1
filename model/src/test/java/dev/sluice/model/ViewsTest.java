package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ViewsTest {
    @Test
    void a_pipeline_is_read_whatever_the_case_of_its_members() {
        Pipeline pipeline = Pipeline.of(new Document(DocumentKind.PIPELINE, "p", Json.parseObject("""
                        {"Properties": {
                          "parameters": {"n": {"type": "int", "defaultValue": 5}},
                          "variables": {"v": {"type": "Boolean"}, "w": {"type": "Integer", "defaultValue": null}},
                          "concurrency": "3",
                          "activities": [{
                            "name": "Copy1", "Type": "copy", "state": "Inactive", "onInactiveMarkAs": "failed",
                            "dependsOn": [{"activity": "x", "dependencyConditions": ["succeeded", "Skipped"]}, {"activity": "y"}],
                            "policy": {"timeout": "0.01:00:00", "retry": "2", "retryIntervalInSeconds": 60, "secureInput": "true"},
                            "userProperties": [{"name": "Source", "value": "a"}],
                            "inputs": [{"referenceName": "in", "type": "DatasetReference", "parameters": {"k": "@item()"}}],
                            "linkedServiceName": {"referenceName": "ls", "type": "LinkedServiceReference"}}]}}""")));
        assertThat(pipeline.concurrency()).hasValue(3);
        assertThat(pipeline.parameters().get("n").type()).isEqualTo(ValueType.INT);
        assertThat(pipeline.variables().get("v").type()).isEqualTo(ValueType.BOOL);
        assertThat(pipeline.variables().get("w").defaultValue()).isNull();
        Activity copy = pipeline.activities().getFirst();
        assertThat(copy.is("Copy")).isTrue();
        assertThat(copy.inactive()).isTrue();
        assertThat(copy.markAs()).isEqualTo(Dependency.Condition.FAILED);
        assertThat(copy.dependsOn())
                .containsExactly(
                        new Dependency("x", Set.of(Dependency.Condition.SUCCEEDED, Dependency.Condition.SKIPPED)),
                        new Dependency("y", Set.of(Dependency.Condition.SUCCEEDED)));
        assertThat(copy.policy()).isEqualTo(new Policy(Duration.ofHours(1), 2, Duration.ofSeconds(60), true, false));
        assertThat(copy.userProperties()).containsEntry("Source", Json.text("a"));
        assertThat(copy.inputs().getFirst().parameters()).containsEntry("k", Json.text("@item()"));
        assertThat(copy.outputs()).isEmpty();
        assertThat(copy.linkedService().map(Reference::name)).contains("ls");
    }

    @Test
    void an_activity_without_policy_gets_data_factorys_defaults() {
        Activity activity = Activity.of(Place.root(Json.parse("{\"name\":\"a\",\"type\":\"Wait\"}")));
        assertThat(activity.policy())
                .isEqualTo(new Policy(Duration.ofDays(7), 0, Duration.ofSeconds(30), false, false));
    }

    @Test
    void datasets_linked_services_runtimes_and_factories_are_read() {
        Dataset dataset = Dataset.of(new Document(DocumentKind.DATASET, "d", Json.parseObject("""
                        {"properties": {"type": "DelimitedText", "parameters": {"f": {"type": "String"}},
                          "linkedServiceName": {"referenceName": "ls", "parameters": {"db": "x"}}}}""")));
        assertThat(dataset.linkedService().parameters()).containsKey("db");
        LinkedService service = LinkedService.of(new Document(
                DocumentKind.LINKED_SERVICE,
                "ls",
                Json.parseObject("{\"properties\":{\"type\":\"Sftp\",\"connectVia\":{\"referenceName\":\"ir\"}}}")));
        assertThat(service.connectVia().map(Reference::name)).contains("ir");
        IntegrationRuntime runtime = IntegrationRuntime.of(new Document(
                DocumentKind.INTEGRATION_RUNTIME,
                "ir",
                Json.parseObject("{\"properties\":{\"type\":\"selfHosted\"}}")));
        assertThat(runtime.selfHosted()).isTrue();
        assertThat(runtime.linked()).isFalse();
        Factory factory = Factory.of(
                new Document(
                        DocumentKind.FACTORY,
                        "fac",
                        Json.parseObject(
                                "{\"location\":\"here\",\"properties\":{\"globalParameters\":{\"g\":{\"type\":\"int\",\"value\":1}}}}")));
        assertThat(factory.globalValues()).isEqualTo(Json.parse("{\"g\":1}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "none",
            value = {
                "INT    | 5        | 5",
                "INT    | \"5\"    | 5",
                "INT    | 5.5      | none",
                "INT    | \"x\"    | none",
                "FLOAT  | \"1.50\" | 1.50",
                "BOOL   | \"True\" | true",
                "BOOL   | 1        | none",
                "ARRAY  | \"[1]\"  | [1]",
                "ARRAY  | {}       | none",
                "STRING | 7        | \"7\"",
                "STRING | [1]      | none",
                "STRING | null     | null",
                "INT    | null     | none",
                "OBJECT | {\"a\":1} | {\"a\":1}",
                "SECURE_STRING | \"x\" | \"x\"",
                "SECURE_STRING | {\"type\":\"SecureString\",\"sealed\":\"eA\"} | {\"type\":\"SecureString\",\"sealed\":\"eA\"}",
                "SECURE_STRING | 7 | none"
            })
    void values_become_the_type_of_their_parameter_or_are_refused(ValueType type, String given, String expected) {
        assertThat(type.coerce(Json.parse(given)).map(Json::write).orElse(null)).isEqualTo(expected);
    }

    @Test
    void the_name_in_a_file_counts_before_the_files_name() {
        byte[] named = Json.bytes(Json.parse("{\"name\":\"inside\",\"properties\":{}}"));
        byte[] nameless = Json.bytes(Json.parse("{\"properties\":{}}"));
        assertThat(Document.parseFile(DocumentKind.DATASET, "file", named).name())
                .isEqualTo("inside");
        assertThat(Document.parseFile(DocumentKind.DATASET, "file", nameless).name())
                .isEqualTo("file");
    }
}
