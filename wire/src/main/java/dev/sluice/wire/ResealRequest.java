package dev.sluice.wire;

import java.util.List;

/// Secrets that a node has sealed anew, as it was asked to. Saying it twice is the same as saying it once.
public record ResealRequest(List<Resealed> secrets) {
    public ResealRequest {
        secrets = List.copyOf(secrets);
    }
}
