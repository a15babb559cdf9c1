package dev.sluice.connectors.jdbc.postgresql;

import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// Says what the driver's exceptions mean. SQLSTATE codes are those of the PostgreSQL manual, appendix A.
record PostgresProblems(PostgresServer server) {
    private static final Pattern COPY_LINE = Pattern.compile("COPY [^\\n]*?, line (\\d+)(?:, column ([^\\n:]+))?");

    private static final Pattern QUOTED = Pattern.compile("[\"«„]([^\"»“]{1,200})[\"»“]");

    /// Where a statement is used, for the sentence and for the position in the user's own text.
    ///
    /// @param object table or `query`
    /// @param action what was to be done with it: `read`, `write to`, `create`
    /// @param offset characters put in front of the user's text, which the server counts too
    record Statement(String object, String action, int offset) {
        Statement(String object, String action) {
            this(object, action, 0);
        }
    }

    /// A connection could not be made.
    ProblemException connecting(SQLException e) {
        Throwable root = rootOf(e);
        if (root instanceof UnknownHostException) {
            return about(ConnectionFaults.HOST_UNKNOWN, e).exception();
        }
        if (root instanceof SocketTimeoutException
                || String.valueOf(e.getMessage()).contains("attempt timed out")) {
            return about(ConnectionFaults.CONNECT_TIMEOUT, e)
                    .evidence("seconds", server.connectSeconds())
                    .exception();
        }
        if (root instanceof SSLException || isTlsRefused(e)) {
            return about(ConnectionFaults.TLS_UNTRUSTED, e)
                    .evidence("detail", text(root == e ? e : root))
                    .evidence("sslMode", server.sslMode())
                    .exception();
        }
        if (root instanceof NoRouteToHostException) {
            return lost(e);
        }
        if (root instanceof ConnectException) {
            return about(ConnectionFaults.PORT_REFUSED, e).exception();
        }
        return byState(e, new Statement("database " + server.database(), "connect to"));
    }

    /// A statement failed.
    ProblemException running(SQLException e, Statement statement) {
        return byState(e, statement);
    }

