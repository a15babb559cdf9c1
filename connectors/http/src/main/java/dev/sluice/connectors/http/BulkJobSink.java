package dev.sluice.connectors.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.http.HttpLine.Answer;
import dev.sluice.connectors.http.HttpLine.Question;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.trees.Json;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Writes rows to Salesforce by jobs of its Bulk API 2.0: writers upload delimited text, the commit lets the service
/// process it and waits. A copy that fails before leaves nothing: its jobs are aborted.
///
/// Source: "Bulk API 2.0 and Bulk API Developer Guide", chapter Bulk API 2.0 Ingest.
final class BulkJobSink implements Sink {
    private static final int MOST_WRITERS = 4;
    private static final int USUAL_ROWS = 100_000;
    private static final int MOST_TRIES = 6;

    /// Bytes of one upload; the service takes 150 MB of them in Base64.
    private static final int LARGEST = 16 << 20;

    private static final Duration FIRST_LOOK = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(10);

    /// How the service writes a null that is to be written.
    private static final String NOTHING = "#N/A";

    private final Written written;
    private final String object;
    private final String jobs;
    private final Schema known;
    private final boolean upsert;
    private final String external;
    private final boolean ignoreNulls;
    private final int rowsOfJob;
    private final Queue<String> open = new ConcurrentLinkedQueue<>();
    private final LongAdder rows = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private Schema schema = new Schema(List.of());

    BulkJobSink(Written written) throws IOException {
        this.written = written;
        Settings s = written.endpoint().activity();
        this.object = written.members().text(written.url("object"));
        this.jobs = written.members().address(written.url("jobs"));
        String behaviour = s.text("writeBehavior").orElse("insert");
        this.upsert = switch (behaviour.toLowerCase(Locale.ROOT)) {
            case "insert", "" -> false;
            case "upsert" -> true;
            default -> throw s.wrong("writeBehavior", behaviour, "insert or upsert");
        };
        this.external = s.text("externalIdFieldName").filter(e -> !e.isBlank()).orElse("Id");
        this.ignoreNulls = s.flag("ignoreNullValues", false);
        this.rowsOfJob = s.number("writeBatchSize", 1, 10_000_000)
                .orElse((long) USUAL_ROWS)
                .intValue();
        this.known = Written.schema(written.columns());
    }

    @Override
    public Optional<Schema> schema() {
        return Optional.of(known);
    }

    @Override
    public int maxWriters() {
        return MOST_WRITERS;
    }

    @Override
    public void begin(Schema incoming) {
        if (upsert && incoming.indexOf(external) < 0) {
            throw written.missing(external, "it is the external id of the upsert", incoming);
        }
        schema = incoming;
    }

    @Override
    public Writer open(int part) {
        written.job().memory().reserve(2L * LARGEST);
        return new Uploading();
    }

    /// Lets the service process what was uploaded, and waits until it has.
    @Override
    public Account commit() throws IOException {
        for (String id : open) {
            state(id, "UploadComplete");
        }
        while (!open.isEmpty()) {
            processed(open.element());
            open.remove();
        }
        return new Account(rows.sum(), bytes.sum(), 0);
    }

    private void processed(String id) throws IOException {
        Duration pause = FIRST_LOOK;
        while (true) {
            Object job = job(id);
            String state = String.valueOf(JsonTree.at(job, "state"));
            switch (state) {
                case "JobComplete" -> {
                    if (JsonTree.at(job, "numberRecordsFailed") instanceof BigDecimal failed && failed.signum() > 0) {
                        throw failed(id, failed);
                    }
                    return;
                }
                case "Failed", "Aborted" ->
                    throw ConnectionFaults.STORE_REFUSED
                            .problem()
                            .evidence("store", written.endpoint().linkedServiceName())
                            .evidence("status", "job " + id + " " + state)
                            .evidence("detail", String.valueOf(JsonTree.at(job, "errorMessage")))
                            .exception();
                default -> {
                    if (written.job().cancelled()) {
                        throw new java.io.InterruptedIOException("cancelled");
                    }
                    written.line().pause(pause);
                    pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
                }
            }
        }
    }

    /// Names the first row that failed: the service tells error and row, as it was sent.
    private ProblemException failed(String id, BigDecimal count) throws IOException {
        Answer answer = ask("GET", jobs + "/" + id + "/failedResults", Map.of("Accept", "text/csv"), null);
        List<List<String>> lines = CsvText.lines(new String(answer.body(), UTF_8), 2);
        String said = "the service does not tell which";
        String column = upsert ? external : schema.names().getFirst();
        if (lines.size() == 2) {
            List<String> names = lines.getFirst();
            List<String> values = lines.getLast();
            String error = CsvText.value(names, values, "sf__Error");
            said = "the first, with " + column + " '" + CsvText.value(names, values, column) + "': " + error;
        }
        return written.refused(
                DataFaults.ROW_REFUSED,
                0,
                column,
                object,
                "job " + id,
                count.toPlainString() + " rows were refused, " + said);
    }

