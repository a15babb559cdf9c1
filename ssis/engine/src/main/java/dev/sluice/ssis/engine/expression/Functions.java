package dev.sluice.ssis.engine.expression;

import dev.sluice.ssis.engine.expression.SsisType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The functions: types of arguments and results, values. NULL gives NULL unless a function says otherwise.
final class Functions {
    private static final SsisType I4 = SsisType.of(Kind.I4);
    private static final SsisType R8 = SsisType.of(Kind.R8);
    private static final SsisType TIMESTAMP = SsisType.of(Kind.DBTIMESTAMP);

    /// Name to number of arguments.
    private static final Map<String, Integer> ARGUMENTS = Map.ofEntries(
            Map.entry("ABS", 1),
            Map.entry("CEILING", 1),
            Map.entry("FLOOR", 1),
            Map.entry("EXP", 1),
            Map.entry("LN", 1),
            Map.entry("LOG", 1),
            Map.entry("POWER", 2),
            Map.entry("ROUND", 2),
            Map.entry("SIGN", 1),
            Map.entry("SQRT", 1),
            Map.entry("SQUARE", 1),
            Map.entry("HEX", 1),
            Map.entry("CODEPOINT", 1),
            Map.entry("FINDSTRING", 3),
            Map.entry("LEFT", 2),
            Map.entry("RIGHT", 2),
            Map.entry("LEN", 1),
            Map.entry("LOWER", 1),
            Map.entry("UPPER", 1),
            Map.entry("LTRIM", 1),
            Map.entry("RTRIM", 1),
            Map.entry("TRIM", 1),
            Map.entry("REPLACE", 3),
            Map.entry("REPLICATE", 2),
            Map.entry("REVERSE", 1),
            Map.entry("SUBSTRING", 3),
            Map.entry("TOKEN", 3),
            Map.entry("TOKENCOUNT", 2),
            Map.entry("DATEADD", 3),
            Map.entry("DATEDIFF", 3),
            Map.entry("DATEPART", 2),
            Map.entry("DAY", 1),
            Map.entry("MONTH", 1),
            Map.entry("YEAR", 1),
            Map.entry("GETDATE", 0),
            Map.entry("GETUTCDATE", 0),
            Map.entry("ISNULL", 1),
            Map.entry("REPLACENULL", 2));

    private final Compiler compiler;

    Functions(Compiler compiler) {
        this.compiler = compiler;
    }

    /// A call while it is compiled.
    private record Call(Node.Call node, List<Typed> arguments) {
        Typed get(int i) {
            return arguments.get(i);
        }
    }

    Typed call(Node.Call node, List<Typed> arguments) {
        Integer wanted = ARGUMENTS.get(node.name());
        if (wanted == null) {
            throw compiler.flaw(node.at(), "there is no function '" + node.name() + "'");
        }
        if (arguments.size() != wanted) {
            throw compiler.flaw(node.at(), node.name() + " takes " + wanted + " arguments, not " + arguments.size());
        }
        Call c = new Call(node, arguments);
        return switch (node.name()) {
            case "ABS", "CEILING", "FLOOR", "SIGN", "ROUND" -> rounding(c);
            case "EXP", "LN", "LOG", "SQRT", "SQUARE", "POWER" -> floating(c);
            case "HEX" -> hex(c);
            case "LEN", "CODEPOINT", "FINDSTRING", "TOKENCOUNT" -> counting(c);
            case "LOWER", "UPPER", "LTRIM", "RTRIM", "TRIM", "REVERSE" -> sameLength(c);
            case "LEFT", "RIGHT", "SUBSTRING" -> part(c);
            case "REPLACE", "REPLICATE", "TOKEN" -> other(c);
            case "DATEADD", "DATEDIFF", "DATEPART" -> datePart(c);
            case "DAY", "MONTH", "YEAR" -> ofDate(c);
            case "GETDATE" -> Typed.of(TIMESTAMP, v -> now(LocalDateTime.ofInstant(v.now(), v.zone())));
            case "GETUTCDATE" -> Typed.of(TIMESTAMP, v -> now(LocalDateTime.ofInstant(v.now(), ZoneOffset.UTC)));
            case "ISNULL" -> {
                Typed.Code code = c.get(0).code();
                yield Typed.of(SsisType.of(Kind.BOOL), v -> code.value(v) == null);
            }
            default -> replaceNull(c);
        };
    }

