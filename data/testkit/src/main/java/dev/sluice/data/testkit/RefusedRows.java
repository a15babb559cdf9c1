package dev.sluice.data.testkit;

import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.diagnosis.ProblemException;
import java.util.ArrayList;
import java.util.List;

/// A read context that collects refused rows, or stops at the first one. For one thread, as readers are.
public final class RefusedRows implements ReadContext {
    private final JobContext job;
    private final boolean skip;
    private final List<RefusedRow> rows = new ArrayList<>();

    private RefusedRows(JobContext job, boolean skip) {
        this.job = job;
        this.skip = skip;
    }

    /// The first refused row ends the read with its problem.
    public static RefusedRows failing(JobContext job) {
        return new RefusedRows(job, false);
    }

    /// Refused rows are collected and the read goes on.
    public static RefusedRows skipping(JobContext job) {
        return new RefusedRows(job, true);
    }

    @Override
    public JobContext job() {
        return job;
    }

    @Override
    public void refuse(RefusedRow row) {
        rows.add(row);
        if (!skip) {
            throw new ProblemException(row.problem());
        }
    }

    public List<RefusedRow> rows() {
        return List.copyOf(rows);
    }
}
