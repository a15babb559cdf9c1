package dev.sluice.connectors.azure;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.azure.TableLine.Question;
import dev.sluice.connectors.azure.TableProblems.Action;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Writes rows as entities, partition by partition in transactions of up to 100. Each is there as soon as
/// it has been answered, and stays: a table has no transaction over more. An entity that is there is merged
/// or replaced, so the same rows sent again leave the same.
final class EntitySink implements Sink {
    private static final int MOST_WRITERS = 32;

    /// Bytes of entities that wait, over all partitions of a writer.
    private static final int MOST_WAITING = 16 << 20;

    private static final int MOST_ROWS_WAITING = 5_000;

    private final Endpoint endpoint;
    private final String table;
    private final TableLine line;
    private final JobContext job;
    private final String method;
    private final boolean keysGiven;
    private final LongAdder rows = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private @Nullable EntityKeys keys;

    EntitySink(Endpoint endpoint, String table, TableLine line, JobContext job) throws IOException {
        this.endpoint = endpoint;
        this.table = table;
        this.line = line;
        this.job = job;
        Settings s = endpoint.activity();
        String type = s.text("azureTableInsertType").orElse("merge");
        this.method = switch (type.toLowerCase(Locale.ROOT)) {
            case "merge", "" -> "MERGE";
            case "replace" -> "PUT";
            default -> throw s.wrong("azureTableInsertType", type, "merge or replace");
        };
        this.keysGiven =
                s.text("azureTableRowKeyName").filter(n -> !n.isBlank()).isPresent();
        // Who may write to a table need not be allowed to look it up.
        quiet(
                new Question("GET", "/Tables('" + table + "')", Map.of(), null, Action.TEST),
                List.of(DataFaults.TABLE_MISSING, ConnectionFaults.PERMISSION_DENIED));
    }

    private void quiet(Question question, List<Fault> expected) throws IOException {
        try {
            line.ask(question);
        } catch (ProblemException e) {
            boolean known = expected.contains(e.problem().fault())
                    || String.valueOf(e.problem().evidence().get("status")).contains("TableAlreadyExists");
            if (!known) {
                throw e;
            }
        }
    }

    @Override
    public Optional<Schema> schema() {
        return Optional.empty();
    }

    /// Keys that are made count the rows of one stream.
    @Override
    public int maxWriters() {
        return keysGiven ? MOST_WRITERS : 1;
    }

    @Override
    public void begin(Schema incoming) throws IOException {
        keys = EntityKeys.of(endpoint.activity(), incoming, job.jobId());
        String body = "{\"TableName\":\"" + table + "\"}";
        quiet(
                new Question(
                        "POST",
                        "/Tables",
                        Map.of("Content-Type", "application/json", "Prefer", "return-no-content"),
                        body.getBytes(UTF_8),
                        Action.CREATE),
                List.of(ConnectionFaults.PERMISSION_DENIED));
    }

    @Override
    public Writer open(int part) {
        EntityKeys known = keys;
        if (known == null) {
            throw new IllegalStateException("begin comes first");
        }
        job.memory().reserve(MOST_WAITING);
        return new Sending(known);
    }

    @Override
    public Account commit() {
        return new Account(rows.sum(), bytes.sum(), 0);
    }

    @Override
    public void close() {
        line.close();
    }

    private final class Sending implements Writer {
        private final EntityKeys known;
        private final Map<String, Changeset> waiting = new HashMap<>();
        private int waitingRows;
        private long waitingBytes;
        private long ordinal;
        private volatile long sent;
        private boolean released;

        Sending(EntityKeys known) {
            this.known = known;
        }

        @Override
        public void write(Batch batch) throws IOException {
            for (int row = 0; row < batch.rows(); row++) {
                String partition = known.partition(batch, row);
                String rowKey = known.row(batch, row, ordinal++);
                add(partition, rowKey, EntityText.of(batch, row, partition, rowKey), batch.firstRow() + row);
            }
        }

        private void add(String partition, String rowKey, String entity, long at) throws IOException {
            Changeset set = waiting.get(partition);
            if (set != null && !set.takes(rowKey, entity.length())) {
                send(partition);
                set = null;
            }
            if (set == null) {
                set = new Changeset(table, method, partition);
                waiting.put(partition, set);
            }
            long before = set.size();
            set.add(rowKey, entity, at);
            waitingRows++;
            waitingBytes += set.size() - before;
            if (waitingRows >= MOST_ROWS_WAITING || waitingBytes >= MOST_WAITING) {
                sendAll();
            }
        }

        private void send(String partition) throws IOException {
            Changeset set = waiting.remove(partition);
            if (set != null) {
                waitingRows -= set.rows();
                waitingBytes -= set.size();
                int length = set.send(line);
                sent += length;
                bytes.add(length);
                rows.add(set.rows());
            }
        }

        private void sendAll() throws IOException {
            for (String partition : List.copyOf(waiting.keySet())) {
                send(partition);
            }
        }

        @Override
        public void finish() throws IOException {
            sendAll();
        }

        @Override
        public long bytesWritten() {
            return sent;
        }

        @Override
        public void close() {
            boolean first;
            synchronized (this) {
                first = !released;
                released = true;
            }
            if (first) {
                job.memory().release(MOST_WAITING);
            }
        }
    }
}
