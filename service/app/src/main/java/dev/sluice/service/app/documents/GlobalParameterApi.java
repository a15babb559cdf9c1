package dev.sluice.service.app.documents;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
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
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Global parameters as a resource. There is one, `default`, and it is the factory's own `globalParameters` seen from
/// another side: what is put here is read there and by runs, and its etag is the factory's.
public final class GlobalParameterApi {
    private static final String ONLY = "default";
    private static final String MEMBER = "globalParameters";

    private final FactoryChanges changes;
    private final DocumentApi documents;

    public GlobalParameterApi(Store store, Sealing sealing, DocumentApi documents, InstantSource clock) {
        this.changes = new FactoryChanges(store, sealing, clock);
        this.documents = documents;
    }

    public void addTo(Routes routes) {
        String list = Paths.list(DocumentKind.GLOBAL_PARAMETER);
        String one = list + "/{name}";
        routes.add("GET", list, Permission.READ, this::list)
                .add("PUT", one, Permission.WRITE, this::put)
                .add("GET", one, Permission.READ, this::get)
                .add("DELETE", one, Permission.WRITE, this::delete);
    }

    private Answer list(Call call) {
        StoredDocument factory = documents.requireFactory(call);
        ObjectNode json = Json.object();
        ArrayNode value = json.putArray("value");
        own(factory).ifPresent(parameters -> value.add((JsonNode) shown(factory, parameters)));
        return Answer.ok(json);
    }

    private Answer get(Call call) {
        StoredDocument factory = documents.requireFactory(call);
        JsonNode parameters = Optional.of(call.variable("name"))
                .filter(ONLY::equalsIgnoreCase)
                .flatMap(name -> own(factory))
                .orElseThrow(() ->
                        ServiceFaults.NOT_FOUND.with("object", "global parameter", "name", call.variable("name")));
        if (Etags.known(call.request(), factory.etag())) {
            return Answer.empty(304).with("ETag", "\"" + factory.etag() + "\"");
        }
        return Shapes.answer(shown(factory, parameters), factory);
    }

    private Answer put(Call call) {
        String name = call.variable("name");
        documents.requireFactory(call);
        if (!name.equalsIgnoreCase(ONLY)) {
            throw ServiceFaults.BAD_REQUEST.with(
                    "detail", "a factory's global parameters are one resource named 'default', not '" + name + "'");
        }
        Place properties = Place.root(call.request().json()).member("properties");
        if (!properties.present()) {
            throw properties.missing();
        }
        properties.members();
        StoredDocument stored = write(call, properties.json());
        return Shapes.answer(shown(stored, own(stored).orElseGet(Json::object)), stored);
    }

    private Answer delete(Call call) {
        boolean there = call.variable("name").equalsIgnoreCase(ONLY)
                && own(documents.requireFactory(call)).isPresent();
        if (there) {
            write(call, null);
        }
        return Answer.empty(there ? 200 : 204);
    }

    private StoredDocument write(Call call, @Nullable JsonNode parameters) {
        return changes.write(call, call.variable("factory"), Optional.empty(), current -> {
            ObjectNode json = current.deepCopy();
            ObjectNode properties = Place.root(json).member("properties").json() instanceof ObjectNode own
                    ? own
                    : json.putObject("properties");
            List<String> before = properties.propertyNames().stream()
                    .filter(n -> n.equalsIgnoreCase(MEMBER))
                    .toList();
            properties.remove(before);
            if (parameters != null) {
                properties.set(MEMBER, parameters);
            }
            return json;
        });
    }

    private static Optional<JsonNode> own(StoredDocument factory) {
        return Optional.of(Place.root(Sealing.masked(factory.document())).at("properties", MEMBER))
                .filter(place -> place.present() && !place.json().isEmpty())
                .map(Place::json);
    }

    private static ObjectNode shown(StoredDocument factory, JsonNode parameters) {
        ObjectNode json = Json.object();
        json.put("id", Paths.id(factory, DocumentKind.GLOBAL_PARAMETER, ONLY));
        json.put("name", ONLY);
        json.put("type", DocumentKind.GLOBAL_PARAMETER.resourceType());
        json.put("etag", factory.etag());
        json.set("properties", parameters);
        return json;
    }
}
