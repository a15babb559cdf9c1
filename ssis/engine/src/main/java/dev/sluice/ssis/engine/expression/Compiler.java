package dev.sluice.ssis.engine.expression;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.ssis.engine.expression.SsisType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Tree to program: every type is decided here. One use per expression.
final class Compiler {
    private final String text;
    private final Names names;
    private final Functions functions;

    Compiler(String text, Names names) {
        this.text = text;
        this.names = names;
        this.functions = new Functions(this);
    }

    /// The whole expression. Only here a narrow text stays one: deeper inside, all texts are wide.
    Typed root(Node node) {
        return switch (node) {
            case Node.Cast cast when cast.type().kind() == Kind.STR -> cast(cast, cast.type());
            case Node.Null nothing when nothing.type().kind() == Kind.STR -> Typed.of(nothing.type(), v -> null);
            case Node.Conditional c when narrow(c.yes()) || narrow(c.no()) -> narrowed(c);
            default -> compile(node);
        };
    }

    private static boolean narrow(Node node) {
        return node instanceof Node.Cast c && c.type().kind() == Kind.STR
                || node instanceof Node.Null n && n.type().kind() == Kind.STR;
    }

    private Typed narrowed(Node.Conditional c) {
        Typed yes = root(c.yes());
        Typed no = root(c.no());
        Typed whole = compile(c);
        if (!whole.kind().string()) {
            return whole;
        }
        int codePage = Math.max(yes.type().codePage(), no.type().codePage());
        return Typed.of(SsisType.narrow(whole.type().length(), codePage), whole.code());
    }

    ProblemException flaw(int at, String detail) {
        return Flaw.syntax(text, at, detail);
    }

    Typed compile(Node node) {
        return switch (node) {
            case Node.Literal l -> Typed.literal(l.type(), l.value());
            case Node.Null n -> Typed.of(widened(n.type()), v -> null);
            case Node.Column c -> column(c);
            case Node.Variable v -> variable(v);
            case Node.Unary u -> unary(u);
            case Node.Binary b -> binary(b);
            case Node.Conditional c -> conditional(c);
            case Node.Cast c -> cast(c, widened(c.type()));
            case Node.Call c -> functions.call(c, compiled(c.arguments()));
        };
    }

    private List<Typed> compiled(List<Node> nodes) {
        List<Typed> all = new ArrayList<>();
        nodes.forEach(n -> all.add(compile(n)));
        return all;
    }

    private static SsisType widened(SsisType type) {
        return type.kind() == Kind.STR ? SsisType.wide(type.length()) : type;
    }

    private Typed column(Node.Column c) {
        Names.Symbol symbol =
                names.column(c.name()).orElseThrow(() -> flaw(c.at(), "there is no column '" + c.name() + "' here"));
        int slot = symbol.slot();
        return Typed.of(widened(symbol.type()), v -> v.column(slot));
    }

    private Typed variable(Node.Variable c) {
        Names.Symbol symbol = names.variable(c.name())
                .orElseThrow(
                        () -> flaw(c.at(), "there is no variable or parameter '" + c.name() + "' here (case counts)"));
        int slot = symbol.slot();
        return Typed.of(widened(symbol.type()), v -> v.variable(slot));
    }

    private Typed unary(Node.Unary u) {
        Typed operand = compile(u.operand());
        Kind kind = operand.kind();
        return switch (u.operator()) {
            case "!" -> {
                require(kind == Kind.BOOL, u.at(), "'!' needs a Boolean, not " + operand.type());
                yield map(operand, operand.type(), x -> !((Boolean) x));
            }
            case "~" -> {
                require(kind.integer(), u.at(), "'~' needs an integer, not " + operand.type());
                yield map(operand, operand.type(), x -> complement(kind, x));
            }
            default -> negated(u, operand);
        };
    }

    private Typed negated(Node.Unary u, Typed operand) {
        require(operand.kind().number(), u.at(), "'-' needs a number, not " + operand.type());
        SsisType type = switch (operand.kind()) {
            case UI1 -> SsisType.of(Kind.I2);
            case UI2 -> SsisType.of(Kind.I4);
            case UI4 -> SsisType.of(Kind.I8);
            case UI8 -> throw flaw(u.at(), "a DT_UI8 cannot be negated; cast it first");
            default -> operand.type();
        };
        Object constant = operand.constant();
        if (constant instanceof Long n && operand.kind().integer()) {
            return Typed.literal(type, -n);
        }
        return map(operand, type, x -> negative(type, x));
    }

    private static Object negative(SsisType type, Object x) {
        return switch (x) {
            case Long n -> Arithmetic.checked(type.kind(), Math.negateExact(n));
            case Double d -> -d;
            case Float f -> -f;
            case BigDecimal d -> d.negate();
            default -> throw new IllegalStateException("no number");
        };
    }

