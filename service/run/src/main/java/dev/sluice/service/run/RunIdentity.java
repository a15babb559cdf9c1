package dev.sluice.service.run;

import dev.sluice.model.run.InvokedBy;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Which run it is and what started it; never changes.
///
/// @param factoryName the factory
/// @param runId unique, random
/// @param runGroupId the first run's id; the same as `runId` unless this is a rerun
/// @param invokedBy what started it
/// @param triggerTime when it was started: `pipeline().TriggerTime`
/// @param trigger what `trigger()` reads, e.g. `{"scheduledTime": …, "outputs": {…}}`; empty when no trigger started it
/// @param runDimensions labels of the run
/// @param parent the activity that called it; null when no pipeline did
public record RunIdentity(
        String factoryName,
        String runId,
        String runGroupId,
        InvokedBy invokedBy,
        Instant triggerTime,
        ObjectNode trigger,
        Map<String, String> runDimensions,
        @Nullable Parent parent) {
    public RunIdentity {
        runDimensions = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(runDimensions));
    }

    /// A run that no pipeline called.
    public RunIdentity(
            String factoryName,
            String runId,
            String runGroupId,
            InvokedBy invokedBy,
            Instant triggerTime,
            ObjectNode trigger,
            Map<String, String> runDimensions) {
        this(factoryName, runId, runGroupId, invokedBy, triggerTime, trigger, runDimensions, null);
    }

    /// A run started by a caller of the API that repeats another one: what the trigger said stays, the rest is new.
    ///
    /// @param recovery whether it is of the same group as that run
    public static RunIdentity repeating(RunIdentity of, String runId, String caller, boolean recovery, Instant now) {
        return new RunIdentity(
                of.factoryName(),
                runId,
                recovery ? of.runGroupId() : runId,
                InvokedBy.manual(caller),
                now,
                of.trigger(),
                of.runDimensions());
    }

    /// A run started by a caller of the API, first of its group.
    public static RunIdentity manual(String factoryName, String runId, String caller, Instant now) {
        return new RunIdentity(
                factoryName, runId, runId, InvokedBy.manual(caller), now, dev.sluice.model.Json.object(), Map.of());
    }
}
