package dev.sluice.connectors.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.data.spi.MessageQueue;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.data.testkit.aws.MotoServer;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Queues of S3's notifications, in a real queue server; what it does not check (credentials) in one that answers as
/// Amazon documents.
class SqsQueueTest {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static QueueServer server;
    private final TestJob job = new TestJob();

    @BeforeAll
    static void start() {
        server = new QueueServer();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @AfterEach
    void end() {
        job.close();
    }

    private MessageQueue open(String type, String serviceUrl, String queue) {
        Map<String, Object> service = serviceUrl.isEmpty()
                ? Map.of("accessKeyId", "AKID", "secretAccessKey", "very secret")
                : Map.of("accessKeyId", "AKID", "secretAccessKey", "very secret", "serviceUrl", serviceUrl);
        return new S3Connector()
                .queue(TestEndpoint.source().linkedService(type, service).build(), queue, job);
    }

    private MessageQueue open(String queue) {
        return open("AmazonS3Compatible", server.address, queue);
    }

    private Problem refused(String type, String serviceUrl, String queue) {
        ProblemException e = catchThrowableOfType(ProblemException.class, () -> {
            try (MessageQueue messages = open(type, serviceUrl, queue)) {
                messages.receive(1, LONG);
            }
        });
        assertThat(e).as("a problem").isNotNull();
        assertThat(e.problem().message()).doesNotContain("unknown)").doesNotContain("very secret");
        return e.problem();
    }

    @Test
    void messages_are_hidden_when_they_are_received_and_gone_when_they_are_removed() throws Exception {
        server.create("orders");
        Set<String> sent = new HashSet<>();
        for (int i = 0; i < 25; i++) {
            String text = "{\"n\":" + i + ",\"text\":\"<&> ä\"}";
            server.send("orders", text);
            sent.add(text);
        }
        List<MessageQueue.Message> received = new ArrayList<>();
        try (MessageQueue queue = open("orders")) {
            for (List<MessageQueue.Message> some = queue.receive(32, LONG); !some.isEmpty(); ) {
                received.addAll(some);
                some = queue.receive(32, LONG);
            }
            assertThat(received).extracting(MessageQueue.Message::text).containsExactlyInAnyOrderElementsOf(sent);
            assertThat(server.count("orders")).isEqualTo(25);
            for (MessageQueue.Message each : received) {
                queue.remove(each.id(), each.receipt());
                queue.remove(each.id(), each.receipt());
            }
            assertThat(server.count("orders")).isZero();
            queue.remove("gone", "no receipt at all");
        }
    }

    @Test
    void a_message_that_is_not_removed_comes_again() throws Exception {
        server.create("again");
        server.send("again", "x");
        try (MessageQueue queue = open("again")) {
            assertThat(queue.receive(1, Duration.ofSeconds(1))).hasSize(1);
            List<MessageQueue.Message> second = queue.receive(1, LONG);
            for (int tries = 0; second.isEmpty() && tries < 30; tries++) {
                second = queue.receive(1, LONG);
            }
            assertThat(second).extracting(MessageQueue.Message::text).containsExactly("x");
        }
    }

    @Test
    void what_cannot_be_used_is_set_aside_in_a_queue_that_is_made_for_it() throws Exception {
        for (String[] names : new String[][] {{"plain", "plain-poison"}, {"ordered.fifo", "ordered-poison.fifo"}}) {
            server.create(names[0]);
            try (MessageQueue queue = open(names[0])) {
                queue.setAside("nonsense 1");
                queue.setAside("nonsense 2");
            }
            try (MessageQueue again = open(names[0])) {
                again.setAside("nonsense 3");
            }
            assertThat(server.count(names[1])).as(names[1]).isEqualTo(3);
        }
    }

    @Test
    void a_queue_is_named_by_its_address_too() throws Exception {
        server.create("addressed.fifo");
        server.send("addressed.fifo", "y");
        try (MessageQueue queue = open(server.url("addressed.fifo"))) {
            assertThat(queue.receive(5, LONG))
                    .extracting(MessageQueue.Message::text)
                    .containsExactly("y");
        }
    }

    @Test
    void queues_that_are_missing_and_names_and_addresses_that_cannot_be_are_refused() {
        Problem missing = refused("AmazonS3Compatible", server.address, "nowhere");
        assertThat(missing.code()).isEqualTo("TriggerQueueMissing");
        assertThat(missing.message()).contains("nowhere");
        for (String wrong : List.of("", "a queue", "q".repeat(81), "a.b", "http://localhost/1/a b", "file://x/1/q")) {
            assertThat(refused("AmazonS3Compatible", server.address, wrong).code())
                    .as(wrong)
                    .isEqualTo("ConnectionSettingInvalid");
        }
        // A credential of Amazon signs no request to another host, and one of another host none to Amazon's.
        assertThat(refused("AmazonS3", "", "https://evil.example/1/q").message())
                .contains("sqs.eu-west-1");
        assertThat(refused("AmazonS3", "", "http://sqs.eu-west-1.amazonaws.com/1/q")
                        .code())
                .isEqualTo("ConnectionSettingInvalid");
        assertThat(refused("AmazonS3Compatible", server.address, "https://sqs.eu-west-1.amazonaws.com/1/q")
                        .message())
                .contains("localhost");
        assertThat(refused("GoogleCloudStorage", "", "q").code()).isEqualTo("TriggerQueueNotSupported");
    }

    @Test
    void a_queue_of_amazon_is_in_the_region_of_its_bucket_or_of_its_address() {
        S3Account account = S3Account.of(TestEndpoint.source()
                .linkedService(
                        "AmazonS3",
                        Map.of(
                                "accessKeyId", "AKID",
                                "secretAccessKey", "very secret",
                                "serviceUrl", "https://s3.eu-central-1.amazonaws.com"))
                .build());
        QueuePlace named = QueuePlace.of(account, "orders");
        assertThat(named.account().endpoint()).hasToString("https://sqs.eu-central-1.amazonaws.com/");
        assertThat(named.account().region()).isEqualTo("eu-central-1");
        QueuePlace addressed = QueuePlace.of(account, "https://sqs.us-west-2.amazonaws.com/123456789012/orders.fifo");
        assertThat(addressed.account().endpoint()).hasToString("https://sqs.us-west-2.amazonaws.com/");
        assertThat(addressed.account().region()).isEqualTo("us-west-2");
        assertThat(addressed.aside().name()).isEqualTo("orders-poison.fifo");
        assertThat(addressed.aside().address()).isEmpty();
    }

    @Test
    void a_wrong_key_and_a_missing_right_are_told_apart_and_requests_are_signed_for_the_queue_service()
            throws IOException {
        AtomicReference<String> code = new AtomicReference<>("InvalidClientTokenId");
        AtomicReference<String> authorization = new AtomicReference<>("");
        HttpServer amazon = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        amazon.createContext("/", exchange -> {
            authorization.set(exchange.getRequestHeaders().getFirst("Authorization"));
            exchange.getRequestBody().readAllBytes();
            byte[] body =
                    ("<ErrorResponse xmlns=\"http://queue.amazonaws.com/doc/2012-11-05/\"><Error><Type>Sender</Type><Code>"
                                    + code.get()
                                    + "</Code><Message>very secret is not allowed</Message></Error></ErrorResponse>")
                            .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(403, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        amazon.start();
        try {
            String address = "http://127.0.0.1:" + amazon.getAddress().getPort();
            assertThat(refused("AmazonS3Compatible", address, "q").code()).isEqualTo("CredentialRejected");
            assertThat(authorization.get())
                    .startsWith("AWS4-HMAC-SHA256 Credential=AKID/")
                    .contains("/us-east-1/sqs/aws4_request")
                    .contains("SignedHeaders=content-type;host;x-amz-content-sha256;x-amz-date");
            code.set("AccessDenied");
            Problem denied = refused("AmazonS3Compatible", address, "q");
            assertThat(denied.code()).isEqualTo("PermissionDenied");
            assertThat(denied.message()).contains("queue q");
        } finally {
            amazon.stop(0);
        }
    }

    /// Moto, which checks signatures as Amazon does, and rights.
    @Test
    void signatures_and_rights_are_those_that_a_checking_service_wants() throws Exception {
        try (MotoServer moto = MotoServer.start(true).orElse(null)) {
            assumeTrue(moto != null, "SKIPPED: Moto needs Python");
            moto.ask("sqs", "create_queue", "{'QueueName':'signed'}");
            String address = moto.endpoint() + "/123456789012/signed";
            moto.ask("sqs", "send_message", "{'QueueUrl':'%s','MessageBody':'a + ü & 100%%'}".formatted(address));
            Map<String, Object> service = new HashMap<>(Map.of(
                    "serviceUrl", moto.endpoint(),
                    "accessKeyId", moto.keyId(),
                    "secretAccessKey", moto.secret()));
            try (MessageQueue queue = signed(service, address)) {
                MessageQueue.Message message = queue.receive(10, LONG).getFirst();
                assertThat(message.text()).isEqualTo("a + ü & 100%");
                queue.remove(message.id(), message.receipt());
                queue.setAside(message.text());
            }
            service.put("secretAccessKey", "very secret");
            assertThat(code(service, address)).isEqualTo("CredentialRejected");
            service.put("accessKeyId", "AKIANOBODYATALL00000");
            assertThat(code(service, address)).isEqualTo("CredentialRejected");
            moto.ask("iam", "create_user", "{'UserName':'reader'}");
            String made = moto.ask("iam", "create_access_key", "{'UserName':'reader'}");
            service.put("accessKeyId", made.replaceAll(".*\"AccessKeyId\": \"([^\"]+)\".*", "$1"));
            service.put("secretAccessKey", made.replaceAll(".*\"SecretAccessKey\": \"([^\"]+)\".*", "$1"));
            assertThat(code(service, address)).isEqualTo("PermissionDenied");
        }
    }

    private MessageQueue signed(Map<String, Object> service, String queue) {
        return new S3Connector()
                .queue(
                        TestEndpoint.source()
                                .linkedService("AmazonS3Compatible", service)
                                .build(),
                        queue,
                        job);
    }

    private String code(Map<String, Object> service, String address) {
        ProblemException e = catchThrowableOfType(ProblemException.class, () -> {
            try (MessageQueue queue = signed(service, address)) {
                queue.receive(1, LONG);
            }
        });
        return e.problem().code();
    }
}
