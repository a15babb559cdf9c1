package dev.sluice.connectors.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.http.HttpLine.Answer;
import dev.sluice.connectors.http.HttpLine.Question;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.trees.Json;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// The documents of an index as they were when reading began: by a point in time and `search_after`, or by scrolling
/// where the server has no points in time (OpenSearch, Elasticsearch before 7.10). An answer that lacks a part of the
/// index fails the copy. Thread-safe.
final class SearchPages implements PageSet {
    private static final int USUAL_SIZE = 1_000;
    private static final int MOST_SIZE = 10_000;
    private static final Duration GOODBYE = Duration.ofSeconds(10);
    private static final Set<Integer> UNKNOWN = Set.of(400, 404, 405, 500, 501);

    private final HttpLine line;
    private final RestService service;
    private final Endpoint endpoint;
    private final JobContext job;
    private final Duration timeout;
    private final MemoryBudget memory;
    private final String index;
    private final String query;
    private final String idColumn;
    private final String alive;
    private final long size;
    private final TreeMap<Integer, Pages.Page> kept = new TreeMap<>();
    private String point = "";
    private String scroll = "";
    private String after = "";
    private boolean begun;
    private boolean over;
    private boolean closed;
    private int known;
    private volatile long received;

    SearchPages(Endpoint endpoint, HttpLine line, Duration timeout, JobContext job) {
        Settings s = endpoint.activity();
        this.endpoint = endpoint;
        this.service = RestService.of(endpoint);
        this.line = line;
        this.timeout = timeout;
        this.job = job;
        this.memory = job.memory();
        this.index = endpoint.dataset().requiredText("index").strip();
        this.query = query(s);
        this.idColumn = s.text("idColumn").filter(c -> !c.isBlank()).orElse("");
        this.size = s.number("pageSize", 1, MOST_SIZE).orElse((long) USUAL_SIZE);
        this.alive = s.text("keepAlive").filter(k -> !k.isBlank()).orElse("5m");
        if (!alive.matches("\\d{1,4}[smh]")) {
            throw s.wrong("keepAlive", alive, "a time such as 30s, 5m or 1h");
        }
    }

    /// In the query language of Elasticsearch, or as its users type it.
    private static String query(Settings s) {
        String text = s.text("query").map(String::strip).orElse("");
        StringBuilder out = new StringBuilder();
        if (text.isEmpty()) {
            return "{\"match_all\":{}}";
        }
        if (!text.startsWith("{")) {
            Json.quote(text, out.append("{\"query_string\":{\"query\":"));
            return out.append("}}").toString();
        }
        try {
            boolean whole = JsonTree.of(text.getBytes(UTF_8)) instanceof Map<?, ?> map && map.containsKey("query");
            return whole
                    ? Json.find(text.getBytes(UTF_8), dev.sluice.data.trees.TreePath.member("query"))
                            .orElseThrow()
                    : text;
        } catch (tools.jackson.core.JacksonException e) {
            throw s.wrong("query", text, "JSON, as {\"term\":{\"status\":\"open\"}}, or words to search for");
        }
    }

    @Override
    public synchronized Optional<Pages.Page> page(int number) throws IOException {
        while (known <= number && !over) {
            ask();
        }
        Pages.Page page = kept.get(number);
        if (page == null && number < known) {
            return Optional.of(new Pages.Page(new byte[0], ""));
        }
        return Optional.ofNullable(page);
    }

    private void ask() throws IOException {
        Answer answer = next();
        String place = "/" + index + "/_search";
        Object tree = JsonTree.of(answer.body());
        boolean part = Boolean.TRUE.equals(JsonTree.at(tree, "timed_out"))
                || JsonTree.at(tree, "_shards.failed") instanceof java.math.BigDecimal failed && failed.signum() > 0;
        if (part) {
            throw ConnectionFaults.STORE_BUSY
                    .problem()
                    .evidence("store", endpoint.linkedServiceName())
                    .evidence("status", answer.status())
                    .evidence("detail", "the answer lacks documents: a part of the index failed or took too long")
                    .evidence("path", place)
                    .exception();
        }
        scroll = JsonTree.at(tree, "_scroll_id") instanceof String id ? id : scroll;
        point = JsonTree.at(tree, "pit_id") instanceof String id ? id : point;
        SearchHits hits = SearchHits.of(answer.body(), idColumn);
        received += answer.received();
        after = hits.lastSort();
        if (hits.count() == 0) {
            over = true;
            return;
        }
        if (closed) {
            throw new IOException("closed");
        }
        memory.reserve(hits.documents().length);
        kept.put(known++, new Pages.Page(hits.documents(), place));
    }

