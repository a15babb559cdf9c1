package dev.sluice.service.run;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.job.JobSpec;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a copy between two self-hosted runtimes still has to do, as planned when the attempt began: the
/// second hop, from the staging store into the sink, and the removal of what was staged. It is one activity
/// with one attempt; its jobs are told apart by the names they go by in the queue. No node takes part in
/// this: each hop is a copy like any other.
///
/// @param crossed whether the second hop is the one under way
/// @param given what the first hop gave; an empty object before its end
/// @param runtime of the sink
/// @param onward the second hop
/// @param cleaner the runtime that removes what was staged: the source's, whose nodes have written it
/// @param cleanUp the removal
public record Bridge(boolean crossed, JsonNode given, String runtime, JobSpec onward, String cleaner, JobSpec cleanUp) {
    /// Activities of Data Factory have no colon in their names.
    private static final String ONWARD = ":sink";

    private static final String CLEANING = ":cleanUp";
    private static final Duration CLEANING_TIMEOUT = Duration.ofHours(1);

    /// How the second hop's job is named.
    static String onwardPath(String activity) {
        return activity + ONWARD;
    }

    /// The activity that a job belongs to.
    static String activityPath(String job) {
        return job.endsWith(ONWARD) ? job.substring(0, job.length() - ONWARD.length()) : job;
    }

    Bridge crossing(JsonNode output) {
        return new Bridge(true, output, runtime, onward, cleaner, cleanUp);
    }

    /// Removes what was staged. The job's end is nobody's: reports about it change nothing.
    Command.StartJob cleaning(String activity, int attempt) {
        return new Command.StartJob(activity + CLEANING, attempt, cleaner, cleanUp, CLEANING_TIMEOUT);
    }

    /// The activity's output from those of both hops.
    JsonNode together(JsonNode last) {
        return BridgeOutput.of(given, last);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("crossed", crossed);
        json.set("given", given);
        json.put("runtime", runtime);
        json.set("onward", onward.toJson());
        json.put("cleaner", cleaner);
        json.set("cleanUp", cleanUp.toJson());
        return json;
    }

    static Bridge fromJson(Place json) {
        return new Bridge(
                json.member("crossed").flag().orElse(false),
                json.member("given").json(),
                json.member("runtime").requiredText(),
                JobSpec.fromJson(json.member("onward").json()),
                json.member("cleaner").requiredText(),
                JobSpec.fromJson(json.member("cleanUp").json()));
    }
}
