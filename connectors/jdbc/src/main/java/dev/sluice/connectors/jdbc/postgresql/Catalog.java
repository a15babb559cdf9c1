package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.connectors.jdbc.postgresql.PostgresProblems.Statement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// What the server's catalog says about tables and queries.
record Catalog(PostgresSession session) {
    private static final String QUERY_PREFIX = "SELECT * FROM (";

    /// A relation.
    ///
    /// @param kind `pg_class.relkind`: r table, p partitioned table, m materialised view, v view, f foreign table …
    /// @param heap whether rows lie in pages that can be read by range
    /// @param rows the planner's estimate, -1 when there is none
    record Relation(long oid, TableName name, char kind, boolean heap, long pages, long rows) {
        boolean isPaged() {
            return heap && (kind == 'r' || kind == 'm');
        }
    }

    /// The table of that name, looked up as SQL would.
    Optional<Relation> find(TableName name) {
        return session
                .query(
                        RELATION + "WHERE c.oid = to_regclass(?)",
                        new Statement(name.toString(), "read"),
                        Catalog::relation,
                        name.sql())
                .stream()
                .findFirst();
    }

    /// The partitions that hold rows, of a partitioned table of any depth.
    List<Relation> leaves(Relation table) {
        return session.query(
                RELATION + "WHERE c.oid IN (SELECT relid FROM pg_partition_tree(?::oid::regclass) WHERE isleaf)"
                        + " ORDER BY n.nspname, c.relname",
                new Statement(table.name().toString(), "read"),
                Catalog::relation,
                table.oid());
    }

    /// Whether the user may read every partition by itself and would see the same rows there: rights and row security
    /// of the parent do not hold for a partition named directly.
    boolean mayReadPartitions(Relation table) {
        return ask(
                "SELECT NOT EXISTS (SELECT FROM pg_class WHERE oid = $1 AND relrowsecurity)"
                        + " AND NOT EXISTS (SELECT FROM pg_partition_tree($1::regclass)"
                        + " WHERE isleaf AND NOT has_table_privilege(relid, 'SELECT'))",
                table);
    }

    /// The columns of the primary key, in its order; empty without one.
    List<String> primaryKey(TableName table) {
        return session.query(
                "SELECT a.attname FROM pg_index i, unnest(i.indkey) WITH ORDINALITY k(n, at), pg_attribute a"
                        + " WHERE i.indrelid = to_regclass(?) AND i.indisprimary AND a.attrelid = i.indrelid"
                        + " AND a.attnum = k.n ORDER BY k.at",
                new Statement(table.toString(), "read"),
                r -> r.getString(1),
                table.sql());
    }

    /// Whether no two rows can have the same values there, by an index that `ON CONFLICT` accepts.
    boolean isUnique(TableName table, List<String> columns) {
        return session.query(
                        "SELECT array_agg(a.attname::text ORDER BY a.attname::text) FROM pg_index i, pg_attribute a"
                                + " WHERE i.indrelid = to_regclass(?) AND i.indisunique AND i.indimmediate"
                                + " AND i.indpred IS NULL AND i.indexprs IS NULL AND a.attrelid = i.indrelid"
                                + " AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1]) GROUP BY i.indexrelid",
                        new Statement(table.toString(), "read"),
                        r -> List.of((String[]) r.getArray(1).getArray()),
                        table.sql())
                .contains(columns.stream().sorted().toList());
    }

    /// Whether other tables inherit from it, so that it is more than its own pages.
    boolean hasChildren(Relation table) {
        return ask("SELECT relhassubclass FROM pg_class WHERE oid = $1", table);
    }

    /// From version 14 on, `ctid` ranges are scanned instead of filtered.
    boolean readsPageRanges() {
        return session.query(
                        "SELECT current_setting('server_version_num')::int >= 140000",
                        new Statement("server version", "read"),
                        r -> r.getBoolean(1))
                .getFirst();
    }

    private boolean ask(String question, Relation table) {
        return session.query(
                        question.replace("$1", table.oid() + "::oid"),
                        new Statement(table.name().toString(), "read"),
                        r -> r.getBoolean(1))
                .getFirst();
    }

    private static final String RELATION = """
            SELECT c.oid::int8, n.nspname, c.relname, c.relkind, coalesce(a.amname = 'heap', false),
                   CASE WHEN c.relkind IN ('r', 'm') THEN pg_relation_size(c.oid) ELSE 0 END
                       / current_setting('block_size')::int8,
                   c.reltuples::int8
            FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_am a ON a.oid = c.relam
            """;

    private static Relation relation(ResultSet r) throws SQLException {
        return new Relation(
                r.getLong(1),
                new TableName(Optional.of(r.getString(2)), r.getString(3)),
                r.getString(4).charAt(0),
                r.getBoolean(5),
                r.getLong(6),
                r.getLong(7));
    }

    /// The columns of a table; domains are seen as their base type.
    ///
    /// @param generated whether generated columns, which cannot be written, are among them
    List<PostgresColumn> columns(Relation table, boolean generated) {
        return session.query(
                """
                WITH RECURSIVE col AS (
                    SELECT a.attnum, a.attname, a.atttypid AS type, a.atttypmod AS modifier, a.attnotnull AS required
                    FROM pg_attribute a
                    WHERE a.attrelid = ?::oid AND a.attnum > 0 AND NOT a.attisdropped
                        AND (?::bool OR a.attgenerated = '')
                  UNION ALL
                    SELECT c.attnum, c.attname, t.typbasetype, t.typtypmod, c.required OR t.typnotnull
                    FROM col c JOIN pg_type t ON t.oid = c.type WHERE t.typtype = 'd')
                SELECT c.attname,
                       CASE WHEN t.typnamespace = 'pg_catalog'::regnamespace AND t.typname <> 'char' THEN t.typname::text
                            ELSE format_type(t.oid, NULL) END,
                       t.typtype = 'e', c.modifier, NOT c.required, format_type(t.oid, c.modifier)
                FROM col c JOIN pg_type t ON t.oid = c.type WHERE t.typtype <> 'd' ORDER BY c.attnum
                """,
                new Statement(table.name().toString(), "read"),
                r -> {
                    int modifier = r.getInt(4);
                    return PostgresColumn.of(
                            r.getString(1),
                            r.getString(2),
                            r.getString(6),
                            r.getBoolean(3),
                            modifier < 4 ? 0 : ((modifier - 4) >> 16) & 0xFFFF,
                            modifier < 4 ? 0 : signed(modifier - 4),
                            r.getBoolean(5));
                },
                table.oid(),
                generated);
    }

    /// The columns a query gives. Nothing of it is executed.
    List<PostgresColumn> columns(String query) {
        return session.queryText(
                QUERY_PREFIX + query + "\n) AS q LIMIT 0", new Statement("query", "read", QUERY_PREFIX.length()), r -> {
                    ResultSetMetaData m = r.getMetaData();
                    List<PostgresColumn> columns = new ArrayList<>();
                    for (int i = 1; i <= m.getColumnCount(); i++) {
                        String type = m.getColumnTypeName(i);
                        int digits = m.getPrecision(i);
                        int scale = type.equals("numeric") && digits > 0 ? signed(m.getScale(i)) : 0;
                        columns.add(PostgresColumn.of(m.getColumnLabel(i), type, type, false, digits, scale, true));
                    }
                    return columns;
                });
    }

    /// A numeric's scale is stored in eleven bits with a sign.
    static int signed(int stored) {
        return ((stored & 0x7FF) ^ 0x400) - 0x400;
    }
}