    private static LocalDateTime now(LocalDateTime t) {
        return Temporal.truncated(t, 3);
    }

    private void need(Call c, int i, boolean holds, String what) {
        compiler.require(
                holds,
                c.node().arguments().get(i).at(),
                "argument " + (i + 1) + " of " + c.node().name() + " must be " + what + ", not "
                        + c.get(i).type());
    }

    private void number(Call c, int i) {
        need(c, i, c.get(i).kind().number(), "a number");
    }

    private void whole(Call c, int i) {
        need(c, i, c.get(i).kind().integer(), "an integer");
    }

    private void text(Call c, int i) {
        need(c, i, c.get(i).kind().text(), "a text");
    }

    private void date(Call c, int i) {
        need(c, i, c.get(i).kind().temporal() || c.get(i).kind().string(), "a date");
    }

    interface Compute {
        @Nullable
        Object of(Object[] values);
    }

    /// NULL as soon as one argument is NULL.
    private static Typed strict(SsisType type, List<Typed> arguments, Compute compute) {
        Typed.Code[] codes = arguments.stream().map(Typed::code).toArray(Typed.Code[]::new);
        return Typed.of(type, v -> {
            Object[] values = new Object[codes.length];
            for (int i = 0; i < codes.length; i++) {
                Object value = codes[i].value(v);
                if (value == null) {
                    return null;
                }
                values[i] = value;
            }
            return compute.of(values);
        });
    }

    private static RowFailure failed(String detail) {
        return new RowFailure(RowFailure.Code.FUNCTION, detail);
    }

    private Typed rounding(Call c) {
        number(c, 0);
        SsisType type = c.get(0).type();
        return switch (c.node().name()) {
            case "SIGN" ->
                strict(I4, c.arguments(), a -> (long) Arithmetic.decimal(a[0]).signum());
            case "ROUND" -> {
                whole(c, 1);
                yield strict(type, c.arguments(), a -> round(a[0], count(a[1], "ROUND")));
            }
            case "ABS" -> strict(type, c.arguments(), a -> absolute(type, a[0]));
            case "CEILING" -> strict(type, c.arguments(), a -> toWhole(a[0], RoundingMode.CEILING));
            default -> strict(type, c.arguments(), a -> toWhole(a[0], RoundingMode.FLOOR));
        };
    }

    private static Object absolute(SsisType type, Object x) {
        return switch (x) {
            case Long n -> {
                if (n == Long.MIN_VALUE) {
                    throw Arithmetic.overflow("DT_I8");
                }
                yield Arithmetic.checked(type.kind(), Math.abs(n));
            }
            case Double d -> Math.abs(d);
            case Float f -> Math.abs(f);
            case BigDecimal d -> d.abs();
            default -> x;
        };
    }

    private static Object toWhole(Object x, RoundingMode mode) {
        return switch (x) {
            case Double d -> mode == RoundingMode.CEILING ? Math.ceil(d) : Math.floor(d);
            case Float f -> (float) (mode == RoundingMode.CEILING ? Math.ceil(f) : Math.floor(f));
            case BigDecimal d -> d.setScale(0, mode).setScale(d.scale());
            default -> x;
        };
    }

    private static Object round(Object x, int digits) {
        return switch (x) {
            case Double d ->
                BigDecimal.valueOf(d).setScale(digits, RoundingMode.HALF_UP).doubleValue();
            case Float f ->
                new BigDecimal(f.toString())
                        .setScale(digits, RoundingMode.HALF_UP)
                        .floatValue();
            case BigDecimal d ->
                digits >= d.scale()
                        ? d
                        : d.setScale(digits, RoundingMode.HALF_UP).setScale(d.scale());
            default -> x;
        };
    }

