package dev.sluice.service.run;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.RunStatus;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What one run has to say to another. A letter is stored in the transaction of the decision that wrote it and taken
/// away in that of the decision that answers it, so it arrives at least once and is answered at most once.
public sealed interface Letter {
    /// There may be room for the run, or for another that waits for the same pipeline, to begin.
    record Begin() implements Letter {}

    /// The run is to stop, with everything it called.
    record Cancel(String by) implements Letter {}

    /// A run that an activity called and waits for has ended.
    ///
    /// @param activity the path of the calling activity
    /// @param attempt of that activity
    /// @param runId the run that ended
    /// @param message why it failed; empty otherwise
    /// @param returnValue what it gives its caller; null when it gives nothing
    record ChildEnded(
            String activity,
            int attempt,
            String runId,
            RunStatus status,
            String message,
            @Nullable ObjectNode returnValue)
            implements Letter {}

    /// What the letter means to the run that gets it.
    default Event event(Moment moment) {
        return switch (this) {
            case Begin() -> new Event.RunRequested(moment);
            case Cancel(String by) -> new Event.CancelRequested(moment, by, true);
            case ChildEnded ended -> new Event.ChildEnded(moment, ended);
        };
    }

    /// The stored form: an object with one member that tells which kind it is.
    default ObjectNode toJson() {
        ObjectNode json = Json.object();
        switch (this) {
            case Begin() -> json.putObject("begin");
            case Cancel(String by) -> json.putObject("cancel").put("by", by);
            case ChildEnded ended -> {
                ObjectNode child = json.putObject("childEnded");
                child.put("activity", ended.activity());
                child.put("attempt", ended.attempt());
                child.put("runId", ended.runId());
                child.put("status", ended.status().word());
                child.put("message", ended.message());
                if (ended.returnValue() != null) {
                    child.set("returnValue", ended.returnValue());
                }
            }
        }
        return json;
    }

    /// Reads what [#toJson()] wrote.
    static Letter fromJson(JsonNode node) {
        Place json = Place.root(node);
        if (json.member("begin").present()) {
            return new Begin();
        }
        if (json.member("cancel").present()) {
            return new Cancel(json.member("cancel").member("by").text().orElse(""));
        }
        Place child = json.member("childEnded");
        if (!child.present()) {
            throw child.missing();
        }
        Place status = child.member("status");
        return new ChildEnded(
                child.member("activity").requiredText(),
                (int) child.member("attempt").whole(0, Integer.MAX_VALUE).orElse(0),
                child.member("runId").requiredText(),
                RunStatus.of(status.requiredText()).orElseThrow(() -> status.invalid("a run status")),
                child.member("message").text().orElse(""),
                child.member("returnValue").json() instanceof ObjectNode value ? value : null);
    }
}
