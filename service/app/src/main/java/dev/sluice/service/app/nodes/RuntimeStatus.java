package dev.sluice.service.app.nodes;

import dev.sluice.model.Json;
import dev.sluice.model.run.Timestamps;
import dev.sluice.secrets.Certificates;
import dev.sluice.service.store.Fleet;
import dev.sluice.wire.NodeFacts;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// What clients see of a runtime's nodes, in Data Factory's shapes.
final class RuntimeStatus {
    private final Fleetwide parts;

    RuntimeStatus(Fleetwide parts) {
        this.parts = parts;
    }

    boolean isOnline(Fleet.Node node) {
        return parts.members()
                .heard(node)
                .plus(parts.limits().online())
                .isAfter(parts.clock().instant());
    }

    /// Whether the node can open every secret that it may need.
    boolean isInSync(Fleet.Node node) {
        return parts.reseals().closedTo(Certificates.fromPem(node.certificate())) == 0;
    }

    /// NeedRegistration, Online, Limited (some nodes are silent) or Offline.
    String state(List<Fleet.Node> nodes) {
        long online = nodes.stream().filter(this::isOnline).count();
        if (nodes.isEmpty()) {
            return "NeedRegistration";
        }
        return online == 0 ? "Offline" : online == nodes.size() ? "Online" : "Limited";
    }

    ObjectNode node(Fleet.Node node, boolean dispatcher) {
        boolean online = isOnline(node);
        NodeFacts facts = parts.members().facts(node);
        ObjectNode json = Json.object();
        json.put("nodeName", node.name());
        json.put("machineName", node.machine());
        json.put("status", online ? "Online" : "Offline");
        ObjectNode capabilities = json.putObject("capabilities");
        capabilities.put("serviceBusConnected", online ? "True" : "False");
        capabilities.put("httpsPortEnabled", "False");
        capabilities.put("credentialInSync", isInSync(node) ? "True" : "False");
        capabilities.put("connectedToResourceManager", online ? "True" : "False");
        capabilities.put("nodeEnabled", "True");
        json.put("versionStatus", "None");
        json.put("version", facts.version() == null ? node.version() : facts.version());
        json.put("registerTime", Timestamps.format(node.registered()));
        json.put("lastConnectTime", Timestamps.format(parts.members().heard(node)));
        json.put("lastStartTime", Timestamps.format(node.started()));
        json.put("lastUpdateResult", "None");
        json.put("isActiveDispatcher", dispatcher);
        json.put("concurrentJobsLimit", node.jobsLimit());
        json.put("maxConcurrentJobs", node.jobsMax());
        return json;
    }

    ObjectNode monitoring(Fleet.Node node) {
        NodeFacts facts = parts.members().facts(node);
        ObjectNode json = Json.object();
        json.put("nodeName", node.name());
        json.put("availableMemoryInMB", facts.availableMemoryMb());
        json.put("cpuUtilization", facts.cpuUtilization());
        json.put("concurrentJobsLimit", node.jobsLimit());
        json.put("concurrentJobsRunning", facts.concurrentJobsRunning());
        json.put("maxConcurrentJobs", node.jobsMax());
        json.put("sentBytes", facts.sentBytes());
        json.put("receivedBytes", facts.receivedBytes());
        return json;
    }
}
