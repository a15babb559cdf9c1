package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.service.app.TestClient.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Triggers over the real REST API, with a clock that the test moves. Pipelines here are decided by the service alone.
class TriggersTest {
    @TempDir
    Path folder;

    Bench bench;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.ok(
                "PUT",
                "fab",
                "{\"location\":\"here\",\"properties\":{\"globalParameters\":{\"g\":{\"type\":\"String\",\"value\":\"G\"}}}}");
        bench.ok("PUT", "fab/pipelines/p", json("""
                {'properties':{'parameters':{'at':{'type':'String'},'n':{'type':'Int','defaultValue':1}},
                 'activities':[{'name':'W','type':'Wait','typeProperties':{'waitTimeInSeconds':0}}]}}"""));
        bench.ok("PUT", "fab/pipelines/slow", json("""
                {'properties':{'activities':[{'name':'W','type':'Wait','typeProperties':{'waitTimeInSeconds':60}}]}}"""));
        bench.ok("PUT", "fab/pipelines/bad", json("""
                {'properties':{'activities':[{'name':'F','type':'Fail','typeProperties':{'message':'m','errorCode':'1'}}]}}"""));
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    static String json(String text) {
        return text.replace('\'', '"');
    }

    void round() {
        bench.service.triggers().clock().round();
        bench.service.chores().round();
        bench.service.triggers().clock().round();
    }

    void schedule(String name, String recurrence, String parameters) throws Exception {
        bench.ok("PUT", "fab/triggers/" + name, json("""
                {'properties':{'type':'ScheduleTrigger','runtimeState':'Started','annotations':['x'],'pipelines':[{'pipelineReference':
                 {'referenceName':'p','type':'PipelineReference'},'parameters':{%s}}],
                 'typeProperties':{'recurrence':{%s}}}}""".formatted(parameters, recurrence)));
    }

    void windows(String name, String pipeline, String properties) throws Exception {
        bench.ok("PUT", "fab/triggers/" + name, json("""
                {'properties':{'type':'TumblingWindowTrigger','pipeline':{'pipelineReference':
                 {'referenceName':'%s','type':'PipelineReference'},'parameters':{}},'typeProperties':{%s}}}""".formatted(pipeline, properties)));
    }

    List<JsonNode> runs(String trigger) throws Exception {
        String body = json("{'lastUpdatedAfter':'2000-01-01T00:00:00Z','lastUpdatedBefore':'2100-01-01T00:00:00Z',"
                + "'filters':[{'operand':'TriggerName','operator':'Equals','values':['" + trigger + "']},"
                + "{'operand':'LatestOnly','operator':'Equals','values':['true']}]");
        List<JsonNode> all = new java.util.ArrayList<>();
        String token = "";
        do {
            JsonNode page = bench.ok(
                            "POST",
                            "fab/queryTriggerRuns",
                            body + (token.isEmpty() ? "}" : ",\"continuationToken\":\"" + token + "\"}"))
                    .json();
            page.get("value").forEach(all::add);
            token = page.path("continuationToken").asString("");
        } while (!token.isEmpty());
        return all;
    }

    /// Of a window trigger: window start to status, by time.
    Map<String, String> windowStates(String trigger) throws Exception {
        Map<String, String> states = new TreeMap<>();
        for (JsonNode run : runs(trigger)) {
            states.put(
                    run.at("/properties/windowStartTime").stringValue(),
                    run.get("status").stringValue());
        }
        return states;
    }

    JsonNode pipelineRun(JsonNode triggerRun, String pipeline) throws Exception {
        String id = triggerRun.at("/triggeredPipelines/" + pipeline).stringValue();
        return bench.ok("GET", "fab/pipelineruns/" + id, "").json();
    }

    String state(String trigger) throws Exception {
        return bench.ok("GET", "fab/triggers/" + trigger, "")
                .json()
                .at("/properties/runtimeState")
                .stringValue();
    }

