package dev.sluice.service.store;

import dev.sluice.model.Document;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A document to write.
///
/// @param factory it belongs to; empty for a factory itself
/// @param etag a fresh one
/// @param expected the etag it must have now, [#ABSENT] when it must not exist, null when either is fine
/// @param links every reference it makes; all must exist
/// @param by who does it, for the audit
public record Save(
        String factory,
        String subscription,
        String resourceGroup,
        Document document,
        String etag,
        @Nullable String expected,
        List<Link> links,
        String by,
        Instant now) {
    public static final String ABSENT = "";

    public Save {
        links = List.copyOf(links);
    }

    /// What became of it.
    public sealed interface Result {
        record Saved(StoredDocument document, boolean created) implements Result {}

        /// Someone else was faster.
        ///
        /// @param current the etag now; [Save#ABSENT] when there is no such document
        record Conflict(String current) implements Result {}

        /// What it refers to is not there.
        record Dangling(List<Link> missing) implements Result {
            public Dangling {
                missing = List.copyOf(missing);
            }
        }

        /// It is a trigger that is started.
        record Started() implements Result {}

        /// The factory is not there.
        record NoFactory() implements Result {}
    }
}
