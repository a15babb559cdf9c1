package dev.sluice.ssis.engine.expression;

import dev.sluice.diagnosis.ProblemException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Text to tree by recursive descent; one use per text.
final class Parser {
    private static final int MAX_DEPTH = 500;
    private static final int MAX_TEXT = 1 << 20;
    private static final String[][] LEVELS = {
        {"||"}, {"&&"}, {"|"}, {"^"}, {"&"}, {"==", "!="}, {"<=", ">=", "<", ">"}, {"+", "-"}, {"*", "/", "%"}
    };
    private static final Set<String> LONGER = Set.of("||", "&&");
    private static final BigInteger MAX_I4 = BigInteger.valueOf(Integer.MAX_VALUE);
    private static final BigInteger MAX_UI4 = BigInteger.valueOf(0xFFFFFFFFL);
    private static final BigInteger MAX_I8 = BigInteger.valueOf(Long.MAX_VALUE);
    private static final BigInteger MAX_UI8 = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    private final String text;
    private int at;
    private int depth;

    Parser(String text) {
        this.text = text;
    }

    /// An expression that may assign: `@x = …`.
    ///
    /// @param target the variable's name; empty without an assignment
    record Statement(Optional<String> target, Node value) {}

    Node parse() {
        checkLength();
        Node node = expression();
        blanks();
        if (at < text.length()) {
            throw flaw(at, "'" + text.charAt(at) + "' does not belong here; the expression ended before it");
        }
        return node;
    }

    Statement statement() {
        checkLength();
        blanks();
        if (at < text.length() && text.charAt(at) == '@') {
            int start = at;
            Node target = variable();
            blanks();
            boolean assigns = text.startsWith(":=", at) || text.startsWith("=", at) && !text.startsWith("==", at);
            if (assigns && target instanceof Node.Variable v) {
                at += text.charAt(at) == ':' ? 2 : 1;
                return new Statement(Optional.of(v.name()), parse());
            }
            at = start;
        }
        return new Statement(Optional.empty(), parse());
    }

    private void checkLength() {
        if (text.length() > MAX_TEXT) {
            throw flaw(0, "it has " + text.length() + " characters; at most " + MAX_TEXT + " are allowed");
        }
    }

    private ProblemException flaw(int position, String detail) {
        return Flaw.syntax(text, position, detail);
    }

    private void blanks() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private boolean take(String token) {
        blanks();
        if (text.startsWith(token, at)) {
            at += token.length();
            return true;
        }
        return false;
    }

    private void expect(String token, String what) {
        if (!take(token)) {
            throw flaw(at, "'" + token + "' is missing " + what);
        }
    }

    private Node expression() {
        if (++depth > MAX_DEPTH) {
            throw flaw(at, "it is nested more than " + MAX_DEPTH + " deep");
        }
        Node condition = level(0);
        blanks();
        int position = at;
        if (take("?")) {
            Node yes = expression();
            expect(":", "between the two results of '?'");
            condition = new Node.Conditional(position, condition, yes, expression());
        }
        depth--;
        return condition;
    }

    private Node level(int level) {
        if (level == LEVELS.length) {
            return unary();
        }
        Node left = level(level + 1);
        while (true) {
            blanks();
            int position = at;
            String operator = operator(LEVELS[level]);
            if (operator.isEmpty()) {
                return left;
            }
            left = new Node.Binary(position, operator, left, level(level + 1));
        }
    }

    /// `|` is no operator where `||` stands.
    private String operator(String[] among) {
        for (String operator : among) {
            boolean part = operator.length() == 1
                    && LONGER.contains(operator + operator)
                    && text.startsWith(operator + operator, at);
            if (text.startsWith(operator, at) && !part) {
                at += operator.length();
                return operator;
            }
        }
        return "";
    }

