package dev.sluice.service.run;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.expression.Expressions;
import dev.sluice.expression.Scope;
import dev.sluice.model.Activity;
import dev.sluice.model.Dataset;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.LinkedService;
import dev.sluice.model.Parameter;
import dev.sluice.model.Place;
import dev.sluice.model.Reference;
import dev.sluice.model.job.JobSpec;
import dev.sluice.model.secret.SecretPlaces;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Brings together what a node needs for one attempt: the evaluated activity, its datasets with their arguments put in,
/// the linked services behind them, and every other linked service any of these refers to. One instance per attempt.
final class JobPlan {
    /// Most linked services of one job; a bound for chains of references.
    private static final int MAX_SERVICES = 50;

    /// Members of datasets and linked services in which expressions count.
    private static final Set<String> EVALUATED =
            Set.of("typeproperties", "linkedservicename", "connectvia", "structure", "schema");

    private final Definitions definitions;
    private final Scopes scopes;
    private final Map<String, JobSpec.Resource> services = new LinkedHashMap<>();

    JobPlan(Definitions definitions, Scopes scopes) {
        this.definitions = definitions;
        this.scopes = scopes;
    }

    /// An activity's job. What is read are a copy's inputs, or the datasets that the type properties name. Problems are
    /// located in the pipeline where it names what is wrong, else in the document named.
    JobSpec job(ActivityType type, RunIdentity identity, String pipelineName, String activityRunId, Activity activity) {
        List<JobSpec.Endpoint> inputs = new ArrayList<>();
        List<JobSpec.Endpoint> outputs = new ArrayList<>();
        if (type == ActivityType.COPY) {
            inputs.add(endpoint(only(activity.inputs(), activity, "inputs")));
            outputs.add(endpoint(only(activity.outputs(), activity, "outputs")));
        } else {
            datasets(activity.typeProperties()).forEach(reference -> inputs.add(endpoint(reference)));
        }
        collect(activity.json(), activity.place().pointer());
        return new JobSpec(
                type.word(),
                identity.factoryName(),
                pipelineName,
                identity.runId(),
                activityRunId,
                activity.name(),
                (ObjectNode) activity.json(),
                inputs,
                outputs,
                services);
    }

    /// A dataset of an activity with the linked service it lies behind.
    JobSpec.Endpoint end(Reference reference) {
        return endpoint(reference);
    }

    /// A dataset that no document describes, behind a linked service that one does.
    JobSpec.Endpoint end(String name, ObjectNode properties, Reference service) {
        return new JobSpec.Endpoint(new JobSpec.Resource(name, properties), linkedService(service));
    }

    /// A job like another one, with an activity and ends of its own; nothing is in it that these do not refer to.
    JobSpec job(
            JobSpec like,
            String kind,
            ObjectNode activity,
            List<JobSpec.Endpoint> inputs,
            List<JobSpec.Endpoint> outputs) {
        collect(activity, "");
        return new JobSpec(
                kind,
                like.factoryName(),
                like.pipelineName(),
                like.runId(),
                like.activityRunId(),
                like.activityName(),
                activity,
                inputs,
                outputs,
                services);
    }

    /// A job that no pipeline asks for and that has no datasets.
    ///
    /// @param asker what asks for it, as a pipeline would
    /// @param owner as a run would
    JobSpec job(String kind, String factory, String asker, String owner, String jobId, Activity activity) {
        collect(activity.json(), activity.place().pointer());
        return new JobSpec(
                kind,
                factory,
                asker,
                owner,
                jobId,
                activity.name(),
                (ObjectNode) activity.json(),
                List.of(),
                List.of(),
                services);
    }

    /// `dataset` of lookups and their like, `datasets` of a web call.
    private static List<Reference> datasets(Place properties) {
        List<Reference> references = new ArrayList<>();
        Place one = properties.member("dataset");
        if (one.present()) {
            references.add(Reference.of(one));
        }
        properties.member("datasets").items().forEach(place -> references.add(Reference.of(place)));
        return references;
    }

    private static Reference only(List<Reference> references, Activity activity, String member) {
        if (references.size() != 1) {
            throw DocumentFaults.MEMBER_INVALID
                    .problem()
                    .at(activity.place().pointer() + "/" + member)
                    .evidence("member", member)
                    .evidence("value", references.size() + " datasets")
                    .evidence("expected", "exactly one dataset")
                    .exception();
        }
        return references.getFirst();
    }

