package dev.sluice.wire;

import java.time.Instant;
import tools.jackson.databind.JsonNode;

/// A job ended. Sent until it is answered, kept on the node's disk until then.
///
/// @param outcome how; opaque here
public record ReportRequest(JobRef job, Instant startedAt, Instant endedAt, JsonNode outcome) {}
