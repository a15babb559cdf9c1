package dev.sluice.connectors.jdbc.relational;

import dev.sluice.connectors.jdbc.relational.SqlProblems.Step;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A table or the result of a query. Several readers have a connection each and see what is committed when each of
/// them begins.
final class RelationalSource implements Source {
    private final Dialect dialect;
    private final Endpoint endpoint;
    private final ReadOptions options;
    private final Server server;
    private final Session first;
    private final @Nullable TableName table;
    private final List<RelationalColumn> columns;
    private final long rows;
    private final Deque<Session> idle = new ArrayDeque<>();
    private final Set<Session> all = new HashSet<>();
    private boolean closed;

    private RelationalSource(
            Dialect dialect,
            Endpoint endpoint,
            ReadOptions options,
            Session first,
            @Nullable TableName table,
            List<RelationalColumn> columns,
            long rows) {
        this.dialect = dialect;
        this.endpoint = endpoint;
        this.options = options;
        this.server = first.server();
        this.first = first;
        this.table = table;
        this.columns = columns;
        this.rows = rows;
        idle.push(first);
        all.add(first);
    }

    static RelationalSource open(Dialect dialect, Endpoint endpoint) {
        ReadOptions options = ReadOptions.of(endpoint, dialect);
        Optional<TableName> name = TableName.of(endpoint);
        if (options.query().isEmpty() && name.isEmpty()) {
            throw endpoint.dataset().missing("table");
        }
        Session session = Session.open(dialect, dialect.server(endpoint));
        try {
            TableName table = options.query().isPresent() ? null : name.orElseThrow();
            Catalog catalog = new Catalog(session);
            List<RelationalColumn> columns = table == null
                    ? catalog.columns(options.neutralQuery(dialect))
                    : catalog.columns(table)
                            .orElseThrow(() -> session.problems().tableMissing(table.toString(), null));
            options.refuseOtherMarkers(endpoint);
            long rows = table == null ? -1 : catalog.rows(table);
            session.alone(new Step(object(table), "read"), c -> {
                dialect.beforeReading(c);
                return true;
            });
            return new RelationalSource(dialect, endpoint, options, session, table, columns, rows);
        } catch (RuntimeException e) {
            session.close();
            throw e;
        }
    }

    private static String object(@Nullable TableName table) {
        return table == null ? "query" : table.toString();
    }

    @Override
    public Schema schema() {
        return new Schema(columns.stream().map(RelationalColumn::field).toList());
    }

    @Override
    public List<Split> splits(int wanted) {
        return switch (options.partitioning()) {
            case NONE -> whole();
            case PHYSICAL -> partitions();
            case RANGE, HASH -> pieces(Math.max(wanted, 1));
        };
    }

    private List<Split> whole() {
        return List.of(
                table == null
                        ? new RelationalSplit("query", "", options.neutralQuery(dialect))
                        : new RelationalSplit(table.toString(), table.sql(dialect), ""));
    }

    private List<Split> pieces(int wanted) {
        String fromAll = table != null ? table.sql(dialect) : "(" + options.neutralQuery(dialect) + "\n) q";
        RangeLanguage language = new RangeLanguage(first, table, fromAll);
        Ranges ranges = new Ranges(endpoint, options.ranges(), object(table), columns, language);
        List<Ranges.Piece> pieces =
                options.partitioning() == ReadOptions.Partitioning.HASH ? ranges.hashed(wanted) : ranges.pieces(wanted);
        return pieces.isEmpty() ? whole() : pieces.stream().map(this::split).toList();
    }

    private Split split(Ranges.Piece piece) {
        if (table != null) {
            return new RelationalSplit(piece.description(), table.sql(dialect) + " WHERE " + piece.condition(), "");
        }
        return new RelationalSplit(
                piece.description(),
                "",
                piece.query()
                        .orElseGet(() -> "SELECT * FROM (" + options.neutralQuery(dialect) + "\n) q WHERE "
                                + piece.condition()));
    }

    private List<Split> partitions() {
        if (table == null) {
            return whole();
        }
        List<Partition> parts = named(dialect.partitions(first, table));
        return parts.isEmpty()
                ? whole()
                : parts.stream()
                        .map(p -> (Split) new RelationalSplit(p.from(), p.from(), ""))
                        .toList();
    }

    /// Those of the partitions that the activity names; all where it names none.
    private List<Partition> named(List<Partition> parts) {
        if (options.partitionNames().isEmpty()) {
            return parts;
        }
        return options.partitionNames().stream()
                .map(name -> parts.stream()
                        .filter(p -> p.name().equals(name))
                        .findFirst()
                        .or(() -> parts.stream()
                                .filter(p -> p.name().equalsIgnoreCase(name))
                                .findFirst())
                        .orElseThrow(() -> endpoint.activity()
                                .section("partitionSettings")
                                .wrong("partitionNames", name, "partitions of the table " + object(table))))
                .distinct()
                .toList();
    }

    @Override
    public Reader open(Split split, int[] positions, ReadContext context) {
        RelationalSplit piece = (RelationalSplit) split;
        List<RelationalColumn> projected =
                Arrays.stream(positions).mapToObj(columns::get).toList();
        // A query is run as it was written; its columns are picked from the result.
        boolean asWritten = !piece.query().isEmpty();
        String list = projected.isEmpty()
                ? "1"
                : projected.stream().map(c -> dialect.quote(c.name())).collect(Collectors.joining(", "));
        String sql = asWritten ? piece.query() : "SELECT " + list + " FROM " + piece.from();
        int[] from = new int[positions.length];
        for (int i = 0; i < from.length; i++) {
            from[i] = (asWritten ? positions[i] : i) + 1;
        }
        return new RowReader(
                take(),
                sql,
                projected,
                from,
                options.timeoutSeconds(),
                context,
                new Step(object(table), "read"),
                this::giveBack);
    }

    @Override
    public long estimatedRows() {
        return rows;
    }

    private Session take() {
        synchronized (this) {
            Session ready = idle.poll();
            if (ready != null) {
                return ready;
            }
        }
        Session opened = Session.open(dialect, server);
        try {
            opened.alone(new Step(object(table), "read"), c -> {
                dialect.beforeReading(c);
                return true;
            });
            synchronized (this) {
                if (closed) {
                    throw new IllegalStateException("the source is closed");
                }
                all.add(opened);
            }
            return opened;
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    /// Takes back the session of a reader that came to its end.
    private void giveBack(Session session) {
        synchronized (this) {
            if (!closed) {
                idle.push(session);
                return;
            }
        }
        session.close();
    }

    @Override
    public void close() {
        List<Session> open;
        synchronized (this) {
            closed = true;
            open = List.copyOf(all);
            all.clear();
            idle.clear();
        }
        open.forEach(Session::close);
    }
}
