package dev.sluice.node.agent.job;

import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.model.secret.SecretPlaces;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// JSON of a job's spec as settings of plain Java values, secrets opened or fetched.
final class JobSettings {
    private final SecretOpener secrets;
    private final KeyVault vault;

    JobSettings(SecretOpener secrets, KeyVault vault) {
        this.secrets = secrets;
        this.vault = vault;
    }

    /// @param place document and JSON pointer of the object, for messages:
    ///     `dataset/Orders:/properties/typeProperties`
    /// @param object an object; anything else has no members
    Settings of(String place, JsonNode object) {
        return new Settings(place, members(object));
    }

    /// The same for a document that somebody else wrote: nothing in it stands for a secret.
    static Settings ofData(String place, JsonNode object) {
        return new Settings(place, dataMembers(object));
    }

    private static Map<String, @Nullable Object> dataMembers(JsonNode object) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        object.properties().forEach(member -> members.put(member.getKey(), data(member.getValue())));
        return members;
    }

    private static @Nullable Object data(JsonNode node) {
        if (node.isObject()) {
            return dataMembers(node);
        }
        if (node.isArray()) {
            List<@Nullable Object> items = new ArrayList<>();
            node.forEach(item -> items.add(data(item)));
            return items;
        }
        if (node.isNumber()) {
            return node.decimalValue();
        }
        return node.isBoolean() ? node.booleanValue() : node.isString() ? node.stringValue() : null;
    }

    private Map<String, @Nullable Object> members(JsonNode object) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            members.put(member.getKey(), value(member.getValue()));
        }
        return members;
    }

    private @Nullable Object value(JsonNode node) {
        if (SecretPlaces.isSealed(node)) {
            return new SecretValue(secrets.open(node.path("sealed").stringValue()));
        }
        if (KeyVault.refers(node)) {
            return vault.secret(node, this);
        }
        return switch (node.getNodeType()) {
            case STRING -> node.stringValue();
            case BOOLEAN -> node.booleanValue();
            case NUMBER -> node.decimalValue();
            case ARRAY -> {
                List<@Nullable Object> items = new ArrayList<>();
                node.forEach(item -> items.add(value(item)));
                yield items;
            }
            case OBJECT -> {
                if (isSecureString(node)) {
                    // In the clear: a development file, or a value that an expression brought.
                    yield new SecretValue(SecretPlaces.plain(node).orElse(""));
                }
                yield members(node);
            }
            case NULL, MISSING -> null;
            case BINARY, POJO -> throw new IllegalArgumentException("JSON text has no " + node.getNodeType());
        };
    }

    private static boolean isSecureString(JsonNode node) {
        return SecretPlaces.plain(node).isPresent();
    }
}
