package dev.sluice.formats.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.spi.Settings;
import java.nio.charset.Charset;

/// The marks between and around values. Texts, because their bytes depend on where they are looked for: the parser
/// works on UTF-8, the search for split borders on the file's own bytes.
///
/// @param column between columns; empty when a line is one column
/// @param row after a row; empty when any of CRLF, LF and CR ends one (and CRLF is written)
/// @param quote around a value; empty when nothing is quoted
/// @param escape before a character that would else be a mark; empty when nothing can be escaped
/// @param nullText what stands for null
record Dialect(String column, String row, String quote, String escape, String nullText) {
    private static final int LONGEST_MARK = 32;
    private static final int LONGEST_NULL = 256;

    static Dialect of(Settings dataset) {
        String column = mark(dataset, "columnDelimiter", ",");
        String row = mark(dataset, "rowDelimiter", "");
        String quote = character(dataset, "quoteChar", "\"");
        String escape = character(dataset, "escapeChar", "\\");
        String nullText = dataset.text("nullValue").orElse("");
        if (dataset.text("rowDelimiter").filter(String::isEmpty).isPresent()) {
            throw dataset.wrong("rowDelimiter", "", "at least one character (or leave it out for CRLF, LF and CR)");
        }
        if (escape.isEmpty() && !quote.isEmpty()) {
            throw dataset.wrong("escapeChar", "", "a character, or an empty quoteChar too");
        }
        if (nullText.length() > LONGEST_NULL) {
            throw dataset.wrong("nullValue", nullText, "at most " + LONGEST_NULL + " characters");
        }
        Dialect dialect = new Dialect(column, row, quote, escape, nullText);
        dialect.check(dataset);
        return dialect;
    }

    private static String mark(Settings dataset, String name, String otherwise) {
        String text = dataset.text(name).orElse(otherwise);
        if (text.length() > LONGEST_MARK || text.indexOf('\uFEFF') >= 0 || lonely(text)) {
            throw dataset.wrong(name, text, "at most " + LONGEST_MARK + " characters of text");
        }
        return text;
    }

    private static String character(Settings dataset, String name, String otherwise) {
        String text = mark(dataset, name, otherwise);
        if (text.codePointCount(0, text.length()) > 1 || text.equals("\n") || text.equals("\r")) {
            throw dataset.wrong(name, text, "a single character or an empty text");
        }
        return text;
    }

    private static boolean lonely(String text) {
        return text.codePoints().anyMatch(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
    }

    /// Marks that could not be told apart are refused.
    private void check(Settings dataset) {
        if (!column.isEmpty() && (column.equals(row) || row.isEmpty() && hasLineBreak(column))) {
            throw dataset.wrong("columnDelimiter", column, "something else than the rowDelimiter");
        }
        if (!quote.isEmpty() && (column.contains(quote) || row.contains(quote))) {
            throw dataset.wrong("quoteChar", quote, "a character that is in no delimiter");
        }
        if (!escape.isEmpty() && (column.contains(escape) || row.contains(escape))) {
            throw dataset.wrong("escapeChar", escape, "a character that is in no delimiter");
        }
    }

    private static boolean hasLineBreak(String text) {
        return text.indexOf('\n') >= 0 || text.indexOf('\r') >= 0;
    }

    boolean anyLineBreak() {
        return row.isEmpty();
    }

    boolean quotes() {
        return !quote.isEmpty();
    }

    /// What is written after a row.
    String rowWritten() {
        return row.isEmpty() ? "\r\n" : row;
    }

    Marks marks() {
        return marks(UTF_8);
    }

    /// The marks as bytes of that encoding.
    Marks marks(Charset charset) {
        return new Marks(
                column.getBytes(charset),
                row.getBytes(charset),
                quote.getBytes(charset),
                escape.getBytes(charset),
                nullText.getBytes(charset));
    }

    /// @see Dialect
    record Marks(byte[] column, byte[] row, byte[] quote, byte[] escape, byte[] nullText) {}
}