    static String error(Reply reply) {
        return reply.json().at("/error/code").stringValue();
    }

    @Test
    void a_started_schedule_fires_with_its_arguments_and_the_run_says_who_started_it() throws Exception {
        Instant start = bench.clock.instant().plusSeconds(60).truncatedTo(ChronoUnit.SECONDS);
        schedule(
                "t",
                "'frequency':'Minute','interval':15,'startTime':'" + start + "'",
                "'at':'@{trigger().scheduledTime} @{pipeline().globalParameters.g}','n':{'value':'@add(1,2)','type':'Expression'}");
        assertThat(state("t")).isEqualTo("Stopped");
        bench.clock.advance(Duration.ofSeconds(61));
        round();
        assertThat(runs("t")).isEmpty();
        bench.ok("POST", "fab/triggers/t/start", "");
        assertThat(state("t")).isEqualTo("Started");
        round();
        assertThat(runs("t")).as("what was before the start does not fire").isEmpty();
        bench.clock.advance(Duration.ofMinutes(15));
        round();
        round();
        assertThat(runs("t")).hasSize(1);
        JsonNode fired = runs("t").getFirst();
        String at = start.plus(Duration.ofMinutes(15)).toString().replace("Z", ".0000000Z");
        assertThat(fired.get("status").stringValue()).isEqualTo("Succeeded");
        assertThat(fired.get("triggerType").stringValue()).isEqualTo("ScheduleTrigger");
        assertThat(fired.at("/properties/ScheduleTime").stringValue()).isEqualTo(at);
        JsonNode run = pipelineRun(fired, "p");
        assertThat(run.at("/parameters/at").stringValue()).isEqualTo(at + " G");
        assertThat(run.at("/parameters/n").stringValue()).isEqualTo("3");
        assertThat(run.get("status").stringValue()).isEqualTo("Succeeded");
        assertThat(run.at("/invokedBy/invokedByType").stringValue()).isEqualTo("ScheduleTrigger");
        assertThat(run.at("/invokedBy/name").stringValue()).isEqualTo("t");
        assertThat(run.at("/invokedBy/id")).isEqualTo(fired.get("triggerRunId"));
    }

    @Test
    void a_started_trigger_is_neither_changed_nor_deleted() throws Exception {
        schedule("t", "'frequency':'Hour','interval':1", "'at':'x'");
        bench.ok("POST", "fab/triggers/t/start", "");
        bench.ok("POST", "fab/triggers/t/start", "");
        String body = json(
                "{'properties':{'type':'ScheduleTrigger','typeProperties':{'recurrence':{'frequency':'Day','interval':1}}}}");
        Reply put = bench.client.put("fab/triggers/t", body);
        assertThat(put.status()).isEqualTo(400);
        assertThat(error(put)).isEqualTo("TriggerEnabledCannotUpdate");
        assertThat(put.json().at("/error/message").stringValue())
                .startsWith("Cannot update enabled Trigger; the trigger needs to be disabled first.");
        assertThat(error(bench.client.send("DELETE", "fab/triggers/t", ""))).isEqualTo("TriggerEnabledCannotUpdate");
        bench.ok("POST", "fab/triggers/t/stop", "");
        assertThat(state("t")).isEqualTo("Stopped");
        assertThat(bench.client.put("fab/triggers/t", body).status()).isEqualTo(200);
        bench.ok("DELETE", "fab/triggers/t", "");
        assertThat(bench.client.get("fab/triggers/t").status()).isEqualTo(404);
    }

