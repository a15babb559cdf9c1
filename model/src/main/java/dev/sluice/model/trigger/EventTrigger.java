package dev.sluice.model.trigger;

import java.util.Optional;

/// A trigger that fires when something happened elsewhere.
public sealed interface EventTrigger extends Trigger permits BlobEventsTrigger, BlobTrigger, CustomEventsTrigger {
    /// The folder in which it looks for what happened; empty: it is told.
    default Optional<WatchedFolder> watch() {
        return switch (this) {
            case BlobEventsTrigger blobs -> Optional.ofNullable(blobs.watched());
            case BlobTrigger blobs -> Optional.of(blobs.watched());
            case CustomEventsTrigger custom -> Optional.empty();
        };
    }
}
