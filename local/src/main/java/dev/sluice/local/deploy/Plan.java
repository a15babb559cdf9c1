package dev.sluice.local.deploy;

import dev.sluice.diagnosis.Problem;
import java.util.List;
import java.util.Map;

/// What a deployment is to do.
///
/// @param changes in the order in which they are to be made: what is written, then what is deleted
/// @param unchanged documents that are as they should be
/// @param stop names of triggers to stop before
/// @param start names of triggers to start after
/// @param problems why it cannot be done, however much it is wanted
/// @param digests of the contents of documents that stay as they are, to be remembered
record Plan(
        List<Change> changes,
        List<Change> unchanged,
        List<String> stop,
        List<String> start,
        List<Problem> problems,
        Map<String, String> digests) {
    Plan {
        changes = List.copyOf(changes);
        unchanged = List.copyOf(unchanged);
        stop = List.copyOf(stop);
        start = List.copyOf(start);
        problems = List.copyOf(problems);
        digests = Map.copyOf(digests);
    }

    /// What was changed in the service since the last deployment and is in the way of this one.
    List<Change> drift() {
        return changes.stream().filter(c -> c.drift() != null).toList();
    }

    long count(Change.Action action) {
        return changes.stream().filter(c -> c.action() == action).count();
    }
}
