package dev.sluice.formats.text;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.formats.text.MarkFinder.Stop;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Finds the fields of one row at a time in a [TextBuffer] and copies them into vectors, searching and copying eight
/// bytes a step. A row that the buffer holds only in part is parsed again from its start once more text is there: the
/// vectors' ends are only moved, so nothing has to be undone.
final class RowParser {
    /// What became of a row.
    enum Outcome {
        /// Its fields are in the vectors.
        ROW,
        /// An empty line, left out.
        BLANK,
        /// The buffer ends within the row.
        MORE,
        /// There is no further row.
        END,
        /// It cannot be used: see [#flaw()].
        BAD
    }

    /// Columns that a row may have.
    static final int MOST_COLUMNS = 10_000;

    /// Text of a row from which its end is looked for before anything is copied: most such rows are too long (a quote
    /// is not closed) and would make the vectors grow for nothing.
    private static final int LONG = 1 << 20;

    private static final BytesVector[] NOWHERE = {};

    private final TextBuffer buffer;
    private final MarkFinder find;
    private final byte[] line;
    private final byte[] quote;
    private final byte[] escape;
    private final byte[] nullText;
    private final boolean anyLineBreak;
    private final boolean escapesOutside;
    private final boolean lowLine;
    private final byte columnFirst;

    private final byte quoteFirst;
    private final long columnPattern;
    private final long linePattern;
    private final long otherLinePattern;
    private final long outsidePattern;
    private final long quotePattern;
    private final long escapePattern;

    private @Nullable BytesVector[] targets = NOWHERE;
    private int width;
    private boolean nulls;

    private boolean atEnd;
    private int columns;
    private int lineBreaks;
    private @Nullable Flaw flaw;

    RowParser(TextBuffer buffer, Dialect dialect) {
        Dialect.Marks marks = dialect.marks();
        this.buffer = buffer;
        this.find = new MarkFinder(buffer, dialect);
        this.anyLineBreak = dialect.anyLineBreak();
        this.line = anyLineBreak ? new byte[] {'\n'} : marks.row();
        this.quote = marks.quote();
        this.escape = marks.escape();
        this.nullText = marks.nullText();
        this.escapesOutside = quote.length == 0 && escape.length > 0;
        this.lowLine = anyLineBreak && !escapesOutside;
        this.columnFirst = marks.column().length > 0 ? marks.column()[0] : line[0];
        this.quoteFirst = quote.length > 0 ? quote[0] : line[0];
        byte escapeFirst = escape.length > 0 ? escape[0] : columnFirst;
        this.columnPattern = Swar.spread(columnFirst);
        this.linePattern = Swar.spread(line[0]);
        this.otherLinePattern = Swar.spread(anyLineBreak ? (byte) '\r' : line[0]);
        this.outsidePattern = Swar.spread(escapesOutside ? escapeFirst : columnFirst);
        this.quotePattern = Swar.spread(quoteFirst);
        this.escapePattern = Swar.spread(escapeFirst);
    }

    /// What a buffer for this dialect ends with: a byte at which the search of plain text stops, then one for quoted
    /// text.
    static byte[] sentinels(Dialect dialect) {
        Dialect.Marks marks = dialect.marks();
        byte line = dialect.anyLineBreak() ? (byte) '\n' : marks.row()[0];
        return new byte[] {line, dialect.quotes() ? marks.quote()[0] : line};
    }

    /// Where the following rows go.
    ///
    /// @param vectors one for each column of the file, null where it is not wanted
    void into(@Nullable BytesVector[] vectors) {
        targets = vectors;
        width = vectors.length;
        nulls = true;
    }

    /// What is wrong with the row of a [Outcome#BAD]; [#next()] is then where parsing can go on.
    Flaw flaw() {
        return java.util.Objects.requireNonNull(flaw);
    }

    /// Position after the row or line that was last parsed.
    int next() {
        return find.next();
    }

    /// Columns of the row that was last parsed.
    int columns() {
        return columns;
    }

