package dev.sluice.node.tools;

import dev.sluice.node.agent.AgentStatus;
import dev.sluice.wire.NodeFacts;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/// What can be said of a node from its data folder, whether its host runs or not.
///
/// @param state `Stopped` when no host runs, else the host's own word
/// @param pid of the host; 0 when it does not run
/// @param code of the problem in the diagnosis catalogue, `hop` where on the way it lies; both may be empty
/// @param expiresAt when the node has to be registered again unless the service hears of it before; null when never, or
///     the service has not said it
/// @param facts as measured for the last heartbeat; null when no host runs
public record NodeReport(
        String state,
        String nodeName,
        String runtimeName,
        String factoryName,
        String service,
        Instant registeredAt,
        String folder,
        long pid,
        @Nullable Instant lastContact,
        String problem,
        String code,
        String hop,
        int concurrentJobsLimit,
        int pendingReports,
        @Nullable Instant expiresAt,
        @Nullable NodeFacts facts,
        List<AgentStatus.Job> jobs) {
    public NodeReport {
        jobs = List.copyOf(jobs);
    }

    /// @throws dev.sluice.diagnosis.ProblemException when the folder holds no usable registration
    public static NodeReport of(NodeFolder folder) {
        NodeConfiguration node = folder.configuration();
        OptionalLong holder = folder.holder();
        Optional<AgentStatus> said = folder.status();
        // A status of an earlier process says nothing about this one.
        Optional<AgentStatus> status = said.filter(s -> s.pid() == holder.orElse(0));
        return new NodeReport(
                holder.isEmpty() ? "Stopped" : status.map(s -> word(s.state())).orElse("Starting"),
                node.nodeName(),
                node.runtimeName(),
                node.factoryName(),
                node.service().toString(),
                node.registeredAt(),
                folder.root().toString(),
                holder.orElse(0),
                status.map(AgentStatus::lastContact).orElse(null),
                status.map(AgentStatus::problem).orElse(""),
                status.map(AgentStatus::code).orElse(""),
                status.map(AgentStatus::hop).orElse(""),
                status.map(AgentStatus::concurrentJobsLimit).orElse(0),
                status.map(AgentStatus::pendingReports).orElse(0),
                said.map(NodeReport::expiry).orElse(null),
                status.map(AgentStatus::facts).orElse(null),
                status.map(AgentStatus::jobs).orElse(List.of()));
    }

    private static @Nullable Instant expiry(AgentStatus said) {
        Instant contact = said.lastContact();
        return contact == null || said.expiryMillis() <= 0 ? null : contact.plusMillis(said.expiryMillis());
    }

    private static String word(AgentStatus.State state) {
        return switch (state) {
            case STARTING -> "Starting";
            case ONLINE -> "Online";
            case LIMITED -> "Limited";
            case DRAINING -> "Draining";
            case UPGRADING -> "Upgrading";
            case OFFLINE -> "Offline";
            case REFUSED -> "Refused";
            case STOPPING -> "Stopping";
        };
    }
}
