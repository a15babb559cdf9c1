package dev.sluice.formats.orc;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import dev.sluice.data.trees.Shape;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.orc.storage.ql.exec.vector.BytesColumnVector;
import org.apache.orc.storage.ql.exec.vector.ColumnVector;
import org.apache.orc.storage.ql.exec.vector.DecimalColumnVector;
import org.apache.orc.storage.ql.exec.vector.DoubleColumnVector;
import org.apache.orc.storage.ql.exec.vector.ListColumnVector;
import org.apache.orc.storage.ql.exec.vector.LongColumnVector;
import org.apache.orc.storage.ql.exec.vector.MapColumnVector;
import org.apache.orc.storage.ql.exec.vector.StructColumnVector;
import org.apache.orc.storage.ql.exec.vector.TimestampColumnVector;
import org.jspecify.annotations.Nullable;

/// Values of the library's vectors as ours have them.
final class Values {
    private static final int MOST_ITEMS = 1_000_000;

    private Values() {}

    /// Copies rows `[0, rows)` of a column of leaves to the rows from `to` on.
    static void copy(ColumnVector from, int rows, Vector into, int to) {
        for (int i = 0; i < rows; i++) {
            int at = from.isRepeating ? 0 : i;
            if (isNull(from, at)) {
                into.setNull(to + i);
            } else {
                copyOne(from, at, into, to + i);
            }
        }
    }

    private static boolean isNull(ColumnVector v, int at) {
        return !v.noNulls && v.isNull[at];
    }

    private static void copyOne(ColumnVector from, int at, Vector into, int row) {
        switch (from) {
            case TimestampColumnVector t -> ((LongVector) into).values()[row] = time(t, at, into.type());
            case LongColumnVector v -> {
                switch (into) {
                    case IntVector ints -> ints.values()[row] = (int) v.vector[at];
                    case LongVector longs -> longs.values()[row] = v.vector[at];
                    case WideVector wide -> wide.set(row, v.vector[at]);
                    case DoubleVector d -> throw new IllegalStateException("numbers");
                    case BytesVector b -> throw new IllegalStateException("numbers");
                }
            }
            case DoubleColumnVector v -> ((DoubleVector) into).values()[row] = v.vector[at];
            case DecimalColumnVector v -> {
                BigInteger value = unscaled(v, at, into.type().scale());
                if (into instanceof WideVector wide) {
                    wide.set(row, value);
                } else {
                    ((LongVector) into).values()[row] = value.longValue();
                }
            }
            case BytesColumnVector v -> {
                DataType.Kind kind = into.type().kind();
                if (kind == DataType.Kind.STRING || kind == DataType.Kind.BINARY) {
                    ((BytesVector) into).set(row, v.vector[at], v.start[at], v.length[at]);
                } else if (!TextForm.parse(v.vector[at], v.start[at], v.start[at] + v.length[at], into, row)) {
                    throw new IllegalArgumentException("a text is no " + into.type());
                }
            }
            default -> throw new IllegalStateException("a structure is no leaf: " + from.type);
        }
    }

    private static BigInteger unscaled(DecimalColumnVector v, int at, int scale) {
        return v.vector[at]
                .getHiveDecimal()
                .bigDecimalValue()
                .setScale(scale, java.math.RoundingMode.UNNECESSARY)
                .unscaledValue();
    }

    private static long time(TimestampColumnVector v, int at, DataType type) {
        long seconds = Math.floorDiv(v.time[at], 1_000L);
        long perSecond = type.unitsPerSecond();
        return Math.addExact(Math.multiplyExact(seconds, perSecond), v.nanos[at] / (1_000_000_000L / perSecond));
    }

    /// A value as [Shape] has it.
    static @Nullable Object tree(Shape shape, ColumnVector from, int row, Map<DataType, Vector> scratch) {
        int at = from.isRepeating ? 0 : row;
        if (isNull(from, at)) {
            return null;
        }
        return switch (shape) {
            case Shape.Leaf leaf -> leaf(leaf.type(), from, at, scratch);
            case Shape.Struct s -> {
                StructColumnVector v = (StructColumnVector) from;
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                int i = 0;
                for (var member : s.members().entrySet()) {
                    members.put(member.getKey(), tree(member.getValue(), v.fields[i++], at, scratch));
                }
                yield members;
            }
            case Shape.Sequence s -> {
                ListColumnVector v = (ListColumnVector) from;
                List<@Nullable Object> elements = new ArrayList<>();
                for (long i = v.offsets[at]; i < v.offsets[at] + items(v.lengths[at]); i++) {
                    elements.add(tree(s.element(), v.child, (int) i, scratch));
                }
                yield elements;
            }
            case Shape.Dictionary d -> {
                MapColumnVector v = (MapColumnVector) from;
                Map<String, @Nullable Object> entries = new LinkedHashMap<>();
                for (long i = v.offsets[at]; i < v.offsets[at] + items(v.lengths[at]); i++) {
                    entries.put(key(v.keys, (int) i), tree(d.value(), v.values, (int) i, scratch));
                }
                yield entries;
            }
        };
    }

    private static long items(long length) {
        if (length > MOST_ITEMS) {
            throw new IllegalArgumentException("a row has " + length + " items; at most " + MOST_ITEMS + " are read");
        }
        return length;
    }

    private static String key(ColumnVector keys, int row) {
        int at = keys.isRepeating ? 0 : row;
        return switch (keys) {
            case BytesColumnVector v -> new String(v.vector[at], v.start[at], v.length[at], StandardCharsets.UTF_8);
            case LongColumnVector v -> Long.toString(v.vector[at]);
            default -> {
                StringBuilder text = new StringBuilder();
                keys.stringifyValue(text, at);
                yield text.toString();
            }
        };
    }

    private static Object leaf(DataType type, ColumnVector from, int at, Map<DataType, Vector> scratch) {
        Vector v = scratch.computeIfAbsent(
                type,
                t -> new dev.sluice.data.batch.Batch(
                                dev.sluice.data.batch.Schema.of(new dev.sluice.data.batch.Field("v", t)),
                                1,
                                new dev.sluice.data.batch.MemoryBudget(1L << 31))
                        .vector(0));
        copyOne(from, at, v, 0);
        return switch (v) {
            case IntVector ints -> (long) ints.values()[0];
            case LongVector longs -> longs.values()[0];
            case DoubleVector d -> d.values()[0];
            case WideVector w -> w.get(0);
            case BytesVector b -> Arrays.copyOfRange(b.data(), 0, b.offsets()[1]);
        };
    }
}
