package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.postgresql.Catalog.Relation;
import dev.sluice.connectors.jdbc.postgresql.PostgresProblems.Statement;
import dev.sluice.connectors.jdbc.relational.AttemptMarker;
import dev.sluice.connectors.jdbc.relational.WriteOptions;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.DataFaults;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;

/// A table being loaded, in one transaction from the pre-copy script to the commit.
final class PostgresSink implements Sink {
    private static final String STAGING = "sluice_staging";

    private final WriteOptions options;
    private final TableName name;
    private final JobContext job;
    private final PostgresSession session;
    private final Statement write;
    private final AtomicLong rows = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private List<PostgresColumn> target;
    private List<PostgresColumn> chosen = List.of();
    private List<DataType> types = List.of();
    private final LoadMark mark;
    private Optional<AttemptMarker.Done> done = Optional.empty();
    private boolean exists;
    private boolean staged;
    private boolean writing;
    private boolean begun;
    private boolean committed;

    private PostgresSink(WriteOptions options, TableName name, JobContext job, PostgresSession session) {
        this.options = options;
        this.name = name;
        this.job = job;
        this.session = session;
        this.write = new Statement(name.toString(), "write to");
        this.mark = new LoadMark(session, name, job.jobId(), job.clock());
        this.target = look();
    }

