package dev.sluice.data.copy.files;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.copy.manifest.Ledger;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Writer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// Rows into files of one format. All files appear at commit; without one, none does. Owns the store.
public final class FileSink implements Sink {
    private final FileStore store;
    private final Encoder encoder;
    private final FileNames names;
    private final JobContext job;
    private final AtomicInteger serial = new AtomicInteger();
    private final AtomicLong rows = new AtomicLong();
    private final List<FileOutput> outputs = new ArrayList<>();
    private Schema schema = new Schema(List.of());
    private int writers = 1;
    private @Nullable Ledger ledger;

    public FileSink(FileStore store, Encoder encoder, FileNames names, JobContext job) {
        this.store = store;
        this.encoder = encoder;
        this.names = names;
        this.job = job;
    }

    @Override
    public Optional<Schema> schema() {
        return Optional.empty();
    }

    @Override
    public int maxWriters() {
        return switch (names.layout()) {
            case ONE, BY_ROWS_IN_TURN -> 1;
            case PER_WRITER, BY_ROWS, PER_SOURCE_FILE -> Integer.MAX_VALUE;
        };
    }

    /// Says how many writers there will be, which decides on names. Before the first one is opened.
    public void expect(int count) {
        writers = count;
    }

    /// From now on what is written is summed up there, a file a place. Before the first writer is opened.
    public void sumUp(Ledger into) {
        ledger = into;
    }

    @Override
    public void begin(Schema incoming) {
        schema = incoming;
    }

    @Override
    public Writer open(int part) {
        return new RollingWriter(this, part, job.memory());
    }

    FileNames.Layout layout() {
        return names.layout();
    }

    Schema written() {
        return schema;
    }

    long maxRowsPerFile() {
        return encoder.maxRowsPerFile();
    }

    /// A new file for rows of a source file.
    FileOutput create(int part, String source) throws IOException {
        FileOutput output = store.create(names.path(part, writers, serial.getAndIncrement(), source));
        synchronized (outputs) {
            outputs.add(output);
        }
        return output;
    }

    Writer encode(FileOutput output) throws IOException {
        Writer writer = encoder.open(output, schema, job);
        Ledger into = ledger;
        return into == null ? writer : into.watched(writer, schema, output.path());
    }

    void wrote(long count) {
        rows.addAndGet(count);
    }

    @Override
    public Account commit() throws IOException {
        long bytes = 0;
        synchronized (outputs) {
            new Publication(outputs).publish();
            for (FileOutput output : outputs) {
                bytes += output.size();
            }
            return new Account(rows.get(), bytes, outputs.size());
        }
    }

    /// Takes back what [#commit()] made visible, as far as the store can.
    public void withdraw() throws IOException {
        synchronized (outputs) {
            for (FileOutput output : outputs.reversed()) {
                output.withdraw();
            }
        }
    }

    @Override
    public void close() {
        synchronized (outputs) {
            outputs.forEach(FileOutput::close);
            outputs.clear();
            store.close();
        }
    }
}
