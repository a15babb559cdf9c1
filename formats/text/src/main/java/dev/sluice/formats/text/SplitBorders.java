package dev.sluice.formats.text;

import dev.sluice.data.packing.TextEncoding;
import dev.sluice.data.spi.Decoder.FileRange;
import dev.sluice.data.spi.FileInput;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/// Finds row starts in the midst of a file, so that its pieces can be read at once.
///
/// Without quoting the first row delimiter after any position will do. With quoting a line break may stand within a
/// value, so a window of the file is read under both assumptions, that it starts outside quotes and that it starts
/// within (the idea is from Ge and others, "Speculative Distributed CSV Data Parsing for Big Data Analytics", 2019):
/// - one of them meets what no file has, such as text after a closing quote: the other one holds;
/// - both agree that a row starts somewhere: it does;
/// - there is no quote in the window, and outside quotes all its rows have the width of the file: that is assumed, and
///   proved by the reader of the piece before, who must arrive at the border outside quotes, else the read fails;
/// - otherwise the window is made larger, and at last the file is not divided there.
final class SplitBorders {
    private static final int WINDOW = 64 << 10;
    private static final int LARGE_WINDOW = 1 << 20;
    private static final int MOST_RANGES = 100_000;
    private static final int NONE = -1;

    private final FileInput file;
    private final long size;
    private final boolean anyLineBreak;
    private final Dialect.Marks marks;
    private final boolean utf8;
    private final int width;

    /// @param width columns of the file
    SplitBorders(FileInput file, Dialect dialect, Charset charset, int width) {
        this.file = file;
        this.size = file.entry().size();
        this.anyLineBreak = dialect.anyLineBreak();
        this.marks = dialect.marks(charset);
        this.utf8 = charset.equals(java.nio.charset.StandardCharsets.UTF_8);
        this.width = width;
    }

    /// Whether a found row delimiter is one for certain: its bytes mean nothing else in the encoding, and it overlaps
    /// neither itself nor the column delimiter.
    static boolean possible(Dialect dialect, Charset charset) {
        return TextEncoding.selfSynchronising(charset)
                && dialect.row().chars().distinct().count() == dialect.row().length()
                && dialect.column().chars().distinct().count()
                        == dialect.column().length()
                && dialect.row().chars().noneMatch(c -> dialect.column().indexOf(c) >= 0);
    }

    List<FileRange> ranges(long dataStart, long targetBytes) throws IOException {
        long step = Math.max(Math.max(1, targetBytes), size / MOST_RANGES);
        List<FileRange> ranges = new ArrayList<>();
        long from = 0;
        long candidate = Math.max(step, dataStart + 1);
        while (candidate < size) {
            long border = near(candidate);
            if (border > from && border < size) {
                ranges.add(new FileRange(from, border));
                from = border;
            }
            candidate = Math.max(candidate, border) + step;
        }
        ranges.add(new FileRange(from, size));
        return ranges;
    }

    /// A row start after the position, or [#NONE].
    private long near(long position) throws IOException {
        for (int length = WINDOW; length <= LARGE_WINDOW; length *= LARGE_WINDOW / WINDOW) {
            byte[] window = new byte[(int) Math.min(length, size - position + 1)];
            file.read(position - 1, window, 0, window.length);
            int found = find(window);
            if (found > 0) {
                return position - 1 + found;
            }
        }
        return NONE;
    }

    private int find(byte[] window) {
        if (marks.quote().length == 0) {
            int[] starts = new Walk(window, 0, false).starts();
            return starts.length == 0 ? NONE : starts[0];
        }
        int start = safeStart(window);
        if (start == NONE) {
            return NONE;
        }
        Walk outside = new Walk(window, start, false);
        Walk within = new Walk(window, start, true);
        if (outside.impossible() || within.impossible()) {
            Walk right = outside.impossible() ? within : outside;
            return right.impossible() || right.starts().length == 0 ? NONE : right.starts()[0];
        }
        if (outside.quotesSeen()) {
            return firstCommon(outside.starts(), within.starts());
        }
        return width > 1 && outside.uniform() ? outside.starts()[0] : NONE;
    }

