package dev.sluice.data.testkit;

import dev.sluice.data.batch.Schema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A table in memory behind a [MemoryTableConnector]: committed rows, and what the test wants to happen to
/// readers and writers. Thread-safe.
public final class MemoryTable {
    /// Called before each batch is read or written; may throw or block.
    @FunctionalInterface
    public interface Step {
        /// @param part number of the split or writer
        /// @param batch number of the batch within it, from 0
        void before(int part, int batch) throws Exception;
    }

    private final Schema schema;
    private final List<List<@Nullable Object>> rows = new ArrayList<>();
    private volatile Step onRead = (part, batch) -> {};
    private volatile Step onWrite = (part, batch) -> {};
    private volatile boolean failCommit;

    public MemoryTable(Schema schema) {
        this.schema = schema;
    }

    public MemoryTable(Schema schema, List<? extends List<? extends @Nullable Object>> rows) {
        this.schema = schema;
        rows.forEach(r -> this.rows.add(new ArrayList<>(r)));
    }

    public Schema schema() {
        return schema;
    }

    /// The committed rows.
    public synchronized List<List<@Nullable Object>> rows() {
        return List.copyOf(rows);
    }

    synchronized void add(List<List<@Nullable Object>> more) {
        rows.addAll(more);
    }

    public MemoryTable onRead(Step step) {
        onRead = step;
        return this;
    }

    public MemoryTable onWrite(Step step) {
        onWrite = step;
        return this;
    }

    /// `commit` fails with an I/O error.
    public MemoryTable failCommit() {
        failCommit = true;
        return this;
    }

    Step readStep() {
        return onRead;
    }

    Step writeStep() {
        return onWrite;
    }

    boolean failsCommit() {
        return failCommit;
    }
}