    /// Whether the row that was last parsed ends with the text and not with a row delimiter.
    boolean atEnd() {
        return atEnd;
    }

    /// Line breaks within the quoted values of the row that was last parsed.
    int lineBreaks() {
        return lineBreaks;
    }

    /// Parses the row that starts at the buffer's position, which stays where it is.
    Outcome row(int row) {
        Outcome outcome = buffer.limit - buffer.at > LONG ? row(row, NOWHERE) : Outcome.ROW;
        return outcome == Outcome.ROW ? row(row, targets) : outcome;
    }

    private Outcome row(int row, @Nullable BytesVector[] into) {
        if (buffer.at >= buffer.limit) {
            return buffer.last ? Outcome.END : Outcome.MORE;
        }
        flaw = null;
        lineBreaks = 0;
        int p = buffer.at;
        if (find.isLineStart(buffer.bytes[p])) {
            Stop stop = find.stop(p);
            if (stop == Stop.MORE) {
                return Outcome.MORE;
            }
            if (stop == Stop.LINE && width != 1) {
                return Outcome.BLANK;
            }
        }
        int c = 0;
        while (true) {
            Stop stop = field(c < into.length ? into[c] : null, row, c, p);
            c++;
            if (stop == Stop.COLUMN && c < MOST_COLUMNS) {
                p = find.next();
            } else if (stop == Stop.MORE) {
                return Outcome.MORE;
            } else if (stop == Stop.ORDINARY || c == MOST_COLUMNS) {
                return abandon(stop == Stop.ORDINARY ? p : buffer.at, null);
            } else {
                return finished(c, stop);
            }
        }
    }

    private Outcome finished(int c, Stop stop) {
        columns = c;
        atEnd = stop == Stop.END;
        if (flaw == null && c != width) {
            flaw = new Flaw.Width(buffer.at, c, width);
        }
        return flaw == null ? Outcome.ROW : Outcome.BAD;
    }

    private Stop field(@Nullable BytesVector into, int row, int c, int p) {
        boolean quoted = buffer.bytes[p] == quoteFirst && quote.length > 0 && p < buffer.limit;
        if (quoted && (quote.length == 1 || find.at(quote, p))) {
            return into == null ? skipQuoted(c, p) : quoted(into, row, c, p);
        }
        return into == null ? skip(c, p) : plain(into, row, c, p);
    }

    /// Splits a row into as many fields as it has: row `i` of the vector becomes field `i`. Null text is text here. For
    /// headers.
    Outcome fields(BytesVector into) {
        if (buffer.at >= buffer.limit) {
            return buffer.last ? Outcome.END : Outcome.MORE;
        }
        flaw = null;
        lineBreaks = 0;
        nulls = false;
        int p = buffer.at;
        if (find.isLineStart(buffer.bytes[p]) && find.stop(p) == Stop.LINE) {
            return Outcome.BLANK;
        }
        for (int c = 0; ; c++) {
            Stop stop = c < into.capacity() ? field(into, c, c, p) : Stop.ORDINARY;
            if (stop == Stop.COLUMN) {
                p = find.next();
            } else if (stop == Stop.MORE) {
                return Outcome.MORE;
            } else if (stop == Stop.ORDINARY) {
                return abandon(p, null);
            } else {
                columns = c + 1;
                return flaw == null ? Outcome.ROW : Outcome.BAD;
            }
        }
    }

