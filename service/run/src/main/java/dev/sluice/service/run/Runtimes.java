package dev.sluice.service.run;

import dev.sluice.diagnosis.RunFaults;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.model.Place;
import dev.sluice.model.Reference;
import dev.sluice.model.job.JobSpec;

/// Which integration runtime runs an activity. A copy runs where its source or sink is connected via: a self-hosted
/// runtime wins over a managed one, two different self-hosted ones are refused; among managed ones a named one wins
/// over
/// the built-in one, the sink's over the source's.
final class Runtimes {
    private final Definitions definitions;

    Runtimes(Definitions definitions) {
        this.definitions = definitions;
    }

    /// @param pointer where the activity stands, for problems
    String forCopy(JobSpec.Resource source, JobSpec.Resource sink, String pointer) {
        Choice from = choice(source);
        Choice to = choice(sink);
        if (from.selfHosted() && to.selfHosted() && !from.name().equalsIgnoreCase(to.name())) {
            throw RunFaults.RUNTIMES_DIFFER
                    .problem()
                    .at(pointer)
                    .evidence("source", from.name())
                    .evidence("sink", to.name())
                    .exception();
        }
        if (from.selfHosted() || to.selfHosted()) {
            return from.selfHosted() ? from.name() : to.name();
        }
        return IntegrationRuntime.isAutoResolve(to.name()) ? from.name() : to.name();
    }

    private record Choice(String name, boolean selfHosted) {}

    private Choice choice(JobSpec.Resource service) {
        Place via = Place.root(service.properties()).member("connectVia");
        String name = via.present() ? Reference.of(via).name() : IntegrationRuntime.AUTO_RESOLVE;
        Document document = definitions.find(DocumentKind.INTEGRATION_RUNTIME, name);
        if (document != null) {
            return new Choice(document.name(), IntegrationRuntime.of(document).selfHosted());
        }
        if (IntegrationRuntime.isAutoResolve(name)) {
            return new Choice(IntegrationRuntime.AUTO_RESOLVE, false);
        }
        throw RunFaults.NO_RUNTIME
                .problem()
                .at("linked service '" + service.name() + "' /properties/connectVia")
                .evidence("runtime", name)
                .evidence("linkedService", service.name())
                .exception();
    }
}
