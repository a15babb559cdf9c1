package dev.sluice.formats.text;

import java.util.Arrays;

/// Recognises a dialect's marks at a position of a [TextBuffer]. The byte-wise half of the [RowParser]: it is asked
/// only where a search of eight bytes at a time has found what may be the first byte of one.
final class MarkFinder {
    /// What ends a field.
    enum Stop {
        COLUMN,
        LINE,
        END,
        ORDINARY,
        MORE
    }

    private final TextBuffer buffer;
    private final byte[] column;
    private final byte[] line;
    private final byte[] quote;
    private final byte[] escape;
    private final boolean anyLineBreak;
    private final byte columnFirst;

    /// Whether the byte alone says that a column ends.
    private final boolean simpleColumn;

    /// Where the next field or row starts, or what follows literal text: set by what found it.
    private int next;

    MarkFinder(TextBuffer buffer, Dialect dialect) {
        Dialect.Marks marks = dialect.marks();
        this.buffer = buffer;
        this.column = marks.column();
        this.anyLineBreak = dialect.anyLineBreak();
        this.line = anyLineBreak ? new byte[] {'\n'} : marks.row();
        this.quote = marks.quote();
        this.escape = marks.escape();
        this.columnFirst = column.length > 0 ? column[0] : line[0];
        this.simpleColumn = column.length == 1 && line[0] != columnFirst;
    }

    int next() {
        return next;
    }

    /// The quick answer to whether a column ends at `p`: false says nothing.
    boolean isColumn(int p) {
        return buffer.bytes[p] == columnFirst && simpleColumn && p < buffer.limit;
    }

    Stop column(int p) {
        next = p + 1;
        return Stop.COLUMN;
    }

    static final int CLOSING = -1;
    static final int SHORT = -2;

    /// What stands at `p` within quotes, where a quote or an escape may begin: [#CLOSING], [#SHORT] when the text ends
    /// too early to say, else how many bytes to leave out before the literal text, which ends at [#next].
    int inside(int p) {
        if (p >= buffer.limit) {
            return SHORT;
        }
        if (at(escape, p)) {
            int after = p + escape.length;
            if (at(quote, after) || at(escape, after)) {
                next = after + (at(quote, after) ? quote.length : escape.length);
                return escape.length;
            }
            if (cut(quote, after) || cut(escape, after)) {
                return SHORT;
            }
            if (!Arrays.equals(escape, quote)) {
                next = after;
                return 0;
            }
        }
        if (at(quote, p)) {
            int after = p + quote.length;
            if (at(quote, after)) {
                next = after + quote.length;
                return quote.length;
            }
            return cut(quote, after) ? SHORT : CLOSING;
        }
        if (cut(quote, p) || cut(escape, p)) {
            return SHORT;
        }
        next = p + 1;
        return 0;
    }

    /// Bytes that the escape at `p` makes literal, outside quotes: an escape or the first of a delimiter. 0 when there
    /// is no escape or it makes nothing literal, negative when the text ends too early to say.
    int escapedOutside(int p) {
        if (!at(escape, p)) {
            return cut(escape, p) ? SHORT : 0;
        }
        int after = p + escape.length;
        if (after >= buffer.limit) {
            return buffer.last ? 0 : SHORT;
        }
        if (column.length > 0 && buffer.bytes[after] == columnFirst) {
            return 1;
        }
        if (at(escape, after)) {
            return escape.length;
        }
        return cut(escape, after) ? SHORT : 0;
    }

    /// What a search of plain text has found at `p`; sets [#next] behind a delimiter.
    Stop stop(int p) {
        if (p >= buffer.limit) {
            next = buffer.limit;
            return buffer.last ? Stop.END : Stop.MORE;
        }
        // A row delimiter may begin with the column delimiter ("|" and "|\n"), and the other way round: longest first.
        Stop first = line.length >= column.length ? lineStop(p) : columnStop(p);
        if (first != Stop.ORDINARY) {
            return first;
        }
        return line.length >= column.length ? columnStop(p) : lineStop(p);
    }

    private Stop columnStop(int p) {
        if (column.length > 0 && at(column, p)) {
            next = p + column.length;
            return Stop.COLUMN;
        }
        return column.length > 0 && cut(column, p) ? Stop.MORE : Stop.ORDINARY;
    }

    Stop lineStop(int p) {
        byte b = buffer.bytes[p];
        if (anyLineBreak) {
            if (b == '\n') {
                next = p + 1;
                return Stop.LINE;
            }
            if (b != '\r') {
                return Stop.ORDINARY;
            }
            if (p + 1 >= buffer.limit && !buffer.last) {
                return Stop.MORE;
            }
            next = p + 1 < buffer.limit && buffer.bytes[p + 1] == '\n' ? p + 2 : p + 1;
            return Stop.LINE;
        }
        if (at(line, p)) {
            next = p + line.length;
            return Stop.LINE;
        }
        return cut(line, p) ? Stop.MORE : Stop.ORDINARY;
    }

    boolean isLineStart(byte b) {
        return b == line[0] || anyLineBreak && b == '\r';
    }

    /// Whether the mark stands at `p`.
    boolean at(byte[] mark, int p) {
        return mark.length <= buffer.limit - p && same(mark, p, mark.length);
    }

    /// Whether the text ends within what may be the mark, and goes on.
    private boolean cut(byte[] mark, int p) {
        int left = buffer.limit - p;
        return left < mark.length && !buffer.last && (left <= 0 || same(mark, p, left));
    }

    private boolean same(byte[] mark, int p, int length) {
        byte[] text = buffer.bytes;
        for (int i = 0; i < length; i++) {
            if (text[p + i] != mark[i]) {
                return false;
            }
        }
        return true;
    }
}