    @Test
    void what_cannot_work_is_refused_at_the_start_or_before() throws Exception {
        bench.ok(
                "PUT",
                "fab/triggers/none",
                json(
                        "{'properties':{'type':'ScheduleTrigger','typeProperties':{'recurrence':{'frequency':'Day','interval':1}}}}"));
        assertThat(error(bench.client.post("fab/triggers/none/start", ""))).isEqualTo("TriggerWithoutPipeline");
        schedule("missing", "'frequency':'Hour','interval':1", "'N':1");
        Reply missing = bench.client.post("fab/triggers/missing/start", "");
        assertThat(error(missing)).isEqualTo("ParameterRequired");
        schedule("unknown", "'frequency':'Hour','interval':1", "'at':'x','zzz':1");
        assertThat(error(bench.client.post("fab/triggers/unknown/start", ""))).isEqualTo("ParameterUnknown");
        schedule(
                "over",
                "'frequency':'Hour','interval':1,'startTime':'2020-01-01T00:00:00Z','endTime':'2020-01-02T00:00:00Z'",
                "'at':'x'");
        assertThat(error(bench.client.post("fab/triggers/over/start", ""))).isEqualTo("TriggerEndTimeInPast");
        Reply zone = bench.client.put(
                "fab/triggers/zone",
                json(
                        "{'properties':{'type':'ScheduleTrigger','typeProperties':{'recurrence':{'frequency':'Day','interval':1,'timeZone':'Nowhere'}}}}"));
        assertThat(error(zone)).isEqualTo("TriggerTimeZoneUnknown");
        bench.ok(
                "PUT",
                "fab/triggers/chain",
                json(
                        "{'properties':{'type':'ChainingTrigger','pipeline':{'pipelineReference':{'referenceName':'p','type':'PipelineReference'}},'typeProperties':{'runDimension':'d','dependsOn':[]}}}"));
        assertThat(error(bench.client.post("fab/triggers/chain/start", ""))).isEqualTo("TriggerTypeNotSupported");
        assertThat(bench.client.post("fab/triggers/nowhere/start", "").status()).isEqualTo(404);
    }

    @Test
    void occurrences_that_passed_while_no_service_ran_are_made_up_for_once_each() throws Exception {
        schedule(
                "t",
                "'frequency':'Minute','interval':1,'startTime':'2020-01-01T00:00:00Z'",
                "'at':'@trigger().scheduledTime'");
        bench.ok("POST", "fab/triggers/t/start", "");
        bench.close();
        bench.clock.advance(Duration.ofMinutes(45));
        bench.start();
        for (int i = 0; i < 4; i++) {
            round();
        }
        List<JsonNode> runs = runs("t");
        assertThat(runs).hasSize(45);
        assertThat(runs.stream()
                        .map(r -> r.at("/properties/ScheduleTime").stringValue())
                        .distinct())
                .hasSize(45);
        // A clock that is set back brings nothing again.
        bench.clock.advance(Duration.ofMinutes(-30));
        round();
        bench.clock.advance(Duration.ofMinutes(30));
        round();
        assertThat(runs("t")).hasSize(45);
    }

    @Test
    void too_many_missed_occurrences_are_counted_in_a_failed_run() throws Exception {
        schedule("t", "'frequency':'Minute','interval':1,'startTime':'2020-01-01T00:00:00Z'", "'at':'x'");
        bench.ok("POST", "fab/triggers/t/start", "");
        bench.clock.advance(Duration.ofMinutes(1_100));
        for (int i = 0; i < 30; i++) {
            round();
        }
        bench.ok("POST", "fab/triggers/t/stop", "");
        List<JsonNode> failed = runs("t").stream()
                .filter(r -> r.get("status").stringValue().equals("Failed"))
                .toList();
        assertThat(failed).hasSize(1);
        assertThat(failed.getFirst().get("message").stringValue()).startsWith("100 occurrences from");
    }

    @Test
    void a_trigger_whose_arguments_fail_leaves_a_failed_run_and_fires_again_next_time() throws Exception {
        schedule(
                "t",
                "'frequency':'Minute','interval':1,'startTime':'2020-01-01T00:00:00Z'",
                "'at':'@trigger().outputs.nothing'");
        bench.ok("POST", "fab/triggers/t/start", "");
        bench.clock.advance(Duration.ofMinutes(2));
        round();
        assertThat(runs("t")).hasSize(2).allSatisfy(run -> {
            assertThat(run.get("status").stringValue()).isEqualTo("Failed");
            assertThat(run.get("message").stringValue()).contains("nothing");
            assertThat(run.get("triggeredPipelines").isEmpty()).isTrue();
        });
    }

