package dev.sluice.connectors.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.http.EntityForm.Entity;
import dev.sluice.connectors.http.HttpLine.Answer;
import dev.sluice.connectors.http.HttpLine.Question;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Writes rows to Dataverse as upserts, in change sets: of each all rows are there once it was answered, or none. Since
/// every row names its entity, a change set whose answer got lost is sent again.
///
/// Source: "Execute batch operations using the Web API".
final class ChangeSetSink implements Sink {
    private static final int MOST_WRITERS = 8;
    private static final int USUAL_ROWS = 10;
    private static final int MOST_ROWS = 1_000;
    private static final int LARGEST = 8 << 20;
    private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d{3})");
    private static final Pattern CONTENT_ID = Pattern.compile("(?i)Content-ID:\\s*(\\d{1,4})");
    private static final Pattern MESSAGE = Pattern.compile("\"message\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.){1,1000})");

    private final Written written;
    private final EntityForm form;
    private final int rowsOfSet;
    private final Map<String, String> headers = new LinkedHashMap<>();
    private final LongAdder rows = new LongAdder();
    private final LongAdder bytes = new LongAdder();

    ChangeSetSink(Written written) throws IOException {
        this.written = written;
        Settings s = written.endpoint().activity();
        String behaviour = s.text("writeBehavior").orElse("upsert");
        if (!behaviour.equalsIgnoreCase("upsert")) {
            throw s.wrong("writeBehavior", behaviour, "upsert");
        }
        this.rowsOfSet = s.number("writeBatchSize", 1, 1_000_000)
                .map(n -> Math.min(n, MOST_ROWS))
                .orElse((long) USUAL_ROWS)
                .intValue();
        s.text("bypassBusinessLogicExecution").filter(b -> !b.isBlank()).ifPresent(b -> {
            if (!b.toLowerCase(Locale.ROOT).matches("custom(a?sync)(\\s*,\\s*custom(a?sync))?")) {
                throw s.wrong("bypassBusinessLogicExecution", b, "CustomSync, CustomAsync or both");
            }
            headers.put("MSCRM.BypassBusinessLogicExecution", b.replaceAll("\\s", ""));
        });
        if (s.flag("bypassPowerAutomateFlows", false)) {
            headers.put("MSCRM.SuppressCallbackRegistrationExpanderJob", "true");
        }
        this.form = new EntityForm(written);
    }

    @Override
    public Optional<Schema> schema() {
        return Optional.of(form.schema());
    }

    @Override
    public int maxWriters() {
        return MOST_WRITERS;
    }

    @Override
    public void begin(Schema incoming) throws IOException {
        form.begin(incoming);
    }

    @Override
    public Writer open(int part) {
        written.job().memory().reserve(LARGEST);
        return new Sending();
    }

    @Override
    public Account commit() {
        return new Account(rows.sum(), bytes.sum(), 0);
    }

    @Override
    public void close() {
        written.line().close();
    }

    private final class Sending implements Writer {
        private final List<Entity> held = new ArrayList<>();
        private long size;
        private volatile long sent;
        private boolean released;

        @Override
        public void write(Batch batch) throws IOException {
            for (int row = 0; row < batch.rows(); row++) {
                Entity entity = form.of(batch, row);
                held.add(entity);
                size += entity.body().length();
                if (held.size() >= rowsOfSet || size >= LARGEST / 4) {
                    send();
                }
            }
        }

        private void send() throws IOException {
            String mark = UUID.randomUUID().toString();
            byte[] body = body(held, mark);
            Question question = new Question(
                    "POST",
                    written.address("$batch"),
                    Map.of(
                            "Content-Type", "multipart/mixed; boundary=batch_" + mark,
                            "OData-Version", "4.0",
                            "OData-MaxVersion", "4.0"),
                    body);
            Answer answer = written.repeated(question, a -> failed(a) == 429 || failed(a) == 503);
            check(answer, question);
            rows.add(held.size());
            bytes.add(body.length);
            sent += body.length;
            held.clear();
            size = 0;
        }

        /// The status of the part that failed; 0 without one.
        private static int failed(Answer answer) {
            Matcher status = STATUS.matcher(new String(answer.body(), UTF_8));
            while (status.find()) {
                int code = Integer.parseInt(status.group(1));
                if (code >= 400) {
                    return code;
                }
            }
            return 0;
        }

        private void check(Answer answer, Question question) {
            String text = new String(answer.body(), UTF_8);
            int failed = failed(answer);
            if (failed != 0 && failed != 401 && failed != 403) {
                Matcher id = CONTENT_ID.matcher(text);
                int index = id.find() ? Integer.parseInt(id.group(1)) - 1 : held.size() == 1 ? 0 : -1;
                boolean known = index >= 0 && index < held.size();
                Matcher message = MESSAGE.matcher(text);
                String said = message.find() ? message.group(1) : "status " + failed + " without a message";
                String among = known
                        ? ""
                        : "one of rows " + held.getFirst().row() + " to "
                                + held.getLast().row() + ": ";
                throw written.refused(
                        DataFaults.ROW_REFUSED,
                        known ? held.get(index).row() : 0,
                        "",
                        form.set(),
                        failed,
                        among + said);
            }
            if (failed != 0 || answer.status() < 200 || answer.status() > 299) {
                int status = failed == 0 ? answer.status() : failed;
                throw written.line()
                        .refused(
                                new Answer(status, answer.headers(), answer.body(), answer.received()),
                                question.address());
            }
        }

        @Override
        public void finish() throws IOException {
            if (!held.isEmpty()) {
                send();
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
                written.job().memory().release(LARGEST);
            }
        }
    }

    private byte[] body(List<Entity> entities, String mark) {
        StringBuilder out = new StringBuilder();
        out.append("--batch_").append(mark).append("\r\nContent-Type: multipart/mixed; boundary=changeset_");
        out.append(mark).append("\r\n\r\n");
        int number = 0;
        for (Entity entity : entities) {
            number++;
            out.append("--changeset_").append(mark);
            out.append("\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\nContent-ID: ");
            out.append(number).append("\r\n\r\nPATCH ");
            out.append(written.address(entity.target()));
            out.append(" HTTP/1.1\r\nContent-Type: application/json; type=entry\r\n");
            headers.forEach(
                    (name, value) -> out.append(name).append(": ").append(value).append("\r\n"));
            out.append("\r\n").append(entity.body()).append("\r\n");
        }
        out.append("--changeset_")
                .append(mark)
                .append("--\r\n--batch_")
                .append(mark)
                .append("--\r\n");
        return out.toString().getBytes(UTF_8);
    }
}
