package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.Hop;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.NodeStateFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.secrets.Certificates;
import dev.sluice.secrets.RequestSignature;
import dev.sluice.service.store.Fleet;
import dev.sluice.wire.NodeCondition;
import dev.sluice.wire.NodeFacts;
import dev.sluice.wire.VersionOrder;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// The states of a group and its nodes at one moment.
///
/// The version of a group is the one that most nodes run which are there, the newer one of two that are as frequent; a
/// node of another version still works, since neighbours in version understand each other, and is Limited.
final class GroupHealth {
    /// A node that was heard to change its version and is silent for longer has not come back from it.
    private static final Duration LONGEST_SWITCH = Duration.ofMinutes(2);

    /// A node that is limited so takes no jobs.
    private static final Set<String> NOT_WORKING = Set.of(
            NodeStateFaults.SHUTTING_DOWN.code(),
            NodeStateFaults.WORKERS_FAIL.code(),
            NodeStateFaults.DRAINED.code(),
            NodeStateFaults.SET_ASIDE.code());

    private final Fleetwide parts;
    private final Fleet.Group group;
    private final List<Fleet.Node> nodes;
    private final Instant now;
    private final Optional<String> version;
    private final Optional<Fleet.Node> dispatcher;
    private final Map<String, NodeState> states = new LinkedHashMap<>();

    GroupHealth(Fleetwide parts, Fleet.Group group, List<Fleet.Node> nodes) {
        this.parts = parts;
        this.group = group;
        this.nodes = List.copyOf(nodes);
        this.now = parts.clock().instant();
        this.version = majority(nodes.stream().filter(this::isHeard).toList()).or(() -> majority(nodes));
        nodes.forEach(node -> states.put(node.nodeId(), state(node)));
        this.dispatcher = elected();
    }

    /// The dispatcher now: of the nodes that take jobs and were heard of late, the longest member.
    /// Late is nine fifths of a heartbeat: another follows within 10 s of the last word. No job
    /// waits for that, see decision 0018.
    private Optional<Fleet.Node> elected() {
        Duration silence = parts.limits().heartbeat().multipliedBy(9).dividedBy(5);
        return nodes.stream()
                .filter(node -> parts.members().heard(node).plus(silence).isAfter(now))
                .filter(this::takesJobs)
                .min(Comparator.comparing(Fleet.Node::registered).thenComparing(Fleet.Node::nodeId));
    }

    private boolean takesJobs(Fleet.Node node) {
        NodeState state = of(node);
        return switch (state.word()) {
            case ONLINE -> true;
            case LIMITED ->
                state.reason().map(Problem::code).filter(NOT_WORKING::contains).isEmpty();
            case NEED_REGISTRATION, UPGRADING, INACTIVE, OFFLINE -> false;
        };
    }

    boolean isDispatcher(Fleet.Node node) {
        return dispatcher.filter(d -> d.nodeId().equals(node.nodeId())).isPresent();
    }

    boolean isHeard(Fleet.Node node) {
        return parts.members().heard(node).plus(parts.limits().online()).isAfter(now);
    }

    /// The version of the group; empty without nodes.
    Optional<String> version() {
        return version;
    }

    String version(Fleet.Node node) {
        String said = parts.members().facts(node).version();
        return said == null ? node.version() : said;
    }

    NodeState of(Fleet.Node node) {
        NodeState known = states.get(node.nodeId());
        return known == null ? state(node) : known;
    }

    /// The group's own.
    NodeState group() {
        if (nodes.isEmpty()) {
            return NodeState.of(
                    NodeState.Word.NEED_REGISTRATION,
                    NodeStateFaults.NEEDS_NODE
                            .problem()
                            .evidence("runtime", group.runtime())
                            .build());
        }
        List<Fleet.Node> sick = nodes.stream()
                .filter(n -> of(n).word() != NodeState.Word.ONLINE)
                .toList();
        if (sick.isEmpty()) {
            return NodeState.ONLINE;
        }
        boolean anyThere = nodes.stream()
                .map(n -> of(n).word())
                .anyMatch(w ->
                        w == NodeState.Word.ONLINE || w == NodeState.Word.LIMITED || w == NodeState.Word.UPGRADING);
        Problem why = (anyThere ? NodeStateFaults.UNHEALTHY_NODES : NodeStateFaults.NOBODY_HEARD)
                .problem()
                .evidence("sick", sick.size())
                .evidence("total", nodes.size())
                .evidence("runtime", group.runtime())
                .evidence("nodes", sick.stream().map(this::inShort).collect(Collectors.joining(", ")))
                .build();
        return NodeState.of(anyThere ? NodeState.Word.LIMITED : NodeState.Word.OFFLINE, why);
    }

    /// `loader-1 Limited (NodeCannotOpenSecrets, group)`.
    private String inShort(Fleet.Node node) {
        NodeState state = of(node);
        String why = state.reason()
                .map(p -> " (" + p.code()
                        + Hop.of(p.code()).map(hop -> ", " + hop.word()).orElse("") + ")")
                .orElse("");
        return node.name() + " " + state.word().text() + why;
    }