    @Test
    void past_windows_are_made_up_for_and_their_pipelines_know_their_window() throws Exception {
        bench.ok("PUT", "fab/triggers/t", json("""
                {'properties':{'type':'TumblingWindowTrigger','pipeline':{'pipelineReference':
                 {'referenceName':'p','type':'PipelineReference'},
                 'parameters':{'at':'@{trigger().outputs.windowStartTime}/@{trigger().outputs.windowEndTime}'}},
                 'typeProperties':{'frequency':'Hour','interval':1,'startTime':'2026-01-01T00:00:00Z',
                 'endTime':'2026-01-01T05:00:00Z','maxConcurrency':2}}}"""));
        bench.ok("POST", "fab/triggers/t/start", "");
        for (int i = 0; i < 6; i++) {
            round();
        }
        List<JsonNode> runs = runs("t");
        assertThat(runs)
                .hasSize(5)
                .allSatisfy(r -> assertThat(r.get("status").stringValue()).isEqualTo("Succeeded"));
        JsonNode run = pipelineRun(runs.getFirst(), "p");
        assertThat(run.at("/parameters/at").stringValue())
                .isEqualTo(runs.getFirst().at("/properties/windowStartTime").stringValue() + "/"
                        + runs.getFirst().at("/properties/windowEndTime").stringValue());
        assertThat(run.at("/invokedBy/invokedByType").stringValue()).isEqualTo("TumblingWindowTrigger");
    }

    static final String TWO_HOURS = "'frequency':'Hour','interval':1,'startTime':'2026-01-01T00:00:00Z',"
            + "'endTime':'2026-01-01T02:00:00Z','maxConcurrency':1";

    @Test
    void a_failed_window_is_retried_then_fails_and_is_run_again_on_request() throws Exception {
        windows(
                "t",
                "bad",
                TWO_HOURS.replace("02:00:00Z", "01:00:00Z") + ",'retryPolicy':{'count':1,'intervalInSeconds':30}");
        bench.ok("POST", "fab/triggers/t/start", "");
        round();
        round();
        assertThat(windowStates("t")).containsValue("Waiting");
        bench.clock.advance(Duration.ofSeconds(31));
        round();
        round();
        assertThat(windowStates("t").values()).containsExactly("Failed");
        JsonNode failed = runs("t").getFirst();
        String id = failed.get("triggerRunId").stringValue();
        bench.ok("POST", "fab/triggers/t/triggerRuns/" + id + "/rerun", "");
        assertThat(error(bench.client.post("fab/triggers/t/triggerRuns/" + id + "/rerun", "")))
                .isEqualTo("TriggerRunNotRerunnable");
        round();
        JsonNode again = runs("t").getFirst();
        assertThat(again.get("triggerRunId")).isNotEqualTo(failed.get("triggerRunId"));
        assertThat(again.get("groupId")).isEqualTo(failed.get("groupId"));
    }

    @Test
    void windows_that_wait_or_run_can_be_cancelled() throws Exception {
        windows("t", "slow", TWO_HOURS);
        bench.ok("POST", "fab/triggers/t/start", "");
        round();
        assertThat(windowStates("t").values()).containsExactly("Inprogress", "Waiting");
        for (JsonNode run : runs("t")) {
            bench.ok(
                    "POST",
                    "fab/triggers/t/triggerRuns/" + run.get("triggerRunId").stringValue() + "/cancel",
                    "");
        }
        round();
        assertThat(windowStates("t").values()).containsExactly("Cancelled", "Cancelled");
        String id = runs("t").getFirst().get("triggerRunId").stringValue();
        assertThat(error(bench.client.post("fab/triggers/t/triggerRuns/" + id + "/cancel", "")))
                .isEqualTo("TriggerRunNotCancellable");
    }

