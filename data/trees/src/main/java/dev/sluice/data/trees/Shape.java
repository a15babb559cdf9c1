package dev.sluice.data.trees;

import dev.sluice.data.batch.DataType;
import java.util.LinkedHashMap;
import java.util.Map;

/// What the values of a column are in files whose rows have structures and a schema of their own (Avro, ORC, Parquet).
///
/// The values themselves are plain Java objects, null for none: of a [Leaf] [Long] (whole numbers, decimals
/// of up to 18 digits, dates and times in the type's unit, 0 or 1 of a Boolean), [Double],
/// [java.math.BigInteger] (unscaled decimals of more digits) or `byte[]` (UTF-8, bytes, GUID); of a
/// [Struct] and a [Dictionary] a [Map], of a [Sequence] a [java.util.List].
public sealed interface Shape {
    /// One value.
    record Leaf(DataType type) implements Shape {}

    /// Named members, in the order of the file.
    record Struct(Map<String, Shape> members) implements Shape {
        public Struct {
            members = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(members));
        }
    }

    /// Any number of elements.
    record Sequence(Shape element) implements Shape {}

    /// Any number of values, each with a key as text.
    record Dictionary(Shape value) implements Shape {}
}
