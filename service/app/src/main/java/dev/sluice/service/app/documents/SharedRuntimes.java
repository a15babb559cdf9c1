package dev.sluice.service.app.documents;

import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.service.store.Store;
import java.util.Optional;

/// Linked integration runtimes: a runtime of one factory that stands for a self-hosted one of another. It reaches its
/// nodes as long as the other factory's people give it (`linkedIntegrationRuntime`), and not longer.
public final class SharedRuntimes {
    private static final String INSIDE = "/integrationruntimes/";

    private final Store store;

    public SharedRuntimes(Store store) {
        this.store = store;
    }

    /// The runtime that has the nodes.
    public record Target(String factory, String runtime) {}

    /// What a linked runtime stands for; empty when it is not linked or was not given to its factory.
    public Optional<Target> target(String factory, String runtime) {
        return store.documents()
                .find(factory, DocumentKind.INTEGRATION_RUNTIME, runtime)
                .flatMap(stored -> named(IntegrationRuntime.of(stored.document())))
                .filter(target -> isGiven(target, factory));
    }

    private boolean isGiven(Target target, String factory) {
        return store.runtimes().of(target.factory(), target.runtime()).stream()
                .anyMatch(share -> share.linkedFactory().equalsIgnoreCase(factory));
    }

    private static Optional<Target> named(IntegrationRuntime runtime) {
        return runtime.sharedId()
                .flatMap(FactoryId::parse)
                .filter(id -> id.rest().regionMatches(true, 0, INSIDE, 0, INSIDE.length()))
                .map(id -> new Target(id.factory(), id.rest().substring(INSIDE.length())));
    }
}
