package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Reservation;
import dev.sluice.data.spi.FileInput;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/// Fetches the wanted chunks of a row group: neighbours together in one read, as long as they fit a share of the
/// memory; a larger row group is read chunk by chunk through windows.
final class RowGroupFetch {
    /// Bytes between two chunks that are rather read than left out: about what a request costs.
    private static final long GAP = 256 << 10;

    private static final long LARGEST_FETCH = 64L << 20;
    private static final long LARGEST_WINDOW = 8L << 20;
    private static final long SMALLEST_WINDOW = 64L << 10;

    private final FileInput file;
    private final Reservation memory;
    private final long fetchBytes;
    private final int windowBytes;
    private final List<Block> blocks = new ArrayList<>();

    /// Bytes of the file from `start` on.
    private record Block(long start, long end, byte[] bytes) {}

    RowGroupFetch(FileInput file, Reservation memory, int columns) {
        this.file = file;
        this.memory = memory;
        this.fetchBytes = Math.min(LARGEST_FETCH, memory.limit() / 8);
        this.windowBytes = (int) Math.clamp(fetchBytes / Math.max(1, columns), SMALLEST_WINDOW, LARGEST_WINDOW);
    }

    /// Ends the readers' chunks of the last row group and opens those of the next one.
    void open(List<ColumnReader> readers, List<FileFooter.Chunk> chunks, Decompressors decompressors)
            throws IOException {
        readers.forEach(ColumnReader::close);
        begin(chunks);
        // in the order of the file, so that windows are filled forwards
        int[] order = IntStream.range(0, chunks.size())
                .boxed()
                .sorted(Comparator.comparingLong(c -> chunks.get(c).offset()))
                .mapToInt(c -> c)
                .toArray();
        for (int c : order) {
            readers.get(c).open(input(chunks.get(c)), decompressors, chunks.get(c));
        }
    }

    /// Drops the last row group's bytes and fetches the next one's, if they are not too many.
    private void begin(List<FileFooter.Chunk> chunks) throws IOException {
        for (Block block : blocks) {
            memory.give(block.bytes().length);
        }
        blocks.clear();
        List<FileFooter.Chunk> sorted = chunks.stream()
                .sorted(Comparator.comparingLong(FileFooter.Chunk::offset))
                .toList();
        long total = 0;
        for (FileFooter.Chunk chunk : sorted) {
            total += chunk.length();
        }
        if (total > fetchBytes) {
            return;
        }
        int from = 0;
        while (from < sorted.size()) {
            long start = sorted.get(from).offset();
            long end = start + sorted.get(from).length();
            int to = from + 1;
            while (to < sorted.size() && sorted.get(to).offset() <= end + GAP) {
                end = Math.max(end, sorted.get(to).offset() + sorted.get(to).length());
                to++;
            }
            fetch(start, end);
            from = to;
        }
    }

    private void fetch(long start, long end) throws IOException {
        int length = Math.toIntExact(end - start);
        memory.take(length + ChunkInput.SLACK);
        byte[] bytes = new byte[length + ChunkInput.SLACK];
        file.read(start, bytes, 0, length);
        blocks.add(new Block(start, end, bytes));
    }

    /// The chunk's bytes.
    private ChunkInput input(FileFooter.Chunk chunk) {
        for (Block block : blocks) {
            if (block.start() <= chunk.offset() && chunk.offset() + chunk.length() <= block.end()) {
                return ChunkInput.fetched(file, memory, block.bytes(), block.start(), chunk);
            }
        }
        return ChunkInput.windowed(file, memory, windowBytes, chunk);
    }
}
