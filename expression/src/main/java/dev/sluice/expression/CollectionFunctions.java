package dev.sluice.expression;

import static dev.sluice.expression.NamedFunction.function;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/// Functions on arrays, objects, and text as a collection of characters.
final class CollectionFunctions {
    static final List<NamedFunction> TABLE = List.of(
            function("contains", 2, CollectionFunctions::contains),
            function("empty", 1, CollectionFunctions::empty),
            function("first", 1, a -> element(a, true)),
            function("last", 1, a -> element(a, false)),
            function("intersection", 1, NamedFunction.MANY, CollectionFunctions::intersection),
            function("union", 1, NamedFunction.MANY, CollectionFunctions::union),
            function("join", 2, CollectionFunctions::join),
            function("length", 1, CollectionFunctions::length),
            function("skip", 2, CollectionFunctions::skip),
            function("take", 2, CollectionFunctions::take));

    private CollectionFunctions() {}

    private static JsonNode contains(Arguments a) {
        JsonNode collection = a.get(0);
        if (collection.isString()) {
            return BooleanNode.valueOf(collection.stringValue().contains(Coercion.display(a.get(1), a.limits())));
        }
        if (collection.isObject()) {
            return BooleanNode.valueOf(collection.get(a.text(1)) != null);
        }
        if (collection.isArray()) {
            JsonNode wanted = a.get(1);
            return BooleanNode.valueOf(collection.valueStream().anyMatch(value -> Comparison.same(value, wanted)));
        }
        throw a.wrong(0, "a dictionary, an array or a string");
    }

    private static JsonNode empty(Arguments a) {
        JsonNode collection = a.get(0);
        if (collection.isNull()) {
            return BooleanNode.TRUE;
        }
        if (collection.isString()) {
            return BooleanNode.valueOf(collection.stringValue().isEmpty());
        }
        if (collection.isContainer()) {
            return BooleanNode.valueOf(collection.isEmpty());
        }
        throw a.wrong(0, "a string, an array or an object");
    }

    private static JsonNode element(Arguments a, boolean first) {
        JsonNode collection = a.get(0);
        if (collection.isString()) {
            String text = collection.stringValue();
            int at = first ? 0 : text.length() - 1;
            return text.isEmpty() ? collection : StringNode.valueOf(text.substring(at, at + 1));
        }
        JsonNode array = arrayOrText(a);
        return array.isEmpty() ? NullNode.getInstance() : array.get(first ? 0 : array.size() - 1);
    }

    private static JsonNode length(Arguments a) {
        JsonNode collection = a.get(0);
        return IntNode.valueOf(
                collection.isString()
                        ? collection.stringValue().length()
                        : arrayOrText(a).size());
    }

    private static JsonNode arrayOrText(Arguments a) {
        if (!a.get(0).isArray()) {
            throw a.wrong(0, "an array or a string");
        }
        return a.get(0);
    }

    private static JsonNode join(Arguments a) {
        JsonNode array = a.array(0);
        String delimiter = a.text(1);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < array.size(); i++) {
            if (i > 0) {
                Bounds.append(out, delimiter, a.limits());
            }
            Bounds.append(out, Coercion.display(array.get(i), a.limits()), a.limits());
        }
        return StringNode.valueOf(out.toString());
    }

    private static JsonNode skip(Arguments a) {
        JsonNode array = a.array(0);
        return part(array, Math.min(a.count(1), array.size()), array.size());
    }

    private static JsonNode take(Arguments a) {
        int count = a.count(1);
        if (a.get(0).isString()) {
            String text = a.text(0);
            return StringNode.valueOf(text.substring(0, Math.min(count, text.length())));
        }
        JsonNode array = arrayOrText(a);
        return part(array, 0, Math.min(count, array.size()));
    }

    private static JsonNode part(JsonNode array, int from, int to) {
        ArrayNode part = JsonNodeFactory.instance.arrayNode(to - from);
        for (int i = from; i < to; i++) {
            part.add(array.get(i));
        }
        return part;
    }

    private static JsonNode intersection(Arguments a) {
        List<JsonNode> collections = alike(a);
        if (collections.getFirst().isObject()) {
            ObjectNode common = JsonNodeFactory.instance.objectNode();
            collections.getFirst().properties().forEach(member -> {
                if (collections.stream().allMatch(other -> has(other, member))) {
                    common.set(member.getKey(), member.getValue());
                }
            });
            return common;
        }
        Map<JsonNode, JsonNode> common = distinct(collections.getFirst());
        for (JsonNode other : collections.subList(1, collections.size())) {
            common.keySet().retainAll(distinct(other).keySet());
        }
        return array(common);
    }

    private static boolean has(JsonNode object, Map.Entry<String, JsonNode> member) {
        JsonNode value = object.get(member.getKey());
        return value != null && Comparison.same(value, member.getValue());
    }

    private static JsonNode union(Arguments a) {
        List<JsonNode> collections = alike(a);
        if (collections.getFirst().isObject()) {
            ObjectNode all = JsonNodeFactory.instance.objectNode();
            collections.forEach(
                    object -> object.properties().forEach(member -> all.set(member.getKey(), member.getValue())));
            return all;
        }
        Map<JsonNode, JsonNode> all = new LinkedHashMap<>();
        for (JsonNode collection : collections) {
            distinct(collection).forEach(all::putIfAbsent);
            Bounds.elements(all.size(), a.limits());
        }
        return array(all);
    }

    private static List<JsonNode> alike(Arguments a) {
        List<JsonNode> collections = new ArrayList<>();
        for (int i = 0; i < a.size(); i++) {
            JsonNode collection = a.get(i);
            if (!collection.isContainer() || collection.isArray() != a.get(0).isArray()) {
                throw a.wrong(i, "an array or an object, like the others");
            }
            collections.add(collection);
        }
        return collections;
    }

    /// The elements by a form in which equal values are equal keys, in order.
    private static Map<JsonNode, JsonNode> distinct(JsonNode array) {
        Map<JsonNode, JsonNode> distinct = new LinkedHashMap<>();
        array.forEach(value -> distinct.putIfAbsent(Comparison.canonical(value), value));
        return distinct;
    }

    private static ArrayNode array(Map<JsonNode, JsonNode> elements) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode(elements.size());
        elements.values().forEach(array::add);
        return array;
    }
}
