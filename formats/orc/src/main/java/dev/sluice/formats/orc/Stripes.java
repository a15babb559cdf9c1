package dev.sluice.formats.orc;

import dev.sluice.data.batch.Reservation;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.JobContext;
import java.io.IOException;
import org.apache.orc.Reader;
import org.apache.orc.RecordReader;
import org.apache.orc.StripeInformation;
import org.apache.orc.TypeDescription;
import org.apache.orc.storage.ql.exec.vector.VectorizedRowBatch;

/// The stripes that begin in a piece of a file, as batches of the library's. Used by one thread; closed by any.
final class Stripes implements AutoCloseable {
    private final OrcTail tail;
    private final FileInput file;
    private final Reservation memory;
    private final RecordReader rows;
    private final long before;
    private volatile boolean closed;

    /// @param include for each column of the file whether it is wanted
    Stripes(OrcTail tail, FileInput file, Decoder.FileRange range, boolean[] include, JobContext job)
            throws IOException {
        this.tail = tail;
        this.file = file;
        this.before = file.bytesRead();
        this.memory = new Reservation(job.memory());
        boolean open = false;
        try {
            long largest = 0;
            for (StripeInformation stripe : tail.reader().getStripes()) {
                if (stripe.getOffset() >= range.from() && stripe.getOffset() < range.to()) {
                    largest = Math.max(largest, stripe.getLength());
                }
            }
            memory.take(largest);
            this.rows = tail.reader()
                    .rows(new Reader.Options()
                            .range(range.from(), range.to() - range.from())
                            .include(wanted(tail.reader().getSchema(), include))
                            .useZeroCopy(false)
                            .dataReader(CheckedData.of(tail))
                            .skipCorruptRecords(false));
            open = true;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            throw OrcTail.named(e, tail.file(), tail.system());
        } finally {
            if (!open) {
                memory.close();
            }
        }
    }

    private static boolean[] wanted(TypeDescription root, boolean[] include) {
        boolean[] wanted = new boolean[root.getMaximumId() + 1];
        wanted[0] = true;
        for (int i = 0; i < include.length; i++) {
            TypeDescription child = root.getChildren().get(i);
            java.util.Arrays.fill(wanted, child.getId(), child.getMaximumId() + 1, include[i]);
        }
        return wanted;
    }

    VectorizedRowBatch batch(int rows) {
        return tail.reader().getSchema().createRowBatch(TypeDescription.RowBatchVersion.USE_DECIMAL64, rows);
    }

    boolean next(VectorizedRowBatch into) throws IOException {
        if (closed) {
            throw new java.io.InterruptedIOException("closed");
        }
        try {
            return rows.nextBatch(into) && into.size > 0;
        } catch (IOException | RuntimeException | OutOfMemoryError e) {
            throw named(e);
        }
    }

    RuntimeException named(Throwable e) throws IOException {
        return OrcTail.named(e, tail.file(), tail.system());
    }

    long bytesRead() {
        return file.bytesRead() - before;
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        memory.close();
        try {
            rows.close();
        } catch (IOException e) {
            closed = true;
        }
    }
}
