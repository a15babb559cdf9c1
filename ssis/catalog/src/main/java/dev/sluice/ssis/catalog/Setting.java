package dev.sluice.ssis.catalog;

/// A value as the catalog holds it: text, or an envelope that only nodes can open.
public sealed interface Setting {
    /// A value that anybody with the role may see.
    record Plain(String text) implements Setting {}

    /// A secret.
    ///
    /// @param envelope base64 CMS
    record Sealed(String envelope) implements Setting {}

    default boolean secret() {
        return this instanceof Sealed;
    }
}
