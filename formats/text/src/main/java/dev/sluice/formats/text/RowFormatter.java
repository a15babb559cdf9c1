package dev.sluice.formats.text;

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
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.nio.charset.CharsetEncoder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Rows of typed values as UTF-8 text with the dialect's marks, in a buffer of its own that grows with the longest row.
final class RowFormatter implements AutoCloseable {
    private static final String TYPED_CHARACTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.:/= ";

    private static final int TEXT = 0;
    private static final int WHOLE_INT = 1;
    private static final int WHOLE_LONG = 2;
    private static final int DATE = 3;
    private static final int DECIMAL = 4;
    private static final int OTHER = 5;

    /// No number, date or DECIMAL of these kinds is longer.
    private static final int NUMBER_ROOM = 24;

    private final Schema schema;
    private final String path;
    private final MemoryBudget budget;
    private final MarkedText marked;
    private final byte[] column;
    private final byte[] line;
    private final byte[] quote;
    private final byte[] nullText;
    private final boolean quoteAll;

    /// Whether the text of numbers, times and the like may hold a mark.
    private final boolean plainTypes;

    private final @Nullable CharsetEncoder narrow;
    /// Room for a row's marks and for its numbers, dates and narrow DECIMALs. It is there when a row begins, and again
    /// behind every value of another length, so that nothing of these asks for it by itself.
    private final int fixed;

    private final int[] lengths;
    private final int[] codes;
    private final int[] scales;
    private final Vector[] vectors;
    private final int[][] ints;
    private final long[][] longs;
    private final byte[][] bytes;
    private byte[] out;
    private int at;
    private long firstRow = 1;
    private boolean started;
    private boolean closed;

    /// @param size of the buffer at first
    RowFormatter(TextSettings settings, Schema schema, String path, int size, MemoryBudget budget) {
        Dialect dialect = settings.dialect();
        Dialect.Marks marks = dialect.marks();
        this.schema = schema;
        this.path = path;
        this.budget = budget;
        this.marked = new MarkedText(dialect);
        this.column = marks.column();
        this.line = dialect.rowWritten().getBytes(UTF_8);
        this.quote = marks.quote();
        this.nullText = marks.nullText();
        this.quoteAll = dialect.quotes() && (settings.quoteAll() || marked.ambiguousUnquoted());
        this.plainTypes = TYPED_CHARACTERS
                .chars()
                .noneMatch(
                        c -> (dialect.column() + dialect.row() + dialect.quote() + dialect.escape()).indexOf(c) >= 0);
        this.narrow = settings.encoding().charset().name().startsWith("UTF-")
                ? null
                : settings.encoding().charset().newEncoder();
        this.lengths = schema.fields().stream()
                .mapToInt(f -> isVariable(f.type()) ? 0 : TextForm.maxLength(f.type()))
                .toArray();
        this.codes = schema.fields().stream().mapToInt(f -> code(f.type())).toArray();
        this.scales = schema.fields().stream().mapToInt(f -> f.type().scale()).toArray();
        this.vectors = new Vector[schema.size()];
        this.ints = new int[schema.size()][];
        this.longs = new long[schema.size()][];
        this.bytes = new byte[schema.size()][];
        this.fixed = schema.size() * (column.length + NUMBER_ROOM + 2 * quote.length) + line.length;
        budget.reserve(2L * size);
        this.out = new byte[2 * size];
    }

    private int code(DataType type) {
        if (type.kind() == DataType.Kind.STRING) {
            return TEXT;
        }
        return !plainTypes
                ? OTHER
                : switch (type.kind()) {
                    case INT8, UINT8, INT16, UINT16, INT32 -> WHOLE_INT;
                    case UINT32, INT64 -> WHOLE_LONG;
                    case DATE -> DATE;
                    case DECIMAL -> type.precision() <= DataType.LONG_DIGITS ? DECIMAL : OTHER;
                    default -> OTHER;
                };
    }

    private static boolean isVariable(DataType type) {
        return type.kind() == DataType.Kind.STRING || type.kind() == DataType.Kind.BINARY;
    }

    byte[] bytes() {
        return out;
    }

    int length() {
        return at;
    }

    void clear() {
        started = true;
        at = 0;
    }

    /// Writes the names of the columns.
    void header() {
        room(fixed);
        for (int c = 0; c < schema.size(); c++) {
            byte[] name = schema.field(c).name().getBytes(UTF_8);
            separate(c);
            text(name, 0, name.length, c, -1);
        }
        endRow();
    }

    /// The following rows are of this batch.
    void begin(Batch batch) {
        firstRow = batch.firstRow();
        for (int c = 0; c < vectors.length; c++) {
            vectors[c] = batch.vector(c);
            switch (vectors[c]) {
                case IntVector v -> ints[c] = v.values();
                case LongVector v -> longs[c] = v.values();
                case BytesVector v -> {
                    ints[c] = v.offsets();
                    bytes[c] = v.data();
                }
                case DoubleVector v -> {}
                case WideVector v -> {}
            }
        }
    }

