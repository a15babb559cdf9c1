package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What depends on a store or a runtime that fails.
class ImpactTest {
    @TempDir
    Path folder;

    Bench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.factory("fab", "");
        bench.pipeline("fab", "other", "", "");
        bench.ok("PUT", "fab/pipelines/caller", json("""
                {'properties':{'activities':[{'name':'Call','type':'ExecutePipeline','typeProperties':{
                 'pipeline':{'referenceName':'P','type':'PipelineReference'},'waitOnCompletion':true}}]}}"""));
        bench.ok("PUT", "fab/pipelines/waits", json("""
                {'properties':{'activities':[{'name':'W','type':'Wait','typeProperties':{'waitTimeInSeconds':60}}]}}"""));
        for (String trigger : new String[] {"caller", "waits"}) {
            bench.ok("PUT", "fab/triggers/nightly-" + trigger, json("""
                    {'properties':{'type':'ScheduleTrigger','pipelines':[{'pipelineReference':{'referenceName':'%s','type':'PipelineReference'}}],
                     'typeProperties':{'recurrence':{'frequency':'Day','interval':1,'startTime':'2030-01-01T00:00:00Z','timeZone':'UTC'}}}}""".formatted(trigger)));
            bench.ok("POST", "fab/triggers/nightly-" + trigger + "/start", "");
        }
        bench.ok("POST", "fab/triggers/nightly-waits/stop", "");
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    private static String json(String text) {
        return text.replace('\'', '"');
    }

    private JsonNode impact(String what) throws Exception {
        return bench.ok("GET", "/api/v1/factories/fab/impact/" + what, "").json();
    }

    private static List<String> told(JsonNode impact) {
        List<String> told = new ArrayList<>();
        impact.path("value")
                .forEach(each -> told.add(
                        each.path("kind").asString() + " " + each.path("name").asString()));
        return told;
    }

    @Test
    void R10_what_a_failing_runtime_or_store_touches_is_told_with_triggers_and_runs_under_way() throws Exception {
        String called = bench.run("fab", "p");
        bench.run("fab", "waits");
        JsonNode runtime = impact("integrationRuntimes/MINE");
        assertThat(told(runtime))
                .containsExactlyInAnyOrder(
                        "linked service from",
                        "linked service to",
                        "dataset from",
                        "dataset to",
                        "pipeline p",
                        "pipeline other",
                        "pipeline caller",
                        "trigger nightly-caller");
        assertThat(runtime.path("runs")).singleElement().satisfies(run -> {
            assertThat(run.path("runId").asString()).isEqualTo(called);
            assertThat(run.path("pipelineName").asString()).isEqualTo("p");
            assertThat(run.path("status").asString()).isEqualTo("InProgress");
        });
        runtime.path("value").forEach(each -> {
            switch (each.path("name").asString()) {
                case "caller" ->
                    assertThat(each.path("through").get(0).asString()).isEqualTo("pipeline 'p'");
                case "p" -> assertThat(each.path("through").toString()).contains("dataset 'from'", "dataset 'to'");
                case "nightly-caller" ->
                    assertThat(each.path("runtimeState").asString()).isEqualTo("Started");
                default -> {}
            }
        });
        JsonNode store = impact("linkedservices/to");
        assertThat(told(store))
                .contains("dataset to", "pipeline p", "trigger nightly-caller")
                .doesNotContain("dataset from");
        JsonNode pipeline = impact("pipelines/waits");
        assertThat(told(pipeline)).containsExactly("trigger nightly-waits");
        assertThat(pipeline.path("value").get(0).path("runtimeState").asString())
                .isEqualTo("Stopped");
        assertThat(pipeline.path("runs")).hasSize(1);
        assertThat(told(impact("triggers/nightly-waits"))).isEmpty();
    }

    @Test
    void R10_what_is_not_there_is_said() throws Exception {
        assertThat(bench.client
                        .send("GET", "/api/v1/factories/fab/impact/linkedservices/none", "")
                        .status())
                .isEqualTo(404);
        assertThat(bench.client
                        .send("GET", "/api/v1/factories/fab/impact/pets/cat", "")
                        .status())
                .isEqualTo(400);
    }
}
