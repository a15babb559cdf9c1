package dev.sluice.service.app.http;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.service.app.access.Authenticator;
import dev.sluice.service.app.access.Caller;
import dev.sluice.service.app.access.Permission;
import dev.sluice.wire.Wire;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;

/// From a request to its answer: who asks, what is asked, may they, do it. Never throws.
public final class Gate {
    private static final String FACTORY_PROVIDER = "Microsoft.DataFactory";
    private static final String AUTHORIZATION_PROVIDER = "Microsoft.Authorization";
    private static final Set<String> VERSIONS = Set.of("2018-06-01");

    private final Routes routes;
    private final Authenticator callers;
    private final UnaryOperator<String> factories;
    private final Turnstile turnstile;

    /// @param factories from a factory's name to its path as it was created; empty where there is no such factory
    public Gate(Routes routes, Authenticator callers, UnaryOperator<String> factories, Turnstile turnstile) {
        this.routes = routes;
        this.callers = callers;
        this.factories = factories;
        this.turnstile = turnstile;
    }

    /// How large a request's body may be. More than usual is only for callers who may use the operation, so
    /// that a stranger cannot fill the memory.
    ///
    /// @param head the request without its body
    int largest(Request head) {
        if (isForNodes(head)) {
            return Wire.MAX_MESSAGE;
        }
        Optional<Routes.Match> match = routes.find(head.method(), head.path()).filter(m -> m.largest() > 0);
        if (match.isEmpty()) {
            return Reading.MAX_DOCUMENT;
        }
        callers.caller(head.header("authorization"))
                .require(match.get().permission(), place(match.get().variables()));
        return match.get().largest();
    }

    Answer answer(Request request) {
        boolean node = isForNodes(request);
        try {
            var match = routes.find(request.method(), request.path());
            boolean open = match.isPresent()
                    && (match.get().permission() == Permission.OPEN
                            || match.get().permission() == Permission.NODE);
            // A stranger does not learn which paths there are.
            Caller caller = open ? Caller.NOBODY : callers.caller(request.header("authorization"));
            if (!open) {
                turnstile.pass(caller.name(), match.map(Gate::factory).orElse(""));
            }
            if (match.isEmpty()) {
                throw ServiceFaults.PATH_UNKNOWN.with(
                        "method", request.method(), "path", request.uri().getRawPath());
            }
            Routes.Match found = match.get();
            if (!open && found.permission() != Permission.SIGNED_IN) {
                caller.require(found.permission(), place(found.variables()));
            }
            checkVersion(request);
            return found.action().answer(new Call(request, found.variables(), caller));
        } catch (RuntimeException e) {
            return Errors.answer(e, request.id(), node);
        }
    }

    private static String factory(Routes.Match match) {
        return match.variables().getOrDefault("factory", "");
    }

    /// Where an operation acts. A factory is where it was created, whatever subscription and resource group a path
    /// spells: names are unique, and a role elsewhere must not reach it by another path.
    private String place(Map<String, String> variables) {
        String factory = variables.getOrDefault("factory", "");
        String created = factory.isEmpty() ? "" : factories.apply(factory);
        if (!created.isEmpty() || !variables.containsKey("subscription")) {
            return created;
        }
        String subscription = "/subscriptions/" + variables.get("subscription");
        String group = variables.containsKey("group") ? "/resourceGroups/" + variables.get("group") : "";
        return subscription
                + group
                + (factory.isEmpty() ? "" : "/providers/Microsoft.DataFactory/factories/" + factory);
    }

    static boolean isForNodes(Request request) {
        return !request.path().isEmpty() && request.path().getFirst().equalsIgnoreCase("node");
    }

    private static void checkVersion(Request request) {
        // Other providers' operations have versions of their own, which their clients know better than we do.
        List<String> path = request.path();
        boolean inFactory = path.size() > 1
                && path.subList(0, path.size() - 1).stream().anyMatch(FACTORY_PROVIDER::equalsIgnoreCase);
        if (!inFactory || path.stream().anyMatch(AUTHORIZATION_PROVIDER::equalsIgnoreCase)) {
            return;
        }
        String version = request.parameter("api-version").orElse("");
        if (!VERSIONS.contains(version)) {
            throw ServiceFaults.API_VERSION.with("version", version);
        }
    }
}
