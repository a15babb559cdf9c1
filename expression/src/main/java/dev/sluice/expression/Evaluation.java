package dev.sluice.expression;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

/// One walk over a tree, with its count of steps.
final class Evaluation {
    private final String text;
    private final Scope scope;
    private int steps;

    Evaluation(String text, Scope scope) {
        this.text = text;
        this.scope = scope;
    }

    Scope scope() {
        return scope;
    }

    JsonNode value(Tree tree) {
        if (++steps > scope.limits().steps()) {
            throw Place.limit(
                    text,
                    tree.at(),
                    "The number of steps",
                    steps,
                    scope.limits().steps());
        }
        return switch (tree) {
            case Tree.Constant constant -> constant.value();
            case Tree.Call call -> call(call);
            case Tree.Context context -> present(context);
            case Tree.Access access -> access(access);
            case Tree.Template template -> template(template);
        };
    }

    private JsonNode call(Tree.Call call) {
        try {
            JsonNode value = call.function().body().apply(new Arguments(this, call.arguments()));
            Limits limits = scope.limits();
            if (value.isString() && value.stringValue().length() > limits.text()) {
                throw new Bounds.Exceeded(
                        "The length of the result", value.stringValue().length(), limits.text());
            }
            if (value.isArray() && value.size() > limits.elements()) {
                throw new Bounds.Exceeded("The number of elements", value.size(), limits.elements());
            }
            return value;
        } catch (Refusal e) {
            int argument = e.argument();
            int at = argument >= 0 && argument < call.arguments().size()
                    ? call.arguments().get(argument).at()
                    : call.at();
            throw Place.failed(text, at, call.function().name(), e);
        } catch (Bounds.Exceeded e) {
            throw Place.limit(text, call.at(), e.what(), e.value(), e.limit());
        }
    }

    private JsonNode template(Tree.Template template) {
        StringBuilder out = new StringBuilder();
        for (Tree part : template.parts()) {
            JsonNode value = value(part);
            try {
                Bounds.append(out, Coercion.display(value, scope.limits()), scope.limits());
            } catch (Bounds.Exceeded e) {
                throw Place.limit(text, part.at(), e.what(), e.value(), e.limit());
            }
        }
        return StringNode.valueOf(out.toString());
    }

    private JsonNode present(Tree.Context context) {
        String argument = argument(context);
        JsonNode value = scope.find(context.name(), argument);
        if (value != null) {
            return value;
        }
        throw Place.failed(text, context.at(), absence(context.name(), argument));
    }

    private String absence(String name, @Nullable String argument) {
        if (!scope.offers(name)) {
            return "the function '" + name + "' cannot be used at this place.";
        }
        return switch (name) {
            case "activity" ->
                "the activity '" + argument + "' has not run: it does not exist, was skipped, or does not come before "
                        + "this one.";
            case "variables" -> "the variable '" + argument + "' is not defined.";
            default -> "'" + name + "' has no value here.";
        };
    }

    private @Nullable String argument(Tree.Context context) {
        if (context.arguments().isEmpty()) {
            return null;
        }
        Tree tree = context.arguments().getFirst();
        JsonNode value = value(tree);
        if (!value.isString()) {
            throw Place.failed(
                    text, tree.at(), context.name(), new Refusal(0, Coercion.wrongType(0, "a string", value)));
        }
        return value.stringValue();
    }

    private JsonNode access(Tree.Access access) {
        JsonNode target = access.nullSafe() && access.target() instanceof Tree.Context context
                ? absentAsNull(context)
                : value(access.target());
        if (access.nullSafe() && (target.isNull() || target.isMissingNode())) {
            return NullNode.getInstance();
        }
        JsonNode key = value(access.key());
        if (target.isArray()) {
            return element(access, target, key);
        }
        if (!target.isObject()) {
            throw refuse(
                    access,
                    "property '" + Coercion.display(key, scope.limits())
                            + "' cannot be selected. Property selection is not supported on values of type '"
                            + Coercion.typeName(target) + "'.");
        }
        if (!key.isString()) {
            throw refuse(
                    access,
                    "a property of an object is selected by its name as a string, not by a value of type '"
                            + Coercion.typeName(key) + "'.");
        }
        JsonNode value = Coercion.member(target, key.stringValue());
        if (value != null) {
            return value;
        }
        if (access.nullSafe()) {
            return NullNode.getInstance();
        }
        throw refuse(
                access,
                "property '" + key.stringValue() + "' doesn't exist, available properties are '" + available(target)
                        + "'.");
    }

    private JsonNode absentAsNull(Tree.Context context) {
        JsonNode value = scope.find(context.name(), argument(context));
        return value == null ? NullNode.getInstance() : value;
    }

    private JsonNode element(Tree.Access access, JsonNode target, JsonNode key) {
        if (!key.isIntegralNumber()) {
            throw refuse(
                    access,
                    "property '" + Coercion.display(key, scope.limits())
                            + "' cannot be selected. Array elements can only be selected using an integer index.");
        }
        long index = key.canConvertToLong() ? key.longValue() : -1;
        if (index >= 0 && index < target.size()) {
            return target.get((int) index);
        }
        if (access.nullSafe()) {
            return NullNode.getInstance();
        }
        throw refuse(
                access, "array index '" + index + "' is outside bounds (0, " + (target.size() - 1) + ") of array.");
    }

    /// The names a person may have meant; many are cut, because they end up in a message.
    private static String available(JsonNode object) {
        List<String> names = object.propertyStream()
                .map(java.util.Map.Entry::getKey)
                .limit(50)
                .toList();
        return names.stream().collect(Collectors.joining(", ")) + (object.size() > 50 ? ", …" : "");
    }

    private RuntimeException refuse(Tree.Access access, String detail) {
        return Place.failed(text, access.at(), detail);
    }
}
