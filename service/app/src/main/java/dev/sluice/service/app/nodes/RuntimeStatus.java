package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Json;
import dev.sluice.model.run.Timestamps;
import dev.sluice.secrets.Certificates;
import dev.sluice.service.store.Fleet;
import dev.sluice.wire.NodeFacts;
import dev.sluice.wire.NodePause;
import dev.sluice.wire.NodeUpdate;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What clients see of a runtime's nodes, in Data Factory's shapes.
final class RuntimeStatus {
    private final Fleetwide parts;

    RuntimeStatus(Fleetwide parts) {
        this.parts = parts;
    }

    GroupHealth health(Fleet.Group group, List<Fleet.Node> nodes) {
        return new GroupHealth(parts, group, nodes);
    }

    /// Whether the node was heard of late, whatever ails it.
    boolean isHeard(Fleet.Node node) {
        return parts.members()
                .heard(node)
                .plus(parts.limits().online())
                .isAfter(parts.clock().instant());
    }

    /// Whether the node can open every secret that it may need.
    boolean isInSync(Fleet.Node node) {
        return parts.reseals().closedTo(Certificates.fromPem(node.certificate())) == 0;
    }

    ObjectNode node(Fleet.Node node, GroupHealth health) {
        boolean online = isHeard(node);
        NodeState state = health.of(node);
        ObjectNode json = Json.object();
        json.put("nodeName", node.name());
        json.put("machineName", node.machine());
        json.put("status", state.word().text());
        state.reason().ifPresent(r -> json.set("statusReason", state.reasonJson()));
        ObjectNode capabilities = json.putObject("capabilities");
        capabilities.put("serviceBusConnected", online ? "True" : "False");
        capabilities.put("httpsPortEnabled", "False");
        capabilities.put("credentialInSync", isInSync(node) ? "True" : "False");
        capabilities.put("connectedToResourceManager", online ? "True" : "False");
        capabilities.put("nodeEnabled", "True");
        json.put("version", health.version(node));
        json.put("registerTime", Timestamps.format(node.registered()));
        json.put("lastConnectTime", Timestamps.format(parts.members().heard(node)));
        json.put("lastStartTime", Timestamps.format(node.started()));
        parts.expiry().at(node).ifPresent(end -> json.put("expiryTime", Timestamps.format(end)));
        update(node, json);
        json.put("isActiveDispatcher", health.isDispatcher(node));
        json.put("concurrentJobsLimit", node.jobsLimit());
        json.put("maxConcurrentJobs", node.jobsMax());
        return json;
    }

    private void update(Fleet.Node node, ObjectNode json) {
        NodeUpdate last = parts.members().facts(node).update();
        json.put("versionStatus", "None");
        if (last == null) {
            json.put("lastUpdateResult", "None");
            return;
        }
        boolean succeeded = last.phase().equals(NodeUpdate.SUCCEEDED);
        boolean failed = last.phase().equals(NodeUpdate.FAILED);
        json.put("lastUpdateResult", succeeded ? "Succeed" : failed ? "Fail" : "None");
        json.put("lastStartUpdateTime", Timestamps.format(last.startedAt()));
        if (succeeded || failed) {
            json.put("lastEndUpdateTime", Timestamps.format(last.at()));
        }
        // Ours: which version, how far, and why not.
        ObjectNode detail = json.putObject("lastUpdate");
        detail.put("version", last.version());
        detail.put("phase", last.phase());
        if (!last.code().isEmpty()) {
            detail.put("code", last.code());
            detail.put("message", last.detail());
        }
    }

    /// Data Factory's members, and those that it shows beside them: state, version, role, and how busy the
    /// network is.
    ObjectNode monitoring(Fleet.Node node, GroupHealth health) {
        NodeFacts facts = parts.members().facts(node);
        ObjectNode json = Json.object();
        json.put("nodeName", node.name());
        NodeState state = health.of(node);
        json.put("status", state.word().text());
        state.reason().ifPresent(r -> json.set("statusReason", state.reasonJson()));
        json.put("version", health.version(node));
        json.put("role", health.isDispatcher(node) ? "Dispatcher, Worker" : "Worker");
        json.put("lastConnectTime", Timestamps.format(parts.members().heard(node)));
        json.put("availableMemoryInMB", facts.availableMemoryMb());
        json.put("cpuUtilization", facts.cpuUtilization());
        json.put("concurrentJobsLimit", node.jobsLimit());
        json.put("concurrentJobsRunning", facts.concurrentJobsRunning());
        json.put("maxConcurrentJobs", node.jobsMax());
        json.put("sentBytes", facts.sentBytes());
        json.put("receivedBytes", facts.receivedBytes());
        json.put("sentBytesPerSecond", facts.sentPerSecond());
        json.put("receivedBytesPerSecond", facts.receivedPerSecond());
        if (!facts.breakers().isEmpty()) {
            json.set("storeCircuits", circuits(facts));
        }
        if (facts.pause() != null) {
            json.set("lastPause", pause(node, facts.pause()));
        }
        parts.members().circuit(node).ifPresent(circuit -> circuit(json.putObject("circuit"), circuit));
        return json;
    }

    /// When the node stood still last, ours.
    private static ObjectNode pause(Fleet.Node node, NodePause pause) {
        Problem problem = pause.problem(node.name());
        ObjectNode json = Json.object();
        json.put("kind", pause.what());
        json.put("from", Timestamps.format(pause.from()));
        json.put("to", Timestamps.format(pause.to()));
        json.put("seconds", pause.seconds());
        json.put("jobs", pause.jobs());
        json.put("code", problem.code());
        json.put("message", problem.message());
        ArrayNode steps = json.putArray("resolution");
        problem.resolution().forEach(steps::add);
        return json;
    }

    /// Of a node that failed by its own fault since it last did a job.
    private static void circuit(ObjectNode json, NodeCircuit.Shown circuit) {
        json.put("state", circuit.state());
        json.put("failures", circuit.failures());
        json.put("errorCode", circuit.code());
        if (circuit.until() != null) {
            json.put("retryAfter", Timestamps.format(circuit.until()));
        }
    }

    /// Stores that failed on this node since they last answered.
    private static ArrayNode circuits(NodeFacts facts) {
        ArrayNode all = Json.array();
        facts.breakers().forEach(b -> {
            ObjectNode one = all.addObject();
            one.put("factoryName", b.factory());
            one.put("linkedServiceName", b.store());
            one.put("state", b.state());
            one.put("failures", b.failures());
            one.put("errorCode", b.code());
            if (b.until() != null) {
                one.put("retryAfter", Timestamps.format(b.until()));
            }
        });
        return all;
    }
}
