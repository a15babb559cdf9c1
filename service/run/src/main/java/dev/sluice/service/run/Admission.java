package dev.sluice.service.run;

import dev.sluice.diagnosis.Problem;
import java.util.List;

/// The answer to a request for a run.
public sealed interface Admission {
    /// The run exists, queued; to be stored. [Event.RunRequested] begins it.
    record Accepted(Decision decision) implements Admission {}

    /// There is no run: everything that is wrong with the arguments (located by pointers into the request's body) or,
    /// when that itself cannot be executed, with the pipeline.
    record Refused(List<Problem> problems) implements Admission {
        public Refused {
            problems = List.copyOf(problems);
        }
    }
}
