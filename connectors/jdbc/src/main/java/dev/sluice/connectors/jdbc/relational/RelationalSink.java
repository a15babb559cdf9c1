package dev.sluice.connectors.jdbc.relational;

import dev.sluice.connectors.jdbc.relational.SqlProblems.Step;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A table being loaded, in one transaction from the pre-copy script to the commit.
final class RelationalSink implements Sink {
    private static final System.Logger LOG = System.getLogger(RelationalSink.class.getName());

    private final Dialect dialect;
    private final WriteOptions options;
    private final TableName name;
    private final JobContext job;
    private final Session session;
    private final Step write;
    private @Nullable List<RelationalColumn> target;
    private @Nullable AttemptMarker marker;
    private AttemptMarker.@Nullable Done done;
    private @Nullable TableName staging;
    private List<RelationalColumn> chosen = List.of();
    private Schema incoming = new Schema(List.of());
    private long rows;
    private long bytes;
    private boolean created;
    private boolean begun;
    private boolean writing;
    private boolean spoilt;
    private boolean committed;

    private RelationalSink(Dialect dialect, WriteOptions options, TableName name, JobContext job, Session session) {
        this.dialect = dialect;
        this.options = options;
        this.name = name;
        this.job = job;
        this.session = session;
        this.write = new Step(name.toString(), "write to");
        this.target = look();
    }

