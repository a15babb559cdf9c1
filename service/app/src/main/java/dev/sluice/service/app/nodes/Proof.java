package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.secrets.NonceMemory;
import dev.sluice.secrets.RequestSignature;
import dev.sluice.service.app.http.Request;
import java.security.PublicKey;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// Checks that a request was signed by a registered node, now and once.
final class Proof {
    private final Fleetwide parts;
    private final Members members;
    private final InstantSource clock;
    private final NonceMemory nonces;

    /// @param nonces those that were used; outlive the process
    Proof(Fleetwide parts, NonceMemory nonces) {
        this.parts = parts;
        this.members = parts.members();
        this.nonces = nonces;
        this.clock = parts.clock();
    }

    /// The node that sent the request.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException [NodeFaults#REQUEST_REFUSED]
    Members.Member require(Request request) {
        AtomicReference<String> asked = new AtomicReference<>("");
        RequestSignature.Verdict verdict = RequestSignature.verify(
                request.method(),
                request.uri(),
                request.headers(),
                request.body(),
                id -> key(id, asked),
                clock,
                nonces);
        return switch (verdict) {
            case RequestSignature.Verdict.Accepted(String keyId) ->
                admitted(members.find(keyId).orElseThrow(() -> members.gone(keyId)));
            case RequestSignature.Verdict.Refused(RequestSignature.Reason reason, String detail, String keyId) -> {
                members.refused(keyId, reason, detail);
                if (reason == RequestSignature.Reason.UNKNOWN_KEY) {
                    throw members.gone(Objects.requireNonNullElse(asked.get(), ""));
                }
                throw refused(reason.name(), detail);
            }
        };
    }

    /// A node that comes back: it may have been away for too long.
    private Members.Member admitted(Members.Member member) {
        boolean back =
                !members.heard(member.node()).plus(parts.limits().online()).isAfter(clock.instant());
        if (back && parts.expiry().ended(member.node()).isPresent()) {
            throw members.gone(member.node().nodeId());
        }
        return member;
    }

    /// @param asked learns who is asked for: a verdict does not name who is not known
    private @Nullable PublicKey key(String keyId, AtomicReference<String> asked) {
        asked.set(keyId);
        Optional<Members.Member> member = members.find(keyId);
        return member.isPresent() ? member.get().key() : null;
    }

    private static RuntimeException refused(String reason, String detail) {
        return NodeFaults.REQUEST_REFUSED.with("reason", reason, "detail", detail);
    }
}
