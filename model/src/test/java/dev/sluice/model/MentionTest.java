package dev.sluice.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MentionTest {
    private static final Document PIPELINE = new Document(DocumentKind.PIPELINE, "p", Json.parseObject("""
                    {"properties": {"activities": [
                      {"name": "C", "type": "Copy", "inputs": [{"referenceName": "In", "type": "DatasetReference"}],
                       "linkedServiceName": {"referenceName": "Untyped"},
                       "typeProperties": {"staging": {"linkedServiceName": {"ReferenceName": "Stage", "Type": "linkedServiceReference"}}}},
                      {"name": "L", "type": "ForEach", "typeProperties": {"activities": [
                        {"name": "E", "type": "ExecutePipeline", "typeProperties": {"pipeline": {"referenceName": "P", "type": "PipelineReference"}}},
                        {"name": "S", "type": "ExecuteSSISPackage", "typeProperties": {"connectVia": {"referenceName": "AutoResolveIntegrationRuntime", "type": "IntegrationRuntimeReference"}}},
                        {"name": "X", "type": "Copy", "outputs": [{"referenceName": "@item()", "type": "DatasetReference"}]}]}}]}}"""));

    @Test
    void every_mention_is_found_with_its_place() {
        assertThat(Mention.all(PIPELINE))
                .containsExactly(
                        new Mention(DocumentKind.DATASET, "In", "/properties/activities/0/inputs/0"),
                        new Mention(
                                DocumentKind.LINKED_SERVICE, "Untyped", "/properties/activities/0/linkedServiceName"),
                        new Mention(
                                DocumentKind.LINKED_SERVICE,
                                "Stage",
                                "/properties/activities/0/typeProperties/staging/linkedServiceName"),
                        new Mention(
                                DocumentKind.PIPELINE,
                                "P",
                                "/properties/activities/1/typeProperties/activities/0/typeProperties/pipeline"),
                        new Mention(
                                DocumentKind.INTEGRATION_RUNTIME,
                                "AutoResolveIntegrationRuntime",
                                "/properties/activities/1/typeProperties/activities/1/typeProperties/connectVia"));
    }

    @Test
    void what_is_mentioned_and_missing_is_a_located_problem() {
        assertThat(Mention.missing(PIPELINE, (kind, name) -> name.equals("In") || name.equals("Stage")))
                .extracting(p -> p.code() + " " + p.location())
                .containsExactly("ReferenceNotFound /properties/activities/0/linkedServiceName/referenceName");
    }
}