    private Stop plain(BytesVector into, int row, int c, int from) {
        byte[] text = buffer.bytes;
        int start = into.offsets()[row];
        byte[] out = into.data();
        int at = start;
        int p = from;
        long seen = 0;
        Stop stop;
        while (true) {
            long word = Swar.load(text, p);
            long hits = Swar.equal(word, columnPattern)
                    | (lowLine
                            ? Swar.lineControl(word)
                            : Swar.equal(word, outsidePattern)
                                    | Swar.equal(word, linePattern)
                                    | Swar.equal(word, otherLinePattern));
            if (out.length - at < 8) {
                out = into.reserve(at, 8);
            }
            Swar.store(out, at, word);
            if (hits == 0) {
                seen |= word;
                p += 8;
                at += 8;
                continue;
            }
            seen |= word & Swar.before(hits);
            int n = Swar.first(hits);
            p += n;
            at += n;
            stop = find.isColumn(p) ? find.column(p) : find.stop(p);
            if (stop != Stop.ORDINARY) {
                break;
            }
            int literal = escapesOutside ? find.escapedOutside(p) : 0;
            if (literal < 0) {
                return Stop.MORE;
            }
            // What an escape makes literal is copied over the escape; else the byte is text and already there.
            p += literal > 0 ? escape.length : 0;
            int length = Math.max(1, literal);
            out = into.reserve(at, length);
            System.arraycopy(text, p, out, at, length);
            p += length;
            at += length;
        }
        if (stop == Stop.MORE) {
            return stop;
        }
        if ((seen & Swar.TOPS) != 0 || highMarks()) {
            checkText(c, from, p);
        }
        if (at - start == nullText.length && nulls && isNull(out, start)) {
            into.setNull(row);
        } else {
            into.offsets()[row + 1] = at;
        }
        return stop;
    }

    private boolean highMarks() {
        // An ordinary byte that looks like the start of a mark is not in what was seen.
        return columnFirst < 0 || line[0] < 0 || escapesOutside && escape[0] < 0;
    }

    private boolean isNull(byte[] text, int from) {
        return nullText.length == 0 || Arrays.equals(text, from, from + nullText.length, nullText, 0, nullText.length);
    }

    /// The same for a column that nobody wants.
    private Stop skip(int c, int from) {
        byte[] text = buffer.bytes;
        int p = from;
        long seen = 0;
        while (true) {
            long word = Swar.load(text, p);
            long hits = Swar.equal(word, columnPattern)
                    | (lowLine
                            ? Swar.lineControl(word)
                            : Swar.equal(word, outsidePattern)
                                    | Swar.equal(word, linePattern)
                                    | Swar.equal(word, otherLinePattern));
            if (hits == 0) {
                seen |= word;
                p += 8;
                continue;
            }
            seen |= word & Swar.before(hits);
            p += Swar.first(hits);
            Stop stop = find.stop(p);
            if (stop == Stop.ORDINARY) {
                int literal = escapesOutside ? find.escapedOutside(p) : 0;
                if (literal < 0) {
                    return Stop.MORE;
                }
                p += literal > 0 ? escape.length + literal : 1;
                continue;
            }
            if ((seen & Swar.TOPS) != 0 || highMarks()) {
                checkText(c, from, p);
            }
            return stop;
        }
    }

    private Stop quoted(BytesVector into, int row, int c, int from) {
        byte[] text = buffer.bytes;
        byte[] out = into.data();
        int at = into.offsets()[row];
        int p = from + quote.length;
        long seen = 0;
        long controls = 0;
        int literal;
        while (true) {
            long word = Swar.load(text, p);
            long hits = Swar.equal(word, quotePattern) | Swar.equal(word, escapePattern);
            if (out.length - at < 8) {
                out = into.reserve(at, 8);
            }
            Swar.store(out, at, word);
            controls |= Swar.control(word);
            if (hits == 0) {
                seen |= word;
                p += 8;
                at += 8;
                continue;
            }
            seen |= word & Swar.before(hits);
            int n = Swar.first(hits);
            p += n;
            at += n;
            if (text[p] == quoteFirst && quote.length == 1 && find.isColumn(p + 1)) {
                into.offsets()[row + 1] = at;
                checkQuoted(c, from, p, seen, controls);
                return find.column(p + 1);
            }
            literal = find.inside(p);
            if (literal < 0) {
                break;
            }
            out = into.reserve(at, quote.length + escape.length);
            int length = find.next() - p - literal;
            System.arraycopy(text, p + literal, out, at, length);
            at += length;
            p = find.next();
        }
        into.offsets()[row + 1] = at;
        return closed(c, from, p, literal, seen, controls);
    }

