package dev.sluice.connectors.kafka;

import dev.sluice.connectors.kafka.Envelope.Form;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.trees.TreeFormatter;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/// Appends rows to a topic: a row as an object of JSON, or one column as it is. What a broker has acknowledged (all
/// replicas in sync have it) is there and stays.
final class TopicSink implements Sink {
    private static final int MOST_WRITERS = 16;
    private static final int BUFFER = 16 << 20;
    private static final int ROW = 64 << 10;
    private static final Set<String> COMPRESSIONS = Set.of("none", "gzip", "snappy", "lz4", "zstd");

    private final Brokers brokers;
    private final Endpoint endpoint;
    private final KafkaProblems problems;
    private final JobContext job;
    private final String compression;
    private final Form form;
    private final LongAdder rows = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private Schema schema = new Schema(java.util.List.of());
    private int key = -1;
    private int value = -1;

    TopicSink(Brokers brokers, Endpoint endpoint, KafkaProblems problems, JobContext job) {
        this.brokers = brokers;
        this.endpoint = endpoint;
        this.problems = problems;
        this.job = job;
        Settings s = endpoint.activity();
        this.form = Envelope.form(s, "valueFormat", Form.JSON);
        this.compression = s.text("compressionType").orElse("none").toLowerCase(Locale.ROOT);
        if (!COMPRESSIONS.contains(compression)) {
            throw s.wrong("compressionType", compression, "none, gzip, snappy, lz4 or zstd");
        }
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
        Settings s = endpoint.activity();
        key = column(s, "keyColumn");
        value = column(s, "valueColumn");
        if (form != Form.JSON && value < 0) {
            throw s.missing("valueColumn");
        }
        if (form == Form.BINARY && schema.field(value).type().kind() != DataType.Kind.BINARY) {
            throw s.wrong(
                    "valueColumn", schema.field(value).name(), "a column of bytes (Byte[]), as valueFormat is Binary");
        }
    }

    private int column(Settings s, String member) {
        return s.text(member)
                .filter(n -> !n.isBlank())
                .map(name -> {
                    int index = schema.indexOf(name);
                    if (index < 0) {
                        throw DataFaults.COLUMN_MISSING
                                .problem()
                                .at(s.pointer() + "/" + member)
                                .evidence("column", name)
                                .evidence("object", "the columns that are written")
                                .evidence("columns", String.join(", ", schema.names()))
                                .exception();
                    }
                    return index;
                })
                .orElse(-1);
    }

    @Override
    public Writer open(int part) throws IOException {
        job.memory().reserve(BUFFER);
        boolean good = false;
        try {
            Writer writer = new Appending(new KafkaProducer<>(brokers.writing(BUFFER, compression)));
            good = true;
            return writer;
        } catch (RuntimeException e) {
            throw problems.thrown(e);
        } finally {
            if (!good) {
                job.memory().release(BUFFER);
            }
        }
    }

    @Override
    public Account commit() {
        return new Account(rows.sum(), bytes.sum(), 0);
    }

    @Override
    public void close() {}

    private final class Appending implements Writer {
        private final Producer<byte[], byte[]> producer;
        private final TreeFormatter text = new TreeFormatter(schema, endpoint.trees(), ROW, job.memory());
        private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
        private final LongAdder sent = new LongAdder();
        private boolean closed;

        Appending(Producer<byte[], byte[]> producer) {
            this.producer = producer;
        }

        @Override
        public void write(Batch batch) throws IOException {
            for (int row = 0; row < batch.rows(); row++) {
                byte[] bytesOfKey = key < 0 ? null : plain(batch.vector(key), row);
                byte[] bytesOfValue = value(batch, row);
                int length =
                        (bytesOfKey == null ? 0 : bytesOfKey.length) + (bytesOfValue == null ? 0 : bytesOfValue.length);
                append(new ProducerRecord<>(problems.topic(), bytesOfKey, bytesOfValue));
                sent.add(length);
                bytes.add(length);
            }
            rows.add(batch.rows());
        }

        private void append(ProducerRecord<byte[], byte[]> record) throws IOException {
            try {
                producer.send(record, (known, e) -> {
                    if (e != null) {
                        failure.compareAndSet(null, e);
                    }
                });
            } catch (RuntimeException e) {
                throw problems.thrown(e);
            }
            check();
        }

        private void check() throws IOException {
            Exception failed = failure.get();
            if (failed != null) {
                throw problems.thrown(failed);
            }
        }

        /// Null deletes, where the topic is compacted.
        private byte @Nullable [] value(Batch batch, int row) {
            if (form != Form.JSON) {
                return plain(batch.vector(value), row);
            }
            if (value >= 0 && schema.field(value).document()) {
                return plain(batch.vector(value), row);
            }
            text.clear();
            text.row(batch, row);
            return Arrays.copyOf(text.bytes(), text.length());
        }

        private static byte @Nullable [] plain(Vector v, int row) {
            if (v.isNull(row)) {
                return null;
            }
            if (v instanceof BytesVector b && v.type().kind() != DataType.Kind.GUID) {
                return Arrays.copyOfRange(b.data(), b.offsets()[row], b.offsets()[row + 1]);
            }
            byte[] out = new byte[TextForm.length(v, row)];
            return Arrays.copyOf(out, TextForm.write(v, row, out, 0));
        }

        @Override
        public void finish() throws IOException {
            try {
                producer.flush();
            } catch (RuntimeException e) {
                throw problems.thrown(e);
            }
            check();
        }

        @Override
        public long bytesWritten() {
            return sent.sum();
        }

        /// What was not acknowledged yet is given up.
        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                producer.close(Duration.ZERO);
                text.close();
                job.memory().release(BUFFER);
            }
        }
    }
}
