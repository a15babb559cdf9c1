package dev.sluice.data.spi;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A parameter of a statement or procedure.
///
/// Values, here and in [SqlResults], are of these classes: [Boolean]; [Long] for every integer; [java.math.BigDecimal];
/// [Float], [Double]; [String]; [java.util.UUID]; [java.time.LocalDate], [java.time.LocalDateTime],
/// [java.time.OffsetDateTime], [java.time.LocalTime], [java.time.Duration]; `byte[]`; null. What a store has besides is
/// given as text.
///
/// @param name without a marker in front (`@`, `:`)
/// @param value null for none; what is only output has none
/// @param size of an output text, in characters; 0 when not given, -1 without limit
public record SqlParameter(String name, Type type, @Nullable Object value, Direction direction, int size) {
    /// Data Factory's types of parameters, with the class of their values.
    public enum Type {
        /// [Boolean].
        BOOLEAN,
        /// [Long] from 0 to 255.
        BYTE,
        /// [Long] within 16 bits.
        INT16,
        /// [Long] within 32 bits.
        INT32,
        /// [Long].
        INT64,
        /// [Float].
        SINGLE,
        /// [Double].
        DOUBLE,
        /// [java.math.BigDecimal].
        DECIMAL,
        /// [String].
        STRING,
        /// [java.util.UUID].
        GUID,
        /// [java.time.LocalDate].
        DATE,
        /// [java.time.LocalDateTime].
        DATETIME,
        /// [java.time.OffsetDateTime].
        DATETIMEOFFSET,
        /// [java.time.Duration].
        TIMESPAN;

        /// The type of that name, in any case; `Int` and `Date` as stored procedures have them. Empty when there is
        /// none.
        public static Optional<Type> named(String name) {
            String wanted = name.strip().toUpperCase(Locale.ROOT);
            return wanted.equals("INT")
                    ? Optional.of(INT32)
                    : Arrays.stream(values())
                            .filter(t -> t.name().equals(wanted))
                            .findFirst();
        }
    }

    /// Which way a value goes.
    public enum Direction {
        /// To the statement.
        INPUT,
        /// From it.
        OUTPUT,
        /// Both.
        INPUT_OUTPUT;

        public boolean in() {
            return this != OUTPUT;
        }

        public boolean out() {
            return this != INPUT;
        }
    }
}
