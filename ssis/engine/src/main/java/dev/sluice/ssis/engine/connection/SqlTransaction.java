package dev.sluice.ssis.engine.connection;

import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.engine.control.Transaction;
import dev.sluice.ssis.packages.ConnectionManager;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/// A transaction over one connection. The first connection manager that a task inside asks for begins it; a second one
/// would make it a distributed transaction, which is refused. Thread-safe.
final class SqlTransaction implements Transaction {
    private final String owner;
    private final int isolation;
    private @Nullable ConnectionManager manager;
    private @Nullable Connection connection;
    private boolean kept;

    /// @param owner refId of the container that began it
    /// @param isolation SSIS's ISOLevel
    SqlTransaction(String owner, int isolation) {
        this.owner = owner;
        this.isolation = level(isolation);
    }

    /// That of [Connection]; -1 for the server's own.
    private static int level(int isolation) {
        return switch (isolation) {
            case 256 -> Connection.TRANSACTION_READ_UNCOMMITTED;
            case 4_096 -> Connection.TRANSACTION_READ_COMMITTED;
            case 65_536 -> Connection.TRANSACTION_REPEATABLE_READ;
            case 1_048_576 -> Connection.TRANSACTION_SERIALIZABLE;
            default -> -1;
        };
    }

    /// How a connection is made.
    interface Opening {
        Connection open() throws InterruptedException;
    }

    /// The connection of the transaction.
    ///
    /// @param keep whether the connection goes on after the transaction
    synchronized Session join(ConnectionManager asked, Opening opening, boolean keep) throws InterruptedException {
        if (manager != null && manager != asked) {
            throw SsisRunFaults.TRANSACTION_DISTRIBUTED
                    .problem()
                    .at(owner)
                    .evidence("container", owner)
                    .evidence("connection", manager.name())
                    .evidence("other", asked.name())
                    .evidence("ssisCode", "0xC001401A")
                    .exception();
        }
        Connection current = connection;
        if (current == null) {
            current = begun(opening.open());
            connection = current;
            manager = asked;
            kept = keep;
        }
        return new Session(current, true, () -> {});
    }

    private Connection begun(Connection fresh) {
        try {
            if (isolation >= 0 && fresh.getMetaData().supportsTransactionIsolationLevel(isolation)) {
                fresh.setTransactionIsolation(isolation);
            }
            fresh.setAutoCommit(false);
            return fresh;
        } catch (SQLException e) {
            Connection unused = fresh;
            try (unused) {
                throw failed(e);
            } catch (SQLException closing) {
                throw failed(e);
            }
        }
    }

    @Override
    public void commit() {
        end(true);
    }

    @Override
    public void rollback() {
        end(false);
    }

    private synchronized void end(boolean good) {
        Connection ending = connection;
        connection = null;
        if (ending == null) {
            return;
        }
        try (Connection closing = kept ? null : ending) {
            if (good) {
                ending.commit();
            } else {
                ending.rollback();
            }
            if (closing == null) {
                ending.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    private dev.sluice.diagnosis.ProblemException failed(SQLException e) {
        return SsisRunFaults.TRANSACTION_FAILED
                .problem()
                .at(owner)
                .evidence("container", owner)
                .evidence("detail", e.getMessage())
                .evidence("ssisCode", "0xC001401B")
                .from(e)
                .exception();
    }
}
