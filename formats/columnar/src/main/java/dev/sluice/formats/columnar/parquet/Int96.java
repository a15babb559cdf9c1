package dev.sluice.formats.columnar.parquet;

/// The old timestamp of 12 bytes: nanoseconds of the day (8 bytes), Julian day (4 bytes), both lowest byte first.
/// Read and written as ticks of 100 ns, which is what Data Factory's date and time counts in; what is finer is cut.
final class Int96 {
    static final long TICKS_PER_DAY = 864_000_000_000L;

    /// Julian day of 1970-01-01.
    private static final int EPOCH = 2_440_588;

    private static final long NANOS_PER_DAY = TICKS_PER_DAY * 100;

    private Int96() {}

    static int julianDay(long ticks) {
        return (int) Math.floorDiv(ticks, TICKS_PER_DAY) + EPOCH;
    }

    /// Ticks since 1970-01-01T00:00:00.
    static long ticks(byte[] bytes, int at) {
        long nanos = LittleEndian.getLong(bytes, at);
        long day = (long) LittleEndian.getInt(bytes, at + 8) - EPOCH;
        if (nanos < 0 || nanos >= NANOS_PER_DAY || Math.abs(day) > Long.MAX_VALUE / TICKS_PER_DAY - 1) {
            throw new CorruptData("a timestamp of " + nanos + " ns on day " + day + " does not exist");
        }
        return day * TICKS_PER_DAY + nanos / 100;
    }
}
