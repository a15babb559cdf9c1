package dev.sluice.service.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/// The statements of one connection, prepared once and used again: to prepare a short statement costs SQLite as much as
/// to run it. The oldest go when there are many. For one thread at a time, as the connection is.
final class Statements {
    private static final int MOST = 200;

    private final Connection connection;
    private final int most;
    private final Map<String, PreparedStatement> idle = new LinkedHashMap<>();

    private Statements(Connection connection, int most) {
        this.connection = connection;
        this.most = most;
    }

    static Statements kept(Connection connection) {
        return new Statements(connection, MOST);
    }

    /// None is kept, for drivers and pools that do so themselves.
    static Statements fresh(Connection connection) {
        return new Statements(connection, 0);
    }

    Connection connection() {
        return connection;
    }

    /// A statement that is nobody else's until it is given back, or closed.
    PreparedStatement take(String sql) throws SQLException {
        PreparedStatement known = idle.remove(sql);
        return known != null ? known : connection.prepareStatement(sql);
    }

    /// Takes back a statement that has done its work without a failure.
    void giveBack(String sql, PreparedStatement statement) throws SQLException {
        PreparedStatement twin = most == 0 ? statement : idle.put(sql, statement);
        if (twin != null) {
            twin.close();
        }
        if (idle.size() > most) {
            PreparedStatement oldest = idle.remove(idle.keySet().iterator().next());
            if (oldest != null) {
                oldest.close();
            }
        }
    }
}