    private String made() throws IOException {
        StringBuilder asked = new StringBuilder("{\"object\":");
        Json.quote(object, asked);
        asked.append(",\"contentType\":\"CSV\",\"lineEnding\":\"LF\",\"operation\":");
        Json.quote(upsert ? "upsert" : "insert", asked);
        if (upsert) {
            Json.quote(external, asked.append(",\"externalIdFieldName\":"));
        }
        byte[] body = asked.append('}').toString().getBytes(UTF_8);
        Answer answer = ask("POST", jobs, Map.of("Content-Type", "application/json"), body);
        String id = String.valueOf(JsonTree.at(JsonTree.of(answer.body()), "id"));
        if (!id.matches("[A-Za-z0-9]{1,30}")) {
            throw written.line().refused(answer, written.address(jobs));
        }
        return id;
    }

    /// A job takes rows once. One whose answer got lost is given up for another, since nobody knows what it has.
    private boolean uploaded(byte[] rowsAsText, boolean last) throws IOException {
        String id = made();
        open.add(id);
        Question question = new Question(
                "PUT",
                written.address(jobs + "/" + id + "/batches"),
                Map.of("Content-Type", "text/csv; charset=UTF-8"),
                rowsAsText);
        try {
            Answer answer = written.line().ask(question, written.timeout());
            if (answer.status() >= 200 && answer.status() <= 299) {
                return true;
            }
            throw written.line().refused(answer, question.address());
        } catch (ProblemException e) {
            boolean again = e.problem().fault() == ConnectionFaults.CONNECTION_LOST
                    || e.problem().fault() == ConnectionFaults.STORE_BUSY;
            if (last || !again) {
                throw e;
            }
            state(id, "Aborted");
            open.remove(id);
            return false;
        }
    }

    private Object job(String id) throws IOException {
        Object job = JsonTree.of(ask("GET", jobs + "/" + id, Map.of(), null).body());
        return job == null ? Map.of() : job;
    }

    /// Where the answer got lost the job may be in that state already.
    private void state(String id, String wanted) throws IOException {
        byte[] body = ("{\"state\":\"" + wanted + "\"}").getBytes(UTF_8);
        try {
            ask("PATCH", jobs + "/" + id, Map.of("Content-Type", "application/json"), body);
        } catch (ProblemException e) {
            String now = String.valueOf(JsonTree.at(job(id), "state"));
            if (now.equals("Open") || now.equals("null")) {
                throw e;
            }
        }
    }

    private Answer ask(String method, String path, Map<String, String> headers, byte @Nullable [] body)
            throws IOException {
        Question question = new Question(method, written.address(path), headers, body);
        Answer answer = written.repeated(question, a -> false);
        if (answer.status() < 200 || answer.status() > 299) {
            throw written.line().refused(answer, question.address());
        }
        return answer;
    }

    @Override
    public void close() {
        while (!open.isEmpty()) {
            String id = open.remove();
            try {
                state(id, "Aborted");
            } catch (IOException | RuntimeException e) {
                // The service itself ends jobs that stay open.
                System.getLogger(BulkJobSink.class.getName())
                        .log(System.Logger.Level.WARNING, "the job " + id + " was not aborted", e);
            }
        }
        written.line().close();
    }

    private final class Uploading implements Writer {
        private final ByteArrayOutputStream text = new ByteArrayOutputStream(64 << 10);
        private int held;
        private volatile long sent;
        private boolean released;

        @Override
        public void write(Batch batch) throws IOException {
            for (int row = 0; row < batch.rows(); row++) {
                byte[] line = line(batch, row).getBytes(UTF_8);
                if (held > 0 && (held >= rowsOfJob || text.size() + line.length > LARGEST)) {
                    upload();
                }
                if (held == 0) {
                    text.writeBytes(CsvText.line(schema.names()).getBytes(UTF_8));
                }
                text.writeBytes(line);
                held++;
            }
        }

        private String line(Batch batch, int row) {
            String[] values = new String[schema.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = value(batch, row, i);
            }
            return CsvText.line(List.of(values));
        }

        /// An empty field leaves what is there as it is. The service has no empty texts: they are its nulls. A text
        /// that it would take for a null cannot be written.
        private String value(Batch batch, int row, int column) {
            Vector v = batch.vector(column);
            if (v.isNull(row)) {
                return ignoreNulls ? "" : NOTHING;
            }
            String text = RowText.plain(v, row);
            if (text.equals(NOTHING)) {
                throw written.refused(
                        DataFaults.ROW_REFUSED,
                        batch.firstRow() + row,
                        schema.names().get(column),
                        object,
                        "not sent",
                        "the text '" + NOTHING + "' means no value there, in column "
                                + schema.names().get(column));
            }
            return text.isEmpty() ? NOTHING : text;
        }

        private void upload() throws IOException {
            byte[] body = text.toByteArray();
            int tries = 1;
            while (!uploaded(body, tries == MOST_TRIES)) {
                written.line().pause(FIRST_LOOK.multipliedBy(1L << tries));
                tries++;
            }
            rows.add(held);
            bytes.add(body.length);
            sent += body.length;
            held = 0;
            text.reset();
        }

        @Override
        public void finish() throws IOException {
            if (held > 0) {
                upload();
            }
        }

        @Override
        public long bytesWritten() {
            return sent;
        }

        @Override
        public synchronized void close() {
            if (!released) {
                released = true;
                written.job().memory().release(2L * LARGEST);
            }
        }
    }
}
