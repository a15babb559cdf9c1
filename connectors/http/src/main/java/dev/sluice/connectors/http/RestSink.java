package dev.sluice.connectors.http;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.connectors.http.HttpLine.Answer;
import dev.sluice.connectors.http.HttpLine.Question;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.trees.TreeFormatter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;

/// Sends rows as arrays of objects. Each is the service's as soon as it has been answered; nothing can be taken back.
final class RestSink implements Sink {
    private static final int USUAL_BATCH = 10_000;

    /// An array is sent when it has so many bytes, however many rows it should have.
    private static final int LARGEST = 32 << 20;

    private final Endpoint endpoint;
    private final HttpLine line;
    private final RequestSettings request;
    private final JobContext job;
    private final int batchRows;
    private final boolean packed;
    private Schema schema = new Schema(List.of());
    private volatile long rows;
    private volatile long bytes;

    RestSink(Endpoint endpoint, HttpLine line, JobContext job) {
        this.endpoint = endpoint;
        this.line = line;
        this.job = job;
        Settings s = endpoint.activity();
        this.request = RequestSettings.ofSink(endpoint, RestService.of(endpoint));
        this.batchRows = s.number("writeBatchSize", 1, 1_000_000)
                .orElse((long) USUAL_BATCH)
                .intValue();
        String compression = s.text("httpCompressionType").orElse("none");
        this.packed = switch (compression.toLowerCase(Locale.ROOT)) {
            case "none", "" -> false;
            case "gzip" -> true;
            default -> throw s.wrong("httpCompressionType", compression, "none or gzip");
        };
    }

    @Override
    public Optional<Schema> schema() {
        return Optional.empty();
    }

    @Override
    public int maxWriters() {
        return 1;
    }

    @Override
    public void begin(Schema incoming) {
        schema = incoming;
    }

    @Override
    public Writer open(int part) {
        return new Posting(new TreeFormatter(schema, endpoint.trees(), 64 << 10, job.memory()));
    }

    @Override
    public Account commit() {
        return new Account(rows, bytes, 0);
    }

    @Override
    public void close() {
        line.close();
    }

    private final class Posting implements Writer {
        private final TreeFormatter text;
        private int held;
        private boolean sent;

        Posting(TreeFormatter text) {
            this.text = text;
        }

        @Override
        public void write(Batch batch) throws IOException {
            for (int row = 0; row < batch.rows(); row++) {
                text.append((held == 0 ? "[" : ",\n").getBytes(US_ASCII));
                text.row(batch, row);
                held++;
                if (held >= batchRows || text.length() >= LARGEST) {
                    send();
                }
            }
        }

        private void send() throws IOException {
            if (sent) {
                line.pause(request.interval());
            }
            text.append("]".getBytes(US_ASCII));
            byte[] body = packed ? gzip() : Arrays.copyOf(text.bytes(), text.length());
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("Content-Type", "application/json");
            headers.putAll(request.headers());
            if (packed) {
                headers.put("Content-Encoding", "gzip");
            }
            Question question =
                    new Question(request.method(), HttpLine.address(request.address(), endpoint), headers, body);
            Answer answer = line.ask(question, request.timeout());
            if (answer.status() < 200 || answer.status() > 299) {
                throw line.refused(answer, question.address());
            }
            sent = true;
            rows += held;
            bytes += body.length;
            held = 0;
            text.clear();
        }

        private byte[] gzip() throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream(text.length() / 4 + 64);
            try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
                gzip.write(text.bytes(), 0, text.length());
            }
            return out.toByteArray();
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
            return bytes;
        }

        @Override
        public void close() {
            text.close();
        }
    }
}
