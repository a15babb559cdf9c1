package dev.sluice.service.app.documents;

import dev.sluice.diagnosis.Problem;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.model.Place;
import dev.sluice.service.store.Runtimes;
import dev.sluice.service.store.Store;
import java.util.Optional;

/// Linked integration runtimes: a runtime of one factory that stands for a self-hosted one of another. It reaches
/// its nodes as long as the other factory's people give it (`linkedIntegrationRuntime`), or as long as the key by
/// which it was linked is valid, and not longer; never when the two factories are of different tenants.
public final class SharedRuntimes {
    private static final String INSIDE = "/integrationruntimes/";

    private final Store store;
    private final Tenants tenants;

    public SharedRuntimes(Store store) {
        this.store = store;
        this.tenants = new Tenants(store);
    }

    /// The runtime that has the nodes.
    public record Target(String factory, String runtime) {}

    /// What a linked runtime stands for; empty when it is not linked or may not use the nodes.
    public Optional<Target> target(String factory, String runtime) {
        return store.documents()
                .find(factory, DocumentKind.INTEGRATION_RUNTIME, runtime)
                .map(stored -> IntegrationRuntime.of(stored.document()))
                .filter(IntegrationRuntime::linked)
                .flatMap(linked -> linked.linkKey().isPresent() ? byKey(factory, runtime) : byGrant(factory, linked))
                .filter(target -> tenants.between(target.factory(), target.runtime(), factory)
                        .isEmpty());
    }

    /// Refuses to give a runtime to a factory of another tenant.
    ///
    /// @param guest names that factory; it need not exist yet
    public void requireOneTenant(String owner, String runtime, Place guest) {
        Optional<Problem> refusal = tenants.between(owner, runtime, guest.requiredText());
        if (refusal.isPresent()) {
            throw Tenants.at(guest, refusal.get());
        }
    }

    private Optional<Target> byKey(String factory, String runtime) {
        return store.runtimes().byKey(factory, runtime).map(link -> new Target(link.factory(), link.runtime()));
    }

    private Optional<Target> byGrant(String factory, IntegrationRuntime runtime) {
        return runtime.sharedId()
                .flatMap(SharedRuntimes::parse)
                .filter(target -> store.runtimes().of(target.factory(), target.runtime()).stream()
                        .filter(share -> !share.byKey())
                        .map(Runtimes.Share::linkedFactory)
                        .anyMatch(factory::equalsIgnoreCase));
    }

    /// Empty for what is no resource id of an integration runtime.
    static Optional<Target> parse(String id) {
        return FactoryId.parse(id)
                .filter(f -> f.rest().regionMatches(true, 0, INSIDE, 0, INSIDE.length()))
                .map(f -> new Target(f.factory(), f.rest().substring(INSIDE.length())));
    }
}
