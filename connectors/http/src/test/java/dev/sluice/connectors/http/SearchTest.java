package dev.sluice.connectors.http;

import static dev.sluice.data.testkit.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.http.WebServer.Asked;
import dev.sluice.connectors.http.WebServer.Reply;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Source;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Reading of indices, against an HTTP server that answers searches as Elasticsearch's documentation says.
final class SearchTest {
    private static final Pattern AFTER = Pattern.compile("\"search_after\":\\[(\\d+)]");
    private static final Pattern SIZE = Pattern.compile("\"size\":(\\d+)");
    private static final int DOCUMENTS = 25;

    private final TestJob job = new TestJob();
    private final AtomicInteger scrolled = new AtomicInteger();
    private final AtomicInteger busy = new AtomicInteger();
    private boolean points = true;

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    private Reply server(Asked asked) {
        assertThat(asked.header("Authorization")).isEqualTo("ApiKey s3cret");
        if (asked.method().equals("DELETE")) {
            return Reply.ok("{\"succeeded\":true}");
        }
        if (asked.target().startsWith("/nowhere/")) {
            return new Reply(404, "{\"error\":{\"type\":\"index_not_found_exception\"},\"status\":404}", Map.of());
        }
        if (busy.getAndDecrement() > 0) {
            return new Reply(429, "", Map.of("Retry-After", "0"));
        }
        if (asked.target().equals("/orders,old-*/_pit?keep_alive=5m")) {
            return points ? Reply.ok("{\"id\":\"p1\"}") : new Reply(405, "{\"error\":\"no\"}", Map.of());
        }
        if (asked.target().equals("/_search")) {
            assertThat(asked.body()).contains("\"pit\":{\"id\":\"p1\"", "\"sort\":[{\"_shard_doc\":\"asc\"}]");
            Matcher after = AFTER.matcher(asked.body());
            return hits(after.find() ? Integer.parseInt(after.group(1)) + 1 : 0, size(asked), "\"pit_id\":\"p1\"");
        }
        if (asked.target().equals("/orders,old-*/_search?scroll=5m")) {
            scrolled.set(size(asked));
            return hits(0, size(asked), "\"_scroll_id\":\"s1\"");
        }
        assertThat(asked.target()).isEqualTo("/_search/scroll");
        assertThat(asked.body()).isEqualTo("{\"scroll\":\"5m\",\"scroll_id\":\"s1\"}");
        return hits(scrolled.getAndAdd(10), 10, "\"_scroll_id\":\"s1\"");
    }

    private static int size(Asked asked) {
        Matcher size = SIZE.matcher(asked.body());
        assertThat(size.find()).isTrue();
        return Integer.parseInt(size.group(1));
    }

    private static Reply hits(int from, int size, String more) {
        StringBuilder hits = new StringBuilder();
        for (int i = from; i < Math.min(DOCUMENTS, from + size); i++) {
            hits.append(hits.isEmpty() ? "" : ",")
                    .append("{\"_index\":\"orders\",\"_id\":\"d")
                    .append(i)
                    .append("\",\"_source\":")
                    .append(i == 3 ? "{}" : "{\"n\":" + i + ",\"who\":\"ä \\\"" + i + "\\\"\"}")
                    .append(",\"sort\":[")
                    .append(i)
                    .append("]}");
        }
        return Reply.ok(
                "{" + more + ",\"timed_out\":false,\"_shards\":{\"failed\":0},\"hits\":{\"max_score\":null,\"hits\":["
                        + hits + "]}}");
    }

    private static TestEndpoint index(WebServer server, String index) {
        return TestEndpoint.source()
                .linkedService(
                        "Elasticsearch",
                        Map.of("url", server.url(), "authHeaders", Map.of("Authorization", "ApiKey s3cret")))
                .dataset("ElasticsearchIndex")
                .with("index", index)
                .activity("pageSize", "10");
    }

