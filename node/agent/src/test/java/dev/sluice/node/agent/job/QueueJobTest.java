package dev.sluice.node.agent.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.data.testkit.azure.AzuriteServer;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.QueueReading;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Reading a trigger's queue in Azurite, as a node does it.
class QueueJobTest {
    private static final String EVENT = """
            {"id":"e-%d","eventType":"Microsoft.Storage.BlobCreated","subject":"/blobServices/default/containers/c/blobs/f%d"}\
            """;

    private static @Nullable AzuriteServer server;

    @TempDir
    Path folder;

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

    /// As a client that signs by itself: the connector has no way to make a queue of events.
    private static void ask(String method, String path, String body) throws Exception {
        String date = java.time.format.DateTimeFormatter.RFC_1123_DATE_TIME.format(
                java.time.ZonedDateTime.now(java.time.ZoneOffset.UTC));
        String length = body.isEmpty() ? "" : String.valueOf(body.getBytes(StandardCharsets.UTF_8).length);
        String signed = method + "\n\n\n" + length + "\n\n\n\n\n\n\n\n\nx-ms-date:" + date
                + "\nx-ms-version:2019-02-02\n/" + AzuriteServer.ACCOUNT + "/" + AzuriteServer.ACCOUNT + path;
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(AzuriteServer.KEY), "HmacSHA256"));
        String signature = Base64.getEncoder().encodeToString(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8)));
        HttpRequest request = HttpRequest.newBuilder(URI.create(server.endpoint() + path))
                .header("x-ms-version", "2019-02-02")
                .header("x-ms-date", date)
                .header("Authorization", "SharedKey " + AzuriteServer.ACCOUNT + ":" + signature)
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                    .isBetween(200, 299);
        }
    }

    private static void put(String queue, String text) throws Exception {
        ask(
                "POST",
                "/" + queue + "/messages",
                "<QueueMessage><MessageText>" + text.replace("&", "&amp;").replace("<", "&lt;")
                        + "</MessageText></QueueMessage>");
    }

    private QueueReading read(String queue, List<QueueReading.Message> done) {
        String removed = done.stream()
                .map(m -> "{\"id\":\"" + m.id() + "\",\"receipt\":\"" + m.receipt() + "\"}")
                .collect(Collectors.joining(","));
        JobOutcome outcome = job(queue, removed).outcome();
        assertThat(outcome).isInstanceOf(JobOutcome.Succeeded.class);
        return QueueReading.fromJson(((JobOutcome.Succeeded) outcome).output());
    }

    private JobBench job(String queue, String done) {
        return JobBench.job(folder, QueueReading.KIND, "{\"queueName\":\"" + queue + "\",\"done\":[" + done + "]}")
                .on("{\"type\":\"AzureBlobStorage\",\"typeProperties\":{\"connectionString\":\"%s\"}}"
                        .formatted(server.connectionString()));
    }

    @Test
    void events_are_told_as_json_or_base64_and_removed_when_the_service_says_so() throws Exception {
        ask("PUT", "/events", "");
        put("events", EVENT.formatted(1, 1));
        put("events", Base64.getEncoder().encodeToString(EVENT.formatted(2, 2).getBytes(StandardCharsets.UTF_8)));
        put("events", "[" + EVENT.formatted(3, 3) + "," + EVENT.formatted(4, 4) + "]");
        QueueReading first = read("events", List.of());
        assertThat(first.more()).isFalse();
        assertThat(first.messages())
                .flatExtracting(QueueReading.Message::events)
                .extracting(e -> e.path("id").asString())
                .containsExactly("e-1", "e-2", "e-3", "e-4");
        put("events", EVENT.formatted(5, 5));
        QueueReading second = read("events", first.messages());
        assertThat(second.messages())
                .flatExtracting(QueueReading.Message::events)
                .extracting(e -> e.path("id").asString())
                .containsExactly("e-5");
        // What was done with already is no error.
        assertThat(read("events", first.messages()).messages()).isEmpty();
    }

    @Test
    void what_is_no_event_is_set_aside_and_said() throws Exception {
        ask("PUT", "/mixed", "");
        put("mixed", "hello <there>");
        put("mixed", "{\"id\":\"x\"}");
        put("mixed", EVENT.formatted(1, 1));
        QueueReading reading = read("mixed", List.of());
        assertThat(reading.messages())
                .extracting(QueueReading.Message::readable)
                .containsExactly(false, false, true);
        assertThat(reading.messages().get(0).setAside()).isTrue();
        assertThat(reading.messages().get(0).problem()).contains("neither JSON nor JSON in Base64: hello <there>");
        assertThat(reading.messages().get(1).problem()).contains("needs an id and an eventType");
        QueueReading poison = read("mixed-poison", List.of());
        assertThat(poison.messages()).hasSize(2);
        assertThat(read("mixed", reading.messages()).messages()).isEmpty();
    }

    @Test
    void many_messages_are_told_in_several_reports() throws Exception {
        ask("PUT", "/many", "");
        for (int i = 0; i < 300; i++) {
            put("many", EVENT.formatted(i, i));
        }
        QueueReading first = read("many", List.of());
        assertThat(first.more()).isTrue();
        QueueReading second = read("many", first.messages());
        assertThat(second.more()).isFalse();
        assertThat(first.messages().size() + second.messages().size()).isEqualTo(300);
    }

    @Test
    void a_missing_queue_and_a_store_without_queues_are_named() {
        assertThat(job("none", "").code()).isEqualTo("TriggerQueueMissing");
        String code = JobBench.job(folder, QueueReading.KIND, "{\"queueName\":\"any\",\"done\":[]}")
                .on("{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"%s\"}}".formatted(folder))
                .code();
        assertThat(code).isEqualTo("TriggerQueueNotSupported");
    }
}
