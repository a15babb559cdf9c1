package dev.sluice.data.testkit;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import dev.sluice.data.spi.TableConnector;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Connects to [MemoryTable]s that the test holds: linked service `MemoryDatabase`, dataset `MemoryTable` with
/// the member `tableName`, `MemoryTableSource`, `MemoryTableSink`. `tableOption: autoCreate` on the sink creates
/// what is missing; `maxWriters` on the sink limits its writers (8 otherwise). Counts what is open.
public final class MemoryTableConnector implements TableConnector {
    private static final int MAX_WRITERS = 8;

    private final Map<String, MemoryTable> tables = new ConcurrentHashMap<>();
    private final AtomicInteger open = new AtomicInteger();

    public MemoryTableConnector with(String name, MemoryTable table) {
        tables.put(name, table);
        return this;
    }

    /// The table of that name, also one that was created.
    public MemoryTable table(String name) {
        MemoryTable table = tables.get(name);
        if (table == null) {
            throw new java.util.NoSuchElementException(name);
        }
        return table;
    }

    public boolean has(String name) {
        return tables.containsKey(name);
    }

    /// Sources, sinks, readers and writers not yet closed.
    public int openCount() {
        return open.get();
    }

    /// An endpoint of that table.
    public static TestEndpoint source(String table) {
        return TestEndpoint.source()
                .linkedService("MemoryDatabase")
                .dataset("MemoryTable")
                .with("tableName", table)
                .activity("type", "MemoryTableSource");
    }

    public static TestEndpoint sink(String table) {
        return TestEndpoint.sink()
                .linkedService("MemoryDatabase")
                .dataset("MemoryTable")
                .with("tableName", table)
                .activity("type", "MemoryTableSink");
    }

    @Override
    public ConnectorDescriptor descriptor() {
        return new ConnectorDescriptor(
                "Memory tables",
                Set.of("MemoryDatabase"),
                Set.of("MemoryTable"),
                Set.of("MemoryTableSource"),
                Set.of("MemoryTableSink"),
                Set.of(
                        Capability.READ,
                        Capability.WRITE,
                        Capability.SPLIT,
                        Capability.PARALLEL_WRITE,
                        Capability.ATOMIC_COMMIT,
                        Capability.AUTO_CREATE),
                List.of());
    }

    @Override
    public Source source(Endpoint endpoint, JobContext job) {
        MemoryTable table = find(endpoint);
        open.incrementAndGet();
        return new MemorySource(table);
    }

    private MemoryTable find(Endpoint endpoint) {
        String name = endpoint.dataset().requiredText("tableName");
        MemoryTable table = tables.get(name);
        if (table == null) {
            throw DataFaults.TABLE_MISSING
                    .problem()
                    .on(endpoint.side())
                    .evidence("table", name)
                    .evidence("store", endpoint.linkedServiceName())
                    .evidence("user", "memory")
                    .exception();
        }
        return table;
    }

    @Override
    public Sink sink(Endpoint endpoint, JobContext job) {
        boolean create = endpoint.activity().text("tableOption").orElse("").equalsIgnoreCase("autoCreate");
        String name = endpoint.dataset().requiredText("tableName");
        int writers = endpoint.activity()
                .number("maxWriters", 1, 1_000)
                .orElse((long) MAX_WRITERS)
                .intValue();
        MemoryTable table = create && !tables.containsKey(name) ? null : find(endpoint);
        open.incrementAndGet();
        return new MemorySink(name, table, writers);
    }