    private static Object complement(Kind kind, Object x) {
        if (x instanceof BigInteger b) {
            return BigInteger.TWO.pow(64).subtract(BigInteger.ONE).subtract(b);
        }
        long n = ~((Long) x);
        return kind.signed() ? n : n & ((1L << kind.bits()) - 1);
    }

    interface Step {
        @Nullable
        Object apply(Object value);
    }

    /// NULL stays NULL.
    static Typed map(Typed operand, SsisType type, Step step) {
        Typed.Code code = operand.code();
        return Typed.of(type, v -> {
            Object x = code.value(v);
            return x == null ? null : step.apply(x);
        });
    }

    void require(boolean holds, int at, String detail) {
        if (!holds) {
            throw flaw(at, detail);
        }
    }

    private Typed binary(Node.Binary b) {
        Typed left = compile(b.left());
        Typed right = compile(b.right());
        return switch (b.operator()) {
            case "&&", "||" -> logical(b, left, right);
            case "==", "!=", "<", ">", "<=", ">=" -> comparison(b, left, right);
            case "+" ->
                left.kind().text() || right.kind().text() ? concatenation(b, left, right) : arithmetic(b, left, right);
            default -> arithmetic(b, left, right);
        };
    }

    private Typed logical(Node.Binary b, Typed left, Typed right) {
        require(
                left.kind() == Kind.BOOL && right.kind() == Kind.BOOL,
                b.at(),
                "'" + b.operator() + "' needs two Booleans, not " + left.type() + " and " + right.type());
        boolean decisive = b.operator().equals("||");
        Typed.Code l = left.code();
        Typed.Code r = right.code();
        return Typed.of(left.type(), v -> {
            Object x = l.value(v);
            if (x instanceof Boolean first && first == decisive) {
                return first;
            }
            Object y = r.value(v);
            if (y instanceof Boolean second && second == decisive) {
                return second;
            }
            return x == null || y == null ? null : (Object) !decisive;
        });
    }

    private Typed concatenation(Node.Binary b, Typed left, Typed right) {
        require(
                left.kind().text() && right.kind().text(),
                b.at(),
                "'+' joins a text and " + (left.kind().text() ? right : left).type() + "; cast it to DT_WSTR first");
        boolean lob = left.kind().lob() || right.kind().lob();
        SsisType type = lob
                ? SsisType.of(Kind.NTEXT)
                : SsisType.wide(left.type().length() + right.type().length());
        Typed.Code l = left.code();
        Typed.Code r = right.code();
        return Typed.of(type, v -> {
            Object x = l.value(v);
            Object y = x == null ? null : r.value(v);
            return y == null ? null : x + (String) y;
        });
    }

    private Typed arithmetic(Node.Binary b, Typed left, Typed right) {
        String operator = b.operator();
        require(
                left.kind().number() && right.kind().number(),
                b.at(),
                "'" + operator + "' needs two numbers, not " + left.type() + " and " + right.type());
        boolean integers = left.kind().integer() && right.kind().integer();
        require(
                integers || !"%&|^".contains(operator),
                b.at(),
                "'" + operator + "' needs two integers, not " + left.type() + " and " + right.type());
        boolean zero =
                right.constant() != null && Arithmetic.decimal(right.constant()).signum() == 0;
        require(!zero || !"/%".contains(operator), b.at(), "it divides by zero");
        SsisType common = Arithmetic.common(left.type(), right.type())
                .orElseThrow(() ->
                        flaw(b.at(), left.type() + " and " + right.type() + " have no common type; cast one of them"));
        boolean exact = common.kind() == Kind.NUMERIC || common.kind().exact();
        SsisType type = exact ? Arithmetic.exactResult(operator, left.type(), right.type()) : common;
        Typed.Code l = left.code();
        Typed.Code r = right.code();
        return Typed.of(type, v -> {
            Object x = l.value(v);
            Object y = x == null ? null : r.value(v);
            return y == null ? null : Arithmetic.compute(operator, type, Objects.requireNonNull(x), y);
        });
    }

