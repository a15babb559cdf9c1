package dev.sluice.formats.excel;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The rows of a sheet, one after the other. Used by one thread; closed by any.
interface Cells extends AutoCloseable {
    /// Rows and columns that a sheet may have.
    int MOST_ROWS = 1_048_576;

    int MOST_COLUMNS = 16_384;

    /// Characters of one cell.
    int LONGEST = 32_767;

    /// The next row that has cells; null at the end.
    @Nullable
    Row next() throws IOException;

    @Override
    void close();

    /// A row.
    ///
    /// @param number from 0
    /// @param texts by column; null and absent are empty cells
    record Row(int number, List<@Nullable String> texts) {
        static Row of(int number) {
            return new Row(number, new ArrayList<>());
        }

        void set(int column, @Nullable String text) {
            while (texts.size() <= column) {
                texts.add(null);
            }
            texts.set(column, text);
        }

        @Nullable
        String text(int column) {
            return column < texts.size() ? texts.get(column) : null;
        }
    }

    /// `AB12` of a column from 0 and a row from 0.
    static String name(int column, int row) {
        return columnName(column) + (row + 1);
    }

    static String columnName(int column) {
        StringBuilder name = new StringBuilder();
        for (int c = column; c >= 0; c = c / 26 - 1) {
            name.insert(0, (char) ('A' + c % 26));
        }
        return name.toString();
    }
}
