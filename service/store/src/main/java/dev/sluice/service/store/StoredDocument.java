package dev.sluice.service.store;

import dev.sluice.model.Document;
import java.time.Instant;

/// A document as it is stored.
///
/// @param factory the factory it belongs to, in lower case; empty for a factory itself
/// @param subscription and `resourceGroup`, as written: where a factory was created; empty for other kinds
/// @param etag changes with every write
public record StoredDocument(
        String factory,
        String subscription,
        String resourceGroup,
        Document document,
        String etag,
        Instant created,
        Instant modified) {}
