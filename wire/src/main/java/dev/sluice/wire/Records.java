package dev.sluice.wire;

import dev.sluice.model.Json;
import java.lang.invoke.MethodType;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.net.URI;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Records as JSON: every component a member of its name, in order. Texts, numbers, truth values, instants, addresses,
/// enums, trees, lists, maps by text, and records of these; nothing else. Thread-safe.
final class Records {
    private static final ClassValue<Shape> SHAPES = new ClassValue<>() {
        @Override
        protected Shape computeValue(Class<?> type) {
            return Shape.of(type);
        }
    };

    private Records() {}

    /// A record's canonical constructor and its components.
    private record Shape(Constructor<?> constructor, RecordComponent[] components) {
        static Shape of(Class<?> type) {
            RecordComponent[] components = type.getRecordComponents();
            if (components == null) {
                throw new IllegalArgumentException(type.getName() + " is no record");
            }
            Class<?>[] types = new Class<?>[components.length];
            for (int i = 0; i < types.length; i++) {
                types[i] = components[i].getType();
                components[i].getAccessor().setAccessible(true);
            }
            try {
                Constructor<?> canonical = type.getDeclaredConstructor(types);
                canonical.setAccessible(true);
                return new Shape(canonical, components);
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException("every record has its canonical constructor", e);
            }
        }
    }

    /// What was read is not what a record needs.
    static final class MismatchException extends RuntimeException {
        private static final long serialVersionUID = 1;