    /// A count of characters or digits, which must not be negative.
    private static int count(Object value, String function) {
        long n = ((Number) value).longValue();
        if (n < 0) {
            throw failed("a count of " + function + " is " + n);
        }
        return (int) Math.min(n, Integer.MAX_VALUE);
    }

    private Typed floating(Call c) {
        number(c, 0);
        String name = c.node().name();
        if (name.equals("POWER")) {
            number(c, 1);
            return strict(R8, c.arguments(), a -> finite(Math.pow(d(a[0]), d(a[1]))));
        }
        return strict(R8, c.arguments(), a -> {
            double x = d(a[0]);
            return switch (name) {
                case "EXP" -> finite(Math.exp(x));
                case "LN" -> x <= 0 ? null : (Object) Math.log(x);
                case "LOG" -> x <= 0 ? null : (Object) Math.log10(x);
                case "SQUARE" -> finite(x * x);
                default -> {
                    if (x < 0) {
                        throw failed("SQRT of a negative number");
                    }
                    yield Math.sqrt(x);
                }
            };
        });
    }

    private static double d(Object x) {
        return ((Number) x).doubleValue();
    }

    private static Double finite(double x) {
        if (Double.isNaN(x) || Double.isInfinite(x)) {
            throw new RowFailure(RowFailure.Code.FUNCTION_OVERFLOW, "the result is no finite number");
        }
        return x;
    }

    private Typed hex(Call c) {
        whole(c, 0);
        int bits = c.get(0).kind().bits();
        return strict(SsisType.wide(bits / 4), c.arguments(), a -> {
            BigInteger n = Arithmetic.big(a[0]);
            BigInteger unsigned = n.signum() < 0 ? n.add(BigInteger.TWO.pow(bits)) : n;
            return unsigned.toString(16).toUpperCase(Locale.ROOT);
        });
    }

    private Typed counting(Call c) {
        return switch (c.node().name()) {
            case "LEN" -> {
                need(c, 0, c.get(0).kind().text() || c.get(0).kind() == Kind.IMAGE, "a text");
                Kind kind = c.get(0).kind();
                yield strict(I4, c.arguments(), a -> length(kind, a[0]));
            }
            case "CODEPOINT" -> {
                text(c, 0);
                yield strict(SsisType.of(Kind.UI2), c.arguments(), a -> {
                    String s = (String) a[0];
                    return s.isEmpty() ? null : (Object) (long) s.charAt(0);
                });
            }
            case "FINDSTRING" -> {
                text(c, 0);
                text(c, 1);
                whole(c, 2);
                yield strict(I4, c.arguments(), a -> find((String) a[0], (String) a[1], ((Number) a[2]).longValue()));
            }
            default -> tokenCount(c);
        };
    }

    /// Characters; bytes of a large object.
    private static Long length(Kind kind, Object value) {
        return switch (value) {
            case byte[] b -> (long) b.length;
            default -> kind == Kind.NTEXT ? 2L * ((String) value).length() : (long) ((String) value).length();
        };
    }

    private static Long find(String text, String wanted, long occurrence) {
        if (occurrence < 1) {
            throw failed("the occurrence for FINDSTRING is " + occurrence);
        }
        if (wanted.isEmpty()) {
            return 0L;
        }
        int at = -1;
        for (long i = 0; i < occurrence; i++) {
            at = text.indexOf(wanted, at + 1);
            if (at < 0) {
                return 0L;
            }
        }
        return at + 1L;
    }

    /// 0 for NULL.
    private Typed tokenCount(Call c) {
        text(c, 0);
        text(c, 1);
        Typed count = strict(I4, c.arguments(), a -> {
            long n = 0;
            while (token((String) a[0], (String) a[1], n + 1) != null) {
                n++;
            }
            return n;
        });
        Typed.Code code = count.code();
        return Typed.of(I4, v -> {
            Object n = code.value(v);
            return n == null ? (Object) 0L : n;
        });
    }

