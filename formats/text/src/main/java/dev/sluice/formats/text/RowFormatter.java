package dev.sluice.formats.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.nio.charset.CharsetEncoder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Rows of typed values as UTF-8 text with the dialect's marks, in a buffer of its own that grows with the longest row.
final class RowFormatter implements AutoCloseable {
    private static final String TYPED_CHARACTERS =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.:/= ";

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
    private final int[] lengths;
    private final Vector[] vectors;
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
        this.vectors = new Vector[schema.size()];
        budget.reserve(2L * size);
        this.out = new byte[2 * size];
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
        }
    }

    /// Writes one row.
    void row(int row) {
        for (int c = 0; c < vectors.length; c++) {
            separate(c);
            Vector v = vectors[c];
            if (v.isNull(row)) {
                append(nullText);
            } else if (v instanceof BytesVector b && b.type().kind() == DataType.Kind.STRING) {
                int[] offsets = b.offsets();
                text(b.data(), offsets[row], offsets[row + 1], c, row);
            } else {
                typed(v, row, c);
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

    private void append(byte[] mark) {
        room(mark.length);
        if (mark.length == 1) {
            out[at++] = mark[0];
        } else {
            System.arraycopy(mark, 0, out, at, mark.length);
            at += mark.length;
        }
    }

    private void typed(Vector v, int row, int c) {
        int length = lengths[c] > 0 ? lengths[c] : TextForm.length(v, row);
        room(length + 2 * quote.length);
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
        room(marked.most(value, from, to));
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

    private void room(int length) {
        if (out.length - at < length) {
            int size =
                    Math.toIntExact(Math.min(Integer.MAX_VALUE - 16L, Math.max(at + (long) length, out.length * 2L)));
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
