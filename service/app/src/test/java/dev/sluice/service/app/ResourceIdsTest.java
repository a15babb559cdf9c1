package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Every resource id of every answer shows the factory's place and name as they were given when it was created.
class ResourceIdsTest {
    private static final String CREATED =
            "/subscriptions/Sub-One/resourceGroups/Rg-One/providers/Microsoft.DataFactory/factories/Fab-One";

    @TempDir
    Path folder;

    @Test
    void ids_are_written_as_the_factory_was_created_however_it_is_asked_for() throws Exception {
        try (Bench bench = new Bench(folder)) {
            bench.ok("PUT", CREATED, "{\"location\":\"here\"}");
            String shouted = "/subscriptions/" + CREATED.substring(15).toUpperCase(Locale.ROOT);
            bench.ok("PUT", shouted, "{\"location\":\"here\"}");
            bench.ok("PATCH", shouted, "{\"tags\":{\"a\":\"b\"}}");
            bench.ok("GET", shouted, "");
            bench.ok("GET", "/subscriptions/SUB-ONE/providers/Microsoft.DataFactory/factories", "");
            bench.ok(
                    "GET",
                    "/subscriptions/SUB-ONE/resourceGroups/rg-one/providers/Microsoft.DataFactory/factories",
                    "");
            String pipeline = """
                    {"properties":{"activities":[{"name":"w","type":"Wait","typeProperties":{"waitTimeInSeconds":9}}]}}""";
            bench.ok("PUT", CREATED + "/pipelines/Pipe", pipeline);
            bench.ok("PUT", shouted + "/pipelines/PIPE", pipeline);
            bench.ok("GET", shouted + "/pipelines/PIPE", "");
            bench.ok("GET", shouted + "/pipelines", "");
            bench.ok("PUT", shouted + "/integrationRuntimes/Mine", "{\"properties\":{\"type\":\"SelfHosted\"}}");
            bench.ok("PATCH", shouted + "/integrationRuntimes/mine", "{\"autoUpdate\":\"Off\"}");
            String run = bench.ok("POST", shouted + "/pipelines/pipe/createRun", "{}")
                    .json()
                    .get("runId")
                    .stringValue();
            String runId = CREATED + "/pipelineruns/" + run;
            assertThat(id(bench.ok("GET", shouted + "/pipelineruns/" + run, "")))
                    .isEqualTo(runId);
            assertThat(ids(bench.ok("POST", shouted + "/queryPipelineRuns", Bench.filter())))
                    .containsExactly(runId);
            assertThat(ids(bench.ok("POST", shouted + "/pipelineruns/" + run + "/queryActivityruns", Bench.filter())))
                    .singleElement()
                    .satisfies(id -> assertThat(id).startsWith(runId + "/activityruns/"));
            assertThat(bench.client.seen.stream().flatMap(body -> ids(body).stream()))
                    .hasSizeGreaterThan(12)
                    .allSatisfy(id -> assertThat(id).startsWith(CREATED));
        }
    }

    private static String id(TestClient.Reply reply) {
        return reply.json().get("id").stringValue();
    }

    private static List<String> ids(TestClient.Reply reply) {
        return ids(reply.raw().body());
    }

    /// Every resource id of an answer; other things have an `id` too (who started a run).
    private static List<String> ids(String body) {
        List<String> found = new ArrayList<>();
        for (JsonNode id : Json.parse(body).findValues("id")) {
            if (id.stringValue().startsWith("/")) {
                found.add(id.stringValue());
            }
        }
        return found;
    }
}
