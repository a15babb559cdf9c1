package dev.sluice.service.app.documents;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.model.Json;
import dev.sluice.model.LinkedService;
import dev.sluice.model.Place;
import dev.sluice.model.Reference;
import dev.sluice.model.secret.SecretPlaces;
import dev.sluice.secrets.Certificates;
import dev.sluice.secrets.Envelope;
import dev.sluice.secrets.Identity;
import dev.sluice.secrets.Secret;
import dev.sluice.service.store.Fleet;
import dev.sluice.service.store.Runtimes;
import dev.sluice.service.store.Save;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import dev.sluice.wire.KnownSecret;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// To whom secrets are sealed: the nodes that may run what uses them. A linked service with `connectVia` is for
/// the nodes of that runtime; one without for the built-in group and every group of the factory, since a copy runs
/// on the self-hosted side.
///
/// While none of these has a node, the service holds the secret for them, sealed to a key pair of its own that
/// lies in a file and not in the database; when the first node comes, it is sealed anew to that node and the
/// service can no longer open it. Jobs queued in the meantime are sealed anew when a node takes them. What was
/// sealed before another node came, a node that can open it seals to that one, too ([Reseals]). Until then such
/// jobs are left to those who can, and when there is none, the job fails and says so (`SecretNotForThisNode`).
public final class Sealing {
    private static final Logger LOG = LoggerFactory.getLogger(Sealing.class);
    private static final int PAGE = 200;
    private static final int TRIES = 5;

    private final Store store;
    private final Identity own;
    private final SharedRuntimes shared;
    private final InstantSource clock;

    /// @param own the service's key pair for secrets that nobody else can hold yet
    public Sealing(Store store, Identity own, InstantSource clock) {
        this.store = store;
        this.own = own;
        this.shared = new SharedRuntimes(store);
        this.clock = clock;
    }

    /// The document with every secret sealed.
    ///
    /// @param stored what is stored now; gives the secrets whose mask was sent back
    ObjectNode seal(String factory, Document document, Optional<ObjectNode> stored) {
        ObjectNode json = document.json();
        refuseDamaged(Place.root(json));
        ObjectNode complete = stored.map(s -> SecretPlaces.restore(json, s)).orElse(json);
        refuseMasks(Place.root(complete), document.kind());
        if (SecretPlaces.find(complete).isEmpty()) {
            return complete;
        }
        UnaryOperator<String> sealer = sealer(recipients(factory, document));
        return (ObjectNode) SecretPlaces.replace(complete, secret -> {
            if (!isSecret(document.kind(), secret)) {
                return asGiven(secret);
            }
            ObjectNode sealed = SecretPlaces.sealed(sealer.apply(secret.value()));
            if (secret.form() != dev.sluice.model.secret.Secret.Form.SECURE_STRING) {
                sealed.put("shown", secret.shown());
            }
            return sealed;
        });
    }

    /// Documents that describe connections are searched for everything that looks like a secret. In pipelines and
    /// datasets, where a member may well be called `password` and hold an expression, only what is declared to be
    /// secret is.
    private static boolean isSecret(DocumentKind kind, dev.sluice.model.secret.Secret secret) {
        return switch (kind) {
            case FACTORY, INTEGRATION_RUNTIME, LINKED_SERVICE, CREDENTIAL -> true;
            case DATASET,
                    PIPELINE,
                    TRIGGER,
                    DATA_FLOW,
                    GLOBAL_PARAMETER,
                    MANAGED_VIRTUAL_NETWORK,
                    MANAGED_PRIVATE_ENDPOINT,
                    CHANGE_DATA_CAPTURE ->
                !secret.value().startsWith("@")
                        && (secret.form() == dev.sluice.model.secret.Secret.Form.SECURE_STRING
                                || secret.pointer().endsWith("/defaultValue"));
        };
    }

    private static JsonNode asGiven(dev.sluice.model.secret.Secret secret) {
        return switch (secret.form()) {
            case SECURE_STRING -> Json.object().put("type", "SecureString").put("value", secret.value());
            case MEMBER, CONNECTION_STRING -> Json.text(secret.value());
        };
    }

    /// The document as it may be shown.
    static ObjectNode masked(Document document) {
        return switch (document.kind()) {
            case FACTORY, INTEGRATION_RUNTIME, LINKED_SERVICE, CREDENTIAL -> SecretPlaces.masked(document.json());
            case DATASET,
                    PIPELINE,
                    TRIGGER,
                    DATA_FLOW,
                    GLOBAL_PARAMETER,
                    MANAGED_VIRTUAL_NETWORK,
                    MANAGED_PRIVATE_ENDPOINT,
                    CHANGE_DATA_CAPTURE -> Resealing.masked(document.json());
        };
    }

    /// Seals the argument of a secure string parameter to everybody who may run the pipeline.
    public ObjectNode sealArgument(String factory, String value) {
        return SecretPlaces.sealed(
                sealer(certificates(groups(factory, Optional.empty()))).apply(value));
    }

