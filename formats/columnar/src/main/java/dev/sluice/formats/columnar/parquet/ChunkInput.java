package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Reservation;
import dev.sluice.data.spi.FileInput;
import java.io.IOException;

/// The bytes of one column chunk in order, seen through a window: the whole chunk where it was fetched beforehand
/// together with its neighbours, else a part that moves on in large reads.
final class ChunkInput {
    /// Bytes that every array offered to decoders has behind its content, so that they may load whole words.
    static final int SLACK = 16;

    private final FileInput file;
    private final Reservation memory;
    private final int windowBytes;
    /// Bytes that are paid for by this chunk alone; 0 when the window is shared.
    private long own;
    private byte[] window;
    private int at;
    private int limit;
    /// Position in the file of the first byte behind the window's content.
    private long next;
    private final long end;

    private ChunkInput(
            FileInput file,
            Reservation memory,
            int windowBytes,
            byte[] window,
            int at,
            int limit,
            long next,
            long end) {
        this.file = file;
        this.memory = memory;
        this.windowBytes = windowBytes;
        this.window = window;
        this.at = at;
        this.limit = limit;
        this.next = next;
        this.end = end;
    }

    /// A chunk that lies completely in `block`, whose first byte is the file's byte `blockStart`.
    static ChunkInput fetched(
            FileInput file, Reservation memory, byte[] block, long blockStart, FileFooter.Chunk chunk) {
        int from = (int) (chunk.offset() - blockStart);
        long end = chunk.offset() + chunk.length();
        return new ChunkInput(file, memory, 0, block, from, (int) (from + chunk.length()), end, end);
    }

    /// A chunk read in pieces of about `windowBytes`.
    static ChunkInput windowed(FileInput file, Reservation memory, int windowBytes, FileFooter.Chunk chunk) {
        long end = chunk.offset() + chunk.length();
        return new ChunkInput(file, memory, windowBytes, new byte[0], 0, 0, chunk.offset(), end);
    }

    /// Position in the file of the next byte.
    long position() {
        return next - available();
    }

    /// Bytes up to the chunk's end.
    long remaining() {
        return end - position();
    }

    /// Bytes that can be taken without reading.
    int available() {
        return limit - at;
    }

    /// The array that holds the next [#available()] bytes, from [#offset()].
    byte[] window() {
        return window;
    }

    int offset() {
        return at;
    }

    void skip(int count) {
        at += count;
    }

    /// Makes `count` bytes available; a chunk that has no more is corrupt.
    void need(int count) throws IOException {
        if (available() >= count) {
            return;
        }
        if (count > remaining()) {
            throw new CorruptData("a page goes on behind its column chunk");
        }
        int kept = available();
        int length = (int) Math.min(Math.max(count, windowBytes), remaining());
        byte[] target = window;
        if (target.length < length + SLACK) {
            memory.take(length + SLACK);
            target = new byte[length + SLACK];
        }
        System.arraycopy(window, at, target, 0, kept);
        if (target != window) {
            memory.give(own);
            own = target.length;
            window = target;
        }
        at = 0;
        limit = kept;
        file.read(next, window, kept, length - kept);
        next += length - kept;
        limit = length;
    }

    void close() {
        memory.give(own);
        own = 0;
        window = new byte[0];
        at = 0;
        limit = 0;
    }
}
