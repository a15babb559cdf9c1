package dev.sluice.wire;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// The circuit breaker of a store on a node.
///
/// @param store the linked service's name
/// @param state [#CLOSED], [#OPEN] or [#HALF_OPEN]
/// @param failures in a row
/// @param until when an open one lets a job try; null for a closed one
/// @param code of the last failure in the diagnosis catalogue
public record StoreBreaker(
        String factory,
        String store,
        String state,
        int failures,
        @Nullable Instant until,
        String code) {
    public static final String CLOSED = "Closed";
    public static final String OPEN = "Open";
    public static final String HALF_OPEN = "HalfOpen";
}
