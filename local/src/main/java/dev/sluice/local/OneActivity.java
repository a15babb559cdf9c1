package dev.sluice.local;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// The documents of a pipeline of one activity.
final class OneActivity {
    static final String PIPELINE = "sluice";

    private final List<Document> documents = new ArrayList<>();

    /// Adds a place under a name.
    OneActivity with(String name, ShortForm place) {
        ObjectNode service = document("Store" + name);
        service.set("properties", place.service());
        documents.add(new Document(DocumentKind.LINKED_SERVICE, "Store" + name, service));
        ObjectNode dataset = document(name);
        ObjectNode properties = place.dataset().deepCopy();
        properties.set("linkedServiceName", reference("Store" + name, "LinkedServiceReference"));
        dataset.set("properties", properties);
        documents.add(new Document(DocumentKind.DATASET, name, dataset));
        return this;
    }

    /// Adds a linked service that is a folder of this machine.
    OneActivity withFolder(String name, Path folder) {
        ObjectNode service = document(name);
        ObjectNode properties = service.putObject("properties");
        properties.put("type", "FileServer");
        properties
                .putObject("typeProperties")
                .put("host", folder.toAbsolutePath().toString());
        documents.add(new Document(DocumentKind.LINKED_SERVICE, name, service));
        return this;
    }

    /// Adds documents that are there.
    OneActivity with(List<Document> others) {
        documents.addAll(others);
        return this;
    }

    /// @param activity without its name
    List<Document> of(String name, ObjectNode activity) {
        ObjectNode pipeline = document(PIPELINE);
        activity.put("name", name);
        pipeline.putObject("properties").putArray("activities").add(activity);
        documents.add(new Document(DocumentKind.PIPELINE, PIPELINE, pipeline));
        return documents;
    }

    private static ObjectNode document(String name) {
        ObjectNode json = Json.object();
        json.put("name", name);
        return json;
    }

    static ObjectNode reference(String name, String type) {
        ObjectNode reference = Json.object();
        reference.put("referenceName", name).put("type", type);
        return reference;
    }
}
