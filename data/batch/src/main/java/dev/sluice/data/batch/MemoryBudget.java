package dev.sluice.data.batch;

import java.util.concurrent.atomic.AtomicLong;

/// How many bytes one job may hold in buffers. Thread-safe. A buffer is reserved before it is allocated and
/// released when dropped; what does not fit is refused at once, so that the job fails alone instead of the
/// process.
public final class MemoryBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong peak = new AtomicLong();

    /// @param limit bytes
    public MemoryBudget(long limit) {
        if (limit <= 0) {
            throw new IllegalArgumentException("limit " + limit);
        }
        this.limit = limit;
    }

    /// Takes that many bytes, or throws [MemoryBudgetExceededException] and takes nothing.
    public void reserve(long bytes) {
        if (!tryReserve(bytes)) {
            throw new MemoryBudgetExceededException(bytes, used.get(), limit);
        }
    }

    /// Takes that many bytes if they are free.
    public boolean tryReserve(long bytes) {
        while (true) {
            long before = used.get();
            long after = before + bytes;
            if (bytes < 0 || after > limit) {
                return false;
            }
            if (used.compareAndSet(before, after)) {
                peak.accumulateAndGet(after, Math::max);
                return true;
            }
        }
    }

    public void release(long bytes) {
        long after = used.addAndGet(-bytes);
        if (after < 0) {
            throw new IllegalStateException("released " + bytes + " more than reserved");
        }
    }

    public long limit() {
        return limit;
    }

    public long used() {
        return used.get();
    }

    /// The most bytes ever in use at once.
    public long peak() {
        return peak.get();
    }
}
