package dev.sluice.service.app.documents;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.secret.SecretPlaces;
import dev.sluice.secrets.Envelope;
import dev.sluice.secrets.Identity;
import dev.sluice.secrets.Secret;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Seals anew, in place, what is sealed to a key we hold; everything else stays byte for byte.
final class Resealing {
    private Resealing() {}

    /// Whether a secret is sealed to this certificate. One that is damaged is for nobody: the node that is to open it
    /// says what is wrong with it.
    static boolean isFor(String cms, X509Certificate certificate) {
        try {
            return Envelope.isSealedTo(cms, certificate);
        } catch (ProblemException damaged) {
            return false;
        }
    }

    /// The envelopes that are sealed to this certificate, each once.
    static java.util.Set<String> sealedTo(JsonNode node, X509Certificate certificate) {
        java.util.Set<String> found = new java.util.LinkedHashSet<>();
        if (SecretPlaces.isSealed(node)) {
            String cms = node.path("sealed").stringValue();
            if (isFor(cms, certificate)) {
                found.add(cms);
            }
        } else if (node.isContainer()) {
            node.forEach(child -> found.addAll(sealedTo(child, certificate)));
        }
        return found;
    }

    static boolean anySealedTo(JsonNode node, X509Certificate certificate) {
        if (SecretPlaces.isSealed(node)) {
            return isFor(node.path("sealed").stringValue(), certificate);
        }
        return node.isContainer() && node.valueStream().anyMatch(child -> anySealedTo(child, certificate));
    }

    /// Whether a secret of the document is closed to one of these nodes. What the service still holds is not: it is
    /// sealed to a node together with its job.
    static boolean anyClosedTo(JsonNode node, List<X509Certificate> nodes, X509Certificate own) {
        if (SecretPlaces.isSealed(node)) {
            String cms = node.path("sealed").stringValue();
            return !isFor(cms, own) && !nodes.stream().allMatch(n -> isFor(cms, n));
        }
        return node.isContainer() && node.valueStream().anyMatch(child -> anyClosedTo(child, nodes, own));
    }

    /// The document with a mask in place of every sealed secret and nothing else changed.
    static ObjectNode masked(ObjectNode document) {
        return (ObjectNode) copy(document, Resealing::shown);
    }

    static ObjectNode reseal(ObjectNode document, Identity holder, UnaryOperator<String> seal) {
        return (ObjectNode) copy(document, node -> resealed(node, holder, seal));
    }

    private static JsonNode copy(JsonNode node, Function<ObjectNode, JsonNode> change) {
        if (SecretPlaces.isSealed(node)) {
            return change.apply((ObjectNode) node);
        }
        if (node.isObject()) {
            ObjectNode copy = Json.object();
            node.properties().forEach(e -> copy.set(e.getKey(), copy(e.getValue(), change)));
            return copy;
        }
        if (node.isArray()) {
            ArrayNode copy = Json.array();
            node.forEach(child -> copy.add(copy(child, change)));
            return copy;
        }
        return node;
    }

    private static JsonNode shown(ObjectNode sealed) {
        JsonNode text = sealed.path("shown");
        return text.isString()
                ? text
                : Json.object().put("type", "SecureString").put("value", SecretPlaces.MASK);
    }

    private static ObjectNode resealed(ObjectNode sealed, Identity holder, UnaryOperator<String> seal) {
        String cms = sealed.path("sealed").stringValue();
        if (!isFor(cms, holder.certificate())) {
            return sealed;
        }
        try (Secret secret = Envelope.open(cms, holder.key(), holder.certificate())) {
            ObjectNode copy = sealed.deepCopy();
            copy.put("sealed", seal.apply(secret.reveal()));
            return copy;
        }
    }
}
