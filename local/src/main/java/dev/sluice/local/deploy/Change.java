package dev.sluice.local.deploy;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What is to be done about one document.
///
/// @param document as it is to be sent; what is deleted as the service has it
/// @param etag of what it replaces; null for what is new
/// @param differences what is changed, secrets masked; empty for what is new or deleted
/// @param drift what was done to it in the service since the last deployment; null for nothing
/// @param kept pointers of secrets that stay as the service has them
record Change(
        Action action,
        Document document,
        @Nullable String etag,
        List<Difference> differences,
        @Nullable String drift,
        List<String> kept) {
    enum Action {
        CREATE("+"),
        CHANGE("~"),
        DELETE("-"),
        NONE(" ");

        private final String sign;

        Action(String sign) {
            this.sign = sign;
        }

        String sign() {
            return sign;
        }

        String word() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    Change {
        differences = List.copyOf(differences);
        kept = List.copyOf(kept);
    }

    DocumentKind kind() {
        return document.kind();
    }

    String name() {
        return document.name();
    }

    String key() {
        return Resource.key(document);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("action", action.word());
        json.put("type", kind().folder());
        json.put("name", name());
        if (!differences.isEmpty()) {
            ArrayNode list = json.putArray("differences");
            differences.forEach(d -> list.add(d.toJson()));
        }
        if (!kept.isEmpty()) {
            ArrayNode list = json.putArray("keptSecrets");
            kept.forEach(list::add);
        }
        if (drift != null) {
            json.put("drift", drift);
        }
        return json;
    }
}
