package dev.sluice.ssis.engine.dataflow.lookup;

import dev.sluice.ssis.engine.dataflow.Connections;
import dev.sluice.ssis.engine.dataflow.database.ResultColumns;
import dev.sluice.ssis.engine.dataflow.flow.Wiring;
import dev.sluice.ssis.engine.dataflow.rows.Buffer;
import dev.sluice.ssis.engine.dataflow.rows.Layout;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Asks the database for the row of one key at a time, and remembers the answers of the last keys where it may. One
/// thread.
final class ReferenceQuery implements AutoCloseable {
    private static final Object[] NOTHING = new Object[0];

    private final Connections.Session session;
    private final PreparedStatement statement;
    private final int[] parameters;
    private final Layout wanted;
    private final Map<Key, @Nullable Object[]> known;
    private final long capacity;
    private long held;

    private record Key(byte[] bytes) {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key k && Arrays.equals(k.bytes, bytes);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(bytes);
        }
    }

    /// @param parameters places in the input
    /// @param wanted the reference columns to bring
    /// @param capacity bytes of answers that are remembered; 0 for none
    ReferenceQuery(Wiring wiring, String sql, int[] parameters, Layout wanted, long capacity) throws SQLException {
        this.session = wiring.around().connections().open(wiring.connection());
        this.parameters = parameters;
        this.wanted = wanted;
        this.capacity = capacity;
        this.known = new LinkedHashMap<>(16, 0.75f, true);
        try {
            this.statement = session.connection()
                    .prepareStatement(dev.sluice.ssis.engine.dataflow.database.Dialect.text(session.connection(), sql));
            statement.setMaxRows(1);
        } catch (SQLException e) {
            session.close();
            throw e;
        }
    }

    /// The values of the wanted columns; null when there is no such row.
    @Nullable
    Object @Nullable [] find(byte[] key, Buffer buffer, int row) throws SQLException {
        Key k = new Key(key);
        @Nullable Object[] answer = capacity > 0 ? known.get(k) : null;
        if (answer == null) {
            answer = asked(buffer, row);
            if (capacity > 0) {
                known.put(k, answer);
                held += weight(key, answer);
                forget();
            }
        }
        return answer == NOTHING ? null : answer;
    }

    private void forget() {
        var oldest = known.entrySet().iterator();
        while (held > capacity && oldest.hasNext()) {
            Map.Entry<Key, @Nullable Object[]> entry = oldest.next();
            held -= weight(entry.getKey().bytes(), entry.getValue());
            oldest.remove();
        }
    }

    private static long weight(byte[] key, @Nullable Object[] answer) {
        long weight = 96L + key.length;
        for (Object value : answer) {
            weight += value instanceof String s ? 48 + s.length() : value instanceof byte[] b ? 16 + b.length : 32;
        }
        return weight;
    }

    private @Nullable Object[] asked(Buffer buffer, int row) throws SQLException {
        ResultColumns.set(session.connection(), statement, buffer, row, parameters);
        try (ResultSet rows = statement.executeQuery()) {
            ResultColumns columns = ResultColumns.of(rows, wanted);
            return rows.next() ? columns.values(rows) : NOTHING;
        }
    }

    @Override
    public void close() throws SQLException {
        try {
            statement.close();
        } finally {
            session.close();
        }
    }
}
