package dev.sluice.local.deploy;

import dev.sluice.cli.client.FactoryPaths;
import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceException;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// A factory of a service, read and changed through Data Factory's public REST API. Errors are [ServiceException]s.
final class RemoteFactory {
    /// In the order in which they can be created.
    private static final List<DocumentKind> KINDS = List.of(
            DocumentKind.MANAGED_VIRTUAL_NETWORK,
            DocumentKind.CREDENTIAL,
            DocumentKind.INTEGRATION_RUNTIME,
            DocumentKind.LINKED_SERVICE,
            DocumentKind.DATASET,
            DocumentKind.DATA_FLOW,
            DocumentKind.PIPELINE,
            DocumentKind.TRIGGER,
            DocumentKind.CHANGE_DATA_CAPTURE);

    private final ServiceClient client;
    private final FactoryPaths paths;

    RemoteFactory(ServiceClient client, FactoryPaths paths) {
        this.client = client;
        this.paths = paths;
    }

    String name() {
        return paths.factory();
    }

    /// The factory itself; empty when there is none.
    Optional<ObjectNode> factory() {
        try {
            return Optional.of((ObjectNode) client.get(paths.root()));
        } catch (ServiceException e) {
            if (e.status() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /// Every document of the factory, secrets masked.
    List<Resource> resources() {
        List<Resource> all = new ArrayList<>();
        for (DocumentKind kind : KINDS) {
            for (JsonNode json : client.list(paths.all(kind.path()))) {
                Resource resource = resource(kind, "", json);
                all.add(resource);
                if (kind == DocumentKind.MANAGED_VIRTUAL_NETWORK) {
                    String network = resource.document().name();
                    client.list(paths.one(kind.path(), network) + "/" + DocumentKind.MANAGED_PRIVATE_ENDPOINT.path())
                            .forEach(e -> all.add(resource(DocumentKind.MANAGED_PRIVATE_ENDPOINT, network + "/", e)));
                }
            }
        }
        return all;
    }

    private static Resource resource(DocumentKind kind, String prefix, JsonNode json) {
        String name = prefix + json.path("name").asString("");
        boolean started = kind == DocumentKind.TRIGGER
                && Place.root(json)
                        .at("properties", "runtimeState")
                        .json()
                        .asString("")
                        .equalsIgnoreCase("Started");
        return new Resource(
                new Document(kind, name, (ObjectNode) json), json.path("etag").asString(""), started);
    }

    void create(ObjectNode body) {
        client.put(paths.root(), body);
    }

    /// @param parameters all of them
    void globalParameters(JsonNode parameters) {
        ObjectNode body = Json.object();
        body.set("properties", parameters);
        client.put(paths.one(DocumentKind.GLOBAL_PARAMETER.path(), "default"), body);
    }

    void remember(Deployed deployed) {
        ObjectNode body = Json.object();
        body.putObject("properties").set(Deployed.MEMBER, deployed.toJson());
        client.call("PATCH", paths.root(), body);
    }

    /// Creates or replaces.
    ///
    /// @param etag of the version that may be replaced; null for any
    /// @return as the service shows it now
    Document put(Document document, @Nullable String etag) {
        ObjectNode body = Json.object();
        body.set("properties", Content.properties(document));
        JsonNode answer = client.call("PUT", path(document), body, etag);
        return new Document(document.kind(), document.name(), (ObjectNode) answer);
    }

    void delete(Document document) {
        client.call("DELETE", path(document), null);
    }

    void start(String trigger) {
        client.post(paths.one(DocumentKind.TRIGGER.path(), trigger) + "/start", null);
    }

    void stop(String trigger) {
        client.post(paths.one(DocumentKind.TRIGGER.path(), trigger) + "/stop", null);
    }

    private String path(Document document) {
        if (document.kind() == DocumentKind.MANAGED_PRIVATE_ENDPOINT) {
            int slash = document.name().indexOf('/');
            return paths.one(
                            DocumentKind.MANAGED_VIRTUAL_NETWORK.path(),
                            document.name().substring(0, slash)) + "/"
                    + document.kind().path() + "/"
                    + ServiceClient.segment(document.name().substring(slash + 1));
        }
        return paths.one(document.kind().path(), document.name());
    }
}
