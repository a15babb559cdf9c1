package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.model.Json;
import dev.sluice.secrets.Certificates;
import dev.sluice.secrets.RequestSignature;
import dev.sluice.service.store.Fleet;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.NodeCondition;
import dev.sluice.wire.NodeFacts;
import dev.sluice.wire.Wire;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// The nodes this process has heard of: their keys, and when they last spoke. What matters later is written to the
/// store, but not with every heartbeat. Thread-safe.
public final class Members {
    private final Fleet fleet;
    private final InstantSource clock;
    private final Duration savedEvery;
    private final ConcurrentHashMap<String, Member> members = new ConcurrentHashMap<>();

    Members(Fleet fleet, InstantSource clock, Duration savedEvery) {
        this.fleet = fleet;
        this.clock = clock;
        this.savedEvery = savedEvery;
    }

    /// A request in a node's name that was not accepted.
    record Refusal(Instant at, RequestSignature.Reason reason, String detail) {}

    /// One node.
    static final class Member {
        private final X509Certificate certificate;
        private final Set<JobRef> mentioned = ConcurrentHashMap.newKeySet();
        private final AtomicLong polls = new AtomicLong();
        private final ReentrantLock taking = new ReentrantLock();
        private final NodeCircuit circuit = new NodeCircuit();
        private volatile Fleet.Node node;
        private volatile Instant heard;
        private volatile Instant saved = Instant.EPOCH;
        private volatile @Nullable NodeFacts facts;
        private volatile @Nullable Refusal refusal;

        Member(Fleet.Node node) {
            this.node = node;
            this.certificate = Certificates.fromPem(node.certificate());
            this.heard = node.lastContact();
        }

        Fleet.Node node() {
            return node;
        }

        PublicKey key() {
            return certificate.getPublicKey();
        }

        X509Certificate certificate() {
            return certificate;
        }

        /// A new request for work begins; the number by which it is told from newer ones.
        long newPoll() {
            return polls.incrementAndGet();
        }

        /// Whether no request for work has come after this one.
        boolean isNewest(long poll) {
            return polls.get() == poll;
        }

        /// Held while jobs are taken for this node or given back, so that only the newest request does it.
        ReentrantLock taking() {
            return taking;
        }

        /// Whether its own processes do what they are given.
        NodeCircuit circuit() {
            return circuit;
        }

        /// Jobs the node has said it runs.
        Set<JobRef> mentioned() {
            return mentioned;
        }
    }

    /// A node that may speak; empty when it was never registered or has been deleted.
    Optional<Member> find(String nodeId) {
        Member known = members.get(nodeId);
        if (known != null) {
            return Optional.of(known);
        }
        return fleet.node(nodeId).map(node -> members.computeIfAbsent(nodeId, id -> new Member(node)));
    }

    /// A node's name, for messages; its id when it is gone.
    public String name(String nodeId) {
        return find(nodeId).map(m -> m.node().name()).orElse(nodeId);
    }

    void heard(Member member) {
        heard(member, null);
    }

    /// A node spoke, perhaps of itself. Now and then that is written down, and with it what others changed is read.
    void heard(Member member, @Nullable NodeFacts facts) {
        Instant now = clock.instant();
        member.heard = now;
        member.refusal = null;
        boolean changed = false;
        if (facts != null) {
            changed = isNews(member.facts, facts);
            member.facts = facts;
        }
        // Other processes of the service know a node's condition from the store only.
        if (changed || member.saved.plus(savedEvery).isBefore(now)) {
            member.saved = now;
            save(member, now);
        }
    }

    /// Whether others need to know it now: another condition, or a node that is about to fall silent for good.
    private static boolean isNews(@Nullable NodeFacts before, NodeFacts now) {
        NodeCondition said = now.condition();
        return !Objects.equals(before == null ? null : before.condition(), said)
                || !Objects.equals(before == null ? null : before.update(), now.update())
                || !Objects.equals(before == null ? null : before.pause(), now.pause())
                || said != null && said.state().equals(NodeCondition.STOPPING);
    }

    /// A request in a node's name was not accepted; nothing follows from it but what is said of the node.
    void refused(String nodeId, RequestSignature.Reason reason, String detail) {
        if (!nodeId.isEmpty()) {
            find(nodeId).ifPresent(member -> member.refusal = new Refusal(clock.instant(), reason, detail));
        }
    }

    /// The newest refused request in a node's name, unless one was accepted since.
    Optional<Refusal> refusal(Fleet.Node node) {
        Member member = members.get(node.nodeId());
        return Optional.ofNullable(member == null ? null : member.refusal);
    }

    private void save(Member member, Instant now) {
        NodeFacts facts = member.facts;
        Fleet.Node node = member.node;
        fleet.heard(
                node.nodeId(),
                now,
                node.started(),
                facts == null || facts.version() == null ? node.version() : facts.version(),
                facts == null ? node.facts() : Json.parseObject(Wire.encode(facts)));
        reread(node.nodeId());
    }

    /// Reads a node again after it was changed or deleted.
    void reread(String nodeId) {
        Member member = members.get(nodeId);
        Optional<Fleet.Node> stored = fleet.node(nodeId);
        if (stored.isEmpty()) {
            members.remove(nodeId);
        } else if (member != null) {
            member.node = stored.get();
        }
    }

    /// Why a node that is not known may not speak: who removed it and when, where that is kept.
    RuntimeException gone(String nodeId) {
        return fleet.departure(nodeId)
                .map(d -> (RuntimeException)
                        departed(d.how()).with("node", d.name(), "who", d.who(), "at", d.at(), "runtime", d.runtime()))
                .orElseGet(() -> NodeFaults.REQUEST_REFUSED.with(
                        "reason", "UNKNOWN_KEY", "detail", "The service knows no node of this id."));
    }

    private static Fault departed(String how) {
        return switch (how) {
            case "cutOff" -> NodeFaults.CUT_OFF;
            case "expired" -> NodeFaults.EXPIRED;
            default -> NodeFaults.DELETED;
        };
    }

    void forget(String nodeId) {
        members.remove(nodeId);
    }

    /// Whether a node said last that it takes another version.
    boolean isUpgrading(Fleet.Node node) {
        NodeCondition said = facts(node).condition();
        return said != null && said.state().equals(NodeCondition.UPGRADING);
    }

    /// What this process has seen of a node that fails by its own fault; empty when it does its jobs.
    Optional<NodeCircuit.Shown> circuit(Fleet.Node node) {
        Member member = members.get(node.nodeId());
        return member == null ? Optional.empty() : member.circuit().shown(clock.instant());
    }

    /// When a node last spoke, as far as this process or the store knows.
    Instant heard(Fleet.Node node) {
        Member member = members.get(node.nodeId());
        return member == null || member.heard.isBefore(node.lastContact()) ? node.lastContact() : member.heard;
    }

    /// What a node last said of itself.
    NodeFacts facts(Fleet.Node node) {
        Member member = members.get(node.nodeId());
        NodeFacts newest = member == null ? null : member.facts;
        return newest != null ? newest : Wire.decode(Json.bytes(node.facts()), NodeFacts.class);
    }
}
