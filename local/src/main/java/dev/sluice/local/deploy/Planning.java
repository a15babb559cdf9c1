package dev.sluice.local.deploy;

import dev.sluice.diagnosis.DeployFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.model.Mention;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Decides what a deployment does, from what is wanted, what is there and what was left there last time. Pure.
final class Planning {
    /// What becomes of triggers.
    enum Triggers {
        /// As their documents say (`runtimeState`); where they do not say, as before.
        AS_GIVEN,
        /// Started are those that were.
        AS_BEFORE,
        /// All those that are touched stay stopped.
        STOPPED
    }

    /// @param delete whether what is gone from the folder is deleted in the service
    /// @param secrets whether documents that hold secrets are written even if nothing else of them changed
    record Wish(Selection selection, boolean delete, boolean secrets, Triggers triggers) {}

    private final Wish wish;
    private final Deployed last;
    private final Map<String, Document> wanted = new LinkedHashMap<>();
    private final Map<String, Resource> there = new LinkedHashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final List<Change> unchanged = new ArrayList<>();
    private final List<Problem> problems = new ArrayList<>();
    private final Map<String, String> digests = new HashMap<>();

    private Planning(Collection<Document> documents, Collection<Resource> resources, Deployed last, Wish wish) {
        this.wish = wish;
        this.last = last;
        documents.forEach(d -> wanted.putIfAbsent(Resource.key(d), d));
        resources.forEach(r -> there.put(r.key(), r));
    }

    /// @param documents of the folder, the factory's own with its global parameters
    /// @param resources of the service, the same
    static Plan plan(Collection<Document> documents, Collection<Resource> resources, Deployed last, Wish wish) {
        return new Planning(documents, resources, last, wish).plan();
    }

    private Plan plan() {
        for (Document document : DependencyOrder.of(wanted.values())) {
            if (wish.selection().covers(document)) {
                consider(document);
            }
        }
        if (wish.delete()) {
            deletions();
        }
        references();
        Set<String> stop = toStop();
        return new Plan(changes, unchanged, List.copyOf(stop), toStart(stop), problems, digests);
    }

    private void consider(Document document) {
        Resource old = there.get(Resource.key(document));
        KeptSecrets completed = old == null ? KeptSecrets.of(document) : KeptSecrets.of(document, old.document());
        completed
                .missing()
                .forEach(pointer -> problems.add(DeployFaults.SECRET_MISSING
                        .problem()
                        .at(pointer)
                        .evidence("object", document.kind().word())
                        .evidence("name", document.name())
                        .build()));
        if (old == null) {
            String drift = remembered(document) == null ? null : "deleted in the service";
            changes.add(new Change(Change.Action.CREATE, document, null, List.of(), drift, List.of()));
            return;
        }
        var before = Content.of(old.document());
        List<Difference> differences = Difference.between(before, Content.of(completed.document()));
        boolean resend = wish.secrets() && Content.holdsSecret(document);
        Document sent = new Document(
                document.kind(), old.document().name(), completed.document().json());
        if (differences.isEmpty() && !resend) {
            digests.put(Resource.key(document), Content.digest(before));
            unchanged.add(new Change(Change.Action.NONE, sent, old.etag(), List.of(), null, completed.kept()));
        } else {
            changes.add(new Change(Change.Action.CHANGE, sent, old.etag(), differences, drift(old), completed.kept()));
        }
    }

    private @Nullable String remembered(Document document) {
        return last.digests().get(Resource.key(document));
    }

    private @Nullable String drift(Resource old) {
        if (!last.known()) {
            return null;
        }
        String digest = remembered(old.document());
        if (digest == null) {
            return "made in the service, not by a deployment";
        }
        return digest.equals(Content.digest(Content.of(old.document()))) ? null : "changed in the service";
    }

    private void deletions() {
        List<Document> gone = new ArrayList<>();
        for (Resource resource : there.values()) {
            Document document = resource.document();
            if (!wanted.containsKey(resource.key())
                    && wish.selection().covers(document)
                    && deletable(document.kind())) {
                gone.add(document);
            }
        }
        List<Document> order = new ArrayList<>(DependencyOrder.of(gone));
        Collections.reverse(order);
        for (Document document : order) {
            Resource old = there.get(Resource.key(document));
            if (old != null) {
                changes.add(new Change(Change.Action.DELETE, document, old.etag(), List.of(), drift(old), List.of()));
            }
        }
    }

