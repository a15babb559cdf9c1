package dev.sluice.data.copy;

import dev.sluice.data.spi.Endpoint;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// The failure that a copy is reported with: the first one; what follows from stopping the others is not kept.
final class FirstFailure {
    /// @param endpoint the side it happened on
    /// @param place file or object in hand; may be empty
    record Failure(Throwable cause, Endpoint endpoint, String place) {}

    private final AtomicReference<@Nullable Failure> first = new AtomicReference<>();

    /// @return whether it was the first
    boolean add(Throwable cause, Endpoint endpoint, String place) {
        if (cause instanceof CancellationException) {
            return false;
        }
        return first.compareAndSet(null, new Failure(cause, endpoint, place));
    }

    @Nullable
    Failure get() {
        return first.get();
    }
}
