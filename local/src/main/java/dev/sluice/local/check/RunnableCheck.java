package dev.sluice.local.check;

import dev.sluice.data.copy.Connectors;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.TriggerFaults;
import dev.sluice.local.factory.FabricPipelines;
import dev.sluice.local.factory.FactoryDocument;
import dev.sluice.local.factory.FactorySource;
import dev.sluice.local.factory.Finding;
import dev.sluice.model.Activity;
import dev.sluice.model.Dataset;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.InnerLists;
import dev.sluice.model.LinkedService;
import dev.sluice.model.Place;
import dev.sluice.model.trigger.OtherTrigger;
import dev.sluice.model.trigger.Trigger;
import dev.sluice.service.run.Runnability;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What of a factory can be loaded and cannot be run here, as warnings with the codes that a run would fail with:
/// types of activities, of the stores and the datasets that activities read and write, and of triggers; data
/// flows.
public final class RunnableCheck {
    /// Types of activities that run statements on the store of their linked service.
    private static final Set<String> STATEMENTS = Set.of("script", "sqlserverstoredprocedure");

    private final FactorySource factory;
    private final Connectors connectors;
    private final List<Finding> found = new ArrayList<>();
    private final Map<String, String> ids;
    private final List<Document> documents;

    private RunnableCheck(FactorySource factory, Connectors connectors) {
        this.factory = factory;
        this.connectors = connectors;
        this.ids = factory.pipelineIds();
        this.documents = factory.plain();
    }

    /// @param connectors what can be read and written
    public static List<Finding> of(FactorySource factory, Connectors connectors) {
        RunnableCheck check = new RunnableCheck(factory, connectors);
        factory.documents().forEach(check::document);
        return check.found.stream().distinct().toList();
    }

    private void document(FactoryDocument document) {
        guarded(() -> {
            switch (document.document().kind()) {
                case PIPELINE ->
                    activities(document, document.document().properties().member("activities"));
                case DATASET -> dataset(document);
                case DATA_FLOW -> dataFlow(document);
                case TRIGGER -> trigger(document);
                case FACTORY,
                        INTEGRATION_RUNTIME,
                        LINKED_SERVICE,
                        CREDENTIAL,
                        GLOBAL_PARAMETER,
                        MANAGED_VIRTUAL_NETWORK,
                        MANAGED_PRIVATE_ENDPOINT,
                        CHANGE_DATA_CAPTURE -> {}
            }
        });
    }

    /// What cannot even be read is [FactoryCheck]'s to say.
    private static void guarded(Runnable step) {
        try {
            step.run();
        } catch (ProblemException told) {
            // Said as an error.
        }
    }

    private void activities(FactoryDocument document, Place list) {
        if (!list.json().isArray()) {
            return;
        }
        for (Place place : list.items()) {
            guarded(() -> activity(document, Activity.of(place)));
            InnerLists.of(place).forEach(inner -> activities(document, inner));
        }
    }

    private void activity(FactoryDocument document, Activity activity) {
        if (activity.inactive()) {
            return;
        }
        boolean here = FabricPipelines.called(activity.place(), ids, documents).isPresent();
        Runnability.problem(activity)
                .filter(problem -> !here)
                .ifPresent(problem -> found.add(document.warning(problem)));
        if (STATEMENTS.contains(activity.type().toLowerCase(Locale.ROOT))) {
            activity.linkedService()
                    .flatMap(reference -> factory.find(DocumentKind.LINKED_SERVICE, reference.name()))
                    .ifPresent(service -> refusal(() -> connectors.sql(
                                    endpoint(type(service), service.document().name(), "", "")))
                            .ifPresent(problem -> found.add(document.warning(at(
                                    problem,
                                    activity.place().member("linkedServiceName").pointer())))));
        }
    }

    /// Of a store that cannot be reached the linked service is the place, whatever lies behind it.
    private void dataset(FactoryDocument document) {
        Dataset dataset = Dataset.of(document.document());
        Optional<FactoryDocument> service = factory.find(
                DocumentKind.LINKED_SERVICE, dataset.linkedService().name());
        if (service.isEmpty()) {
            return;
        }
        String type = type(service.get());
        Endpoint endpoint = endpoint(type, service.get().document().name(), dataset.type(), dataset.name());
        Optional<Problem> noStore = refusal(() -> connectors.store(endpoint));
        if (noStore.isPresent()) {
            found.add(service.get().warning(at(noStore.get(), "/properties/type")));
            return;
        }
        refusal(() -> connectors.isFiles(endpoint) ? connectors.files(endpoint) : connectors.tables(endpoint))
                .ifPresent(problem -> found.add(document.warning(at(problem, "/properties/type"))));
    }

    private void dataFlow(FactoryDocument document) {
        found.add(document.warning(DocumentFaults.TYPE_UNKNOWN
                .problem()
                .at("/properties/type")
                .evidence("object", "data flow")
                .evidence(
                        "type",
                        document.document().properties().member("type").text().orElse("MappingDataFlow"))
                .evidence("supported", "none; what it does can be done by Script activities or by an SSIS package")
                .build()));
    }

    private void trigger(FactoryDocument document) {
        if (Trigger.of(document.document()) instanceof OtherTrigger other) {
            found.add(document.warning(TriggerFaults.TYPE_UNSUPPORTED
                    .problem()
                    .at("/properties/type")
                    .evidence("trigger", document.document().name())
                    .evidence("type", other.type())
                    .build()));
        }
    }

    private static String type(FactoryDocument service) {
        return LinkedService.of(service.document()).type();
    }

    private static Endpoint endpoint(String serviceType, String service, String datasetType, String dataset) {
        return new Endpoint(
                Kind.SOURCE,
                service,
                serviceType,
                Settings.EMPTY,
                dataset,
                datasetType,
                Settings.EMPTY,
                Settings.EMPTY);
    }

    /// Asks for what would be needed; only the refusal counts.
    private interface Question {
        Object ask();
    }

    private static Optional<Problem> refusal(Question question) {
        try {
            question.ask();
            return Optional.empty();
        } catch (ProblemException e) {
            return Optional.of(e.problem());
        }
    }

    private static Problem at(Problem problem, String pointer) {
        return new Problem(problem.fault(), problem.kind(), pointer, problem.evidence());
    }
}
