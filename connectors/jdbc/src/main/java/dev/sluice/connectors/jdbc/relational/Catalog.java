package dev.sluice.connectors.jdbc.relational;

import dev.sluice.connectors.jdbc.relational.SqlProblems.Step;
import dev.sluice.data.batch.Field;
import dev.sluice.diagnosis.ProblemException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/// What the server says about tables and queries.
record Catalog(Session session) {
    /// The columns of a table; empty when there is no such table.
    Optional<List<RelationalColumn>> columns(TableName table) {
        Step step = new Step(table.toString(), "read");
        String sql = "SELECT * FROM " + table.sql(session.dialect()) + " WHERE 1 = 0";
        return session.alone(step, c -> {
            try (Statement s = c.createStatement();
                    ResultSet r = s.executeQuery(sql)) {
                return Optional.of(columns(r.getMetaData()));
            } catch (SQLException e) {
                if (session.problems().meaning(e, step) == Meaning.TABLE_MISSING || isAbsent(c, table)) {
                    return Optional.empty();
                }
                throw e;
            }
        });
    }

    /// Whether the catalog has no table or view of that name. When it cannot be asked, the first failure stands.
    private static boolean isAbsent(Connection c, TableName table) {
        try (ResultSet r = c.getMetaData()
                .getTables(table.catalog().orElse(null), table.schema().orElse(null), table.table(), null)) {
            return !r.next();
        } catch (SQLException e) {
            return false;
        }
    }

    /// The columns a query gives. It is prepared, or run for no row where a driver cannot tell them before.
    List<RelationalColumn> columns(String query) {
        Step step = new Step("query", "read");
        return session.alone(step, c -> {
            try (java.sql.PreparedStatement s = c.prepareStatement(query)) {
                ResultSetMetaData known = preparedColumns(s);
                if (known != null) {
                    return columns(known);
                }
                s.setMaxRows(1);
                try (ResultSet r = session.with(s, x -> s.executeQuery())) {
                    return columns(r.getMetaData());
                }
            }
        });
    }

    private static @org.jspecify.annotations.Nullable ResultSetMetaData preparedColumns(java.sql.PreparedStatement s) {
        try {
            ResultSetMetaData m = s.getMetaData();
            return m == null || m.getColumnCount() == 0 ? null : m;
        } catch (SQLException e) {
            return null;
        }
    }

    private List<RelationalColumn> columns(ResultSetMetaData m) throws SQLException {
        List<RelationalColumn> columns = new ArrayList<>();
        for (int i = 1; i <= m.getColumnCount(); i++) {
            ColumnMetadata column = ColumnMetadata.of(m, i);
            columns.add(new RelationalColumn(
                    column.typeName(),
                    new Field(column.name(), session.dialect().type(column), column.nullable()),
                    column.jdbcType()));
        }
        return columns;
    }

    /// About how many rows a table has, as the system keeps it; -1 where it does not, or will not tell. Outside of a
    /// transaction, which a query that fails could spoil.
    long rows(TableName table) {
        Optional<String> query = session.dialect().rowCount(table);
        if (query.isEmpty()) {
            return -1;
        }
        try {
            return session
                    .query(
                            query.get(),
                            new Step(table.toString(), "read"),
                            r -> {
                                long rows = r.getLong(1);
                                return r.wasNull() || rows < 0 ? -1L : rows;
                            },
                            session.dialect().countParameters(table).toArray())
                    .stream()
                    .findFirst()
                    .orElse(-1L);
        } catch (ProblemException e) {
            System.getLogger(Catalog.class.getName())
                    .log(System.Logger.Level.DEBUG, "how many rows " + table + " has is not known", e);
            return -1;
        }
    }

    /// The columns of the primary key, in its order; empty without one.
    List<String> primaryKey(TableName table) {
        return session.alone(new Step(table.toString(), "read"), c -> {
            DatabaseMetaData m = c.getMetaData();
            TreeMap<Integer, String> keys = new TreeMap<>();
            String schema = table.schema().orElse(null);
            String catalog = table.catalog().orElse(null);
            // Where a database is what JDBC calls a catalog, the one part before the table is that.
            boolean schemas = m.supportsSchemasInTableDefinitions();
            try (ResultSet r = m.getPrimaryKeys(schemas ? catalog : schema, schemas ? schema : null, table.table())) {
                while (r.next()) {
                    keys.put((int) r.getShort("KEY_SEQ"), r.getString("COLUMN_NAME"));
                }
            }
            return List.copyOf(keys.values());
        });
    }
}
