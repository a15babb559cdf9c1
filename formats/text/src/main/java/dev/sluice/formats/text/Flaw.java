package dev.sluice.formats.text;

/// What makes a row unusable.
sealed interface Flaw {
    /// Where in the buffer.
    int position();

    /// Number of the column from 1, 0 when it is the row as a whole.
    default int column() {
        return 0;
    }

    /// In words, after `path: `.
    String describe();

    /// Whether reading goes on after the row's first line (its end is unknown) and not after the line of the flaw.
    default boolean resumesAtFirstLine() {
        return false;
    }

    record Width(int position, int columns, int expected) implements Flaw {
        @Override
        public String describe() {
            return "the row has " + columns + (columns == 1 ? " column, " : " columns, ") + expected + " are expected";
        }
    }

    record AfterQuote(int position, int column) implements Flaw {
        @Override
        public String describe() {
            return "text follows the closing quote of column " + column + " (is a quote within it not escaped?)";
        }
    }

    record Unclosed(int position, int column) implements Flaw {
        @Override
        public String describe() {
            return "the quote that opens column " + column + " is never closed";
        }

        @Override
        public boolean resumesAtFirstLine() {
            return true;
        }
    }

    record Encoding(int position, int column) implements Flaw {
        @Override
        public String describe() {
            return "column " + column + " has bytes that are no text in the file's encoding";
        }
    }

    record Length(int position, int limit) implements Flaw {
        @Override
        public String describe() {
            return "the row is longer than " + limit + " bytes (is a quote or a row delimiter missing?)";
        }

        @Override
        public boolean resumesAtFirstLine() {
            return true;
        }
    }

    record Columns(int position, int limit) implements Flaw {
        @Override
        public String describe() {
            return "the row has more than " + limit + " columns";
        }
    }
}
