package dev.sluice.data.trees;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fills batches with rows of a known shape, flattened as the mapping says.
public final class ShapedReader implements Reader {
    /// Where the rows come from.
    public interface Rows extends AutoCloseable {
        /// The next row, null at the end.
        @Nullable
        Map<String, @Nullable Object> next() throws IOException;

        long bytesRead();

        @Override
        void close();
    }

    private final Rows rows;
    private final List<ShapedColumns.Place> places;
    private final List<TreePath.Step> collection;
    private final ReadContext context;
    private final Map<DataType, Vector> scratch = new HashMap<>();
    private final ArrayDeque<Object> elements = new ArrayDeque<>();
    private static final Object NONE = new Object();
    private @Nullable Map<String, @Nullable Object> row;
    private long ordinal;

    /// @param schema the columns of the whole copy, of which `columns` are read
    /// @param file path of the file, for messages
    public ShapedReader(
            Rows rows, ShapedColumns layout, Schema schema, int[] columns, String file, ReadContext context) {
        this.rows = rows;
        this.context = context;
        this.collection = layout.collection();
        this.places = layout.places(schema, columns);
        for (int i = 0; i < columns.length; i++) {
            Field wanted = schema.field(columns[i]);
            Field found = places.get(i).field();
            if (found.document() != wanted.document() || !ShapedColumns.widens(found.type(), wanted.type())) {
                throw DataFaults.TYPES_INCOMPATIBLE
                        .problem()
                        .at(file)
                        .evidence("column", wanted.name())
                        .evidence("sourceType", found.type())
                        .evidence("sinkType", wanted.type())
                        .exception();
            }
        }
    }

    @Override
    public boolean read(Batch batch) throws IOException {
        int count = 0;
        batch.setFirstRow(ordinal + 1);
        while (!batch.isFull(count) && advance()) {
            Object element = elements.isEmpty() ? row : unmask(elements.removeFirst());
            for (int i = 0; i < places.size(); i++) {
                put(places.get(i), places.get(i).of(row, element), batch.vector(i), count);
            }
            count++;
            ordinal++;
            if (elements.isEmpty()) {
                row = null;
            }
        }
        if (context.job().cancelled()) {
            throw new java.io.InterruptedIOException("cancelled");
        }
        batch.setRows(count);
        return count > 0;
    }

    private static @Nullable Object unmask(Object element) {
        return element == NONE ? null : element;
    }

    /// Goes on to a row, and where there is a collection to one that has elements.
    private boolean advance() throws IOException {
        while (row == null) {
            row = rows.next();
            if (row == null) {
                return false;
            }
            if (!collection.isEmpty()) {
                if (new TreePath(false, collection).in(row) instanceof List<?> list) {
                    list.forEach(e -> elements.add(e == null ? NONE : e));
                }
                if (elements.isEmpty()) {
                    row = null;
                }
            }
        }
        return true;
    }

    private void put(ShapedColumns.Place place, @Nullable Object value, Vector into, int at) {
        if (value == null) {
            into.setNull(at);
        } else if (place.shape() instanceof Shape.Leaf) {
            set(value, into, at);
        } else {
            StringBuilder json = new StringBuilder();
            write(place.shape(), value, json, place.field().name());
            byte[] utf8 = json.toString().getBytes(UTF_8);
            ((BytesVector) into).set(at, utf8, 0, utf8.length);
        }
    }

    /// Puts a leaf's value into a row.
    public static void set(Object value, Vector into, int row) {
        switch (into) {
            case IntVector v -> v.values()[row] = ((Long) value).intValue();
            case LongVector v -> v.values()[row] = value instanceof BigInteger b ? b.longValueExact() : (Long) value;
            case DoubleVector v -> v.values()[row] = (Double) value;
            case WideVector v -> {
                if (value instanceof BigInteger big) {
                    v.set(row, big);
                } else {
                    v.set(row, (Long) value);
                }
            }
            case BytesVector v -> v.set(row, (byte[]) value, 0, ((byte[]) value).length);
        }
    }

    private void write(Shape shape, @Nullable Object value, StringBuilder out, String column) {
        if (value == null) {
            out.append("null");
            return;
        }
        switch (shape) {
            case Shape.Leaf leaf -> leaf(leaf.type(), value, out);
            case Shape.Struct struct -> {
                char before = '{';
                for (var member : struct.members().entrySet()) {
                    out.append(before);
                    before = ',';
                    Json.quote(member.getKey(), out);
                    out.append(':');
                    write(member.getValue(), ((Map<?, ?>) value).get(member.getKey()), out, column);
                }
                out.append(before == '{' ? "{}" : "}");
            }
            case Shape.Dictionary dictionary -> {
                char before = '{';
                for (var entry : ((Map<?, ?>) value).entrySet()) {
                    out.append(before);
                    before = ',';
                    Json.quote(String.valueOf(entry.getKey()), out);
                    out.append(':');
                    write(dictionary.value(), entry.getValue(), out, column);
                }
                out.append(before == '{' ? "{}" : "}");
            }
            case Shape.Sequence sequence -> {
                char before = '[';
                for (Object element : (List<?>) value) {
                    out.append(before);
                    before = ',';
                    write(sequence.element(), element, out, column);
                }
                out.append(before == '[' ? "[]" : "]");
            }
        }
        if (out.length() > JsonText.LONGEST) {
            throw DataFaults.VALUE_TOO_LONG
                    .problem()
                    .evidence("column", column)
                    .evidence("length", out.length())
                    .evidence("limit", JsonText.LONGEST)
                    .exception();
        }
    }

    private void leaf(DataType type, Object value, StringBuilder out) {
        boolean plain = switch (type.kind()) {
            case INT8, UINT8, INT16, UINT16, INT32, UINT32, INT64, UINT64, DECIMAL -> true;
            case FLOAT32, FLOAT64 -> Double.isFinite((Double) value);
            case BOOLEAN, DATE, TIME, TIMESTAMP, INSTANT, DURATION, STRING, BINARY, GUID -> false;
        };
        if (type.kind() == DataType.Kind.BOOLEAN) {
            out.append((Long) value != 0);
            return;
        }
        Vector v = scratch.computeIfAbsent(
                type,
                t -> new Batch(new Schema(List.of(new Field("v", t))), 1, new MemoryBudget(Long.MAX_VALUE)).vector(0));
        set(value, v, 0);
        byte[] text = new byte[TextForm.length(v, 0)];
        String written = new String(text, 0, TextForm.write(v, 0, text, 0), UTF_8);
        switch (type.kind()) {
            case TIMESTAMP, INSTANT -> Json.quote(written.replaceFirst(" ", "T").replace(" ", ""), out);
            case DATE -> Json.quote(written + "T00:00:00", out);
            default -> {
                if (plain) {
                    out.append(written);
                } else {
                    Json.quote(written, out);
                }
            }
        }
    }

    @Override
    public long bytesRead() {
        return rows.bytesRead();
    }

    @Override
    public void close() {
        rows.close();
    }
}
