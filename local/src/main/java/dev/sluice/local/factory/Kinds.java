package dev.sluice.local.factory;

import dev.sluice.model.DocumentKind;
import dev.sluice.model.Place;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Tells what a JSON file holds: by the folder it lies in, by its `type`, and else by what it looks like.
final class Kinds {
    private static final List<String> DATA_FLOWS = List.of("mappingdataflow", "wranglingdataflow", "flowlet");
    private static final List<String> CREDENTIALS = List.of("managedidentity", "serviceprincipal");

    private Kinds() {}

    /// The kind that a folder of that name holds: `pipeline`, also `pipelines`, in any case.
    static Optional<DocumentKind> ofFolder(@Nullable Path folder) {
        String name = folder == null ? "" : folder.toString().toLowerCase(Locale.ROOT);
        return Arrays.stream(DocumentKind.values())
                .filter(kind -> kind != DocumentKind.GLOBAL_PARAMETER)
                .filter(kind -> {
                    String word = kind.folder().toLowerCase(Locale.ROOT);
                    return name.equals(word) || name.equals(kind.path()) || name.equals(word + "s");
                })
                .findFirst();
    }

    /// The kind of a resource type such as `Microsoft.DataFactory/factories/pipelines`, of Synapse too.
    static Optional<DocumentKind> ofResourceType(String type) {
        String lower = type.toLowerCase(Locale.ROOT);
        if (lower.equals("microsoft.datafactory/factories")) {
            return Optional.of(DocumentKind.FACTORY);
        }
        for (String provider : List.of("microsoft.datafactory/factories/", "microsoft.synapse/workspaces/")) {
            if (lower.startsWith(provider)) {
                // The last segment: private endpoints stand in their network.
                String path = lower.substring(lower.lastIndexOf('/') + 1);
                return DocumentKind.byPath(path).filter(kind -> kind != DocumentKind.FACTORY);
            }
        }
        return Optional.empty();
    }

    /// The kind that a document looks like; empty for what is no document of a factory.
    static Optional<DocumentKind> ofContent(JsonNode json) {
        Place root = Place.root(json);
        Optional<DocumentKind> typed = ofResourceType(root.member("type").json().asString(""));
        if (typed.isPresent()) {
            return typed;
        }
        Place properties = root.member("properties");
        if (!properties.json().isObject()) {
            return Optional.empty();
        }
        if (properties.member("activities").json().isArray()) {
            return Optional.of(DocumentKind.PIPELINE);
        }
        String type = properties.member("type").json().asString("").toLowerCase(Locale.ROOT);
        if (type.isEmpty()) {
            return Optional.empty();
        }
        if (DATA_FLOWS.contains(type)) {
            return Optional.of(DocumentKind.DATA_FLOW);
        }
        if (type.endsWith("trigger")) {
            return Optional.of(DocumentKind.TRIGGER);
        }
        if (type.equals("selfhosted") || type.equals("managed")) {
            return Optional.of(DocumentKind.INTEGRATION_RUNTIME);
        }
        if (properties.member("linkedServiceName").json().isObject()) {
            return Optional.of(DocumentKind.DATASET);
        }
        if (!properties.member("typeProperties").json().isObject()) {
            return Optional.empty();
        }
        return Optional.of(CREDENTIALS.contains(type) ? DocumentKind.CREDENTIAL : DocumentKind.LINKED_SERVICE);
    }

    /// Whether it is an ARM template.
    static boolean isTemplate(JsonNode json) {
        return json.path("resources").isArray()
                && (json.path("$schema").asString("").toLowerCase(Locale.ROOT).contains("deploymenttemplate.json")
                        || json.has("contentVersion"));
    }
}
