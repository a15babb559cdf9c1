package dev.sluice.service.app.http;

import dev.sluice.service.app.access.Permission;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which operation a method and path mean. Fixed segments are compared without regard to case, as Azure's clients need
/// it; `{name}` takes any one segment. Filled before the first request, then only read.
public final class Routes {
    private final List<Route> routes = new ArrayList<>();

    /// An operation found, with the values of its path.
    ///
    /// @param path the template
    /// @param largest body in bytes that it takes; 0 for what every operation takes
    record Match(Action action, Permission permission, Map<String, String> variables, String path, int largest) {}

    private record Route(
            String method, String template, List<String> segments, Permission permission, Action action, int largest) {}

    /// An operation as it was added.
    public record Entry(String method, String template, Permission permission) {}

    /// Every operation, in the order in which they were added.
    public List<Entry> all() {
        return routes.stream()
                .map(r -> new Entry(r.method(), r.template(), r.permission()))
                .toList();
    }

    /// Adds an operation.
    ///
    /// @param template e.g. `/api/v1/runs/{runId}/progress`
    public Routes add(String method, String template, Permission permission, Action action) {
        return addLarge(method, template, permission, 0, action);
    }

    /// Adds an operation whose body is a file: it is read only from callers who may use the operation, and few at a
    /// time.
    ///
    /// @param largest in bytes
    public Routes addLarge(String method, String template, Permission permission, int largest, Action action) {
        List<String> segments = List.of(template.substring(1).split("/"));
        routes.add(new Route(method, template, segments, permission, action, largest));
        return this;
    }

    Optional<Match> find(String method, List<String> path) {
        for (Route route : routes) {
            if (route.method().equals(method) && route.segments().size() == path.size()) {
                Map<String, String> variables = new LinkedHashMap<>();
                if (matches(route.segments(), path, variables)) {
                    return Optional.of(new Match(
                            route.action(), route.permission(), variables, route.template(), route.largest()));
                }
            }
        }
        return Optional.empty();
    }

    private static boolean matches(List<String> template, List<String> path, Map<String, String> variables) {
        for (int i = 0; i < template.size(); i++) {
            String part = template.get(i);
            if (part.startsWith("{")) {
                variables.put(part.substring(1, part.length() - 1), path.get(i));
            } else if (!part.equalsIgnoreCase(path.get(i))) {
                return false;
            }
        }
        return true;
    }
}
