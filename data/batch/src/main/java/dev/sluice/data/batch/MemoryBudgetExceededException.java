package dev.sluice.data.batch;

/// A buffer did not fit the job's [MemoryBudget]; nothing was reserved.
public final class MemoryBudgetExceededException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final long limit;

    MemoryBudgetExceededException(long wanted, long used, long limit) {
        super("wanted " + wanted + " bytes, " + used + " of " + limit + " in use");
        this.limit = limit;
    }

    /// The budget's limit, in bytes.
    public long limit() {
        return limit;
    }
}
