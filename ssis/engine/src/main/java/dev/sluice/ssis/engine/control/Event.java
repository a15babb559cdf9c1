package dev.sluice.ssis.engine.control;

import java.time.Instant;
import java.util.Map;

/// Something that happened in a package.
///
/// @param name `OnError`, `OnPreExecute` …
/// @param source refId of the executable
/// @param sourceName its name
/// @param code SSIS's code where there is one; 0 otherwise
/// @param description for people
/// @param variables system variables that a handler sees (`ErrorCode` …), by name
public record Event(
        String name,
        String source,
        String sourceName,
        int code,
        String description,
        Instant at,
        Map<String, Object> variables) {
    public Event {
        variables = Map.copyOf(variables);
    }
}