    @Test
    void a_window_waits_for_the_windows_of_another_trigger_and_goes_on_when_they_succeed() throws Exception {
        windows("up", "slow", TWO_HOURS.replace("'maxConcurrency':1", "'maxConcurrency':2"));
        windows("down", "slow", TWO_HOURS.replace("'maxConcurrency':1", "'maxConcurrency':2") + """
                ,'dependsOn':[{'type':'TumblingWindowTriggerDependencyReference','referenceTrigger':{'referenceName':'up','type':'TriggerReference'}}]""");
        bench.ok("POST", "fab/triggers/down/start", "");
        bench.ok("POST", "fab/triggers/up/start", "");
        round();
        assertThat(windowStates("down").values()).containsExactly("WaitingOnDependency", "WaitingOnDependency");
        assertThat(error(bench.client.send("DELETE", "fab/triggers/up", ""))).isEqualTo("TriggerEnabledCannotUpdate");
        bench.clock.advance(Duration.ofSeconds(61));
        round();
        round();
        assertThat(windowStates("up").values()).containsExactly("Succeeded", "Succeeded");
        assertThat(windowStates("down").values()).containsExactly("Inprogress", "Inprogress");
    }

    @Test
    void frequency_and_interval_of_windows_are_fixed() throws Exception {
        windows("t", "p", TWO_HOURS);
        Reply reply = bench.client.put(
                "fab/triggers/t", json("""
                {'properties':{'type':'TumblingWindowTrigger','pipeline':{'pipelineReference':
                 {'referenceName':'p','type':'PipelineReference'}},'typeProperties':{%s}}}""".formatted(TWO_HOURS.replace("'interval':1", "'interval':2"))));
        assertThat(error(reply)).isEqualTo("TumblingWindowCannotChange");
    }

    @Test
    void events_come_by_webhook_and_each_fires_once() throws Exception {
        bench.ok("PUT", "fab/triggers/t", json("""
                {'properties':{'type':'CustomEventsTrigger','pipelines':[{'pipelineReference':
                 {'referenceName':'p','type':'PipelineReference'},'parameters':{'at':'@triggerBody().event.data.file','n':'@triggerBody().event.data.size'}}],
                 'typeProperties':{'events':['made'],'subjectBeginsWith':'orders/','subjectEndsWith':'.csv','scope':'/topics/x',
                 'advancedFilters':[{'operatorType':'NumberGreaterThan','key':'data.size','value':5}]}}}"""));
        String path = "/api/v1/factories/fab/triggers/t/events";
        String events = json("""
                [{'id':'1','eventType':'made','subject':'orders/a.csv','data':{'file':'a','size':7}},
                 {'id':'2','eventType':'made','subject':'orders/b.txt','data':{'file':'b','size':7}},
                 {'id':'3','eventType':'gone','subject':'orders/c.csv','data':{'file':'c','size':7}},
                 {'id':'4','eventType':'made','subject':'orders/d.csv','data':{'file':'d','size':5}},
                 {'id':'5','eventType':'made','subject':'Orders/E.CSV','data':{'file':'e','size':8}}]""");
        assertThat(error(bench.client.post(path, events))).isEqualTo("TriggerNotListening");
        Reply handshake = bench.ok(
                "POST",
                path,
                json(
                        "[{'id':'0','eventType':'Microsoft.EventGrid.SubscriptionValidationEvent','subject':'','data':{'validationCode':'CODE'}}]"));
        assertThat(handshake.json().get("validationResponse").stringValue()).isEqualTo("CODE");
        assertThat(bench.ok("POST", "fab/triggers/t/subscribeToEvents", "")
                        .json()
                        .get("status")
                        .stringValue())
                .isEqualTo("Enabled");
        bench.ok("POST", "fab/triggers/t/start", "");
        assertThat(bench.ok("POST", path, events).json().get("fired").intValue())
                .isEqualTo(2);
        assertThat(bench.ok("POST", path, events).json().get("fired").intValue())
                .isZero();
        assertThat(runs("t")).hasSize(2);
        JsonNode run = pipelineRun(runs("t").getFirst(), "p");
        assertThat(List.of("a7", "e8"))
                .contains(run.at("/parameters/at").stringValue()
                        + run.at("/parameters/n").stringValue());
        assertThat(run.at("/invokedBy/invokedByType").stringValue()).isEqualTo("CustomEventsTrigger");
        bench.client.token = "";
        assertThat(bench.client.post(path, events).status()).isEqualTo(401);
        Reply consent = bench.client.send("OPTIONS", path, "", "WebHook-Request-Origin", "eventgrid.azure.net");
        assertThat(consent.header("WebHook-Allowed-Origin")).isEqualTo("eventgrid.azure.net");
    }

