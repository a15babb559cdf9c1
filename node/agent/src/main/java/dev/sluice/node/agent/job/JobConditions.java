package dev.sluice.node.agent.job;

import dev.sluice.data.batch.MemoryBudget;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.regex.Pattern;

/// Under which conditions a job runs, and what its output tells of them.
///
/// @param attemptId the same when the same attempt is run again; part of temporary names; ends with `-` and the number
///     of the attempt
/// @param memory of the job's buffers
/// @param scratch folder for temporary files, there already, removed by the caller
/// @param runtimeName the integration runtime, as the output names it
/// @param selfHosted whether it is one of the factory's own
/// @param queued how long the job waited for its start
public record JobConditions(
        String attemptId,
        MemoryBudget memory,
        Path scratch,
        InstantSource clock,
        String runtimeName,
        boolean selfHosted,
        Duration queued) {

    private static final Pattern ATTEMPT = Pattern.compile("-[0-9]+$");

    /// Identity of the job, the same for all its attempts: the attempt's without the number at its end.
    String jobId() {
        return ATTEMPT.matcher(attemptId).replaceFirst("");
    }
}
