package dev.sluice.service.app.documents;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Place;
import dev.sluice.service.store.Store;
import java.util.Optional;

/// Which tenant factories belong to. A service is one tenant; a factory that came from Azure may say which one it
/// was of there (`identity.tenantId`). Two that say different ones are strangers to each other.
final class Tenants {
    private final Store store;

    Tenants(Store store) {
        this.store = store;
    }

    /// What a factory says; empty when it says nothing or is not there.
    private Optional<String> of(String factory) {
        return store.documents()
                .factory(factory)
                .flatMap(stored -> Place.root(stored.document().json())
                        .at("identity", "tenantId")
                        .text())
                .filter(tenant -> !tenant.isBlank());
    }

    /// Why one factory may not use a runtime of another; empty when both are, or may be, of one tenant.
    Optional<Problem> between(String owner, String runtime, String guest) {
        Optional<String> theirs = of(owner);
        Optional<String> own = of(guest);
        boolean strangers =
                theirs.isPresent() && own.isPresent() && !theirs.get().equalsIgnoreCase(own.get());
        return strangers ? Optional.of(problem(guest, runtime, theirs.get(), own.get())) : Optional.empty();
    }

    /// @param owner the tenant of the runtime, or what is known of it
    static Problem problem(String factory, String runtime, String owner, String own) {
        return NodeFaults.SHARED_ACROSS_TENANTS
                .problem()
                .evidence("factory", factory)
                .evidence("runtime", runtime)
                .evidence("owner", owner)
                .evidence("own", own)
                .build();
    }

    /// The problem, said of a member of a document.
    static ProblemException at(Place place, Problem problem) {
        return new ProblemException(new Problem(problem.fault(), problem.kind(), place.pointer(), problem.evidence()));
    }
}
