package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.model.Json;
import dev.sluice.secrets.CertificateAuthority;
import dev.sluice.secrets.Certificates;
import dev.sluice.service.app.access.AuthKeys;
import dev.sluice.service.app.documents.Reseals;
import dev.sluice.service.app.documents.Sealing;
import dev.sluice.service.store.Fleet;
import dev.sluice.wire.NodeFacts;
import dev.sluice.wire.RegisterRequest;
import dev.sluice.wire.Wire;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/// A machine becomes a node: the key admits it, the certificate request proves its own key, and it gets a certificate.
final class Registration {
    /// More than Data Factory's 4 (8 on request), less than what a lease query must walk.
    private static final int MOST_IN_GROUP = 64;

    private static final int MOST_JOBS = 10_000;
    private static final int MOST_TEXT = 200;
    private static final Pattern NAME = Pattern.compile("[a-z0-9A-Z][a-z0-9A-Z_-]{0,149}");

    private final Fleet fleet;
    private final Members members;
    private final Expiry expiry;
    private final AuthKeys keys;
    private final CertificateAuthority authority;
    private final Sealing sealing;
    private final Reseals reseals;
    private final InstantSource clock;

    Registration(Fleetwide parts, AuthKeys keys, CertificateAuthority authority) {
        this.fleet = parts.store().fleet();
        this.members = parts.members();
        this.expiry = parts.expiry();
        this.keys = keys;
        this.authority = authority;
        this.sealing = parts.sealing();
        this.reseals = parts.reseals();
        this.clock = parts.clock();
    }

    /// What a registration gave.
    record Admitted(Fleet.Node node, Fleet.Group group) {}

    Admitted register(RegisterRequest request) {
        if (request.protocol() != Wire.PROTOCOL) {
            throw NodeFaults.PROTOCOL_UNSUPPORTED.with("node", request.protocol(), "service", Wire.PROTOCOL);
        }
        Fleet.Group group = fleet.group(AuthKeys.group(text(request.authKey(), "authKey")))
                .orElseThrow(() -> NodeFaults.KEY_INVALID.with("detail", "its integration runtime does not exist."));
        int slot = keys.check(request.authKey(), group);
        String name = checked(text(request.nodeName(), "nodeName"));
        int jobs = Math.clamp(request.maxConcurrentJobs(), 1, MOST_JOBS);
        X509Certificate certificate =
                authority.issueNode(text(request.certificateRequest(), "certificateRequest"), subject(name), List.of());
        Instant now = clock.instant();
        String version = cut(text(request.version(), "version"));
        Fleet.Node node = new Fleet.Node(
                UUID.randomUUID().toString(),
                group.groupId(),
                name,
                cut(text(request.machineName(), "machineName")),
                version,
                Certificates.toPem(certificate),
                jobs,
                jobs,
                now,
                now,
                now,
                Json.parseObject(Wire.encode(new NodeFacts(version, 0, 0, 0, jobs, 0, 0))));
        fleet.node(group.groupId(), name).ifPresent(old -> replace(old, now));
        if (!fleet.add(node, MOST_IN_GROUP)) {
            throw refused(group, name);
        }
        fleet.admitted(node.nodeId(), group.groupId(), slot, slot == 1 ? group.generation1() : group.generation2());
        sealing.handOver(group);
        reseals.look();
        return new Admitted(node, group);
    }

    /// A node whose registration has expired gives up its name to the one that comes in its place.
    private void replace(Fleet.Node old, Instant now) {
        if (expiry.ended(old).isPresent()) {
            fleet.remove(old.nodeId(), "expired", "node " + old.name(), now);
            members.forget(old.nodeId());
        }
    }

    private RuntimeException refused(Fleet.Group group, String name) {
        if (fleet.node(group.groupId(), name).isPresent()) {
            return NodeFaults.NAME_TAKEN.with("node", name, "runtime", group.runtime());
        }
        return DocumentFaults.LIMIT_EXCEEDED.with(
                "what",
                "The number of nodes of '" + group.runtime() + "'",
                "value",
                MOST_IN_GROUP + 1,
                "limit",
                MOST_IN_GROUP);
    }

    /// A certificate's common name has at most 64 characters; the node is known by its id anyway.
    private static String subject(String name) {
        return name.length() > 64 ? name.substring(0, 64) : name;
    }

    private static String checked(String name) {
        if (!NAME.matcher(name).matches()) {
            throw DocumentFaults.NAME_INVALID.with(
                    "name",
                    cut(name),
                    "object",
                    "node",
                    "expected",
                    "letters, digits, hyphens and underscores, at most 150, beginning with a letter or digit");
        }
        return name;
    }

    /// JSON may lack any member, whatever the record says.
    private static String text(@org.jspecify.annotations.Nullable String value, String member) {
        if (value == null || value.isBlank()) {
            throw DocumentFaults.MEMBER_MISSING
                    .problem()
                    .at("/" + member)
                    .evidence("member", member)
                    .exception();
        }
        return value;
    }

    private static String cut(String text) {
        return text.length() > MOST_TEXT ? text.substring(0, MOST_TEXT) : text;
    }
}
