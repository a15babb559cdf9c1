package dev.sluice.node.agent;

import dev.sluice.model.Json;
import java.time.Instant;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Where the time of a job went before and while it ran, in milliseconds. Told in the activity's output as `timings`,
/// beside what the job itself measured there (a copy: `connect`, `read`, `write` …), so that a run can be explained in
/// parts that add up; Data Factory's own figures have whole seconds.
///
/// @param leased when the node got the job, by its own clock
/// @param admission on the node, for a free slot
/// @param start from there until the job began in a worker
/// @param run from there until it ended
record Timings(Instant leased, long admission, long start, long run) {
    static final String MEMBER = "timings";

    /// An outcome with these figures in its output. One without an output stays as it is.
    static JsonNode added(JsonNode outcome, Timings timings) {
        if (!(outcome instanceof ObjectNode whole) || !(outcome.path("output") instanceof ObjectNode output)) {
            return outcome;
        }
        ObjectNode told = Json.object();
        told.put("leased", timings.leased.toString());
        told.put("admission", timings.admission);
        told.put("start", timings.start);
        told.put("run", timings.run);
        if (output.path(MEMBER) instanceof ObjectNode own) {
            told.setAll(own);
        }
        output.set(MEMBER, told);
        return whole;
    }
}
