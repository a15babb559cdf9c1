package dev.sluice.ssis.packages;

import java.util.List;
import java.util.Map;

/// What a Foreach loop goes through.
///
/// @param creationName as the file says
/// @param expressions property name to expression
/// @param payload what `ObjectData` holds
/// @param mappings variables set for each value
public record Enumerator(
        String creationName,
        PropertyBag properties,
        Map<String, String> expressions,
        Element payload,
        List<VariableMapping> mappings) {
    public Enumerator {
        expressions = Map.copyOf(expressions);
        mappings = List.copyOf(mappings);
    }

    public EnumeratorKind kind() {
        return EnumeratorKind.of(creationName);
    }

    /// @param variable qualified name
    /// @param index which part of the value, from 0
    public record VariableMapping(String variable, int index) {}
}
