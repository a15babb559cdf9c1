package dev.sluice.data.copy;

import dev.sluice.data.batch.Exchange;
import dev.sluice.data.batch.ProducerFailedException;
import dev.sluice.data.copy.files.FileSource;
import dev.sluice.data.copy.files.RollingWriter;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Split;
import dev.sluice.data.spi.Writer;
import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One writer and the readers that feed it. [#read()] and [#write()] each run on a thread of their own, or
/// [#direct()] does both on one.
final class CopyStream {
    private final StreamSet set;
    private final int part;
    private final Exchange<Parcel> exchange;

    CopyStream(StreamSet set, int part) {
        this.set = set;
        this.part = part;
        this.exchange = new Exchange<>(
                set.shape.parcels(),
                set.shape.readersPerWriter(),
                () -> new Parcel(set.mapping, set.addedSchema, set.shape.batchRows(), set.job.memory()));
    }

    int part() {
        return part;
    }

    void cancel() {
        exchange.cancel();
    }

    /// Releases the parcels, once no thread uses them.
    void close() {
        exchange.close();
    }

    /// What is done with a parcel that has been read.
    private interface Onward {
        void take(Parcel parcel) throws IOException;
    }

    /// A reader's thread: splits until there are none.
    void read() {
        Place place = new Place();
        try {
            BatchConverter converter = converter(set.shape.convertWhileReading());
            readAll(place, parcel -> {
                if (converter != null) {
                    converter.convert(parcel);
                }
                exchange.publish(parcel);
            });
            exchange.finish();
        } catch (Throwable e) {
            exchange.fail(e);
            set.fail(e, true, place.text);
        }
    }

    /// The writer's thread.
    void write() {
        Place place = new Place();
        try {
            BatchConverter converter = converter(!set.shape.convertWhileReading());
            withWriter(writer -> {
                for (Parcel parcel = exchange.next(); parcel != null; parcel = exchange.next()) {
                    try {
                        place.text = parcel.file();
                        if (converter != null) {
                            converter.convert(parcel);
                        }
                        writeParcel(writer, parcel);
                    } finally {
                        exchange.recycle(parcel);
                    }
                }
            });
        } catch (ProducerFailedException e) {
            // The producer has reported it, with the right side.
            set.stop();
        } catch (Throwable e) {
            exchange.cancel();
            set.fail(e, false, place.text);
        }
    }

    /// Both on one thread, with one parcel.
    void direct() {
        Place place = new Place();
        boolean[] reading = {true};
        try {
            BatchConverter converter = new BatchConverter(set.mapping, set::refuse);
            withWriter(writer -> readAll(place, parcel -> {
                reading[0] = false;
                try {
                    converter.convert(parcel);
                    writeParcel(writer, parcel);
                } finally {
                    exchange.recycle(parcel);
                }
                reading[0] = true;
            }));
        } catch (Throwable e) {
            set.fail(e, reading[0], place.text);
        }
    }

    private @Nullable BatchConverter converter(boolean here) {
        return here ? new BatchConverter(set.mapping, set::refuse) : null;
    }

    /// Where a thread is, for the message of a failure.
    private static final class Place {
        private String text = "";
    }

    private void readAll(Place place, Onward onward) throws IOException {
        while (!set.stopped()) {
            Split split = set.splits.poll();
            if (split == null) {
                return;
            }
            place.text = split instanceof FileSource.Piece p ? p.file().entry().path() : split.describe();
            readSplit(split, onward);
        }
        throw new CancellationException("stopped");
    }

    private void readSplit(Split split, Onward onward) throws IOException {
        String path = "";
        String shown = "";
        String where = "";
        if (split instanceof FileSource.Piece piece) {
            path = piece.file().entry().path();
            where = piece.place();
            shown = piece.file().relative();
            if (piece.first()) {
                set.progress.fileRead();
            }
        }
        long start = System.nanoTime();
        Reader reader = set.opened(set.source.open(split, set.mapping.read(), set.context()));
        LongSupplier bytes = reader::bytesRead;
        set.progress.read().add(bytes);
        set.progress.readers().up();
        long rows = 0;
        Proofs.Piece piece = set.proofs.reading(split, set.mapping.readSchema());
        try {
            while (true) {
                Parcel parcel = exchange.acquire();
                boolean filled = false;
                try {
                    parcel.read().setFirstRow(rows + 1);
                    filled = reader.read(parcel.read());
                    set.progress.readFor(System.nanoTime() - start);
                    if (filled) {
                        set.progress.firstByte(set.job.clock().instant());
                        rows += parcel.read().rows();
                        piece.add(parcel.read());
                        set.progress.rowsRead(parcel.read().rows());
                        parcel.complete(path, shown, where);
                        set.job.pace(parcel.read().rows());
                    }
                } finally {
                    if (!filled) {
                        exchange.recycle(parcel);
                    }
                }
                if (!filled) {
                    break;
                }
                pass(parcel, onward);
                if (set.stopped()) {
                    throw new CancellationException("stopped");
                }
                start = System.nanoTime();
            }
            piece.end(reader.bytesRead());
        } finally {
            set.progress.read().settle(bytes);
            set.progress.readers().down();
            set.closed(reader);
            reader.close();
        }
    }

    /// Hands a filled parcel on; if that fails before somebody else has it, it is given back.
    private void pass(Parcel parcel, Onward onward) throws IOException {
        if (!set.shape.handOver()) {
            onward.take(parcel);
            return;
        }
        try {
            onward.take(parcel);
        } catch (RuntimeException | Error e) {
            exchange.recycle(parcel);
            throw e;
        }
    }

    private interface Writing {
        void with(Writer writer) throws IOException;
    }

    private void withWriter(Writing work) throws IOException {
        Writer writer = set.opened(set.proofs.watched(set.sink.open(part), set.mapping.target()));
        LongSupplier bytes = writer::bytesWritten;
        set.progress.written().add(bytes);
        set.progress.writers().up();
        try {
            work.with(writer);
            long start = System.nanoTime();
            writer.finish();
            set.progress.wroteFor(System.nanoTime() - start);
        } finally {
            set.progress.written().settle(bytes);
            set.progress.writers().down();
            set.closed(writer);
            writer.close();
        }
    }

    private void writeParcel(Writer writer, Parcel parcel) throws IOException {
        int rows = parcel.target().rows();
        if (rows == 0) {
            return;
        }
        if (writer instanceof RollingWriter files) {
            files.from(parcel.path());
        }
        long start = System.nanoTime();
        writer.write(parcel.target());
        set.progress.wroteFor(System.nanoTime() - start);
        set.progress.rowsWritten(rows);
    }
}
