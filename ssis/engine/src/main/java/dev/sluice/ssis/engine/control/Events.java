package dev.sluice.ssis.engine.control;

import dev.sluice.ssis.packages.EventHandler;
import dev.sluice.ssis.packages.VariantType;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Takes an event from where it was raised up to the package: at each container its handler runs, and errors are
/// counted, until a handler leaves `System::Propagate` at False.
final class Events {
    private static final int MAX_ERRORS_REACHED = 0x80019002;

    private final EventLog log;
    private final Containers containers;

    Events(EventLog log, Containers containers) {
        this.log = log;
        this.containers = containers;
    }

    void raise(Live source, String name, int code, String description, Map<String, Object> variables)
            throws InterruptedException {
        Event event = new Event(
                name,
                source.executable.refId(),
                source.executable.name(),
                code,
                description,
                source.scope.now(),
                variables);
        log.raised(event);
        for (Live at = source; at != null; at = at.outer) {
            if (name.equals("OnError") && at.error()) {
                String most = at.properties().text("MaxErrorCount", "1");
                log.raised(new Event(
                        "OnWarning",
                        at.executable.refId(),
                        at.executable.name(),
                        MAX_ERRORS_REACHED,
                        "The maximum number of errors (MaximumErrorCount " + most + ") has been reached.",
                        source.scope.now(),
                        Map.of()));
            }
            if (!handled(at, source, event)) {
                return;
            }
        }
    }

    /// Runs the handler of one container. What happens inside a handler does not start the same handler again, nor
    /// those whose events brought it about: two that fail would call each other without end.
    ///
    /// @return whether the event goes further up
    private boolean handled(Live at, Live source, Event event) throws InterruptedException {
        Optional<EventHandler> handler = at.executable.handlers().stream()
                .filter(h -> h.event().equalsIgnoreCase(event.name()))
                .filter(h -> !at.properties().flag("DisableEventHandlers", false))
                .findFirst();
        if (handler.isEmpty() || source.inside(handler.get().body())) {
            return true;
        }
        Live body = Live.handler(handler.get().body(), at, source);
        variables(body.scope, event);
        containers.run(body);
        return body.scope
                .find("System::Propagate")
                .map(cell -> !Boolean.FALSE.equals(cell.value()))
                .orElse(true);
    }

    private static void variables(Scope scope, Event event) {
        scope.system("SourceName", VariantType.STRING, event.sourceName());
        scope.system("SourceID", VariantType.STRING, event.source());
        scope.system("SourceDescription", VariantType.STRING, event.sourceName());
        List<String> errors = List.of("OnError", "OnWarning", "OnInformation");
        if (errors.contains(event.name())) {
            scope.system("ErrorCode", VariantType.INT32, (long) event.code());
            scope.system("ErrorDescription", VariantType.STRING, event.description());
        }
        event.variables()
                .forEach((name, value) ->
                        scope.system(name, value instanceof Long ? VariantType.INT32 : VariantType.STRING, value));
    }
}
