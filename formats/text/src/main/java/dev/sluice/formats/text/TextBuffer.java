package dev.sluice.formats.text;

import dev.sluice.data.batch.MemoryBudget;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/// A window on a stream of UTF-8 text that always holds the row being read as a whole; it grows with the row up to
/// [#LONGEST_ROW]. Behind the text stand sentinels, at which every search ends. One thread; [#close()] any.
final class TextBuffer implements AutoCloseable {
    /// Bytes that a row may have. An unclosed quote makes a row of the rest of the file; this is where that ends.
    static final int LONGEST_ROW = 64 << 20;

    /// Fits into a core's second-level cache together with a batch's vectors.
    static final int SIZE = 256 << 10;

    /// Room behind the text: the sentinels and what an eight-byte load at the last of them touches.
    private static final int PADDING = 16;

    /// The text is in `[at, limit)`.
    byte[] bytes;

    int at;
    int limit;

    /// Whether the stream has ended: nothing follows `limit`.
    boolean last;

    /// Bytes of the stream before `bytes[0]`.
    long before;

    private final int longest;
    private final byte[] sentinels;
    private final MemoryBudget budget;
    private final AtomicBoolean closed = new AtomicBoolean();
    private InputStream text = InputStream.nullInputStream();

    TextBuffer(int size, int longest, byte[] sentinels, MemoryBudget budget) {
        budget.reserve(size + PADDING);
        this.longest = Math.max(size, longest);
        this.sentinels = sentinels;
        this.budget = budget;
        this.bytes = new byte[size + PADDING];
    }

    /// Goes on with another stream, from its start.
    void begin(InputStream stream) {
        text = stream;
        at = 0;
        limit = 0;
        before = 0;
        last = false;
        seal();
    }

    /// Reads on; what stands before `at` is dropped.
    ///
    /// @return false when the row that starts at `at` has reached its greatest length
    boolean fill() throws IOException {
        if (at > 0) {
            System.arraycopy(bytes, at, bytes, 0, limit - at);
            before += at;
            limit -= at;
            at = 0;
        }
        if (limit == bytes.length - PADDING && !grow()) {
            return false;
        }
        // Once a long row has passed, the text ahead becomes short again.
        int read = text.read(bytes, limit, Math.min(bytes.length - PADDING - limit, Math.max(SIZE, limit)));
        if (read < 0) {
            last = true;
        } else {
            limit += read;
        }
        seal();
        return true;
    }

    private boolean grow() {
        int size = bytes.length - PADDING;
        if (size >= longest) {
            return false;
        }
        int bigger = (int) Math.min(longest, size * 2L);
        budget.reserve(bigger + PADDING);
        byte[] old = bytes;
        bytes = Arrays.copyOf(old, bigger + PADDING);
        budget.release(old.length);
        return true;
    }

    private void seal() {
        System.arraycopy(sentinels, 0, bytes, limit, sentinels.length);
    }

    /// Gives the memory back. The reading thread may still be at work on the array (a cancel).
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            budget.release(bytes.length);
        }
    }
}
