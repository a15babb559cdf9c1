package dev.sluice.cli;

import dev.sluice.cli.client.ServiceClient;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// A query of run records, as `queryPipelineRuns`, `queryTriggerRuns` and `queryActivityruns` take them.
final class RunQuery {
    private final ObjectNode body = JsonNodeFactory.instance.objectNode();

    private RunQuery() {}

    static RunQuery ofLastDays(int days) {
        RunQuery query = new RunQuery();
        Instant now = Instant.now();
        query.body
                .put("lastUpdatedAfter", now.minus(Duration.ofDays(days)).toString())
                .put("lastUpdatedBefore", now.plus(Duration.ofDays(1)).toString());
        return query;
    }

    /// @param value what the operand is to equal; null for whatever it is
    RunQuery where(String operand, @Nullable String value) {
        if (value != null) {
            body.withArray("filters")
                    .addObject()
                    .put("operand", operand)
                    .put("operator", "Equals")
                    .putArray("values")
                    .add(value);
        }
        return this;
    }

    RunQuery newestFirst(String by) {
        body.putArray("orderBy").addObject().put("orderBy", by).put("order", "DESC");
        return this;
    }

    /// The records of all pages.
    ArrayNode ask(ServiceClient client, String path) {
        ArrayNode all = JsonNodeFactory.instance.arrayNode();
        ObjectNode page = body.deepCopy();
        while (true) {
            var answer = client.post(path, page);
            answer.path("value").forEach(all::add);
            String next = answer.path("continuationToken").asString("");
            if (next.isEmpty()) {
                return all;
            }
            page.put("continuationToken", next);
        }
    }
}
