package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.data.testkit.aws.MotoServer;
import dev.sluice.model.job.FolderListing;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.QueueReading;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reading the queue in which a bucket's event notifications arrive, as a node does it: what Moto's S3 tells of objects
/// goes to Moto's SQS, directly and by way of SNS.
class ObjectQueueJobTest {
    private static @Nullable MotoServer moto;

    @TempDir
    Path folder;

    @BeforeAll
    static void start() {
        moto = MotoServer.start(false).orElse(null);
        assumeTrue(moto != null, "SKIPPED: Moto needs Python");
    }

    @AfterAll
    static void stop() {
        if (moto != null) {
            moto.close();
        }
    }

    /// A bucket and a queue of one name.
    private static String made(String name) throws IOException {
        moto.ask("s3", "create_bucket", "{'Bucket':'%s'}".formatted(name));
        return queue(name);
    }

    private static String queue(String name) throws IOException {
        moto.ask("sqs", "create_queue", "{'QueueName':'%s'}".formatted(name));
        return address(name);
    }

    private static String address(String name) {
        return moto.endpoint() + "/123456789012/" + name;
    }

    private static String arn(String name) {
        return "arn:aws:sqs:us-east-1:123456789012:" + name;
    }

    private static void put(String bucket, String key, String content) throws IOException {
        moto.ask("s3", "put_object", "{'Bucket':'%s','Key':'%s','Body':'%s'}".formatted(bucket, key, content));
    }

    private JobBench job(String queue, List<QueueReading.Message> done) {
        String removed = done.stream()
                .map(m -> "{\"id\":\"" + m.id() + "\",\"receipt\":\"" + m.receipt() + "\"}")
                .collect(Collectors.joining(","));
        return JobBench.job(folder, QueueReading.KIND, "{\"queueName\":\"" + queue + "\",\"done\":[" + removed + "]}")
                .on(service());
    }

    /// A bucket that tells nothing is listed, its name in front.
    @Test
    void a_bucket_is_listed_with_what_changed_since() throws IOException {
        made("listed");
        put("listed", "in/a.csv", "1");
        put("listed", "in/sub/b c.csv", "2");
        put("listed", "other.csv", "3");
        String asked = "{\"folderPath\":\"listed/in\"";
        FolderListing first = ListingTest.listing(
                JobBench.job(folder, FolderListing.KIND, asked + "}").on(service()));
        assertThat(ListingTest.paths(first)).containsExactly("listed/in/a.csv", "listed/in/sub/b c.csv");
        assertThat(first.whole()).isTrue();
        put("listed", "in/a.csv", "11");
        String known = asked + ",\"buckets\":" + ListingTest.digests(first) + "}";
        assertThat(ListingTest.paths(ListingTest.listing(
                        JobBench.job(folder, FolderListing.KIND, known).on(service()))))
                .containsExactly("listed/in/a.csv");
    }

    private static String service() {
        return """
                {"type":"AmazonS3Compatible","typeProperties":{"serviceUrl":"%s","accessKeyId":"%s","secretAccessKey":"%s"}}\
                """.formatted(moto.endpoint(), moto.keyId(), moto.secret());
    }

    private QueueReading read(String queue, List<QueueReading.Message> done) {
        JobOutcome outcome = job(queue, done).outcome();
        assertThat(outcome).isInstanceOf(JobOutcome.Succeeded.class);
        return QueueReading.fromJson(((JobOutcome.Succeeded) outcome).output());
    }

    private static List<String> told(QueueReading reading) {
        List<String> told = new ArrayList<>();
        for (QueueReading.Message message : reading.messages()) {
            assertThat(message.problem()).isEmpty();
            message.events()
                    .forEach(e -> told.add(e.path("eventType").asString().replace("Microsoft.Storage.", "") + " "
                            + e.path("subject").asString().replace("/blobServices/default/containers/", "") + " "
                            + e.at("/data/contentLength").asLong()));
        }
        return told;
    }

