package dev.sluice.expression;

import java.util.Map;

/// The functions that read the surroundings instead of computing: lower-case name to the name as documented and
/// the number of arguments.
final class ContextFunctions {
    record Context(String name, int arity) {}

    private static final Map<String, Context> ALL = Map.ofEntries(
            entry("pipeline", 0),
            entry("activity", 1),
            entry("variables", 1),
            entry("item", 0),
            entry("dataset", 0),
            entry("linkedService", 0),
            entry("trigger", 0),
            entry("triggerBody", 0),
            entry("triggerOutputs", 0));

    private ContextFunctions() {}

    static Map<String, Context> arities() {
        return ALL;
    }

    private static Map.Entry<String, Context> entry(String name, int arity) {
        return Map.entry(name.toLowerCase(java.util.Locale.ROOT), new Context(name, arity));
    }
}
