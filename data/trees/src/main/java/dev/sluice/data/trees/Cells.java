package dev.sluice.data.trees;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// The values of one row, before they have the types of columns.
final class Cells {
    enum Kind {
        NULL,
        BOOLEAN,
        NUMBER,
        TEXT,
        /// An object or an array, as JSON.
        COMPLEX
    }

    final Kind[] kinds;
    final @Nullable String[] texts;

    Cells(int columns) {
        kinds = new Kind[columns];
        texts = new String[columns];
        clear();
    }

    void clear() {
        Arrays.fill(kinds, Kind.NULL);
        Arrays.fill(texts, null);
    }

    void set(int column, Kind kind, @Nullable String text) {
        kinds[column] = kind;
        texts[column] = text;
    }

    /// The text of a value that is not null.
    String text(int column) {
        String text = texts[column];
        return text == null ? "" : text;
    }

    void copyFrom(Cells other, int[] columns) {
        for (int c : columns) {
            set(c, other.kinds[c], other.texts[c]);
        }
    }
}
