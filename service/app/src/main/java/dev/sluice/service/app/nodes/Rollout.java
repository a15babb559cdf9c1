package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.UpdateFaults;
import dev.sluice.wire.NodeUpdate;
import dev.sluice.wire.VersionOrder;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which node of a group takes a version next: one after the other, the first alone as a canary, and none after one on
/// which it failed. Pure.
final class Rollout {
    private Rollout() {}

    /// A node.
    ///
    /// @param heard of late
    /// @param healthy does its work, apart from its version
    /// @param upgrading says that it takes a version
    /// @param dispatcher goes last
    record Candidate(
            String nodeId,
            String name,
            String version,
            boolean heard,
            boolean healthy,
            boolean upgrading,
            boolean dispatcher,
            @Nullable NodeUpdate update) {
        private boolean has(String target) {
            return VersionOrder.ORDER.compare(version, target) >= 0;
        }

        private boolean failed(String target) {
            return update != null
                    && update.version().equals(target)
                    && update.phase().equals(NodeUpdate.FAILED)
                    && !update.code().equals(UpdateFaults.INTERRUPTED.code())
                    && !declined(target);
        }

        /// Its owner wants no updates by the service.
        private boolean declined(String target) {
            return update != null
                    && update.version().equals(target)
                    && update.code().equals(UpdateFaults.OFF.code());
        }

        private boolean busy(String target) {
            return upgrading
                    || update != null
                            && update.version().equals(target)
                            && !update.phase().equals(NodeUpdate.SUCCEEDED)
                            && !update.phase().equals(NodeUpdate.FAILED);
        }
    }

    /// What is to be done.
    ///
    /// @param next the node that takes the version now; empty when none does
    /// @param halted the node on which it failed; empty when it did on none
    record Step(Optional<Candidate> next, Optional<Candidate> halted) {}

    static Step step(String target, List<Candidate> nodes) {
        Optional<Candidate> halted =
                nodes.stream().filter(n -> !n.has(target) && n.failed(target)).findFirst();
        if (halted.isPresent()) {
            return new Step(Optional.empty(), halted);
        }
        Optional<Candidate> busy =
                nodes.stream().filter(n -> !n.has(target) && n.busy(target)).findFirst();
        if (busy.isPresent()) {
            return new Step(busy, Optional.empty());
        }
        // Those that have it must work before another one gets it.
        if (nodes.stream().anyMatch(n -> n.has(target) && n.heard() && !n.healthy())) {
            return new Step(Optional.empty(), Optional.empty());
        }
        Optional<Candidate> next = nodes.stream()
                .filter(n -> n.heard() && !n.has(target) && !n.declined(target))
                .min(java.util.Comparator.comparing(Candidate::dispatcher).thenComparing(Candidate::name));
        return new Step(next, Optional.empty());
    }
}