    static PostgresSink open(Endpoint endpoint, JobContext job) {
        WriteOptions options = WriteOptions.of(endpoint);
        TableName name =
                TableName.of(endpoint).orElseThrow(() -> endpoint.dataset().missing("table"));
        PostgresSession session = PostgresSession.open(PostgresServer.of(endpoint));
        try {
            PostgresSink sink = new PostgresSink(options, name, job, session);
            if (!sink.exists && !options.autoCreate() && options.preCopyScript().isEmpty()) {
                throw session.problems().tableMissing(name.toString(), null);
            }
            return sink;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    /// The target's columns that can be written; none when there is no such table.
    private List<PostgresColumn> look() {
        Catalog catalog = new Catalog(session);
        Optional<Relation> table = catalog.find(name);
        exists = table.isPresent();
        return table.map(t -> catalog.columns(t, false)).orElse(List.of());
    }

    @Override
    public Optional<Schema> schema() {
        return exists
                ? Optional.of(
                        new Schema(target.stream().map(PostgresColumn::field).toList()))
                : Optional.empty();
    }

    @Override
    public int maxWriters() {
        return 1;
    }

    @Override
    public void begin(Schema incoming) {
        if (options.marks() && !options.upsert()) {
            done = mark.find();
        }
        if (done.isPresent()) {
            begun = true;
            return;
        }
        session.execute("BEGIN", write);
        begun = true;
        options.preCopyScript().ifPresent(this::prepare);
        if (!exists || options.preCopyScript().isPresent()) {
            target = look();
        }
        if (!exists) {
            create(incoming);
        }
        chosen = incoming.fields().stream().map(this::column).toList();
        types = incoming.fields().stream().map(Field::type).toList();
        staged = options.upsert() || chosen.stream().anyMatch(PostgresColumn::foreign);
        session.execute("SET LOCAL statement_timeout = 0; SET LOCAL idle_in_transaction_session_timeout = 0", write);
        if (staged) {
            stage();
        }
    }

    /// A script that commits by itself has decided what stays; the load is still one transaction.
    private void prepare(String script) {
        session.execute("SET LOCAL statement_timeout = '" + session.server().commandSeconds() + "s'", write);
        session.execute(script, new Statement("preCopyScript", "run"));
        if (!session.inTransaction()) {
            session.execute("BEGIN", write);
        }
    }

    private void create(Schema incoming) {
        if (!options.autoCreate()) {
            throw session.problems().tableMissing(name.toString(), null);
        }
        String columns = incoming.fields().stream()
                .map(f -> TableName.quote(f.name()) + " " + WireType.declaredFor(f.type()))
                .collect(Collectors.joining(", "));
        session.execute("CREATE TABLE " + name.sql() + " (" + columns + ")", new Statement(name.toString(), "create"));
        target = look();
    }

    /// The target's column of that name, able to take that type.
    private PostgresColumn column(Field field) {
        PostgresColumn column = target.stream()
                .filter(c -> c.name().equals(field.name()))
                .findFirst()
                .orElseThrow(() -> DataFaults.COLUMN_MISSING
                        .problem()
                        .evidence("column", field.name())
                        .evidence("object", name)
                        .evidence(
                                "columns",
                                target.stream().map(PostgresColumn::name).collect(Collectors.joining(", ")))
                        .exception());
        WireType wire = wireFor(column, field.type());
        if (!RowEncoder.fits(field.type(), wire)) {
            throw DataFaults.TYPES_INCOMPATIBLE.with(
                    "column", field.name(), "sourceType", field.type(), "sinkType", column.declared());
        }
        return wire == column.wire()
                ? column
                : new PostgresColumn(column.declared(), column.field(), wire, column.readCast(), false);
    }

    /// An interval is shown as text but takes a duration as it is.
    private static WireType wireFor(PostgresColumn column, DataType incoming) {
        boolean interval = column.declared().startsWith("interval");
        return interval && incoming.kind() == DataType.Kind.DURATION ? WireType.INTERVAL : column.wire();
    }

    /// Columns of types whose binary form is not spoken here (arrays, network addresses …) are loaded as text next door
    /// and converted by the server at the commit.
    private void stage() {
        String columns = chosen.stream()
                .map(c ->
                        TableName.quote(c.name()) + " " + (c.foreign() ? WireType.declaredFor(c.type()) : c.declared()))
                .collect(Collectors.joining(", "));
        session.execute("CREATE TEMPORARY TABLE " + STAGING + " (" + columns + ") ON COMMIT DROP", write);
    }

    @Override
    public Writer open(int part) {
        synchronized (this) {
            if (!begun || writing) {
                throw new IllegalStateException(begun ? "one writer at a time" : "not begun");
            }
            writing = true;
        }
        if (done.isPresent()) {
            return new DiscardingWriter(() -> ended(0, 0));
        }
        String sql = "COPY " + (staged ? STAGING : name.sql()) + " (" + names() + ") FROM STDIN (FORMAT binary)";
        List<WireType> wires = chosen.stream().map(PostgresColumn::wire).toList();
        return new CopyWriter(session, sql, write, types, wires, job.memory(), this::ended);
    }

    private synchronized void ended(long newRows, long newBytes) {
        writing = false;
        rows.addAndGet(newRows);
        bytes.addAndGet(newBytes);
    }

    private String names() {
        return chosen.stream().map(c -> TableName.quote(c.name())).collect(Collectors.joining(", "));
    }

    @Override
    public Account commit() {
        if (done.isPresent()) {
            committed = true;
            return new Account(done.get().rows(), done.get().bytes(), 0);
        }
        if (staged) {
            settle();
        }
        mark.set(rows.get(), bytes.get());
        session.execute("COMMIT", write);
        committed = true;
        mark.removeOld();
        return new Account(rows.get(), bytes.get(), 0);
    }

    /// Moves what was staged into the target.
    private void settle() {
        String values = chosen.stream()
                .map(c -> {
                    String own = TableName.quote(c.name());
                    return c.foreign() ? "(" + own + "::text)::" + c.declared() + " AS " + own : own;
                })
                .collect(Collectors.joining(", "));
        String from = "SELECT " + values + " FROM " + STAGING;
        if (options.upsert()) {
            List<String> columns = chosen.stream().map(PostgresColumn::name).toList();
            new UpsertStatements(new Catalog(session), name, columns, options.keys())
                    .from(from)
                    .forEach(sql -> session.execute(sql, write));
        } else {
            session.execute("INSERT INTO " + name.sql() + " (" + names() + ") OVERRIDING SYSTEM VALUE " + from, write);
        }
    }

    @Override
    public void close() {
        if (committed || !begun || done.isPresent()) {
            session.close();
        } else {
            rollBack();
        }
    }

    private void rollBack() {
        boolean stuck;
        synchronized (this) {
            stuck = writing;
        }
        if (stuck) {
            session.abort();
        } else {
            session.rollBack(write);
        }
    }
}
