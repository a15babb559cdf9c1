package dev.sluice.formats.avro;

import static java.nio.charset.StandardCharsets.UTF_8;

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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// A type of an Avro schema, with what it takes to read a value of it.
sealed interface AvroType {
    /// Items of one array or map.
    int MOST_ITEMS = 50_000_000;

    /// How deep values may be nested.
    int DEEPEST = 100;

    enum Form {
        NULL,
        BOOLEAN,
        INT,
        LONG,
        FLOAT,
        DOUBLE,
        BYTES,
        STRING
    }

    /// @param type what the value means, by its logical type or the note of a writer of ours
    record Primitive(Form base, DataType type) implements AvroType {}

    record Fixed(int size, DataType type) implements AvroType {}

    record Enumeration(List<byte[]> symbols) implements AvroType {
        public Enumeration {
            symbols = List.copyOf(symbols);
        }
    }

    record Structure(List<Member> members) implements AvroType {
        public Structure {
            members = List.copyOf(members);
        }
    }

    /// @param name the column's, which the writer may have had to change for the schema
    record Member(String name, AvroType type) {}

    record Array(AvroType element) implements AvroType {}

    record Dictionary(AvroType value) implements AvroType {}

    /// @param type of the columns: that of the only branch that is not null, or the widest of several numbers, or
    ///     empty of branches of several kinds (their text)
    record Union(List<AvroType> branches, Shape shape) implements AvroType {
        public Union {
            branches = List.copyOf(branches);
        }
    }

    /// What columns of this type are.
    default Shape shape() {
        return switch (this) {
            case Primitive p -> new Shape.Leaf(p.type());
            case Fixed f -> new Shape.Leaf(f.type());
            case Enumeration e -> new Shape.Leaf(DataType.STRING);
            case Structure s -> {
                Map<String, Shape> members = new LinkedHashMap<>();
                s.members().forEach(m -> members.put(m.name(), m.type().shape()));
                yield new Shape.Struct(members);
            }
            case Array a -> new Shape.Sequence(a.element().shape());
            case Dictionary d -> new Shape.Dictionary(d.value().shape());
            case Union u -> u.shape();
        };
    }

    /// Fewest bytes of a value.
    default int least() {
        return switch (this) {
            case Primitive p ->
                switch (p.base()) {
                    case NULL -> 0;
                    case FLOAT -> 4;
                    case DOUBLE -> 8;
                    case BOOLEAN, INT, LONG, BYTES, STRING -> 1;
                };
            case Fixed f -> f.size();
            case Structure s ->
                s.members().stream().mapToInt(m -> m.type().least()).sum();
            case Enumeration e -> 1;
            case Array a -> 1;
            case Dictionary d -> 1;
            case Union u -> 1;
        };
    }

    /// Takes a value straight into a vector; only of types whose shape is a leaf.
    default void read(BlockInput in, Vector into, int row) {
        switch (this) {
            case Union u -> branch(u, in).read(in, into, row);
            case Primitive p -> primitive(p, in, into, row);
            case Fixed f -> {
                int from = in.skip(f.size());
                if (f.type().kind() == DataType.Kind.DURATION) {
                    ((LongVector) into).values()[row] = span(in, from);
                } else {
                    bytes(f.type(), in, from, f.size(), into, row);
                }
            }
            case Enumeration e -> {
                byte[] symbol = symbol(e, in);
                ((BytesVector) into).set(row, symbol, 0, symbol.length);
            }
            case Structure s -> throw new IllegalStateException("a structure is no leaf");
            case Array a -> throw new IllegalStateException("an array is no leaf");
            case Dictionary d -> throw new IllegalStateException("a map is no leaf");
        }
    }

    private static void primitive(Primitive p, BlockInput in, Vector into, int row) {
        switch (p.base()) {
            case NULL -> into.setNull(row);
            case BOOLEAN -> {
                boolean value = in.one() != 0;
                if (into instanceof BytesVector v) {
                    v.set(row, value ? "True" : "False");
                } else {
                    whole(value ? 1 : 0, into, row);
                }
            }
            case INT -> whole(in.integer(), into, row);
            case LONG -> whole(in.number(), into, row);
            case FLOAT -> real(in.float32(), into, row);
            case DOUBLE -> real(in.float64(), into, row);
            case BYTES, STRING -> {
                int length = in.integer();
                bytes(p.type(), in, in.skip(length), length, into, row);
            }
        }
    }