    private Typed sameLength(Call c) {
        text(c, 0);
        SsisType type = c.get(0).kind().string()
                ? SsisType.wide(c.get(0).type().length())
                : c.get(0).type();
        return strict(type, c.arguments(), a -> {
            String s = (String) a[0];
            return switch (c.node().name()) {
                case "LOWER" -> s.toLowerCase(Locale.ROOT);
                case "UPPER" -> s.toUpperCase(Locale.ROOT);
                case "REVERSE" -> new StringBuilder(s).reverse().toString();
                case "LTRIM" -> trimmed(s, true, false);
                case "RTRIM" -> trimmed(s, false, true);
                default -> trimmed(s, true, true);
            };
        });
    }

    /// Blanks only: tabs and line ends stay.
    private static String trimmed(String s, boolean left, boolean right) {
        int from = 0;
        int to = s.length();
        while (left && from < to && s.charAt(from) == ' ') {
            from++;
        }
        while (right && to > from && s.charAt(to - 1) == ' ') {
            to--;
        }
        return s.substring(from, to);
    }

    private Typed part(Call c) {
        text(c, 0);
        for (int i = 1; i < c.arguments().size(); i++) {
            whole(c, i);
        }
        int length = c.get(0).length();
        return switch (c.node().name()) {
            case "LEFT" ->
                strict(SsisType.wide(c.get(1).literalCount().orElse(length)), c.arguments(), a -> {
                    String s = (String) a[0];
                    return s.substring(0, Math.min(s.length(), count(a[1], "LEFT")));
                });
            case "RIGHT" ->
                strict(SsisType.wide(c.get(1).literalCount().orElse(length)), c.arguments(), a -> {
                    String s = (String) a[0];
                    return s.substring(s.length() - Math.min(s.length(), count(a[1], "RIGHT")));
                });
            default -> {
                int rest =
                        Math.max(0, length - Math.max(0, c.get(1).literalCount().orElse(1) - 1));
                int most = Math.min(c.get(2).literalCount().orElse(rest), rest);
                yield strict(SsisType.wide(most), c.arguments(), Functions::substring);
            }
        };
    }

    private static String substring(Object[] a) {
        String s = (String) a[0];
        long start = ((Number) a[1]).longValue();
        long length = ((Number) a[2]).longValue();
        if (start < 1) {
            throw new RowFailure(RowFailure.Code.SUBSTRING_START, "SUBSTRING begins at " + start);
        }
        if (length < 0) {
            throw new RowFailure(RowFailure.Code.SUBSTRING_LENGTH, "the length of SUBSTRING is " + length);
        }
        int from = (int) Math.min(start - 1, s.length());
        return s.substring(from, (int) Math.min(s.length(), from + length));
    }

    private Typed other(Call c) {
        text(c, 0);
        int length = c.get(0).length();
        switch (c.node().name()) {
            case "REPLICATE" -> {
                whole(c, 1);
                long most = c.get(1).literalCount().isPresent()
                        ? (long) length * c.get(1).literalCount().getAsInt()
                        : SsisType.MAX_LENGTH;
                SsisType type = SsisType.wide((int) Math.min(most, SsisType.MAX_LENGTH));
                return strict(type, c.arguments(), a -> replicate((String) a[0], count(a[1], "REPLICATE")));
            }
            case "TOKEN" -> {
                text(c, 1);
                whole(c, 2);
                return strict(
                        SsisType.wide(length),
                        c.arguments(),
                        a -> token((String) a[0], (String) a[1], ((Number) a[2]).longValue()));
            }
            default -> {
                text(c, 1);
                text(c, 2);
                boolean notLonger = c.get(1).kind().string()
                        && c.get(2).length() <= c.get(1).length();
                SsisType type = SsisType.wide(notLonger ? length : SsisType.MAX_LENGTH);
                return strict(type, c.arguments(), a -> replace((String) a[0], (String) a[1], (String) a[2]));
            }
        }
    }

