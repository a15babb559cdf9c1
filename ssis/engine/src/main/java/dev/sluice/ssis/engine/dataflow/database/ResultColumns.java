package dev.sluice.ssis.engine.dataflow.database;

import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Columns of a result under the names of a layout, without regard to case; texts are cut to their columns' length.
public final class ResultColumns {
    private final int[] places;
    private final Bound.Taken[] taken;

    private ResultColumns(int[] places, Bound.Taken[] taken) {
        this.places = places;
        this.taken = taken;
    }

    /// @throws SQLException when a column is not there, or as the driver says
    public static ResultColumns of(ResultSet rows, Layout wanted) throws SQLException {
        int[] places = new int[wanted.size()];
        Bound.Taken[] taken = new Bound.Taken[wanted.size()];
        for (int i = 0; i < places.length; i++) {
            String name = wanted.column(i).name();
            places[i] = find(rows.getMetaData(), name)
                    .orElseThrow(() -> new SQLException("the reference query gives no column '" + name + "'", "42703"));
            taken[i] = new Bound.Taken(wanted.column(i).type());
        }
        return new ResultColumns(places, taken);
    }

    private static Optional<Integer> find(ResultSetMetaData meta, String name) throws SQLException {
        for (int c = 1; c <= meta.getColumnCount(); c++) {
            if (meta.getColumnLabel(c).equalsIgnoreCase(name)) {
                return Optional.of(c);
            }
        }
        return Optional.empty();
    }

    /// The values of the row at hand.
    public @Nullable Object[] values(ResultSet rows) throws SQLException {
        @Nullable Object[] values = new Object[places.length];
        for (int i = 0; i < places.length; i++) {
            values[i] = taken[i].value(rows, places[i]);
        }
        return values;
    }

    /// Gives a statement values of a row, in the order of its parameters.
    public static void set(Connection connection, PreparedStatement statement, Buffer buffer, int row, int[] columns)
            throws SQLException {
        Bound.Given given = new Bound.Given(connection);
        for (int i = 0; i < columns.length; i++) {
            given.set(
                    statement,
                    i + 1,
                    buffer.value(columns[i], row),
                    Bound.sqlType(buffer.layout().column(columns[i]).type()));
        }
    }
}
