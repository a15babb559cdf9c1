package dev.sluice.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.BooleanNode;
import tools.jackson.databind.node.DoubleNode;
import tools.jackson.databind.node.IntNode;
import tools.jackson.databind.node.LongNode;
import tools.jackson.databind.node.NullNode;
import tools.jackson.databind.node.StringNode;

/// Text to tree by recursive descent; one use per text.
///
/// ```
/// string     := "@@" literal-rest | "@" expression | template
/// template   := ( character | "@@{" | "@{" expression "}" )*
/// expression := primary ( "." name | "?." name | "[" expression "]" | "?[" expression "]" )*
/// primary    := 'text' | number | true | false | null | name "(" [ expression ( "," expression )* ] ")"
/// ```
final class Parser {
    private final String text;
    private final Limits limits;
    private int at;
    private int depth;

    Parser(String text, Limits limits) {
        this.text = text;
        this.limits = limits;
    }

    Tree parse() {
        if (!Expression.isDynamic(text)) {
            return new Tree.Constant(0, StringNode.valueOf(text));
        }
        if (text.length() > limits.length()) {
            throw Place.limit(
                    text.substring(0, 200), 0, "The length of the expression", text.length(), limits.length());
        }
        if (text.startsWith("@@") && !text.startsWith("@@{")) {
            return new Tree.Constant(0, StringNode.valueOf(text.substring(1)));
        }
        if (text.startsWith("@") && !text.startsWith("@{") && !text.startsWith("@@")) {
            at = 1;
            Tree tree = expression();
            blanks();
            if (at < text.length()) {
                throw syntax(at, "'" + text.charAt(at) + "' does not belong here; the expression ended before it.");
            }
            return tree;
        }
        return template();
    }

    private Tree template() {
        List<Tree> parts = new ArrayList<>();
        StringBuilder literal = new StringBuilder();
        int literalAt = 0;
        while (at < text.length()) {
            if (text.startsWith("@@{", at)) {
                literal.append("@{");
                at += 3;
            } else if (text.startsWith("@{", at)) {
                if (!literal.isEmpty()) {
                    parts.add(new Tree.Constant(literalAt, StringNode.valueOf(literal.toString())));
                    literal.setLength(0);
                }
                parts.add(interpolated());
                literalAt = at;
            } else {
                literal.append(text.charAt(at++));
            }
        }
        if (!literal.isEmpty()) {
            parts.add(new Tree.Constant(literalAt, StringNode.valueOf(literal.toString())));
        }
        return new Tree.Template(0, List.copyOf(parts));
    }

    private Tree interpolated() {
        int open = at;
        at += 2;
        Tree tree = expression();
        blanks();
        if (at >= text.length()) {
            throw syntax(open, "the '}' that ends '@{' is missing.");
        }
        if (text.charAt(at) != '}') {
            throw syntax(at, "'" + text.charAt(at) + "' does not belong here; expected '}'.");
        }
        at++;
        return tree;
    }

    private Tree expression() {
        if (++depth > limits.depth()) {
            throw Place.limit(text, at, "The nesting of the expression", depth, limits.depth());
        }
        blanks();
        Tree tree = primary();
        while (true) {
            blanks();
            boolean nullSafe = at + 1 < text.length()
                    && text.charAt(at) == '?'
                    && (text.charAt(at + 1) == '.' || text.charAt(at + 1) == '[');
            char next = nullSafe ? text.charAt(at + 1) : at < text.length() ? text.charAt(at) : '\0';
            if (next == '.') {
                tree = member(tree, nullSafe);
            } else if (next == '[') {
                tree = bracket(tree, nullSafe);
            } else {
                depth--;
                return tree;
            }
        }
    }

    private Tree member(Tree target, boolean nullSafe) {
        int start = at;
        at += nullSafe ? 2 : 1;
        blanks();
        int nameAt = at;
        String name = name();
        if (name.isEmpty()) {
            throw syntax(at, "a member name is missing after '.'.");
        }
        return new Tree.Access(start, target, new Tree.Constant(nameAt, StringNode.valueOf(name)), nullSafe);
    }

    private Tree bracket(Tree target, boolean nullSafe) {
        int start = at;
        at += nullSafe ? 2 : 1;
        Tree key = expression();
        blanks();
        if (at >= text.length() || text.charAt(at) != ']') {
            throw syntax(Math.min(at, text.length()), "expected ']'.");
        }
        at++;
        return new Tree.Access(start, target, key, nullSafe);
    }

