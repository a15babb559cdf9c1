package dev.sluice.service.run;

import dev.sluice.model.Document;
import tools.jackson.databind.node.ObjectNode;

/// Somebody wants a pipeline to run.
///
/// @param identity the new run's
/// @param pipeline the pipeline as it is now; the run keeps it
/// @param arguments the body of `createRun`: parameter name to value
public record RunRequest(RunIdentity identity, Document pipeline, ObjectNode arguments) {}
