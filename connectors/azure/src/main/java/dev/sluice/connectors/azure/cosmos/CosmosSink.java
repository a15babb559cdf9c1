package dev.sluice.connectors.azure.cosmos;

import dev.sluice.connectors.azure.cosmos.CosmosDocument.Unfit;
import dev.sluice.connectors.azure.cosmos.CosmosLine.Answer;
import dev.sluice.connectors.azure.cosmos.CosmosLine.Question;
import dev.sluice.connectors.azure.cosmos.CosmosProblems.Action;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.trees.TreeFormatter;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// Writes rows as documents, many requests side by side. Each is there as soon as it has been answered, and stays.
/// Documents of one writer that have the same key and id are sent one after the other: the last one counts.
final class CosmosSink implements Sink {
    private static final int MOST_WRITERS = 8;

    /// Requests of one writer under way.
    private static final int SIDE_BY_SIDE = 32;

    /// The service takes no larger document.
    private static final int LARGEST = 2 << 20;

    private static final int CONFLICT = 409;

    private final CosmosLine line;
    private final Container container;
    private final Endpoint endpoint;
    private final JobContext job;
    private final boolean upsert;
    private final Question empty;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final LongAdder rows = new LongAdder();
    private final LongAdder bytes = new LongAdder();
    private @Nullable Schema schema;
    private TreeMapping trees;

    CosmosSink(CosmosLine line, Container container, Endpoint endpoint, JobContext job) {
        this.line = line;
        this.container = container;
        this.endpoint = endpoint;
        this.job = job;
        this.trees = endpoint.trees();
        this.empty = Question.get("docs", container.link(), Action.WRITE);
        Settings s = endpoint.activity();
        String behaviour = s.text("writeBehavior").orElse("insert");
        this.upsert = switch (behaviour.toLowerCase(Locale.ROOT)) {
            case "insert", "" -> false;
            case "upsert" -> true;
            default -> throw s.wrong("writeBehavior", behaviour, "insert or upsert");
        };
        s.number("writeBatchSize", 1, 1_000_000);
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
        Schema named = nested(incoming);
        boolean whole = named.fields().stream().anyMatch(Field::document)
                || !endpoint.trees().columns().isEmpty();
        for (List<String> path : container.keyPaths()) {
            String first = path.getFirst();
            boolean there = incoming.names().stream()
                    .anyMatch(n ->
                            n.equals(first) || n.startsWith(first + separator().orElse("\0")));
            if (!there && !whole && !path.equals(List.of("id"))) {
                throw DataFaults.COLUMN_MISSING
                        .problem()
                        .at(endpoint.activity().pointer())
                        .evidence("column", first)
                        .evidence(
                                "object",
                                "the columns that are written, although " + String.join(", ", container.keyNames())
                                        + " is the container's partition key")
                        .evidence("columns", String.join(", ", incoming.names()))
                        .exception();
            }
        }
        schema = named;
    }

    /// Of the older sink: what stands between the names of a nested column.
    private Optional<String> separator() {
        return endpoint.activity().text("nestingSeparator").filter(s -> !s.isEmpty());
    }

    /// The columns with paths for names, where a separator makes them paths.
    private Schema nested(Schema incoming) {
        Optional<String> separator = separator().filter(s -> trees.columns().isEmpty());
        if (separator.isEmpty()) {
            return incoming;
        }
        List<Field> fields = new ArrayList<>();
        List<TreeMapping.Column> columns = new ArrayList<>();
        for (Field f : incoming.fields()) {
            StringBuilder path = new StringBuilder("$");
            for (String name : f.name().split(java.util.regex.Pattern.quote(separator.get()), -1)) {
                path.append("['").append(name.replace("'", "\\'")).append("']");
            }
            fields.add(new Field(path.toString(), f.type(), f.nullable()));
            columns.add(new TreeMapping.Column(path.toString(), true, Optional.of(f.type())));
        }
        trees = new TreeMapping("", columns, false, false);
        return new Schema(fields);
    }

    @Override
    public Writer open(int part) {
        Schema known = schema;
        if (known == null) {
            throw new IllegalStateException("begin comes first");
        }
        return new Sending(new TreeFormatter(known, trees, 64 << 10, job.memory()));
    }

    @Override
    public Account commit() {
        return new Account(rows.sum(), bytes.sum(), 0);
    }

    @Override
    public void close() {
        line.close();
        threads.shutdownNow();
    }

