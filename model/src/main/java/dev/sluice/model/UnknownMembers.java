package dev.sluice.model;

import dev.sluice.diagnosis.FolderFaults;
import dev.sluice.diagnosis.Problem;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// Hints at members and types of a document that Data Factory's model does not know: most likely misspelt, and kept in
/// any case. Looks at documents, activities, copy sources and sinks, store and format settings, and locations; not at
/// what lies deeper.
public final class UnknownMembers {
    private static final Set<String> DOCUMENT = names(
            "name",
            "properties",
            "type",
            "id",
            "etag",
            "apiVersion",
            "dependsOn",
            "$schema",
            "location",
            "tags",
            "identity",
            "eTag",
            "systemData");
    private static final Set<String> PIPELINE = names(
            "description",
            "activities",
            "parameters",
            "variables",
            "concurrency",
            "annotations",
            "runDimensions",
            "folder",
            "policy",
            "lastPublishTime",
            "libraryVariables",
            "lastModifiedByObjectId");
    private static final Set<String> POLICY =
            names("timeout", "retry", "retryIntervalInSeconds", "secureInput", "secureOutput");

    /// Members that Synapse, Fabric and older or newer editors write besides those of the model.
    private static final Set<String> ANYWHERE = names(
            "type",
            "annotations",
            "description",
            "runtimeState",
            "folder",
            "schema",
            "structure",
            "externalReferences",
            "connectionSettings",
            "datasetSettings",
            "inputs",
            "outputs",
            "policy",
            "state",
            "onInactiveMarkAs",
            "authenticationType",
            "connectVia",
            "additionalColumns",
            "queryTimeout",
            "storeSettings",
            "formatSettings",
            "partitionOption",
            "maxConcurrentConnections",
            "typeProperties",
            "linkedServiceName",
            "snapshot",
            "cloudDataMovementUnits",
            "convertDecimalToInteger",
            "deleteFilesAfterCompletion",
            "recursive",
            "name");

    private final List<Problem> found = new ArrayList<>();

    private UnknownMembers() {}

    /// The hints for a document, in document order, at most [Validation#MAX_PROBLEMS].
    public static List<Problem> of(Document document) {
        UnknownMembers unknown = new UnknownMembers();
        unknown.document(document);
        return unknown.found.stream().limit(Validation.MAX_PROBLEMS).toList();
    }

    private void document(Document document) {
        if (document.kind() == DocumentKind.FACTORY || document.kind() == DocumentKind.GLOBAL_PARAMETER) {
            return;
        }
        within(document.root(), DOCUMENT, "a " + document.kind().word());
        Place properties = document.properties();
        switch (document.kind()) {
            case PIPELINE -> {
                within(properties, PIPELINE, "a pipeline's properties");
                activities(properties.member("activities"), 0);
            }
            case DATASET -> {
                typed(properties, KnownMembers.Group.DATASET, "dataset");
                typed(document.typeProperties().member("location"), KnownMembers.Group.LOCATION, "location");
            }
            case LINKED_SERVICE -> typed(properties, KnownMembers.Group.LINKED_SERVICE, "linked service");
            case TRIGGER -> typed(properties, KnownMembers.Group.TRIGGER, "trigger");
            case INTEGRATION_RUNTIME ->
                typed(properties, KnownMembers.Group.INTEGRATION_RUNTIME, "integration runtime");
            case DATA_FLOW -> typed(properties, KnownMembers.Group.DATA_FLOW, "data flow");
            case CREDENTIAL -> typed(properties, KnownMembers.Group.CREDENTIAL, "credential");
            case FACTORY, GLOBAL_PARAMETER, MANAGED_VIRTUAL_NETWORK, MANAGED_PRIVATE_ENDPOINT, CHANGE_DATA_CAPTURE -> {}
        }
    }

    private void activities(Place list, int depth) {
        if (!list.json().isArray() || depth > ActivityValidation.MAX_NESTING) {
            return;
        }
        for (Place activity : list.items()) {
            typed(activity, KnownMembers.Group.ACTIVITY, "activity");
            within(activity.member("policy"), POLICY, "an activity's policy");
            Place properties = activity.member("typeProperties");
            for (String side : List.of("source", "sink")) {
                boolean reads = side.equals("source");
                Place place = properties.member(side);
                typed(place, reads ? KnownMembers.Group.SOURCE : KnownMembers.Group.SINK, side);
                settings(place, reads);
            }
            settings(properties, true);
            InnerLists.of(activity).forEach(inner -> activities(inner, depth + 1));
        }
    }

    private void settings(Place place, boolean reads) {
        typed(
                place.member("storeSettings"),
                reads ? KnownMembers.Group.READ : KnownMembers.Group.WRITE,
                "store settings");
        typed(
                place.member("formatSettings"),
                reads ? KnownMembers.Group.FORMAT_READ : KnownMembers.Group.FORMAT_WRITE,
                "format settings");
    }

    private void typed(Place place, KnownMembers.Group group, String word) {
        Place type = place.member("type");
        if (!type.json().isString()
                || type.json().stringValue().startsWith("[")
                || ActivityValidation.isExpression(place.json())) {
            return;
        }
        String name = type.json().stringValue();
        // Before general availability these types were spelt without the last letter.
        var members = KnownMembers.of(group, name)
                .or(() -> name.endsWith("Setting") ? KnownMembers.of(group, name + "s") : java.util.Optional.empty());
        if (members.isEmpty()) {
            found.add(FolderFaults.TYPE_UNFAMILIAR
                    .problem()
                    .at(type.pointer())
                    .evidence("type", name)
                    .evidence("object", word)
                    .evidence("closest", closest(KnownMembers.closestType(group, name)))
                    .build());
            return;
        }
        String object = "the " + word + " type " + members.get().type();
        within(place, members.get().own(), object);
        if (!members.get().typeProperties().isEmpty()) {
            within(place.member("typeProperties"), members.get().typeProperties(), "typeProperties of " + object);
        }
    }

    private void within(Place place, Set<String> known, String object) {
        if (!place.json().isObject() || ActivityValidation.isExpression(place.json())) {
            return;
        }
        place.members().forEach((name, value) -> {
            if (!known.contains(name) && !ANYWHERE.contains(name)) {
                found.add(FolderFaults.MEMBER_UNKNOWN
                        .problem()
                        .at(value.pointer())
                        .evidence("member", name)
                        .evidence("object", object)
                        .evidence("closest", closest(KnownMembers.closest(known, name)))
                        .build());
            }
        });
    }

    private static String closest(@Nullable String name) {
        return name == null ? "" : " (did you mean '" + name + "'?)";
    }

    private static Set<String> names(String... names) {
        Set<String> set = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        set.addAll(List.of(names));
        return set;
    }
}