    /// A place that is not next to a quote or an escape and not within a character: there both assumptions are clear.
    private int safeStart(byte[] window) {
        for (int i = 1; i < Math.min(window.length, 4_096); i++) {
            if (ordinary(window[i - 1]) && ordinary(window[i]) && !(utf8 && (window[i] & 0xC0) == 0x80)) {
                return i;
            }
        }
        return NONE;
    }

    private boolean ordinary(byte b) {
        return !contains(marks.quote(), b)
                && !contains(marks.escape(), b)
                && (marks.column().length < 2 || !contains(marks.column(), b));
    }

    private static boolean contains(byte[] mark, byte b) {
        for (byte m : mark) {
            if (m == b) {
                return true;
            }
        }
        return false;
    }

    private static int firstCommon(int[] some, int[] others) {
        return Arrays.stream(some)
                .filter(s -> Arrays.binarySearch(others, s) >= 0)
                .findFirst()
                .orElse(NONE);
    }

    /// A window read under one assumption.
    private final class Walk {
        private final byte[] text;
        private final int[] starts;
        private int count;
        private boolean impossible;
        private boolean quotesSeen;
        private boolean uneven;
        private int columns;

        Walk(byte[] text, int from, boolean within) {
            this.text = text;
            this.starts = new int[text.length + 1];
            walk(from, within);
        }

        int[] starts() {
            return Arrays.copyOf(starts, count);
        }

        boolean impossible() {
            return impossible;
        }

        boolean quotesSeen() {
            return quotesSeen;
        }

        /// Whether there were at least two whole rows, all as wide as the file.
        boolean uniform() {
            return count > 2 && !uneven;
        }

        private void walk(int from, boolean within) {
            int p = from;
            boolean inside = within;
            boolean fieldStart = false;
            // A mark may be cut by the window's end: the last bytes are not looked at.
            int end = text.length - 2 * longestMark();
            while (p < end && !impossible) {
                if (inside) {
                    int next = inside(p);
                    inside = next > 0;
                    p = Math.abs(next);
                } else if (at(marks.quote(), p)) {
                    quotesSeen = true;
                    inside = fieldStart;
                    fieldStart = false;
                    p += marks.quote().length;
                } else {
                    int next = outside(p);
                    fieldStart = next > p + 1 || isBreak(p) || at(marks.column(), p);
                    p = next;
                }
            }
        }

        /// @return the next position, negative when a closing quote was passed
        private int inside(int p) {
            byte[] quote = marks.quote();
            byte[] escape = marks.escape();
            if (at(escape, p) && (at(quote, p + escape.length) || at(escape, p + escape.length))) {
                return p + escape.length + (at(quote, p + escape.length) ? quote.length : escape.length);
            }
            if (!at(quote, p)) {
                return p + 1;
            }
            quotesSeen = true;
            int after = p + quote.length;
            if (at(quote, after)) {
                return after + quote.length;
            }
            impossible = !isBreak(after) && !at(marks.column(), after);
            return -after;
        }

        private int outside(int p) {
            if (isBreak(p)) {
                int next = p + breakLength(p);
                uneven |= count > 0 && columns != width && starts[count - 1] != p;
                starts[count++] = next;
                columns = 1;
                return next;
            }
            if (at(marks.column(), p)) {
                columns++;
                return p + marks.column().length;
            }
            return p + 1;
        }

        private boolean isBreak(int p) {
            return anyLineBreak ? text[p] == '\n' || text[p] == '\r' : at(marks.row(), p);
        }

        private int breakLength(int p) {
            return anyLineBreak ? text[p] == '\r' && text[p + 1] == '\n' ? 2 : 1 : marks.row().length;
        }

        private int longestMark() {
            return Math.max(
                    Math.max(marks.row().length, marks.column().length),
                    Math.max(2, Math.max(marks.quote().length, marks.escape().length)));
        }

        private boolean at(byte[] mark, int p) {
            if (mark.length == 0 || p + mark.length > text.length) {
                return false;
            }
            for (int i = 0; i < mark.length; i++) {
                if (text[p + i] != mark[i]) {
                    return false;
                }
            }
            return true;
        }
    }
}
