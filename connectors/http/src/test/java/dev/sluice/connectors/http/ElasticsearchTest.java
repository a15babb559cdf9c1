package dev.sluice.connectors.http;

import static dev.sluice.data.testkit.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.http.WebServer.Asked;
import dev.sluice.connectors.http.WebServer.Reply;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// At the level of the protocol, against an HTTP server that keeps documents as the bulk API's documentation says.
final class ElasticsearchTest {
    private static final Schema ORDERS = Schema.of(new Field("id", DataType.INT32), new Field("name", DataType.STRING));
    private static final Pattern HEAD = Pattern.compile("\\{\"(index|create)\":\\{(?:\"_id\":\"([^\"]*)\")?}}");

    private final TestJob job = new TestJob();
    private final SortedMap<String, String> documents = new ConcurrentSkipListMap<>();
    private final AtomicInteger made = new AtomicInteger();

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    private Reply index(Asked asked) {
        if (asked.target().equals("/orders%2F1/_refresh")) {
            return Reply.ok("{}");
        }
        assertThat(asked.target()).isEqualTo("/orders%2F1/_bulk");
        assertThat(asked.header("Content-Type")).isEqualTo("application/x-ndjson");
        assertThat(asked.header("Authorization")).isEqualTo("ApiKey s3cret");
        assertThat(asked.body()).endsWith("\n");
        String[] lines = asked.body().split("\n", -1);
        StringBuilder items = new StringBuilder();
        boolean errors = false;
        for (int i = 0; i + 1 < lines.length; i += 2) {
            Matcher head = HEAD.matcher(lines[i]);
            assertThat(head.matches()).as(lines[i]).isTrue();
            String id = head.group(2) == null ? "made" + made.incrementAndGet() : head.group(2);
            boolean conflict = head.group(1).equals("create") && documents.containsKey(id);
            if (!conflict) {
                documents.put(id, lines[i + 1]);
            }
            errors |= conflict;
            items.append(items.isEmpty() ? "" : ",")
                    .append("{\"%s\":{\"_id\":\"%s\",\"status\":%d%s}}"
                            .formatted(
                                    head.group(1),
                                    id,
                                    conflict ? 409 : 201,
                                    conflict
                                            ? ",\"error\":{\"type\":\"version_conflict_engine_exception\",\"reason\":\"r\"}"
                                            : ""));
        }
        return Reply.ok("{\"took\":1,\"errors\":" + errors + ",\"items\":[" + items + "]}");
    }

    private static TestEndpoint to(WebServer server) {
        return TestEndpoint.sink()
                .linkedService(
                        "Elasticsearch",
                        Map.of("url", server.url() + "/", "authHeaders", Map.of("Authorization", "ApiKey s3cret")))
                .dataset("ElasticsearchIndex")
                .with("index", "orders/1")
                .activity("writeBatchSize", "2");
    }

    private void write(TestEndpoint sink, List<List<@Nullable Object>> rows) throws IOException {
        try (Sink open = new ElasticsearchConnector().sink(sink.build(), job)) {
            open.begin(ORDERS);
            try (Writer writer = open.open(0);
                    Batch batch = Rows.batch(ORDERS, job.memory(), rows)) {
                writer.write(batch);
                writer.finish();
            }
            assertThat(open.commit().rows()).isEqualTo(rows.size());
        }
    }

    @Test
    void rows_become_documents_in_batches_and_are_found_after_the_commit() throws IOException {
        try (WebServer server = new WebServer(this::index)) {
            write(to(server), List.of(row(1, "a"), row(2, "line\nbreak"), row(3, null)));
            assertThat(documents.values())
                    .containsExactly(
                            "{\"id\":1,\"name\":\"a\"}",
                            "{\"id\":2,\"name\":\"line\\nbreak\"}",
                            "{\"id\":3,\"name\":null}");
            assertThat(server.asked)
                    .extracting(Asked::target)
                    .containsExactly("/orders%2F1/_bulk", "/orders%2F1/_bulk", "/orders%2F1/_refresh");
        }
    }

    @Test
    void with_ids_of_their_own_the_same_rows_again_replace_themselves() throws IOException {
        try (WebServer server = new WebServer(this::index)) {
            TestEndpoint sink = to(server).activity("writeBehavior", "upsert").activity("idColumn", "id");
            write(sink, List.of(row(1, "a"), row(2, "b")));
            write(sink, List.of(row(2, "c"), row(3, "d")));
            assertThat(documents)
                    .containsEntry("1", "{\"id\":1,\"name\":\"a\"}")
                    .containsEntry("2", "{\"id\":2,\"name\":\"c\"}")
                    .hasSize(3);
        }
    }

    @Test
    void a_document_that_is_refused_fails_the_copy_by_its_name() throws IOException {
        try (WebServer server = new WebServer(this::index)) {
            TestEndpoint sink = to(server).activity("idColumn", "name");
            write(sink, List.of(row(1, "a")));
            assertThatThrownBy(() -> write(sink, List.of(row(2, "b"), row(3, "a"))))
                    .isInstanceOfSatisfying(ProblemException.class, e -> {
                        assertThat(e.problem().fault()).isEqualTo(ConnectionFaults.STORE_REFUSED);
                        assertThat(e.problem().message())
                                .contains("1 of 2 documents", "version_conflict", "document a")
                                .doesNotContain("s3cret");
                    });
        }
    }

    @Test
    void a_service_that_is_busy_is_told_so_that_a_retry_helps() throws IOException {
        try (WebServer server = new WebServer(
                asked -> Reply.ok(
                        "{\"errors\":true,\"items\":[{\"index\":{\"_id\":\"1\",\"status\":429,\"error\":{\"type\":\"es_rejected\"}}}]}"))) {
            assertThatThrownBy(() -> write(to(server), List.of(row(1, "a"))))
                    .isInstanceOfSatisfying(
                            ProblemException.class,
                            e -> assertThat(e.problem().fault()).isEqualTo(ConnectionFaults.STORE_BUSY));
        }
    }

    @Test
    void an_id_that_is_null_or_no_column_is_refused() throws IOException {
        try (WebServer server = new WebServer(this::index)) {
            assertThatThrownBy(() -> write(to(server).activity("idColumn", "nowhere"), List.of(row(1, "a"))))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("nowhere");
            assertThatThrownBy(() -> write(to(server).activity("idColumn", "name"), List.of(row(1, null))))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("without nulls");
            assertThatThrownBy(() -> write(to(server).activity("writeBehavior", "upsert"), List.of(row(1, "a"))))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("idColumn");
            assertThat(documents).isEmpty();
        }
    }
}
