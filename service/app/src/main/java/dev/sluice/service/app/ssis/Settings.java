package dev.sluice.service.app.ssis;

import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.secret.SecretPlaces;
import dev.sluice.ssis.catalog.Setting;
import java.util.Optional;
import java.util.function.BiFunction;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Values on their way: as clients give them, as they are kept, as they are shown.
///
/// @param seal from factory and text to the sealed form of a secret
record Settings(BiFunction<String, String, ObjectNode> seal) {
    /// A value that a client gave: a text, number or flag, `{"type": "SecureString", "value": …}`, or what was sealed
    /// before.
    ///
    /// @param sensitive whether it is a secret however it is given
    Setting given(String factory, Place value, boolean sensitive) {
        JsonNode json = value.json();
        if (SecretPlaces.isSealed(json)) {
            return new Setting.Sealed(json.path("sealed").stringValue());
        }
        if (json.isObject()) {
            boolean secure = value.member("type").text().orElse("").equalsIgnoreCase("SecureString");
            if (!secure) {
                throw value.invalid("a text, a number, true or false, or a SecureString");
            }
            return given(factory, value.member("value"), true);
        }
        String text = text(value);
        return sensitive
                ? new Setting.Sealed(seal.apply(factory, text).path("sealed").stringValue())
                : new Setting.Plain(text);
    }

    private static String text(Place value) {
        JsonNode json = value.json();
        if (!value.present()) {
            throw value.missing();
        }
        if (json.isArray() || json.isObject()) {
            throw value.invalid("a text, a number, true or false, or a SecureString");
        }
        return json.isNumber() ? json.decimalValue().toPlainString() : json.asString();
    }

    /// As it is kept, and as it goes to a node.
    static JsonNode toJson(Setting setting) {
        return switch (setting) {
            case Setting.Plain(String text) -> Json.text(text);
            case Setting.Sealed(String envelope) -> SecretPlaces.sealed(envelope);
        };
    }

    static Optional<Setting> fromJson(JsonNode json) {
        if (SecretPlaces.isSealed(json)) {
            return Optional.of(new Setting.Sealed(json.path("sealed").stringValue()));
        }
        return json.isString() ? Optional.of(new Setting.Plain(json.stringValue())) : Optional.empty();
    }

    /// As it is shown: of a secret, nothing.
    static void show(ObjectNode json, String member, Setting setting) {
        switch (setting) {
            case Setting.Plain(String text) -> json.put(member, text);
            case Setting.Sealed sealed -> json.putNull(member);
        }
    }
}
