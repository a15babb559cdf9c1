package dev.sluice.formats.excel;

import dev.sluice.data.spi.Settings;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Which cells of a sheet are the table: all (from the first row that has any), from a cell on (`A3`), or a fixed block
/// (`A3:H5`). All from 0, ends included.
record CellRange(boolean given, int firstColumn, int firstRow, int lastColumn, int lastRow) {
    private static final Pattern FORM =
            Pattern.compile("\\$?([A-Za-z]{1,3})\\$?([0-9]{1,7})(?::\\$?([A-Za-z]{1,3})\\$?([0-9]{1,7}))?");

    static CellRange of(Settings dataset) {
        String text = dataset.text("range").orElse("").strip();
        if (text.isEmpty()) {
            return new CellRange(false, 0, 0, Cells.MOST_COLUMNS - 1, Cells.MOST_ROWS - 1);
        }
        Matcher m = FORM.matcher(text);
        if (!m.matches()) {
            throw dataset.wrong("range", text, "a cell (A3) or two (A3:H5)");
        }
        boolean open = m.group(3) == null;
        CellRange range = new CellRange(
                true,
                column(m.group(1)),
                Integer.parseInt(m.group(2)) - 1,
                open ? Cells.MOST_COLUMNS - 1 : column(m.group(3)),
                open ? Cells.MOST_ROWS - 1 : Integer.parseInt(m.group(4)) - 1);
        if (range.firstRow < 0
                || range.lastColumn >= Cells.MOST_COLUMNS
                || range.lastRow >= Cells.MOST_ROWS
                || range.lastColumn < range.firstColumn
                || range.lastRow < range.firstRow) {
            throw dataset.wrong("range", text, "cells within A1:XFD1048576, the upper left one first");
        }
        return range;
    }

    /// Whether columns end where the range says so.
    boolean fixed() {
        return given && lastColumn < Cells.MOST_COLUMNS - 1;
    }

    static int column(String letters) {
        int column = 0;
        for (char c : letters.toUpperCase(java.util.Locale.ROOT).toCharArray()) {
            column = column * 26 + c - 'A' + 1;
        }
        return column - 1;
    }
}
