package dev.sluice.connectors.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.connectors.azure.QueueLine.Question;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.MessageQueue;
import dev.sluice.data.spi.MessageQueue.Message;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.data.testkit.azure.AzuriteServer;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.TriggerFaults;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Queues of Azure Storage, in Azurite.
class StorageQueueTest {
    private static final Duration LONG = Duration.ofMinutes(10);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static @Nullable AzuriteServer server;

    private final TestJob job = new TestJob();

    @BeforeAll
    static void start() {
        server = AzuriteServer.start(AzuriteServer.Service.QUEUE).orElse(null);
        assumeTrue(server != null, "SKIPPED: Azurite needs Node.js and npm");
    }

    @AfterAll
    static void stop() {
        if (server != null) {
            server.close();
        }
    }

    private static Endpoint endpoint(String type, Map<String, Object> service) {
        return TestEndpoint.source().linkedService(type, service).build();
    }

    private static Endpoint azurite() {
        return endpoint("AzureBlobStorage", Map.of("connectionString", server.connectionString()));
    }

    private MessageQueue queue(String name) {
        return new AzureBlobConnector().queue(azurite(), name, job);
    }

    private void ask(String method, String path, String body) throws IOException {
        Endpoint endpoint = azurite();
        AzureAccount account = new AccountSettings(endpoint, AccountSettings.Service.QUEUE).read();
        try (QueueLine line = new QueueLine(account, new QueueProblems(endpoint.side(), "test", account, ""), job)) {
            line.ask(new Question(method, path, Map.of(), body, Set.of(), "test"));
        }
    }

    private void create(String name, String... texts) throws IOException {
        ask("PUT", "/" + name, "");
        for (String text : texts) {
            ask(
                    "POST",
                    "/" + name + "/messages",
                    "<QueueMessage><MessageText>" + text + "</MessageText></QueueMessage>");
        }
    }

    @Test
    void received_messages_are_hidden_come_again_and_are_gone_when_removed() throws Exception {
        create("come-again", "one", "two &lt;&amp;&gt;");
        try (MessageQueue queue = queue("come-again")) {
            List<Message> received = queue.receive(32, Duration.ofSeconds(1));
            assertThat(received).extracting(Message::text).containsExactly("one", "two <&>");
            assertThat(queue.receive(32, LONG)).isEmpty();
            queue.remove(received.get(0).id(), received.get(0).receipt());
            List<Message> again = queue.receive(32, LONG);
            for (Instant end = Instant.now().plus(PATIENCE);
                    again.isEmpty() && Instant.now().isBefore(end); ) {
                again = queue.receive(32, LONG);
            }
            assertThat(again).extracting(Message::text).containsExactly("two <&>");
            assertThat(again.getFirst().id()).isEqualTo(received.get(1).id());
            // The receipt of the first time does not count any more, and that is no error.
            queue.remove(received.get(1).id(), received.get(1).receipt());
            queue.remove(received.get(0).id(), received.get(0).receipt());
            queue.remove(again.getFirst().id(), again.getFirst().receipt());
            assertThat(queue.receive(32, LONG)).isEmpty();
        }
    }

    @Test
    void what_cannot_be_used_goes_to_a_queue_of_its_own_which_is_made() throws Exception {
        create("broken");
        try (MessageQueue queue = queue("broken");
                MessageQueue poison = queue("broken-poison")) {
            queue.setAside("<no> & event");
            queue.setAside("another");
            assertThat(poison.receive(32, LONG)).extracting(Message::text).containsExactly("<no> & event", "another");
            assertThat(queue.receive(32, LONG)).isEmpty();
        }
    }

    @Test
    void failures_are_named() throws Exception {
        try (MessageQueue queue = queue("not-there")) {
            assertFault(() -> queue.receive(1, LONG), TriggerFaults.QUEUE_MISSING, "not-there");
        }
        create("locked");
        String wrong = server.connectionString().replace(AzuriteServer.KEY, "d3Jvbmc=");
        Endpoint endpoint = endpoint("AzureBlobStorage", Map.of("connectionString", wrong));
        try (MessageQueue queue = new AzureBlobConnector().queue(endpoint, "locked", job)) {
            assertFault(() -> queue.receive(1, LONG), ConnectionFaults.WRONG_PASSWORD, "account key of");
        }
        Endpoint nobody = endpoint(
                "AzureBlobStorage",
                Map.of(
                        "connectionString",
                        "QueueEndpoint=http://127.0.0.1:1/acme;AccountName=acme;AccountKey=d3Jvbmc="));
        try (MessageQueue queue = new AzureBlobConnector().queue(nobody, "locked", job)) {
            assertFault(() -> queue.receive(1, LONG), ConnectionFaults.PORT_REFUSED, "127.0.0.1");
        }
    }

    private static void assertFault(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable step, Fault fault, String text) {
        assertThatThrownBy(step).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().fault()).isEqualTo(fault);
            assertThat(e.problem().message()).contains(text).doesNotContain("d3Jvbmc=");
        });
    }

    private static String address(String type, Map<String, Object> service) {
        return new AccountSettings(endpoint(type, service), AccountSettings.Service.QUEUE)
                .read()
                .endpoint()
                .toString();
    }

    @Test
    void the_queues_address_follows_from_that_of_the_blobs() {
        assertThat(address("AzureBlobStorage", Map.of("connectionString", "AccountName=acme;AccountKey=d3Jvbmc=;")))
                .isEqualTo("https://acme.queue.core.windows.net");
        assertThat(address(
                        "AzureBlobStorage",
                        Map.of("serviceEndpoint", "https://acme.blob.core.windows.net", "accountKey", "d3Jvbmc=")))
                .isEqualTo("https://acme.queue.core.windows.net");
        assertThat(address(
                        "AzureBlobFS",
                        Map.of("url", "https://acme.dfs.core.chinacloudapi.cn", "accountKey", "d3Jvbmc=")))
                .isEqualTo("https://acme.queue.core.chinacloudapi.cn");
        assertThat(address("AzureBlobStorage", Map.of("connectionString", "UseDevelopmentStorage=true")))
                .isEqualTo("http://127.0.0.1:10001/devstoreaccount1");
        assertThatThrownBy(() -> address(
                        "AzureBlobStorage",
                        Map.of(
                                "connectionString",
                                "AccountName=acme;AccountKey=d3Jvbmc=;BlobEndpoint=https://blobs.example.org")))
                .hasMessageContaining("QueueEndpoint is missing");
    }
}