    private Node unary() {
        blanks();
        int position = at;
        if (++depth > MAX_DEPTH) {
            throw flaw(at, "it is nested more than " + MAX_DEPTH + " deep");
        }
        try {
            for (String operator : List.of("-", "!", "~")) {
                if (text.startsWith(operator, at)) {
                    at += 1;
                    return new Node.Unary(position, operator, unary());
                }
            }
            return primary();
        } finally {
            depth--;
        }
    }

    private Node primary() {
        blanks();
        if (at >= text.length()) {
            throw flaw(at, "it ends where a value is expected");
        }
        int position = at;
        char c = text.charAt(at);
        if (c == '(') {
            at++;
            Optional<SsisType> type = castType();
            if (type.isPresent()) {
                return new Node.Cast(position, type.get(), unary());
            }
            Node inner = expression();
            expect(")", "at the end of the group");
            return inner;
        }
        if (c == '"') {
            return string();
        }
        if (c >= '0' && c <= '9' || c == '.' && digitAt(at + 1)) {
            return number();
        }
        if (c == '@') {
            return variable();
        }
        if (c == '#') {
            return lineage();
        }
        if (c == '[') {
            return bracketed();
        }
        if (identifierStart(c)) {
            return named(identifier(), position);
        }
        throw flaw(at, "'" + c + "' is not expected here");
    }

    private boolean digitAt(int index) {
        return index < text.length() && Character.isDigit(text.charAt(index));
    }

    private static boolean identifierStart(char c) {
        return Character.isLetter(c) || c == '_';
    }