    @Test
    void blob_events_come_by_webhook_too() throws Exception {
        bench.ok("PUT", "fab/triggers/t", json("""
                {'properties':{'type':'BlobEventsTrigger','pipelines':[{'pipelineReference':
                 {'referenceName':'p','type':'PipelineReference'},'parameters':{'at':'@{triggerBody().folderPath}|@{trigger().outputs.body.fileName}'}}],
                 'typeProperties':{'blobPathBeginsWith':'/in/blobs/day/','blobPathEndsWith':'.csv','ignoreEmptyBlobs':true,
                 'events':['Microsoft.Storage.BlobCreated'],'scope':'/x'}}}"""));
        bench.ok("POST", "fab/triggers/t/start", "");
        String event =
                "{'id':'%s','eventType':'%s','subject':'/blobServices/default/containers/in/blobs/%s','data':{'contentLength':%d}}";
        String events = json("["
                + String.join(
                        ",",
                        event.formatted("1", "Microsoft.Storage.BlobCreated", "day/one/a.csv", 3),
                        event.formatted("2", "Microsoft.Storage.BlobCreated", "day/one/b.csv", 0),
                        event.formatted("3", "Microsoft.Storage.BlobCreated", "night/c.csv", 3),
                        event.formatted("4", "Microsoft.Storage.BlobDeleted", "day/a.csv", 3))
                + "]");
        assertThat(bench.ok("POST", "/api/v1/factories/fab/triggers/t/events", events)
                        .json()
                        .get("fired")
                        .intValue())
                .isEqualTo(1);
        assertThat(pipelineRun(runs("t").getFirst(), "p").at("/parameters/at").stringValue())
                .isEqualTo("in/day/one|a.csv");
    }

    @Test
    void triggers_are_queried_page_by_page_with_their_state() throws Exception {
        for (int i = 0; i < 5; i++) {
            schedule("t" + i, "'frequency':'Hour','interval':1", "'at':'x'");
        }
        bench.ok("POST", "fab/triggers/t3/start", "");
        JsonNode first = bench.ok("POST", "fab/querytriggers", "{}").json();
        assertThat(first.get("value")).hasSize(3);
        JsonNode rest = bench.ok(
                        "POST",
                        "fab/querytriggers",
                        "{\"continuationToken\":\""
                                + first.get("continuationToken").stringValue() + "\"}")
                .json();
        assertThat(rest.get("value")).hasSize(2);
        assertThat(rest.at("/value/0/properties/runtimeState").stringValue()).isEqualTo("Started");
        assertThat(rest.has("continuationToken")).isFalse();
        assertThat(bench.ok("POST", "fab/querytriggers", json("{'parentTriggerName':'t1'}"))
                        .json()
                        .get("value"))
                .isEmpty();
    }

