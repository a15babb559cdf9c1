package dev.sluice.service.run;

import dev.sluice.diagnosis.RunFaults;
import dev.sluice.model.Activity;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.model.Place;
import dev.sluice.model.Reference;
import dev.sluice.model.job.JobSpec;
import java.util.Optional;

/// Which integration runtime runs an activity. A copy runs where its source or sink is connected via: a
/// self-hosted runtime wins over a managed one, two different self-hosted ones need a staging store; among
/// managed ones a named one wins over the built-in one, the sink's over the source's. Any other activity
/// says so itself (`connectVia` of its type properties), or else runs where its dataset's linked service,
/// or its own, is connected via.
final class Runtimes {
    private final Definitions definitions;

    Runtimes(Definitions definitions) {
        this.definitions = definitions;
    }

    /// The name of the runtime for a job.
    String of(JobSpec spec, Activity activity) {
        String pointer = activity.place().pointer();
        if (activity.is(ActivityType.COPY.word())) {
            return forCopy(
                    spec.inputs().getFirst().linkedService(),
                    spec.outputs().getFirst().linkedService(),
                    pointer);
        }
        Place via = activity.typeProperties().member("connectVia");
        if (via.present()) {
            return choice(via, pointer + "/typeProperties/connectVia", activity.name())
                    .name();
        }
        if (!spec.inputs().isEmpty() && !activity.is(ActivityType.WEB.word())) {
            return choice(spec.inputs().getFirst().linkedService()).name();
        }
        return activity.linkedService()
                .flatMap(reference -> spec.linkedServices().entrySet().stream()
                        .filter(e -> e.getKey().equalsIgnoreCase(reference.name()))
                        .map(e -> choice(e.getValue()).name())
                        .findFirst())
                .orElse(IntegrationRuntime.AUTO_RESOLVE);
    }

    /// The two self-hosted runtimes of a copy that no single node can do.
    record Apart(String source, String sink) {}

    /// The runtimes of a copy that is to go by way of a staging store because its source and sink are apart; empty for
    /// every other activity.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException when not both of them can reach the staging store
    Optional<Apart> bridged(JobSpec spec, Activity activity) {
        Place properties = activity.typeProperties();
        boolean staged = activity.is(ActivityType.COPY.word())
                && properties.member("enableStaging").flag().orElse(false);
        if (!staged) {
            return Optional.empty();
        }
        Choice from = choice(spec.inputs().getFirst().linkedService());
        Choice to = choice(spec.outputs().getFirst().linkedService());
        if (!areApart(from, to)) {
            return Optional.empty();
        }
        Place named = properties.member("stagingSettings").member("linkedServiceName");
        Reference store = Reference.of(named);
        spec.linkedServices().entrySet().stream()
                .filter(e -> e.getKey().equalsIgnoreCase(store.name()))
                .map(e -> choice(e.getValue()))
                .filter(Choice::selfHosted)
                .findFirst()
                .ifPresent(only -> {
                    throw RunFaults.STAGING_OUT_OF_REACH
                            .problem()
                            .at(named.pointer())
                            .evidence("store", store.name())
                            .evidence("runtime", only.name())
                            .evidence("source", from.name())
                            .evidence("sink", to.name())
                            .exception();
                });
        return Optional.of(new Apart(from.name(), to.name()));
    }

    private static boolean areApart(Choice from, Choice to) {
        return from.selfHosted() && to.selfHosted() && !from.name().equalsIgnoreCase(to.name());
    }

    /// @param pointer where the activity stands, for problems
    private String forCopy(JobSpec.Resource source, JobSpec.Resource sink, String pointer) {
        Choice from = choice(source);
        Choice to = choice(sink);
        if (areApart(from, to)) {
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
        return choice(
                Place.root(service.properties()).member("connectVia"),
                "linked service '" + service.name() + "' /properties/connectVia",
                service.name());
    }

    /// @param pointer of `connectVia`
    /// @param owner the document or activity it belongs to
    private Choice choice(Place via, String pointer, String owner) {
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
                .at(pointer)
                .evidence("runtime", name)
                .evidence("owner", owner)
                .exception();
    }
}
