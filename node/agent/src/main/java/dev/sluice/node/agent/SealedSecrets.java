package dev.sluice.node.agent;

import dev.sluice.model.job.JobSpec;
import dev.sluice.model.secret.SecretPlaces;
import dev.sluice.secrets.Envelope;
import dev.sluice.secrets.NodeKeys;
import dev.sluice.secrets.Secret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Opens the secrets of a job with the node's key.
final class SealedSecrets {
    private final NodeKeys keys;

    SealedSecrets(NodeKeys keys) {
        this.keys = keys;
    }

    /// Sealed form to secret, for every one in the spec.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException when one is not sealed to this node, or damaged
    Map<String, Secret> open(JobSpec spec) {
        Map<String, Secret> opened = new LinkedHashMap<>();
        List<JobSpec.Resource> resources = new ArrayList<>();
        spec.inputs().forEach(e -> addBoth(e, resources));
        spec.outputs().forEach(e -> addBoth(e, resources));
        resources.addAll(spec.linkedServices().values());
        resources.forEach(r -> walk(r.properties(), r.name(), "", opened));
        walk(spec.activity(), spec.activityName(), "", opened);
        return opened;
    }

    private static void addBoth(JobSpec.Endpoint endpoint, List<JobSpec.Resource> resources) {
        resources.add(endpoint.linkedService());
        resources.add(endpoint.dataset());
    }

    private void walk(JsonNode node, String store, String member, Map<String, Secret> opened) {
        if (SecretPlaces.isSealed(node)) {
            opened.computeIfAbsent(
                    node.path("sealed").stringValue(),
                    envelope -> Envelope.open(
                            envelope, keys.privateKey(), keys.identity().certificate(), store, member));
            return;
        }
        node.properties().forEach(e -> walk(e.getValue(), store, e.getKey(), opened));
        if (node.isArray()) {
            node.forEach(child -> walk(child, store, member, opened));
        }
    }
}
