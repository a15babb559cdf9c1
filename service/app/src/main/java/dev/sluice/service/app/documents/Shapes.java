package dev.sluice.service.app.documents;

import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.Timestamps;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.store.StoredDocument;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Between the body a client sends or sees and the document that is stored. The envelope (`id`, `name`, `type`,
/// `etag`) is the service's; everything else is the client's and comes back as it was given, secrets masked.
final class Shapes {
    private static final Set<String> ENVELOPE = Set.of("id", "name", "type", "etag");

    private Shapes() {}

    /// What is kept of a body.
    static ObjectNode kept(DocumentKind kind, ObjectNode body) {
        ObjectNode kept = Json.object();
        body.properties().forEach(e -> {
            if (!ENVELOPE.contains(e.getKey().toLowerCase(Locale.ROOT))) {
                kept.set(e.getKey(), e.getValue());
            }
        });
        if (kept.get("properties") instanceof ObjectNode properties) {
            kept.set("properties", without(properties, own(kind)));
        }
        return kind == DocumentKind.TRIGGER ? TriggerRules.withoutState(kept) : kept;
    }

    /// Properties, in lower case, that are the service's to say; a client that sends them back means nothing by it.
    private static Set<String> own(DocumentKind kind) {
        return switch (kind) {
            case FACTORY -> Set.of("provisioningstate", "createtime", "version");
            case MANAGED_PRIVATE_ENDPOINT -> Set.of("provisioningstate", "connectionstate", "isreserved");
            case MANAGED_VIRTUAL_NETWORK -> Set.of("alias", "vnetid");
            case CHANGE_DATA_CAPTURE -> Set.of("status");
            case INTEGRATION_RUNTIME,
                    LINKED_SERVICE,
                    DATASET,
                    PIPELINE,
                    TRIGGER,
                    DATA_FLOW,
                    CREDENTIAL,
                    GLOBAL_PARAMETER -> Set.of();
        };
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

    static Answer answer(ObjectNode shown, StoredDocument stored) {
        return Answer.ok(shown).with("ETag", "\"" + stored.etag() + "\"");
    }

    /// @param factory the one it is in
    static ObjectNode resource(StoredDocument factory, StoredDocument stored) {
        DocumentKind kind = stored.document().kind();
        String name = stored.document().name();
        ObjectNode json = Json.object();
        json.put("id", Paths.id(factory, kind, name));
        json.put("name", name.substring(name.lastIndexOf('/') + 1));
        json.put("type", kind.resourceType());
        json.put("etag", stored.etag());
        json.setAll(Sealing.masked(stored.document()));
        if (json.get("properties") instanceof ObjectNode properties) {
            addOwn(kind, properties);
        }
        return json;
    }

    private static void addOwn(DocumentKind kind, ObjectNode properties) {
        if (kind == DocumentKind.MANAGED_PRIVATE_ENDPOINT) {
            properties.put("provisioningState", "Succeeded");
            properties
                    .putObject("connectionState")
                    .put("status", "Disconnected")
                    .put("description", "Nodes reach stores through the network they stand in.")
                    .put("actionsRequired", "None");
        } else if (kind == DocumentKind.CHANGE_DATA_CAPTURE) {
            properties.put("status", "Stopped");
        }
    }

    static ObjectNode factory(StoredDocument stored) {
        ObjectNode kept = Sealing.masked(stored.document());
        ObjectNode json = Json.object();
        json.put("name", stored.document().name());
        json.put("id", Paths.id(stored));
        json.put("type", DocumentKind.FACTORY.resourceType());
        ObjectNode properties = json.putObject("properties");
        properties.put("provisioningState", "Succeeded");
        properties.put("createTime", Timestamps.format(stored.created()));
        properties.put("version", "2018-06-01");
        JsonNode given = Place.root(kept).member("properties").json();
        if (given instanceof ObjectNode own) {
            properties.setAll(own);
        }
        json.put("eTag", stored.etag());
        json.put("location", "local");
        kept.properties().forEach(e -> {
            if (!e.getKey().equalsIgnoreCase("properties") && !e.getValue().isNull()) {
                json.set(e.getKey(), e.getValue());
            }
        });
        return json;
    }
}