    /// Writes one row.
    void row(int row) {
        room(fixed);
        for (int c = 0; c < vectors.length; c++) {
            separate(c);
            if (vectors[c].isNull(row)) {
                nothing();
                continue;
            }
            switch (codes[c]) {
                case TEXT -> text(bytes[c], ints[c][row], ints[c][row + 1], c, row);
                case WHOLE_INT, WHOLE_LONG, DATE, DECIMAL -> number(row, c);
                default -> typed(vectors[c], row, c);
            }
        }
        endRow();
    }

    private void separate(int c) {
        if (c > 0) {
            append(column);
        }
    }

    private void endRow() {
        append(line);
    }

    private void nothing() {
        if (nullText.length > NUMBER_ROOM) {
            room(nullText.length + fixed);
        }
        append(nullText);
    }

    /// Within the room that there is.
    private void append(byte[] mark) {
        if (mark.length == 1) {
            out[at++] = mark[0];
        } else if (mark.length > 0) {
            System.arraycopy(mark, 0, out, at, mark.length);
            at += mark.length;
        }
    }

    /// The kinds that most columns have, straight from the arrays.
    private void number(int row, int c) {
        int start = at;
        if (quoteAll) {
            append(quote);
        }
        at = switch (codes[c]) {
            case WHOLE_INT -> TextForm.writeWhole(ints[c][row], out, at);
            case WHOLE_LONG -> TextForm.writeWhole(longs[c][row], out, at);
            case DATE -> TextForm.writeDate(ints[c][row], out, at);
            default -> TextForm.writeDecimal(longs[c][row], scales[c], out, at);
        };
        if (quoteAll) {
            append(quote);
        } else if (nullText.length > 0 && isNullText(start) && quote.length > 0) {
            at = start;
            typed(vectors[c], row, c);
        }
    }

    private void typed(Vector v, int row, int c) {
        int length = lengths[c] > 0 ? lengths[c] : TextForm.length(v, row);
        room(length + 2L * quote.length + fixed);
        if (!plainTypes) {
            byte[] value = new byte[length];
            text(value, 0, TextForm.write(v, row, value, 0), c, row);
        } else if (quoteAll) {
            append(quote);
            at = TextForm.write(v, row, out, at);
            append(quote);
        } else {
            int start = at;
            at = TextForm.write(v, row, out, at);
            if (isNullText(start) && quote.length > 0) {
                at = start;
                append(quote);
                at = TextForm.write(v, row, out, at);
                append(quote);
            }
        }
    }

    private boolean isNullText(int start) {
        return at - start == nullText.length && Arrays.equals(out, start, at, nullText, 0, nullText.length);
    }

    /// Writes the text `[from, to)`.
    private void text(byte[] value, int from, int to, int c, int row) {
        if (narrow != null) {
            checkCharacters(value, from, to, c, row);
        }
        room((long) marked.most(value, from, to) + fixed);
        int start = at;
        if (quote.length == 0) {
            int end = marked.escaped(value, from, to, out, at);
            if (end < 0) {
                throw unwritable(value, from, to, c, row, "it holds a delimiter, and nothing is quoted");
            }
            at = end;
            return;
        }
        if (!quoteAll && !looksLikeMark(value, from, to)) {
            int end = marked.plain(value, from, to, out, at);
            if (end >= 0) {
                at = end;
                if (!isNullText(start)) {
                    return;
                }
            }
            at = start;
        }
        at = marked.quoted(value, from, to, out, at);
    }

    /// Whether the file would start with what a reader takes for a byte order mark.
    private boolean looksLikeMark(byte[] value, int from, int to) {
        return !started
                && at == 0
                && to - from >= 3
                && value[from] == (byte) 0xEF
                && value[from + 1] == (byte) 0xBB
                && value[from + 2] == (byte) 0xBF;
    }

    private void checkCharacters(byte[] value, int from, int to, int c, int row) {
        for (int i = from; i < to; i++) {
            if (value[i] < 0) {
                CharsetEncoder encoder = java.util.Objects.requireNonNull(narrow);
                if (!encoder.canEncode(new String(value, from, to - from, UTF_8))) {
                    String detail =
                            "it holds a character that " + encoder.charset().name() + " does not have";
                    throw unwritable(value, from, to, c, row, detail);
                }
                return;
            }
        }
    }

    private ProblemException unwritable(byte[] value, int from, int to, int c, int row, String detail) {
        Field field = schema.field(c);
        return DataFaults.TEXT_UNWRITABLE
                .problem()
                .at(row < 0 ? "header, column " + field.name() : "row " + (firstRow + row) + ", column " + field.name())
                .evidence("value", new String(value, from, Math.min(to - from, 1_000), UTF_8))
                .evidence("column", field.name())
                .evidence("row", row < 0 ? "(header)" : firstRow + row)
                .evidence("path", path)
                .evidence("detail", detail)
                .exception();
    }

    private void room(long length) {
        if (out.length - at < length) {
            int size = Math.toIntExact(Math.min(Integer.MAX_VALUE - 16L, Math.max(at + length, out.length * 2L)));
            budget.reserve(size);
            byte[] old = out;
            out = Arrays.copyOf(old, size);
            budget.release(old.length);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            budget.release(out.length);
        }
    }
}