    @Test
    void what_s3_tells_is_read_and_removed_when_the_service_says_so() throws Exception {
        String address = made("orders");
        moto.ask("s3", "put_bucket_notification_configuration", """
                {'Bucket':'orders','NotificationConfiguration':{'QueueConfigurations':[
                 {'QueueArn':'%s','Events':['s3:ObjectCreated:*','s3:ObjectRemoved:*']}]}}""".formatted(arn("orders")));
        put("orders", "in/a b+ü.csv", "x,y");
        put("orders", "in/new/", "");
        moto.ask("s3", "delete_object", "{'Bucket':'orders','Key':'in/a b+ü.csv'}");
        QueueReading first = read(address, List.of());
        assertThat(told(first))
                .containsExactlyInAnyOrder(
                        "BlobCreated orders/blobs/in/a b+ü.csv 3", "BlobDeleted orders/blobs/in/a b+ü.csv 3");
        assertThat(first.messages())
                .as("with the test event and that of the folder")
                .hasSize(4);
        put("orders", "in/c.csv", "1");
        QueueReading second = read(address, first.messages());
        assertThat(told(second)).containsExactly("BlobCreated orders/blobs/in/c.csv 1");
        assertThat(read(address, second.messages()).messages()).isEmpty();
        assertThat(moto.ask("sqs", "get_queue_attributes", """
                {'QueueUrl':'%s/123456789012/orders','AttributeNames':['ApproximateNumberOfMessagesNotVisible']}""".formatted(moto.endpoint())))
                .as("nothing is left, hidden or not")
                .contains("\"ApproximateNumberOfMessagesNotVisible\": \"0\"");
    }

    @Test
    void versions_of_an_object_are_events_of_their_own_by_way_of_a_topic_too() throws Exception {
        String address = made("versions");
        moto.ask("s3", "put_bucket_versioning", "{'Bucket':'versions','VersioningConfiguration':{'Status':'Enabled'}}");
        moto.ask("sns", "create_topic", "{'Name':'objects'}");
        moto.ask(
                "sns",
                "subscribe",
                "{'TopicArn':'arn:aws:sns:us-east-1:123456789012:objects','Protocol':'sqs','Endpoint':'%s'}"
                        .formatted(arn("versions")));
        moto.ask("s3", "put_bucket_notification_configuration", """
                {'Bucket':'versions','NotificationConfiguration':{'TopicConfigurations':[
                 {'TopicArn':'arn:aws:sns:us-east-1:123456789012:objects','Events':['s3:ObjectCreated:*']}]}}""");
        put("versions", "a.csv", "1");
        put("versions", "a.csv", "22");
        QueueReading reading = read(address, List.of());
        assertThat(told(reading))
                .containsExactlyInAnyOrder("BlobCreated versions/blobs/a.csv 1", "BlobCreated versions/blobs/a.csv 2");
        assertThat(reading.messages())
                .flatExtracting(QueueReading.Message::events)
                .extracting(e -> e.path("id").asString())
                .doesNotHaveDuplicates();
    }

    @Test
    void what_is_no_event_is_set_aside_and_said() throws Exception {
        String address = queue("mixed");
        moto.ask("sqs", "send_message", "{'QueueUrl':'%s','MessageBody':'hello'}".formatted(address));
        QueueReading reading = read(address, List.of());
        assertThat(reading.messages()).singleElement().satisfies(m -> {
            assertThat(m.problem()).contains("neither JSON nor JSON in Base64: hello");
            assertThat(m.setAside()).isTrue();
        });
        assertThat(read(address, reading.messages()).messages()).isEmpty();
        assertThat(read(address("mixed-poison"), List.of()).messages()).hasSize(1);
    }

    @Test
    void a_missing_queue_is_named() {
        assertThat(job(address("none"), List.of()).code()).isEqualTo("TriggerQueueMissing");
    }
}
