package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Reservation;

/// What the columns of one writer share: memory, the compressor, and room to put a page together.
///
/// @param pageBytes size of a page's values from which it is closed
/// @param pageRows rows from which a page is closed
/// @param page the page being assembled
/// @param packed the page being compressed
/// @param values dense values of the rows being added, at least [#SEGMENT_ROWS]
record Workshop(
        Reservation memory,
        Compressor compressor,
        int pageBytes,
        int pageRows,
        Bytes page,
        Bytes packed,
        long[] values) {

    /// Rows that are added at once; a batch is cut into segments of so many.
    static final int SEGMENT_ROWS = 4_096;

    private static final int LARGEST_PAGE = 1 << 20;
    private static final int SMALLEST_PAGE = 8 << 10;
    private static final int MOST_PAGE_ROWS = 1 << 16;

    /// Pages are of 1 MB, smaller where the columns' open pages would otherwise take more than an eighth of the
    /// memory.
    static Workshop of(Reservation memory, Compressor compressor, int columns) {
        long share = memory.limit() / 8 / Math.max(1, columns);
        int pageBytes = (int) Math.clamp(share, SMALLEST_PAGE, LARGEST_PAGE);
        int pageRows = Math.clamp(pageBytes / 4, SEGMENT_ROWS, MOST_PAGE_ROWS);
        memory.take(SEGMENT_ROWS * 8L);
        return new Workshop(
                memory, compressor, pageBytes, pageRows, new Bytes(memory), new Bytes(memory), new long[SEGMENT_ROWS]);
    }
}
