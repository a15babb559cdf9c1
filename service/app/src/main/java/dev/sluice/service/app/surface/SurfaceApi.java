package dev.sluice.service.app.surface;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.documents.Paths;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Operations that need neither runs nor nodes, and the refusal of those that have no counterpart here.
public final class SurfaceApi {
    private static final int MOST_FEATURES = 1_000;

    private final DocumentApi documents;

    public SurfaceApi(DocumentApi documents) {
        this.documents = documents;
    }

    public void addTo(Routes routes) {
        String cdc = Paths.FACTORY + "/adfcdcs/{name}";
        String connection = Paths.FACTORY + "/privateEndpointConnections/{name}";
        routes.add("GET", "/providers/Microsoft.DataFactory/operations", Permission.SIGNED_IN, call -> list())
                .add("POST", Paths.LOCATION + "/getFeatureValue", Permission.SIGNED_IN, call -> feature(call))
                .add("POST", Paths.FACTORY + "/getFeatureValue", Permission.READ, this::ownFeature)
                .add("POST", Paths.FACTORY + "/queryFeaturesValue", Permission.READ, this::ownFeatures)
                .add("POST", Paths.FACTORY + "/queryDataFlowDebugSessions", Permission.READ, this::none)
                .add("GET", Paths.FACTORY + "/privateEndPointConnections", Permission.READ, this::none)
                .add("GET", connection, Permission.READ, this::noConnection)
                .add("DELETE", connection, Permission.WRITE, this::nothingRemoved)
                .add("GET", Paths.FACTORY + "/privateLinkResources", Permission.READ, this::none)
                .add("POST", cdc + "/stop", Permission.RUN, this::stopped)
                .add("GET", cdc + "/status", Permission.READ, this::status);
        Operations.all().stream()
                .filter(o -> !o.works())
                .forEach(o -> routes.add(o.method(), o.path(), Permission.WRITE, call -> refuse(call, o)));
    }

    private Answer refuse(Call call, Operations.Operation operation) {
        documents.requireFactory(call);
        throw ServiceFaults.NOT_AVAILABLE.with("operation", operation.id(), "reason", operation.note());
    }

    private Answer ownFeature(Call call) {
        documents.requireFactory(call);
        return feature(call);
    }

    /// `{featureName, featureType}`: none of Azure's switches is on.
    private static Answer feature(Call call) {
        return Answer.ok(off(Place.root(call.request().json())));
    }

    private Answer ownFeatures(Call call) {
        documents.requireFactory(call);
        Place asked = Place.root(call.request().json()).member("exposureControlRequests");
        if (!asked.present()) {
            throw asked.missing();
        }
        if (asked.items().size() > MOST_FEATURES) {
            throw asked.invalid("at most " + MOST_FEATURES + " features");
        }
        ObjectNode json = Json.object();
        ArrayNode answers = json.putArray("exposureControlResponses");
        asked.items().forEach(one -> answers.add(off(one)));
        return Answer.ok(json);
    }

    private static ObjectNode off(Place asked) {
        ObjectNode json = Json.object();
        asked.member("featureName").text().ifPresent(name -> json.put("featureName", name));
        return json.put("value", "False");
    }

    private Answer none(Call call) {
        documents.requireFactory(call);
        ObjectNode json = Json.object();
        json.putArray("value");
        return Answer.ok(json);
    }

    private Answer noConnection(Call call) {
        documents.requireFactory(call);
        throw ServiceFaults.NOT_FOUND.with("object", "private endpoint connection", "name", call.variable("name"));
    }

    private Answer nothingRemoved(Call call) {
        documents.requireFactory(call);
        return Answer.empty(204);
    }

    private Answer stopped(Call call) {
        documents.require(call, DocumentKind.CHANGE_DATA_CAPTURE, "name");
        return Answer.empty(200);
    }

    /// The API's answer is a bare JSON string.
    private Answer status(Call call) {
        documents.require(call, DocumentKind.CHANGE_DATA_CAPTURE, "name");
        return Answer.ok(Json.text("Stopped"));
    }

    /// What may be done to which type of resource, as Azure's access control names it.
    private static Answer list() {
        ObjectNode json = Json.object();
        ArrayNode value = json.putArray("value");
        Set<String> seen = new LinkedHashSet<>();
        for (Operations.Operation operation : Operations.all()) {
            ObjectNode one = described(operation);
            if (seen.add(one.get("name").stringValue().toLowerCase(Locale.ROOT))) {
                value.add((JsonNode) one);
            }
        }
        return Answer.ok(json);
    }

    private static ObjectNode described(Operations.Operation operation) {
        String[] parts = operation
                .path()
                .substring(operation.path().indexOf("/Microsoft.DataFactory/") + 1)
                .split("/");
        StringBuilder type = new StringBuilder(parts[0]);
        String verb = switch (operation.method()) {
            case "GET" -> "read";
            case "PUT", "PATCH" -> "write";
            case "DELETE" -> "delete";
            default -> "action";
        };
        for (int i = 1; i < parts.length; i++) {
            if (!parts[i].startsWith("{")) {
                type.append('/').append(parts[i]);
            }
        }
        String resource = type.substring(type.indexOf("/") + 1);
        ObjectNode one = Json.object();
        one.put("name", type + "/" + verb);
        one.put("origin", "user,system");
        ObjectNode display = one.putObject("display");
        display.put("provider", "Microsoft.DataFactory");
        display.put("resource", resource);
        display.put("operation", verb + " " + resource);
        display.put("description", operation.id().replace('_', ' '));
        return one;
    }
}
