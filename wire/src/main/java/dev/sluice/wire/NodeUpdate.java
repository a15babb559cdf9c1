package dev.sluice.wire;

import java.time.Instant;

/// How a node's last update went, or goes.
///
/// @param version that it was to take
/// @param phase one of the words below
/// @param code of the diagnosis catalogue; empty unless it failed
/// @param detail what was seen, for a person; may be empty
/// @param startedAt when it was begun
/// @param at when this phase was reached
public record NodeUpdate(String version, String phase, String code, String detail, Instant startedAt, Instant at) {
    /// The bundle is fetched, checked and laid beside the running version.
    public static final String PREPARING = "Preparing";

    /// Running jobs end, none start.
    public static final String DRAINING = "Draining";

    /// The new version runs and has not yet shown that it works.
    public static final String TRYING = "Trying";

    public static final String SUCCEEDED = "Succeeded";

    /// The node is on the version it was on before.
    public static final String FAILED = "Failed";
}
