package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.FolderDigest;
import dev.sluice.model.job.FolderListing;
import dev.sluice.model.job.FolderListing.Entry;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.JobSpec;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.ReportResponse.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Triggers that watch a folder, over the real REST and node APIs; the node is told by the test what is in the folder.
class WatchedFolderTest {
    @TempDir
    Path folder;

    Bench bench;
    FakeNode node;
    final Map<String, Entry> files = new TreeMap<>();
    boolean whole = true;

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.factory("fab", "");
        node = bench.node("fab", "n");
        bench.ok("PUT", "fab/pipelines/q", json("""
            {'properties':{'parameters':{'file':{'type':'String'}},'activities':[{'name':'W','type':'Wait','typeProperties':{'waitTimeInSeconds':0}}]}}\
            """));
        bench.ok("PUT", "fab/pipelines/slow", json("""
            {'properties':{'parameters':{'file':{'type':'String'}},'activities':[{'name':'W','type':'Wait','typeProperties':{'waitTimeInSeconds':100}}]}}\
            """));
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    static String json(String text) {
        return text.replace('\'', '"');
    }

    void trigger(String type, String pipeline, String properties) throws Exception {
        bench.ok("PUT", "fab/triggers/t", json("""
            {'properties':{'type':'%s','pipelines':[{'pipelineReference':{'referenceName':'%s','type':'PipelineReference'},
             'parameters':{'file':'@concat(triggerBody().folderPath,triggerBody().fileName)'}}],
             'typeProperties':{'linkedService':{'referenceName':'from','type':'LinkedServiceReference'},%s}}}\
            """.formatted(type, pipeline, properties)));
    }

    void round() {
        bench.service.triggers().clock().round();
        bench.service.chores().round();
        bench.service.triggers().clock().round();
    }

    void later(Duration span) {
        bench.clock.advance(span);
        round();
    }

    void put(String path, String version, int size) {
        files.put(path, new Entry(path, size, bench.clock.instant(), version));
    }

    /// What a node of ours would say.
    FolderListing listing(JobOffer offer) {
        JsonNode asked = offer.spec().path("activity").path("typeProperties");
        Map<String, List<Entry>> buckets = new TreeMap<>();
        asked.path("buckets").properties().forEach(e -> buckets.put(e.getKey(), new ArrayList<>()));
        files.values()
                .forEach(f -> buckets.computeIfAbsent(
                                FolderDigest.bucket(FolderDigest.key(f.path())), b -> new ArrayList<>())
                        .add(f));
        buckets.entrySet().removeIf(e -> {
            FolderDigest digest = new FolderDigest();
            e.getValue().forEach(f -> digest.add(f.path(), f.version()));
            return digest.text().equals(asked.path("buckets").path(e.getKey()).asString(""));
        });
        return new FolderListing(buckets, "", files.size(), whole);
    }

    JobOffer list() throws Exception {
        JobOffer offer = node.leaseOne();
        assertThat(offer.kind()).isEqualTo(FolderListing.KIND);
        assertThat(node.report(
                        offer.job(), new JobOutcome.Succeeded(listing(offer).toJson())))
                .isEqualTo(Verdict.ACCEPTED);
        round();
        return offer;
    }

    List<String> fired() throws Exception {
        List<String> fired = new ArrayList<>();
        for (JsonNode run : triggerRuns()) {
            if (run.path("properties").has("FileName")) {
                fired.add(run.at("/properties/FolderPath").stringValue() + "/"
                        + run.at("/properties/FileName").stringValue());
            }
        }
        fired.sort(null);
        return fired;
    }

    List<JsonNode> triggerRuns() throws Exception {
        List<JsonNode> all = new ArrayList<>();
        String token = "";
        do {
            JsonNode page = bench.ok(
                            "POST",
                            "fab/queryTriggerRuns",
                            json(
                                    "{'lastUpdatedAfter':'2000-01-01T00:00:00Z','lastUpdatedBefore':'2100-01-01T00:00:00Z',"
                                            + "'continuationToken':'" + token + "'}"))
                    .json();
            page.get("value").forEach(all::add);
            token = page.path("continuationToken").asString("");
        } while (!token.isEmpty());
        return all;
    }

