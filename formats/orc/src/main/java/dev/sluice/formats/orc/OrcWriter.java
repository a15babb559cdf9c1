package dev.sluice.formats.orc;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Writer;
import java.io.IOException;
import java.math.BigInteger;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.orc.CompressionKind;
import org.apache.orc.MemoryManager;
import org.apache.orc.OrcFile;
import org.apache.orc.TypeDescription;
import org.apache.orc.storage.common.type.HiveDecimal;
import org.apache.orc.storage.ql.exec.vector.BytesColumnVector;
import org.apache.orc.storage.ql.exec.vector.ColumnVector;
import org.apache.orc.storage.ql.exec.vector.DateColumnVector;
import org.apache.orc.storage.ql.exec.vector.DecimalColumnVector;
import org.apache.orc.storage.ql.exec.vector.DoubleColumnVector;
import org.apache.orc.storage.ql.exec.vector.LongColumnVector;
import org.apache.orc.storage.ql.exec.vector.TimestampColumnVector;
import org.apache.orc.storage.ql.exec.vector.VectorizedRowBatch;
import org.jspecify.annotations.Nullable;

/// Copies our columns into the library's, which lays them into stripes of 64 MB, or of an eighth of the job's memory if
/// that is less.
final class OrcWriter implements Writer {
    private static final long STRIPE = 64L << 20;
    private static final long LEAST_STRIPE = 1L << 20;
    private static final int ROWS = 1_024;

    private final FileOutput output;
    private final Reservation memory;
    private final org.apache.orc.Writer writer;
    private final VectorizedRowBatch rows;

    OrcWriter(FileOutput output, Schema schema, CompressionKind codec, JobContext job) throws IOException {
        this.output = output;
        this.memory = new Reservation(job.memory());
        long stripe = Math.clamp(job.memory().limit() / 8, LEAST_STRIPE, STRIPE);
        memory.take(stripe);
        boolean open = false;
        try {
            Configuration configuration = new Configuration(false);
            TypeDescription type = WrittenTypes.of(schema);
            this.writer = OrcFile.createWriter(
                    OneFile.PATH,
                    OrcFile.writerOptions(configuration)
                            .fileSystem(new OneFile(output, configuration))
                            .setSchema(type)
                            .compress(codec)
                            .stripeSize(stripe)
                            .blockPadding(false)
                            .memory(new OwnMemory(stripe))
                            .useUTCTimestamp(true)
                            .setProlepticGregorian(true));
            writer.addUserMetadata(TypeNotes.KEY, TypeNotes.of(schema));
            this.rows = type.createRowBatch(TypeDescription.RowBatchVersion.USE_DECIMAL64, ROWS);
            open = true;
        } finally {
            if (!open) {
                memory.close();
            }
        }
    }

    /// The memory of one writer: it is asked for its stripe whenever rows have been added.
    private static final class OwnMemory implements MemoryManager {
        private final long stripe;
        private @Nullable Callback callback;

        OwnMemory(long stripe) {
            this.stripe = stripe;
        }

        @Override
        public void addWriter(Path path, long requested, Callback callback) {
            this.callback = callback;
        }

        @Override
        public void removeWriter(Path path) {
            callback = null;
        }

        @Override
        public void addedRow(int rows) {}

        @Override
        public long checkMemory(long previous, Callback writer) throws IOException {
            writer.checkMemory(1);
            return stripe;
        }
    }

    @Override
    public void write(Batch batch) throws IOException {
        for (int from = 0; from < batch.rows(); from += ROWS) {
            int count = Math.min(ROWS, batch.rows() - from);
            rows.reset();
            rows.size = count;
            for (int c = 0; c < rows.cols.length; c++) {
                copy(batch.vector(c), from, count, rows.cols[c]);
            }
            writer.addRowBatch(rows);
        }
    }

    private static void copy(Vector from, int start, int count, ColumnVector into) {
        // Ours are proleptic days in UTC; the library would otherwise take them for Julian ones before 1582.
        switch (into) {
            case BytesColumnVector bytes -> bytes.initBuffer();
            case DateColumnVector days -> days.changeCalendar(true, false);
            case TimestampColumnVector moments -> {
                moments.changeCalendar(true, false);
                moments.setIsUTC(true);
            }
            default -> {}
        }
        for (int i = 0; i < count; i++) {
            int row = start + i;
            if (from.isNull(row)) {
                into.isNull[i] = true;
                into.noNulls = false;
            } else {
                copyOne(from, row, into, i);
            }
        }
    }

    private static void copyOne(Vector from, int row, ColumnVector into, int at) {
        switch (into) {
            case TimestampColumnVector t -> {
                long perSecond = from.type().unitsPerSecond();
                long value = ((LongVector) from).values()[row];
                long seconds = Math.floorDiv(value, perSecond);
                int nanos = (int) (Math.floorMod(value, perSecond) * (1_000_000_000L / perSecond));
                t.time[at] = seconds * 1_000 + nanos / 1_000_000;
                t.nanos[at] = nanos;
            }
            case LongColumnVector v ->
                v.vector[at] = from instanceof IntVector ints ? ints.values()[row] : ((LongVector) from).values()[row];
            case DoubleColumnVector v -> v.vector[at] = ((DoubleVector) from).values()[row];
            case DecimalColumnVector v ->
                v.vector[at].set(
                        HiveDecimal.create(unscaled(from, row), from.type().scale()));
            case BytesColumnVector v -> {
                DataType.Kind kind = from.type().kind();
                if (from instanceof BytesVector b && kind != DataType.Kind.GUID) {
                    v.setVal(at, b.data(), b.offsets()[row], b.offsets()[row + 1] - b.offsets()[row]);
                } else {
                    byte[] text = new byte[TextForm.maxLength(from.type())];
                    v.setVal(at, text, 0, TextForm.write(from, row, text, 0));
                }
            }
            default -> throw new IllegalStateException("a structure is not written: " + into.type);
        }
    }

    private static BigInteger unscaled(Vector from, int row) {
        return switch (from) {
            case WideVector w -> w.get(row);
            case LongVector v -> new BigInteger(Long.toUnsignedString(v.values()[row]));
            default -> throw new IllegalStateException(from.type() + " is no decimal");
        };
    }

    @Override
    public void finish() throws IOException {
        writer.close();
        output.finish();
    }

    @Override
    public long bytesWritten() {
        return output.size();
    }

    /// What the library still holds without a finish is dropped with it; closing it would write.
    @Override
    public void close() {
        memory.close();
    }
}
