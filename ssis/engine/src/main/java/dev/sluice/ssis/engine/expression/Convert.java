package dev.sluice.ssis.engine.expression;

import dev.sluice.ssis.engine.expression.SsisType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.UUID;

/// Conversions of values whose type is known by their class, outside expressions: variables, parameters, results.
public final class Convert {
    private Convert() {}

    /// @param length of a text that is still taken whole
    /// @throws RowFailure when the value cannot become that type
    public static Object value(Object value, SsisType to, int length) {
        Object known = known(value);
        SsisType from = SsisType.of(kind(known));
        SsisType wanted = to.kind().string() ? new SsisType(to.kind(), length, 0, 0, 0) : to;
        if (to.kind() == Kind.DECIMAL && known instanceof BigDecimal d) {
            return d;
        }
        return Conversion.convert(known, from, wanted);
    }

    /// Casts a value of a data flow. A text that is longer than the target's length is cut in silence.
    ///
    /// @throws RowFailure when the value cannot become that type
    public static Object value(Object value, SsisType from, SsisType to) {
        return Conversion.convert(value, from, to);
    }

    /// Whether there is a cast from the one type to the other.
    public static boolean allowed(SsisType from, SsisType to) {
        return Conversion.allowed(from, to);
    }

    /// A number of any class as a decimal one.
    public static BigDecimal decimal(Object number) {
        return Arithmetic.decimal(number);
    }

    /// Java's smaller numbers as the classes that expressions use.
    private static Object known(Object value) {
        return switch (value) {
            case Integer n -> n.longValue();
            case Short n -> n.longValue();
            case Byte n -> n.longValue();
            case Character c -> String.valueOf(c);
            default -> value;
        };
    }

    private static Kind kind(Object value) {
        return switch (value) {
            case String s -> Kind.WSTR;
            case Boolean b -> Kind.BOOL;
            case Long n -> Kind.I8;
            case BigInteger n -> Kind.UI8;
            case Float f -> Kind.R4;
            case Double d -> Kind.R8;
            case BigDecimal d -> Kind.NUMERIC;
            case UUID g -> Kind.GUID;
            case LocalDate d -> Kind.DBDATE;
            case LocalTime t -> Kind.DBTIME2;
            case LocalDateTime t -> Kind.DBTIMESTAMP;
            case OffsetDateTime o -> Kind.DBTIMESTAMPOFFSET;
            case byte[] b -> Kind.IMAGE;
            default ->
                throw new RowFailure(
                        RowFailure.Code.CAST, "a " + value.getClass().getSimpleName() + " is no value of a data flow");
        };
    }
}
