package dev.sluice.expression;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/// Evaluates a whole JSON value in which expressions stand, at any depth: `"@…"` strings, strings with `@{…}`,
/// and `{"value": "@…", "type": "Expression"}` objects, which are replaced by the value. Member names are never
/// evaluated, and what an expression returns is never evaluated again. Problems inside a `SecureString` do not
/// repeat its text.
public final class Expressions {
    private Expressions() {}

    /// The value with every expression in it evaluated. Parts without expressions are returned as they are (the
    /// same nodes, not copies); nothing passed in is changed.
    ///
    /// @throws ProblemException as [Expression#parse] and [Expression#evaluate], located by the JSON pointer of
    ///     the string within `value`
    public static JsonNode evaluate(JsonNode value, Scope scope) {
        return evaluate(value, scope, "");
    }

    /// As [#evaluate(JsonNode, Scope)], with the JSON pointer of `value` within its document, e.g.
    /// `/properties/activities/0/typeProperties`, put in front of each problem's location.
    public static JsonNode evaluate(JsonNode value, Scope scope, String pointer) {
        return evaluate(value, scope, pointer, 0);
    }

    /// Parses every expression in the value and evaluates none: the check when a document is saved.
    ///
    /// @throws ProblemException for the first expression that is not valid, located by its JSON pointer
    public static void check(JsonNode value, String pointer) {
        check(value, Limits.DEFAULT, pointer, 0);
    }

    /// Whether an expression stands anywhere in the value.
    public static boolean isDynamic(JsonNode value) {
        return isDynamic(value, 0);
    }

    private static boolean isDynamic(JsonNode value, int depth) {
        if (value.isString()) {
            return Expression.isDynamic(value.stringValue());
        }
        return value.isContainer()
                && depth < Limits.DEFAULT.depth()
                && value.valueStream().anyMatch(child -> isDynamic(child, depth + 1));
    }

    private static void check(JsonNode value, Limits limits, String pointer, int depth) {
        deep(limits, pointer, depth);
        if (value.isString() && Expression.isDynamic(value.stringValue())) {
            located(pointer, () -> Expression.parse(value.stringValue(), limits));
        } else if (isSecure(value)) {
            guarded(() -> {
                check(value.get("value"), limits, pointer + "/value", depth + 1);
                return value;
            });
        } else if (value.isArray()) {
            for (int i = 0; i < value.size(); i++) {
                check(value.get(i), limits, pointer + "/" + i, depth + 1);
            }
        } else if (value.isObject()) {
            value.properties().forEach(m -> check(m.getValue(), limits, child(pointer, m.getKey()), depth + 1));
        }
    }

    private static JsonNode evaluate(JsonNode value, Scope scope, String pointer, int depth) {
        deep(scope.limits(), pointer, depth);
        if (value.isString()) {
            String text = value.stringValue();
            return Expression.isDynamic(text)
                    ? located(
                            pointer,
                            () -> Expression.parse(text, scope.limits()).evaluate(scope))
                    : value;
        }
        if (isWrapped(value)) {
            return evaluate(value.get("value"), scope, pointer + "/value", depth + 1);
        }
        if (value.isArray()) {
            return array(value, scope, pointer, depth);
        }
        if (isSecure(value)) {
            return guarded(() -> object(value, scope, pointer, depth));
        }
        return value.isObject() ? object(value, scope, pointer, depth) : value;
    }

    /// `{"type": "SecureString", "value": "…"}`: the value may be an expression, or a secret that begins like
    /// one.
    private static boolean isSecure(JsonNode value) {
        return value.isObject()
                && value.get("value") != null
                && value.get("type") != null
                && value.get("type").isString()
                && value.get("type").stringValue().equalsIgnoreCase("SecureString");
    }

    /// Keeps the text of what fails out of the problem: only its place is told.
    private static <T> T guarded(Supplier<T> step) {
        try {
            return step.get();
        } catch (ProblemException e) {
            Map<String, String> evidence = new LinkedHashMap<>(e.problem().evidence());
            evidence.replace("expression", "**********");
            evidence.replace("detail", "of something in it that is not shown, as it may be secret.");
            evidence.remove("function");
            throw new ProblemException(new Problem(
                    e.problem().fault(), e.problem().kind(), e.problem().location(), evidence));
        }
    }

    /// `{"value": …, "type": "Expression"}` and nothing else.
    private static boolean isWrapped(JsonNode value) {
        return value.isObject()
                && value.size() == 2
                && value.get("value") != null
                && value.get("type") != null
                && value.get("type").isString()
                && value.get("type").stringValue().equalsIgnoreCase("Expression");
    }

    private static JsonNode array(JsonNode value, Scope scope, String pointer, int depth) {
        ArrayNode changed = null;
        for (int i = 0; i < value.size(); i++) {
            JsonNode before = value.get(i);
            JsonNode after = evaluate(before, scope, pointer + "/" + i, depth + 1);
            if (changed == null && after != before) {
                changed = JsonNodeFactory.instance.arrayNode(value.size());
                for (int j = 0; j < i; j++) {
                    changed.add(value.get(j));
                }
            }
            if (changed != null) {
                changed.add(after);
            }
        }
        return changed == null ? value : changed;
    }

    private static JsonNode object(JsonNode value, Scope scope, String pointer, int depth) {
        ObjectNode changed = JsonNodeFactory.instance.objectNode();
        boolean differs = false;
        for (Map.Entry<String, JsonNode> member : value.properties()) {
            JsonNode after = evaluate(member.getValue(), scope, child(pointer, member.getKey()), depth + 1);
            differs |= after != member.getValue();
            changed.set(member.getKey(), after);
        }
        return differs ? changed : value;
    }

    private static String child(String pointer, String member) {
        return pointer + "/" + member.replace("~", "~0").replace("/", "~1");
    }

    private static void deep(Limits limits, String pointer, int depth) {
        if (depth > limits.depth()) {
            throw DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .at(pointer)
                    .evidence("what", "The nesting of the value")
                    .evidence("value", depth)
                    .evidence("limit", limits.depth())
                    .exception();
        }
    }

    private static <T> T located(String pointer, Supplier<T> step) {
        try {
            return step.get();
        } catch (ProblemException e) {
            Problem problem = e.problem();
            throw new ProblemException(
                    new Problem(problem.fault(), problem.kind(), pointer, problem.evidence()), e.getCause());
        }
    }
}
