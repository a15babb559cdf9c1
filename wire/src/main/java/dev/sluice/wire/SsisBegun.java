package dev.sluice.wire;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a node needs to run a package of the catalog.
///
/// @param executionId the execution in the catalog
/// @param project its path, for messages
/// @param packageName with `.dtsx`
/// @param bytes of the project's archive, to be fetched by [SsisPiece]
/// @param loggingLevel SSISDB's code: 0 none to 3 verbose
/// @param values `{"project": {name: {"value": …}}, "package": {…}}` of server and environment; secrets are sealed to
/// the
///     node
public record SsisBegun(
        long executionId,
        String project,
        String packageName,
        long bytes,
        int loggingLevel,
        @Nullable JsonNode values) {}
