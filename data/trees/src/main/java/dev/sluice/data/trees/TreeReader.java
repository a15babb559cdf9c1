package dev.sluice.data.trees;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Problem;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Fills batches with the rows of documents.
public final class TreeReader implements Reader {
    private static final int SHOWN = 500;

    private final TreeCursor cursor;
    private final Schema schema;
    private final boolean complexAsText;
    private final ReadContext context;
    private @Nullable RefusedRow refused;

    /// @param schema the columns of the whole copy
    /// @param columns positions in it that are read
    public TreeReader(Documents.Opener opener, TreeMapping mapping, Schema schema, int[] columns, ReadContext context)
            throws IOException {
        this.schema = schema.project(columns);
        this.complexAsText = mapping.complexAsText();
        this.context = context;
        this.cursor = new Layout(mapping, this.schema.names()).cursor(opener);
    }

    @Override
    public boolean read(Batch batch) throws IOException {
        RefusedRow left = refused;
        if (left != null) {
            refused = null;
            context.refuse(left);
        }
        int count = 0;
        while (!batch.isFull(count) && cursor.next()) {
            RefusedRow bad = put(batch, count);
            if (bad == null) {
                count++;
                continue;
            }
            forget(batch, count);
            if (count > 0) {
                // The ordinals of a batch have no gaps: the row is refused at the start of the next one.
                refused = bad;
                break;
            }
            context.refuse(bad);
        }
        if (context.job().cancelled()) {
            throw new java.io.InterruptedIOException("cancelled");
        }
        long last = cursor.ordinal() - (refused == null ? 0 : 1);
        batch.setFirstRow(last - count + 1);
        batch.setRows(count);
        return count > 0;
    }

    private static void forget(Batch batch, int row) {
        for (int i = 0; i < batch.schema().size(); i++) {
            batch.vector(i).nulls()[row] = 0;
        }
    }

    private @Nullable RefusedRow put(Batch batch, int row) {
        String flaw = cursor.flaw();
        if (flaw != null) {
            return new RefusedRow(cursor.ordinal(), shown(), malformed(flaw));
        }
        Cells cells = cursor.cells();
        for (int i = 0; i < schema.size(); i++) {
            String bad = put(cells, i, batch.vector(i), row);
            if (bad != null) {
                return new RefusedRow(cursor.ordinal(), shown(), mismatch(i, bad));
            }
        }
        return null;
    }

    /// @return what is wrong; null when nothing is
    private @Nullable String put(Cells cells, int column, Vector into, int row) {
        Cells.Kind kind = cells.kinds[column];
        if (kind == Cells.Kind.NULL && !schema.field(column).document()) {
            into.setNull(row);
            return null;
        }
        if (schema.field(column).document()) {
            if (cells.texts[column] == null) {
                into.setNull(row);
                return null;
            }
            return set(document(kind, cells.text(column)), into, row);
        }
        if (kind == Cells.Kind.COMPLEX && !complexAsText) {
            return "it is an object or an array; map a path into it, or set mapComplexValuesToString of the translator";
        }
        return set(cells.text(column), into, row);
    }

    private static String document(Cells.Kind kind, String text) {
        if (kind != Cells.Kind.TEXT) {
            return text;
        }
        StringBuilder quoted = new StringBuilder(text.length() + 2);
        Json.quote(text, quoted);
        return quoted.toString();
    }

    private static @Nullable String set(String text, Vector into, int row) {
        byte[] bytes = text.getBytes(UTF_8);
        boolean good = TextForm.parse(bytes, 0, bytes.length, into, row);
        return good ? null : "earlier values of this member are of that type; declare another one in the mapping";
    }

    private String shown() {
        return String.join(
                ", ",
                Arrays.stream(cursor.cells().texts)
                        .map(t -> t == null ? "null" : t.length() > SHOWN ? t.substring(0, SHOWN) : t)
                        .toList());
    }

    private Problem malformed(String flaw) {
        return DataFaults.MALFORMED_FILE
                .problem()
                .at(cursor.place())
                .evidence("path", cursor.path())
                .evidence("format", "Json")
                .evidence("detail", flaw)
                .evidence("row", cursor.ordinal())
                .build();
    }

    private Problem mismatch(int column, String detail) {
        String value = cursor.cells().text(column);
        DataType type = schema.field(column).type();
        return DataFaults.TYPE_MISMATCH
                .problem()
                .at(cursor.place())
                .evidence("value", value.length() > SHOWN ? value.substring(0, SHOWN) + "…" : value)
                .evidence("column", schema.field(column).name())
                .evidence("sourceType", source(cursor.cells().kinds[column]))
                .evidence("sinkType", type.interimName())
                .evidence("detail", detail)
                .evidence("row", cursor.ordinal())
                .evidence("path", cursor.path())
                .build();
    }

    private static String source(Cells.Kind kind) {
        return switch (kind) {
            case NULL -> "null";
            case BOOLEAN -> "Boolean";
            case NUMBER -> "a JSON number";
            case TEXT -> "String";
            case COMPLEX -> "a JSON tree";
        };
    }

    @Override
    public long bytesRead() {
        return cursor.bytesRead();
    }

    @Override
    public void close() {
        cursor.close();
    }
}
