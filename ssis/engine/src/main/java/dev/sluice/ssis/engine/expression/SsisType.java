package dev.sluice.ssis.engine.expression;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// A type of the data flow.
///
/// @param length characters (STR, WSTR) or bytes (BYTES); 0 where it does not apply
/// @param precision of NUMERIC; 0 where it does not apply
/// @param scale of NUMERIC and DECIMAL, digits of the fraction of a second for the types that have them
/// @param codePage of STR and TEXT
public record SsisType(Kind kind, int length, int precision, int scale, int codePage) {
    /// Longest result of a string operation, in characters.
    public static final int MAX_LENGTH = 4_000;

    static final int MAX_PRECISION = 38;

    /// The types, with the class of their values.
    public enum Kind {
        /// [Boolean].
        BOOL("bool"),
        /// [Long], as all integers up to 64 bits with a sign and up to 32 without.
        I1("i1"),
        I2("i2"),
        I4("i4"),
        I8("i8"),
        UI1("ui1"),
        UI2("ui2"),
        UI4("ui4"),
        /// [java.math.BigInteger].
        UI8("ui8"),
        /// [Float].
        R4("r4"),
        /// [Double].
        R8("r8"),
        /// [java.math.BigDecimal], scale 4.
        CY("cy"),
        /// [java.math.BigDecimal], as NUMERIC.
        DECIMAL("decimal"),
        NUMERIC("numeric"),
        /// [String], as all texts.
        STR("str"),
        WSTR("wstr"),
        TEXT("text"),
        NTEXT("ntext"),
        /// `byte[]`, as IMAGE.
        BYTES("bytes"),
        IMAGE("image"),
        /// [java.util.UUID].
        GUID("guid"),
        /// [java.time.LocalDateTime].
        DATE("date"),
        /// [java.time.LocalDate].
        DBDATE("dbdate"),
        /// [java.time.LocalTime], as DBTIME2.
        DBTIME("dbtime"),
        DBTIME2("dbtime2"),
        /// [java.time.LocalDateTime], as DBTIMESTAMP2 and FILETIME.
        DBTIMESTAMP("dbtimestamp"),
        DBTIMESTAMP2("dbtimestamp2"),
        FILETIME("filetime"),
        /// [java.time.OffsetDateTime].
        DBTIMESTAMPOFFSET("dbtimestampoffset");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        /// As packages write it, lower case.
        public String word() {
            return word;
        }

        /// By the name in packages, in any case.
        public static Optional<Kind> named(String word) {
            String lower = word.toLowerCase(Locale.ROOT);
            return Arrays.stream(values()).filter(k -> k.word.equals(lower)).findFirst();
        }

        public boolean integer() {
            return switch (this) {
                case I1, I2, I4, I8, UI1, UI2, UI4, UI8 -> true;
                default -> false;
            };
        }

        boolean signed() {
            return switch (this) {
                case I1, I2, I4, I8 -> true;
                default -> false;
            };
        }

        /// Bits of an integer.
        int bits() {
            return switch (this) {
                case I1, UI1 -> 8;
                case I2, UI2 -> 16;
                case I4, UI4 -> 32;
                case I8, UI8 -> 64;
                default -> 0;
            };
        }

        public boolean floating() {
            return this == R4 || this == R8;
        }

        /// CY, DECIMAL or NUMERIC.
        public boolean exact() {
            return this == CY || this == DECIMAL || this == NUMERIC;
        }

        public boolean number() {
            return integer() || floating() || exact();
        }

        /// STR or WSTR.
        public boolean string() {
            return this == STR || this == WSTR;
        }

        public boolean lob() {
            return this == TEXT || this == NTEXT || this == IMAGE;
        }

        /// A text of any length.
        public boolean text() {
            return string() || this == TEXT || this == NTEXT;
        }

        /// DBTIME or DBTIME2.
        public boolean time() {
            return this == DBTIME || this == DBTIME2;
        }

        /// A type with a date, a time or both.
        public boolean temporal() {
            return switch (this) {
                case DATE, DBDATE, DBTIME, DBTIME2, DBTIMESTAMP, DBTIMESTAMP2, FILETIME, DBTIMESTAMPOFFSET -> true;
                default -> false;
            };
        }
    }

    public static SsisType of(Kind kind) {
        return switch (kind) {
            case CY -> new SsisType(kind, 0, 19, 4, 0);
            case DECIMAL -> new SsisType(kind, 0, 29, 0, 0);
            case NUMERIC -> new SsisType(kind, 0, 18, 0, 0);
            case DBTIME2, DBTIMESTAMP2, DBTIMESTAMPOFFSET -> new SsisType(kind, 0, 0, 7, 0);
            case DBTIMESTAMP -> new SsisType(kind, 0, 0, 3, 0);
            default -> new SsisType(kind, 0, 0, 0, 0);
        };
    }

    public static SsisType wide(int length) {
        return new SsisType(Kind.WSTR, Math.clamp(length, 0, MAX_LENGTH), 0, 0, 0);
    }

    static SsisType narrow(int length, int codePage) {
        return new SsisType(Kind.STR, length, 0, 0, codePage);
    }

    /// With T-SQL's cap: what exceeds 38 digits is cut from the scale, down to 6 digits.
    static SsisType numeric(int precision, int scale) {
        if (precision <= MAX_PRECISION) {
            return new SsisType(Kind.NUMERIC, 0, precision, scale, 0);
        }
        int cut = precision - MAX_PRECISION;
        return new SsisType(Kind.NUMERIC, 0, MAX_PRECISION, Math.max(scale - cut, Math.min(scale, 6)), 0);
    }

    /// As an expression would write it: `DT_WSTR, 10`, `DT_NUMERIC, 18, 2`.
    @Override
    public String toString() {
        String name = "DT_" + kind.name();
        return switch (kind) {
            case STR -> name + ", " + length + ", " + codePage;
            case WSTR, BYTES -> name + ", " + length;
            case NUMERIC -> name + ", " + precision + ", " + scale;
            case DECIMAL, DBTIME2, DBTIMESTAMP2, DBTIMESTAMPOFFSET -> name + ", " + scale;
            case TEXT -> name + ", " + codePage;
            default -> name;
        };
    }
}
