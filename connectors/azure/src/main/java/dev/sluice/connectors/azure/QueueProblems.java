package dev.sluice.connectors.azure;

import dev.sluice.connectors.azure.BlobProblems.Doing;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.TriggerFaults;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Says what the Queue service's answers mean; its codes are those of "Queue service error codes". What goes wrong on
/// the way is named as for blobs.
///
/// @param side on whose side the store is
/// @param store the linked service's name
record QueueProblems(Kind side, String store, AzureAccount account, String queue) {
    private static final Pattern CODE = Pattern.compile("<Code>([^<]{1,100})</Code>");
    private static final Pattern MESSAGE = Pattern.compile("(?s)<Message>([^<]{1,2000})</Message>");
    private static final int MOST_DETAIL = 500;

    ProblemException named(Throwable e, String action) {
        return new BlobProblems(side, store, account, "").named(e, new Doing(action, queue));
    }

    /// @param code of the answer's header; empty: it stands in the body
    ProblemException refused(int status, String code, String body, String action) {
        String word = code.isEmpty() ? first(CODE.matcher(body)) : code;
        Fault fault = fault(status, word);
        Problem.Builder problem = fault.problem();
        if (fault.kind() == Kind.SOURCE || fault.kind() == Kind.SINK) {
            problem.on(side);
        }
        return problem.evidence("store", store)
                .evidence("host", account.host())
                .evidence("port", account.port())
                .evidence("user", account.user())
                .evidence("queue", queue)
                .evidence("object", "queue " + queue)
                .evidence("path", queue)
                .evidence("action", action)
                .evidence("status", word.isEmpty() ? String.valueOf(status) : status + " " + word)
                .evidence("detail", detail(status, body))
                .exception();
    }

    private static Fault fault(int status, String code) {
        return switch (status) {
            case 401 -> ConnectionFaults.WRONG_PASSWORD;
            case 403 ->
                switch (code) {
                    case "AuthenticationFailed", "InvalidAuthenticationInfo", "AuthorizationFailure" ->
                        ConnectionFaults.WRONG_PASSWORD;
                    default -> ConnectionFaults.PERMISSION_DENIED;
                };
            case 404 -> TriggerFaults.QUEUE_MISSING;
            case 408, 429, 500, 502, 503, 504 -> ConnectionFaults.STORE_BUSY;
            default -> code.equals("QueueBeingDeleted") ? ConnectionFaults.STORE_BUSY : ConnectionFaults.STORE_REFUSED;
        };
    }

    private String detail(int status, String body) {
        String said = first(MESSAGE.matcher(body)).replaceAll("(?s)\\s*RequestId:.*", "");
        String clean = new Redaction(account.credential())
                .of(said.isBlank() ? String.format(Locale.ROOT, "status %d without a message", status) : said)
                .strip();
        return clean.length() > MOST_DETAIL ? clean.substring(0, MOST_DETAIL) : clean;
    }

    private static String first(Matcher m) {
        return m.find() ? m.group(1) : "";
    }
}