    /// A whole number; in a union with other types the column may be one of texts or of reals.
    private static void whole(long value, Vector into, int row) {
        switch (into) {
            case IntVector v -> {
                if (value != (int) value) {
                    throw new CorruptBlock("the number " + value + " is out of range");
                }
                v.values()[row] = (int) value;
            }
            case LongVector v -> v.values()[row] = value;
            case DoubleVector v -> v.values()[row] = value;
            case WideVector v -> v.set(row, value);
            case BytesVector v -> v.set(row, Long.toString(value));
        }
    }

    private static void real(double value, Vector into, int row) {
        switch (into) {
            case DoubleVector v -> v.values()[row] = value;
            case BytesVector v -> v.set(row, Double.toString(value));
            case IntVector v -> throw new CorruptBlock("a real number where a whole one was expected");
            case LongVector v -> throw new CorruptBlock("a real number where a whole one was expected");
            case WideVector v -> throw new CorruptBlock("a real number where a whole one was expected");
        }
    }

    private static void bytes(DataType type, BlockInput in, int from, int length, Vector into, int row) {
        switch (type.kind()) {
            case STRING, BINARY -> ((BytesVector) into).set(row, in.bytes, from, length);
            case GUID -> guid(in, from, length, into, row);
            case DECIMAL, UINT64 -> {
                BigInteger value = decimal(type, in, from, length);
                switch (into) {
                    case LongVector v -> v.values()[row] = value.longValue();
                    case WideVector v -> v.set(row, value);
                    default -> throw new CorruptBlock("a decimal where another type was expected");
                }
            }
            default -> text(type, in, from, length, into, row);
        }
    }

    private static void text(DataType type, BlockInput in, int from, int length, Vector into, int row) {
        if (!TextForm.parse(in.bytes, from, from + length, into, row)) {
            throw new CorruptBlock("a text is no " + type);
        }
    }

    private static void guid(BlockInput in, int from, int length, Vector into, int row) {
        if (length == 16) {
            ((BytesVector) into).set(row, in.bytes, from, 16);
        } else {
            text(DataType.GUID, in, from, length, into, row);
        }
    }

    private static BigInteger decimal(DataType type, BlockInput in, int from, int length) {
        if (length == 0 || length > 4_096) {
            throw new CorruptBlock("a decimal of " + length + " bytes");
        }
        BigInteger value = new BigInteger(in.bytes, from, length);
        boolean fits = type.kind() == DataType.Kind.UINT64
                ? value.signum() >= 0 && value.bitLength() <= 64
                : value.bitLength() <= 127 && value.abs().compareTo(BigInteger.TEN.pow(type.precision())) < 0;
        if (!fits) {
            throw new CorruptBlock("the number " + value + " has more digits than " + type);
        }
        return value;
    }

    /// Milliseconds of Avro's `duration` (months, days, milliseconds, little endian).
    private static long span(BlockInput in, int from) {
        long months = unsigned(in, from);
        if (months != 0) {
            throw new CorruptBlock("a duration has months, which are no fixed span of time");
        }
        return unsigned(in, from + 4) * 86_400_000L + unsigned(in, from + 8);
    }

    private static long unsigned(BlockInput in, int from) {
        byte[] b = in.bytes;
        return (b[from] & 0xffL)
                | (b[from + 1] & 0xffL) << 8
                | (b[from + 2] & 0xffL) << 16
                | (b[from + 3] & 0xffL) << 24;
    }

    private static byte[] symbol(Enumeration e, BlockInput in) {
        int index = in.integer();
        if (index < 0 || index >= e.symbols().size()) {
            throw new CorruptBlock("an enum has " + e.symbols().size() + " symbols, and not number " + index);
        }
        return e.symbols().get(index);
    }

    private static AvroType branch(Union u, BlockInput in) {
        int index = in.integer();
        if (index < 0 || index >= u.branches().size()) {
            throw new CorruptBlock("a union has " + u.branches().size() + " branches, and not number " + index);
        }
        return u.branches().get(index);
    }

