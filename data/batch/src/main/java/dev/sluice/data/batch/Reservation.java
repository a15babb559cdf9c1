package dev.sluice.data.batch;

import java.util.concurrent.CancellationException;

/// What one writer or reader holds of the job's memory. Thread-safe, because closing may come from another thread:
/// after that everything is given back once, and further wishes end the work.
public final class Reservation implements AutoCloseable {
    private final MemoryBudget budget;
    private long held;
    private boolean closed;

    public Reservation(MemoryBudget budget) {
        this.budget = budget;
    }

    /// Takes bytes, or throws [MemoryBudgetExceededException].
    public synchronized void take(long bytes) {
        if (closed) {
            throw new CancellationException("closed");
        }
        budget.reserve(bytes);
        held += bytes;
    }

    /// Whether that much could be taken now.
    public synchronized boolean hasRoom(long bytes) {
        return budget.limit() - budget.used() >= bytes;
    }

    public synchronized void give(long bytes) {
        if (!closed) {
            budget.release(bytes);
            held -= bytes;
        }
    }

    /// Bytes of the whole budget.
    public long limit() {
        return budget.limit();
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            budget.release(held);
            held = 0;
        }
    }
}
