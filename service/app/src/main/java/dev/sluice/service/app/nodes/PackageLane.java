package dev.sluice.service.app.nodes;

import dev.sluice.service.app.ssis.PackageLimits;
import dev.sluice.service.app.ssis.PackageLimits.PackageRuntime;
import dev.sluice.service.store.QueuedJob;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/// Leaves packages in the queue of whose Azure-SSIS runtime the node runs as many as it may. For one request for work;
/// a job that passes is taken.
final class PackageLane implements Predicate<QueuedJob> {
    private final Map<PackageRuntime, Integer> free = new HashMap<>();

    /// @param limits of each runtime that has one
    /// @param held jobs that the node has
    PackageLane(Map<PackageRuntime, Integer> limits, List<QueuedJob> held) {
        free.putAll(limits);
        for (QueuedJob job : held) {
            PackageLimits.runtime(job).ifPresent(runtime -> free.computeIfPresent(runtime, (r, n) -> n - 1));
        }
    }

    @Override
    public boolean test(QueuedJob job) {
        Optional<PackageRuntime> limited = PackageLimits.runtime(job).filter(free::containsKey);
        if (limited.isEmpty()) {
            return true;
        }
        return free.merge(limited.get(), -1, Integer::sum) >= 0;
    }
}
