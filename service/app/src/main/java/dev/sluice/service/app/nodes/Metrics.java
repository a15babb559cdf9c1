package dev.sluice.service.app.nodes;

import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.http.Turnstile;
import dev.sluice.service.store.Fleet;
import dev.sluice.wire.NodeFacts;
import dev.sluice.wire.StoreBreaker;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// `GET /metrics`: the fleet as Prometheus reads it. Whoever reads it needs a role that covers the whole service,
/// since it names every factory's runtimes and nodes.
final class Metrics {
    private static final List<NodeState.Word> NODE_WORDS = List.of(
            NodeState.Word.ONLINE,
            NodeState.Word.LIMITED,
            NodeState.Word.UPGRADING,
            NodeState.Word.INACTIVE,
            NodeState.Word.OFFLINE);
    private static final List<NodeState.Word> GROUP_WORDS = List.of(
            NodeState.Word.NEED_REGISTRATION, NodeState.Word.ONLINE, NodeState.Word.LIMITED, NodeState.Word.OFFLINE);
    private static final double MEGA = 1 << 20;

    private final Fleetwide parts;
    private final Turnstile turnstile;

    Metrics(Fleetwide parts, Turnstile turnstile) {
        this.parts = parts;
        this.turnstile = turnstile;
    }

    void addTo(Routes routes) {
        routes.add("GET", "/metrics", Permission.READ, this::metrics);
    }

    private Answer metrics(Call call) {
        Exposition out = new Exposition();
        for (Fleet.Group group : parts.store().fleet().everyGroup()) {
            List<Fleet.Node> nodes = parts.store().fleet().nodes(group.groupId());
            GroupHealth health = new GroupHealth(parts, group, nodes);
            NodeState.Word word = health.group().word();
            GROUP_WORDS.forEach(w -> out.add(
                    "sluice_runtime_state",
                    "gauge",
                    "State of the integration runtime: 1 for the one that it is in.",
                    w == word ? 1 : 0,
                    "factory",
                    group.factory(),
                    "runtime",
                    group.runtime(),
                    "state",
                    w.text()));
            nodes.forEach(node -> node(out, group, node, health));
        }
        turnstile
                .uses()
                .forEach(use -> out.add(
                        "sluice_factory_requests_used_ratio",
                        "gauge",
                        "Requests of the last minute, as a part of what the factory's quota allows.",
                        use.percent() / 100.0,
                        "factory",
                        use.factory()));
        byte[] text = out.text().getBytes(StandardCharsets.UTF_8);
        return new Answer(200, Map.of("Content-Type", Exposition.CONTENT_TYPE), text, Answer.Fate.WHATEVER);
    }

    private void node(Exposition out, Fleet.Group group, Fleet.Node node, GroupHealth health) {
        NodeFacts facts = parts.members().facts(node);
        NodeState state = health.of(node);
        String[] who = {"factory", group.factory(), "runtime", group.runtime(), "node", node.name()};
        out.add(
                "sluice_node_info",
                "gauge",
                "Always 1: what the node is.",
                1,
                with(who, "version", health.version(node), "machine", node.machine()));
        NODE_WORDS.forEach(w -> out.add(
                "sluice_node_state",
                "gauge",
                "State of the node: 1 for the one that it is in.",
                w == state.word() ? 1 : 0,
                with(who, "state", w.text())));
        out.add(
                "sluice_node_dispatcher",
                "gauge",
                "1 for the node of the runtime that is the dispatcher.",
                health.isDispatcher(node) ? 1 : 0,
                who);
        state.reason()
                .ifPresent(why -> out.add(
                        "sluice_node_reason",
                        "gauge",
                        "Always 1: why the node is not Online.",
                        1,
                        with(who, "code", why.code())));
        out.add(
                "sluice_node_last_contact_timestamp_seconds",
                "gauge",
                "When the node was last heard.",
                parts.members().heard(node).toEpochMilli() / 1e3,
                who);
        out.add(
                "sluice_node_available_memory_bytes",
                "gauge",
                "Memory that new work could have.",
                facts.availableMemoryMb() * MEGA,
                who);
        out.add(
                "sluice_node_cpu_ratio",
                "gauge",
                "Share of all cores that is busy, 0 to 1.",
                facts.cpuUtilization() / 100.0,
                who);
        out.add("sluice_node_jobs_running", "gauge", "Jobs at once now.", facts.concurrentJobsRunning(), who);
        out.add("sluice_node_jobs_limit", "gauge", "Most jobs at once.", node.jobsLimit(), who);
        out.add("sluice_node_jobs_maximum", "gauge", "The highest limit of this machine.", node.jobsMax(), who);
        parts.members()
                .circuit(node)
                .ifPresent(circuit -> out.add(
                        "sluice_node_circuit",
                        "gauge",
                        "Circuit breaker of a node whose jobs fail by its own fault: 0 closed, 1 half-open, 2 open.",
                        level(circuit.state()),
                        with(who, "code", circuit.code())));
        facts.breakers()
                .forEach(b -> out.add(
                        "sluice_node_store_circuit",
                        "gauge",
                        "Circuit breaker of a store that failed: 0 closed, 1 half-open, 2 open.",
                        level(b.state()),
                        with(who, "linked_service", b.store(), "code", b.code())));
        out.add(
                "sluice_node_network_sent_bytes_total",
                "counter",
                "Sent to the network since the node started.",
                facts.sentBytes(),
                who);
        out.add(
                "sluice_node_network_received_bytes_total",
                "counter",
                "Received from the network since the node started.",
                facts.receivedBytes(),
                who);
    }

    private static int level(String state) {
        return state.equals(StoreBreaker.OPEN) ? 2 : state.equals(StoreBreaker.HALF_OPEN) ? 1 : 0;
    }

    private static String[] with(String[] first, String... more) {
        String[] all = java.util.Arrays.copyOf(first, first.length + more.length);
        System.arraycopy(more, 0, all, first.length, more.length);
        return all;
    }
}
