package dev.sluice.service.app.documents;

import dev.sluice.model.DocumentKind;
import dev.sluice.model.Place;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Factories. Any subscription and resource group will do; they are labels by which factories are listed.
public final class FactoryApi {
    private final Store store;
    private final FactoryChanges changes;
    private final InstantSource clock;
    private final int pageSize;

    public FactoryApi(Store store, Sealing sealing, InstantSource clock, int pageSize) {
        this.store = store;
        this.changes = new FactoryChanges(store, sealing, clock);
        this.clock = clock;
        this.pageSize = pageSize;
    }

    public void addTo(Routes routes) {
        routes.add("GET", Paths.SUBSCRIPTION + Paths.FACTORIES, Permission.SIGNED_IN, call -> list(call, null))
                .add("GET", Paths.GROUP + Paths.FACTORIES, Permission.SIGNED_IN, c -> list(c, c.variable("group")))
                .add("PUT", Paths.FACTORY, Permission.WRITE, this::put)
                .add("PATCH", Paths.FACTORY, Permission.WRITE, this::patch)
                .add("GET", Paths.FACTORY, Permission.READ, this::get)
                .add("DELETE", Paths.FACTORY, Permission.WRITE, this::delete)
                .add("POST", Paths.LOCATION + "/configureFactoryRepo", Permission.SIGNED_IN, this::configure);
    }

    private Answer list(Call call, @Nullable String group) {
        String after = call.request().parameter("$skiptoken").orElse("");
        return DocumentApi.page(
                call,
                store.documents().factories(call.variable("subscription"), group, after, pageSize + 1),
                factory -> Optional.of(factory)
                        .filter(f -> call.caller().may(Permission.READ, Paths.id(f)))
                        .map(Shapes::factory),
                pageSize);
    }

    private Answer put(Call call) {
        ObjectNode given = Shapes.kept(DocumentKind.FACTORY, call.request().jsonOrEmpty());
        FactoryId place = new FactoryId(call.variable("subscription"), call.variable("group"), "", "");
        return answer(changes.write(call, call.variable("factory"), Optional.of(place), current -> given));
    }

    /// `{tags, identity, properties: {…}}` over what is stored.
    private Answer patch(Call call) {
        ObjectNode given = Shapes.kept(DocumentKind.FACTORY, call.request().jsonOrEmpty());
        return answer(changes.write(call, call.variable("factory"), Optional.empty(), current -> {
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
        }));
    }

    private static Answer answer(StoredDocument stored) {
        return Shapes.answer(Shapes.factory(stored), stored);
    }

    private Answer get(Call call) {
        String name = call.variable("factory");
        StoredDocument stored = store.documents().factory(name).orElseThrow(() -> FactoryChanges.missing(name));
        if (Etags.known(call.request(), stored.etag())) {
            return Answer.empty(304).with("ETag", "\"" + stored.etag() + "\"");
        }
        return answer(stored);
    }

    private Answer delete(Call call) {
        String name = call.variable("factory");
        return DocumentApi.removed(
                store.documents()
                        .remove("", DocumentKind.FACTORY, name, call.caller().name(), clock.instant()),
                name);
    }

    /// `{factoryResourceId, repoConfiguration}`: kept in the factory, as the authoring tools read it there.
    private Answer configure(Call call) {
        Place body = Place.root(call.request().json());
        Place id = body.member("factoryResourceId");
        FactoryId factory = FactoryId.parse(id.requiredText())
                .filter(f -> f.rest().isEmpty())
                .orElseThrow(() -> id.invalid("the resource id of a factory"));
        call.caller()
                .require(
                        Permission.WRITE,
                        store.documents()
                                .factory(factory.factory())
                                .map(Paths::id)
                                .orElse(id.requiredText()));
        Place repository = body.member("repoConfiguration");
        repository.members();
        StoredDocument stored = changes.write(call, factory.factory(), Optional.empty(), current -> {
            ObjectNode json = current.deepCopy();
            ObjectNode properties = Place.root(json).member("properties").json() instanceof ObjectNode own
                    ? own
                    : json.putObject("properties");
            properties.remove(List.copyOf(properties.propertyNames().stream()
                    .filter(n -> n.equalsIgnoreCase("repoConfiguration"))
                    .toList()));
            if (repository.present()) {
                properties.set("repoConfiguration", repository.json());
            }
            return json;
        });
        return answer(stored);
    }
}
