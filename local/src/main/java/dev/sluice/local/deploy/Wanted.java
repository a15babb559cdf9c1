package dev.sluice.local.deploy;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is to be in the service: the documents of a folder, under the name of the factory that they go to. Of the
/// factory itself, its global parameters are compared and written; location, identity and tags count when it is made.
///
/// @param factory the factory's own document; null where there is none
record Wanted(List<Document> documents, @Nullable ObjectNode factory) {
    private static final String GLOBALS = "globalParameters";

    Wanted {
        documents = List.copyOf(documents);
    }

    static Wanted of(String name, List<Document> given) {
        List<Document> documents = new ArrayList<>();
        ObjectNode own = null;
        ObjectNode globals = null;
        for (Document document : given) {
            switch (document.kind()) {
                case FACTORY -> {
                    own = document.json();
                    globals = merged(
                            globals, document.properties().member(GLOBALS).json());
                }
                case GLOBAL_PARAMETER ->
                    globals = merged(globals, document.properties().json());
                case INTEGRATION_RUNTIME,
                        LINKED_SERVICE,
                        DATASET,
                        PIPELINE,
                        TRIGGER,
                        DATA_FLOW,
                        CREDENTIAL,
                        MANAGED_VIRTUAL_NETWORK,
                        MANAGED_PRIVATE_ENDPOINT,
                        CHANGE_DATA_CAPTURE -> documents.add(document);
            }
        }
        if (globals != null) {
            documents.add(parameters(name, globals));
        }
        return new Wanted(documents, own);
    }

    private static @Nullable ObjectNode merged(@Nullable ObjectNode before, JsonNode more) {
        if (!(more instanceof ObjectNode parameters)) {
            return before;
        }
        ObjectNode all = before == null ? Json.object() : before;
        all.setAll(parameters.deepCopy());
        return all;
    }

    /// The global parameters of a factory of a service, as a resource among the others.
    static Resource parametersOf(String name, ObjectNode factory) {
        JsonNode own = Place.root(factory).at("properties", GLOBALS).json();
        return new Resource(parameters(name, own instanceof ObjectNode o ? o : Json.object()), "", false);
    }

    private static Document parameters(String name, ObjectNode globals) {
        ObjectNode json = Json.object();
        json.putObject("properties").set(GLOBALS, globals);
        return new Document(DocumentKind.FACTORY, name, json);
    }
}
