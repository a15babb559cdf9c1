package dev.sluice.node.agent.limit;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.model.job.JobSpec;
import java.util.Locale;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What a linked service's annotations say about how hard its store may be worked:
/// `sluice.maxConnections=4`, `sluice.maxRowsPerSecond=50000`. Annotations are the place that Data Factory keeps and
/// passes on without looking at it.
///
/// @param key of the store, for what the jobs share
/// @param connections most streams at once
/// @param rowsPerSecond most rows read in a second, all streams together
public record StoreLimits(String key, Optional<Integer> connections, Optional<Long> rowsPerSecond) {
    private static final String CONNECTIONS = "sluice.maxconnections";
    private static final String ROWS = "sluice.maxrowspersecond";
    private static final int MOST_CONNECTIONS = 1_000;
    private static final long MOST_ROWS = 1_000_000_000;

    /// @throws dev.sluice.diagnosis.ProblemException `MemberInvalid` for a limit that is no number in its range
    public static StoreLimits of(String factory, JobSpec.Resource service) {
        Optional<Long> connections = Optional.empty();
        Optional<Long> rows = Optional.empty();
        for (JsonNode annotation : service.properties().path("annotations")) {
            String text = annotation.isString() ? annotation.stringValue() : "";
            int equals = text.indexOf('=');
            if (equals < 0) {
                continue;
            }
            String name = text.substring(0, equals).strip().toLowerCase(Locale.ROOT);
            String value = text.substring(equals + 1).strip();
            if (name.equals(CONNECTIONS)) {
                connections = Optional.of(number(service, text, value, MOST_CONNECTIONS));
            } else if (name.equals(ROWS)) {
                rows = Optional.of(number(service, text, value, MOST_ROWS));
            }
        }
        return new StoreLimits(factory + "/" + service.name(), connections.map(Long::intValue), rows);
    }

    private static long number(JobSpec.Resource service, String annotation, String value, long most) {
        if (value.matches("\\d{1,10}")) {
            long number = Long.parseLong(value);
            if (number >= 1 && number <= most) {
                return number;
            }
        }
        throw DocumentFaults.MEMBER_INVALID
                .problem()
                .at("linkedService/" + service.name() + ":/annotations")
                .evidence("member", "annotations")
                .evidence("value", annotation)
                .evidence("expected", "a whole number from 1 to " + most + " after the equals sign")
                .exception();
    }
}