    private final class Sending implements Writer {
        private final TreeFormatter text;
        private final Semaphore free = new Semaphore(SIDE_BY_SIDE);
        private final Set<String> under = new HashSet<>();
        private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        private final LongAdder sent = new LongAdder();

        Sending(TreeFormatter text) {
            this.text = text;
        }

        @Override
        public void write(Batch batch) throws IOException {
            try {
                for (int row = 0; row < batch.rows() && failure.get() == null; row++) {
                    text.clear();
                    text.row(batch, row);
                    send(document(batch.firstRow() + row), batch.firstRow() + row);
                }
            } finally {
                settle();
            }
            fail();
        }

        private CosmosDocument document(long row) {
            try {
                CosmosDocument document = CosmosDocument.of(Arrays.copyOf(text.bytes(), text.length()), container);
                if (document.body().length > LARGEST) {
                    throw new Unfit(
                            "$",
                            "the document has " + document.body().length + " bytes, and the service takes " + LARGEST
                                    + " at most");
                }
                return document;
            } catch (Unfit e) {
                throw line.problems().refused(row, e.column(), String.valueOf(e.getMessage()));
            }
        }

        private void send(CosmosDocument document, long row) throws IOException {
            if (!under.add(document.partition() + document.id())) {
                settle();
                under.add(document.partition() + document.id());
            }
            int length = document.body().length;
            job.memory().reserve(length);
            try {
                acquire(1);
            } catch (IOException e) {
                job.memory().release(length);
                throw e;
            }
            Runnable sending = () -> {
                try {
                    put(document, row);
                    rows.increment();
                    bytes.add(length);
                    sent.add(length);
                } catch (Throwable e) {
                    failure.compareAndSet(null, e);
                } finally {
                    job.memory().release(length);
                    free.release();
                }
            };
            try {
                threads.execute(sending);
            } catch (java.util.concurrent.RejectedExecutionException closed) {
                job.memory().release(length);
                free.release();
                throw new IOException("closed", closed);
            }
        }

        private void acquire(int permits) throws IOException {
            try {
                free.acquire(permits);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new java.io.InterruptedIOException("interrupted");
            }
        }

        /// Waits for all that is under way.
        private void settle() {
            free.acquireUninterruptibly(SIDE_BY_SIDE);
            free.release(SIDE_BY_SIDE);
            under.clear();
        }

        private void fail() throws IOException {
            switch (failure.get()) {
                case null -> {}
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IOException(e);
            }
        }

        @Override
        public void finish() throws IOException {
            fail();
            text.close();
        }

        @Override
        public long bytesWritten() {
            return sent.sum();
        }

        @Override
        public void close() {
            text.close();
        }
    }

    private void put(CosmosDocument document, long row) throws IOException {
        Map<String, String> headers = upsert
                ? Map.of(
                        "Content-Type", "application/json",
                        "x-ms-documentdb-partitionkey", document.partition(),
                        "x-ms-documentdb-is-upsert", "True")
                : Map.of("Content-Type", "application/json", "x-ms-documentdb-partitionkey", document.partition());
        Question question = new Question(
                "POST", "docs", container.link(), empty.path() + "/docs", headers, document.body(), Action.WRITE);
        Answer answer = line.ask(question, Set.of(CONFLICT), row);
        if (answer.status() == CONFLICT && !(answer.doubtful() && isOurs(document))) {
            throw line.problems().refused(answer, row, Action.WRITE);
        }
    }

    /// Whether the document that is in the way is this one, which an earlier try has written although its answer got
    /// lost. The service adds members of its own, whose names start with `_`.
    private boolean isOurs(CosmosDocument document) throws IOException {
        String link = container.link() + "/docs/" + document.id();
        Question asked = Question.get("docs", link, Action.WRITE);
        Answer there = line.ask(
                new Question(
                        "GET",
                        "docs",
                        link,
                        asked.path(),
                        Map.of("x-ms-documentdb-partitionkey", document.partition()),
                        null,
                        Action.WRITE),
                Set.of(404),
                0);
        if (there.status() == 404) {
            return false;
        }
        Map<String, Object> theirs = Container.read(there);
        Map<String, Object> ours = Container.read(new Answer(200, there.headers(), document.body(), false));
        List.of(theirs, ours).forEach(d -> d.keySet().removeIf(name -> name.startsWith("_")));
        return theirs.equals(ours);
    }
}