    private NodeState state(Fleet.Node node) {
        NodeFacts facts = parts.members().facts(node);
        NodeCondition condition = facts.condition() == null ? NodeCondition.FINE : facts.condition();
        if (!isHeard(node)) {
            Optional<NodeState> over = expiring(node);
            if (over.isPresent()) {
                return over.get();
            }
        }
        boolean stopping = condition.state().equals(NodeCondition.STOPPING);
        if (stopping && (!isHeard(node) || facts.concurrentJobsRunning() == 0)) {
            return NodeState.of(
                    NodeState.Word.OFFLINE,
                    about(node, NodeStateFaults.SHUT_DOWN.problem())
                            .evidence("at", parts.members().heard(node))
                            .build());
        }
        if (condition.state().equals(NodeCondition.UPGRADING)
                && parts.members().heard(node).plus(LONGEST_SWITCH).isAfter(now)) {
            return NodeState.of(
                    NodeState.Word.UPGRADING,
                    about(node, NodeStateFaults.UPGRADING.problem())
                            .evidence("version", condition.detail())
                            .evidence("jobs", facts.concurrentJobsRunning())
                            .build());
        }
        if (!isHeard(node)) {
            return refused(node)
                    .orElseGet(() -> NodeState.of(
                            NodeState.Word.OFFLINE,
                            about(node, NodeStateFaults.NOT_HEARD.problem())
                                    .evidence("at", parts.members().heard(node))
                                    .build()));
        }
        Problem limit = limit(node, facts, condition);
        return limit == null ? NodeState.ONLINE : NodeState.of(NodeState.Word.LIMITED, limit);
    }

    /// Of a node that is silent for so long that its registration has ended or soon will.
    private Optional<NodeState> expiring(Fleet.Node node) {
        Optional<NodeState> ended = parts.expiry()
                .ended(node)
                .map(d -> NodeState.of(
                        NodeState.Word.OFFLINE,
                        about(node, NodeFaults.EXPIRED.problem())
                                .evidence("runtime", d.runtime())
                                .evidence("heard", parts.members().heard(node))
                                .evidence("at", d.at())
                                .build()));
        return ended.or(() -> parts.expiry()
                .warning(node)
                .map(end -> NodeState.of(
                        NodeState.Word.OFFLINE,
                        about(node, NodeStateFaults.EXPIRES_SOON.problem())
                                .evidence("at", parts.members().heard(node))
                                .evidence("expires", end)
                                .build())));
    }

    /// Of a node that is not heard but whose requests arrive.
    private Optional<NodeState> refused(Fleet.Node node) {
        return parts.members()
                .refusal(node)
                .filter(r -> r.at().plus(parts.limits().online()).isAfter(now))
                .map(r -> {
                    boolean clock = r.reason() == RequestSignature.Reason.TOO_OLD
                            || r.reason() == RequestSignature.Reason.TOO_NEW;
                    Problem.Builder why =
                            (clock ? NodeStateFaults.CLOCK_DIFFERS : NodeStateFaults.NOT_ACCEPTED).problem();
                    return NodeState.of(
                            NodeState.Word.INACTIVE,
                            about(node, why)
                                    .evidence("reason", r.reason())
                                    .evidence("detail", r.detail())
                                    .build());
                });
    }

    private @Nullable Problem limit(Fleet.Node node, NodeFacts facts, NodeCondition condition) {
        switch (condition.state()) {
            case NodeCondition.STOPPING -> {
                return about(node, NodeStateFaults.SHUTTING_DOWN.problem())
                        .evidence("jobs", facts.concurrentJobsRunning())
                        .build();
            }
            case NodeCondition.AILING -> {
                return about(node, NodeStateFaults.WORKERS_FAIL.problem())
                        .evidence("detail", condition.detail())
                        .build();
            }
            case NodeCondition.DRAINING -> {
                return about(node, NodeStateFaults.DRAINED.problem()).build();
            }
            default -> {
                Problem aside = aside(node);
                return aside == null ? unlike(node) : aside;
            }
        }
    }

    private @Nullable Problem aside(Fleet.Node node) {
        return parts.members()
                .circuit(node)
                .filter(NodeCircuit.Shown::aside)
                .map(circuit -> about(node, NodeStateFaults.SET_ASIDE.problem())
                        .evidence("failures", circuit.failures())
                        .evidence("code", circuit.code())
                        .evidence("state", circuit.state())
                        .evidence("at", circuit.until())
                        .build())
                .orElse(null);
    }

    /// What sets a healthy node apart from the others.
    private @Nullable Problem unlike(Fleet.Node node) {
        var certificate = Certificates.fromPem(node.certificate());
        if (parts.reseals().closedTo(certificate) > 0) {
            List<String> services = parts.sealing().unreadable(group, List.of(certificate));
            if (!services.isEmpty()) {
                return about(node, NodeStateFaults.SECRETS_CLOSED.problem())
                        .evidence("services", String.join(", ", services))
                        .build();
            }
        }
        String mine = version(node);
        if (version.isPresent() && !version.get().equals(mine)) {
            String wins = version.get();
            List<Fleet.Node> heard = nodes.stream().filter(this::isHeard).toList();
            return about(node, NodeStateFaults.VERSION_DIFFERS.problem())
                    .evidence("version", mine)
                    .evidence("majority", wins)
                    .evidence(
                            "count",
                            heard.stream().filter(n -> version(n).equals(wins)).count())
                    .evidence("total", heard.size())
                    .build();
        }
        return null;
    }

    private static Problem.Builder about(Fleet.Node node, Problem.Builder problem) {
        return problem.evidence("node", node.name()).evidence("machine", node.machine());
    }

    private Optional<String> majority(List<Fleet.Node> among) {
        Map<String, Long> counts = among.stream().collect(Collectors.groupingBy(this::version, Collectors.counting()));
        return counts.entrySet().stream()
                .max(Map.Entry.<String, Long>comparingByValue()
                        .thenComparing(Map.Entry.comparingByKey(VersionOrder.ORDER)))
                .map(Map.Entry::getKey);
    }
}
