package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Requests that are wrong in themselves: a coded, located answer in Data Factory's error shape, no stack trace, no
/// half-created resource, no hang.
@ExtendWith(Stage.class)
class RequestsTest {
    private static final String API = "?api-version=2018-06-01";

    private static JsonNode refused(Installation installation, String kind, String body, int status) {
        TestFactory factory = installation.factory("requests");
        String path = factory.paths().one(kind, "Broken") + API;
        HttpResponse<String> answer = installation.raw("PUT", path, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-type").orElse("")).startsWith("application/json");
        assertThat(answer.body())
                .doesNotContain("\\tat ")
                .doesNotContain(".java")
                .doesNotContain("Exception");
        JsonNode error = JsonMapper.shared().readTree(answer.body()).path("error");
        assertThat(error.path("code").asString("")).isNotEmpty();
        assertThat(error.path("message").asString("")).isNotEmpty();
        assertThat(error.path("details").path(0).path("resolution").isEmpty()).isFalse();
        assertThat(installation.raw("GET", path, "").statusCode())
                .as("nothing was created")
                .isEqualTo(404);
        return error;
    }

    @Test
    void malformed_json_is_located(Installation installation) {
        JsonNode error =
                refused(installation, "pipelines", "{\"properties\":{\"activities\":[\n  {\"name\":\"A\",]}}", 400);
        assertThat(error.path("code").asString()).isEqualTo("JsonMalformed");
        assertThat(error.path("message").asString()).startsWith("line 2, column 15");
    }

    @Test
    void a_body_that_is_no_object_is_refused(Installation installation) {
        refused(installation, "pipelines", "[1, 2, 3]", 400);
        refused(installation, "pipelines", "\"text\"", 400);
        refused(installation, "pipelines", "", 400);
    }

    @Test
    void an_oversized_body_is_refused_with_the_limit(Installation installation) {
        JsonNode error = refused(
                installation, "pipelines", "{\"properties\":{\"description\":\"" + "x".repeat(5 << 20) + "\"}}", 413);
        assertThat(error.path("code").asString()).isEqualTo("RequestEntityTooLarge");
        assertThat(error.path("message").asString()).contains(Integer.toString(4 << 20));
    }

    @Test
    void a_nesting_bomb_is_refused(Installation installation) {
        for (String bomb : new String[] {"[".repeat(200_000), "{\"a\":".repeat(200_000)}) {
            JsonNode error = refused(installation, "pipelines", "{\"properties\":" + bomb, 400);
            assertThat(error.path("code").asString()).isEqualTo("DocumentLimitExceeded");
        }
    }

    @Test
    void an_unknown_dataset_is_named_with_its_place(Installation installation) {
        JsonNode error = refused(installation, "pipelines", """
                {"properties":{"activities":[{"name":"Copy","type":"Copy",
                 "inputs":[{"referenceName":"NoSuchDataset","type":"DatasetReference"}],
                 "outputs":[{"referenceName":"NoSuchDataset","type":"DatasetReference"}],
                 "typeProperties":{"source":{"type":"ParquetSource"},"sink":{"type":"ParquetSink"}}}]}}""", 400);
        assertThat(error.path("code").asString()).isEqualTo("ReferenceNotFound");
        assertThat(error.path("message").asString()).contains("dataset 'NoSuchDataset'");
        assertThat(error.path("target").asString()).startsWith("/properties/activities/0/inputs/0");
        assertThat(error.path("details").size()).isEqualTo(2);
    }

    @Test
    void an_unknown_linked_service_is_named_with_its_place(Installation installation) {
        JsonNode error = refused(installation, "datasets", """
                {"properties":{"type":"Parquet","linkedServiceName":{"referenceName":"Nowhere",
                 "type":"LinkedServiceReference"},"typeProperties":{"location":{"type":"FileServerLocation"}}}}""", 400);
        assertThat(error.path("code").asString()).isEqualTo("ReferenceNotFound");
        assertThat(error.path("message").asString()).contains("linked service 'Nowhere'");
        assertThat(error.path("target").asString()).startsWith("/properties/linkedServiceName");
    }

    @Test
    void activities_that_wait_for_each_other_are_refused(Installation installation) {
        JsonNode error = refused(installation, "pipelines", """
                {"properties":{"activities":[
                 {"name":"A","type":"Wait","dependsOn":[{"activity":"B","dependencyConditions":["Succeeded"]}],
                  "typeProperties":{"waitTimeInSeconds":1}},
                 {"name":"B","type":"Wait","dependsOn":[{"activity":"A","dependencyConditions":["Succeeded"]}],
                  "typeProperties":{"waitTimeInSeconds":1}}]}}""", 400);
        assertThat(error.path("code").asString()).isEqualTo("DependencyCycle");
    }

    @Test
    void unknown_paths_and_versions_are_named(Installation installation) {
        TestFactory factory = installation.factory("requests");
        HttpResponse<String> path = installation.raw("GET", factory.paths().root() + "/nonsense" + API, "");
        assertThat(path.statusCode()).isEqualTo(404);
        assertThat(path.body()).contains("\"InvalidResourceType\"");
        HttpResponse<String> version =
                installation.raw("GET", factory.paths().all("pipelines") + "?api-version=1999-01-01", "");
        assertThat(version.statusCode()).isEqualTo(400);
        assertThat(version.body()).contains("\"InvalidApiVersionParameter\"").contains("1999-01-01");
    }

    @Test
    void a_run_of_an_unknown_pipeline_or_with_a_missing_parameter_is_refused(Installation installation) {
        TestFactory factory = installation.factory("requests");
        factory.pipeline(
                "NeedsDay",
                java.util.List.of("day"),
                java.util.List.of("{\"name\":\"W\",\"type\":\"Wait\",\"typeProperties\":{\"waitTimeInSeconds\":1}}"));
        HttpResponse<String> unknown =
                installation.raw("POST", factory.paths().one("pipelines", "Nope") + "/createRun" + API, "{}");
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("\"ResourceNotFound\"").contains("'Nope'");
        HttpResponse<String> missing =
                installation.raw("POST", factory.paths().one("pipelines", "NeedsDay") + "/createRun" + API, "{}");
        assertThat(missing.statusCode()).as(missing.body()).isEqualTo(400);
        assertThat(missing.body()).contains("\"ParameterRequired\"").contains("'day'");
    }
}
