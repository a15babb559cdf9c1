package dev.sluice.expression;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/// The arguments of one call, evaluated when first asked for, and the kinds in which functions want them. A wrong
/// kind is a [Refusal] that names the argument.
final class Arguments {
    private static final String[] ORDINALS = {"first", "second", "third", "fourth", "fifth"};

    private final Evaluation evaluation;
    private final List<Tree> trees;
    private final @Nullable JsonNode[] values;

    Arguments(Evaluation evaluation, List<Tree> trees) {
        this.evaluation = evaluation;
        this.trees = trees;
        this.values = new @Nullable JsonNode[trees.size()];
    }

    int size() {
        return trees.size();
    }

    Scope scope() {
        return evaluation.scope();
    }

    Limits limits() {
        return evaluation.scope().limits();
    }

    JsonNode get(int index) {
        JsonNode value = values[index];
        if (value == null) {
            value = evaluation.value(trees.get(index));
            values[index] = value;
        }
        return value;
    }

    List<JsonNode> all() {
        List<JsonNode> all = new ArrayList<>(size());
        for (int i = 0; i < size(); i++) {
            all.add(get(i));
        }
        return all;
    }

    /// A string, exactly.
    String text(int index) {
        JsonNode value = get(index);
        if (!value.isString()) {
            throw wrong(index, "a string");
        }
        return value.stringValue();
    }

    /// An optional trailing string; null when not given or given as null.
    @Nullable
    String textOrNull(int index) {
        return index >= size() || get(index).isNull() ? null : text(index);
    }

    /// An integer, exactly.
    long integer(int index) {
        JsonNode value = get(index);
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(index, "an integer");
        }
        return value.longValue();
    }

    /// An integer that fits an index or a count.
    int count(int index) {
        long value = integer(index);
        if (value < 0 || value > Integer.MAX_VALUE) {
            throw new Refusal(
                    index,
                    "expects its " + ordinal(index) + " parameter to be between 0 and 2147483647; it is " + value
                            + ".");
        }
        return (int) value;
    }

    boolean bool(int index) {
        JsonNode value = get(index);
        if (!value.isBoolean()) {
            throw wrong(index, "a boolean");
        }
        return value.booleanValue();
    }

    JsonNode number(int index) {
        JsonNode value = get(index);
        if (!value.isNumber()) {
            throw wrong(index, "an integer or a decimal number");
        }
        return value;
    }

    JsonNode array(int index) {
        JsonNode value = get(index);
        if (!value.isArray()) {
            throw wrong(index, "an array");
        }
        return value;
    }

    ArrayNode newArray() {
        return JsonNodeFactory.instance.arrayNode();
    }

    Refusal wrong(int index, String expected) {
        return new Refusal(index, Coercion.wrongType(index, expected, get(index)));
    }

    static String ordinal(int index) {
        return index < ORDINALS.length ? ORDINALS[index] : "number " + (index + 1);
    }
}
