package dev.sluice.node.app.console;

import dev.sluice.model.job.JobSpec;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/// What the console can have a running node do. Any thread.
public interface Running {
    /// Takes no new jobs, or takes them again; stays so over restarts.
    void pause(boolean now);

    /// Runs at most so many jobs at once; 0 for as many as the service allows. Stays so over restarts.
    void limit(int jobs);

    /// The most that can be set.
    int mostJobs();

    /// Logs details, too, or no longer; stays so over restarts.
    void verbose(boolean on);

    /// Takes the version of a bundle.
    ///
    /// @return the version
    String take(Path bundle);

    /// Does a job that the service knows nothing of, in a worker.
    Optional<JsonNode> runHere(JobSpec spec) throws InterruptedException;
}
