package dev.sluice.service.app.documents;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.diagnosis.TriggerFaults;
import dev.sluice.expression.Expressions;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Validation;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.RefusedException;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.store.Link;
import dev.sluice.service.store.Removal;
import dev.sluice.service.store.Save;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import dev.sluice.service.store.StoredTrigger;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Documents of a factory: create or replace, get, list, delete. The same for every kind.
public final class DocumentApi {
    private static final int TRIES = 10;
    private static final List<DocumentKind> KINDS = List.of(
            DocumentKind.INTEGRATION_RUNTIME,
            DocumentKind.LINKED_SERVICE,
            DocumentKind.DATASET,
            DocumentKind.PIPELINE,
            DocumentKind.TRIGGER,
            DocumentKind.DATA_FLOW,
            DocumentKind.CREDENTIAL,
            DocumentKind.MANAGED_VIRTUAL_NETWORK,
            DocumentKind.MANAGED_PRIVATE_ENDPOINT,
            DocumentKind.CHANGE_DATA_CAPTURE);

    private final Store store;
    private final Sealing sealing;
    private final RuntimeLinks links;
    private final InstantSource clock;
    private final int pageSize;
    private final Consumer<StoredDocument> saved;

    /// @param pageSize most documents of one list answer
    /// @param saved told of every document that was written
    public DocumentApi(
            Store store,
            Sealing sealing,
            RuntimeLinks links,
            InstantSource clock,
            int pageSize,
            Consumer<StoredDocument> saved) {
        this.store = store;
        this.sealing = sealing;
        this.links = links;
        this.clock = clock;
        this.pageSize = pageSize;
        this.saved = saved;
    }

    public void addTo(Routes routes) {
        for (DocumentKind kind : KINDS) {
            String list = Paths.list(kind);
            String one = list + "/{name}";
            routes.add("GET", list, Permission.READ, call -> list(call, kind))
                    .add("PUT", one, Permission.WRITE, call -> put(call, kind))
                    .add("GET", one, Permission.READ, call -> get(call, kind));
            // A managed network goes with its factory, at Azure too.
            if (kind != DocumentKind.MANAGED_VIRTUAL_NETWORK) {
                routes.add("DELETE", one, Permission.WRITE, call -> delete(call, kind));
            }
        }
    }

