package dev.sluice.ssis.engine.expression;

import dev.sluice.ssis.engine.expression.SsisType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Optional;

/// Types and values of operators between numbers.
final class Arithmetic {
    private static final MathContext DIGITS = new MathContext(80);

    private Arithmetic() {}

    /// The type both sides are taken to; empty when they need a cast (a signed and a 64-bit unsigned integer).
    static Optional<SsisType> common(SsisType a, SsisType b) {
        Kind x = a.kind();
        Kind y = b.kind();
        if (x == y && !x.exact()) {
            return Optional.of(a);
        }
        if (x == Kind.R8 || y == Kind.R8) {
            return Optional.of(SsisType.of(Kind.R8));
        }
        if (x == Kind.R4 || y == Kind.R4) {
            Kind other = x == Kind.R4 ? y : x;
            boolean small = other == Kind.R4 || other.integer() && other.bits() <= 16;
            return Optional.of(SsisType.of(small ? Kind.R4 : Kind.R8));
        }
        if (x.exact() || y.exact()) {
            SsisType m = asNumeric(a);
            SsisType n = asNumeric(b);
            int scale = Math.max(m.scale(), n.scale());
            return Optional.of(
                    SsisType.numeric(Math.max(m.precision() - m.scale(), n.precision() - n.scale()) + scale, scale));
        }
        return integers(x, y).map(SsisType::of);
    }

    private static Optional<Kind> integers(Kind x, Kind y) {
        if (x.signed() == y.signed()) {
            return Optional.of(x.bits() >= y.bits() ? x : y);
        }
        Kind signed = x.signed() ? x : y;
        Kind unsigned = x.signed() ? y : x;
        if (unsigned == Kind.UI8) {
            return Optional.empty();
        }
        if (signed.bits() > unsigned.bits()) {
            return Optional.of(signed);
        }
        return Optional.of(
                switch (unsigned.bits()) {
                    case 8 -> Kind.I2;
                    case 16 -> Kind.I4;
                    default -> Kind.I8;
                });
    }

    /// Integers count as NUMERIC with the digits that they can have.
    static SsisType asNumeric(SsisType type) {
        return switch (type.kind()) {
            case I1, UI1 -> SsisType.numeric(3, 0);
            case I2, UI2 -> SsisType.numeric(5, 0);
            case I4, UI4 -> SsisType.numeric(10, 0);
            case I8, UI8 -> SsisType.numeric(19, 0);
            case CY -> SsisType.numeric(19, 4);
            case DECIMAL -> SsisType.numeric(29, type.scale());
            default -> type;
        };
    }

    /// T-SQL's rules for precision and scale.
    static SsisType exactResult(String operator, SsisType a, SsisType b) {
        SsisType x = asNumeric(a);
        SsisType y = asNumeric(b);
        int p1 = x.precision();
        int s1 = x.scale();
        int p2 = y.precision();
        int s2 = y.scale();
        return switch (operator) {
            case "*" -> SsisType.numeric(p1 + p2 + 1, s1 + s2);
            case "/" -> {
                int scale = Math.max(6, s1 + p2 + 1);
                yield SsisType.numeric(p1 - s1 + s2 + scale, scale);
            }
            default -> SsisType.numeric(Math.max(s1, s2) + Math.max(p1 - s1, p2 - s2) + 1, Math.max(s1, s2));
        };
    }

    static Object compute(String operator, SsisType result, Object left, Object right) {
        return switch (result.kind()) {
            case R8 -> finite(floating(operator, ((Number) left).doubleValue(), ((Number) right).doubleValue()));
            case R4 -> {
                double value = floating(operator, ((Number) left).doubleValue(), ((Number) right).doubleValue());
                yield (Object) (float) finite((float) value);
            }
            case NUMERIC -> exact(operator, result, decimal(left), decimal(right));
            case UI8 -> unsigned(operator, big(left), big(right));
            default -> whole(operator, result.kind(), ((Number) left).longValue(), ((Number) right).longValue());
        };
    }