    @Test
    void a_schedules_firing_is_run_again_with_what_it_was_fired_with() throws Exception {
        schedule(
                "t",
                "'frequency':'Minute','interval':1,'startTime':'2020-01-01T00:00:00Z'",
                "'at':'@trigger().scheduledTime'");
        bench.ok("POST", "fab/triggers/t/start", "");
        bench.clock.advance(Duration.ofMinutes(1));
        round();
        JsonNode first = runs("t").getFirst();
        bench.ok(
                "POST",
                "fab/triggers/t/triggerRuns/" + first.get("triggerRunId").stringValue() + "/rerun",
                "");
        assertThat(runs("t")).hasSize(1);
        JsonNode again = runs("t").getFirst();
        assertThat(again.get("triggerRunId")).isNotEqualTo(first.get("triggerRunId"));
        assertThat(pipelineRun(again, "p").at("/parameters/at"))
                .isEqualTo(pipelineRun(first, "p").at("/parameters/at"));
    }

    /// Windows of an hour from the first of January on, the fifth of which is the last.
    private void fiveWindows(String pipeline, String more) throws Exception {
        windows(
                "t",
                pipeline,
                "'frequency':'Hour','interval':1,'startTime':'2020-01-01T00:00:00Z','endTime':'2020-01-01T05:00:00Z',"
                        + "'maxConcurrency':50" + more);
        bench.ok("POST", "fab/triggers/t/start", "");
    }

    private int windowsTo(String action, String from, String to) throws Exception {
        return bench.ok(
                        "POST",
                        "/api/v1/factories/fab/triggers/t/windows/" + action,
                        json("{'from':'2020-01-01T%s:00Z','to':'2020-01-01T%s:00Z'}".formatted(from, to)))
                .json()
                .get("windows")
                .intValue();
    }

    private Map<String, Long> counted(String trigger) throws Exception {
        Map<String, Long> counts = new TreeMap<>();
        windowStates(trigger).values().forEach(status -> counts.merge(status, 1L, Long::sum));
        return counts;
    }

    @Test
    void windows_that_failed_are_repaired_and_those_that_succeeded_are_left_alone() throws Exception {
        fiveWindows("bad", "");
        round();
        round();
        assertThat(counted("t")).isEqualTo(Map.of("Failed", 5L));
        bench.ok("PUT", "fab/pipelines/bad", json("""
                {'properties':{'activities':[{'name':'W','type':'Wait','typeProperties':{'waitTimeInSeconds':0}}]}}"""));
        assertThat(windowsTo("repair", "01:00", "03:00")).isEqualTo(2);
        round();
        round();
        assertThat(counted("t")).isEqualTo(Map.of("Failed", 3L, "Succeeded", 2L));
        assertThat(windowsTo("repair", "00:00", "23:00")).isEqualTo(3);
        assertThat(windowsTo("repair", "06:00", "23:00")).isZero();
        round();
        round();
        assertThat(counted("t")).isEqualTo(Map.of("Succeeded", 5L));
        bench.ok("POST", "fab/triggers/t/stop", "");
        TestClient.Reply stopped = bench.client.send(
                "POST",
                "/api/v1/factories/fab/triggers/t/windows/repair",
                json("{'from':'2020-01-01T00:00:00Z','to':'2020-01-02T00:00:00Z'}"));
        assertThat(stopped.status()).isEqualTo(400);
        assertThat(stopped.raw().body()).contains("TriggerWindowRangeInvalid").contains("stopped");
    }

    @Test
    void skipped_windows_count_as_succeeded_for_those_that_wait_for_them() throws Exception {
        fiveWindows("bad", "");
        windows(
                "after",
                "slow",
                "'frequency':'Hour','interval':1,'startTime':'2020-01-01T00:00:00Z','endTime':'2020-01-01T05:00:00Z',"
                        + "'maxConcurrency':50,'dependsOn':[{'type':'TumblingWindowTriggerDependencyReference',"
                        + "'referenceTrigger':{'referenceName':'t','type':'TriggerReference'}}]");
        bench.ok("POST", "fab/triggers/after/start", "");
        round();
        round();
        assertThat(counted("after")).isEqualTo(Map.of("WaitingOnDependency", 5L));
        assertThat(windowsTo("skip", "00:00", "02:00")).isEqualTo(2);
        round();
        assertThat(counted("t")).isEqualTo(Map.of("Failed", 3L, "Succeeded", 2L));
        assertThat(counted("after")).isEqualTo(Map.of("WaitingOnDependency", 3L, "Inprogress", 2L));
        assertThat(runs("t").stream()
                        .filter(r -> r.get("status").stringValue().equals("Succeeded"))
                        .map(r -> r.get("message").stringValue()))
                .allMatch(m -> m.startsWith("Skipped by "));
    }

