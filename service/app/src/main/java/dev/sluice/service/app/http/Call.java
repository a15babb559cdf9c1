package dev.sluice.service.app.http;

import dev.sluice.service.app.access.Caller;
import java.util.Map;
import java.util.Objects;

/// A request that has found its operation.
///
/// @param variables the path's `{…}` by name
/// @param caller who asks; [Caller#NOBODY] where no token is asked for
public record Call(Request request, Map<String, String> variables, Caller caller) {
    public String variable(String name) {
        return Objects.requireNonNull(variables.get(name), name);
    }
}