    private Tree primary() {
        if (at >= text.length()) {
            throw syntax(at, "the expression ends where a value is expected.");
        }
        char c = text.charAt(at);
        if (c == '\'') {
            return string();
        }
        if (isDigit(c)
                || ((c == '-' || c == '+' || c == '.') && at + 1 < text.length() && isDigit(text.charAt(at + 1)))) {
            return number();
        }
        int start = at;
        String name = name();
        if (name.isEmpty()) {
            throw syntax(
                    at,
                    c == '"'
                            ? "text stands in single quotes, not double quotes."
                            : "'" + c
                                    + "' does not belong here; expected a function, text in single quotes or a number.");
        }
        blanks();
        if (at < text.length() && text.charAt(at) == '(') {
            return call(start, name);
        }
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "true" -> new Tree.Constant(start, BooleanNode.TRUE);
            case "false" -> new Tree.Constant(start, BooleanNode.FALSE);
            case "null" -> new Tree.Constant(start, NullNode.getInstance());
            default ->
                throw syntax(
                        start,
                        "'" + name + "' is neither a function call nor text: write " + name + "(…) or '" + name + "'.");
        };
    }

    private Tree call(int start, String name) {
        List<Tree> arguments = arguments();
        ContextFunctions.Context context = ContextFunctions.arities().get(name.toLowerCase(Locale.ROOT));
        if (context != null) {
            if (arguments.size() != context.arity()) {
                throw syntax(
                        start,
                        "'" + context.name() + "' takes " + (context.arity() == 0 ? "no arguments" : "1 argument")
                                + ", not " + arguments.size() + ".");
            }
            return new Tree.Context(start, context.name(), arguments);
        }
        NamedFunction function = Functions.byName(name);
        if (function == null) {
            String closest = Functions.closest(name);
            throw syntax(
                    start,
                    "the function '" + name + "' is not defined"
                            + (closest == null ? "." : "; did you mean '" + closest + "'?"));
        }
        if (arguments.size() < function.least() || arguments.size() > function.most()) {
            throw syntax(
                    start,
                    "'" + function.name() + "' takes " + function.expected() + ", not " + arguments.size() + ".");
        }
        return new Tree.Call(start, function, arguments);
    }

    private List<Tree> arguments() {
        int open = at++;
        List<Tree> arguments = new ArrayList<>();
        blanks();
        if (at < text.length() && text.charAt(at) == ')') {
            at++;
            return arguments;
        }
        while (true) {
            arguments.add(expression());
            blanks();
            char c = at < text.length() ? text.charAt(at) : '\0';
            if (at >= text.length()) {
                throw syntax(open, "the ')' that closes this '(' is missing.");
            }
            if (c != ',' && c != ')') {
                throw syntax(at, "'" + c + "' does not belong here; expected ',' or ')'.");
            }
            at++;
            if (c == ')') {
                return List.copyOf(arguments);
            }
        }
    }

    private Tree string() {
        int start = at++;
        StringBuilder value = new StringBuilder();
        while (at < text.length()) {
            char c = text.charAt(at++);
            if (c != '\'') {
                value.append(c);
            } else if (at < text.length() && text.charAt(at) == '\'') {
                value.append('\'');
                at++;
            } else {
                return new Tree.Constant(start, StringNode.valueOf(value.toString()));
            }
        }
        throw syntax(start, "the text that begins here has no closing quote; a quote inside text is doubled ('').");
    }

    private Tree number() {
        int start = at++;
        while (at < text.length() && isNumberPart(text.charAt(at), text.charAt(at - 1))) {
            at++;
        }
        String digits = text.substring(start, at);
        try {
            if (digits.chars().allMatch(c -> isDigit((char) c) || c == '-' || c == '+')) {
                long value = Long.parseLong(digits);
                return new Tree.Constant(
                        start, value == (int) value ? IntNode.valueOf((int) value) : LongNode.valueOf(value));
            }
            return new Tree.Constant(start, DoubleNode.valueOf(Double.parseDouble(digits)));
        } catch (NumberFormatException e) {
            throw syntax(start, "'" + digits + "' is not a number that can be used here.");
        }
    }

    private static boolean isNumberPart(char c, char before) {
        return isDigit(c)
                || c == '.'
                || c == 'e'
                || c == 'E'
                || ((c == '-' || c == '+') && (before == 'e' || before == 'E'));
    }

    /// A function or member name; `-`, `$` and `#` occur in column names, and there is no operator they could be.
    private String name() {
        int start = at;
        while (at < text.length() && isNamePart(text.charAt(at))) {
            at++;
        }
        return text.substring(start, at);
    }

    private static boolean isNamePart(char c) {
        return Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '$' || c == '#';
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private void blanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private dev.sluice.diagnosis.ProblemException syntax(int where, String detail) {
        return Place.syntax(text, where, detail);
    }
}
