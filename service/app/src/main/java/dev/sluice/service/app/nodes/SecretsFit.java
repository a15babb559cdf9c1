package dev.sluice.service.app.nodes;

import dev.sluice.model.secret.SecretPlaces;
import dev.sluice.secrets.Certificates;
import dev.sluice.service.app.documents.Sealing;
import dev.sluice.service.store.Fleet;
import dev.sluice.service.store.QueuedJob;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// Which jobs a node should leave to others of its group because it cannot open their secrets: it registered after they
/// were sealed. When nobody there could open them, the first to come takes the job and says so.
final class SecretsFit implements Predicate<QueuedJob> {
    private final Fleet.Node node;
    private final List<Fleet.Node> others;
    private final Predicate<String> held;

    /// @param others nodes of the group that are there now, without this one
    /// @param held whether the service itself can open a secret, and so seal it to any node
    SecretsFit(Fleet.Node node, List<Fleet.Node> others, Predicate<String> held) {
        this.node = node;
        this.others = List.copyOf(others);
        this.held = held;
    }

    @Override
    public boolean test(QueuedJob job) {
        return others.isEmpty()
                || opens(node, job.spec())
                || others.stream().noneMatch(other -> opens(other, job.spec()));
    }

    private boolean opens(Fleet.Node node, JsonNode spec) {
        return opens(Certificates.fromPem(node.certificate()), spec);
    }

    private boolean opens(X509Certificate certificate, JsonNode value) {
        if (SecretPlaces.isSealed(value)) {
            String cms = value.path("sealed").stringValue();
            return Sealing.opens(certificate, cms) || held.test(cms);
        }
        return !value.isContainer() || value.valueStream().allMatch(child -> opens(certificate, child));
    }
}
