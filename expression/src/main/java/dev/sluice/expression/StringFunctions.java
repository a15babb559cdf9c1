package dev.sluice.expression;

import static dev.sluice.expression.NamedFunction.function;

import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.function.IntUnaryOperator;
import java.util.random.RandomGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.StringNode;

/// Functions on text. Searching ignores case, replacing does not.
final class StringFunctions {
    static final List<NamedFunction> TABLE = List.of(
            function("concat", 1, NamedFunction.MANY, StringFunctions::concat),
            function("endsWith", 2, a -> BooleanNode.valueOf(folded(a, 0).endsWith(folded(a, 1)))),
            function("startsWith", 2, a -> BooleanNode.valueOf(folded(a, 0).startsWith(folded(a, 1)))),
            function("guid", 0, 1, StringFunctions::guid),
            function("indexOf", 2, a -> IntNode.valueOf(folded(a, 0).indexOf(folded(a, 1)))),
            function("lastIndexOf", 2, a -> IntNode.valueOf(folded(a, 0).lastIndexOf(folded(a, 1)))),
            function("replace", 3, StringFunctions::replace),
            function("split", 2, StringFunctions::split),
            function("substring", 2, 3, StringFunctions::substring),
            function("toLower", 1, a -> cased(a, Character::toLowerCase)),
            function("toUpper", 1, a -> cased(a, Character::toUpperCase)),
            function("trim", 1, StringFunctions::trim));

    private StringFunctions() {}

    private static JsonNode concat(Arguments a) {
        StringBuilder out = new StringBuilder();
        for (JsonNode value : a.all()) {
            Bounds.append(out, Coercion.display(value, a.limits()), a.limits());
        }
        return StringNode.valueOf(out.toString());
    }

    /// One character becomes one, as in .NET: an `ß` has no capital of its own and stays.
    private static JsonNode cased(Arguments a, IntUnaryOperator letter) {
        int[] letters = a.text(0).codePoints().map(letter).toArray();
        return StringNode.valueOf(new String(letters, 0, letters.length));
    }

    private static JsonNode trim(Arguments a) {
        String text = a.text(0);
        int from = 0;
        int to = text.length();
        while (from < to && isWhite(text.charAt(from))) {
            from++;
        }
        while (to > from && isWhite(text.charAt(to - 1))) {
            to--;
        }
        return StringNode.valueOf(text.substring(from, to));
    }

    /// What .NET takes for white space: no-break spaces too, the separators of files and records not.
    private static boolean isWhite(char c) {
        return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r') || c == '\u0085';
    }

    /// Case folded one character at a time, so that positions stay those of the text.
    private static String folded(Arguments a, int index) {
        String text = a.text(index);
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            out.append(Character.toLowerCase(Character.toUpperCase(text.charAt(i))));
        }
        return out.toString();
    }

    private static JsonNode guid(Arguments a) {
        String format = a.textOrNull(0);
        RandomGenerator random = a.scope().random();
        // Version 4, variant 2.
        UUID id =
                new UUID((random.nextLong() & ~0xF000L) | 0x4000L, (random.nextLong() & ~(3L << 62)) | Long.MIN_VALUE);
        String dashed = id.toString();
        String text = switch (format == null ? "D" : format.toUpperCase(Locale.ROOT)) {
            case "D" -> dashed;
            case "N" -> dashed.replace("-", "");
            case "B" -> "{" + dashed + "}";
            case "P" -> "(" + dashed + ")";
            case "X" -> hexadecimal(dashed.replace("-", ""));
            default -> throw new Refusal(0, "expects its format to be one of N, D, B, P and X.");
        };
        return StringNode.valueOf(text);
    }

    private static String hexadecimal(String digits) {
        StringBuilder out = new StringBuilder("{0x")
                .append(digits, 0, 8)
                .append(",0x")
                .append(digits, 8, 12)
                .append(",0x")
                .append(digits, 12, 16)
                .append(",{");
        for (int i = 16; i < 32; i += 2) {
            out.append(i == 16 ? "0x" : ",0x").append(digits, i, i + 2);
        }
        return out.append("}}").toString();
    }

    private static JsonNode replace(Arguments a) {
        String text = a.text(0);
        String old = a.text(1);
        String replacement = a.text(2);
        if (old.isEmpty()) {
            throw new Refusal(1, "expects its second parameter not to be empty.");
        }
        if (replacement.length() > old.length()) {
            long count = 0;
            for (int at = text.indexOf(old); at >= 0; at = text.indexOf(old, at + old.length())) {
                count++;
            }
            Bounds.length(text.length() + count * (replacement.length() - old.length()), a.limits());
        }
        return StringNode.valueOf(text.replace(old, replacement));
    }

    private static JsonNode split(Arguments a) {
        String text = a.text(0);
        String delimiter = a.text(1);
        ArrayNode parts = a.newArray();
        if (delimiter.isEmpty()) {
            return parts.add(text);
        }
        int from = 0;
        for (int at = text.indexOf(delimiter); at >= 0; at = text.indexOf(delimiter, from)) {
            Bounds.elements(parts.size() + 2L, a.limits());
            parts.add(text.substring(from, at));
            from = at + delimiter.length();
        }
        return parts.add(text.substring(from));
    }

    private static JsonNode substring(Arguments a) {
        String text = a.text(0);
        long start = a.integer(1);
        long length = a.size() > 2 ? a.integer(2) : text.length() - start;
        if (start < 0 || start > text.length() || length < 0 || start + length > text.length()) {
            throw new Refusal("parameters are out of range: 'start index' "
                    + "and 'length' must be non-negative integers and their sum must be no larger than the length of "
                    + "the string.");
        }
        return StringNode.valueOf(text.substring((int) start, (int) (start + length)));
    }
}
