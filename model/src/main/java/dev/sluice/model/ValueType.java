package dev.sluice.model;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// The types a parameter or variable may have. Written in any case; variables also say Integer and Boolean.
public enum ValueType {
    OBJECT("Object"),
    STRING("String"),
    INT("Int"),
    FLOAT("Float"),
    BOOL("Bool"),
    ARRAY("Array"),
    SECURE_STRING("SecureString");

    private final String word;

    ValueType(String word) {
        this.word = word;
    }

    /// As Data Factory writes it: `SecureString`.
    public String word() {
        return word;
    }

    public static Optional<ValueType> of(String text) {
        if (text.equalsIgnoreCase("Integer")) {
            return Optional.of(INT);
        }
        if (text.equalsIgnoreCase("Boolean")) {
            return Optional.of(BOOL);
        }
        return Arrays.stream(values())
                .filter(t -> t.word.equalsIgnoreCase(text))
                .findFirst();
    }

    static String words() {
        return Arrays.stream(values()).map(ValueType::word).collect(Collectors.joining(", "));
    }

    /// Whether a value is of this type. Null is of every type but Int, Float and Bool; a secure string is text or its
    /// sealed form.
    public boolean accepts(JsonNode value) {
        if (value.isNull()) {
            return this == STRING || this == OBJECT || this == ARRAY || this == SECURE_STRING;
        }
        return switch (this) {
            case OBJECT -> true;
            case STRING -> value.isString();
            case INT -> whole(value);
            case FLOAT -> value.isNumber();
            case BOOL -> value.isBoolean();
            case ARRAY -> value.isArray();
            case SECURE_STRING -> value.isString() || (value.isObject() && (value.has("sealed") || value.has("value")));
        };
    }

    private static boolean whole(JsonNode value) {
        return value.isIntegralNumber()
                || (value.isNumber()
                        && value.decimalValue().stripTrailingZeros().scale() <= 0);
    }

    /// The value as this type where a client could only send text (`"5"` for an Int, `"true"` for a Bool, JSON text for
    /// an Array or Object, a number or boolean for a String); empty when it is none of this type.
    public Optional<JsonNode> coerce(JsonNode value) {
        if (accepts(value)) {
            return Optional.of(value);
        }
        return switch (this) {
            case STRING ->
                value.isNumber() || value.isBoolean() ? Optional.of(Json.text(value.asString())) : Optional.empty();
            case INT, FLOAT, BOOL, ARRAY -> value.isString() ? reread(value.stringValue()) : Optional.empty();
            case OBJECT, SECURE_STRING -> Optional.empty();
        };
    }

    private Optional<JsonNode> reread(String text) {
        String plain = this == BOOL ? text.trim().toLowerCase(java.util.Locale.ROOT) : text.trim();
        try {
            return Optional.of(Json.parse(plain)).filter(this::accepts);
        } catch (dev.sluice.diagnosis.ProblemException notJson) {
            return Optional.empty();
        }
    }
}
