package dev.sluice.local.deploy;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.secret.Secret;
import dev.sluice.model.secret.SecretPlaces;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// What of a document counts when two are compared: its `properties`, secrets masked, without what only a service says
/// (`etag`, `runtimeState`, `provisioningState` …). The order and case of member names, the order of activities and
/// dependencies, the way a number is written, `null` and lists that may as well be missing make no difference.
final class Content {
    private static final int DIGEST_BYTES = 10;

    /// Lists that mean the same when they are empty and when they are missing.
    private static final Set<String> EMPTY_IS_MISSING = Set.of(
            "annotations",
            "dependson",
            "userproperties",
            "parameters",
            "variables",
            "inputs",
            "outputs",
            "globalparameters",
            "tags");

    /// Lists whose order means nothing; by which member their items are known.
    private static final Map<String, String> UNORDERED = Map.of(
            "activities", "name",
            "iftrueactivities", "name",
            "iffalseactivities", "name",
            "defaultactivities", "name",
            "dependson", "activity",
            "dependencyconditions", "");

    private Content() {}

    /// The normal form of a document.
    static ObjectNode of(Document document) {
        JsonNode masked = masked(document);
        JsonNode properties = Place.root(masked).member("properties").json();
        ObjectNode counted =
                properties instanceof ObjectNode own ? without(own, ofService(document.kind())) : Json.object();
        return normal(counted);
    }

    /// A short digest of a normal form, to see later whether it is still the same.
    static String digest(ObjectNode content) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(Json.write(content).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, DIGEST_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// The document with its secrets masked, as a service shows it: documents that describe connections are searched
    /// for everything that looks like a secret, of others only what is declared to be one counts.
    static JsonNode masked(Document document) {
        ObjectNode json = document.json();
        return switch (document.kind()) {
            case FACTORY, INTEGRATION_RUNTIME, LINKED_SERVICE, CREDENTIAL -> SecretPlaces.masked(json);
            case DATASET,
                    PIPELINE,
                    TRIGGER,
                    DATA_FLOW,
                    GLOBAL_PARAMETER,
                    MANAGED_VIRTUAL_NETWORK,
                    MANAGED_PRIVATE_ENDPOINT,
                    CHANGE_DATA_CAPTURE -> SecretPlaces.replace(json, s -> declared(s) ? mask(s) : asGiven(s));
        };
    }

    /// Whether a document holds a secret in the clear.
    static boolean holdsSecret(Document document) {
        boolean connection = switch (document.kind()) {
            case FACTORY, INTEGRATION_RUNTIME, LINKED_SERVICE, CREDENTIAL -> true;
            case DATASET,
                    PIPELINE,
                    TRIGGER,
                    DATA_FLOW,
                    GLOBAL_PARAMETER,
                    MANAGED_VIRTUAL_NETWORK,
                    MANAGED_PRIVATE_ENDPOINT,
                    CHANGE_DATA_CAPTURE -> false;
        };
        return SecretPlaces.find(document.json()).stream().anyMatch(s -> connection || declared(s));
    }

    private static boolean declared(Secret secret) {
        return !secret.value().startsWith("@")
                && (secret.form() == Secret.Form.SECURE_STRING
                        || secret.pointer().endsWith("/defaultValue"));
    }

    private static JsonNode mask(Secret secret) {
        return secret.form() == Secret.Form.SECURE_STRING ? secure(SecretPlaces.MASK) : Json.text(secret.shown());
    }

    private static JsonNode asGiven(Secret secret) {
        return secret.form() == Secret.Form.SECURE_STRING ? secure(secret.value()) : Json.text(secret.value());
    }

    private static ObjectNode secure(String value) {
        return Json.object().put("type", "SecureString").put("value", value);
    }

    private static Set<String> ofService(DocumentKind kind) {
        return switch (kind) {
            case FACTORY ->
                Set.of("provisioningstate", "createtime", "version", Deployed.MEMBER.toLowerCase(Locale.ROOT));
            case TRIGGER -> Set.of("runtimestate");
            case MANAGED_PRIVATE_ENDPOINT -> Set.of("provisioningstate", "connectionstate", "isreserved");
            case MANAGED_VIRTUAL_NETWORK -> Set.of("alias", "vnetid");
            case CHANGE_DATA_CAPTURE -> Set.of("status");
            case INTEGRATION_RUNTIME -> Set.of("state");
            case LINKED_SERVICE, DATASET, PIPELINE, DATA_FLOW, CREDENTIAL, GLOBAL_PARAMETER -> Set.of();
        };
    }

    /// What is sent and kept: the `properties` as they were given, without what is the service's to say.
    static ObjectNode properties(Document document) {
        JsonNode properties = document.properties().json();
        return properties instanceof ObjectNode own ? without(own, ofService(document.kind())) : Json.object();
    }

    private static ObjectNode without(ObjectNode json, Set<String> names) {
        ObjectNode rest = Json.object();
        json.properties().forEach(e -> {
            if (!names.contains(e.getKey().toLowerCase(Locale.ROOT))) {
                rest.set(e.getKey(), e.getValue());
            }
        });
        return rest;
    }

    /// The normal form of any object.
    static ObjectNode normal(ObjectNode json) {
        return (ObjectNode) normal(json, "");
    }

    private static JsonNode normal(JsonNode json, String member) {
        if (json.isObject()) {
            Map<String, Map.Entry<String, JsonNode>> sorted = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
            json.properties().forEach(e -> {
                if (!e.getValue().isNull() && !missing(e.getKey(), e.getValue())) {
                    sorted.put(e.getKey(), e);
                }
            });
            ObjectNode copy = Json.object();
            sorted.values().forEach(e -> copy.set(e.getKey(), normal(e.getValue(), e.getKey())));
            return copy;
        }
        if (json.isArray()) {
            List<JsonNode> items = new ArrayList<>();
            json.forEach(item -> items.add(normal(item, "")));
            String by = UNORDERED.get(member.toLowerCase(Locale.ROOT));
            if (by != null) {
                items.sort(Comparator.comparing(item -> by.isEmpty()
                        ? item.asString("")
                        : Place.root(item).member(by).json().asString("")));
            }
            return Json.array().addAll(items);
        }
        if (json.isNumber()) {
            BigDecimal value = json.decimalValue();
            return JsonNodeFactory.instance.numberNode(
                    value.signum() == 0 ? BigDecimal.ZERO : value.stripTrailingZeros());
        }
        return json;
    }

    private static boolean missing(String name, JsonNode value) {
        return value.isContainer() && value.isEmpty() && EMPTY_IS_MISSING.contains(name.toLowerCase(Locale.ROOT));
    }

    /// By what the items of a list are known, if they all have such a member.
    static String key(ArrayNode list) {
        for (String member : List.of("name", "activity", "value")) {
            boolean all = !list.isEmpty()
                    && list.valueStream()
                            .allMatch(i -> Place.root(i).member(member).json().isString());
            long different = list.valueStream()
                    .map(i -> Place.root(i).member(member).json().asString(""))
                    .distinct()
                    .count();
            if (all && different == list.size()) {
                return member;
            }
        }
        return "";
    }
}
