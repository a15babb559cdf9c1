package dev.sluice.service.store;

import dev.sluice.model.DocumentKind;

/// A document's reference to another one of the same factory.
///
/// @param pointer JSON pointer to the reference, for messages
public record Link(DocumentKind kind, String name, String pointer) {}
