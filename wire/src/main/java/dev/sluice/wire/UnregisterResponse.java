package dev.sluice.wire;

import java.util.List;

/// The node is gone.
///
/// @param secrets those that it could open until now: whoever has a copy of its key still can
public record UnregisterResponse(List<KnownSecret> secrets) {
    public UnregisterResponse {
        // Absent from an older service.
        secrets = secrets == null ? List.of() : List.copyOf(secrets);
    }
}
