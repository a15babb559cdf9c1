package dev.sluice.node.agent.job;

import dev.sluice.data.copy.Connectors;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.JobSpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Runs jobs of every kind this version knows. Thread-safe; each call is one job, on the caller's thread.
public final class JobRunner {
    private static final Logger LOG = LoggerFactory.getLogger(JobRunner.class);

    private final Connectors connectors;

    /// @param connectors what can be read and written here
    public JobRunner(Connectors connectors) {
        this.connectors = connectors;
    }

    /// How a run ended.
    ///
    /// @param doubtful whether something unforeseen happened, after which a process should not run another job
    public record Ended(JobOutcome outcome, boolean doubtful) {}

    /// Runs the job to its end. Never throws for what a job can do wrong: that is an outcome, with a code. What was
    /// unforeseen is in the log under the reference that the outcome names.
    public Ended run(JobSpec spec, SecretOpener secrets, JobConditions conditions, JobWatch watch) {
        try {
            JobKind kind = JobKind.named(spec.kind()).orElseThrow(() -> unknown(spec));
            return new Ended(
                    switch (kind) {
                        case COPY ->
                            new JobOutcome.Succeeded(new CopyJob(connectors, spec, secrets, conditions, watch).run());
                    },
                    false);
        } catch (ProblemException e) {
            LOG.info("Job {} failed: {}", conditions.attemptId(), e.getMessage(), e.getCause());
            return watch.cancelled()
                    ? new Ended(new JobOutcome.Cancelled(), false)
                    : new Ended(failed(spec, e.problem()), false);
        } catch (OutOfMemoryError e) {
            LOG.error("Job {} ran out of memory", conditions.attemptId(), e);
            return new Ended(
                    failed(
                            spec,
                            NodeFaults.OUT_OF_MEMORY
                                    .problem()
                                    .evidence("grant", Runtime.getRuntime().maxMemory() >> 20)
                                    .build()),
                    true);
        } catch (RuntimeException | Error e) {
            LOG.error("Job {} met an unexpected error", conditions.attemptId(), e);
            return watch.cancelled()
                    ? new Ended(new JobOutcome.Cancelled(), true)
                    : new Ended(failed(spec, unforeseen(conditions)), true);
        }
    }

    private static ProblemException unknown(JobSpec spec) {
        return DocumentFaults.TYPE_UNKNOWN
                .problem()
                .at("activity/" + spec.activityName())
                .evidence("object", "activity")
                .evidence("type", spec.kind())
                .evidence("supported", JobKind.supported())
                .exception();
    }

    private static Problem unforeseen(JobConditions conditions) {
        return NodeFaults.INTERNAL
                .problem()
                .evidence("reference", conditions.attemptId())
                .build();
    }

    private static JobOutcome failed(JobSpec spec, Problem problem) {
        return JobFailures.of(spec.kind(), spec.activityName(), problem);
    }
}
