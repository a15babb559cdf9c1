package dev.sluice.ssis.engine.tasks;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.connection.Session;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.control.TaskRunner;
import dev.sluice.ssis.engine.dataflow.database.Dialect;
import dev.sluice.ssis.packages.ConnectionKind;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.PropertyBag;
import java.sql.CallableStatement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.sql.Statement;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// Execute SQL Task. Batches (`GO`) run one after the other on one connection; names in brackets become what the
/// database at hand knows. An error in a result set after the first fails the task with ODBC and ADO.NET and is a
/// warning with OLE DB and ADO, as SSIS has it.
final class ExecuteSqlTask implements TaskRunner {
    private static final int SHOWN = 400;

    private final PackageConnections connections;
    private final PathMap paths;

    ExecuteSqlTask(PackageConnections connections, PathMap paths) {
        this.connections = connections;
        this.paths = paths;
    }

    @Override
    public @Nullable Object run(TaskCall call) throws InterruptedException {
        PropertyBag p = Payload.of(
                call,
                "ResultSetType",
                "ResultType",
                "SqlStatementSourceType",
                "SqlStmtSourceType",
                "IsStoredProcedure",
                "IsStoredProc");
        String reference = p.text("Connection", "");
        ConnectionManager manager = connections.require(call, reference);
        Work work = new Work(
                call,
                manager,
                SqlParameters.of(call, manager),
                SqlResult.named(p.text("ResultType", "")),
                p.flag("IsStoredProc", false),
                Math.clamp(p.number("TimeOut", 0), 0, Integer.MAX_VALUE));
        String text = statement(call, p);
        try (Session session = connections.open(call, reference)) {
            return Interruptible.run(cancel -> work.run(session.connection(), text, cancel));
        }
    }

    private String statement(TaskCall call, PropertyBag p) {
        String source = p.text("SqlStatementSource", "");
        String text = switch (p.text("SqlStmtSourceType", "DirectInput").strip().toLowerCase(Locale.ROOT)) {
            case "fileconnection", "2" ->
                TextFile.read(call, paths.local(connections.text(call, source)), p.number("CodePage", 1252));
            case "variable", "3" -> String.valueOf(call.scope().require(source).value());
            default -> source;
        };
        if (text.isBlank()) {
            throw Payload.failed(call, "there is no SQL statement");
        }
        return text;
    }

    /// One execution.
    private record Work(
            TaskCall call,
            ConnectionManager manager,
            SqlParameters parameters,
            SqlResult result,
            boolean procedure,
            int timeout) {

        /// @return how many rows were changed
        Object run(Connection connection, String text, Interruptible.Cancel cancel) {
            String at = text;
            try {
                boolean sqlServer =
                        connection.getMetaData().getDatabaseProductName().contains("SQL Server");
                long changed = 0;
                int used = 0;
                SqlResult wanted = result;
                for (String batch : SqlBatches.of(Dialect.text(connection, text))) {
                    at = batch;
                    SqlParameters.Prepared prepared = parameters.prepare(batch, manager, procedure, sqlServer);
                    boolean named = manager.kind() == ConnectionKind.ADO_NET;
                    int markers =
                            named || procedure ? prepared.parameters().size() : SqlBatches.markers(prepared.text());
                    SqlParameters own = named || procedure
                            ? prepared.parameters()
                            : prepared.parameters().part(used, markers);
                    used += markers;
                    Done done = execute(connection, prepared, own, wanted, cancel);
                    changed += done.changed();
                    wanted = done.hadRows() ? SqlResult.NONE : wanted;
                }
                if (wanted != SqlResult.NONE) {
                    throw SsisRunFaults.SQL_RESULT_INVALID
                            .problem()
                            .at(call.task().refId())
                            .evidence("task", call.task().name())
                            .evidence("detail", "the statement gives no result set")
                            .evidence("ssisCode", "0xC00291E5")
                            .exception();
                }
                return changed;
            } catch (SQLException e) {
                throw failed(at, e);
            }
        }

        private record Done(long changed, boolean hadRows) {}

        private Done execute(
                Connection connection,
                SqlParameters.Prepared prepared,
                SqlParameters own,
                SqlResult wanted,
                Interruptible.Cancel cancel)
                throws SQLException {
            try (Statement statement = statement(connection, prepared, own)) {
                cancel.by(statement::cancel);
                statement.setQueryTimeout(timeout);
                boolean rows;
                if (statement instanceof PreparedStatement ready) {
                    own.bind(call, ready);
                    rows = ready.execute();
                } else {
                    rows = statement.execute(prepared.text());
                }
                Done done = results(statement, rows, wanted);
                if (statement instanceof CallableStatement called) {
                    own.give(call, called);
                }
                return done;
            }
        }

        private static Statement statement(Connection connection, SqlParameters.Prepared prepared, SqlParameters own)
                throws SQLException {
            if (prepared.callable()) {
                return connection.prepareCall(prepared.text());
            }
            return own.isEmpty() ? connection.createStatement() : connection.prepareStatement(prepared.text());
        }

        /// Goes through everything the server sends, so that the errors in it are seen.
        private Done results(Statement statement, boolean first, SqlResult wanted) throws SQLException {
            long changed = 0;
            boolean taken = false;
            boolean rows = first;
            while (true) {
                if (rows) {
                    if (!taken) {
                        try (ResultSet set = statement.getResultSet()) {
                            wanted.take(call, set);
                        }
                    }
                    taken = true;
                } else {
                    int count = statement.getUpdateCount();
                    if (count < 0) {
                        break;
                    }
                    changed += count;
                }
                messages(statement.getWarnings());
                try {
                    rows = statement.getMoreResults();
                } catch (SQLException e) {
                    if (!ignoresLater()) {
                        throw e;
                    }
                    call.events().warning(0, "An error after the first result was ignored: " + e.getMessage());
                    break;
                }
            }
            return new Done(changed, taken);
        }

        private boolean ignoresLater() {
            return manager.kind() != ConnectionKind.ADO_NET && manager.kind() != ConnectionKind.ODBC;
        }

        /// What PRINT and RAISE NOTICE say.
        private void messages(@Nullable SQLWarning first) {
            int left = 100;
            for (SQLWarning w = first; w != null && left-- > 0; w = w.getNextWarning()) {
                call.events().information(String.valueOf(w.getMessage()));
            }
        }

        private ProblemException failed(String text, SQLException e) {
            String message = String.valueOf(e.getMessage()).strip();
            return SsisRunFaults.SQL_FAILED
                    .problem()
                    .at(call.task().refId())
                    .evidence("task", call.task().name())
                    .evidence("detail", message.endsWith(".") ? message : message + ".")
                    .evidence("statement", text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text)
                    .evidence("connection", manager.name())
                    .evidence("sqlState", e.getSQLState())
                    .evidence("nativeCode", e.getErrorCode())
                    .evidence("ssisCode", "0xC002F210")
                    .from(e)
                    .exception();
        }
    }
}
