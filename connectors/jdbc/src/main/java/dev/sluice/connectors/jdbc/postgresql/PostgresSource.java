package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.postgresql.Catalog.Relation;
import dev.sluice.connectors.jdbc.postgresql.PostgresProblems.Statement;
import dev.sluice.connectors.jdbc.relational.Ranges;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// A table or the result of a query, as one snapshot sees it however many readers there are.
final class PostgresSource implements Source {
    private final Endpoint endpoint;
    private final ReadOptions options;
    private final SnapshotSessions sessions;
    private final @Nullable Relation table;
    private final List<PostgresColumn> columns;
    private final Schema schema;

    private PostgresSource(
            Endpoint endpoint,
            ReadOptions options,
            SnapshotSessions sessions,
            @Nullable Relation table,
            List<PostgresColumn> columns) {
        this.endpoint = endpoint;
        this.options = options;
        this.sessions = sessions;
        this.table = table;
        this.columns = columns;
        this.schema = new Schema(columns.stream().map(PostgresColumn::field).toList());
    }

    static PostgresSource open(Endpoint endpoint) {
        ReadOptions options = ReadOptions.of(endpoint);
        Optional<TableName> name = TableName.of(endpoint);
        if (options.query().isEmpty() && name.isEmpty()) {
            throw endpoint.dataset().missing("table");
        }
        PostgresServer server = PostgresServer.of(endpoint);
        SnapshotSessions sessions = new SnapshotSessions(server, options.timeoutSeconds());
        try {
            return described(endpoint, options, sessions, name);
        } catch (RuntimeException e) {
            sessions.close();
            throw e;
        }
    }

    private static PostgresSource described(
            Endpoint endpoint, ReadOptions options, SnapshotSessions sessions, Optional<TableName> name) {
        Catalog catalog = new Catalog(sessions.first());
        if (options.query().isPresent()) {
            options.refuseOtherMarkers(endpoint);
            return new PostgresSource(endpoint, options, sessions, null, catalog.columns(options.neutralQuery()));
        }
        TableName wanted = name.orElseThrow();
        Relation table = catalog.find(wanted)
                .orElseThrow(() -> sessions.first().problems().tableMissing(wanted.toString(), null));
        return new PostgresSource(endpoint, options, sessions, table, catalog.columns(table, true));
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public List<Split> splits(int wanted) {
        List<PostgresSplit> splits = switch (options.partitioning()) {
            case NONE -> wanted > 1 && table != null ? pages(table, wanted) : whole();
            case PHYSICAL -> table == null ? whole() : pages(table, wanted);
            case RANGE, HASH -> pieces(Math.max(wanted, 1));
        };
        if (splits.size() > 1) {
            sessions.share();
        }
        return List.copyOf(splits);
    }

    private List<PostgresSplit> pieces(int wanted) {
        RangeLanguage language = new RangeLanguage(sessions.first(), table == null, columns, fromAll());
        Ranges ranges = new Ranges(endpoint, options.ranges(), object(), columns, language);
        List<Ranges.Piece> pieces =
                options.partitioning() == ReadOptions.Partitioning.HASH ? ranges.hashed(wanted) : ranges.pieces(wanted);
        return pieces.isEmpty() ? whole() : pieces.stream().map(this::split).toList();
    }

    private PostgresSplit split(Ranges.Piece piece) {
        String from = piece.query()
                .map(query -> RangeLanguage.asRelation(query, columns.size()))
                .orElseGet(() -> fromAll() + " WHERE " + piece.condition());
        return new PostgresSplit(piece.description(), from);
    }

    private List<PostgresSplit> whole() {
        return List.of(new PostgresSplit(object(), fromAll()));
    }

    /// A table's pages, or those of its partitions. Views, foreign tables, tables that others inherit from, and
    /// servers that cannot read a range of pages give one piece.
    private List<PostgresSplit> pages(Relation table, int wanted) {
        Catalog catalog = new Catalog(sessions.first());
        boolean ranged = catalog.readsPageRanges();
        if (table.kind() == 'p' && catalog.mayReadPartitions(table)) {
            List<Relation> leaves = catalog.leaves(table);
            return leaves.isEmpty() ? whole() : PageRanges.of(leaves, wanted, ranged);
        }
        return ranged && table.isPaged() && !catalog.hasChildren(table)
                ? PageRanges.of(List.of(table), wanted, true)
                : whole();
    }

    /// What stands after FROM for everything.
    private String fromAll() {
        return table == null
                ? RangeLanguage.asRelation(options.neutralQuery(), columns.size())
                : table.name().sql();
    }

    private String object() {
        return table == null ? "query" : table.name().toString();
    }

    @Override
    public Reader open(Split split, int[] positions, ReadContext context) {
        List<PostgresColumn> projected =
                Arrays.stream(positions).mapToObj(columns::get).toList();
        String list = IntStream.of(positions)
                .mapToObj(c -> reference(c) + columns.get(c).readCast())
                .collect(Collectors.joining(", "));
        String sql = "COPY (SELECT " + list + " FROM " + ((PostgresSplit) split).from() + ") TO STDOUT (FORMAT binary)";
        return new CopyReader(
                sessions.take(), sql, projected, context, new Statement(object(), "read"), sessions::giveBack);
    }

    private String reference(int column) {
        return table == null
                ? "c" + column
                : TableName.quote(columns.get(column).name());
    }

    @Override
    public long estimatedRows() {
        return table == null ? -1 : table.rows();
    }

    @Override
    public void close() {
        sessions.close();
    }
}