    /// The factory stays. Runtimes carry the registrations of their nodes and credentials what they stand for: both
    /// are often kept outside of folders, and go only when an inclusion names them.
    private boolean deletable(DocumentKind kind) {
        return switch (kind) {
            case FACTORY, GLOBAL_PARAMETER, MANAGED_VIRTUAL_NETWORK -> false;
            case INTEGRATION_RUNTIME, CREDENTIAL, MANAGED_PRIVATE_ENDPOINT ->
                wish.selection().names(kind);
            case LINKED_SERVICE, DATASET, PIPELINE, TRIGGER, DATA_FLOW, CHANGE_DATA_CAPTURE -> true;
        };
    }

    /// What will be there must not lead to what will not.
    private void references() {
        Map<String, Document> after = new LinkedHashMap<>();
        there.values().forEach(r -> after.put(r.key(), r.document()));
        for (Change change : changes) {
            switch (change.action()) {
                case CREATE, CHANGE -> after.put(change.key(), change.document());
                case DELETE -> after.remove(change.key());
                case NONE -> {}
            }
        }
        Set<String> written = keys(Change.Action.CREATE, Change.Action.CHANGE);
        Set<String> deleted = keys(Change.Action.DELETE);
        for (Map.Entry<String, Document> e : after.entrySet()) {
            for (Mention mention : Mention.all(e.getValue())) {
                String target = Resource.key(mention.kind(), mention.name());
                boolean there = after.containsKey(target)
                        || (mention.kind() == DocumentKind.INTEGRATION_RUNTIME
                                && IntegrationRuntime.isAutoResolve(mention.name()));
                if (!there && (written.contains(e.getKey()) || deleted.contains(target))) {
                    problems.add(DeployFaults.REFERENCE_OPEN
                            .problem()
                            .at(mention.pointer() + "/referenceName")
                            .evidence("object", e.getValue().kind().word())
                            .evidence("name", e.getValue().name())
                            .evidence("target", mention.kind().word() + " '" + mention.name() + "'")
                            .build());
                }
            }
        }
    }

    private Set<String> keys(Change.Action... actions) {
        Set<String> keys = new LinkedHashSet<>();
        changes.stream().filter(c -> List.of(actions).contains(c.action())).forEach(c -> keys.add(c.key()));
        return keys;
    }

    /// Triggers that are started and are themselves touched, or lead to something that is: no run is to begin with
    /// half of a deployment.
    private Set<String> toStop() {
        Map<String, Document> now = new HashMap<>();
        there.values().forEach(r -> now.put(r.key(), r.document()));
        Set<String> touched = keys(Change.Action.values());
        Set<String> stop = new LinkedHashSet<>();
        for (Resource resource : there.values()) {
            if (!resource.started()) {
                continue;
            }
            boolean affected =
                    DependencyOrder.reached(resource.document(), now).stream().anyMatch(touched::contains);
            if (affected || isWanted(resource, "Stopped")) {
                stop.add(resource.document().name());
            }
        }
        return stop;
    }

    private boolean isWanted(Resource trigger, String state) {
        Document document = wanted.get(trigger.key());
        return wish.triggers() == Triggers.AS_GIVEN
                && document != null
                && wish.selection().covers(document)
                && state(document).equalsIgnoreCase(state);
    }

    private static String state(Document trigger) {
        return trigger.properties().member("runtimeState").json().asString("");
    }

    private List<String> toStart(Set<String> stopped) {
        if (wish.triggers() == Triggers.STOPPED) {
            return List.of();
        }
        Set<String> deleted = keys(Change.Action.DELETE);
        Map<String, String> start = new LinkedHashMap<>();
        for (Resource resource : there.values()) {
            String name = resource.document().name();
            boolean before = stopped.contains(name)
                    || (!resource.started() && last.stopped().contains(name));
            if (resource.document().kind() == DocumentKind.TRIGGER
                    && before
                    && !deleted.contains(resource.key())
                    && !isWanted(resource, "Stopped")) {
                start.put(resource.key(), name);
            }
        }
        if (wish.triggers() == Triggers.AS_GIVEN) {
            wanted.forEach((key, document) -> {
                Resource old = there.get(key);
                boolean running = old != null
                        && old.started()
                        && !stopped.contains(old.document().name());
                if (document.kind() == DocumentKind.TRIGGER
                        && wish.selection().covers(document)
                        && state(document).equalsIgnoreCase("Started")
                        && !running) {
                    start.putIfAbsent(
                            key, old == null ? document.name() : old.document().name());
                }
            });
        }
        return List.copyOf(start.values());
    }
}
