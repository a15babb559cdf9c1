package dev.sluice.connectors.azure.cosmos;

import dev.sluice.connectors.azure.cosmos.CosmosLine.Answer;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;

/// Says what the service's answers mean: "HTTP status codes for Azure Cosmos DB".
///
/// @param side on whose side the store is
/// @param container that is used; empty for the database
record CosmosProblems(Kind side, CosmosAccount account, String container) {
    private static final Pattern MESSAGE = Pattern.compile("(?s)\"message\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.){1,2000})\"");
    private static final int MOST_DETAIL = 500;

    /// What is done, for messages.
    enum Action {
        TEST("use"),
        READ("read"),
        WRITE("write to");

        private final String verb;

        Action(String verb) {
            this.verb = verb;
        }
    }

    ProblemException named(Throwable e) {
        if (e instanceof ProblemException known) {
            return known;
        }
        Fault fault = caused(e, UnknownHostException.class) || caused(e, UnresolvedAddressException.class)
                ? ConnectionFaults.HOST_UNKNOWN
                : caused(e, HttpConnectTimeoutException.class)
                        ? ConnectionFaults.CONNECT_TIMEOUT
                        : caused(e, SSLException.class)
                                ? ConnectionFaults.TLS_UNTRUSTED
                                : caused(e, ConnectException.class)
                                        ? ConnectionFaults.PORT_REFUSED
                                        : ConnectionFaults.CONNECTION_LOST;
        String said = caused(e, HttpTimeoutException.class)
                ? "no answer in time"
                : e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return about(fault)
                .evidence("seconds", CosmosLine.CONNECT_SECONDS)
                .evidence("detail", clean(said))
                .from(e)
                .exception();
    }

    private static boolean caused(Throwable e, Class<? extends Throwable> type) {
        int depth = 0;
        for (Throwable t = e; t != null && depth < 20; t = t.getCause(), depth++) {
            if (type.isInstance(t)) {
                return true;
            }
        }
        return false;
    }

    /// @param row that was refused, from 1; 0 where none is concerned
    ProblemException refused(Answer answer, long row, Action action) {
        Fault fault = fault(answer, action);
        return about(fault)
                .evidence("action", action.verb)
                .evidence("status", status(answer))
                .evidence("detail", detail(answer, fault))
                .evidence("row", row == 0 ? null : row)
                .evidence("activityId", answer.header("x-ms-activity-id"))
                .exception();
    }

    /// A row that is not even sent.
    ProblemException refused(long row, String column, String detail) {
        return about(DataFaults.ROW_REFUSED)
                .evidence("status", "not sent")
                .evidence("column", column)
                .evidence("row", row)
                .evidence("detail", "row " + row + ", column '" + column + "': " + detail)
                .exception();
    }

    private Problem.Builder about(Fault fault) {
        Problem.Builder problem = fault.problem();
        if (fault.kind() == Kind.SOURCE || fault.kind() == Kind.SINK) {
            problem.on(side);
        }
        return problem.evidence("store", account.store())
                .evidence("host", account.endpoint().getHost())
                .evidence("port", account.port())
                .evidence("user", account.user())
                .evidence("database", account.database())
                .evidence("table", container.isEmpty() ? null : container)
                .evidence("object", container.isEmpty() ? "database " + account.database() : "container " + container);
    }

    private static String status(Answer answer) {
        String sub = answer.header("x-ms-substatus");
        return sub.isEmpty() || sub.equals("0")
                ? String.valueOf(answer.status())
                : answer.status() + ", substatus " + sub;
    }

    private static Fault fault(Answer answer, Action action) {
        return switch (answer.status()) {
            case 401 -> ConnectionFaults.WRONG_PASSWORD;
            case 403 -> ConnectionFaults.PERMISSION_DENIED;
            case 404 -> DataFaults.TABLE_MISSING;
            case 408, 410, 429, 449, 500, 502, 503, 504 -> ConnectionFaults.STORE_BUSY;
            case 400, 409, 412, 413 ->
                switch (action) {
                    case READ -> DataFaults.QUERY_FAILED;
                    case WRITE -> DataFaults.ROW_REFUSED;
                    case TEST -> ConnectionFaults.STORE_REFUSED;
                };
            default -> ConnectionFaults.STORE_REFUSED;
        };
    }

    private String detail(Answer answer, Fault fault) {
        Matcher m = MESSAGE.matcher(answer.text());
        String said = m.find() ? m.group(1).replaceAll("\\\\[rnt]", " ").replaceAll("\\s*ActivityId:.*", "") : "";
        String detail = clean(said.isBlank() ? "status " + answer.status() + " without a message" : said);
        return switch (answer.status()) {
            case 409 -> "a document of that id, or of a unique key, is there already: " + detail;
            case 413 -> "the document is larger than 2 MB: " + detail;
            case 429 -> "more request units are asked for than the container has: " + detail;
            default -> fault == ConnectionFaults.PERMISSION_DENIED ? "firewall, role or quota: " + detail : detail;
        };
    }

    private String clean(String text) {
        String clean = switch (account.credential()) {
            case CosmosAccount.MasterKey k -> text.replace(k.key().reveal(), "**********");
            case CosmosAccount.Identity i -> i.identity().hiddenIn(text);
        };
        return clean.length() > MOST_DETAIL ? clean.substring(0, MOST_DETAIL) : clean;
    }

    /// Names what of the two is missing.
    ProblemException databaseMissing() {
        return about(ConnectionFaults.DATABASE_MISSING).exception();
    }
}
