package dev.sluice.ssis.engine.dataflow.files;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/// Finds rows and fields in the bytes of a flat file. One thread. After [#next()] the fields of the row are ranges of
/// [#bytes()], valid until the next call.
final class RowScanner implements AutoCloseable {
    /// Longest row; a file whose row delimiter never comes is not read into memory whole.
    static final int LONGEST = 64 << 20;

    private static final byte[] NONE = new byte[0];

    private final Utf8Bytes in;
    private final FlatFileFormat.Kind kind;
    private final byte[][] delimiters;
    private final int[] widths;
    private final boolean[] qualified;
    private final byte[] rowDelimiter;
    private final byte[] qualifier;
    private final boolean strict;
    private final int[] starts;
    private final int[] ends;
    private byte[] bytes = new byte[1 << 19];
    private int at;
    private int end;
    private boolean ended;
    private int found;
    private int rowStart;
    private int rowEnd;
    private boolean partial;
    private int broken = -1;

    RowScanner(Utf8Bytes in, FlatFileFormat format) {
        this.in = in;
        this.kind = format.kind();
        List<FlatFileFormat.FileColumn> columns = format.columns();
        int n = columns.size();
        this.delimiters = new byte[n][];
        this.widths = new int[n];
        this.qualified = new boolean[n];
        this.starts = new int[n];
        this.ends = new int[n];
        for (int i = 0; i < n; i++) {
            delimiters[i] = utf8(columns.get(i).delimiter());
            widths[i] = columns.get(i).width();
            qualified[i] = columns.get(i).qualified() && !format.qualifier().isEmpty();
        }
        this.rowDelimiter = delimiters[n - 1];
        this.qualifier = utf8(format.qualifier());
        this.strict = format.strict() && kind == FlatFileFormat.Kind.DELIMITED;
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    byte[] bytes() {
        return bytes;
    }

    /// Fields that the row has; those of the columns behind are missing.
    int fields() {
        return found;
    }

    int start(int column) {
        return starts[column];
    }

    int end(int column) {
        return ends[column];
    }

    /// Whether the file ended within the row.
    boolean partial() {
        return partial;
    }

    /// The column behind whose closing qualifier no delimiter stands; -1 when all is well.
    int broken() {
        return broken;
    }

    /// The row as it stands in the file, without its delimiter.
    String text() {
        return new String(bytes, rowStart, rowEnd - rowStart, StandardCharsets.UTF_8);
    }

    /// Passes over text up to and with a delimiter.
    void skip(byte[] delimiter) throws IOException {
        while (true) {
            int hit = search(delimiter, at);
            if (hit >= 0) {
                at = hit + delimiter.length;
                return;
            }
            if (!more()) {
                at = end;
                return;
            }
        }
    }

    private int search(byte[] delimiter, int from) {
        for (int i = from; i <= end - delimiter.length; i++) {
            if (bytes[i] == delimiter[0] && matches(delimiter, i)) {
                return i;
            }
        }
        return -1;
    }

    /// Goes to the next row.
    ///
    /// @return false at the end
    boolean next() throws IOException {
        compact();
        if (at >= end && !more()) {
            return false;
        }
        while (true) {
            rowStart = at;
            int done = kind == FlatFileFormat.Kind.DELIMITED ? delimited() : fixed();
            if (done >= 0) {
                at = done;
                return true;
            }
            if (end - at > LONGEST) {
                throw new IOException("a row is longer than " + LONGEST + " bytes; the row delimiter may be wrong");
            }
            // Not all of the row is there yet; at the end of the file the rest is taken as it is.
            more();
        }
    }

    private void compact() {
        if (at > bytes.length / 2) {
            System.arraycopy(bytes, at, bytes, 0, end - at);
            end -= at;
            at = 0;
        }
    }

    private boolean more() throws IOException {
        if (ended) {
            return false;
        }
        Utf8Bytes.Filled filled = in.fill(bytes, end);
        bytes = filled.bytes();
        end = filled.end();
        ended = filled.atEnd();
        return !ended || at < end;
    }

    /// @return behind the row; -1 when more bytes are needed
    private int delimited() {
        partial = false;
        broken = -1;
        found = 0;
        int i = at;
        int columns = delimiters.length;
        for (int column = 0; column < columns; column++) {
            boolean last = column == columns - 1;
            byte[] delimiter = delimiters[column];
            int stop;
            if (qualified[column] && startsWith(qualifier, i)) {
                stop = closing(i + qualifier.length);
                if (stop < 0) {
                    if (!ended) {
                        return -1;
                    }
                    stop = end;
                }
                starts[column] = i + qualifier.length;
                ends[column] = stop;
                i = Math.min(end, stop + qualifier.length);
                found = column + 1;
                int behind = plain(i, delimiter, last);
                if (behind == -1) {
                    return -1;
                }
                if (hitAt != i) {
                    broken = column;
                }
                i = behind;
            } else {
                starts[column] = i;
                int behind = plain(i, delimiter, last);
                if (behind == -1) {
                    return -1;
                }
                ends[column] = hitAt;
                found = column + 1;
                i = behind;
            }
            if (rowEnded || last) {
                rowEnd = hitAt;
                return i;
            }
            if (ended && i >= end && hitEnd) {
                partial = true;
                rowEnd = end;
                return end;
            }
        }
        return i;
    }

    private int hitAt;
    private boolean rowEnded;
    private boolean hitEnd;

    /// Looks for the end of an unqualified field.
    ///
    /// @return behind the delimiter; -1 when more bytes are needed
    private int plain(int from, byte[] delimiter, boolean last) {
        rowEnded = false;
        hitEnd = false;
        byte first = delimiter.length == 0 ? 0 : delimiter[0];
        boolean rows = strict && !last;
        byte firstOfRow = rowDelimiter[0];
        int limit = end - Math.max(delimiter.length, rowDelimiter.length) + 1;
        for (int i = from; i < limit; i++) {
            byte b = bytes[i];
            if (b == first && matches(delimiter, i)) {
                hitAt = i;
                return i + delimiter.length;
            }
            if (rows && b == firstOfRow && matches(rowDelimiter, i)) {
                hitAt = i;
                rowEnded = true;
                return i + rowDelimiter.length;
            }
        }
        if (!ended) {
            return -1;
        }
        for (int i = Math.max(from, limit); i < end; i++) {
            if (startsWith(delimiter, i)) {
                hitAt = i;
                return i + delimiter.length;
            }
            if (rows && startsWith(rowDelimiter, i)) {
                hitAt = i;
                rowEnded = true;
                return i + rowDelimiter.length;
            }
        }
        hitAt = end;
        hitEnd = true;
        return end;
    }

    private boolean matches(byte[] what, int i) {
        for (int k = 1; k < what.length; k++) {
            if (bytes[i + k] != what[k]) {
                return false;
            }
        }
        return true;
    }

    private boolean startsWith(byte[] what, int i) {
        return what.length > 0 && i + what.length <= end && bytes[i] == what[0] && matches(what, i);
    }

    /// The qualifier that closes a field; a doubled one is part of it.
    private int closing(int from) {
        int i = from;
        while (i < end) {
            if (startsWith(qualifier, i)) {
                if (startsWith(qualifier, i + qualifier.length)) {
                    i += 2 * qualifier.length;
                    continue;
                }
                // What follows may be the second half of a doubled one that is not read yet.
                return i + 2 * qualifier.length > end && !ended ? -1 : i;
            }
            i++;
        }
        return -1;
    }

    /// Whether the field of that column contains a doubled qualifier.
    boolean doubled(int column) {
        if (!qualified[column]) {
            return false;
        }
        for (int i = starts[column]; i < ends[column]; i++) {
            if (startsWith(qualifier, i)) {
                return starts[column] >= qualifier.length && startsWith(qualifier, starts[column] - qualifier.length);
            }
        }
        return false;
    }

    String qualifierText() {
        return new String(qualifier, StandardCharsets.UTF_8);
    }

    /// @return behind the row; -1 when more bytes are needed
    private int fixed() {
        partial = false;
        broken = -1;
        found = 0;
        int i = at;
        for (int column = 0; column < delimiters.length; column++) {
            starts[column] = i;
            if (delimiters[column].length > 0) {
                int behind = plain(i, delimiters[column], true);
                if (behind == -1) {
                    return -1;
                }
                ends[column] = hitAt;
                i = behind;
                found = column + 1;
                rowEnd = hitAt;
                continue;
            }
            int stop = forward(i, widths[column]);
            if (stop < 0) {
                if (!ended) {
                    return -1;
                }
                stop = end;
                partial = true;
            }
            ends[column] = stop;
            i = stop;
            found = column + (partial && stop == starts[column] ? 0 : 1);
            rowEnd = stop;
            if (partial) {
                return end;
            }
        }
        return i;
    }

    /// Behind that many characters; -1 when there are fewer.
    private int forward(int from, int characters) {
        int i = from;
        for (int n = 0; n < characters; n++) {
            if (i >= end) {
                return -1;
            }
            int b = bytes[i] & 0xFF;
            i += b < 0x80 ? 1 : b < 0xE0 ? 2 : b < 0xF0 ? 3 : 4;
        }
        return i <= end ? i : -1;
    }

    @Override
    public void close() throws IOException {
        in.close();
        bytes = Arrays.copyOf(NONE, 0);
    }
}