    private String identifier() {
        int start = at;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (!Character.isLetterOrDigit(c) && c != '_' && c != '$' && c != '#') {
                break;
            }
            at++;
        }
        return text.substring(start, at);
    }

    /// After an opening parenthesis: a type with its parameters and the closing one; nothing is taken otherwise.
    private Optional<SsisType> castType() {
        int start = at;
        blanks();
        int word = at;
        if (at < text.length() && identifierStart(text.charAt(at))) {
            String name = identifier().toUpperCase(Locale.ROOT);
            if (name.startsWith("DT_")) {
                SsisType type = type(name, word);
                expect(")", "behind the type of the cast");
                return Optional.of(type);
            }
        }
        at = start;
        return Optional.empty();
    }

    private SsisType type(String name, int position) {
        SsisType.Kind kind = SsisType.Kind.named(name.substring(3))
                .orElseThrow(() -> flaw(position, "there is no type '" + name + "'"));
        List<Integer> parameters = new ArrayList<>();
        while (take(",")) {
            blanks();
            int start = at;
            while (digitAt(at)) {
                at++;
            }
            if (start == at || at - start > 9) {
                throw flaw(start, "a number is expected as a parameter of " + name);
            }
            parameters.add(Integer.valueOf(text.substring(start, at)));
        }
        return parameterised(kind, parameters, position);
    }

    private SsisType parameterised(SsisType.Kind kind, List<Integer> p, int position) {
        int wanted = switch (kind) {
            case STR, NUMERIC -> 2;
            case WSTR, BYTES, DECIMAL, TEXT, DBTIME2, DBTIMESTAMP2, DBTIMESTAMPOFFSET -> 1;
            default -> 0;
        };
        if (p.size() != wanted) {
            throw flaw(position, "DT_" + kind.name() + " takes " + wanted + " parameters, not " + p.size());
        }
        SsisType type = switch (kind) {
            case STR -> SsisType.narrow(p.get(0), p.get(1));
            case WSTR, BYTES -> new SsisType(kind, p.get(0), 0, 0, 0);
            case NUMERIC -> new SsisType(kind, 0, p.get(0), p.get(1), 0);
            case DECIMAL -> new SsisType(kind, 0, 29, p.get(0), 0);
            case TEXT -> new SsisType(kind, 0, 0, 0, p.get(0));
            case DBTIME2, DBTIMESTAMP2, DBTIMESTAMPOFFSET -> new SsisType(kind, 0, 0, p.get(0), 0);
            default -> SsisType.of(kind);
        };
        int most = kind == SsisType.Kind.WSTR ? SsisType.MAX_LENGTH : 8_000;
        boolean fits = type.length() <= most
                && (kind != SsisType.Kind.NUMERIC
                        || type.precision() >= 1
                                && type.precision() <= SsisType.MAX_PRECISION
                                && type.scale() <= type.precision())
                && (kind != SsisType.Kind.DECIMAL || type.scale() <= 28)
                && (!kind.temporal() || type.scale() <= 7);
        if (!fits) {
            throw flaw(position, "the parameters of " + type + " are out of range");
        }
        return type;
    }

    private Node string() {
        int position = at++;
        StringBuilder value = new StringBuilder();
        while (true) {
            if (at >= text.length()) {
                throw flaw(position, "the text that begins here has no closing quotation mark");
            }
            char c = text.charAt(at++);
            if (c == '"') {
                return new Node.Literal(position, SsisType.wide(value.length()), value.toString());
            }
            value.append(c == '\\' ? escape() : c);
        }
    }

    private char escape() {
        if (at >= text.length()) {
            throw flaw(at, "the text ends in a backslash");
        }
        char c = text.charAt(at++);
        return switch (c) {
            case 'a' -> '\u0007';
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'v' -> '\u000B';
            case '"', '\\' -> c;
            case 'x' -> hexadecimal();
            default -> throw flaw(at - 2, "'\\" + c + "' is no escape sequence; a backslash is written '\\\\'");
        };
    }

    private char hexadecimal() {
        int start = at;
        while (at < text.length() && at - start < 4 && Character.digit(text.charAt(at), 16) >= 0) {
            at++;
        }
        if (at == start) {
            throw flaw(start, "'\\x' needs hexadecimal digits");
        }
        return (char) Integer.parseInt(text.substring(start, at), 16);
    }

    private Node number() {
        int position = at;
        if (text.startsWith("0x", at) || text.startsWith("0X", at)) {
            at += 2;
            int start = at;
            while (at < text.length() && Character.digit(text.charAt(at), 16) >= 0) {
                at++;
            }
            if (start == at) {
                throw flaw(start, "'0x' needs hexadecimal digits");
            }
            return integer(new BigInteger(text.substring(start, at), 16), position);
        }
        digits();
        boolean fraction = at < text.length() && text.charAt(at) == '.';
        if (fraction) {
            at++;
            digits();
        }
        boolean exponent = at < text.length() && (text.charAt(at) == 'e' || text.charAt(at) == 'E');
        if (exponent) {
            at++;
            if (at < text.length() && (text.charAt(at) == '-' || text.charAt(at) == '+')) {
                at++;
            }
            digits();
        }
        String digits = text.substring(position, at);
        if (!fraction && !exponent && !suffix("F")) {
            return integer(new BigInteger(digits), position);
        }
        try {
            return decimal(new BigDecimal(digits), exponent, position);
        } catch (NumberFormatException | ArithmeticException e) {
            throw flaw(position, "'" + digits + "' is no number");
        }
    }

    private void digits() {
        while (digitAt(at)) {
            at++;
        }
    }

    private boolean suffix(String letters) {
        return text.regionMatches(true, at, letters, 0, letters.length());
    }

    private Node integer(BigInteger value, int position) {
        SsisType.Kind kind = SsisType.Kind.I4;
        BigInteger most = MAX_I4;
        if (suffix("UL") || suffix("LU")) {
            at += 2;
            kind = SsisType.Kind.UI8;
            most = MAX_UI8;
        } else if (suffix("U")) {
            at++;
            kind = SsisType.Kind.UI4;
            most = MAX_UI4;
        } else if (suffix("L")) {
            at++;
            kind = SsisType.Kind.I8;
            most = MAX_I8;
        }
        if (value.compareTo(most) > 0) {
            throw flaw(position, value + " is too large for DT_" + kind.name() + "; write it with the suffix L, or UL");
        }
        return new Node.Literal(
                position, SsisType.of(kind), kind == SsisType.Kind.UI8 ? value : (Object) value.longValueExact());
    }

    private Node decimal(BigDecimal value, boolean exponent, int position) {
        if (suffix("F")) {
            at++;
            return new Node.Literal(position, SsisType.of(SsisType.Kind.R4), value.floatValue());
        }
        if (exponent || suffix("L")) {
            at += suffix("L") ? 1 : 0;
            return new Node.Literal(position, SsisType.of(SsisType.Kind.R8), value.doubleValue());
        }
        // The digits written, so that 0.05 has three of them.
        int precision = Math.max(value.precision(), value.scale() + (text.charAt(position) == '.' ? 0 : 1));
        if (precision > SsisType.MAX_PRECISION) {
            throw flaw(position, "a number has at most " + SsisType.MAX_PRECISION + " digits");
        }
        return new Node.Literal(position, SsisType.numeric(precision, value.scale()), value);
    }

    private Node variable() {
        int position = at++;
        if (at < text.length() && text.charAt(at) == '[') {
            int end = text.indexOf(']', at);
            if (end < 0) {
                throw flaw(at, "the bracket that begins here is not closed");
            }
            String name = text.substring(at + 1, end).strip();
            at = end + 1;
            return new Node.Variable(position, name);
        }
        if (at >= text.length() || !identifierStart(text.charAt(at))) {
            throw flaw(at, "the name of a variable is missing behind '@'");
        }
        return new Node.Variable(position, identifier());
    }

    private Node lineage() {
        int position = at++;
        int start = at;
        if (at < text.length() && text.charAt(at) == '{') {
            int end = text.indexOf('}', at);
            if (end < 0) {
                throw flaw(at, "the reference that begins here is not closed");
            }
            at = end + 1;
            return new Node.Column(position, "#" + text.substring(start, at));
        }
        digits();
        if (at == start) {
            throw flaw(start, "the number of a column is missing behind '#'");
        }
        return new Node.Column(position, "#" + text.substring(start, at));
    }

    private Node bracketed() {
        int position = at;
        String name = inBrackets();
        if (take("(")) {
            return call(name, position);
        }
        return qualified(name, position);
    }

    private String inBrackets() {
        int end = text.indexOf(']', at);
        if (end < 0) {
            throw flaw(at, "the bracket that begins here is not closed");
        }
        String name = text.substring(at + 1, end);
        at = end + 1;
        return name;
    }

    /// `source.column`, either part in brackets or not.
    private Node qualified(String first, int position) {
        if (at < text.length() && text.charAt(at) == '.') {
            at++;
            if (at < text.length() && text.charAt(at) == '[') {
                return new Node.Column(position, first + "." + inBrackets());
            }
            return new Node.Column(position, first + "." + identifier());
        }
        return new Node.Column(position, first);
    }

    private Node named(String name, int position) {
        String upper = name.toUpperCase(Locale.ROOT);
        if (upper.equals("TRUE") || upper.equals("FALSE")) {
            return new Node.Literal(position, SsisType.of(SsisType.Kind.BOOL), upper.equals("TRUE"));
        }
        if (take("(")) {
            return call(name, position);
        }
        return qualified(name, position);
    }

    private Node call(String name, int position) {
        String upper = name.strip().toUpperCase(Locale.ROOT);
        if (upper.equals("NULL")) {
            blanks();
            int word = at;
            SsisType type = type(identifierOrFail().toUpperCase(Locale.ROOT), word);
            expect(")", "behind the type of NULL");
            return new Node.Null(position, type);
        }
        List<Node> arguments = new ArrayList<>();
        if (!take(")")) {
            do {
                arguments.add(expression());
            } while (take(","));
            expect(")", "at the end of the arguments of " + upper);
        }
        return new Node.Call(position, upper, List.copyOf(arguments));
    }

    private String identifierOrFail() {
        if (at >= text.length() || !text.regionMatches(true, at, "DT_", 0, 3)) {
            throw flaw(at, "NULL needs a type, as in NULL(DT_WSTR, 50)");
        }
        return identifier();
    }
}