    String subscription() throws Exception {
        return bench.ok("POST", "fab/triggers/t/getEventSubscriptionStatus", "")
                .json()
                .get("status")
                .stringValue();
    }

    /// As Data Factory has them: a storage account and paths, and Event Grid to tell what happened.
    void storageTrigger(String linkedService) throws Exception {
        bench.ok("PUT", "fab/linkedservices/landing", json(linkedService));
        bench.ok("PUT", "fab/triggers/t", json("""
            {'properties':{'type':'BlobEventsTrigger','pipelines':[{'pipelineReference':{'referenceName':'q','type':'PipelineReference'},
             'parameters':{'file':'@concat(triggerBody().folderPath,triggerBody().fileName)'}}],
             'typeProperties':{'blobPathBeginsWith':'/orders/blobs/in/o','blobPathEndsWith':'.csv','events':['Microsoft.Storage.BlobCreated'],
             'scope':'/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/OrderStore'}}}\
            """));
        bench.ok("POST", "fab/triggers/t/start", "");
        round();
    }

    @Test
    void a_trigger_on_a_storage_account_watches_it_through_the_linked_service_to_that_account() throws Exception {
        storageTrigger("""
            {'properties':{'type':'AzureBlobStorage','connectVia':{'referenceName':'mine','type':'IntegrationRuntimeReference'},
             'typeProperties':{'connectionString':'DefaultEndpointsProtocol=https;AccountName=orderstore;AccountKey=c2VjcmV0'}}}\
            """);
        JobSpec spec = JobSpec.fromJson(list().spec());
        assertThat(spec.linkedServices()).containsOnlyKeys("landing");
        assertThat(spec.activity().at("/typeProperties/folderPath").stringValue())
                .isEqualTo("orders/in");
        put("orders/in/o1.csv", "v1", 3);
        later(Duration.ofSeconds(10));
        list();
        assertThat(fired()).containsExactly("orders/in/o1.csv");
    }

    @Test
    void a_trigger_on_a_storage_account_without_a_linked_service_to_it_waits_for_events() throws Exception {
        storageTrigger("""
            {'properties':{'type':'AzureBlobFS','connectVia':{'referenceName':'mine','type':'IntegrationRuntimeReference'},
             'typeProperties':{'url':'https://other.dfs.core.windows.net','accountKey':{'type':'SecureString','value':'c2VjcmV0'}}}}\
            """);
        assertThat(node.lease(1, 0).jobs()).isEmpty();
        assertThat(subscription()).isEqualTo("Enabled");
    }

    @Test
    void fires_once_for_every_file_that_appears_and_not_for_those_that_were_there() throws Exception {
        trigger(
                "BlobEventsTrigger",
                "q",
                "'folderPath':'in','blobPathEndsWith':'.csv','events':['Microsoft.Storage.BlobCreated']");
        put("in/old.csv", "v1", 3);
        later(Duration.ofMinutes(1));
        bench.ok("POST", "fab/triggers/t/start", "");
        assertThat(subscription()).isEqualTo("Provisioning");
        round();
        JobOffer first = list();
        JobSpec spec = JobSpec.fromJson(first.spec());
        assertThat(spec.linkedServices()).containsKey("from");
        assertThat(spec.activity().at("/typeProperties/folderPath").stringValue())
                .isEqualTo("in");
        assertThat(spec.activity().at("/typeProperties/pathEndsWith").stringValue())
                .isEqualTo(".csv");
        assertThat(subscription()).isEqualTo("Enabled");
        assertThat(fired()).isEmpty();
        put("in/new.csv", "v1", 3);
        put("in/sub/deep.csv", "v1", 3);
        later(Duration.ofSeconds(10));
        list();
        assertThat(fired()).containsExactly("in/new.csv", "in/sub/deep.csv");
        JsonNode run = triggerRuns().getFirst();
        JsonNode pipeline = bench.ok(
                        "GET",
                        "fab/pipelineruns/" + run.at("/triggeredPipelines/q").stringValue(),
                        "")
                .json();
        assertThat(pipeline.at("/parameters/file").stringValue()).isIn("innew.csv", "in/subdeep.csv");
        assertThat(pipeline.at("/invokedBy/invokedByType").stringValue()).isEqualTo("BlobEventsTrigger");
        later(Duration.ofSeconds(10));
        list();
        put("in/old.csv", "v2", 4);
        files.remove("in/new.csv");
        later(Duration.ofSeconds(10));
        list();
        assertThat(fired()).containsExactly("in/new.csv", "in/old.csv", "in/sub/deep.csv");
    }

