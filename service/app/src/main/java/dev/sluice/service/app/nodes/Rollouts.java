package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.NodeStateFaults;
import dev.sluice.diagnosis.UpdateFaults;
import dev.sluice.model.run.Timestamps;
import dev.sluice.service.store.Fleet;
import dev.sluice.service.store.UpdatePlans;
import dev.sluice.wire.UpdateOrder;
import dev.sluice.wire.VersionOrder;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import tools.jackson.databind.node.ObjectNode;

/// Updates of groups by the service: what is wanted, when it is due, whose turn it is. What a node is told is looked at
/// again after a moment, not for each of its requests. Thread-safe.
final class Rollouts {
    private static final Duration LOOK_EVERY = Duration.ofSeconds(2);

    private final Fleetwide parts;
    private final UpdateShelf shelf;
    private final Map<String, Look> looks = new ConcurrentHashMap<>();

    Rollouts(Fleetwide parts, UpdateShelf shelf) {
        this.parts = parts;
        this.shelf = shelf;
    }

    /// What was found of a group at one moment.
    private record Look(Instant at, Optional<UpdateShelf.Item> due, Rollout.Step step) {}

    private static final Rollout.Step NOTHING = new Rollout.Step(Optional.empty(), Optional.empty());

    /// What this node is to take now.
    Optional<UpdateOrder> order(Fleet.Node node) {
        Look look = look(node.group());
        return look.due()
                .filter(item -> look.step()
                        .next()
                        .filter(n -> n.nodeId().equals(node.nodeId()))
                        .isPresent())
                .map(item -> new UpdateOrder(item.version(), item.bytes(), item.sha256()));
    }

    byte[] piece(String version, long offset) {
        return shelf.piece(version, offset);
    }

    /// A plan was changed: the next look is a new one.
    void changed(String group) {
        looks.remove(group);
    }

    UpdateShelf shelf() {
        return shelf;
    }

    private Look look(String groupId) {
        Instant now = parts.clock().instant();
        Look before = looks.get(groupId);
        if (before != null && before.at().plus(LOOK_EVERY).isAfter(now)) {
            return before;
        }
        Look fresh = fresh(groupId, now);
        looks.put(groupId, fresh);
        return fresh;
    }

    private Look fresh(String groupId, Instant now) {
        UpdatePlans.Plan plan = parts.store().updates().of(groupId);
        Optional<UpdateShelf.Item> wanted = wanted(plan);
        Optional<UpdateShelf.Item> due =
                wanted.filter(item -> !dueAt(plan, item).isAfter(now));
        return new Look(
                now,
                due,
                due.flatMap(item -> parts.store()
                                .fleet()
                                .group(groupId)
                                .map(group -> Rollout.step(item.version(), candidates(group))))
                        .orElse(NOTHING));
    }

    private Optional<UpdateShelf.Item> wanted(UpdatePlans.Plan plan) {
        if (plan.auto()) {
            return shelf.newest();
        }
        return plan.wanted().isEmpty() ? Optional.empty() : shelf.find(plan.wanted());
    }

    /// When a version is to be taken: asked for, at the time that was given; by itself, at the time of day that follows
    /// its arrival.
    static Instant dueAt(UpdatePlans.Plan plan, UpdateShelf.Item item) {
        if (item.version().equals(plan.wanted()) || plan.scheduled().isAfter(item.since())) {
            return plan.scheduled();
        }
        if (plan.delayOffset().isEmpty()) {
            return item.since();
        }
        Duration ofDay = Duration.parse(plan.delayOffset());
        Instant at = item.since()
                .atZone(ZoneOffset.UTC)
                .toLocalDate()
                .atStartOfDay(ZoneOffset.UTC)
                .toInstant()
                .plus(ofDay);
        return at.isBefore(item.since()) ? at.plus(Duration.ofDays(1)) : at;
    }

    private List<Rollout.Candidate> candidates(Fleet.Group group) {
        List<Fleet.Node> nodes = parts.store().fleet().nodes(group.groupId());
        GroupHealth health = new GroupHealth(parts, group, nodes);
        List<Rollout.Candidate> candidates = new ArrayList<>();
        for (Fleet.Node node : nodes) {
            NodeState state = health.of(node);
            boolean otherwise = state.reason()
                    .filter(r -> !r.code().equals(NodeStateFaults.VERSION_DIFFERS.code()))
                    .isPresent();
            candidates.add(new Rollout.Candidate(
                    node.nodeId(),
                    node.name(),
                    health.version(node),
                    health.isHeard(node),
                    !otherwise,
                    state.word() == NodeState.Word.UPGRADING,
                    health.isDispatcher(node) && nodes.size() > 1,
                    parts.members().facts(node).update()));
        }
        return candidates;
    }

    /// Data Factory's members of a runtime's status, and why a rollout does not go on.
    void describe(Fleet.Group group, ObjectNode details) {
        UpdatePlans.Plan plan = parts.store().updates().of(group.groupId());
        details.put("autoUpdate", plan.auto() ? "On" : "Off");
        if (!plan.delayOffset().isEmpty()) {
            details.put("updateDelayOffset", plan.delayOffset());
        }
        Optional<UpdateShelf.Item> newest = shelf.newest();
        newest.ifPresent(item -> details.put("latestVersion", item.version()));
        Optional<UpdateShelf.Item> wanted = wanted(plan);
        if (wanted.isEmpty()) {
            return;
        }
        UpdateShelf.Item item = wanted.get();
        details.put("pushedVersion", item.version());
        Instant due = dueAt(plan, item);
        boolean open = parts.store().fleet().nodes(group.groupId()).stream()
                .anyMatch(n -> VersionOrder.ORDER.compare(version(n), item.version()) < 0);
        details.put("versionStatus", open ? "UpdateAvailable" : "UpToDate");
        if (open) {
            details.put("scheduledUpdateDate", Timestamps.format(due));
        }
        fresh(group.groupId(), parts.clock().instant())
                .step()
                .halted()
                .ifPresent(node -> details.set(
                        "updateReason",
                        NodeState.of(
                                        NodeState.Word.LIMITED,
                                        UpdateFaults.HALTED
                                                .problem()
                                                .evidence("version", item.version())
                                                .evidence("node", node.name())
                                                .evidence(
                                                        "code",
                                                        node.update() == null
                                                                ? ""
                                                                : node.update().code())
                                                .build())
                                .reasonJson()));
    }

    private String version(Fleet.Node node) {
        String said = parts.members().facts(node).version();
        return said == null ? node.version() : said;
    }
}