    private static double floating(String operator, double a, double b) {
        return switch (operator) {
            case "+" -> a + b;
            case "-" -> a - b;
            case "*" -> a * b;
            default -> {
                if (b == 0) {
                    throw new RowFailure(RowFailure.Code.DIVISION_BY_ZERO, "a division by zero");
                }
                yield a / b;
            }
        };
    }

    private static double finite(double value) {
        if (Double.isInfinite(value) || Double.isNaN(value)) {
            throw overflow("DT_R8");
        }
        return value;
    }

    private static BigDecimal exact(String operator, SsisType result, BigDecimal a, BigDecimal b) {
        if (operator.equals("/") && b.signum() == 0) {
            throw new RowFailure(RowFailure.Code.DIVISION_BY_ZERO, "a division by zero");
        }
        BigDecimal value = switch (operator) {
            case "+" -> a.add(b);
            case "-" -> a.subtract(b);
            case "*" -> a.multiply(b);
            default -> a.divide(b, DIGITS);
        };
        BigDecimal scaled = value.setScale(result.scale(), RoundingMode.DOWN);
        if (scaled.precision() - scaled.scale() > result.precision() - result.scale()) {
            throw overflow(result.toString());
        }
        return scaled;
    }

    private static BigInteger unsigned(String operator, BigInteger a, BigInteger b) {
        BigInteger value = switch (operator) {
            case "+" -> a.add(b);
            case "-" -> a.subtract(b);
            case "*" -> a.multiply(b);
            case "&" -> a.and(b);
            case "|" -> a.or(b);
            case "^" -> a.xor(b);
            default -> {
                if (b.signum() == 0) {
                    throw new RowFailure(RowFailure.Code.DIVISION_BY_ZERO, "a division by zero");
                }
                yield operator.equals("/") ? a.divide(b) : a.mod(b);
            }
        };
        if (value.signum() < 0 || value.bitLength() > 64) {
            throw overflow("DT_UI8");
        }
        return value;
    }

    private static Long whole(String operator, Kind kind, long a, long b) {
        try {
            long value = switch (operator) {
                case "+" -> Math.addExact(a, b);
                case "-" -> Math.subtractExact(a, b);
                case "*" -> Math.multiplyExact(a, b);
                case "&" -> a & b;
                case "|" -> a | b;
                case "^" -> a ^ b;
                default -> divided(operator, a, b);
            };
            return checked(kind, value);
        } catch (ArithmeticException e) {
            throw overflow("DT_" + kind.name());
        }
    }

    private static long divided(String operator, long a, long b) {
        if (b == 0) {
            throw new RowFailure(RowFailure.Code.DIVISION_BY_ZERO, "a division by zero");
        }
        return operator.equals("/") ? Math.divideExact(a, b) : a % b;
    }

    /// The value if the type holds it.
    static long checked(Kind kind, long value) {
        long least = kind.signed() ? -1L << (kind.bits() - 1) : 0;
        long most = kind.signed()
                ? kind.bits() == 64 ? Long.MAX_VALUE : (1L << (kind.bits() - 1)) - 1
                : (1L << kind.bits()) - 1;
        if (value < least || value > most) {
            throw overflow("DT_" + kind.name());
        }
        return value;
    }

    static RowFailure overflow(String type) {
        return new RowFailure(RowFailure.Code.OVERFLOW, "the result is too large for " + type);
    }

    static BigDecimal decimal(Object value) {
        return switch (value) {
            case BigDecimal d -> d;
            case BigInteger i -> new BigDecimal(i);
            case Long l -> BigDecimal.valueOf(l);
            case Float f -> new BigDecimal(f.toString());
            case Double d -> BigDecimal.valueOf(d);
            default -> throw new IllegalStateException("no number: " + value.getClass());
        };
    }

    static BigInteger big(Object value) {
        return value instanceof BigInteger i ? i : BigInteger.valueOf(((Number) value).longValue());
    }

    /// Compares two numbers of any types.
    static int compare(Object a, Object b) {
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        if (a instanceof Double || a instanceof Float || b instanceof Double || b instanceof Float) {
            return Double.compare(((Number) a).doubleValue(), ((Number) b).doubleValue());
        }
        return decimal(a).compareTo(decimal(b));
    }
}
