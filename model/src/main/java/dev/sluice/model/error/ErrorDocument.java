package dev.sluice.model.error;

import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Json;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The body of an unsuccessful REST answer: `{"error": {"code", "message", "target", "details": […]}}`.
///
/// Every problem is one of the `details`, with `code`, `message`, `target` (the location), `evidence` and
/// `resolution`. Clients print the outer code and message, so those say the first problem in full.
public final class ErrorDocument {
    private ErrorDocument() {}

    public static ObjectNode of(Problem problem) {
        return of(List.of(problem));
    }

    /// The body for one or more problems; the first gives the outer code.
    public static ObjectNode of(List<Problem> problems) {
        if (problems.isEmpty()) {
            throw new IllegalArgumentException("an error answer needs a problem");
        }
        Problem first = problems.getFirst();
        ObjectNode error = Json.object();
        error.put("code", first.code());
        error.put("message", problems.size() == 1 ? first.message() : several(problems));
        error.put("target", first.location());
        ArrayNode details = error.putArray("details");
        problems.forEach(p -> details.add(detail(p)));
        ObjectNode body = Json.object();
        body.set("error", error);
        return body;
    }

    private static String several(List<Problem> problems) {
        return problems.getFirst().message() + " (and " + (problems.size() - 1) + " more, see details)";
    }

    private static ObjectNode detail(Problem problem) {
        ObjectNode detail = Json.object();
        detail.put("code", problem.code());
        detail.put("message", problem.message());
        detail.put("target", problem.location());
        ObjectNode evidence = detail.putObject("evidence");
        problem.evidence().forEach(evidence::put);
        ArrayNode resolution = detail.putArray("resolution");
        problem.resolution().forEach(resolution::add);
        return detail;
    }
}
