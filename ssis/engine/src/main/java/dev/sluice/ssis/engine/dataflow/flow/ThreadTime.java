package dev.sluice.ssis.engine.dataflow.flow;

/// What part of the time of a thread belongs to the component that is working on it, and not to those it calls or waits
/// for.
final class ThreadTime {
    /// Time of the current call that was spent outside.
    private final ThreadLocal<long[]> outside = ThreadLocal.withInitial(() -> new long[1]);

    /// Work of one component.
    interface Work {
        void run() throws java.io.IOException, java.sql.SQLException, InterruptedException;
    }

    /// @return nanoseconds that belong to the component itself
    long measure(Work work) throws java.io.IOException, java.sql.SQLException, InterruptedException {
        long[] spent = outside.get();
        long before = spent[0];
        spent[0] = 0;
        long start = System.nanoTime();
        try {
            work.run();
        } finally {
            long whole = System.nanoTime() - start;
            long own = whole - spent[0];
            spent[0] = before + whole;
            last.get()[0] = own;
        }
        return last.get()[0];
    }

    private final ThreadLocal<long[]> last = ThreadLocal.withInitial(() -> new long[1]);

    void outside(long nanos) {
        outside.get()[0] += nanos;
    }
}
