package dev.sluice.service.app.documents;

import dev.sluice.model.Document;
import dev.sluice.model.Json;
import dev.sluice.model.secret.SecretPlaces;
import dev.sluice.secrets.Certificates;
import dev.sluice.service.store.Fleet;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.Save;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import dev.sluice.wire.ResealOrder;
import dev.sluice.wire.Resealed;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Secrets that some node which may need them cannot open, because it came after they were sealed. A node that can open
/// one is asked with its next heartbeat to seal it to all of them, and says how it looks then; the service puts that in
/// its place. It never opens one itself, and what it is given must be sealed to everybody it asked for.
///
/// Nothing of this is kept: what is to be done follows from documents, jobs and nodes, and is looked for again after a
/// start and whenever the nodes are others than before. Thread-safe.
public final class Reseals {
    private static final Logger LOG = LoggerFactory.getLogger(Reseals.class);

    /// How often it is asked whether the nodes are the same.
    private static final Duration LOOK_EVERY = Duration.ofSeconds(15);

    private static final int MOST_JOBS = 1_000;
    private static final int MOST_ORDERS = 20;
    private static final int TRIES = 5;

    private final Store store;
    private final Sealing sealing;
    private final InstantSource clock;
    private final Map<String, Wanted> wanted = new LinkedHashMap<>();
    private Set<String> nodes = Set.of();
    private Instant looked = Instant.EPOCH;

    public Reseals(Store store, Sealing sealing, InstantSource clock) {
        this.store = store;
        this.sealing = sealing;
        this.clock = clock;
    }

    /// A secret and everybody who is to open it.
    private record Wanted(String cms, Map<String, X509Certificate> recipients) {
        boolean closedTo(X509Certificate node) {
            return recipients.containsKey(Certificates.fingerprint(node)) && !Resealing.isFor(cms, node);
        }

        boolean isDone(String sealed) {
            return recipients.values().stream().allMatch(node -> Resealing.isFor(sealed, node));
        }
    }

    /// Looks for what is to be done if the nodes may have changed.
    public synchronized void refresh() {
        Instant now = clock.instant();
        if (Duration.between(looked, now).abs().compareTo(LOOK_EVERY) < 0) {
            return;
        }
        looked = now;
        Set<String> present = new HashSet<>();
        store.fleet().everyone().forEach(node -> present.add(node.nodeId()));
        if (!present.equals(nodes)) {
            look();
            nodes = present;
        }
    }

    /// Looks for what is to be done in everything there is.
    public synchronized void look() {
        wanted.clear();
        for (String factory : sealing.everyFactory()) {
            store.documents().everything(factory).forEach(this::note);
            List<X509Certificate> all = sealing.everybody(factory);
            store.ssisEnvironments().secretPlaces(factory).forEach(json -> note(sealedIn(json), all));
            store.fleet().groups(factory).forEach(this::noteJobs);
        }
        store.fleet().groups("").forEach(this::noteJobs);
        if (!wanted.isEmpty()) {
            LOG.info("{} secrets are to be sealed to nodes that came later", wanted.size());
        }
    }

    /// Looks at a document that was saved: a client may have sealed its secrets itself, and not to everybody.
    public synchronized void saved(StoredDocument stored) {
        note(stored);
    }

    private void note(StoredDocument stored) {
        List<String> sealed = sealedIn(stored.document().json());
        if (!sealed.isEmpty()) {
            note(sealed, sealing.recipients(stored.factory(), stored.document()));
        }
    }

    private void noteJobs(Fleet.Group group) {
        List<X509Certificate> members = store.fleet().nodes(group.groupId()).stream()
                .map(node -> Certificates.fromPem(node.certificate()))
                .toList();
        for (QueuedJob job : store.jobs().ofGroup(group.groupId(), MOST_JOBS)) {
            note(sealedIn(job.spec()), members);
        }
    }

    private void note(List<String> sealed, List<X509Certificate> recipients) {
        for (String cms : sealed) {
            boolean closed = recipients.stream().anyMatch(node -> !Resealing.isFor(cms, node));
            if (closed && !sealing.holds(cms)) {
                Wanted all = wanted.computeIfAbsent(id(cms), id -> new Wanted(cms, new LinkedHashMap<>()));
                recipients.forEach(node -> all.recipients().put(Certificates.fingerprint(node), node));
            }
        }
    }

    private static List<String> sealedIn(JsonNode json) {
        List<String> found = new ArrayList<>();
        collect(json, found);
        return found;
    }

    private static void collect(JsonNode json, List<String> found) {
        if (SecretPlaces.isSealed(json)) {
            found.add(json.path("sealed").stringValue());
        } else if (json.isContainer()) {
            json.forEach(child -> collect(child, found));
        }
    }

    private static String id(String cms) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(cms.getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    /// What a node is to seal anew.
    public synchronized List<ResealOrder> orders(X509Certificate node) {
        List<ResealOrder> orders = new ArrayList<>();
        for (Map.Entry<String, Wanted> each : wanted.entrySet()) {
            if (orders.size() == MOST_ORDERS) {
                break;
            }
            if (Resealing.isFor(each.getValue().cms(), node)) {
                orders.add(new ResealOrder(
                        each.getKey(),
                        each.getValue().cms(),
                        each.getValue().recipients().values().stream()
                                .map(Certificates::toPem)
                                .toList()));
            }
        }
        return orders;
    }

    /// How many secrets that a node may need it cannot open.
    public synchronized long closedTo(X509Certificate node) {
        return wanted.values().stream().filter(w -> w.closedTo(node)).count();
    }

    /// A node has sealed a secret anew.
    ///
    /// @param node its name
    /// @return whether it was taken; not when it is no longer wanted, or is not sealed to everybody
    public boolean accept(String node, Resealed resealed) {
        Wanted order;
        synchronized (this) {
            order = wanted.get(resealed.id());
        }
        if (order == null) {
            return false;
        }
        if (!order.isDone(resealed.sealed())) {
            LOG.warn("node {} sealed a secret, but not to everybody who is to open it; it is asked again", node);
            return false;
        }
        for (String factory : sealing.everyFactory()) {
            for (StoredDocument stored : store.documents().everything(factory)) {
                if (sealedIn(stored.document().json()).contains(order.cms())) {
                    put(stored, order.cms(), resealed.sealed(), node);
                }
            }
        }
        store.jobs().replace(order.cms(), resealed.sealed());
        store.ssisEnvironments().replace(order.cms(), resealed.sealed());
        synchronized (this) {
            wanted.remove(resealed.id());
        }
        return true;
    }

    private void put(StoredDocument stored, String before, String after, String node) {
        Optional<StoredDocument> current = Optional.of(stored);
        String factory = stored.factory();
        for (int attempt = 0; attempt < TRIES && current.isPresent(); attempt++) {
            Document document = current.get().document();
            ObjectNode changed = Json.parseObject(Json.write(document.json()).replace(before, after));
            Save.Result result = store.documents()
                    .save(new Save(
                            factory,
                            "",
                            "",
                            new Document(document.kind(), document.name(), changed),
                            UUID.randomUUID().toString(),
                            current.get().etag(),
                            Links.of(document),
                            "node " + node,
                            clock.instant()));
            if (!(result instanceof Save.Result.Conflict)) {
                return;
            }
            current = store.documents().find(factory, document.kind(), document.name());
        }
    }
}
