package dev.sluice.ssis.engine.expression;

import dev.sluice.ssis.engine.expression.SsisType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;

/// Casts. Text that is too long is cut in silence, as the cast operator does; what does not fit otherwise is a
/// [RowFailure].
final class Conversion {
    private static final BigInteger MAX_UI8 = BigInteger.TWO.pow(64).subtract(BigInteger.ONE);

    private Conversion() {}

    /// Whether a cast between the types is allowed at all.
    static boolean allowed(SsisType from, SsisType to) {
        Kind a = from.kind();
        Kind b = to.kind();
        if (a == b || b.text() && a != Kind.IMAGE) {
            return true;
        }
        if (a.lob() || b.lob()) {
            return a.text() && b.text() || a == Kind.IMAGE && b == Kind.BYTES || a == Kind.BYTES && b == Kind.IMAGE;
        }
        if (a == Kind.GUID || b == Kind.GUID) {
            return a.string() || a == Kind.BYTES || b == Kind.BYTES;
        }
        if (a == Kind.BYTES || b == Kind.BYTES) {
            return a.string() || b.string();
        }
        if (a.time() && b == Kind.DBDATE || b.time() && a == Kind.DBDATE) {
            return false;
        }
        if (a.temporal() != b.temporal() && !a.string()) {
            // Only the OLE date is a number, too.
            return a == Kind.DATE && b.number() || b == Kind.DATE && a.number();
        }
        return true;
    }

    /// @param value not null
    static Object convert(Object value, SsisType from, SsisType to) {
        return switch (to.kind()) {
            case STR, WSTR -> cut(text(value, from), to.length());
            case TEXT, NTEXT -> text(value, from);
            case BOOL -> truth(value);
            case I1, I2, I4, I8, UI1, UI2, UI4 -> whole(value, to.kind());
            case UI8 -> unsigned(value);
            case R4 -> (Object) (float) floating(value);
            case R8 -> floating(value);
            case CY, DECIMAL, NUMERIC -> exact(value, to);
            case GUID -> guid(value);
            case BYTES, IMAGE -> bytes(value, to);
            case DATE, DBDATE, DBTIME, DBTIME2, DBTIMESTAMP, DBTIMESTAMP2, FILETIME, DBTIMESTAMPOFFSET ->
                temporal(value, to);
        };
    }

    private static String cut(String text, int length) {
        return text.length() > length ? text.substring(0, length) : text;
    }

    static String text(Object value, SsisType type) {
        return switch (value) {
            case String s -> s;
            case Boolean b -> b ? "True" : "False";
            case BigDecimal d -> type.kind() == Kind.CY ? d.stripTrailingZeros().toPlainString() : d.toPlainString();
            case Double d -> shortest(d.toString());
            case Float f -> shortest(f.toString());
            case UUID g -> "{" + g.toString().toUpperCase(Locale.ROOT) + "}";
            case byte[] b -> HexFormat.of().withUpperCase().formatHex(b);
            case Number n -> n.toString();
            default -> Temporal.text(value, type);
        };
    }

    /// `1.0` as `1`, `1.0E10` as `10000000000`.
    private static String shortest(String javaForm) {
        BigDecimal value = new BigDecimal(javaForm).stripTrailingZeros();
        int magnitude = value.precision() - value.scale();
        if (magnitude > 15 || magnitude < -4) {
            String digits = value.unscaledValue().abs().toString();
            String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
            int exponent = magnitude - 1;
            return (value.signum() < 0 ? "-" : "") + mantissa + "E" + (exponent < 0 ? "-" : "+")
                    + String.format(Locale.ROOT, "%02d", Math.abs(exponent));
        }
        return value.toPlainString();
    }

    private static RowFailure failed(Object value, String type) {
        return new RowFailure(RowFailure.Code.CAST, "'" + value + "' is no " + type);
    }

    private static Boolean truth(Object value) {
        return switch (value) {
            case Boolean b -> b;
            case String s -> {
                String t = s.strip().toLowerCase(Locale.ROOT);
                yield switch (t) {
                    case "true" -> true;
                    case "false" -> false;
                    default -> number(s, "DT_BOOL").signum() != 0;
                };
            }
            case Number n -> Arithmetic.decimal(n).signum() != 0;
            default -> throw failed(value, "DT_BOOL");
        };
    }

    private static BigDecimal number(String text, String type) {
        try {
            String t = text.strip();
            return new BigDecimal(t.startsWith("+") ? t.substring(1) : t);
        } catch (NumberFormatException e) {
            throw failed(text, type);
        }
    }

    private static BigDecimal number(Object value, String type) {
        return switch (value) {
            case Boolean b -> BigDecimal.valueOf(b ? -1 : 0);
            case String s -> number(s, type);
            case LocalDateTime t -> oleDate(t);
            case Number n -> Arithmetic.decimal(n);
            default -> throw failed(value, type);
        };
    }

    private static BigInteger integral(Object value, String type) {
        RoundingMode mode =
                value instanceof Double || value instanceof Float ? RoundingMode.HALF_EVEN : RoundingMode.HALF_UP;
        return number(value, type).setScale(0, mode).toBigInteger();
    }

    private static Long whole(Object value, Kind kind) {
        String type = "DT_" + kind.name();
        if (value instanceof Long n) {
            return within(kind, n, value);
        }
        BigInteger number = integral(value, type);
        if (number.bitLength() > 63) {
            throw failed(value, type);
        }
        return within(kind, number.longValueExact(), value);
    }

