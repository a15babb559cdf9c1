package dev.sluice.connectors.aws;

import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.TriggerFaults;

/// Says what the queue service's answers mean; its codes are those of SQS' and of all query requests ("Common errors").
/// What goes wrong on the way is named as for buckets.
///
/// @param side on whose side the store is
record SqsProblems(Kind side, QueuePlace place) {
    private static final int DEPTH = 20;

    ProblemException named(Exception e, String action) {
        S3Problems others = new S3Problems(side, place.account(), "");
        int depth = 0;
        for (Throwable t = e; t != null && depth < DEPTH; t = t.getCause(), depth++) {
            if (t instanceof S3Problems.Refused refused) {
                return answered(others, refused.answer(), action);
            }
        }
        return others.named(e, action, "");
    }

    private ProblemException answered(S3Problems others, S3Answer answer, String action) {
        String code = code(answer);
        Problem.Builder problem = fault(answer.status(), code).problem();
        Fault fault = fault(answer.status(), code);
        if (fault.kind() == Kind.SOURCE || fault.kind() == Kind.SINK) {
            problem.on(side);
        }
        S3Account account = place.account();
        return problem.evidence("store", account.store())
                .evidence("host", account.endpoint().getHost())
                .evidence("port", account.port())
                .evidence("user", account.keyId())
                .evidence("queue", place.name())
                .evidence("object", "queue " + place.name())
                .evidence("path", place.name())
                .evidence("action", action)
                .evidence("status", code.isEmpty() ? String.valueOf(answer.status()) : answer.status() + " " + code)
                .evidence("detail", others.clean(answer.text("Message").orElse("no message")))
                .exception();
    }

    static String code(S3Answer answer) {
        return answer.text("Code").orElse("");
    }

    static boolean isMissing(S3Answer answer) {
        String code = code(answer);
        return code.endsWith("NonExistentQueue") || code.endsWith("QueueDoesNotExist");
    }

    private static Fault fault(int status, String code) {
        return switch (code.substring(code.lastIndexOf('.') + 1)) {
            case "NonExistentQueue", "QueueDoesNotExist", "QueueDeletedRecently" -> TriggerFaults.QUEUE_MISSING;
            case "InvalidClientTokenId",
                    "UnrecognizedClientException",
                    "SignatureDoesNotMatch",
                    "IncompleteSignature",
                    "MissingAuthenticationToken",
                    "InvalidSecurity",
                    "ExpiredToken" -> ConnectionFaults.WRONG_PASSWORD;
            case "AccessDenied", "AccessDeniedException", "OptInRequired" -> ConnectionFaults.PERMISSION_DENIED;
            case "Throttling", "ThrottlingException", "RequestThrottled", "OverLimit", "ServiceUnavailable" ->
                ConnectionFaults.STORE_BUSY;
            default -> byStatus(status);
        };
    }

    private static Fault byStatus(int status) {
        return switch (status) {
            case 401 -> ConnectionFaults.WRONG_PASSWORD;
            case 403 -> ConnectionFaults.PERMISSION_DENIED;
            case 404 -> TriggerFaults.QUEUE_MISSING;
            case 408, 429, 500, 502, 503, 504 -> ConnectionFaults.STORE_BUSY;
            default -> ConnectionFaults.STORE_REFUSED;
        };
    }
}