    @Test
    void fires_for_deletions_and_passes_empty_files_over_where_that_is_asked_for() throws Exception {
        trigger(
                "BlobEventsTrigger",
                "q",
                "'folderPath':'in','ignoreEmptyBlobs':true,'events':['Microsoft.Storage.BlobCreated','Microsoft.Storage.BlobDeleted']");
        put("in/old", "v1", 3);
        later(Duration.ofMinutes(1));
        bench.ok("POST", "fab/triggers/t/start", "");
        round();
        list();
        put("in/empty", "v1", 0);
        files.remove("in/old");
        later(Duration.ofSeconds(10));
        list();
        assertThat(fired()).containsExactly("in/old");
        put("in/empty", "v2", 7);
        later(Duration.ofSeconds(10));
        list();
        assertThat(fired()).containsExactly("in/empty", "in/old");
    }

    @Test
    void a_file_that_is_being_written_fires_when_it_no_longer_changes() throws Exception {
        whole = false;
        trigger(
                "BlobEventsTrigger",
                "q",
                "'folderPath':'in','pollingInterval':'00:00:02','settleTime':'00:00:05','events':['Microsoft.Storage.BlobCreated']");
        bench.ok("POST", "fab/triggers/t/start", "");
        round();
        list();
        for (int written = 1; written < 5; written++) {
            put("in/growing", "v" + written, written);
            later(Duration.ofSeconds(2));
            list();
        }
        assertThat(fired()).isEmpty();
        for (int quiet = 0; quiet < 3; quiet++) {
            later(Duration.ofSeconds(2));
            list();
        }
        assertThat(fired()).containsExactly("in/growing");
    }

    @Test
    void a_lost_node_or_a_killed_service_neither_loses_nor_doubles_a_file() throws Exception {
        trigger("BlobEventsTrigger", "q", "'folderPath':'in','events':['Microsoft.Storage.BlobCreated']");
        bench.ok("POST", "fab/triggers/t/start", "");
        round();
        put("in/a", "v1", 1);
        JobOffer lost = node.leaseOne();
        JobOutcome late = new JobOutcome.Succeeded(listing(lost).toJson());
        later(Duration.ofMinutes(3));
        JobOffer second = list();
        assertThat(second.job()).isNotEqualTo(lost.job());
        assertThat(node.report(lost.job(), late)).isEqualTo(Verdict.SUPERSEDED);
        assertThat(node.report(second.job(), late)).isEqualTo(Verdict.DUPLICATE);
        round();
        assertThat(fired()).containsExactly("in/a");
        put("in/b", "v1", 1);
        later(Duration.ofSeconds(10));
        JobOffer open = node.leaseOne();
        node.heartbeat(open.job());
        bench.restart();
        node = node.at(bench.client);
        assertThat(node.report(
                        open.job(), new JobOutcome.Succeeded(listing(open).toJson())))
                .isEqualTo(Verdict.ACCEPTED);
        bench.restart();
        node = node.at(bench.client);
        round();
        assertThat(fired()).containsExactly("in/a", "in/b");
    }

    @Test
    void many_files_at_once_fire_all_and_in_several_steps() throws Exception {
        trigger("BlobEventsTrigger", "q", "'folderPath':'in','events':['Microsoft.Storage.BlobCreated']");
        bench.ok("POST", "fab/triggers/t/start", "");
        round();
        list();
        for (int i = 0; i < 90; i++) {
            put("in/f" + i, "v1", 1);
        }
        later(Duration.ofSeconds(10));
        list();
        for (int i = 0; i < 6; i++) {
            round();
        }
        assertThat(fired()).hasSize(90).doesNotHaveDuplicates();
    }

