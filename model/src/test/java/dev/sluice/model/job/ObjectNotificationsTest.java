package dev.sluice.model.job;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.job.QueueReading.Message;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Messages as Amazon's pages "Event message structure", "Publish to an SNS topic" and "Using EventBridge" show them.
class ObjectNotificationsTest {
    private static final String RECORD = """
            {"eventVersion":"2.1","eventSource":"aws:s3","awsRegion":"us-west-2","eventTime":"1970-01-01T00:00:00.000Z",
             "eventName":"%s","userIdentity":{"principalId":"AIDAJDPLRKLG7UEXAMPLE"},
             "s3":{"s3SchemaVersion":"1.0","configurationId":"testConfigRule",
              "bucket":{"name":"amzn-s3-demo-bucket","ownerIdentity":{"principalId":"A3NL1KOZZKExample"},"arn":"arn:aws:s3:::x"},
              "object":{"key":"%s","size":1024,"eTag":"d41d8cd98f00b204e9800998ecf8427e","versionId":"096fKKXTRTtl3on89fVO",
               "sequencer":"0055AED6DCD90281E5"}}}""";

    private static Message read(String text) {
        return QueueReading.message("1", "r", text);
    }

    private static JsonNode only(String text) {
        Message message = read(text);
        assertThat(message.problem()).isEmpty();
        assertThat(message.events()).hasSize(1);
        return message.events().getFirst();
    }

    private static String records(String... records) {
        return "{\"Records\":[" + String.join(",", records) + "]}";
    }

    @Test
    void a_notification_of_an_object_becomes_the_event_that_triggers_know() {
        JsonNode event = only(records(RECORD.formatted("ObjectCreated:Put", "in/my+caf%C3%A9%2B1.csv")));
        assertThat(event.path("eventType").asString()).isEqualTo("Microsoft.Storage.BlobCreated");
        assertThat(event.path("subject").asString())
                .isEqualTo("/blobServices/default/containers/amzn-s3-demo-bucket/blobs/in/my café+1.csv");
        assertThat(event.path("eventTime").asString()).isEqualTo("1970-01-01T00:00:00.000Z");
        assertThat(event.path("data").path("contentLength").asLong()).isEqualTo(1024);
        assertThat(event.path("data").path("eTag").asString()).isEqualTo("d41d8cd98f00b204e9800998ecf8427e");
        assertThat(event.path("data").path("versionId").asString()).isEqualTo("096fKKXTRTtl3on89fVO");
        assertThat(event.path("data").path("api").asString()).isEqualTo("ObjectCreated:Put");
    }

    @Test
    void each_change_of_an_object_has_an_id_of_its_own_and_the_same_change_the_same() {
        String created = RECORD.formatted("ObjectCreated:Put", "a");
        String later = created.replace("0055AED6DCD90281E5", "0055AED6DCD90281E6");
        String removed = RECORD.formatted("ObjectRemoved:Delete", "a");
        String other = RECORD.formatted("ObjectCreated:Put", "b");
        List<String> ids = read(records(created, later, removed, other, created)).events().stream()
                .map(e -> e.path("id").asString())
                .toList();
        assertThat(ids.subList(0, 4)).doesNotHaveDuplicates();
        assertThat(ids.get(4)).isEqualTo(ids.get(0));
    }

    @Test
    void deletions_are_told_apart_from_events_that_no_trigger_means() {
        for (String name : List.of(
                "ObjectRemoved:Delete",
                "ObjectRemoved:DeleteMarkerCreated",
                "LifecycleExpiration:Delete",
                "s3:ObjectRemoved:Delete")) {
            assertThat(only(records(RECORD.formatted(name, "a")))
                            .path("eventType")
                            .asString())
                    .as(name)
                    .isEqualTo("Microsoft.Storage.BlobDeleted");
        }
        assertThat(only(records(RECORD.formatted("ObjectTagging:Put", "a")))
                        .path("eventType")
                        .asString())
                .isEqualTo("aws:s3:ObjectTagging:Put");
    }

    @Test
    void what_a_topic_has_wrapped_is_unwrapped() {
        ObjectNode wrapped = Json.object();
        wrapped.put("Type", "Notification");
        wrapped.put("MessageId", "x");
        wrapped.put("TopicArn", "arn:aws:sns:us-east-1:123456789012:t");
        wrapped.put("Message", records(RECORD.formatted("ObjectCreated:CompleteMultipartUpload", "a/b")));
        assertThat(only(Json.write(wrapped)).path("subject").asString()).endsWith("/blobs/a/b");
        wrapped.put("Message", "no JSON");
        assertThat(read(Json.write(wrapped)).readable()).isFalse();
    }

    @Test
    void the_message_that_a_bucket_sends_when_it_is_configured_holds_no_event_and_is_no_failure() {
        Message test = read("""
                {"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"amzn-s3-demo-bucket",
                 "RequestId":"5582815E1AEA5ADF","HostId":"8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR"}""");
        assertThat(test.readable()).isTrue();
        assertThat(test.events()).isEmpty();
        QueueReading again = QueueReading.fromJson(new QueueReading(List.of(test), false).toJson());
        assertThat(again.messages().getFirst().readable()).isTrue();
    }

    @Test
    void an_event_of_the_event_bridge_is_known_too_and_its_key_is_not_escaped() {
        String event = """
                {"version":"0","id":"17793124-05d4-b198-2fde-7ededc63b103","detail-type":"Object %s","source":"aws.s3",
                 "account":"111122223333","time":"2021-11-12T00:00:00Z","region":"ca-central-1",
                 "resources":["arn:aws:s3:::amzn-s3-demo-bucket1"],
                 "detail":{"version":"0","bucket":{"name":"amzn-s3-demo-bucket1"},
                  "object":{"key":"a+b%%20c","size":5,"etag":"b1946ac92492d2347c6235b4d2611184","version-id":"IYV3p45BT0",
                   "sequencer":"617f08299329d189"},"reason":"PutObject"}}""";
        JsonNode created = only(event.formatted("Created"));
        assertThat(created.path("eventType").asString()).isEqualTo("Microsoft.Storage.BlobCreated");
        assertThat(created.path("subject").asString()).endsWith("amzn-s3-demo-bucket1/blobs/a+b%20c");
        assertThat(created.path("data").path("contentLength").asLong()).isEqualTo(5);
        assertThat(only(event.formatted("Deleted")).path("eventType").asString())
                .isEqualTo("Microsoft.Storage.BlobDeleted");
    }

    @Test
    void records_of_other_sources_and_broken_ones_are_not_taken_for_events() {
        assertThat(read("{\"Records\":[]}").readable()).isFalse();
        assertThat(read("{\"Records\":[{\"eventSource\":\"aws:sqs\"}]}").readable())
                .isFalse();
        assertThat(read("{\"Records\":[{\"s3\":{\"object\":{\"key\":\"%zz\"},\"bucket\":{\"name\":\"b\"}}}]}")
                        .readable())
                .isFalse();
        assertThat(read("{\"Records\":[{\"s3\":{\"object\":{\"size\":1}}}]}").readable())
                .isFalse();
        String record = RECORD.formatted("ObjectCreated:Put", "a");
        assertThat(read(records(java.util.Collections.nCopies(101, record).toArray(String[]::new)))
                        .readable())
                .isFalse();
    }
}
