package dev.sluice.data.copy;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.copy.convert.Converter;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Problem;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Converts the parcels of one stream, column by column. Used by one thread.
final class BatchConverter {
    private static final int SHOWN_VALUE = 200;
    private static final int SHOWN_ROW = 4_000;

    private final ColumnMapping mapping;
    private final @Nullable Converter[] converters;
    private final Consumer<RefusedRow> refusals;
    private byte[] marked = new byte[0];
    private boolean anyMarked;

    /// @param refusals takes a row that does not convert, or throws its problem
    BatchConverter(ColumnMapping mapping, Consumer<RefusedRow> refusals) {
        this.mapping = mapping;
        this.converters = mapping.converters();
        this.refusals = refusals;
    }

    /// Fills the parcel's target; refused rows are taken out of it.
    void convert(Parcel parcel) {
        Batch read = parcel.read();
        Batch target = parcel.target();
        int rows = read.rows();
        anyMarked = false;
        for (int i = 0; i < converters.length; i++) {
            Converter converter = converters[i];
            if (converter != null) {
                int column = i;
                converter.convert(
                        origin(parcel, i),
                        target.vector(i),
                        rows,
                        (row, from, detail) -> refuse(parcel, column, row, from, detail));
            }
        }
        target.setRows(rows);
        target.setFirstRow(read.firstRow());
        if (anyMarked) {
            target.remove(marked);
        }
    }

    private Vector origin(Parcel parcel, int column) {
        int at = mapping.origins()[column];
        int width = mapping.readSchema().size();
        return at < width ? parcel.read().vector(at) : parcel.added().vector(at - width);
    }

    private void refuse(Parcel parcel, int column, int row, Vector from, String detail) {
        Batch read = parcel.read();
        if (!anyMarked) {
            marked = marked.length < read.rows() ? new byte[read.capacity()] : marked;
            Arrays.fill(marked, (byte) 0);
            anyMarked = true;
        }
        if (marked[row] == 0) {
            marked[row] = 1;
            long ordinal = read.firstRow() + row;
            refusals.accept(new RefusedRow(ordinal, content(read, row), problem(parcel, column, row, from, detail)));
        }
    }

    private Problem problem(Parcel parcel, int column, int row, Vector from, String detail) {
        Field to = mapping.target().field(column);
        long ordinal = parcel.read().firstRow() + row;
        String file = parcel.file().isEmpty() ? "" : parcel.file() + ", ";
        return DataFaults.TYPE_MISMATCH
                .problem()
                .at(file + "row " + ordinal + ", column " + to.name())
                .evidence("value", text(from, row, SHOWN_VALUE))
                .evidence("column", to.name())
                .evidence("row", ordinal)
                .evidence("sourceType", from.type().interimName())
                .evidence("sinkType", to.type().interimName())
                .evidence("detail", detail)
                .build();
    }

    /// The row as read, comma-separated; cut when long.
    private static String content(Batch read, int row) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < read.schema().size() && out.length() < SHOWN_ROW; i++) {
            out.append(i == 0 ? "" : ",").append(text(read.vector(i), row, SHOWN_ROW));
        }
        return out.length() > SHOWN_ROW ? out.substring(0, SHOWN_ROW) + "…" : out.toString();
    }

    private static String text(Vector v, int row, int limit) {
        if (v.isNull(row)) {
            return "";
        }
        byte[] out = new byte[TextForm.length(v, row)];
        String text = new String(out, 0, TextForm.write(v, row, out, 0), StandardCharsets.UTF_8);
        return text.length() > limit ? text.substring(0, limit) + "…" : text;
    }
}
