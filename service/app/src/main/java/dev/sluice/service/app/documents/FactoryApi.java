package dev.sluice.service.app.documents;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.Validation;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.RefusedException;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.store.Save;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Factories. Any subscription and resource group will do; they are labels by which factories are listed.
public final class FactoryApi {
    private static final int TRIES = 10;

    private final Store store;
    private final Sealing sealing;
    private final InstantSource clock;
    private final int pageSize;

    public FactoryApi(Store store, Sealing sealing, InstantSource clock, int pageSize) {
        this.store = store;
        this.sealing = sealing;
        this.clock = clock;
        this.pageSize = pageSize;
    }

    public void addTo(Routes routes) {
        routes.add("GET", Paths.SUBSCRIPTION + Paths.FACTORIES, Permission.READ, call -> list(call, null))
                .add("GET", Paths.GROUP + Paths.FACTORIES, Permission.READ, c -> list(c, c.variable("group")))
                .add("PUT", Paths.FACTORY, Permission.WRITE, this::put)
                .add("PATCH", Paths.FACTORY, Permission.WRITE, this::patch)
                .add("GET", Paths.FACTORY, Permission.READ, this::get)
                .add("DELETE", Paths.FACTORY, Permission.WRITE, this::delete)
                .add("GET", "/providers/Microsoft.DataFactory/operations", Permission.READ, call -> operations());
    }

    private Answer list(Call call, @Nullable String group) {
        String after = call.request().parameter("$skiptoken").orElse("");
        return DocumentApi.page(
                call,
                store.documents().factories(call.variable("subscription"), group, after, pageSize + 1),
                Shapes::factory,
                pageSize);
    }

    private Answer put(Call call) {
        ObjectNode given = Shapes.kept(DocumentKind.FACTORY, call.request().jsonOrEmpty());
        return write(call, true, current -> given);
    }

    /// `{tags, identity, properties: {…}}` over what is stored.
    private Answer patch(Call call) {
        ObjectNode given = Shapes.kept(DocumentKind.FACTORY, call.request().jsonOrEmpty());
        return write(call, false, current -> {
            ObjectNode merged = current.deepCopy();
            given.properties().forEach(e -> {
                boolean both = e.getKey().equalsIgnoreCase("properties")
                        && Place.root(merged).member("properties").json() instanceof ObjectNode;
                if (both && e.getValue() instanceof ObjectNode changes) {
                    ((ObjectNode) Place.root(merged).member("properties").json()).setAll(changes);
                } else {
                    merged.set(e.getKey(), e.getValue());
                }
            });
            return merged;
        });
    }

    private Answer write(Call call, boolean creates, UnaryOperator<ObjectNode> change) {
        String name = call.variable("factory");
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Optional<StoredDocument> current = store.documents().factory(name);
            if (!creates && current.isEmpty()) {
                throw missing(name);
            }
            String expected = Etags.expected(call.request(), current.map(StoredDocument::etag), name);
            Document document = new Document(
                    DocumentKind.FACTORY,
                    current.map(c -> c.document().name()).orElse(name),
                    change.apply(current.map(c -> c.document().json()).orElseGet(Json::object)));
            List<Problem> problems = Validation.problems(document);
            if (!problems.isEmpty()) {
                throw new RefusedException(problems);
            }
            ObjectNode sealed =
                    sealing.seal(name, document, current.map(c -> c.document().json()));
            String must = expected != null
                    ? expected
                    : current.map(StoredDocument::etag).orElse(Save.ABSENT);
            Save save = new Save(
                    "",
                    call.variable("subscription"),
                    call.variable("group"),
                    new Document(DocumentKind.FACTORY, document.name(), sealed),
                    UUID.randomUUID().toString(),
                    must,
                    List.of(),
                    call.caller().name(),
                    clock.instant());
            if (store.documents().save(save) instanceof Save.Result.Saved(StoredDocument stored, boolean created)) {
                return Shapes.answer(Shapes.factory(stored), stored);
            }
        }
        throw ServiceFaults.UNAVAILABLE.with("detail", "'" + name + "' is being changed by many at once");
    }

    private Answer get(Call call) {
        String name = call.variable("factory");
        StoredDocument stored = store.documents().factory(name).orElseThrow(() -> missing(name));
        if (Etags.known(call.request(), stored.etag())) {
            return Answer.empty(304).with("ETag", "\"" + stored.etag() + "\"");
        }
        return Shapes.answer(Shapes.factory(stored), stored);
    }

    private Answer delete(Call call) {
        String name = call.variable("factory");
        return DocumentApi.removed(
                store.documents()
                        .remove("", DocumentKind.FACTORY, name, call.caller().name(), clock.instant()),
                name);
    }

    private static RuntimeException missing(String name) {
        return ServiceFaults.NOT_FOUND.with("object", "factory", "name", name);
    }

    private static Answer operations() {
        ObjectNode json = Json.object();
        var value = json.putArray("value");
        for (String verb : List.of("read", "write", "delete")) {
            ObjectNode one = value.addObject();
            one.put("name", "Microsoft.DataFactory/factories/" + verb);
            one.put("origin", "user,system");
            ObjectNode display = one.putObject("display");
            display.put("provider", "Microsoft Data Factory");
            display.put("resource", "Data Factory");
            display.put("operation", Character.toUpperCase(verb.charAt(0)) + verb.substring(1) + " Data Factory");
            display.put("description", "To " + verb + " a data factory.");
        }
        return Answer.ok(json);
    }
}
