package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Reservation;
import org.apache.parquet.format.Encoding;

/// Byte strings of a page in any of their encodings, laid end to end. Lengths are added up first, room is made once,
/// then the bytes are copied.
final class ByteValues {
    /// Where values go.
    interface Room {
        /// Makes sure that `length` bytes fit from `at` on.
        byte[] reserve(int at, int length);
    }

    private enum Mode {
        PLAIN,
        FIXED,
        INDEXES,
        LENGTHS,
        PREFIXES
    }

    /// Values that are looked at together where their size cannot be told beforehand.
    private static final int FEW = 64;

    private final int fixedLength;
    private final Reservation memory;
    private final Indexes indexes = new Indexes();
    private final DeltaDecoder prefixes = new DeltaDecoder();
    private final DeltaDecoder lengths = new DeltaDecoder();
    private final Bytes previous;
    private final long[] prefixPortion = new long[Indexes.PORTION];
    private final long[] lengthPortion = new long[Indexes.PORTION];
    private byte[] dictionary = {};
    private int[] entries = {0};
    private int longestEntry;
    private long paid;
    private Mode mode = Mode.PLAIN;
    private byte[] bytes = {};
    private int at;
    private int end;

    /// @param fixedLength bytes of every value; 0 when each has its length in front
    ByteValues(int fixedLength, Reservation memory) {
        this.fixedLength = fixedLength;
        this.memory = memory;
        this.previous = new Bytes(memory);
    }

    void readDictionary(byte[] source, int from, int to, int count) {
        if (count < 0 || (long) count * (fixedLength == 0 ? 4 : fixedLength) > to - from) {
            throw new CorruptData("a dictionary of " + count + " entries in " + (to - from) + " bytes");
        }
        long price = (count + 1) * 4L + (to - from);
        memory.take(price);
        memory.give(paid);
        paid = price;
        entries = new int[count + 1];
        dictionary = new byte[to - from];
        longestEntry = 0;
        startPlain(source, from, to);
        for (int done = 0; done < count; done += FEW) {
            read(Math.min(FEW, count - done), entries, done, (position, length) -> dictionary);
        }
        for (int i = 0; i < count; i++) {
            longestEntry = Math.max(longestEntry, entries[i + 1] - entries[i]);
        }
    }

    void startPlain(byte[] source, int from, int to) {
        mode = fixedLength == 0 ? Mode.PLAIN : Mode.FIXED;
        bytes = source;
        at = from;
        end = to;
    }

    void startIndexes(byte[] source, int from, int to, int width) {
        mode = Mode.INDEXES;
        indexes.start(source, from, to, width);
    }

    /// Starts on one of the delta encodings.
    ///
    /// @return false for an encoding that byte strings do not have
    boolean startOther(Encoding encoding, byte[] source, int from, int to) {
        bytes = source;
        end = to;
        previous.size = 0;
        if (encoding == Encoding.DELTA_LENGTH_BYTE_ARRAY && fixedLength == 0) {
            mode = Mode.LENGTHS;
            lengths.start(source, from, to);
            at = lengths.endOfValues();
        } else if (encoding == Encoding.DELTA_BYTE_ARRAY) {
            mode = Mode.PREFIXES;
            prefixes.start(source, from, to);
            lengths.start(source, prefixes.endOfValues(), to);
            at = lengths.endOfValues();
        } else {
            return false;
        }
        return true;
    }

    /// How many of the next values, at most `count`, have together no more than about `limit` bytes.
    int fit(int count, int limit) {
        return switch (mode) {
            case PLAIN -> end - at <= limit ? count : fitPlain(count, limit);
            case FIXED -> Math.min(count, limit / fixedLength);
            case INDEXES -> (long) count * longestEntry <= limit ? count : limit / longestEntry;
            case LENGTHS -> end - at <= limit ? count : Math.min(count, FEW);
            case PREFIXES -> Math.min(count, FEW);
        };
    }

    private int fitPlain(int count, int limit) {
        int position = at;
        long total = 0;
        for (int i = 0; i < count; i++) {
            int length = end - position < 4 ? -1 : LittleEndian.getInt(bytes, position);
            total += length;
            if (length < 0 || length > end - position - 4 || total > limit) {
                return i;
            }
            position += 4 + length;
        }
        return count;
    }