    private static String replicate(String s, int times) {
        if ((long) s.length() * times > SsisType.MAX_LENGTH) {
            throw new RowFailure(
                    RowFailure.Code.FUNCTION_OVERFLOW,
                    "REPLICATE gives more than " + SsisType.MAX_LENGTH + " characters");
        }
        return s.repeat(times);
    }

    private static String replace(String s, String wanted, String by) {
        if (wanted.isEmpty()) {
            throw failed("REPLACE searches for an empty text");
        }
        return s.replace(wanted, by);
    }

    /// Any of the delimiters ends a token; runs of them count as one.
    private static @Nullable String token(String s, String delimiters, long wanted) {
        long seen = 0;
        int at = 0;
        while (at < s.length()) {
            while (at < s.length() && delimiters.indexOf(s.charAt(at)) >= 0) {
                at++;
            }
            int start = at;
            while (at < s.length() && delimiters.indexOf(s.charAt(at)) < 0) {
                at++;
            }
            if (at > start && ++seen == wanted) {
                return s.substring(start, at);
            }
        }
        return null;
    }

    private String partName(Call c) {
        Object constant = c.get(0).constant();
        String part = constant instanceof String s ? Temporal.part(s) : "";
        need(c, 0, constant instanceof String, "the name of a date part as a literal");
        if (part.isEmpty()) {
            throw compiler.flaw(
                    c.node().arguments().getFirst().at(),
                    "'" + constant + "' is no part of a date (year, mm, dd, hh, mi …)");
        }
        return part;
    }

    private Typed datePart(Call c) {
        String part = partName(c);
        return switch (c.node().name()) {
            case "DATEADD" -> {
                whole(c, 1);
                date(c, 2);
                Typed moment = asDate(c.get(2));
                yield strict(
                        TIMESTAMP,
                        List.of(c.get(1), moment),
                        a -> Temporal.truncated(
                                Temporal.add(part, ((Number) a[0]).longValue(), Temporal.local(a[1])), 3));
            }
            case "DATEDIFF" -> {
                date(c, 1);
                date(c, 2);
                yield strict(
                        I4,
                        List.of(asDate(c.get(1)), asDate(c.get(2))),
                        a -> difference(part, Temporal.local(a[0]), Temporal.local(a[1])));
            }
            default -> {
                date(c, 1);
                yield strict(I4, List.of(asDate(c.get(1))), a -> Temporal.datePart(part, Temporal.local(a[0])));
            }
        };
    }

    private static Long difference(String part, LocalDateTime a, LocalDateTime b) {
        long n = Temporal.difference(part, a, b);
        if (n != (int) n) {
            throw new RowFailure(RowFailure.Code.FUNCTION_OVERFLOW, "DATEDIFF gives " + n);
        }
        return n;
    }

    /// A text stands for the date that it spells.
    private Typed asDate(Typed argument) {
        return argument.kind().string() ? compiler.converted(argument, TIMESTAMP) : argument;
    }

    private Typed ofDate(Call c) {
        date(c, 0);
        String part = c.node().name().toLowerCase(Locale.ROOT);
        return strict(I4, List.of(asDate(c.get(0))), a -> Temporal.datePart(part, Temporal.local(a[0])));
    }

    private Typed replaceNull(Call c) {
        Typed first = c.get(0);
        Typed second = c.get(1);
        need(c, 0, !first.kind().lob(), "no large object");
        boolean strings = first.kind().string() && second.kind().string();
        SsisType type = strings
                ? SsisType.wide(Math.max(first.type().length(), second.type().length()))
                : first.type();
        need(c, 1, Conversion.allowed(second.type(), type), "convertible to " + type);
        Typed.Code value = first.code();
        Typed.Code instead = compiler.converted(second, type).code();
        return Typed.of(type, v -> {
            Object x = value.value(v);
            return x == null ? instead.value(v) : x;
        });
    }
}
