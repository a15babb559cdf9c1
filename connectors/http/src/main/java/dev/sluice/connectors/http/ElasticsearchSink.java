package dev.sluice.connectors.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.http.HttpLine.Answer;
import dev.sluice.connectors.http.HttpLine.Question;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.trees.Json;
import dev.sluice.data.trees.TreeFormatter;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.net.URLEncoder;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Documents in batches of the bulk API, by several writers at once. An index has no transaction: a batch is there as
/// soon as it was answered, and to be found after the refresh of the commit. With an id of its own a document that is
/// sent again by another run of the attempt replaces itself.
final class ElasticsearchSink implements Sink {
    private static final int USUAL_BATCH = 1_000;
    private static final int LARGEST = 16 << 20;
    private static final int MOST_WRITERS = 8;
    private static final int TOO_MANY = 429;
    private static final Duration TIMEOUT = Duration.ofSeconds(100);

    private final Endpoint endpoint;
    private final RestService service;
    private final HttpLine line;
    private final JobContext job;
    private final String index;
    private final Optional<String> idColumn;
    private final String action;
    private final int batchRows;
    private final Duration timeout;
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private Schema schema = new Schema(List.of());

    ElasticsearchSink(Endpoint endpoint, JobContext job) {
        this.endpoint = endpoint;
        this.job = job;
        Settings s = endpoint.activity();
        this.index = endpoint.dataset().requiredText("index");
        this.idColumn = s.text("idColumn").filter(t -> !t.isBlank());
        String behavior = s.text("writeBehavior").orElse("insert").toLowerCase(Locale.ROOT);
        this.action = switch (behavior) {
            case "insert" -> idColumn.isPresent() ? "create" : "index";
            case "upsert" -> "index";
            default -> throw s.wrong("writeBehavior", behavior, "insert or upsert");
        };
        if (behavior.equals("upsert") && idColumn.isEmpty()) {
            throw s.missing("idColumn");
        }
        this.batchRows = s.number("writeBatchSize", 1, 100_000)
                .orElse((long) USUAL_BATCH)
                .intValue();
        this.timeout = RequestSettings.time(s, "httpRequestTimeout").orElse(TIMEOUT);
        this.service = RestService.of(endpoint);
        this.line = new HttpLine(service, endpoint);
    }

    @Override
    public Optional<Schema> schema() {
        return Optional.empty();
    }

    @Override
    public int maxWriters() {
        return MOST_WRITERS;
    }

    @Override
    public void begin(Schema incoming) {
        schema = incoming;
        idColumn.filter(name -> column(name) < 0).ifPresent(name -> {
            throw endpoint.activity().wrong("idColumn", name, "a column of the copy");
        });
    }

    private int column(String name) {
        for (int i = 0; i < schema.size(); i++) {
            if (schema.field(i).name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    @Override
    public Writer open(int part) {
        return new Bulk(new TreeFormatter(schema, endpoint.trees(), 64 << 10, job.memory()));
    }

    @Override
    public Account commit() throws IOException {
        ask("/" + URLEncoder.encode(index, UTF_8) + "/_refresh", new byte[0]);
        return new Account(rows.get(), bytes.get(), 0);
    }

    @Override
    public void close() {
        line.close();
    }

    private Answer ask(String path, byte[] body) throws IOException {
        Question question = new Question(
                "POST",
                HttpLine.address(service.resource(path), endpoint),
                Map.of("Content-Type", "application/x-ndjson"),
                body);
        Answer answer = line.ask(question, timeout);
        if (answer.status() < 200 || answer.status() > 299) {
            throw line.refused(answer, question.address());
        }
        return answer;
    }

    private final class Bulk implements Writer {
        private final TreeFormatter text;
        private final int id = idColumn.map(ElasticsearchSink.this::column).orElse(-1);
        private int held;
        private long sent;

        Bulk(TreeFormatter text) {
            this.text = text;
        }

        @Override
        public void write(Batch batch) throws IOException {
            for (int row = 0; row < batch.rows(); row++) {
                text.append(head(batch, row).getBytes(UTF_8));
                text.row(batch, row);
                text.append(new byte[] {'\n'});
                held++;
                if (held >= batchRows || text.length() >= LARGEST) {
                    send();
                }
            }
        }

        private String head(Batch batch, int row) {
            StringBuilder head = new StringBuilder("{\"").append(action).append("\":{");
            if (id >= 0) {
                Vector v = batch.vector(id);
                if (v.isNull(row)) {
                    throw endpoint.activity().wrong("idColumn", schema.field(id).name(), "a column without nulls");
                }
                byte[] value = new byte[TextForm.length(v, row)];
                head.append("\"_id\":");
                Json.quote(new String(value, 0, TextForm.write(v, row, value, 0), UTF_8), head);
            }
            return head.append("}}\n").toString();
        }

        private void send() throws IOException {
            byte[] body = Arrays.copyOf(text.bytes(), text.length());
            Answer answer = ask("/" + URLEncoder.encode(index, UTF_8) + "/_bulk", body);
            check(answer);
            rows.addAndGet(held);
            bytes.addAndGet(body.length);
            sent += body.length;
            held = 0;
            text.clear();
        }

        /// The answer to a batch is a success even where documents of it were refused.
        private void check(Answer answer) {
            Object tree = JsonTree.of(answer.body());
            if (!Boolean.FALSE.equals(JsonTree.at(tree, "errors"))) {
                throw refused(tree, answer);
            }
        }

        @Override
        public void finish() throws IOException {
            if (held > 0) {
                send();
            }
            text.close();
        }

        @Override
        public long bytesWritten() {
            return sent;
        }

        @Override
        public void close() {
            text.close();
        }
    }

    /// Names the first document that was refused, without its content.
    private ProblemException refused(@Nullable Object tree, Answer answer) {
        int failed = 0;
        String detail = "the answer to a batch does not say what became of it";
        String status = Integer.toString(answer.status());
        if (JsonTree.at(tree, "items") instanceof List<?> items) {
            for (Object each : items) {
                Object item = JsonTree.at(each, action);
                Object error = JsonTree.at(item, "error");
                if (error != null) {
                    if (failed == 0) {
                        status = String.valueOf(JsonTree.at(item, "status"));
                        detail = JsonTree.at(error, "type") + " of the document " + JsonTree.at(item, "_id");
                    }
                    failed++;
                }
            }
            detail = failed + " of " + items.size() + " documents were refused, the first: " + detail;
        }
        boolean busy = status.equals(Integer.toString(TOO_MANY));
        return (busy ? ConnectionFaults.STORE_BUSY : ConnectionFaults.STORE_REFUSED)
                .problem()
                .evidence("store", endpoint.linkedServiceName())
                .evidence("status", status)
                .evidence("detail", detail)
                .evidence("path", "/" + index + "/_bulk")
                .exception();
    }
}
