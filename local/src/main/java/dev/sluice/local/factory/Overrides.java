package dev.sluice.local.factory;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a person adds to linked services for one machine or environment: hosts, users, secrets, which a Git
/// folder does not hold. A JSON file `{"LinkedServiceName": {"server": "localhost", "password": "…"}}`;
/// members replace those of `typeProperties`, whatever their case.
public record Overrides(ObjectNode byName) {
    public static Overrides none() {
        return new Overrides(Json.object());
    }

    public static Overrides read(Path file) {
        try {
            return new Overrides(Json.parseObject(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw DocumentFaults.FILE_UNREADABLE
                    .problem()
                    .evidence("path", file)
                    .evidence("detail", e.getMessage())
                    .from(e)
                    .exception();
        }
    }

    /// The documents with the overrides in place; a name that no linked service has is a problem, since it is most
    /// likely misspelt.
    public List<Document> apply(List<Document> documents) {
        for (String name : byName.propertyNames()) {
            boolean known = documents.stream()
                    .anyMatch(d ->
                            d.kind() == DocumentKind.LINKED_SERVICE && d.name().equalsIgnoreCase(name));
            if (!known) {
                throw DocumentFaults.REFERENCE_MISSING
                        .problem()
                        .at("/" + name)
                        .evidence("object", "linked service")
                        .evidence("name", name)
                        .exception();
            }
        }
        return documents.stream().map(this::apply).toList();
    }

    private Document apply(Document document) {
        if (document.kind() != DocumentKind.LINKED_SERVICE) {
            return document;
        }
        for (String name : byName.propertyNames()) {
            if (name.equalsIgnoreCase(document.name()) && byName.get(name) instanceof ObjectNode members) {
                return merge(document, members);
            }
        }
        return document;
    }

    private static Document merge(Document document, ObjectNode members) {
        ObjectNode json = document.json().deepCopy();
        ObjectNode properties = object(json, "properties");
        ObjectNode type = object(properties, "typeProperties");
        TreeMap<String, String> present = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        type.propertyNames().forEach(n -> present.put(n, n));
        members.properties().forEach(e -> type.set(present.getOrDefault(e.getKey(), e.getKey()), e.getValue()));
        // A reference to a secret that only a service could open gives way to the one given here.
        if (members.has("password") || members.has("connectionString")) {
            type.remove("encryptedCredential");
        }
        return new Document(document.kind(), document.name(), json);
    }

    private static ObjectNode object(ObjectNode parent, String name) {
        JsonNode member = parent.get(name);
        return member instanceof ObjectNode o ? o : parent.putObject(name);
    }
}