    private JobSpec.Endpoint endpoint(Reference reference) {
        Document document = document(DocumentKind.DATASET, reference);
        Dataset dataset = within(document, () -> Dataset.of(document));
        Arguments arguments = bind(dataset.parameters(), reference, "dataset '" + dataset.name() + "'");
        ObjectNode properties = evaluated(document, scopes.dataset(arguments.json()));
        Place service = Place.root(properties).member("linkedServiceName");
        JobSpec.Resource linked = within(document, () -> linkedService(Reference.of(service)));
        collectFrom(document, properties);
        return new JobSpec.Endpoint(new JobSpec.Resource(dataset.name(), properties), linked);
    }

    private JobSpec.Resource linkedService(Reference reference) {
        Document document = document(DocumentKind.LINKED_SERVICE, reference);
        LinkedService service = within(document, () -> LinkedService.of(document));
        Arguments arguments = bind(service.parameters(), reference, "linked service '" + service.name() + "'");
        ObjectNode properties = evaluated(document, scopes.linkedService(arguments.json()));
        collectFrom(document, properties);
        return new JobSpec.Resource(service.name(), (ObjectNode) unwrapSecrets(properties));
    }

    /// Adds every linked service that a document refers to, besides the one that a dataset lies behind.
    private void collectFrom(Document document, ObjectNode properties) {
        for (Map.Entry<String, JsonNode> e : properties.properties()) {
            if (!e.getKey().equalsIgnoreCase("linkedServiceName")) {
                within(document, () -> {
                    collect(e.getValue(), "/properties/" + e.getKey());
                    return properties;
                });
            }
        }
    }

    /// Adds every linked service that is referred to anywhere in a value.
    private void collect(JsonNode node, String pointer) {
        Place place = new Place(node, pointer);
        boolean refers = node.isObject()
                && place.member("type").json().asString("").equalsIgnoreCase("LinkedServiceReference")
                && place.member("referenceName").present();
        if (refers) {
            Reference reference = Reference.of(place);
            String key = reference.name().toLowerCase(Locale.ROOT);
            boolean known = services.keySet().stream()
                    .anyMatch(n -> n.toLowerCase(Locale.ROOT).equals(key));
            if (!known && services.size() < MAX_SERVICES) {
                // Put first, so that services referring to each other do not go round.
                services.put(reference.name(), new JobSpec.Resource(reference.name(), Json.object()));
                services.put(reference.name(), linkedService(reference));
            }
        } else if (node.isObject()) {
            node.properties().forEach(e -> collect(e.getValue(), pointer + "/" + e.getKey()));
        } else if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(node.get(i), pointer + "/" + i);
            }
        }
    }

    private Document document(DocumentKind kind, Reference reference) {
        Document document = definitions.find(kind, reference.name());
        if (document == null) {
            throw DocumentFaults.REFERENCE_MISSING
                    .problem()
                    .at(reference.place().pointer() + "/referenceName")
                    .evidence("object", kind.word())
                    .evidence("name", reference.name())
                    .exception();
        }
        return document;
    }

    private static Arguments bind(Map<String, Parameter> declared, Reference reference, String owner) {
        Arguments arguments = Arguments.bind(
                declared, reference.parameters(), owner, reference.place().pointer() + "/parameters", false);
        if (!arguments.problems().isEmpty()) {
            throw new ProblemException(arguments.problems().getFirst());
        }
        return arguments;
    }

    /// A copy of a document's properties with its expressions evaluated and its parameter declarations left out.
    private static ObjectNode evaluated(Document document, Scope scope) {
        ObjectNode properties = Json.object();
        document.properties().members().forEach((name, place) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (EVALUATED.contains(lower)) {
                properties.set(
                        name, within(document, () -> Expressions.evaluate(place.json(), scope, place.pointer())));
            } else if (!lower.equals("parameters")) {
                properties.set(name, place.json());
            }
        });
        return properties;
    }

    /// A sealed argument that was put where a secure string's value stands takes the place of the whole.
    private static JsonNode unwrapSecrets(JsonNode node) {
        if (node.isObject()) {
            JsonNode value = Place.root(node).member("value").json();
            if (value.isObject() && SecretPlaces.isSealed(value)) {
                return value;
            }
            ObjectNode copy = Json.object();
            node.properties().forEach(e -> copy.set(e.getKey(), unwrapSecrets(e.getValue())));
            return copy;
        }
        if (node.isArray()) {
            ArrayNode copy = Json.array();
            node.forEach(child -> copy.add(unwrapSecrets(child)));
            return copy;
        }
        return node;
    }

    /// Says in which document a problem's pointer lies.
    private static <T> T within(Document document, Supplier<T> step) {
        try {
            return step.get();
        } catch (ProblemException e) {
            Problem problem = e.problem();
            if (!problem.location().startsWith("/")) {
                throw e;
            }
            String place = document.kind().word() + " '" + document.name() + "' " + problem.location();
            throw new ProblemException(new Problem(problem.fault(), problem.kind(), place, problem.evidence()), e);
        }
    }
}
