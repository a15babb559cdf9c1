package dev.sluice.formats.excel;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FilePlace;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Puts the rows of a table into batches of texts.
final class TableReader implements Reader {
    private final FilePlace file;
    private final FileInput input;
    private final long before;
    private final ReadContext context;
    private final Table table;
    private final Reservation memory;
    private final Workbook book;
    private final String sheet;
    private final TableRows rows;
    private final int[] places;
    private long ordinal;
    private @Nullable RefusedRow refused;

    TableReader(FileInput input, Table table, Schema schema, int[] columns, ReadContext context) throws IOException {
        this.file = FilePlace.of("Excel", input);
        this.input = input;
        this.before = input.bytesRead();
        this.context = context;
        this.table = table;
        this.memory = new Reservation(context.job().memory());
        Workbook opened = null;
        boolean open = false;
        try {
            opened = Workbook.of(input, table.packing(), file, memory);
            this.book = opened;
            this.sheet = table.sheet(book.sheets(), file);
            this.rows = new TableRows(book.open(sheet), table);
            this.places = places(schema, columns);
            open = true;
        } catch (IOException e) {
            throw Workbook.damaged(file, e);
        } finally {
            if (!open) {
                memory.close();
                if (opened != null) {
                    opened.close();
                }
            }
        }
    }

    private int[] places(Schema schema, int[] columns) {
        List<String> names = rows.columns();
        int[] found = new int[columns.length];
        for (int i = 0; i < columns.length; i++) {
            String name = schema.field(columns[i]).name();
            boolean usual = columns[i] < names.size() && names.get(columns[i]).equals(name);
            int place = usual ? columns[i] : names.indexOf(name);
            if (place < 0 && !names.isEmpty()) {
                throw DataFaults.COLUMN_MISSING
                        .problem()
                        .at(file.path() + " " + sheet)
                        .evidence("column", name)
                        .evidence("object", file.path())
                        .evidence("columns", String.join(", ", names))
                        .exception();
            }
            found[i] = place;
        }
        return found;
    }

    @Override
    public boolean read(Batch batch) throws IOException {
        RefusedRow left = refused;
        if (left != null) {
            refused = null;
            context.refuse(left);
        }
        int count = 0;
        try {
            while (!batch.isFull(count)) {
                Cells.Row row = rows.next();
                if (row == null) {
                    break;
                }
                ordinal++;
                int stray = rows.beside(row);
                if (stray >= 0) {
                    RefusedRow bad = beside(row, stray);
                    if (count > 0) {
                        refused = bad;
                        break;
                    }
                    context.refuse(bad);
                    continue;
                }
                put(row, batch, count++);
            }
        } catch (java.util.zip.ZipException | java.io.EOFException e) {
            throw Workbook.damaged(file, e);
        }
        if (context.job().cancelled()) {
            throw new java.io.InterruptedIOException("cancelled");
        }
        batch.setFirstRow(ordinal - (refused == null ? 0 : 1) - count + 1);
        batch.setRows(count);
        return count > 0;
    }

    private void put(Cells.Row row, Batch batch, int at) {
        for (int i = 0; i < places.length; i++) {
            String text = row.text(rows.place(places[i]));
            if (text == null || text.equals(table.nullValue())) {
                batch.bytes(i).setNull(at);
            } else {
                batch.bytes(i).set(at, text);
            }
        }
    }

    private RefusedRow beside(Cells.Row row, int column) {
        String place = sheet + "!" + Cells.name(column, row.number());
        return new RefusedRow(
                ordinal,
                String.join(
                        ",", row.texts().stream().map(t -> t == null ? "" : t).toList()),
                DataFaults.MALFORMED_FILE
                        .problem()
                        .at(file.path() + " " + place)
                        .evidence("path", file.path())
                        .evidence("format", "Excel")
                        .evidence("place", place)
                        .evidence("row", ordinal)
                        .evidence(
                                "detail",
                                "the cell " + place + " lies beside the "
                                        + rows.columns().size() + " columns of the table; set range of the dataset.")
                        .build());
    }

    @Override
    public long bytesRead() {
        return input.bytesRead() - before;
    }

    @Override
    public void close() {
        memory.close();
        rows.close();
        book.close();
    }
}