    @Test
    void windows_whose_turn_has_not_come_can_be_skipped_before_the_trigger_is_started() throws Exception {
        windows(
                "t",
                "slow",
                "'frequency':'Hour','interval':1,'startTime':'2020-01-01T00:00:00Z','endTime':'2020-01-01T05:00:00Z','maxConcurrency':1");
        assertThat(windowsTo("skip", "00:00", "04:00")).isEqualTo(4);
        assertThat(windowsTo("skip", "00:00", "04:00")).isZero();
        assertThat(counted("t")).isEqualTo(Map.of("Succeeded", 4L));
    }

    @Test
    void a_window_that_runs_is_not_skipped() throws Exception {
        fiveWindows("slow", "");
        round();
        TestClient.Reply reply = bench.client.send(
                "POST",
                "/api/v1/factories/fab/triggers/t/windows/skip",
                json("{'from':'2020-01-01T00:00:00Z','to':'2020-01-02T00:00:00Z'}"));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.raw().body()).contains("TriggerWindowRangeInvalid").contains("is running");
    }

    @Test
    void a_rerun_trigger_runs_the_windows_of_its_span_again_once_and_no_more_at_a_time_than_it_says() throws Exception {
        fiveWindows("slow", "");
        round();
        bench.clock.advance(Duration.ofSeconds(61));
        round();
        round();
        assertThat(counted("t")).isEqualTo(Map.of("Succeeded", 5L));
        bench.ok("PUT", "fab/triggers/again", json("""
                {'properties':{'type':'RerunTumblingWindowTrigger','typeProperties':{'parentTrigger':{'referenceName':'t','type':'TriggerReference'},
                 'requestedStartTime':'2020-01-01T01:00:00Z','requestedEndTime':'2020-01-01T04:00:00Z','rerunConcurrency':2}}}"""));
        bench.ok("POST", "fab/triggers/again/start", "");
        round();
        round();
        assertThat(counted("t")).isEqualTo(Map.of("Succeeded", 3L, "Inprogress", 2L));
        bench.restart();
        for (int i = 0; i < 10; i++) {
            bench.clock.advance(Duration.ofSeconds(31));
            round();
        }
        assertThat(counted("t")).isEqualTo(Map.of("Succeeded", 5L));
        assertThat(runs("t").stream()
                        .filter(r ->
                                r.at("/properties/RerunTrigger").asString("").equals("again")))
                .hasSize(3);
        JsonNode children = bench.ok("POST", "fab/querytriggers", json("{'parentTriggerName':'t'}"))
                .json()
                .get("value");
        assertThat(children.size()).isEqualTo(1);
        assertThat(children.get(0).get("name").stringValue()).isEqualTo("again");
    }

    @Test
    void a_rerun_trigger_without_a_parent_that_is_started_cannot_be_started() throws Exception {
        bench.ok("PUT", "fab/triggers/again", json("""
                {'properties':{'type':'RerunTumblingWindowTrigger','typeProperties':{'parentTrigger':'gone',
                 'requestedStartTime':'2020-01-01T01:00:00Z','requestedEndTime':'2020-01-01T04:00:00Z','rerunConcurrency':2}}}"""));
        TestClient.Reply reply = bench.client.send("POST", "fab/triggers/again/start", "");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.raw().body()).contains("RerunTriggerParentInvalid");
    }
}
