package dev.sluice.data.copy;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import dev.sluice.diagnosis.ProblemException;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// The streams of one copy. Readers take splits from one queue until it is empty; each stream has one writer.
/// The first failure ends them all; nothing runs any more when [#run()] returns.
final class StreamSet {
    private static final int LEAST_ROWS = 16;
    private static final long MOST_PARCEL_BYTES = 8L << 20;
    private static final long GRACE_MILLIS = 500;

    /// How a copy is spread over threads.
    ///
    /// @param writers streams, each with a writer
    /// @param readersPerWriter readers of a stream
    /// @param handOver whether readers and writers have threads of their own
    /// @param convertWhileReading whether the reader's thread converts, else the writer's
    /// @param batchRows rows in a batch
    record Shape(int writers, int readersPerWriter, boolean handOver, boolean convertWhileReading, int batchRows) {
        /// Items in the exchange of a stream: one in each reader's hands, one waiting, one being written.
        int parcels() {
            return handOver ? readersPerWriter + 2 : 1;
        }
    }

    final Source source;
    final Sink sink;
    final ColumnMapping mapping;
    final Shape shape;
    final CopySpec spec;
    final JobContext job;
    final Progress progress;
    final Proofs proofs;
    final Schema addedSchema;
    final Queue<Split> splits;
    private final ProgressListener listener;
    private final FirstFailure failures;
    private final Collection<AutoCloseable> open = new ConcurrentLinkedQueue<>();
    private final List<CopyStream> streams = new CopyOnWriteArrayList<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private volatile boolean stopped;

    StreamSet(
            Source source,
            List<Split> splits,
            Sink sink,
            ColumnMapping mapping,
            Shape shape,
            CopySpec spec,
            JobContext job,
            Progress progress,
            Proofs proofs,
            ProgressListener listener,
            FirstFailure failures) {
        this.source = source;
        this.splits = new ConcurrentLinkedQueue<>(splits);
        this.sink = sink;
        this.mapping = mapping;
        this.shape = shape;
        this.spec = spec;
        this.job = job;
        this.progress = progress;
        this.proofs = proofs;
        this.listener = listener;
        this.failures = failures;
        this.addedSchema = new Schema(mapping.added().stream()
                .map(SourceColumns.Column::field)
                .map(f -> new Field(f.name(), DataType.STRING, false))
                .toList());
    }

    /// Rows per batch so that a parcel stays handy and all of them fit into half of the job's memory.
    static int batchRows(ColumnMapping mapping, int parcels, long memory) {
        long row = rowBytes(mapping.readSchema());
        for (int i = 0; i < mapping.target().size(); i++) {
            row += mapping.shared()[i] < 0
                    ? fieldBytes(mapping.target().field(i).type())
                    : 0;
        }
        long budget = Math.min(MOST_PARCEL_BYTES, memory / 2 / Math.max(1, parcels));
        return (int) Math.clamp(
                budget / Math.max(1, row), (long) LEAST_ROWS, (long) dev.sluice.data.batch.Batch.DEFAULT_ROWS);
    }

    private static long rowBytes(Schema schema) {
        return schema.fields().stream().mapToLong(f -> fieldBytes(f.type())).sum();
    }

    private static long fieldBytes(DataType type) {
        return type.isBytes() ? 40 : type.precision() > DataType.LONG_DIGITS ? 17 : 9;
    }

    /// Runs all streams to their end. Failures are in [FirstFailure] afterwards.
    void run() {
        int readers = shape.handOver() ? shape.readersPerWriter() : 0;
        CountDownLatch done = new CountDownLatch(shape.writers() * (1 + readers));
        for (int i = 0; i < shape.writers(); i++) {
            streams.add(new CopyStream(this, i));
        }
        for (CopyStream stream : streams) {
            String number = spec.runId() + " " + stream.part();
            if (!shape.handOver()) {
                start("copy " + number, stream::direct, done);
                continue;
            }
            for (int r = 0; r < readers; r++) {
                start("read " + number + (readers > 1 ? "." + r : ""), stream::read, done);
            }
            start("write " + number, stream::write, done);
        }
        await(done);
        streams.forEach(CopyStream::close);
    }

    private void start(String name, Runnable work, CountDownLatch done) {
        Thread thread = Thread.ofPlatform().name(name).unstarted(() -> {
            try {
                work.run();
            } finally {
                done.countDown();
            }
        });
        threads.add(thread);
        try {
            thread.start();
        } catch (OutOfMemoryError e) {
            // No further thread: counted as done, so that the others are waited for and the copy fails with this.
            done.countDown();
            fail(e, true, "");
        }
    }

    /// Waits for the end. A cancel or failure has closed what may block; what still hangs then is interrupted.
    private void await(CountDownLatch done) {
        boolean interrupted = false;
        while (true) {
            try {
                if (done.await(GRACE_MILLIS, TimeUnit.MILLISECONDS)) {
                    break;
                }
                if (stopped) {
                    threads.forEach(Thread::interrupt);
                }
            } catch (InterruptedException e) {
                interrupted = true;
                stop();
            }
        }
        for (Thread t : threads) {
            interrupted |= joined(t);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean joined(Thread thread) {
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        return interrupted;
    }

    boolean stopped() {
        return stopped || job.cancelled();
    }

    /// Records a failure and ends everything.
    void fail(Throwable cause, boolean reading, String place) {
        failures.add(cause, reading ? spec.source() : spec.sink(), place);
        stop();
    }

    /// Ends all streams from any thread: no further split, every wait over, everything open closed.
    void stop() {
        stopped = true;
        streams.forEach(CopyStream::cancel);
        for (AutoCloseable thing : open) {
            closeQuietly(thing);
        }
    }

    /// A close that fails while everything is being ended says nothing new.
    private void closeQuietly(AutoCloseable thing) {
        try {
            thing.close();
        } catch (Exception e) {
            failures.add(new CancellationException(e.toString()), spec.source(), "");
        }
    }

    /// Remembers what a stop has to close.
    <T extends AutoCloseable> T opened(T thing) {
        open.add(thing);
        if (stopped()) {
            closeQuietly(thing);
        }
        return thing;
    }

    void closed(AutoCloseable thing) {
        open.remove(thing);
    }

    /// A row that cannot go on: skipped and counted, or the end of the copy.
    void refuse(RefusedRow row) {
        if (!spec.skipIncompatibleRows()) {
            throw new ProblemException(row.problem());
        }
        progress.rowSkipped();
        listener.skipped(row);
    }

    /// What one reader may ask.
    ReadContext context() {
        return new ReadContext() {
            @Override
            public JobContext job() {
                return job;
            }

            @Override
            public void refuse(RefusedRow row) {
                StreamSet.this.refuse(row);
                progress.rowsRead(1);
            }
        };
    }
}
