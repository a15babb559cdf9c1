package dev.sluice.connectors.azure;

import dev.sluice.connectors.azure.BlobProblems.Doing;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Says what the Table service's answers mean; its codes are those of "Table service error codes". What
/// goes wrong on the way is named as for blobs.
///
/// @param side on whose side the store is
/// @param store the linked service's name
/// @param table that is used; empty for the account
record TableProblems(Kind side, String store, AzureAccount account, String table) {
    private static final Pattern CODE =
            Pattern.compile("(?i)\"code\"\\s*:\\s*\"([^\"]{1,100})\"|<(?:m:)?code>([^<]{1,100})<");
    private static final Pattern MESSAGE = Pattern.compile(
            "(?is)\"value\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.){1,2000})\"|<(?:m:)?message[^>]*>([^<]{1,2000})<");
    private static final int MOST_DETAIL = 500;

    /// What is done, for messages.
    enum Action {
        TEST("list"),
        READ("read"),
        WRITE("write"),
        CREATE("create");

        private final String verb;

        Action(String verb) {
            this.verb = verb;
        }
    }

    ProblemException named(Throwable e, Action action) {
        return new BlobProblems(side, store, account, table).named(e, new Doing(action.verb, ""));
    }

    /// @param body what the service said, of a request or of a part of one
    /// @param row that was refused, from 1; 0 where none is known
    ProblemException refused(int status, String body, String requestId, long row, Action action) {
        String code = first(CODE.matcher(body));
        Fault fault = fault(status, code, action);
        Problem.Builder problem = fault.problem();
        if (fault.kind() == Kind.SOURCE || fault.kind() == Kind.SINK) {
            problem.on(side);
        }
        return problem.evidence("store", store)
                .evidence("host", account.host())
                .evidence("port", account.port())
                .evidence("user", account.user())
                .evidence("table", table.isEmpty() ? null : table)
                .evidence("object", table.isEmpty() ? "the account's tables" : "table " + table)
                .evidence("path", table.isEmpty() ? account.host() : table)
                .evidence("action", action.verb)
                .evidence("status", code.isEmpty() ? String.valueOf(status) : status + " " + code)
                .evidence("detail", detail(status, body))
                .evidence("row", row == 0 ? null : row)
                .evidence("requestId", requestId.isEmpty() ? null : requestId)
                .exception();
    }

    private static Fault fault(int status, String code, Action action) {
        return switch (status) {
            case 401 -> ConnectionFaults.WRONG_PASSWORD;
            case 403 ->
                switch (code) {
                    case "AuthenticationFailed", "InvalidAuthenticationInfo", "AuthorizationFailure" ->
                        ConnectionFaults.WRONG_PASSWORD;
                    default -> ConnectionFaults.PERMISSION_DENIED;
                };
            case 404 -> DataFaults.TABLE_MISSING;
            case 408, 429, 500, 502, 503, 504 -> ConnectionFaults.STORE_BUSY;
            case 409 -> code.equals("TableBeingDeleted") ? ConnectionFaults.STORE_BUSY : ConnectionFaults.STORE_REFUSED;
            default ->
                switch (action) {
                    case READ -> DataFaults.QUERY_FAILED;
                    case WRITE -> DataFaults.ROW_REFUSED;
                    case TEST, CREATE -> ConnectionFaults.STORE_REFUSED;
                };
        };
    }

    private String detail(int status, String body) {
        String said = first(MESSAGE.matcher(body)).replace("\\n", " ").replaceAll("\\s*RequestId:.*", "");
        String clean = new Redaction(account.credential())
                .of(said.isBlank() ? String.format(Locale.ROOT, "status %d without a message", status) : said)
                .strip();
        return clean.length() > MOST_DETAIL ? clean.substring(0, MOST_DETAIL) : clean;
    }

    /// The first group that matched.
    private static String first(Matcher m) {
        if (!m.find()) {
            return "";
        }
        String one = m.group(1);
        String other = m.group(2);
        return one != null ? one : other != null ? other : "";
    }
}