    @Test
    void a_blob_trigger_has_no_more_files_under_way_than_it_says() throws Exception {
        trigger("BlobTrigger", "slow", "'folderPath':'in','maxConcurrency':2");
        bench.ok("POST", "fab/triggers/t/start", "");
        round();
        list();
        for (int i = 0; i < 5; i++) {
            put("in/f" + i, "v1", 1);
        }
        later(Duration.ofSeconds(10));
        list();
        later(Duration.ofSeconds(5));
        assertThat(fired()).hasSize(2);
        later(Duration.ofSeconds(100));
        later(Duration.ofSeconds(2));
        assertThat(fired()).hasSize(4);
    }

    @Test
    void a_folder_that_cannot_be_listed_is_told_once_and_tried_again() throws Exception {
        trigger("BlobEventsTrigger", "q", "'folderPath':'in','events':['Microsoft.Storage.BlobCreated']");
        bench.ok("POST", "fab/triggers/t/start", "");
        round();
        for (int i = 0; i < 3; i++) {
            JobOffer offer = node.leaseOne();
            node.report(
                    offer.job(),
                    new JobOutcome.Failed(
                            new ActivityError("LoginFailed", "The share refused u.", "UserError", "t", List.of())));
            later(Duration.ofMinutes(6));
        }
        assertThat(triggerRuns()).singleElement().satisfies(run -> {
            assertThat(run.get("status").stringValue()).isEqualTo("Failed");
            assertThat(run.get("message").stringValue())
                    .isEqualTo(
                            "Folder 'in' of linked service 'from' could not be listed: LoginFailed: The share refused"
                                    + " u.");
        });
        put("in/a", "v1", 1);
        list();
        assertThat(fired()).containsExactly("in/a");
    }

    @Test
    void an_unsubscribed_or_stopped_trigger_looks_no_more_and_begins_anew() throws Exception {
        trigger("BlobEventsTrigger", "q", "'folderPath':'in','events':['Microsoft.Storage.BlobCreated']");
        bench.ok("POST", "fab/triggers/t/start", "");
        round();
        list();
        later(Duration.ofSeconds(10));
        bench.ok("POST", "fab/triggers/t/unsubscribeFromEvents", "");
        assertThat(subscription()).isEqualTo("Disabled");
        later(Duration.ofSeconds(10));
        assertThat(node.lease(1, 0).jobs()).isEmpty();
        put("in/between", "v1", 1);
        later(Duration.ofSeconds(10));
        bench.ok("POST", "fab/triggers/t/subscribeToEvents", "");
        round();
        list();
        put("in/after", "v1", 1);
        later(Duration.ofSeconds(10));
        list();
        assertThat(fired()).containsExactly("in/after");
        later(Duration.ofSeconds(10));
        bench.ok("POST", "fab/triggers/t/stop", "");
        assertThat(node.lease(1, 0).jobs()).isEmpty();
        assertThat(subscription()).isEqualTo("Enabled");
    }

    @Test
    void an_event_for_a_watched_folder_fires_nothing_by_itself_but_has_it_listed_at_once() throws Exception {
        trigger(
                "BlobEventsTrigger",
                "q",
                "'folderPath':'in','pollingInterval':'01:00:00','events':['Microsoft.Storage.BlobCreated']");
        bench.ok("POST", "fab/triggers/t/start", "");
        round();
        list();
        put("in/a", "v1", 1);
        JsonNode answer = bench.client
                .send(
                        "POST",
                        "/api/v1/factories/fab/triggers/t/events",
                        json("[{'id':'1','eventType':'Microsoft.Storage.BlobCreated','subject':'x'}]"))
                .json();
        assertThat(answer.get("fired").intValue()).isZero();
        round();
        list();
        assertThat(fired()).containsExactly("in/a");
    }

    @Test
    void a_trigger_whose_linked_service_needs_arguments_it_does_not_give_cannot_be_started() throws Exception {
        bench.ok("PUT", "fab/linkedservices/from", json("""
            {'properties':{'type':'FileServer','parameters':{'share':{'type':'String'}},
             'typeProperties':{'host':'@linkedService().share'}}}\
            """));
        trigger("BlobEventsTrigger", "q", "'folderPath':'in','events':['Microsoft.Storage.BlobCreated']");
        TestClient.Reply reply = bench.client.send("POST", "fab/triggers/t/start", "");
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.raw().body()).contains("share");
    }
}