    private Typed comparison(Node.Binary b, Typed left, Typed right) {
        Typed x = left;
        Typed y = right;
        if (x.kind().temporal() && y.kind().string()) {
            y = converted(y, x.type());
        } else if (y.kind().temporal() && x.kind().string()) {
            x = converted(x, y.type());
        }
        require(
                comparable(x.kind(), y.kind(), b.operator()),
                b.at(),
                left.type() + " and " + right.type() + " cannot be compared with '" + b.operator() + "'");
        if (x.kind().number() && x.kind() != y.kind()) {
            require(
                    Arithmetic.common(x.type(), y.type()).isPresent(),
                    b.at(),
                    left.type() + " and " + right.type() + " have no common type; cast one of them");
        }
        Typed.Code l = x.code();
        Typed.Code r = y.code();
        String operator = b.operator();
        return Typed.of(SsisType.of(Kind.BOOL), v -> {
            Object p = l.value(v);
            Object q = p == null ? null : r.value(v);
            return q == null ? null : (Object) holds(operator, compare(Objects.requireNonNull(p), q));
        });
    }

    private static boolean comparable(Kind a, Kind b, String operator) {
        boolean equality = operator.equals("==") || operator.equals("!=");
        if (a.number() && b.number() || a.text() && b.text()) {
            return true;
        }
        if (a.temporal() && b.temporal()) {
            return a.time() == b.time();
        }
        return a == b && (equality || a == Kind.BYTES || a == Kind.BOOL);
    }

    private static boolean holds(String operator, int order) {
        return switch (operator) {
            case "==" -> order == 0;
            case "!=" -> order != 0;
            case "<" -> order < 0;
            case ">" -> order > 0;
            case "<=" -> order <= 0;
            default -> order >= 0;
        };
    }

    private static int compare(Object a, Object b) {
        return switch (a) {
            case String s -> s.compareTo((String) b);
            case Boolean x -> x.compareTo((Boolean) b);
            case java.util.UUID g -> g.compareTo((java.util.UUID) b);
            case byte[] x -> java.util.Arrays.compareUnsigned(x, (byte[]) b);
            case Number x -> Arithmetic.compare(x, b);
            case LocalTime t -> t.compareTo((LocalTime) b);
            default -> instant(a).compareTo(instant(b));
        };
    }

    /// A missing offset means UTC.
    private static java.time.Instant instant(Object moment) {
        return moment instanceof OffsetDateTime o
                ? o.toInstant()
                : Temporal.local(moment).toInstant(ZoneOffset.UTC);
    }

    private Typed conditional(Node.Conditional c) {
        Typed condition = compile(c.condition());
        require(
                condition.kind() == Kind.BOOL,
                c.at(),
                "the condition of '?' must be a Boolean, not " + condition.type());
        Typed yes = compile(c.yes());
        Typed no = compile(c.no());
        SsisType type = branches(c.at(), yes.type(), no.type());
        Typed.Code test = condition.code();
        Typed.Code y = converted(yes, type).code();
        Typed.Code n = converted(no, type).code();
        return Typed.of(type, v -> {
            Object chosen = test.value(v);
            return chosen == null ? null : (Boolean) chosen ? y.value(v) : n.value(v);
        });
    }

    private SsisType branches(int at, SsisType a, SsisType b) {
        if (a.kind().string() && b.kind().string()) {
            return SsisType.wide(Math.max(a.length(), b.length()));
        }
        if (a.kind().text() && b.kind().text()) {
            return SsisType.of(Kind.NTEXT);
        }
        if (a.kind().number() && b.kind().number()) {
            return Arithmetic.common(a, b)
                    .orElseThrow(() -> flaw(at, a + " and " + b + " have no common type; cast one of them"));
        }
        if (a.kind() == b.kind()) {
            return new SsisType(
                    a.kind(), Math.max(a.length(), b.length()), a.precision(), Math.max(a.scale(), b.scale()), 0);
        }
        if (a.kind().temporal()
                && b.kind().temporal()
                && a.kind().time() == b.kind().time()) {
            return dates(a, b);
        }
        throw flaw(at, "the two results of '?' are " + a + " and " + b + "; cast one of them");
    }

    private static SsisType dates(SsisType a, SsisType b) {
        int scale = Math.max(a.scale(), b.scale());
        for (Kind kind : List.of(Kind.DBTIMESTAMPOFFSET, Kind.DBTIMESTAMP2, Kind.DBTIME2)) {
            if (a.kind() == kind || b.kind() == kind) {
                return new SsisType(kind, 0, 0, scale, 0);
            }
        }
        return SsisType.of(Kind.DBTIMESTAMP);
    }

    private Typed cast(Node.Cast c, SsisType type) {
        Typed operand = compile(c.operand());
        require(Conversion.allowed(operand.type(), type), c.at(), operand.type() + " cannot be cast to " + c.type());
        return converted(operand, type);
    }

    /// The same value in another type.
    Typed converted(Typed operand, SsisType type) {
        if (operand.type().equals(type)) {
            return operand;
        }
        SsisType from = operand.type();
        return map(operand, type, x -> Conversion.convert(x, from, type));
    }
}
