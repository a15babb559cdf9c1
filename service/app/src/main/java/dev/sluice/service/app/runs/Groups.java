package dev.sluice.service.app.runs;

import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.service.app.documents.SharedRuntimes;
import dev.sluice.service.store.Fleet;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import java.time.InstantSource;
import java.util.Optional;
import java.util.UUID;

/// Which group of nodes an integration runtime's name means. Managed runtimes have none of their own: their jobs go to
/// the built-in group that runs beside the service.
public final class Groups {
    private final Store store;
    private final SharedRuntimes shared;
    private final InstantSource clock;

    public Groups(Store store, InstantSource clock) {
        this.store = store;
        this.shared = new SharedRuntimes(store);
        this.clock = clock;
    }

    /// The built-in group.
    public Fleet.Group builtIn() {
        return store.fleet()
                .group("", IntegrationRuntime.AUTO_RESOLVE)
                .orElseGet(() -> make("", IntegrationRuntime.AUTO_RESOLVE));
    }

    /// The group of a self-hosted runtime, made if there is none yet.
    public Fleet.Group selfHosted(String factory, String runtime) {
        return store.fleet().group(factory, runtime).orElseGet(() -> make(factory, runtime));
    }

    private Fleet.Group make(String factory, String runtime) {
        String name =
                store.documents().factory(factory).map(f -> f.document().name()).orElse(factory);
        return store.fleet().groupFor(name, runtime, UUID.randomUUID().toString(), clock.instant());
    }

    /// The group whose nodes run the jobs of this runtime. A linked runtime to which nobody gave the nodes of another
    /// has a group of its own, in which there is never a node.
    public Fleet.Group of(String factory, String runtime) {
        Optional<SharedRuntimes.Target> target = shared.target(factory, runtime);
        if (target.isPresent()) {
            return selfHosted(target.get().factory(), target.get().runtime());
        }
        Optional<StoredDocument> document = store.documents().find(factory, DocumentKind.INTEGRATION_RUNTIME, runtime);
        boolean selfHosted = document.isPresent()
                && IntegrationRuntime.of(document.get().document()).selfHosted();
        return selfHosted ? selfHosted(factory, document.get().document().name()) : builtIn();
    }
}
