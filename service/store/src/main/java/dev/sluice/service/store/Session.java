package dev.sluice.service.store;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One transaction: plain SQL with `?` for arguments (text, whole numbers, bytes, null). Not for several threads.
final class Session {
    private final Statements statements;
    private final Connection connection;
    private final Dialect dialect;
    private final Set<String> woken = new LinkedHashSet<>();

    Session(Statements statements, Dialect dialect) {
        this.statements = statements;
        this.connection = statements.connection();
        this.dialect = dialect;
    }

    /// Reads the row the result stands on.
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /// What is done in one transaction.
    interface Work<T> {
        T in(Session session) throws SQLException;
    }

    Dialect dialect() {
        return dialect;
    }

    void prepareForMigration() throws SQLException {
        dialect.lockMigrations(connection);
    }

    void lockGroup(String group) throws SQLException {
        dialect.lockGroup(connection, group);
    }

    /// Rows changed.
    int update(String sql, @Nullable Object... arguments) throws SQLException {
        return run(sql, PreparedStatement::executeUpdate, arguments);
    }

    <T> List<T> list(Row<T> row, String sql, @Nullable Object... arguments) throws SQLException {
        return run(
                sql,
                statement -> {
                    try (ResultSet r = statement.executeQuery()) {
                        List<T> found = new ArrayList<>();
                        while (r.next()) {
                            found.add(row.read(r));
                        }
                        return found;
                    }
                },
                arguments);
    }

    private interface Use<T> {
        T of(PreparedStatement statement) throws SQLException;
    }

    /// A statement that failed is not used again.
    private <T> T run(String sql, Use<T> use, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = statements.take(sql);
        boolean done = false;
        try {
            fill(statement, arguments);
            T result = use.of(statement);
            done = true;
            return result;
        } finally {
            if (done) {
                statements.giveBack(sql, statement);
            } else {
                statement.close();
            }
        }
    }

    <T> Optional<T> one(Row<T> row, String sql, @Nullable Object... arguments) throws SQLException {
        List<T> found = list(row, sql, arguments);
        return found.isEmpty() ? Optional.empty() : Optional.of(found.getFirst());
    }

    long number(String sql, @Nullable Object... arguments) throws SQLException {
        return one(r -> r.getLong(1), sql, arguments).orElse(0L);
    }

    boolean exists(String sql, @Nullable Object... arguments) throws SQLException {
        return !list(r -> true, sql + " LIMIT 1", arguments).isEmpty();
    }

    /// Remembers that nodes of this group should look for news once this transaction is durable.
    void wake(String group) {
        woken.add(group);
    }

    Set<String> woken() {
        return woken;
    }

    private static void fill(PreparedStatement s, @Nullable Object... arguments) throws SQLException {
        for (int i = 0; i < arguments.length; i++) {
            Object argument = arguments[i];
            switch (argument) {
                case null -> s.setString(i + 1, null);
                case String text -> s.setString(i + 1, text);
                case Integer number -> s.setInt(i + 1, number);
                case Long number -> s.setLong(i + 1, number);
                case byte[] bytes -> s.setBytes(i + 1, bytes);
                case Boolean flag -> s.setInt(i + 1, flag ? 1 : 0);
                default -> throw new IllegalArgumentException("argument of " + argument.getClass());
            }
        }
    }
}