    /// Seals what is the service's own to the service's own key pair: nobody else is to open it.
    String own(String value) {
        try (Secret secret = Secret.of(value)) {
            return Envelope.seal(secret, List.of(own.certificate()));
        }
    }

    private UnaryOperator<String> sealer(List<X509Certificate> recipients) {
        List<X509Certificate> all = recipients.isEmpty() ? List.of(own.certificate()) : recipients;
        return text -> {
            try (Secret secret = Secret.of(text)) {
                return Envelope.seal(secret, all);
            }
        };
    }

    /// A client may have sealed a secret itself, but it must be an envelope.
    private static void refuseDamaged(Place place) {
        if (SecretPlaces.isSealed(place.json())) {
            try {
                Envelope.recipients(place.json().path("sealed").stringValue());
            } catch (ProblemException e) {
                throw place.member("sealed").invalid("base64 of a CMS envelope");
            }
        } else if (place.json().isObject()) {
            place.members().values().forEach(Sealing::refuseDamaged);
        } else if (place.json().isArray()) {
            place.items().forEach(Sealing::refuseDamaged);
        }
    }

    /// A mask that stands for nothing would be stored as the password itself.
    private static void refuseMasks(Place place, DocumentKind kind) {
        if (place.json().isString() && isMask(place, kind)) {
            throw DocumentFaults.MEMBER_INVALID
                    .problem()
                    .at(place.pointer())
                    .evidence("member", place.name())
                    .evidence("value", SecretPlaces.MASK)
                    .evidence("expected", "the secret itself; the mask stands only for one that is already saved here")
                    .exception();
        }
        if (place.json().isObject() && !SecretPlaces.isSealed(place.json())) {
            place.members().values().forEach(child -> refuseMasks(child, kind));
        } else if (place.json().isArray()) {
            place.items().forEach(child -> refuseMasks(child, kind));
        }
    }

    private static boolean isMask(Place place, DocumentKind kind) {
        String text = place.json().stringValue();
        return switch (kind) {
            case FACTORY, INTEGRATION_RUNTIME, LINKED_SERVICE, CREDENTIAL -> text.contains(SecretPlaces.MASK);
            case DATASET,
                    PIPELINE,
                    TRIGGER,
                    DATA_FLOW,
                    GLOBAL_PARAMETER,
                    MANAGED_VIRTUAL_NETWORK,
                    MANAGED_PRIVATE_ENDPOINT,
                    CHANGE_DATA_CAPTURE ->
                text.equals(SecretPlaces.MASK)
                        && (place.name().equals("value") || place.name().equals("defaultValue"));
        };
    }

    List<X509Certificate> recipients(String factory, Document document) {
        return certificates(groups(factory, via(document)));
    }

    private static Optional<String> via(Document document) {
        return document.kind() == DocumentKind.LINKED_SERVICE
                ? LinkedService.of(document).connectVia().map(Reference::name)
                : Optional.empty();
    }

    private List<Fleet.Group> groups(String factory, Optional<String> via) {
        List<Fleet.Group> groups = new ArrayList<>();
        if (via.isPresent() && !IntegrationRuntime.isAutoResolve(via.get())) {
            Optional<Fleet.Group> own = shared.target(factory, via.get())
                    .map(t -> store.fleet().group(t.factory(), t.runtime()))
                    .orElseGet(() -> store.fleet().group(factory, via.get()));
            // A managed runtime has no nodes of its own: its jobs go to the built-in group.
            own.ifPresentOrElse(groups::add, () -> groups.addAll(store.fleet().groups("")));
        } else {
            groups.addAll(store.fleet().groups(""));
            groups.addAll(store.fleet().groups(factory));
        }
        return groups;
    }

    private List<X509Certificate> certificates(List<Fleet.Group> groups) {
        return groups.stream()
                .flatMap(g -> store.fleet().nodes(g.groupId()).stream())
                .map(n -> Certificates.fromPem(n.certificate()))
                .toList();
    }

    /// Gives a new node what the service has held for its group. Called when a node has registered.
    public void handOver(Fleet.Group group) {
        List<String> factories = group.factory().isEmpty() ? everyFactory() : users(group);
        for (String factory : factories) {
            for (StoredDocument document : store.documents().everything(factory)) {
                if (document.document().kind() == DocumentKind.LINKED_SERVICE) {
                    handOver(factory, document);
                }
            }
            handOverCatalog(factory);
        }
    }

    /// Everybody who may run what a factory asks for without naming a runtime.
    List<X509Certificate> everybody(String factory) {
        return certificates(groups(factory, Optional.empty()));
    }

    /// Gives nodes the secrets of the SSIS catalog that the service has held for them.
    private void handOverCatalog(String factory) {
        List<X509Certificate> recipients = everybody(factory);
        if (recipients.isEmpty()) {
            return;
        }
        for (ObjectNode place : store.ssisEnvironments().secretPlaces(factory)) {
            for (String held : Resealing.sealedTo(place, own.certificate())) {
                try (Secret secret = Envelope.open(held, own.key(), own.certificate())) {
                    store.ssisEnvironments().replace(held, sealer(recipients).apply(secret.reveal()));
                }
            }
        }
    }

