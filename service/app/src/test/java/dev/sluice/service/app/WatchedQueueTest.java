package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.JobSpec;
import dev.sluice.model.job.QueueReading;
import dev.sluice.wire.JobOffer;
import dev.sluice.wire.ReportResponse.Verdict;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// Triggers that are told of files by a queue, over the real REST and node APIs; the queue is one that the test keeps,
/// with messages that are hidden for five minutes and come again. What a node makes of a real one is in `node/agent`.
class WatchedQueueTest {
    @TempDir
    Path folder;

    Bench bench;
    FakeNode node;
    final Map<String, Waiting> queue = new LinkedHashMap<>();
    int receipts;
    String queueName = "events";

    /// A message in the queue.
    static final class Waiting {
        final String text;
        Instant visible = Instant.EPOCH;
        String receipt = "";

        Waiting(String text) {
            this.text = text;
        }
    }

    @BeforeEach
    void start() throws Exception {
        bench = new Bench(folder);
        bench.factory("fab", "");
        node = bench.node("fab", "n");
        bench.ok("PUT", "fab/pipelines/q", json("""
            {'properties':{'parameters':{'file':{'type':'String'}},'activities':[{'name':'W','type':'Wait','typeProperties':{'waitTimeInSeconds':0}}]}}\
            """));
    }

    @AfterEach
    void stop() {
        bench.close();
    }

    static String json(String text) {
        return text.replace('\'', '"');
    }

    void trigger(String properties) throws Exception {
        trigger("""
            'type':'AzureBlobStorage','typeProperties':{'connectionString':'DefaultEndpointsProtocol=https;AccountName=orderstore;AccountKey=c2VjcmV0'}\
            """, properties);
    }

    void trigger(String store, String properties) throws Exception {
        bench.ok("PUT", "fab/linkedservices/landing", json("""
            {'properties':{'connectVia':{'referenceName':'mine','type':'IntegrationRuntimeReference'},%s}}\
            """.formatted(store)));
        bench.ok("PUT", "fab/triggers/t", json("""
            {'properties':{'type':'BlobEventsTrigger','pipelines':[{'pipelineReference':{'referenceName':'q','type':'PipelineReference'},
             'parameters':{'file':'@concat(triggerBody().folderPath,'/',triggerBody().fileName)'}}],
             'typeProperties':{'queueName':'%s',%s}}}\
            """).replace("\"/\"", "'/'").formatted(queueName, json(properties)));
        bench.ok("POST", "fab/triggers/t/start", "");
        round();
    }

    static final String OF_ACCOUNT = """
            'blobPathBeginsWith':'/orders/blobs/in/','blobPathEndsWith':'.csv','ignoreEmptyBlobs':true,
            'events':['Microsoft.Storage.BlobCreated','Microsoft.Storage.BlobDeleted'],
            'scope':'/subscriptions/s/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/OrderStore'\
            """;

    void round() {
        bench.service.triggers().clock().round();
        bench.service.chores().round();
        bench.service.triggers().clock().round();
    }

    void later(Duration span) {
        bench.clock.advance(span);
        round();
    }

    void put(String id, String text) {
        queue.put(id, new Waiting(text));
    }

    void event(String id, String what, String path) {
        put("m-" + id, json("""
            {'id':'%s','eventType':'Microsoft.Storage.Blob%s','subject':'/blobServices/default/containers/%s',
             'eventTime':'2026-01-31T06:00:00Z','data':{'contentLength':3,'api':'PutBlob'}}\
            """.formatted(id, what, path)));
    }

    /// What a node of ours does with a real queue.
    JobOutcome read(JobOffer offer) {
        assertThat(offer.kind()).isEqualTo(QueueReading.KIND);
        JsonNode asked = offer.spec().path("activity").path("typeProperties");
        assertThat(asked.path("queueName").asString()).isEqualTo(queueName);
        for (JsonNode done : asked.path("done")) {
            Waiting waiting = queue.get(done.path("id").asString());
            if (waiting != null && waiting.receipt.equals(done.path("receipt").asString())) {
                queue.remove(done.path("id").asString());
            }
        }
        List<QueueReading.Message> messages = new ArrayList<>();
        queue.forEach((id, waiting) -> {
            if (!waiting.visible.isAfter(bench.clock.instant())) {
                waiting.visible = bench.clock.instant().plus(Duration.ofMinutes(5));
                waiting.receipt = "r-" + ++receipts;
                QueueReading.Message message = QueueReading.message(id, waiting.receipt, waiting.text);
                messages.add(
                        message.readable()
                                ? message
                                : new QueueReading.Message(id, waiting.receipt, List.of(), message.problem(), true));
            }
        });
        return new JobOutcome.Succeeded(new QueueReading(messages, false).toJson());
    }