        MismatchException(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    static JsonNode toJson(@Nullable Object value) {
        return switch (value) {
            case null -> Json.nothing();
            case JsonNode json -> json;
            case String text -> Json.text(text);
            case Integer n -> Json.object().numberNode(n.intValue());
            case Long n -> Json.object().numberNode(n.longValue());
            case Double n -> Json.object().numberNode(n.doubleValue());
            case Boolean b -> Json.object().booleanNode(b);
            case Instant instant -> Json.text(DateTimeFormatter.ISO_INSTANT.format(instant));
            case URI uri -> Json.text(uri.toString());
            case Enum<?> constant -> Json.text(constant.name());
            case List<?> list -> list(list);
            case Map<?, ?> map -> map(map);
            case Record r -> members(r);
            default -> throw new IllegalArgumentException("no JSON for " + value.getClass());
        };
    }

    private static ArrayNode list(List<?> list) {
        ArrayNode array = Json.array();
        list.forEach(element -> array.add(toJson(element)));
        return array;
    }

    private static ObjectNode map(Map<?, ?> map) {
        ObjectNode object = Json.object();
        map.forEach((key, value) -> object.set(String.valueOf(key), toJson(value)));
        return object;
    }

    private static ObjectNode members(Record r) {
        ObjectNode object = Json.object();
        for (RecordComponent component : SHAPES.get(r.getClass()).components()) {
            try {
                object.set(component.getName(), toJson(component.getAccessor().invoke(r)));
            } catch (IllegalAccessException | InvocationTargetException e) {
                throw new IllegalStateException("a record's accessor fails", e);
            }
        }
        return object;
    }

    /// @throws MismatchException when the JSON does not have what the record needs; the message names the member
    static <T> T fromJson(JsonNode json, Class<T> type) {
        return type.cast(record(json, type, ""));
    }

    private static Object record(JsonNode json, Class<?> type, String pointer) {
        if (!json.isObject()) {
            throw mismatch(pointer, "an object");
        }
        Shape shape = SHAPES.get(type);
        Object[] values = new Object[shape.components().length];
        for (int i = 0; i < values.length; i++) {
            RecordComponent component = shape.components()[i];
            JsonNode member = json.path(component.getName());
            values[i] = value(member, component.getGenericType(), pointer + "/" + component.getName());
        }
        try {
            return shape.constructor().newInstance(values);
        } catch (InvocationTargetException e) {
            // A record that refuses what it is given; mostly a list that is absent.
            throw new MismatchException(
                    (pointer.isEmpty() ? "the message" : pointer) + " lacks a member, or has a wrong one",
                    e.getCause());
        } catch (InstantiationException | IllegalAccessException e) {
            throw new IllegalStateException("a record's constructor fails", e);
        }
    }

    /// Absent and null are a type's neutral value.
    private static @Nullable Object value(JsonNode json, Type type, String pointer) {
        if (type instanceof ParameterizedType generic) {
            Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
            return json.isMissingNode() || json.isNull()
                    ? null
                    : generic.getRawType() == Map.class ? map(json, last, pointer) : list(json, last, pointer);
        }
        // A list of numbers holds them boxed; that is the same JSON.
        Class<?> plain = MethodType.methodType((Class<?>) type).unwrap().returnType();
        if (JsonNode.class.isAssignableFrom(plain)) {
            return json.isMissingNode() ? null : plain.isInstance(json) ? json : mismatched(pointer, "an object");
        }
        if (json.isMissingNode() || json.isNull()) {
            return neutral((Class<?>) type);
        }
        if (plain.isRecord()) {
            return record(json, plain, pointer);
        }
        if (plain == boolean.class) {
            return json.isBoolean() ? json.booleanValue() : mismatched(pointer, "true or false");
        }
        return plain.isPrimitive() ? number(json, plain, pointer) : text(json, plain, pointer);
    }

    private static @Nullable Object neutral(Class<?> type) {
        return type == int.class
                ? (Object) 0
                : type == long.class ? (Object) 0L : type == double.class ? 0.0 : type == boolean.class ? false : null;
    }

    private static Object number(JsonNode json, Class<?> type, String pointer) {
        if (!json.isNumber()) {
            throw mismatch(pointer, "a number");
        }
        if (type == double.class) {
            return json.decimalValue().doubleValue();
        }
        try {
            return type == int.class
                    ? (Object) json.decimalValue().intValueExact()
                    : json.decimalValue().longValueExact();
        } catch (ArithmeticException e) {
            throw new MismatchException(pointer + " is not a whole number of its range", e);
        }
    }

    private static Object text(JsonNode json, Class<?> type, String pointer) {
        if (!json.isString()) {
            throw mismatch(pointer, "a string");
        }
        String text = json.stringValue();
        try {
            if (type == String.class) {
                return text;
            }
            if (type == Instant.class) {
                return Instant.parse(text);
            }
            if (type == URI.class) {
                return URI.create(text);
            }
        } catch (RuntimeException e) {
            throw new MismatchException(pointer + " is not written as it should be", e);
        }
        Object[] constants = type.getEnumConstants();
        if (constants == null) {
            throw new IllegalArgumentException("no JSON for " + type);
        }
        for (Object constant : constants) {
            if (((Enum<?>) constant).name().equals(text)) {
                return constant;
            }
        }
        throw mismatch(pointer, "one of the words known here");
    }

    private static List<Object> list(JsonNode json, Type element, String pointer) {
        if (!json.isArray()) {
            throw mismatch(pointer, "an array");
        }
        List<Object> list = new ArrayList<>(json.size());
        for (int i = 0; i < json.size(); i++) {
            Object value = value(json.get(i), element, pointer + "/" + i);
            list.add(value == null ? mismatched(pointer + "/" + i, "not null") : value);
        }
        return list;
    }

    private static Map<String, Object> map(JsonNode json, Type element, String pointer) {
        if (!json.isObject()) {
            throw mismatch(pointer, "an object");
        }
        Map<String, Object> map = new LinkedHashMap<>();
        json.properties().forEach(member -> {
            Object value = value(member.getValue(), element, pointer + "/…");
            map.put(member.getKey(), value == null ? mismatched(pointer + "/…", "not null") : value);
        });
        return map;
    }

    private static Object mismatched(String pointer, String expected) {
        throw mismatch(pointer, expected);
    }

    private static MismatchException mismatch(String pointer, String expected) {
        return new MismatchException((pointer.isEmpty() ? "the message" : pointer) + " must be " + expected, null);
    }
}