    static RelationalSink open(Dialect dialect, Endpoint endpoint, JobContext job) {
        WriteOptions options = WriteOptions.of(endpoint);
        if (!dialect.writes() || options.upsert() && dialect.upsert() == Dialect.Upsert.NONE) {
            throw DocumentFaults.SETTING_UNSUPPORTED
                    .problem()
                    .at(endpoint.activity().pointer() + (dialect.writes() ? "/writeBehavior" : "/type"))
                    .evidence("member", dialect.writes() ? "writeBehavior" : "type")
                    .evidence("detail", dialect.name() + (dialect.writes() ? " changes no rows" : " is only read here"))
                    .evidence("advice", dialect.writes() ? "use insert" : "choose another sink")
                    .exception();
        }
        options.procedure().ifPresent(p -> check(p, options, dialect, endpoint));
        TableName name = TableName.of(endpoint)
                .or(() -> options.procedure().map(Procedure::name))
                .orElseThrow(() -> endpoint.dataset().missing("table"));
        Session session = Session.open(dialect, dialect.server(endpoint));
        try {
            RelationalSink sink = new RelationalSink(dialect, options, name, job, session);
            if (sink.target == null
                    && !options.autoCreate()
                    && options.preCopyScript().isEmpty()) {
                throw session.problems().tableMissing(name.toString(), null);
            }
            return sink;
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static void check(Procedure procedure, WriteOptions options, Dialect dialect, Endpoint endpoint) {
        if (dialect.tableTypeQuery(procedure.name()).isEmpty()) {
            throw endpoint.activity()
                    .wrong(
                            "sqlWriterStoredProcedureName",
                            procedure.name(),
                            "no procedure: those of " + dialect.name() + " take no tables; load a staging table and"
                                    + " call the procedure with a stored procedure activity");
        }
        if (options.upsert() || options.autoCreate()) {
            String member = options.upsert() ? "writeBehavior" : "tableOption";
            throw endpoint.activity()
                    .wrong(
                            member,
                            endpoint.activity().text(member).orElse(""),
                            "nothing, since the procedure decides what becomes of the rows");
        }
    }

    /// What rows are converted to: the table's columns, or those of the table type that the procedure takes.
    private @Nullable List<RelationalColumn> look() {
        Optional<TableName> type = options.procedure().flatMap(Procedure::tableType);
        if (type.isPresent()) {
            return new Catalog(session)
                    .columns(dialect.tableTypeQuery(type.get()).orElseThrow());
        }
        return new Catalog(session).columns(name).orElse(null);
    }

    @Override
    public Optional<Schema> schema() {
        return Optional.ofNullable(target)
                .map(t -> new Schema(t.stream().map(RelationalColumn::field).toList()));
    }

    @Override
    public int maxWriters() {
        return 1;
    }

    @Override
    public void begin(Schema rowsToCome) {
        incoming = rowsToCome;
        begun = true;
        findMark();
        if (done != null) {
            chosen = List.of();
            return;
        }
        // Where defining a table commits, it comes before the transaction.
        boolean together = dialect.definesInTransaction();
        if (together) {
            beginTransaction();
        }
        if (target == null && options.preCopyScript().isEmpty()) {
            create();
        }
        if (target != null) {
            choose();
        }
        if (!together) {
            beginTransaction();
        }
        options.preCopyScript().ifPresent(this::prepare);
    }

    private void beginTransaction() {
        if (dialect.transactional()) {
            session.beginTransaction(write);
        }
    }

    /// A script may make or change the table. One that commits by itself has decided what stays.
    private void prepare(String script) {
        session.execute(script, new Step("preCopyScript", "run"));
        target = look();
        if (target == null) {
            create();
        }
        choose();
    }

    private void choose() {
        chosen = incoming.fields().stream().map(this::column).toList();
        if (options.upsert() && staging == null) {
            stage();
        }
    }

    private void create() {
        if (!options.autoCreate()) {
            throw session.problems().tableMissing(name.toString(), null);
        }
        String columns = incoming.fields().stream()
                .map(f -> dialect.quote(f.name()) + " " + dialect.declared(f.type()))
                .collect(Collectors.joining(", "));
        session.execute(
                "CREATE TABLE " + name.sql(dialect) + " (" + columns + ")", new Step(name.toString(), "create"));
        created = true;
        target = look();
    }

    private RelationalColumn column(Field field) {
        List<RelationalColumn> there = target == null ? List.of() : target;
        return there.stream()
                .filter(c -> c.name().equals(field.name()))
                .findFirst()
                .orElseThrow(() -> DataFaults.COLUMN_MISSING
                        .problem()
                        .evidence("column", field.name())
                        .evidence("object", name)
                        .evidence(
                                "columns",
                                there.stream().map(RelationalColumn::name).collect(Collectors.joining(", ")))
                        .exception());
    }

    private void stage() {
        String unique = Long.toHexString(job.clock().instant().toEpochMilli())
                + Integer.toHexString(System.identityHashCode(this) & 0xFFFF);
        TableName table = dialect.staging(name, unique, options);
        String columns = chosen.stream().map(c -> dialect.quote(c.name())).collect(Collectors.joining(", "));
        session.execute(
                dialect.emptyCopy(table.sql(dialect), columns, name.sql(dialect)),
                new Step(table.toString(), "create"));
        staging = table;
    }

    private List<String> keys() {
        List<String> keys = options.keys().isEmpty() ? new Catalog(session).primaryKey(name) : options.keys();
        List<String> mapped = chosen.stream().map(RelationalColumn::name).toList();
        if (keys.isEmpty() || !mapped.containsAll(keys)) {
            throw DataFaults.MAPPING_INVALID
                    .problem()
                    .evidence(
                            "detail",
                            keys.isEmpty()
                                    ? "an upsert into " + name
                                            + " needs upsertSettings.keys, since it has no primary key."
                                    : "the key columns " + keys + " must all be mapped; mapped are " + mapped + ".")
                    .exception();
        }
        return keys;
    }

    @Override
    public Writer open(int part) {
        synchronized (this) {
            if (!begun || writing) {
                throw new IllegalStateException(begun ? "one writer at a time" : "not begun");
            }
            writing = true;
        }
        LoadTarget load = new LoadTarget(session, staging == null ? name : staging, chosen, incoming, options, write);
        Loader loader = done == null ? loader(load) : new Discarding();
        return new LoadWriter(session, loader, write, this::ended);
    }

    private Loader loader(LoadTarget load) {
        List<RelationalColumn> columns = target == null ? List.of() : target;
        return options.procedure().map(p -> dialect.loader(load, p, columns)).orElseGet(() -> dialect.loader(load));
    }

    private synchronized void ended(boolean finished, long newRows, long newBytes) {
        writing = false;
        rows += newRows;
        bytes += newBytes;
        spoilt |= !finished;
    }

    @Override
    public Account commit() {
        if (done != null) {
            committed = true;
            return new Account(done.rows(), done.bytes(), 0);
        }
        if (spoilt) {
            throw new IllegalStateException("a writer did not finish");
        }
        TableName stage = staging;
        if (stage != null) {
            Merge merge = new Merge(
                    name.sql(dialect),
                    stage.sql(dialect),
                    chosen.stream().map(RelationalColumn::name).toList(),
                    keys(),
                    dialect::quote);
            merge.statements(dialect).forEach(sql -> session.execute(sql, write));
        }
        AttemptMarker mark = marker;
        if (mark != null) {
            mark.mark(statements(), job.clock().instant(), rows, bytes);
        }
        if (dialect.transactional()) {
            session.commit(write);
        }
        committed = true;
        tidy();
        return new Account(rows, bytes, 0);
    }

    /// After the commit nothing may fail any more: what is left behind is only untidy.
    private void tidy() {
        dropStaging();
        AttemptMarker mark = marker;
        if (mark != null) {
            try {
                mark.removeOld(statements(), job.clock().instant());
            } catch (ProblemException e) {
                LOG.log(System.Logger.Level.DEBUG, "old marks stay", e);
            }
        }
    }

    private void dropStaging() {
        TableName stage = staging;
        if (stage != null) {
            staging = null;
            drop(stage);
        }
    }

    private void drop(TableName table) {
        try {
            session.execute("DROP TABLE " + table.sql(dialect), new Step(table.toString(), "drop"));
        } catch (ProblemException e) {
            LOG.log(System.Logger.Level.WARNING, table + " could not be dropped", e);
        }
    }

    /// Looks whether this job has loaded before. Who may not create the table has no marks.
    private void findMark() {
        if (!options.marks() || options.upsert() || !dialect.transactional()) {
            return;
        }
        TableName table = name.beside(AttemptMarker.TABLE);
        AttemptMarker mark = new AttemptMarker(table.sql(dialect), job.jobId(), name.toString());
        try {
            if (new Catalog(session).columns(table).isEmpty()) {
                session.execute(mark.definition(), new Step(table.toString(), "create"));
            } else {
                done = mark.find(statements()).orElse(null);
            }
            marker = mark;
        } catch (ProblemException e) {
            LOG.log(System.Logger.Level.INFO, "loads of " + name + " leave no mark: " + e.getMessage());
        }
    }

    private AttemptMarker.Statements statements() {
        Step step = new Step(AttemptMarker.TABLE, "write to");
        return new AttemptMarker.Statements() {
            @Override
            public Optional<AttemptMarker.Done> find(String sql, Object... parameters) {
                return session
                        .query(sql, step, r -> new AttemptMarker.Done(r.getLong(1), r.getLong(2)), parameters)
                        .stream()
                        .findFirst();
            }

            @Override
            public void change(String sql, Object... parameters) {
                session.update(sql, step, parameters);
            }
        };
    }

    @Override
    public void close() {
        if (!committed && begun) {
            boolean stuck;
            synchronized (this) {
                stuck = writing;
            }
            if (stuck) {
                session.abort();
            } else {
                session.rollBack();
                if (!dialect.definesInTransaction()) {
                    dropStaging();
                    if (created) {
                        created = false;
                        drop(name);
                    }
                }
            }
        }
        session.close();
    }
}
