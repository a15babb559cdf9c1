package dev.sluice.data.copy;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The live counters of a copy: written by its threads, read by anybody at the price of a few additions.
public final class Progress {
    private final LongAdder rowsRead = new LongAdder();
    private final LongAdder rowsWritten = new LongAdder();
    private final LongAdder rowsSkipped = new LongAdder();
    private final LongAdder filesRead = new LongAdder();
    private final LongAdder filesWritten = new LongAdder();
    private final LongAdder filesSkipped = new LongAdder();
    private final LongAdder readNanos = new LongAdder();
    private final LongAdder writeNanos = new LongAdder();
    private final Bytes read = new Bytes();
    private final Bytes written = new Bytes();
    private final Gauge readers = new Gauge();
    private final Gauge writers = new Gauge();
    private final AtomicBoolean first = new AtomicBoolean();
    private volatile @Nullable Instant firstByte;
    private volatile long begun;
    private volatile long estimatedRows = -1;
    private volatile long estimatedBytes = -1;
    private volatile int parallelCopies = 1;

    Progress() {}

    /// @param estimatedRows rows of the source if known, else -1
    /// @param estimatedBytes bytes of the source if known, else -1
    /// @param parallelCopies streams in use
    /// @param copyingMillis since the first data came; 0 before
    public record Snapshot(
            long rowsRead,
            long rowsWritten,
            long rowsSkipped,
            long bytesRead,
            long bytesWritten,
            long filesRead,
            long filesWritten,
            long estimatedRows,
            long estimatedBytes,
            int parallelCopies,
            long copyingMillis) {}

    public Snapshot snapshot() {
        return new Snapshot(
                rowsRead.sum(),
                rowsWritten.sum(),
                rowsSkipped.sum(),
                read.sum(),
                written.sum(),
                filesRead.sum(),
                filesWritten.sum(),
                estimatedRows,
                estimatedBytes,
                parallelCopies,
                begun == 0 ? 0 : Math.max(1, (System.nanoTime() - begun) / 1_000_000));
    }

    void rowsRead(long rows) {
        rowsRead.add(rows);
    }

    void rowsWritten(long rows) {
        rowsWritten.add(rows);
    }

    void rowSkipped() {
        rowsSkipped.increment();
    }

    void fileRead() {
        filesRead.increment();
    }

    void fileSkipped() {
        filesSkipped.increment();
    }

    long filesSkipped() {
        return filesSkipped.sum();
    }

    void filesWritten(long files) {
        filesWritten.add(files);
    }

    void readFor(long nanos) {
        readNanos.add(nanos);
    }

    void wroteFor(long nanos) {
        writeNanos.add(nanos);
    }

    void estimate(long rows, long bytes) {
        estimatedRows = rows;
        estimatedBytes = bytes;
    }

    void parallel(int streams) {
        parallelCopies = streams;
    }

    /// The first bytes have come from the source.
    void firstByte(Instant now) {
        if (!first.get() && first.compareAndSet(false, true)) {
            firstByte = now;
            begun = Math.max(1, System.nanoTime());
        }
    }

    Duration timeToFirstByte(Instant start) {
        Instant t = firstByte;
        return t == null ? Duration.ZERO : Duration.between(start, t);
    }

    Duration readWork() {
        return Duration.ofNanos(readNanos.sum());
    }

    Duration writeWork() {
        return Duration.ofNanos(writeNanos.sum());
    }

    /// Bytes read: those of readers still open, which count for themselves, and of those that are done.
    Bytes read() {
        return read;
    }

    Bytes written() {
        return written;
    }

    Gauge readers() {
        return readers;
    }

    Gauge writers() {
        return writers;
    }

    /// A sum of counters that others keep.
    static final class Bytes {
        private final Collection<LongSupplier> live = new ConcurrentLinkedQueue<>();
        private final AtomicLong done = new AtomicLong();

        void add(LongSupplier counter) {
            live.add(counter);
        }

        /// Takes the counter's last value over.
        void settle(LongSupplier counter) {
            long last = counter.getAsLong();
            if (live.remove(counter)) {
                done.addAndGet(last);
            }
        }

        void add(long bytes) {
            done.addAndGet(bytes);
        }

        long sum() {
            long sum = done.get();
            for (LongSupplier counter : live) {
                sum += counter.getAsLong();
            }
            return sum;
        }
    }

    /// How many are open, and were at most.
    static final class Gauge {
        private final AtomicInteger now = new AtomicInteger();
        private final AtomicInteger peak = new AtomicInteger();

        void up() {
            peak.accumulateAndGet(now.incrementAndGet(), Math::max);
        }

        void down() {
            now.decrementAndGet();
        }

        int peak() {
            return peak.get();
        }
    }
}