    private Stop skipQuoted(int c, int from) {
        byte[] text = buffer.bytes;
        int p = from + quote.length;
        long seen = 0;
        long controls = 0;
        while (true) {
            long word = Swar.load(text, p);
            long hits = Swar.equal(word, quotePattern) | Swar.equal(word, escapePattern);
            controls |= Swar.control(word);
            if (hits == 0) {
                seen |= word;
                p += 8;
                continue;
            }
            seen |= word & Swar.before(hits);
            p += Swar.first(hits);
            int literal = find.inside(p);
            if (literal < 0) {
                return closed(c, from, p, literal, seen, controls);
            }
            p = find.next();
        }
    }

    /// After a quoted value: `p` is at its closing quote, or where the text ended.
    private Stop closed(int c, int from, int p, int literal, long seen, long controls) {
        if (literal == MarkFinder.SHORT) {
            if (!buffer.last) {
                return Stop.MORE;
            }
            flaw = new Flaw.Unclosed(from, c + 1);
            return Stop.ORDINARY;
        }
        checkQuoted(c, from, p, seen, controls);
        int after = p + quote.length;
        Stop stop = find.stop(after);
        if (stop == Stop.ORDINARY) {
            flaw = new Flaw.AfterQuote(after, c + 1);
        }
        return stop;
    }

    private void checkQuoted(int c, int from, int p, long seen, long controls) {
        if ((seen & Swar.TOPS) != 0 || quoteFirst < 0 || escape[0] < 0) {
            checkText(c, from + quote.length, p);
        }
        if (controls != 0) {
            lineBreaks += countBreaks(from, p);
        }
    }

    private void checkText(int c, int from, int to) {
        int malformed = flaw == null ? Utf8.malformed(buffer.bytes, from, to) : -1;
        if (malformed >= 0) {
            flaw = new Flaw.Encoding(malformed, c + 1);
        }
    }

    private int countBreaks(int from, int to) {
        int count = 0;
        for (int p = from; p < to; p++) {
            byte b = buffer.bytes[p];
            if (b == '\n' || b == '\r' && !(p + 1 < to && buffer.bytes[p + 1] == '\n')) {
                count++;
            }
        }
        return count;
    }

    /// Gives the row at the buffer's position up: [#next()] becomes the end of the line that `p` is in, quotes or not.
    ///
    /// @param reason what is wrong, when the parser has not said it
    /// @return [Outcome#BAD], or [Outcome#MORE] when the line's end is not in the buffer yet
    Outcome abandon(int p, @Nullable Flaw reason) {
        Flaw known = reason != null ? reason : flaw != null ? flaw : new Flaw.Columns(buffer.at, MOST_COLUMNS);
        int q = known.resumesAtFirstLine() ? buffer.at : Math.max(p, Math.min(known.position(), buffer.limit));
        while (true) {
            long word = Swar.load(buffer.bytes, Math.min(q, buffer.limit));
            long hits = Swar.equal(word, linePattern) | (anyLineBreak ? Swar.equal(word, otherLinePattern) : 0);
            q += hits == 0 ? 8 : Swar.first(hits);
            Stop stop = hits == 0 ? Stop.ORDINARY : q >= buffer.limit ? find.stop(q) : find.lineStop(q);
            if (stop == Stop.MORE) {
                return Outcome.MORE;
            }
            if (stop != Stop.ORDINARY) {
                flaw = known;
                columns = 0;
                int next = find.next();
                lineBreaks = countBreaks(buffer.at, next) - (next > buffer.at && endsLine(next) ? 1 : 0);
                return Outcome.BAD;
            }
            q += hits == 0 ? 0 : 1;
        }
    }

    private boolean endsLine(int p) {
        byte b = buffer.bytes[p - 1];
        return b == '\n' || b == '\r';
    }
}
