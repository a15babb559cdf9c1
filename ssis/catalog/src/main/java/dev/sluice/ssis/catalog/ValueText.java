package dev.sluice.ssis.catalog;

import dev.sluice.ssis.packages.VariantType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Values of parameters and variables as text, checked against their types.
public final class ValueText {
    /// Types that a variable of an environment may have.
    public static final Set<VariantType> OF_ENVIRONMENTS = Set.of(
            VariantType.BOOLEAN,
            VariantType.BYTE,
            VariantType.DATE_TIME,
            VariantType.DECIMAL,
            VariantType.DOUBLE,
            VariantType.INT16,
            VariantType.INT32,
            VariantType.INT64,
            VariantType.SBYTE,
            VariantType.SINGLE,
            VariantType.STRING,
            VariantType.UINT32,
            VariantType.UINT64);

    private static final Map<VariantType, Integer> SIGNED = Map.of(
            VariantType.SBYTE, 7,
            VariantType.INT16, 15,
            VariantType.INT32, 31,
            VariantType.INT64, 63);

    private static final Map<VariantType, Integer> UNSIGNED = Map.of(
            VariantType.BYTE, 8,
            VariantType.UINT32, 32,
            VariantType.UINT64, 64);

    private ValueText() {}

    /// The type of that name (`Int32`, `String` …), in any case.
    public static Optional<VariantType> type(String word) {
        for (VariantType type : VariantType.values()) {
            if (type.word().equalsIgnoreCase(word)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /// Why a text is no value of a type; empty when it is one. Never shows the text: it may be a secret.
    public static Optional<String> flaw(VariantType type, String text) {
        boolean fits = switch (type) {
            case STRING, OBJECT, EMPTY, NULL -> true;
            case CHAR -> text.length() == 1;
            case BOOLEAN -> text.strip().matches("(?i)true|false|-?1|0");
            case SINGLE, DOUBLE -> isReal(text);
            case DECIMAL, CURRENCY -> isDecimal(text);
            case DATE_TIME -> isDate(text.strip());
            case SBYTE, BYTE, INT16, INT32, INT64, UINT32, UINT64 -> isWhole(type, text);
        };
        return fits ? Optional.empty() : Optional.of("it is not a value of the type " + type.word());
    }

    private static boolean isReal(String text) {
        try {
            return !Double.isNaN(Double.parseDouble(text.strip()));
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isDecimal(String text) {
        try {
            BigDecimal value = new BigDecimal(text.strip());
            return value.precision() <= 29 && Math.abs(value.scale()) <= 29;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isWhole(VariantType type, String text) {
        try {
            String plain = text.strip();
            if (plain.length() > 25) {
                return false;
            }
            BigInteger value = new BigInteger(plain);
            Integer signed = SIGNED.get(type);
            Integer unsigned = UNSIGNED.get(type);
            return signed != null
                    ? value.bitLength() <= signed
                    : value.signum() >= 0 && unsigned != null && value.bitLength() <= unsigned;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    private static boolean isDate(String text) {
        String iso = text.replace(' ', 'T');
        try {
            if (iso.length() <= 10) {
                LocalDate.parse(iso);
            } else if (iso.endsWith("Z") || iso.matches(".*[+-]\\d\\d:\\d\\d$")) {
                OffsetDateTime.parse(iso);
            } else {
                LocalDateTime.parse(iso);
            }
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }
}
