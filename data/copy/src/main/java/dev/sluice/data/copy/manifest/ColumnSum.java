package dev.sluice.data.copy.manifest;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/// What is known of one column in one piece of data.
///
/// @param first lane of the sum of the hashes of all values that are neither null nor empty
/// @param second lane of it
/// @param nulls rows without a value
/// @param empties rows with a text or binary value of no bytes: in delimited text they may look like nulls
/// @param least smallest value as text, where it is known; long ones are cut
/// @param greatest largest value
public record ColumnSum(
        long first,
        long second,
        long nulls,
        long empties,
        @Nullable String least,
        @Nullable String greatest) {
    static final ColumnSum NOTHING = new ColumnSum(0, 0, 0, 0, null, null);

    /// The sum of 128 bits in 32 hexadecimal digits.
    public String hash() {
        return hex(first, second);
    }

    static String hex(long first, long second) {
        return String.format(Locale.ROOT, "%016x%016x", first, second);
    }

    /// Both together, without least and greatest.
    ColumnSum plus(ColumnSum other) {
        return new ColumnSum(
                first + other.first, second + other.second, nulls + other.nulls, empties + other.empties, null, null);
    }

    /// Hash and counts in one text: `hash/nulls/empties`.
    public String text() {
        return hash() + "/" + nulls + "/" + empties;
    }

    static ColumnSum of(String text) {
        String[] parts = text.split("/", -1);
        if (parts.length != 3 || parts[0].length() != 32) {
            throw new IllegalArgumentException("'" + text + "' is no sum of a column");
        }
        return new ColumnSum(
                Long.parseUnsignedLong(parts[0].substring(0, 16), 16),
                Long.parseUnsignedLong(parts[0].substring(16), 16),
                Long.parseLong(parts[1]),
                Long.parseLong(parts[2]),
                null,
                null);
    }
}