    private Answer put(Call call, DocumentKind kind) {
        String factory = call.variable("factory");
        String name = name(call, kind);
        requireAround(call, kind);
        Document sent =
                new Document(kind, name, Shapes.kept(kind, call.request().json()));
        List<Problem> problems = Validation.problems(sent);
        if (!problems.isEmpty()) {
            throw new RefusedException(problems);
        }
        Document given =
                kind == DocumentKind.INTEGRATION_RUNTIME ? new Document(kind, name, links.kept(factory, sent)) : sent;
        if (kind == DocumentKind.PIPELINE || kind == DocumentKind.DATASET) {
            // Not linked services: what looks like an expression there may be a password, and the problem quotes it.
            Expressions.check(given.properties().json(), "/properties");
        }
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<StoredDocument> current = store.documents().find(factory, kind, name);
            if (kind == DocumentKind.TRIGGER) {
                TriggerRules.check(given, current);
            }
            String expected = Etags.expected(call.request(), current.map(StoredDocument::etag), name);
            Document sealed = new Document(
                    kind,
                    current.map(c -> c.document().name()).orElse(name),
                    sealing.seal(factory, given, current.map(c -> c.document().json())));
            // Secrets were taken from the stored document: it must still be that one.
            String must = expected != null
                    ? expected
                    : current.map(StoredDocument::etag).orElse(Save.ABSENT);
            StoredDocument done = save(call, sealed, must);
            if (done != null) {
                saved.accept(done);
                sealing.settle(factory, done);
                return answer(call, done);
            }
        }
        throw ServiceFaults.UNAVAILABLE.with("detail", "'" + name + "' is being changed by many at once");
    }

    private @Nullable StoredDocument save(Call call, Document document, String expected) {
        Save.Result result = store.documents()
                .save(new Save(
                        call.variable("factory"),
                        "",
                        "",
                        document,
                        UUID.randomUUID().toString(),
                        expected,
                        Links.of(document),
                        call.caller().name(),
                        clock.instant()));
        return switch (result) {
            case Save.Result.Saved(StoredDocument stored, boolean created) -> stored;
            case Save.Result.Conflict(String current) -> null;
            case Save.Result.Dangling(List<Link> missing) ->
                throw new RefusedException(
                        missing.stream().map(DocumentApi::dangling).toList());
            case Save.Result.Started() -> throw TriggerFaults.STARTED.problem().exception();
            case Save.Result.NoFactory() -> throw noFactory(call);
        };
    }

    private static Problem dangling(Link link) {
        return DocumentFaults.REFERENCE_MISSING
                .problem()
                .at(link.pointer())
                .evidence("object", link.kind().word())
                .evidence("name", link.name())
                .build();
    }

    private static RuntimeException noFactory(Call call) {
        return ServiceFaults.NOT_FOUND.with("object", "factory", "name", call.variable("factory"));
    }

    /// A document's name within the factory.
    private static String name(Call call, DocumentKind kind) {
        return prefix(call, kind) + call.variable("name");
    }

    private static String prefix(Call call, DocumentKind kind) {
        return kind == DocumentKind.MANAGED_PRIVATE_ENDPOINT ? call.variable("network") + "/" : "";
    }

    /// What the document stands in must be there.
    private void requireAround(Call call, DocumentKind kind) {
        if (kind == DocumentKind.MANAGED_PRIVATE_ENDPOINT) {
            require(call, DocumentKind.MANAGED_VIRTUAL_NETWORK, "network");
        }
    }

    private Answer get(Call call, DocumentKind kind) {
        StoredDocument stored = required(call, kind, name(call, kind));
        if (Etags.known(call.request(), stored.etag())) {
            return Answer.empty(304).with("ETag", "\"" + stored.etag() + "\"");
        }
        return answer(call, stored);
    }

    /// The document a path names, or a 404 that says what is missing.
    public StoredDocument require(Call call, DocumentKind kind, String variable) {
        return required(call, kind, call.variable(variable));
    }

    private StoredDocument required(Call call, DocumentKind kind, String name) {
        String factory = call.variable("factory");
        return store.documents().find(factory, kind, name).orElseThrow(() -> {
            requireFactory(call);
            return ServiceFaults.NOT_FOUND.with("object", kind.word(), "name", name);
        });
    }

    /// The factory a path names.
    public StoredDocument requireFactory(Call call) {
        return store.documents().factory(call.variable("factory")).orElseThrow(() -> noFactory(call));
    }

    /// A document of the factory a path names, as an answer.
    public Answer answer(Call call, StoredDocument stored) {
        return Shapes.answer(shown(requireFactory(call), stored), stored);
    }

    /// A document of a factory as it is shown.
    public ObjectNode shown(StoredDocument factory, StoredDocument stored) {
        ObjectNode resource = Shapes.resource(factory, stored);
        if (stored.document().kind() != DocumentKind.TRIGGER) {
            return resource;
        }
        boolean started = store.triggers()
                .find(stored.factory(), stored.document().name())
                .map(StoredTrigger::started)
                .orElse(false);
        return TriggerRules.withState(resource, started);
    }

    private Answer list(Call call, DocumentKind kind) {
        StoredDocument factory = requireFactory(call);
        requireAround(call, kind);
        String prefix = prefix(call, kind);
        String after = call.request().parameter("$skiptoken").orElse(prefix);
        return page(
                call,
                store.documents().list(call.variable("factory"), kind, after, pageSize + 1).stream()
                        .filter(d -> d.document().name().regionMatches(true, 0, prefix, 0, prefix.length()))
                        .toList(),
                stored -> Optional.of(shown(factory, stored)),
                pageSize);
    }

    /// A page of documents, with an absolute link to the next one.
    ///
    /// @param shape of a document; empty for one that the caller may not see
    static Answer page(
            Call call, List<StoredDocument> found, Function<StoredDocument, Optional<ObjectNode>> shape, int size) {
        ObjectNode json = Json.object();
        var value = json.putArray("value");
        found.stream().limit(size).flatMap(d -> shape.apply(d).stream()).forEach(value::add);
        if (found.size() > size) {
            String last = found.get(size - 1).document().name();
            json.put(
                    "nextLink",
                    call.request().base() + call.request().uri().getRawPath() + "?api-version="
                            + encoded(call.request().parameter("api-version").orElse("")) + "&%24skiptoken="
                            + encoded(last));
        }
        return Answer.ok(json);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private Answer delete(Call call, DocumentKind kind) {
        requireFactory(call);
        String name = name(call, kind);
        return removed(
                store.documents()
                        .remove(
                                call.variable("factory"),
                                kind,
                                name,
                                call.caller().name(),
                                clock.instant()),
                name);
    }

    static Answer removed(Removal removal, String name) {
        return switch (removal) {
            case Removal.Removed() -> Answer.empty(200);
            case Removal.Absent() -> Answer.empty(204);
            case Removal.Started() -> throw TriggerFaults.STARTED.problem().exception();
            case Removal.Referenced(List<String> by) ->
                throw ServiceFaults.REFERENCED.with("name", name, "referrers", String.join(", ", by));
        };
    }
}