    /// Passes over a value.
    default void skip(BlockInput in) {
        switch (this) {
            case Union u -> branch(u, in).skip(in);
            case Primitive p -> {
                switch (p.base()) {
                    case NULL -> {}
                    case BOOLEAN -> in.one();
                    case INT, LONG -> in.number();
                    case FLOAT -> in.skip(4);
                    case DOUBLE -> in.skip(8);
                    case BYTES, STRING -> in.skip(in.number());
                }
            }
            case Fixed f -> in.skip(f.size());
            case Enumeration e -> in.number();
            case Structure s -> s.members().forEach(m -> m.type().skip(in));
            case Array a -> {
                for (long n = in.items(a.element().least());
                        n > 0;
                        n = in.items(a.element().least())) {
                    for (long i = 0; i < n; i++) {
                        a.element().skip(in);
                    }
                }
            }
            case Dictionary d -> {
                for (long n = in.items(1); n > 0; n = in.items(1)) {
                    for (long i = 0; i < n; i++) {
                        in.skip(in.number());
                        d.value().skip(in);
                    }
                }
            }
        }
    }

    /// Takes a value as [Shape] has it.
    default @Nullable Object tree(BlockInput in, Leaves leaves) {
        return switch (this) {
            case Union u -> {
                AvroType branch = branch(u, in);
                if (u.shape() instanceof Shape.Leaf leaf) {
                    yield branch instanceof Primitive p && p.base() == Form.NULL
                            ? null
                            : leaves.take(branch, leaf.type(), in);
                }
                yield branch.tree(in, leaves);
            }
            case Primitive p -> p.base() == Form.NULL ? null : leaves.take(p, p.type(), in);
            case Fixed f -> leaves.take(f, f.type(), in);
            case Enumeration e -> symbol(e, in);
            case Structure s -> {
                Map<String, @Nullable Object> members = new LinkedHashMap<>();
                s.members().forEach(m -> members.put(m.name(), m.type().tree(in, leaves)));
                yield members;
            }
            case Array a -> {
                List<@Nullable Object> elements = new ArrayList<>();
                for (long n = in.items(a.element().least());
                        n > 0;
                        n = in.items(a.element().least())) {
                    leaves.count(n);
                    for (long i = 0; i < n; i++) {
                        elements.add(a.element().tree(in, leaves));
                    }
                }
                yield elements;
            }
            case Dictionary d -> {
                Map<String, @Nullable Object> entries = new LinkedHashMap<>();
                for (long n = in.items(1); n > 0; n = in.items(1)) {
                    leaves.count(n);
                    for (long i = 0; i < n; i++) {
                        int length = in.integer();
                        int from = in.skip(length);
                        entries.put(
                                new String(in.bytes, from, length, UTF_8),
                                d.value().tree(in, leaves));
                    }
                }
                yield entries;
            }
        };
    }

    /// Takes leaves as objects, through a vector of one row, so that there is one way to read a value. Used by one
    /// thread.
    final class Leaves {
        private final Map<DataType, Vector> rows = new java.util.HashMap<>();
        private long items;

        /// Refuses a row of more items than memory is good for.
        void count(long more) {
            items += more;
            if (items > MOST_ITEMS / 50) {
                throw new CorruptBlock("a row has more than " + MOST_ITEMS / 50 + " items");
            }
        }

        void begin() {
            items = 0;
        }

        Object take(AvroType type, DataType as, BlockInput in) {
            Vector v = rows.computeIfAbsent(
                    as,
                    t -> new dev.sluice.data.batch.Batch(
                                    new dev.sluice.data.batch.Schema(List.of(new dev.sluice.data.batch.Field("v", t))),
                                    1,
                                    new dev.sluice.data.batch.MemoryBudget(1L << 31))
                            .vector(0));
            type.read(in, v, 0);
            return switch (v) {
                case IntVector ints -> (long) ints.values()[0];
                case LongVector longs -> longs.values()[0];
                case DoubleVector d -> d.values()[0];
                case WideVector w -> w.get(0);
                case BytesVector b -> Arrays.copyOfRange(b.data(), 0, b.offsets()[1]);
            };
        }
    }
}
