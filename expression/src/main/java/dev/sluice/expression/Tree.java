package dev.sluice.expression;

import java.util.List;
import tools.jackson.databind.JsonNode;

/// The parsed form. `at` is the offset in the text at which the node begins, for error places.
sealed interface Tree {
    int at();

    record Constant(int at, JsonNode value) implements Tree {}

    /// A function that computes.
    record Call(int at, NamedFunction function, List<Tree> arguments) implements Tree {}

    /// A function that reads the scope.
    record Context(int at, String name, List<Tree> arguments) implements Tree {}

    /// `target.key`, `target['key']`, `target[0]`, with `?` the null-safe forms.
    record Access(int at, Tree target, Tree key, boolean nullSafe) implements Tree {}

    /// Text with `@{…}` in it; the value is always text.
    record Template(int at, List<Tree> parts) implements Tree {}
}