    private Answer next() throws IOException {
        if (!begun) {
            begin();
            begun = true;
        }
        if (!point.isEmpty()) {
            StringBuilder body = new StringBuilder("{\"size\":")
                    .append(size)
                    .append(",\"query\":")
                    .append(query);
            Json.quote(point, body.append(",\"pit\":{\"id\":"));
            body.append(",\"keep_alive\":\"").append(alive).append("\"},\"track_total_hits\":false");
            body.append(",\"sort\":[{\"_shard_doc\":\"asc\"}]");
            if (!after.isEmpty()) {
                body.append(",\"search_after\":").append(after);
            }
            // What was read before is named in it: sent again, it has the same answer.
            return good(
                    Repeats.ask(line, question("POST", "/_search", body.append('}')), timeout, job, true, a -> false));
        }
        if (scroll.isEmpty()) {
            StringBuilder body = new StringBuilder("{\"size\":")
                    .append(size)
                    .append(",\"query\":")
                    .append(query);
            body.append(",\"sort\":[\"_doc\"]}");
            Question first = question("POST", "/" + encoded(index) + "/_search?scroll=" + alive, body);
            return good(Repeats.ask(line, first, timeout, job, true, a -> false));
        }
        StringBuilder body = new StringBuilder("{\"scroll\":\"").append(alive).append("\",\"scroll_id\":");
        Json.quote(scroll, body);
        // Each such request moves on: one whose answer got lost cannot be sent again.
        return good(Repeats.ask(
                line, question("POST", "/_search/scroll", body.append('}')), timeout, job, false, a -> false));
    }

    /// Asks for a point in time; a server that does not know them is scrolled.
    private void begin() throws IOException {
        Question asked = question("POST", "/" + encoded(index) + "/_pit?keep_alive=" + alive, new StringBuilder());
        Answer answer = Repeats.ask(line, asked, timeout, job, true, a -> false);
        if (answer.status() == 200) {
            point = String.valueOf(JsonTree.at(JsonTree.of(answer.body()), "id"));
            return;
        }
        if (missing(answer) || !UNKNOWN.contains(answer.status())) {
            good(answer);
        }
    }

    private static boolean missing(Answer answer) {
        return new String(answer.body(), UTF_8).contains("index_not_found_exception");
    }

    private Answer good(Answer answer) {
        if (answer.status() >= 200 && answer.status() <= 299) {
            return answer;
        }
        if (missing(answer)) {
            throw DataFaults.TABLE_MISSING
                    .problem()
                    .on(endpoint.side())
                    .evidence("table", index)
                    .evidence("store", endpoint.linkedServiceName())
                    .evidence("user", service.login() instanceof RestService.Basic b ? b.user() : "anonymous")
                    .exception();
        }
        if (answer.status() == 400) {
            Object tree = JsonTree.of(answer.body());
            throw DataFaults.QUERY_FAILED
                    .problem()
                    .on(endpoint.side())
                    .evidence("store", endpoint.linkedServiceName())
                    .evidence("status", JsonTree.at(tree, "error.type"))
                    .evidence("detail", JsonTree.at(tree, "error.reason"))
                    .exception();
        }
        throw line.refused(answer, HttpLine.address(service.resource("/" + index), endpoint));
    }

    private Question question(String method, String path, StringBuilder body) {
        return new Question(
                method,
                HttpLine.address(service.resource(path), endpoint),
                Map.of("Content-Type", "application/json"),
                body.toString().getBytes(UTF_8));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, UTF_8)
                .replace("+", "%20")
                .replace("%2C", ",")
                .replace("%2A", "*");
    }

    @Override
    public synchronized void drop(int number) {
        while (!kept.isEmpty() && kept.firstKey() < number) {
            memory.release(kept.pollFirstEntry().getValue().body().length);
        }
    }

    @Override
    public long received() {
        return received;
    }

    @Override
    public void close() {
        line.close();
        synchronized (this) {
            kept.values().forEach(page -> memory.release(page.body().length));
            kept.clear();
            if (!closed) {
                closed = true;
                leave();
            }
        }
    }

    /// Gives back what the server keeps for the search; it does so by itself after a while.
    private void leave() {
        if (point.isEmpty() && scroll.isEmpty()) {
            return;
        }
        StringBuilder body = new StringBuilder(point.isEmpty() ? "{\"scroll_id\":" : "{\"id\":");
        Json.quote(point.isEmpty() ? scroll : point, body);
        try (HttpLine last = new HttpLine(service, endpoint)) {
            last.ask(question("DELETE", point.isEmpty() ? "/_search/scroll" : "/_pit", body.append('}')), GOODBYE);
        } catch (IOException | RuntimeException e) {
            System.getLogger(SearchPages.class.getName())
                    .log(System.Logger.Level.DEBUG, "the search of " + index + " was not given back", e);
        }
    }
}
