package dev.sluice.ssis.packages;

import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Finds what a reference to a connection manager means.
final class ConnectionReference {
    private ConnectionReference() {}

    static Optional<ConnectionManager> find(String reference, List<ConnectionManager> among) {
        String id = reference.startsWith("{") && reference.indexOf('}') > 0
                ? reference.substring(0, reference.indexOf('}') + 1)
                : reference;
        return first(among, c -> c.id().equalsIgnoreCase(id) && !id.isEmpty())
                .or(() -> first(among, c -> c.refId().equals(reference) && !reference.isEmpty()))
                .or(() -> first(among, c -> c.name().equals(reference)));
    }

    private static Optional<ConnectionManager> first(
            List<ConnectionManager> among, Predicate<ConnectionManager> meant) {
        return among.stream().filter(meant).findFirst();
    }
}