    void read() throws Exception {
        JobOffer offer = node.leaseOne();
        assertThat(node.report(offer.job(), read(offer))).isEqualTo(Verdict.ACCEPTED);
        round();
    }

    List<JsonNode> triggerRuns() throws Exception {
        List<JsonNode> all = new ArrayList<>();
        bench.ok("POST", "fab/queryTriggerRuns", Bench.filter())
                .json()
                .get("value")
                .forEach(all::add);
        return all;
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

    @Test
    void each_event_fires_once_and_its_message_is_removed_only_after_that() throws Exception {
        trigger(OF_ACCOUNT);
        event("1", "Created", "orders/blobs/in/a.csv");
        event("2", "Deleted", "orders/blobs/in/sub/b.csv");
        event("3", "Created", "orders/blobs/out/c.csv");
        event("4", "Renamed", "orders/blobs/in/d.csv");
        read();
        assertThat(fired()).containsExactly("orders/in/a.csv", "orders/in/sub/b.csv");
        assertThat(queue)
                .as("messages before they are known to be written down")
                .hasSize(4);
        // At once, not a pause later.
        read();
        assertThat(queue).isEmpty();
        assertThat(node.lease(1, 0).jobs()).isEmpty();
        JsonNode pipeline = bench.ok(
                        "GET",
                        "fab/pipelineruns/"
                                + triggerRuns().stream()
                                        .filter(r -> r.at("/properties/FileName")
                                                .asString()
                                                .equals("b.csv"))
                                        .findFirst()
                                        .orElseThrow()
                                        .at("/triggeredPipelines/q")
                                        .stringValue(),
                        "")
                .json();
        assertThat(pipeline.at("/parameters/file").stringValue()).isEqualTo("orders/in/sub/b.csv");
        later(Duration.ofSeconds(10));
        event("5", "Created", "orders/blobs/in/e.csv");
        read();
        assertThat(fired()).hasSize(3).contains("orders/in/e.csv");
    }

    @Test
    void the_linked_service_goes_to_the_node_sealed_and_the_service_keeps_no_key() throws Exception {
        trigger(OF_ACCOUNT);
        JobOffer offer = node.leaseOne();
        JobSpec spec = JobSpec.fromJson(offer.spec());
        assertThat(spec.linkedServices()).containsOnlyKeys("landing");
        assertThat(Json.write(offer.spec())).doesNotContain("c2VjcmV0");
    }

    @Test
    void what_a_lost_node_had_read_comes_again_and_fires_once_whoever_is_killed() throws Exception {
        trigger(OF_ACCOUNT);
        event("1", "Created", "orders/blobs/in/a.csv");
        JobOffer lost = node.leaseOne();
        JobOutcome late = read(lost);
        later(Duration.ofMinutes(3));
        JobOffer second = node.leaseOne();
        assertThat(node.report(lost.job(), late)).isEqualTo(Verdict.SUPERSEDED);
        assertThat(node.report(second.job(), read(second))).isEqualTo(Verdict.ACCEPTED);
        round();
        assertThat(fired()).as("it is hidden").isEmpty();
        later(Duration.ofMinutes(10));
        read();
        assertThat(fired()).containsExactly("orders/in/a.csv");
        // The node that is to remove it dies; the message comes again, the file does not fire again.
        JobOffer removing = node.leaseOne();
        bench.restart();
        node = node.at(bench.client);
        later(Duration.ofMinutes(20));
        assertThat(queue).hasSize(1);
        JobOffer after = node.leaseOne();
        assertThat(after.job()).isNotEqualTo(removing.job());
        queue.get("m-1").receipt = "another reader's";
        assertThat(node.report(after.job(), read(after))).isEqualTo(Verdict.ACCEPTED);
        // The service's own round may have made the next reading before it had this report.
        for (int reading = 0; reading < 3 && !queue.isEmpty(); reading++) {
            round();
            read();
        }
        assertThat(queue).isEmpty();
        assertThat(fired()).containsExactly("orders/in/a.csv");
    }

    /// As when the connection broke before the node had its answer.
    @Test
    void a_reading_that_did_not_reach_its_node_is_offered_again_and_counts() throws Exception {
        trigger(OF_ACCOUNT);
        event("1", "Created", "orders/blobs/in/a.csv");
        JobOffer unheard = node.leaseOne();
        assertThat(node.lease(0, 0, List.of()).jobs()).isEmpty();
        later(Duration.ofMinutes(2));
        JobOffer again = node.leaseOne();
        assertThat(again.job().first()).isEqualTo(unheard.job().first());
        assertThat(again.job()).isNotEqualTo(unheard.job());
        assertThat(node.lease(1, 0, List.of(again.job())).jobs())
                .as("another reading beside it")
                .isEmpty();
        assertThat(node.report(again.job(), read(again))).isEqualTo(Verdict.ACCEPTED);
        round();
        assertThat(fired()).containsExactly("orders/in/a.csv");
        read();
        assertThat(queue).isEmpty();
    }

    @Test
    void an_event_that_event_grid_delivers_twice_fires_once() throws Exception {
        trigger(OF_ACCOUNT);
        event("1", "Created", "orders/blobs/in/a.csv");
        put("other", queue.get("m-1").text);
        read();
        read();
        assertThat(fired()).containsExactly("orders/in/a.csv");
        assertThat(queue).isEmpty();
    }

    @Test
    void messages_that_are_no_events_are_counted_said_and_hold_nothing_up() throws Exception {
        trigger(OF_ACCOUNT);
        put("bad", "not an event");
        event("1", "Created", "orders/blobs/in/a.csv");
        put("worse", "{'a':1}");
        read();
        assertThat(fired()).containsExactly("orders/in/a.csv");
        assertThat(triggerRuns())
                .filteredOn(r -> r.path("status").asString().equals("Failed"))
                .singleElement()
                .satisfies(r -> assertThat(r.path("message").asString())
                        .startsWith("2 messages of queue 'events' could not be read as events and were set aside in"
                                + " events-poison; the last one, worse: "));
        read();
        assertThat(queue).isEmpty();
    }

    @Test
    void a_queue_that_cannot_be_read_is_told_once_and_tried_again() throws Exception {
        trigger("'linkedService':{'referenceName':'landing','type':'LinkedServiceReference'},'folderPath':'orders/in',"
                + "'events':['Microsoft.Storage.BlobCreated']");
        for (int i = 0; i < 3; i++) {
            JobOffer offer = node.leaseOne();
            node.report(
                    offer.job(),
                    new JobOutcome.Failed(new ActivityError(
                            "TriggerQueueMissing", "There is no queue 'events'.", "UserError", "t", List.of())));
            later(Duration.ofMinutes(6));
        }
        assertThat(triggerRuns())
                .singleElement()
                .satisfies(run -> assertThat(run.get("message").stringValue())
                        .isEqualTo("Queue 'events' of linked service 'landing' could not be read: TriggerQueueMissing:"
                                + " There is no queue 'events'."));
        event("1", "Created", "orders/blobs/in/a.csv");
        event("2", "Created", "orders/blobs/in-other/b.csv");
        read();
        assertThat(fired()).containsExactly("orders/in/a.csv");
    }

    @Test
    void what_s3_tells_of_its_objects_fires_as_blobs_do() throws Exception {
        queueName = "https://sqs.eu-central-1.amazonaws.com/123456789012/Orders_Events.fifo";
        trigger(
                "'type':'AmazonS3','typeProperties':{'accessKeyId':'AKIA','secretAccessKey':{'type':'SecureString','value':'x'}}",
                """
            'linkedService':{'referenceName':'landing','type':'LinkedServiceReference'},'folderPath':'orders/in',
            'blobPathEndsWith':'.csv','ignoreEmptyBlobs':true,
            'events':['Microsoft.Storage.BlobCreated','Microsoft.Storage.BlobDeleted']\
            """);
        put("test", json("{'Service':'Amazon S3','Event':'s3:TestEvent','Bucket':'orders'}"));
        put("folder", json(object("ObjectCreated:Put", "in/new/", 0)));
        put("1", json(object("ObjectCreated:Put", "in/a+b.csv", 3)));
        put("2", json(object("ObjectRemoved:DeleteMarkerCreated", "in/sub/b.csv", 0)));
        put("3", json(object("ObjectCreated:Put", "out/c.csv", 3)));
        put("4", json(object("ObjectCreated:Put", "in/empty.csv", 0)));
        put("5", json(object("ObjectCreated:Put", "in/a+b.csv", 3)));
        read();
        assertThat(fired()).containsExactly("orders/in/a b.csv", "orders/in/sub/b.csv");
        read();
        assertThat(queue).isEmpty();
    }

    static String object(String name, String key, int size) {
        return """
            {'Records':[{'eventSource':'aws:s3','eventTime':'2026-01-31T06:00:00.000Z','eventName':'%s',
             's3':{'bucket':{'name':'orders'},'object':{'key':'%s','size':%d,'sequencer':'0055AED6DCD90281E5'}}}]}\
            """.formatted(name, key, size);
    }

    @Test
    void a_queue_name_that_cannot_be_is_refused() throws Exception {
        TestClient.Reply reply = bench.client.send("PUT", "fab/triggers/u", json("""
            {'properties':{'type':'BlobEventsTrigger','pipelines':[{'pipelineReference':{'referenceName':'q','type':'PipelineReference'}}],
             'typeProperties':{'queueName':'no queue','blobPathBeginsWith':'/c/blobs/','events':['Microsoft.Storage.BlobCreated'],'scope':'x'}}}\
            """));
        assertThat(reply.status()).isEqualTo(400);
        assertThat(reply.raw().body()).contains("queueName");
    }
}