    /// Reads values: `offsets[row]` says where the first begins, the ends are set from `offsets[row + 1]` on.
    void read(int count, int[] offsets, int row, Room room) {
        switch (mode) {
            case PLAIN -> readPlain(count, offsets, row, room);
            case FIXED -> readFixed(count, offsets, row, room);
            case INDEXES, LENGTHS, PREFIXES -> {
                for (int done = 0; done < count; done += Indexes.PORTION) {
                    int n = Math.min(Indexes.PORTION, count - done);
                    switch (mode) {
                        case INDEXES -> readIndexed(n, offsets, row + done, room);
                        case LENGTHS -> readLengths(n, offsets, row + done, room);
                        default -> readPrefixed(n, offsets, row + done, room);
                    }
                }
            }
        }
    }

    private void readPlain(int count, int[] offsets, int row, Room room) {
        byte[] source = bytes;
        int position = at;
        int start = offsets[row];
        int to = start;
        for (int i = 1; i <= count; i++) {
            int length = end - position < 4 ? -1 : LittleEndian.getInt(source, position);
            if (length < 0 || length > end - position - 4) {
                throw new CorruptData("a value of " + length + " bytes goes on behind its page");
            }
            position += 4 + length;
            to += length;
            offsets[row + i] = to;
        }
        byte[] into = room.reserve(start, to - start);
        position = at;
        for (int i = 0; i < count; i++) {
            int length = offsets[row + i + 1] - offsets[row + i];
            System.arraycopy(source, position + 4, into, offsets[row + i], length);
            position += 4 + length;
        }
        at = position;
    }

    private void readFixed(int count, int[] offsets, int row, Room room) {
        if ((long) count * fixedLength > end - at) {
            throw new CorruptData("fewer values than the page has rows");
        }
        int start = offsets[row];
        byte[] into = room.reserve(start, count * fixedLength);
        System.arraycopy(bytes, at, into, start, count * fixedLength);
        for (int i = 1; i <= count; i++) {
            offsets[row + i] = start + i * fixedLength;
        }
        at += count * fixedLength;
    }

    private void readIndexed(int count, int[] offsets, int row, Room room) {
        int[] index = indexes.read(count, entries.length - 1);
        int start = offsets[row];
        long to = start;
        for (int i = 0; i < count; i++) {
            to += entries[index[i] + 1] - entries[index[i]];
            offsets[row + i + 1] = (int) to;
        }
        byte[] into = room.reserve(start, size(to - start));
        for (int i = 0; i < count; i++) {
            int entry = entries[index[i]];
            System.arraycopy(dictionary, entry, into, offsets[row + i], entries[index[i] + 1] - entry);
        }
    }

    private static int size(long bytes) {
        if (bytes > Integer.MAX_VALUE - 16) {
            throw new CorruptData("values of " + bytes + " bytes together");
        }
        return (int) bytes;
    }

    private void readLengths(int count, int[] offsets, int row, Room room) {
        lengths.read(lengthPortion, 0, count);
        int start = offsets[row];
        long to = start;
        for (int i = 0; i < count; i++) {
            to += checked(lengthPortion[i], end - at);
            offsets[row + i + 1] = (int) to;
        }
        checked(to - start, end - at);
        byte[] into = room.reserve(start, (int) to - start);
        System.arraycopy(bytes, at, into, start, (int) to - start);
        at += (int) to - start;
    }

    private static long checked(long length, long most) {
        if (length < 0 || length > most) {
            throw new CorruptData("a value of " + length + " bytes goes on behind its page");
        }
        return length;
    }

    /// Each value is so many bytes of the one before and then its own.
    private void readPrefixed(int count, int[] offsets, int row, Room room) {
        prefixes.read(prefixPortion, 0, count);
        lengths.read(lengthPortion, 0, count);
        int start = offsets[row];
        long before = previous.size;
        long to = start;
        for (int i = 0; i < count; i++) {
            before = checked(prefixPortion[i], before) + checked(lengthPortion[i], end - at);
            to += before;
            size(to);
            offsets[row + i + 1] = (int) to;
        }
        byte[] into = room.reserve(start, size(to - start));
        byte[] last = previous.array;
        int from = 0;
        for (int i = 0; i < count; i++) {
            int prefix = (int) prefixPortion[i];
            int own = (int) checked(lengthPortion[i], end - at);
            int target = offsets[row + i];
            System.arraycopy(last, from, into, target, prefix);
            System.arraycopy(bytes, at, into, target + prefix, own);
            at += own;
            last = into;
            from = target;
        }
        if (count > 0) {
            previous.size = 0;
            previous.append(into, from, offsets[row + count] - from);
        }
    }
}
