package dev.sluice.formats.columnar.parquet;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Who works on the columns of one file: the thread that writes it and, with a second workshop, a helper. Each takes
/// the next column that nobody has taken, so that a busy machine loses nothing by the helper. Encoding is what most of
/// a copy from file to file consists of, and columns know nothing of each other: the file's bytes are the same either
/// way. Called by one thread at a time; may be closed by another.
final class Encoders implements AutoCloseable {
    private final List<ColumnChunk> columns;
    private final Workshop own;
    private final @Nullable Workshop helpers;
    private final @Nullable ExecutorService helper;

    /// What is done with a column.
    interface Work {
        void on(ColumnChunk column, int place) throws IOException;
    }

    /// @param helpers of a helper, where there is to be one
    Encoders(List<ColumnChunk> columns, Workshop own, @Nullable Workshop helpers) {
        this.columns = columns;
        this.own = own;
        this.helpers = helpers;
        this.helper = helpers == null
                ? null
                : Executors.newSingleThreadExecutor(
                        Thread.ofPlatform().daemon().name("encode ", 0).factory());
    }

    /// Does the work on every column; nobody works any more when this returns or throws. Of several failures that of
    /// the first column is thrown, as one thread alone would meet it.
    void all(Work work) throws IOException {
        Round round = new Round(work);
        if (helper != null && helpers != null) {
            Workshop theirs = helpers;
            try {
                helper.execute(() -> round.take(theirs));
            } catch (RejectedExecutionException e) {
                // closed by another thread: the memory is too, and ends the work here
                round.take(own);
            }
        }
        round.take(own);
        round.await();
        round.report();
    }

    /// Ends the helper, once the column that it works on is done.
    @Override
    public void close() {
        if (helper != null) {
            helper.shutdown();
        }
    }

    /// One work on all columns.
    private final class Round {
        private final Work work;
        private final AtomicInteger next = new AtomicInteger();
        private final CountDownLatch done = new CountDownLatch(columns.size());
        private final AtomicReference<@Nullable Failure> failure = new AtomicReference<>();

        Round(Work work) {
            this.work = work;
        }

        /// Columns until all are taken. After a failure the others are only counted.
        void take(Workshop workshop) {
            for (int place = next.getAndIncrement(); place < columns.size(); place = next.getAndIncrement()) {
                try {
                    if (failure.get() == null) {
                        ColumnChunk column = columns.get(place);
                        column.use(workshop);
                        work.on(column, place);
                    }
                } catch (Throwable e) {
                    Failure mine = new Failure(place, e);
                    failure.accumulateAndGet(mine, (a, b) -> a != null && (b == null || a.place < b.place) ? a : b);
                } finally {
                    done.countDown();
                }
            }
        }

        /// Not to be interrupted: a column being worked on reads the caller's batch. Closing the writer ends it.
        void await() {
            boolean interrupted = false;
            while (true) {
                try {
                    done.await();
                    break;
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        void report() throws IOException {
            Failure first = failure.get();
            if (first == null) {
                return;
            }
            switch (first.cause) {
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                default -> throw new IllegalStateException(first.cause);
            }
        }
    }

    private record Failure(int place, Throwable cause) {}
}