    private static void step(MemoryTable.Step step, int part, int batch) throws IOException {
        try {
            step.before(part, batch);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e.toString(), e);
        }
    }

    private record Rowset(int part, int from, int to) implements Split {
        @Override
        public String describe() {
            return "rows [" + from + ", " + to + ")";
        }
    }

    private final class MemorySource implements Source {
        private final MemoryTable table;
        private final List<List<@Nullable Object>> rows;
        private boolean closed;

        MemorySource(MemoryTable table) {
            this.table = table;
            this.rows = table.rows();
        }

        @Override
        public Schema schema() {
            return table.schema();
        }

        @Override
        public List<Split> splits(int wanted) {
            int pieces = Math.max(1, Math.min(wanted, rows.size()));
            List<Split> splits = new ArrayList<>();
            for (int i = 0; i < pieces; i++) {
                splits.add(new Rowset(
                        i, (int) ((long) rows.size() * i / pieces), (int) ((long) rows.size() * (i + 1) / pieces)));
            }
            return splits;
        }

        @Override
        public Reader open(Split split, int[] columns, ReadContext context) {
            open.incrementAndGet();
            return new MemoryReader(table, rows, (Rowset) split, columns);
        }

        @Override
        public long estimatedRows() {
            return rows.size();
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
            }
        }
    }

    private final class MemoryReader implements Reader {
        private final MemoryTable table;
        private final List<List<@Nullable Object>> rows;
        private final Rowset range;
        private final int[] columns;
        private int at;
        private int batches;
        private volatile long bytes;
        private boolean closed;
        private @Nullable Thread reading;

        MemoryReader(MemoryTable table, List<List<@Nullable Object>> rows, Rowset range, int[] columns) {
            this.table = table;
            this.rows = rows;
            this.range = range;
            this.columns = columns.clone();
            this.at = range.from();
        }

        @Override
        public boolean read(Batch batch) throws IOException {
            enter();
            try {
                step(table.readStep(), range.part(), batches++);
            } finally {
                leave();
            }
            batch.setFirstRow(at - range.from() + 1);
            int count = 0;
            while (at < range.to() && !batch.isFull(count)) {
                List<@Nullable Object> row = rows.get(at++);
                for (int i = 0; i < columns.length; i++) {
                    Rows.set(batch.vector(i), count, row.get(columns[i]));
                }
                bytes += 8L * columns.length;
                count++;
            }
            batch.setRows(count);
            return count > 0;
        }

        private synchronized void enter() throws IOException {
            if (closed) {
                throw new IOException("reader closed");
            }
            reading = Thread.currentThread();
        }

        private synchronized void leave() {
            reading = null;
        }

        @Override
        public long bytesRead() {
            return bytes;
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
                if (reading != null && reading != Thread.currentThread()) {
                    reading.interrupt();
                }
            }
        }
    }

    private final class MemorySink implements Sink {
        private final String name;
        private final int writers;
        private @Nullable MemoryTable table;
        private final boolean create;
        private final List<MemoryWriter> all = new ArrayList<>();
        private int[] positions = new int[0];
        private boolean closed;

        MemorySink(String name, @Nullable MemoryTable table, int writers) {
            this.name = name;
            this.table = table;
            this.create = table == null;
            this.writers = writers;
        }

        @Override
        public Optional<Schema> schema() {
            return Optional.ofNullable(table).map(MemoryTable::schema);
        }

        @Override
        public int maxWriters() {
            return writers;
        }

        @Override
        public void begin(Schema incoming) {
            if (table == null) {
                table = new MemoryTable(incoming);
            }
            Schema target = table.schema();
            positions = incoming.names().stream().mapToInt(target::indexOf).toArray();
        }

        @Override
        public synchronized Writer open(int part) {
            if (table == null || all.stream().filter(w -> !w.closed).count() >= writers) {
                throw new IllegalStateException("not begun, or more than " + writers + " writers at once");
            }
            MemoryWriter writer = new MemoryWriter(table, part, positions);
            all.add(writer);
            open.incrementAndGet();
            return writer;
        }

        @Override
        public synchronized Account commit() throws IOException {
            MemoryTable target = table;
            if (target == null || target.failsCommit()) {
                throw new IOException("commit failed");
            }
            long rows = 0;
            long bytes = 0;
            for (MemoryWriter w : all) {
                if (w.finished) {
                    target.add(w.rows);
                    rows += w.rows.size();
                    bytes += w.bytes;
                }
            }
            if (create) {
                tables.put(name, target);
            }
            return new Account(rows, bytes, 0);
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                all.forEach(MemoryWriter::close);
                open.decrementAndGet();
            }
        }
    }

    private final class MemoryWriter implements Writer {
        private final MemoryTable table;
        private final int part;
        private final int[] positions;
        private final List<List<@Nullable Object>> rows = new ArrayList<>();
        private int batches;
        private volatile long bytes;
        private volatile boolean finished;
        private volatile boolean closed;
        private @Nullable Thread writing;

        MemoryWriter(MemoryTable table, int part, int[] positions) {
            this.table = table;
            this.part = part;
            this.positions = positions;
        }

        @Override
        public void write(Batch batch) throws IOException {
            enter();
            try {
                step(table.writeStep(), part, batches++);
            } finally {
                leave();
            }
            for (List<@Nullable Object> row : Rows.of(batch)) {
                Object[] values = new Object[table.schema().size()];
                for (int i = 0; i < positions.length; i++) {
                    values[positions[i]] = row.get(i);
                }
                rows.add(Rows.row(values));
            }
            bytes += 8L * batch.rows() * positions.length;
        }

        private synchronized void enter() throws IOException {
            if (closed) {
                throw new IOException("writer closed");
            }
            writing = Thread.currentThread();
        }

        private synchronized void leave() {
            writing = null;
        }

        @Override
        public void finish() {
            finished = true;
        }

        @Override
        public long bytesWritten() {
            return bytes;
        }

        @Override
        public synchronized void close() {
            if (!closed) {
                closed = true;
                open.decrementAndGet();
                if (writing != null && writing != Thread.currentThread()) {
                    writing.interrupt();
                }
            }
        }
    }
}
