package dev.sluice.ssis.engine.expression;

import java.util.Optional;

/// What an expression may read, when it is compiled.
public interface Names {
    /// @param slot under which [Values] gives the value
    record Symbol(int slot, SsisType type) {}

    /// A column by name, with `source.column` or a lineage reference (`#{…}`, `#12`) as they stand in the text.
    Optional<Symbol> column(String name);

    /// A variable or parameter, `User::Name`, `$Package::Name`, or a name without namespace. Case counts.
    Optional<Symbol> variable(String name);
}
