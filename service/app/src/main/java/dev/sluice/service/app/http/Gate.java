package dev.sluice.service.app.http;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.service.app.access.Caller;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.access.Tokens;
import java.util.Set;

/// From a request to its answer: who asks, what is asked, may they, do it. Never throws.
public final class Gate {
    private static final Set<String> VERSIONS = Set.of("2018-06-01");

    private final Routes routes;
    private final Tokens tokens;

    public Gate(Routes routes, Tokens tokens) {
        this.routes = routes;
        this.tokens = tokens;
    }

    Answer answer(Request request) {
        boolean node = isForNodes(request);
        try {
            var match = routes.find(request.method(), request.path());
            boolean open = match.isPresent()
                    && (match.get().permission() == Permission.OPEN
                            || match.get().permission() == Permission.NODE);
            // A stranger does not learn which paths there are.
            Caller caller = open ? Caller.NOBODY : tokens.caller(request.header("authorization"));
            if (match.isEmpty()) {
                throw ServiceFaults.PATH_UNKNOWN.with(
                        "method", request.method(), "path", request.uri().getRawPath());
            }
            Routes.Match found = match.get();
            if (!open) {
                caller.require(found.permission());
            }
            checkVersion(request);
            return found.action().answer(new Call(request, found.variables(), caller));
        } catch (RuntimeException e) {
            return Errors.answer(e, request.id(), node);
        }
    }

    static boolean isForNodes(Request request) {
        return !request.path().isEmpty() && request.path().getFirst().equalsIgnoreCase("node");
    }

    private static void checkVersion(Request request) {
        String first = request.path().getFirst().toLowerCase(java.util.Locale.ROOT);
        if (!first.equals("subscriptions") && !first.equals("providers")) {
            return;
        }
        String version = request.parameter("api-version").orElse("");
        if (!VERSIONS.contains(version)) {
            throw ServiceFaults.API_VERSION.with("version", version);
        }
    }
}