    private static Long within(Kind kind, long number, Object value) {
        try {
            return Arithmetic.checked(kind, number);
        } catch (RowFailure e) {
            throw failed(value, "DT_" + kind.name());
        }
    }

    private static BigInteger unsigned(Object value) {
        BigInteger number = value instanceof BigInteger b ? b : integral(value, "DT_UI8");
        if (number.signum() < 0 || number.compareTo(MAX_UI8) > 0) {
            throw failed(value, "DT_UI8");
        }
        return number;
    }

    private static double floating(Object value) {
        if (value instanceof Double || value instanceof Float) {
            return ((Number) value).doubleValue();
        }
        return number(value, "DT_R8").doubleValue();
    }

    private static BigDecimal exact(Object value, SsisType to) {
        BigDecimal number = number(value, to.toString());
        BigDecimal scaled = number.setScale(to.scale(), RoundingMode.HALF_UP);
        if (scaled.precision() - scaled.scale() > to.precision() - to.scale()) {
            throw failed(value, to.toString());
        }
        return scaled;
    }

    private static UUID guid(Object value) {
        if (value instanceof UUID g) {
            return g;
        }
        String text = value.toString().strip();
        String plain = text.startsWith("{") && text.endsWith("}") ? text.substring(1, text.length() - 1) : text;
        try {
            return UUID.fromString(plain);
        } catch (IllegalArgumentException e) {
            throw failed(value, "DT_GUID");
        }
    }

    private static byte[] bytes(Object value, SsisType to) {
        byte[] bytes = switch (value) {
            case byte[] b -> b;
            case String s -> hex(s);
            default -> throw failed(value, to.toString());
        };
        return to.kind() == Kind.BYTES && bytes.length > to.length()
                ? java.util.Arrays.copyOf(bytes, to.length())
                : bytes;
    }

    private static byte[] hex(String text) {
        try {
            String digits = text.startsWith("0x") || text.startsWith("0X") ? text.substring(2) : text;
            return HexFormat.of().parseHex(digits);
        } catch (IllegalArgumentException e) {
            throw failed(text, "DT_BYTES");
        }
    }

    private static Object temporal(Object value, SsisType to) {
        Object moment = switch (value) {
            case String s -> Temporal.parse(s, to.kind());
            case Number n -> fromOle(Arithmetic.decimal(n));
            default -> value;
        };
        return switch (to.kind()) {
            case DBDATE -> Temporal.local(utc(moment, to)).toLocalDate();
            case DBTIME -> Temporal.truncated(clock(utc(moment, to)), 0);
            case DBTIME2 -> Temporal.truncated(clock(utc(moment, to)), to.scale());
            case DBTIMESTAMPOFFSET -> offset(moment, to);
            case DBTIMESTAMP, FILETIME ->
                Temporal.truncated(stamp(utc(moment, to)), to.kind() == Kind.FILETIME ? 7 : 3);
            case DBTIMESTAMP2 -> Temporal.truncated(stamp(utc(moment, to)), to.scale());
            default -> stamp(utc(moment, to));
        };
    }

    /// From a time with an offset, other types take the time in UTC.
    private static Object utc(Object moment, SsisType to) {
        return moment instanceof OffsetDateTime o && to.kind() != Kind.DBTIMESTAMPOFFSET
                ? o.withOffsetSameInstant(ZoneOffset.UTC).toLocalDateTime()
                : moment;
    }

    private static LocalTime clock(Object moment) {
        return moment instanceof LocalTime t ? t : Temporal.local(moment).toLocalTime();
    }

    private static LocalDateTime stamp(Object moment) {
        return moment instanceof LocalDate d ? d.atStartOfDay() : Temporal.local(moment);
    }

    private static OffsetDateTime offset(Object moment, SsisType to) {
        OffsetDateTime o =
                moment instanceof OffsetDateTime x ? x : Temporal.local(moment).atOffset(ZoneOffset.UTC);
        return Temporal.truncated(o.toLocalDateTime(), to.scale()).atOffset(o.getOffset());
    }

    private static BigDecimal oleDate(LocalDateTime t) {
        long days = java.time.temporal.ChronoUnit.DAYS.between(LocalDate.of(1899, 12, 30), t.toLocalDate());
        BigDecimal part = BigDecimal.valueOf(t.toLocalTime().toNanoOfDay())
                .divide(BigDecimal.valueOf(86_400_000_000_000L), 15, RoundingMode.HALF_UP);
        return BigDecimal.valueOf(days).add(days < 0 ? part.negate() : part);
    }

    private static LocalDateTime fromOle(BigDecimal value) {
        try {
            long days = value.toBigInteger().longValueExact();
            long nanos = value.subtract(BigDecimal.valueOf(days))
                            .abs()
                            .multiply(BigDecimal.valueOf(86_400_000L))
                            .setScale(0, RoundingMode.HALF_UP)
                            .longValueExact()
                    * 1_000_000L;
            return LocalDate.of(1899, 12, 30).plusDays(days).atStartOfDay().plusNanos(nanos);
        } catch (ArithmeticException | java.time.DateTimeException e) {
            throw failed(value, "DT_DATE");
        }
    }
}