    private List<List<@Nullable Object>> read(TestEndpoint endpoint) throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Source source = new ElasticsearchConnector().source(endpoint.build(), job)) {
            int[] columns = IntStream.range(0, source.schema().size()).toArray();
            try (Reader reader = source.open(source.splits(4).getFirst(), columns, RefusedRows.failing(job));
                    Batch batch = new Batch(source.schema(), 7, job.memory())) {
                while (reader.read(batch)) {
                    rows.addAll(Rows.of(batch));
                    batch.clear();
                }
            }
        }
        return rows;
    }

    private void refused(TestEndpoint endpoint, Fault fault, String word) {
        assertThatThrownBy(() -> read(endpoint)).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().fault()).isEqualTo(fault);
            assertThat(e.problem().message()).contains(word).doesNotContain("s3cret");
        });
    }

    @Test
    void every_document_of_a_point_in_time_is_read_once_and_the_point_given_back() throws IOException {
        try (WebServer server = new WebServer(this::server)) {
            List<List<@Nullable Object>> rows = read(index(server, "orders,old-*"));
            assertThat(rows).hasSize(DOCUMENTS).doesNotHaveDuplicates();
            assertThat(rows.get(0)).isEqualTo(row(0L, "ä \"0\""));
            assertThat(rows.get(3)).isEqualTo(row(null, null));
            assertThat(server.asked.getLast().method()).isEqualTo("DELETE");
            assertThat(server.asked.getLast().body()).isEqualTo("{\"id\":\"p1\"}");
        }
    }

    @Test
    void a_server_without_points_in_time_is_scrolled() throws IOException {
        points = false;
        try (WebServer server = new WebServer(this::server)) {
            assertThat(read(index(server, "orders,old-*"))).hasSize(DOCUMENTS).doesNotHaveDuplicates();
            assertThat(server.asked.getLast().target()).isEqualTo("/_search/scroll");
            assertThat(server.asked.getLast().body()).isEqualTo("{\"scroll_id\":\"s1\"}");
        }
    }

    @Test
    void a_busy_server_is_asked_again_when_it_says() throws IOException {
        busy.set(3);
        try (WebServer server = new WebServer(this::server)) {
            assertThat(read(index(server, "orders,old-*"))).hasSize(DOCUMENTS);
        }
    }

    @Test
    void ids_become_a_column_where_they_are_wanted() throws IOException {
        try (WebServer server = new WebServer(this::server)) {
            List<List<@Nullable Object>> rows =
                    read(index(server, "orders,old-*").activity("idColumn", "key"));
            assertThat(rows.get(0)).isEqualTo(row("d0", 0L, "ä \"0\""));
            assertThat(rows.get(3)).isEqualTo(row("d3", null, null));
        }
    }

    @Test
    void queries_are_json_or_words() throws IOException {
        try (WebServer server = new WebServer(this::server)) {
            for (String query :
                    List.of("status:open AND \"x\"", "{\"term\":{\"a\":1}}", "{\"query\":{\"term\":{\"b\":2}}}")) {
                read(index(server, "orders,old-*").activity("query", query));
            }
            assertThat(server.asked.stream().map(Asked::body).toList())
                    .anyMatch(b -> b.contains("\"query\":{\"query_string\":{\"query\":\"status:open AND \\\"x\\\"\"}}"))
                    .anyMatch(b -> b.contains("\"query\":{\"term\":{\"a\":1}},"))
                    .anyMatch(b -> b.contains("\"query\":{\"term\":{\"b\":2}},"));
            assertThatThrownBy(() -> read(index(server, "orders,old-*").activity("query", "{nonsense")))
                    .isInstanceOf(ProblemException.class)
                    .hasMessageContaining("query");
        }
    }

    @Test
    void an_index_that_is_missing_is_named() throws IOException {
        try (WebServer server = new WebServer(this::server)) {
            refused(index(server, "nowhere"), DataFaults.TABLE_MISSING, "nowhere");
        }
    }

    @Test
    void an_answer_that_lacks_a_part_of_the_index_fails_instead_of_losing_it() throws IOException {
        try (WebServer server = new WebServer(asked -> asked.target().equals("/_search")
                ? Reply.ok("{\"timed_out\":false,\"_shards\":{\"failed\":1},\"hits\":{\"hits\":[]}}")
                : server(asked))) {
            refused(index(server, "orders,old-*"), ConnectionFaults.STORE_BUSY, "lacks documents");
        }
    }

    @Test
    void a_query_that_is_refused_is_told_in_the_servers_words() throws IOException {
        try (WebServer server = new WebServer(asked -> asked.target().equals("/_search")
                ? new Reply(
                        400, "{\"error\":{\"type\":\"parsing_exception\",\"reason\":\"unknown query [x]\"}}", Map.of())
                : server(asked))) {
            refused(index(server, "orders,old-*"), DataFaults.QUERY_FAILED, "unknown query [x]");
        }
    }
}
