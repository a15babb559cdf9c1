package dev.sluice.ssis.packages;

import org.jspecify.annotations.Nullable;

/// A variable of a package, container, task or event handler; visible there and inside.
///
/// @param namespace `User`, `System` or a designer's own
/// @param id GUID
/// @param value as text, as the file has it; null when there is none
/// @param expression recomputed at each read when `evaluated`
/// @param evaluated EvaluateAsExpression
public record Variable(
        String namespace,
        String name,
        String id,
        VariantType type,
        @Nullable String value,
        String expression,
        boolean evaluated,
        boolean readOnly,
        boolean raisesChangedEvent) {
    /// `User::Name`.
    public String qualifiedName() {
        return namespace + "::" + name;
    }
}
