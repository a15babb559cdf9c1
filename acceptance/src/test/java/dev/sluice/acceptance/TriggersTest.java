package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A real service that is killed while its triggers fire.
@ExtendWith(Stage.class)
@TestInstance(Lifecycle.PER_CLASS)
class TriggersTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int WINDOWS = 120;
    private static final int EVENTS = 60;
    private static final int KILLS = 4;

    private Installation installation;

    @BeforeAll
    void start() {
        installation = new Installation().startService();
    }

    @AfterAll
    void stop() {
        installation.close();
    }

    private static JsonNode json(String text) {
        return JSON.readTree(text.replace('\'', '"'));
    }

    @Test
    void a_service_killed_again_and_again_runs_every_window_and_every_event_once() {
        TestFactory factory = installation.factory("killed-triggers");
        factory.client().put(factory.paths().one("pipelines", "p"), json("""
                        {'properties':{'parameters':{'of':{'type':'String'}},'activities':[{'name':'W','type':'Wait','typeProperties':{'waitTimeInSeconds':1}}]}}"""));
        Instant start = Instant.parse("2026-01-01T00:00:00Z");
        factory.client().put(factory.paths().one("triggers", "windows"), json("""
                        {'properties':{'type':'TumblingWindowTrigger','pipeline':{'pipelineReference':{'referenceName':'p','type':'PipelineReference'},
                         'parameters':{'of':'@trigger().outputs.windowStartTime'}},'typeProperties':{'frequency':'Minute','interval':5,
                         'startTime':'%s','endTime':'%s','maxConcurrency':20}}}""".formatted(
                        start, start.plus(Duration.ofMinutes(5L * WINDOWS)))));
        factory.client().put(factory.paths().one("triggers", "events"), json("""
                        {'properties':{'type':'CustomEventsTrigger','pipelines':[{'pipelineReference':{'referenceName':'p','type':'PipelineReference'},
                         'parameters':{'of':'@triggerBody().event.id'}}],'typeProperties':{'events':['made'],'scope':'x'}}}"""));
        factory.client().post(factory.paths().one("triggers", "windows") + "/start", null);
        factory.client().post(factory.paths().one("triggers", "events") + "/start", null);
        int sent = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            sent = send(factory, sent, sent + EVENTS / KILLS);
            installation.program("service-process").kill();
            installation.startService();
            factory = installation.factory("killed-triggers");
        }
        send(factory, 0, sent);
        TestFactory last = factory;
        Eventually.holds(
                "every window has succeeded",
                () -> runs(last, "windows").stream()
                                .filter(r -> r.path("status").asString("").equals("Succeeded"))
                                .count()
                        == WINDOWS);
        Set<String> windows = new HashSet<>();
        Set<String> claimed = new HashSet<>();
        for (JsonNode run : runs(last, "windows")) {
            assertThat(windows.add(run.at("/properties/windowStartTime").asString()))
                    .isTrue();
            assertThat(claimed.add(run.at("/triggeredPipelines/p").asString())).isTrue();
        }
        Set<String> events = new HashSet<>();
        for (JsonNode run : runs(last, "events")) {
            assertThat(events.add(run.at("/properties/EventId").asString())).isTrue();
            assertThat(claimed.add(run.at("/triggeredPipelines/p").asString())).isTrue();
        }
        assertThat(windows).hasSize(WINDOWS);
        assertThat(events).hasSize(EVENTS);
        assertThat(all(last, "queryPipelineRuns", "[]"))
                .extracting(r -> r.path("runId").asString())
                .containsExactlyInAnyOrderElementsOf(claimed);
    }

    /// Sends events as Event Grid does: again until they were taken.
    private static int send(TestFactory factory, int from, int to) {
        for (int i = from; i < to; i++) {
            JsonNode event = json("[{'id':'e" + i + "','eventType':'made','subject':'s','data':{}}]");
            factory.client().post("/api/v1/factories/killed-triggers/triggers/events/events", event);
        }
        return to;
    }

    private static List<JsonNode> runs(TestFactory factory, String trigger) {
        return all(
                factory,
                "queryTriggerRuns",
                "[{'operand':'TriggerName','operator':'Equals','values':['" + trigger + "']}]");
    }

    private static List<JsonNode> all(TestFactory factory, String query, String filters) {
        List<JsonNode> all = new ArrayList<>();
        String token = "";
        do {
            JsonNode page = factory.client()
                    .post(
                            factory.paths().root() + "/" + query,
                            json("{'lastUpdatedAfter':'2000-01-01T00:00:00Z',"
                                    + "'lastUpdatedBefore':'2100-01-01T00:00:00Z','filters':" + filters
                                    + ",'continuationToken':'" + token + "'}"));
            page.path("value").forEach(all::add);
            token = page.path("continuationToken").asString("");
        } while (!token.isEmpty());
        return all;
    }
}
