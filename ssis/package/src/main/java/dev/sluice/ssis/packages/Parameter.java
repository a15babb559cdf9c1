package dev.sluice.ssis.packages;

import org.jspecify.annotations.Nullable;

/// A parameter of a package (`$Package::name`) or project (`$Project::name`).
///
/// @param value the design value as text; null when there is none, or it is a secret that could not be read
public record Parameter(
        String name,
        String id,
        VariantType type,
        @Nullable String value,
        boolean required,
        boolean sensitive,
        String description) {
    /// Secrets are not printed.
    @Override
    public String toString() {
        return name + " " + type.word() + (sensitive ? " (sensitive)" : " = " + value);
    }
}
