package dev.sluice.formats.text;

/// Copies a value's text with what its dialect needs around and within it, searching and copying eight bytes a step.
/// The target must have room for [#most].
final class MarkedText {
    private final byte[] quote;
    private final byte[] escape;
    private final boolean ambiguous;
    private final boolean[] escapedOutside = new boolean[256];
    private final boolean[] refusedOutside = new boolean[256];
    private final boolean bytewise;
    private final long column;
    private final long line;
    private final long otherLine;
    private final long quotes;
    private final long escapes;

    MarkedText(Dialect dialect) {
        Dialect.Marks marks = dialect.marks();
        this.quote = marks.quote();
        this.escape = marks.escape();
        boolean lineBreaks = dialect.anyLineBreak() || dialect.row().equals("\r\n");
        byte first = lineBreaks ? (byte) '\n' : marks.row()[0];
        this.line = Swar.spread(first);
        this.otherLine = Swar.spread(lineBreaks ? (byte) '\r' : first);
        this.column = marks.column().length == 0 ? line : Swar.spread(marks.column()[0]);
        this.quotes = quote.length == 0 ? line : Swar.spread(quote[0]);
        this.escapes = escape.length == 0 ? quotes : Swar.spread(escape[0]);
        this.ambiguous = marks.column().length > 1 || marks.row().length > 1 && !lineBreaks;
        this.bytewise = ambiguous || escape.length > 1;
        if (quote.length == 0) {
            tables(dialect, marks);
        }
    }

    private void tables(Dialect dialect, Dialect.Marks marks) {
        for (byte b : dialect.anyLineBreak() ? new byte[] {'\r', '\n'} : marks.row()) {
            refusedOutside[b & 255] = true;
        }
        if (marks.column().length > 0) {
            int first = marks.column()[0] & 255;
            escapedOutside[first] = escape.length > 0;
            refusedOutside[first] = escape.length == 0;
        }
        if (escape.length > 0) {
            escapedOutside[escape[0] & 255] = true;
            refusedOutside[escape[0] & 255] = false;
        }
    }

    /// Whether text without quotes may be taken for something else although it holds no mark as a whole: parts of
    /// longer marks.
    boolean ambiguousUnquoted() {
        return ambiguous;
    }

    /// The most bytes that the text `[from, to)` takes.
    int most(byte[] text, int from, int to) {
        long length = to - from;
        long marks = length;
        if (length > 4_096) {
            // Long values are counted, so that their marks do not cost as much again.
            marks = 0;
            for (int i = from; i < to; i++) {
                byte b = text[i];
                marks += b == (byte) quotes || b == (byte) escapes || b == (byte) column ? 1 : 0;
            }
        }
        return Math.toIntExact(length + marks * escape.length + 2L * quote.length + 16);
    }

    /// Copies text that needs no quotes.
    ///
    /// @return the position after it, or -1 when it needs them
    int plain(byte[] text, int from, int to, byte[] out, int start) {
        int at = start;
        int p = from;
        while (to - p >= 8) {
            long word = Swar.load(text, p);
            if (outside(word) != 0) {
                return -1;
            }
            Swar.store(out, at, word);
            p += 8;
            at += 8;
        }
        if (p < to && text.length - p >= 8) {
            // What lies behind the text is looked at but does not count, and what is copied of it is overwritten.
            long word = Swar.load(text, p);
            int rest = to - p;
            long ours = (1L << 8 * rest) - 1;
            if ((outside(word) & ours) != 0) {
                return -1;
            }
            Swar.store(out, at, word);
            return at + rest;
        }
        for (; p < to; p++) {
            byte b = text[p];
            if (b == (byte) column || b == (byte) quotes || b == (byte) line || b == (byte) otherLine) {
                return -1;
            }
            out[at++] = b;
        }
        return at;
    }

    private long outside(long word) {
        return Swar.equal(word, column)
                | Swar.equal(word, quotes)
                | Swar.equal(word, line)
                | Swar.equal(word, otherLine);
    }

    /// Copies text between quotes, with an escape before every quote and escape within.
    ///
    /// @return the position after it
    int quoted(byte[] text, int from, int to, byte[] out, int start) {
        int at = put(quote, out, start);
        int p = from;
        while (p < to) {
            if (to - p >= 8) {
                long word = Swar.load(text, p);
                Swar.store(out, at, word);
                long hits = Swar.equal(word, quotes) | Swar.equal(word, escapes);
                int n = hits == 0 ? 8 : Swar.first(hits);
                p += n;
                at += n;
                if (hits == 0) {
                    continue;
                }
            }
            byte b = text[p];
            if (b == (byte) quotes && at(quote, text, p, to)) {
                at = put(quote, out, put(escape, out, at));
                p += quote.length;
            } else if (b == (byte) escapes && at(escape, text, p, to)) {
                at = put(escape, out, put(escape, out, at));
                p += escape.length;
            } else {
                out[at++] = b;
                p++;
            }
        }
        return put(quote, out, at);
    }

    /// Copies text where nothing is quoted, with an escape before every escape and first byte of a column delimiter.
    ///
    /// @return the position after it, or -1 when it cannot be told from a delimiter
    int escaped(byte[] text, int from, int to, byte[] out, int start) {
        int at = start;
        int p = from;
        while (p < to) {
            if (to - p >= 8 && !bytewise) {
                long word = Swar.load(text, p);
                Swar.store(out, at, word);
                long hits = outside(word) | Swar.equal(word, escapes);
                int n = hits == 0 ? 8 : Swar.first(hits);
                p += n;
                at += n;
                if (hits == 0) {
                    continue;
                }
            }
            byte b = text[p];
            if (refusedOutside[b & 255]) {
                return -1;
            }
            if (escapedOutside[b & 255] && (b != escape[0] || at(escape, text, p, to))) {
                at = put(escape, out, at);
            }
            out[at++] = b;
            p++;
        }
        return at;
    }

    private static int put(byte[] mark, byte[] out, int at) {
        if (mark.length == 1) {
            out[at] = mark[0];
            return at + 1;
        }
        System.arraycopy(mark, 0, out, at, mark.length);
        return at + mark.length;
    }

    private static boolean at(byte[] mark, byte[] text, int p, int to) {
        if (to - p < mark.length) {
            return false;
        }
        for (int i = 1; i < mark.length; i++) {
            if (text[p + i] != mark[i]) {
                return false;
            }
        }
        return true;
    }
}
