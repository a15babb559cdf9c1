package dev.sluice.formats.excel;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of a table within a sheet: header, width, and what follows. Empty rows are none.
final class TableRows implements AutoCloseable {
    /// Rows by which the width of a table without header and fixed columns is found.
    private static final int LOOK_AHEAD = 1_000;

    private final Cells cells;
    private final CellRange range;
    private final ArrayDeque<Cells.Row> ahead = new ArrayDeque<>();
    private final List<String> columns = new ArrayList<>();
    private final int first;

    TableRows(Cells cells, Table table) throws IOException {
        this.cells = cells;
        this.range = table.range();
        Cells.Row top = taken();
        if (top == null) {
            this.first = 0;
            return;
        }
        this.first = range.given() ? range.firstColumn() : firstUsed(top);
        if (table.header()) {
            int width =
                    range.fixed() ? range.lastColumn() - first + 1 : top.texts().size() - first;
            for (int i = 0; i < width; i++) {
                String name = top.text(first + i);
                columns.add(name == null || name.isBlank() ? "Prop_" + i : name);
            }
        } else {
            int width = range.fixed() ? range.lastColumn() - first + 1 : 0;
            for (Cells.Row row = top; row != null && width >= 0; row = ahead.size() < LOOK_AHEAD ? taken() : null) {
                ahead.add(row);
                if (!range.fixed()) {
                    width = Math.max(width, row.texts().size() - first);
                }
            }
            for (int i = 0; i < width; i++) {
                columns.add("Prop_" + i);
            }
        }
    }

    private static int firstUsed(Cells.Row row) {
        int column = 0;
        while (row.text(column) == null) {
            column++;
        }
        return column;
    }

    /// The next row within the range that has a value in it.
    private Cells.@Nullable Row taken() throws IOException {
        for (Cells.Row row = cells.next(); row != null; row = cells.next()) {
            if (row.number() > range.lastRow()) {
                return null;
            }
            if (row.number() >= range.firstRow() && hasValue(row)) {
                return row;
            }
        }
        return null;
    }

    private boolean hasValue(Cells.Row row) {
        for (int c = range.firstColumn(); c < Math.min(row.texts().size(), range.lastColumn() + 1); c++) {
            if (row.text(c) != null) {
                return true;
            }
        }
        return false;
    }

    /// Names of the columns; none in an empty table.
    List<String> columns() {
        return columns;
    }

    Cells.@Nullable Row next() throws IOException {
        return ahead.isEmpty() ? taken() : ahead.removeFirst();
    }

    /// The sheet's column that a column of the table is.
    int place(int column) {
        return first + column;
    }

    /// The first value beside the table, -1 without one.
    int beside(Cells.Row row) {
        if (!range.fixed()) {
            for (int c = first + columns.size(); c < row.texts().size(); c++) {
                if (row.text(c) != null) {
                    return c;
                }
            }
        }
        return -1;
    }

    @Override
    public void close() {
        cells.close();
    }
}
