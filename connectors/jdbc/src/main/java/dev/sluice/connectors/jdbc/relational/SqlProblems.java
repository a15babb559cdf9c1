package dev.sluice.connectors.jdbc.relational;

import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.BatchUpdateException;
import java.sql.SQLException;
import java.sql.SQLTimeoutException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/// Says what a driver's exceptions mean: by the dialect's codes, else by SQLSTATE (ISO 9075, and the classes 42S of the
/// X/Open call level interface that most drivers use).
public record SqlProblems(Dialect dialect, Server server) {
    private static final int DEPTH = 20;

    /// Where a statement is used, for the sentence.
    ///
    /// @param object table or `query`
    /// @param action what was to be done with it: `read`, `write to`, `create`
    public record Step(String object, String action) {}

    /// A connection could not be made.
    ProblemException connecting(SQLException e) {
        Throwable root = rootOf(e);
        if (root instanceof UnknownHostException
                || text(e).contains("UnknownHostException")
                || text(e).contains("Name or service not known")) {
            return about(ConnectionFaults.HOST_UNKNOWN, e).exception();
        }
        if (root instanceof SocketTimeoutException || e instanceof SQLTimeoutException) {
            return about(ConnectionFaults.CONNECT_TIMEOUT, e)
                    .evidence("seconds", server.connectSeconds())
                    .exception();
        }
        if (root instanceof SSLException || text(e).contains("PKIX path") || text(e).contains("SSL handshake")) {
            return tls(e, root);
        }
        if (root instanceof ConnectException && !(root instanceof NoRouteToHostException)
                || text(e).toLowerCase(Locale.ROOT).contains("connection refused")) {
            return about(ConnectionFaults.PORT_REFUSED, e).exception();
        }
        return explained(e, new Step("database " + server.database(), "connect to"));
    }

    private ProblemException tls(SQLException e, Throwable root) {
        return about(ConnectionFaults.TLS_UNTRUSTED, e)
                .evidence("detail", text(root))
                .exception();
    }

    /// A statement failed.
    public ProblemException running(SQLException e, Step step) {
        return explained(e, step);
    }

    private ProblemException explained(SQLException e, Step s) {
        String detail = chained(e);
        return switch (meaning(e, s)) {
            case WRONG_PASSWORD ->
                with(ConnectionFaults.WRONG_PASSWORD, e, detail).exception();
            case DATABASE_MISSING ->
                about(ConnectionFaults.DATABASE_MISSING, e)
                        .evidence("database", server.database())
                        .evidence("detail", detail)
                        .exception();
            case TABLE_MISSING -> tableMissing(s.object(), e);
            case DENIED ->
                with(ConnectionFaults.PERMISSION_DENIED, e, detail)
                        .evidence("action", s.action())
                        .evidence("object", s.object())
                        .exception();
            case TOO_MANY_CONNECTIONS ->
                with(ConnectionFaults.TOO_MANY_CONNECTIONS, e, detail).exception();
            case BUSY -> with(ConnectionFaults.STORE_BUSY, e, detail).exception();
            case DISK_FULL ->
                with(DataFaults.DISK_FULL, e, detail)
                        .evidence("path", s.object() + " on " + server.host())
                        .evidence("free", 0)
                        .exception();
            case NULL_REFUSED ->
                row(DataFaults.NULL_REFUSED, e, s, detail)
                        .evidence("column", "?")
                        .exception();
            case ROW_REFUSED -> row(DataFaults.ROW_REFUSED, e, s, detail).exception();
            case LOST -> with(ConnectionFaults.CONNECTION_LOST, e, detail).exception();
            case TLS -> tls(e, e);
            case TIMEOUT, STATEMENT ->
                with(DataFaults.QUERY_FAILED, e, detail)
                        .evidence("object", s.object())
                        .exception();
        };
    }

    /// What is known about a failure.
    Meaning meaning(SQLException e, Step s) {
        for (SQLException each = e; each != null; each = each.getNextException()) {
            Meaning known = dialect.meaning(each).orElse(null);
            if (known != null) {
                return known;
            }
        }
        Throwable root = rootOf(e);
        if (root instanceof SocketException || root instanceof java.io.EOFException) {
            return Meaning.LOST;
        }
        return bySqlState(e, s);
    }

    private static Meaning bySqlState(SQLException e, Step s) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        boolean writing = s.action().startsWith("write");
        if (state.equals("23502")) {
            return Meaning.NULL_REFUSED;
        }
        if (writing && (state.startsWith("22") || state.startsWith("23") || state.startsWith("44"))) {
            return Meaning.ROW_REFUSED;
        }
        return switch (state) {
            case "42P01", "42S02", "42704" -> Meaning.TABLE_MISSING;
            case "42501" -> Meaning.DENIED;
            case "3D000", "08004" -> state.equals("3D000") ? Meaning.DATABASE_MISSING : Meaning.WRONG_PASSWORD;
            case "53300" -> Meaning.TOO_MANY_CONNECTIONS;
            case "53100" -> Meaning.DISK_FULL;
            case "57014" -> Meaning.TIMEOUT;
            default ->
                state.startsWith("28")
                        ? Meaning.WRONG_PASSWORD
                        : state.startsWith("08")
                                ? Meaning.LOST
                                : state.startsWith("40") ? Meaning.BUSY : Meaning.STATEMENT;
        };
    }

    /// The server has no such table, or does not show it.
    ProblemException tableMissing(String table, @Nullable Throwable origin) {
        Problem.Builder b = DataFaults.TABLE_MISSING
                .problem()
                .on(server.side())
                .evidence("table", table)
                .evidence("store", server.store())
                .evidence("user", server.user().isEmpty() ? "the node's account" : server.user())
                .evidence("database", server.database());
        if (origin instanceof SQLException e) {
            b.evidence("detail", text(e)).from(e);
        }
        return b.exception();
    }

    private Problem.Builder row(Fault fault, SQLException e, Step s, String detail) {
        Problem.Builder b = with(fault, e, detail).evidence("object", s.object());
        if (e instanceof BatchUpdateException batch) {
            int done = 0;
            while (done < batch.getUpdateCounts().length
                    && batch.getUpdateCounts()[done] != java.sql.Statement.EXECUTE_FAILED) {
                done++;
            }
            b.evidence("rowInBatch", done + 1);
        }
        return b;
    }

    private Problem.Builder with(Fault fault, SQLException e, String detail) {
        return about(fault, e).evidence("status", status(e)).evidence("detail", detail);
    }

    private static String status(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        String code = e.getErrorCode() == 0 ? "" : String.valueOf(e.getErrorCode());
        String both = state.isEmpty() || code.isEmpty() ? state + code : state + ", " + code;
        return both.isEmpty() ? "no code" : both;
    }

    private Problem.Builder about(Fault fault, Throwable origin) {
        return fault.problem()
                .on(server.side())
                .evidence("store", server.store())
                .evidence("host", server.host())
                .evidence("port", server.port())
                .evidence("user", server.user())
                .from(origin);
    }

    /// The message, and that of the exception behind a batch's when it says more.
    private static String chained(SQLException e) {
        String own = text(e);
        SQLException next = e.getNextException();
        return next == null || own.contains(text(next)) ? own : own + "; " + text(next);
    }

    private static String text(Throwable t) {
        return t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
    }

    static Throwable rootOf(Throwable t) {
        Throwable root = t;
        for (int depth = 0; depth < DEPTH; depth++) {
            Throwable cause = root.getCause();
            if (cause == null) {
                break;
            }
            root = cause;
        }
        return root;
    }
}
