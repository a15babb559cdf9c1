package dev.sluice.service.app.http;

import dev.sluice.diagnosis.AccessFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.LogFaults;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.RunFaults;
import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.diagnosis.SsisCatalogFaults;
import dev.sluice.model.error.ErrorDocument;
import dev.sluice.wire.ErrorResponse;
import dev.sluice.wire.Wire;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Problems as answers: Data Factory's error body for clients, the wire's for nodes. Whatever is not a problem that
/// somebody foresaw is logged with its stack trace and answered with the request's id only.
final class Errors {
    private static final Logger LOG = LoggerFactory.getLogger(Errors.class);

    private static final Map<Fault, Integer> STATUS = Map.ofEntries(
            Map.entry(ServiceFaults.NOT_FOUND, 404),
            Map.entry(ServiceFaults.PATH_UNKNOWN, 404),
            Map.entry(ServiceFaults.PRECONDITION, 412),
            Map.entry(ServiceFaults.UNAUTHENTICATED, 401),
            Map.entry(ServiceFaults.FORBIDDEN, 403),
            Map.entry(RunFaults.CALLBACK_REFUSED, 403),
            Map.entry(RunFaults.CALLBACK_LATE, 409),
            Map.entry(ServiceFaults.TOO_LARGE, 413),
            Map.entry(ServiceFaults.TOO_MANY_REQUESTS, 429),
            Map.entry(ServiceFaults.INTERNAL, 500),
            Map.entry(ServiceFaults.UNAVAILABLE, 503),
            Map.entry(AccessFaults.ISSUER_UNREACHABLE, 503),
            Map.entry(NodeFaults.KEY_INVALID, 401),
            Map.entry(NodeFaults.REQUEST_REFUSED, 401),
            Map.entry(NodeFaults.DELETED, 401),
            Map.entry(NodeFaults.CUT_OFF, 401),
            Map.entry(NodeFaults.EXPIRED, 401),
            Map.entry(NodeFaults.NAME_TAKEN, 409),
            Map.entry(NodeFaults.CREDENTIALS_NOT_IN_SYNC, 409),
            Map.entry(NodeFaults.NONE_ONLINE, 409),
            Map.entry(LogFaults.REPORT_UNKNOWN, 404),
            Map.entry(LogFaults.ACTIVITY_UNKNOWN, 404),
            Map.entry(LogFaults.SHARED, 403),
            Map.entry(SsisCatalogFaults.PERMISSION_MISSING, 403),
            Map.entry(SsisCatalogFaults.NO_WORKER, 409),
            Map.entry(LogFaults.TOO_MANY, 409));

    private Errors() {}

    static Answer answer(Throwable thrown, String requestId, boolean toNode) {
        return switch (thrown) {
            case ProblemException e -> problem(e, requestId, toNode);
            case RefusedException e -> render(e.problems(), toNode);
            default -> {
                LOG.error("request {} failed", requestId, thrown);
                yield render(
                        List.of(ServiceFaults.INTERNAL
                                .problem()
                                .evidence("reference", requestId)
                                .build()),
                        toNode);
            }
        };
    }

    private static Answer problem(ProblemException e, String requestId, boolean toNode) {
        Answer answer = render(List.of(e.problem()), toNode);
        if (answer.status() >= 500) {
            LOG.error("request {} failed: {}", requestId, e.problem(), e);
        }
        return answer;
    }

    private static Answer render(List<Problem> problems, boolean toNode) {
        Problem first = problems.getFirst();
        int status = STATUS.getOrDefault(first.fault(), 400);
        Answer answer = toNode
                ? Answer.bytes(
                        status, Wire.encode(new ErrorResponse(first.code(), first.message(), first.resolution())))
                : Answer.of(status, ErrorDocument.of(problems));
        return switch (status) {
            case 401 -> answer.with("WWW-Authenticate", toNode ? "Signature realm=\"sluice\"" : challenge(first));
            case 429 -> answer.with("Retry-After", first.evidence().getOrDefault("seconds", "1"));
            case 503 -> answer.with("Retry-After", "5");
            default -> answer;
        };
    }

    private static String challenge(Problem problem) {
        boolean given = "true".equals(problem.evidence().get("given"));
        return "Bearer realm=\"sluice\"" + (given ? ", error=\"invalid_token\"" : "");
    }
}
