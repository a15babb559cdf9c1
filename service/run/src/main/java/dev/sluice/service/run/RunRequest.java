package dev.sluice.service.run;

import dev.sluice.model.Document;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Somebody wants a pipeline to run.
///
/// @param identity the new run's
/// @param pipeline the pipeline as it is now; the run keeps it
/// @param arguments the body of `createRun`: parameter name to value
/// @param rerun the run that it repeats, whose arguments and outcomes it takes over; null when it repeats none
public record RunRequest(
        RunIdentity identity,
        Document pipeline,
        ObjectNode arguments,
        @Nullable Rerun rerun) {
    public RunRequest(RunIdentity identity, Document pipeline, ObjectNode arguments) {
        this(identity, pipeline, arguments, null);
    }
}