    /// The secrets that whoever has a node's key can open, wherever they are.
    public List<KnownSecret> known(Fleet.Group group, X509Certificate node) {
        List<KnownSecret> known = new ArrayList<>();
        for (String factory : group.factory().isEmpty() ? everyFactory() : users(group)) {
            for (StoredDocument stored : store.documents().everything(factory)) {
                Document document = stored.document();
                String object = document.kind().word() + " '" + document.name() + "'";
                known(Place.root(document.json()), node)
                        .forEach(pointer -> known.add(new KnownSecret(factory, object, pointer)));
            }
        }
        return known;
    }

    private static List<String> known(Place place, X509Certificate node) {
        if (SecretPlaces.isSealed(place.json())) {
            return Resealing.isFor(place.json().path("sealed").stringValue(), node)
                    ? List.of(place.pointer())
                    : List.of();
        }
        List<String> pointers = new ArrayList<>();
        if (place.json().isObject()) {
            place.members().values().forEach(child -> pointers.addAll(known(child, node)));
        } else if (place.json().isArray()) {
            place.items().forEach(child -> pointers.addAll(known(child, node)));
        }
        return pointers;
    }

    /// The factory of a group and those that may use it.
    private List<String> users(Fleet.Group group) {
        List<String> users = new ArrayList<>(List.of(group.factory()));
        store.runtimes().of(group.factory(), group.runtime()).stream()
                .map(Runtimes.Share::linkedFactory)
                .filter(guest -> users.stream().noneMatch(guest::equalsIgnoreCase))
                .forEach(users::add);
        return users;
    }

    /// Linked services reached through a runtime whose secrets one of these nodes cannot open, by name.
    public List<String> unreadable(Fleet.Group group, List<X509Certificate> nodes) {
        List<String> names = new ArrayList<>();
        for (String factory : users(group)) {
            for (StoredDocument stored : store.documents().everything(factory)) {
                boolean through = stored.document().kind() == DocumentKind.LINKED_SERVICE
                        && groups(factory, via(stored.document())).stream()
                                .anyMatch(g -> g.groupId().equals(group.groupId()));
                if (through && Resealing.anyClosedTo(stored.document().json(), nodes, own.certificate())) {
                    names.add(factory + "/" + stored.document().name());
                }
            }
        }
        return names;
    }

    List<String> everyFactory() {
        List<String> names = new ArrayList<>();
        List<StoredDocument> page = store.documents().list("", DocumentKind.FACTORY, "", PAGE);
        while (!page.isEmpty()) {
            page.forEach(d -> names.add(d.document().name()));
            page = store.documents().list("", DocumentKind.FACTORY, names.getLast(), PAGE);
        }
        return names;
    }

    private void handOver(String factory, StoredDocument stored) {
        StoredDocument current = stored;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            List<X509Certificate> recipients = recipients(factory, current.document());
            if (recipients.isEmpty() || !holds(Place.root(current.document().json()))) {
                return;
            }
            ObjectNode opened = Resealing.reseal(current.document().json(), own, sealer(recipients));
            Save.Result result = store.documents()
                    .save(new Save(
                            factory,
                            "",
                            "",
                            new Document(
                                    DocumentKind.LINKED_SERVICE,
                                    current.document().name(),
                                    opened),
                            UUID.randomUUID().toString(),
                            current.etag(),
                            Links.of(current.document()),
                            "service",
                            clock.instant()));
            if (result instanceof Save.Result.Saved) {
                return;
            }
            Optional<StoredDocument> again = store.documents()
                    .find(
                            factory,
                            DocumentKind.LINKED_SERVICE,
                            current.document().name());
            if (again.isEmpty()) {
                return;
            }
            current = again.get();
        }
        LOG.warn(
                "linked service {} of {} keeps changing; its secrets are handed over at the next registration",
                current.document().name(),
                factory);
    }

    /// Gives the nodes what was saved while they registered.
    void settle(String factory, StoredDocument saved) {
        if (saved.document().kind() == DocumentKind.LINKED_SERVICE
                && holds(Place.root(saved.document().json()))) {
            handOver(factory, saved);
        }
    }

    /// Whether the service holds this secret for whoever comes.
    public boolean holds(String cms) {
        return Resealing.isFor(cms, own.certificate());
    }

    /// Whether a node with this certificate can open a secret.
    public static boolean opens(X509Certificate node, String cms) {
        return Resealing.isFor(cms, node);
    }

    /// A job's spec as this node gets it: what the service held for whoever comes is sealed to it.
    public ObjectNode forNode(ObjectNode spec, X509Certificate node) {
        return Resealing.anySealedTo(spec, own.certificate())
                ? Resealing.reseal(spec, own, sealer(List.of(node)))
                : spec;
    }

    private boolean holds(Place place) {
        return Resealing.anySealedTo(place.json(), own.certificate());
    }
}
