package dev.sluice.local.deploy;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.secret.SecretPlaces;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Completes a document that is to replace one of a service with the masks of the secrets that the service holds and
/// the document does not say: sent back, a mask stands for the secret that is stored. So a folder without secrets can
/// be deployed again and again without losing any.
///
/// @param document completed
/// @param kept pointers of the secrets that the service keeps
/// @param missing pointers of masks for which there is nothing in the service
record KeptSecrets(Document document, List<String> kept, List<String> missing) {
    KeptSecrets {
        kept = List.copyOf(kept);
        missing = List.copyOf(missing);
    }

    /// Of a document that does not exist in the service yet.
    static KeptSecrets of(Document given) {
        List<String> missing = new ArrayList<>();
        masks(given.root(), missing);
        return new KeptSecrets(given, List.of(), missing);
    }

    /// @param stored as the service shows it, its secrets masked
    static KeptSecrets of(Document given, Document stored) {
        List<String> kept = new ArrayList<>();
        boolean same = given.type().equalsIgnoreCase(stored.type()) && connects(given.kind());
        JsonNode completed = complete(given.root(), stored.root(), same, kept);
        Document document = new Document(given.kind(), given.name(), (ObjectNode) completed);
        List<String> masks = new ArrayList<>();
        masks(document.root(), masks);
        masks.removeAll(kept);
        return new KeptSecrets(document, kept, masks);
    }

    private static boolean connects(DocumentKind kind) {
        return switch (kind) {
            case LINKED_SERVICE, INTEGRATION_RUNTIME, CREDENTIAL -> true;
            case FACTORY,
                    DATASET,
                    PIPELINE,
                    TRIGGER,
                    DATA_FLOW,
                    GLOBAL_PARAMETER,
                    MANAGED_VIRTUAL_NETWORK,
                    MANAGED_PRIVATE_ENDPOINT,
                    CHANGE_DATA_CAPTURE -> false;
        };
    }

    /// @param add whether secrets that the given document has no member for are kept, too
    private static JsonNode complete(Place given, Place stored, boolean add, List<String> kept) {
        JsonNode now = given.json();
        JsonNode old = stored.json();
        if (isMask(old) && (isMask(now) || withoutSecret(old).equals(now.asString("")))) {
            kept.add(given.pointer());
            return old;
        }
        if (now.isObject() && old.isObject()) {
            ObjectNode copy = Json.object();
            for (Map.Entry<String, Place> e : given.members().entrySet()) {
                Place other = stored.member(e.getKey());
                copy.set(
                        e.getKey(),
                        other.present()
                                ? complete(e.getValue(), other, add, kept)
                                : e.getValue().json());
            }
            if (add && given.pointer().toLowerCase(java.util.Locale.ROOT).contains("/typeproperties")) {
                stored.members().forEach((name, place) -> {
                    if (isMask(place.json()) && !given.member(name).present()) {
                        copy.set(name, place.json());
                        kept.add(given.member(name).pointer());
                    }
                });
            }
            return copy;
        }
        if (now.isArray() && old.isArray()) {
            ArrayNode copy = Json.array();
            List<Place> items = given.items();
            for (int i = 0; i < items.size(); i++) {
                copy.add(
                        i < old.size()
                                ? complete(items.get(i), stored.items().get(i), add, kept)
                                : items.get(i).json());
            }
            return copy;
        }
        return now;
    }

    /// Whether a value is a secret that is masked: the mask itself, a SecureString of it, or a text with it inside.
    private static boolean isMask(JsonNode value) {
        if (value.isObject()) {
            return Place.root(value).member("type").json().asString("").equalsIgnoreCase("SecureString")
                    && Place.root(value).member("value").json().asString("").equals(SecretPlaces.MASK);
        }
        return value.isString() && value.stringValue().contains(SecretPlaces.MASK);
    }

    /// A connection string without the parts that are masked, as folders keep it.
    private static String withoutSecret(JsonNode masked) {
        String mask = java.util.regex.Pattern.quote(SecretPlaces.MASK);
        return masked.asString("").replaceAll("\\s*[^;=]+=\\s*" + mask + "\\s*;?", "");
    }

    private static void masks(Place place, List<String> found) {
        if (isMask(place.json())) {
            found.add(place.pointer());
        } else if (place.json().isObject()) {
            place.members().values().forEach(child -> masks(child, found));
        } else if (place.json().isArray()) {
            place.items().forEach(child -> masks(child, found));
        }
    }
}