    private ProblemException byState(SQLException e, Statement s) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        return switch (state) {
            case "28P01", "28000", "08004" ->
                about(ConnectionFaults.WRONG_PASSWORD, e)
                        .evidence("status", state)
                        .evidence("detail", text(e))
                        .exception();
            case "3D000" ->
                about(ConnectionFaults.DATABASE_MISSING, e)
                        .evidence("database", server.database())
                        .exception();
            case "53300" ->
                about(ConnectionFaults.TOO_MANY_CONNECTIONS, e)
                        .evidence("detail", text(e))
                        .exception();
            case "53100", "58030" ->
                about(DataFaults.DISK_FULL, e)
                        .evidence("path", s.object() + " on " + server.host() + ":" + server.port())
                        .evidence("free", 0)
                        .evidence("detail", text(e))
                        .exception();
            case "42P01", "3F000" -> tableMissing(quoted(e).orElse(s.object()), e);
            case "42501" ->
                about(ConnectionFaults.PERMISSION_DENIED, e)
                        .evidence("action", s.action())
                        .evidence("object", s.object())
                        .evidence("detail", text(e))
                        .exception();
            case "23502" ->
                row(DataFaults.NULL_REFUSED, e, s).evidence("column", column(e)).exception();
            case "40001", "40P01", "55P03", "57P03", "53200" ->
                about(ConnectionFaults.STORE_BUSY, e)
                        .evidence("status", state)
                        .evidence("detail", detail(e))
                        .exception();
            case "57P01", "57P02", "25P03", "57P05" -> lost(e);
            default -> byClass(state, e, s);
        };
    }

    /// The first two characters of a SQLSTATE are its class.
    private ProblemException byClass(String state, SQLException e, Statement s) {
        boolean refused = state.startsWith("22") || state.startsWith("23") || state.startsWith("44");
        boolean writing = s.action().startsWith("write");
        if (refused && writing) {
            return row(DataFaults.ROW_REFUSED, e, s).exception();
        }
        if (state.startsWith("08") || state.isEmpty() && server(e).isEmpty()) {
            return lost(e);
        }
        return about(DataFaults.QUERY_FAILED, e)
                .at(position(e, s))
                .evidence("status", state)
                .evidence("detail", detail(e))
                .evidence("object", s.object())
                .exception();
    }

    /// The server has no such table, or does not show it.
    ProblemException tableMissing(String table, @Nullable Throwable origin) {
        Problem.Builder b = DataFaults.TABLE_MISSING
                .problem()
                .on(server.side())
                .evidence("table", table)
                .evidence("store", server.store())
                .evidence("user", server.user())
                .evidence("database", server.database());
        if (origin instanceof SQLException e) {
            b.evidence("detail", text(e)).from(e);
        }
        return b.exception();
    }

    /// The name the server's message quotes, in whatever language it is.
    private static Optional<String> quoted(SQLException e) {
        Matcher m = QUOTED.matcher(text(e));
        return m.find() ? Optional.of(m.group(1)) : Optional.empty();
    }

    private ProblemException lost(SQLException e) {
        return about(ConnectionFaults.CONNECTION_LOST, e)
                .evidence("detail", text(rootOf(e)))
                .exception();
    }

    private Problem.Builder row(Fault fault, SQLException e, Statement s) {
        Problem.Builder b = about(fault, e)
                .evidence("object", s.object())
                .evidence("status", e.getSQLState())
                .evidence("detail", detail(e));
        server(e).map(ServerErrorMessage::getConstraint).ifPresent(c -> b.evidence("constraint", c));
        String where = server(e).map(ServerErrorMessage::getWhere).orElse("");
        Matcher copy = COPY_LINE.matcher(where);
        if (copy.find()) {
            String column = copy.group(2);
            b.evidence("row", copy.group(1));
            b.at("row " + copy.group(1) + (column == null ? "" : ", column " + column.strip()));
        }
        return b;
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

    private static String position(SQLException e, Statement s) {
        int position = server(e).map(ServerErrorMessage::getPosition).orElse(0) - s.offset();
        return position > 0 ? "query, character " + position : "";
    }

    private static String column(SQLException e) {
        return server(e).map(ServerErrorMessage::getColumn).orElse("?");
    }

    private static Optional<ServerErrorMessage> server(SQLException e) {
        return e instanceof PSQLException p ? Optional.ofNullable(p.getServerErrorMessage()) : Optional.empty();
    }

    /// The server's message with its detail and hint.
    private static String detail(SQLException e) {
        return server(e)
                .map(m -> joined(m.getMessage(), m.getDetail(), m.getHint()))
                .orElseGet(() -> text(e));
    }

    private static String joined(@Nullable String... texts) {
        StringBuilder all = new StringBuilder();
        for (String t : texts) {
            if (t != null && !t.isBlank()) {
                all.append(all.isEmpty() ? "" : "; ").append(t);
            }
        }
        return all.toString();
    }

    private static String text(Throwable t) {
        if (t instanceof SQLException e && server(e).isPresent()) {
            return String.valueOf(server(e).get().getMessage());
        }
        return t.getMessage() == null ? t.getClass().getSimpleName() : t.getMessage();
    }

    /// TLS refused before the handshake: the server has none, or insists on it.
    private static boolean isTlsRefused(SQLException e) {
        return server(e).isEmpty() && String.valueOf(e.getMessage()).contains("SSL");
    }

    private static Throwable rootOf(Throwable t) {
        Throwable root = t;
        for (int depth = 0; depth < 20; depth++) {
            Throwable cause = root.getCause();
            if (cause == null) {
                break;
            }
            root = cause;
        }
        return root;
    }
}
