package dev.sluice.local.factory;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.InnerLists;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Turns pipelines as Fabric writes them into Data Factory's: a dataset that stands inside an activity
/// (`datasetSettings`, with its connection in it) becomes a document of its own and a reference to it. What
/// the settings read from the pipeline (`@pipeline()…`, `@activity(…)`) is handed over as parameters, since
/// a dataset cannot read it itself.
///
/// A connection that is only named (`externalReferences.connection`) becomes a reference to a linked service of that
/// name, which has to be among the documents.
public final class InlineDatasets {
    private static final String SETTINGS = "datasetSettings";

    private final Map<String, Document> made = new LinkedHashMap<>();
    private String pipeline = "";

    private InlineDatasets() {}

    /// The documents with those that stood inside activities. Documents that hold none come back as they are.
    public static List<Document> outside(List<Document> documents) {
        InlineDatasets inline = new InlineDatasets();
        List<Document> all = new ArrayList<>();
        for (Document document : documents) {
            all.add(
                    document.kind() == DocumentKind.PIPELINE && holds(document.json())
                            ? inline.converted(document)
                            : document);
        }
        for (Document document : inline.made.values()) {
            boolean there = documents.stream()
                    .anyMatch(d -> d.kind() == document.kind() && d.name().equalsIgnoreCase(document.name()));
            if (!there) {
                all.add(document);
            }
        }
        return all;
    }

    private static boolean holds(JsonNode json) {
        return json.isContainer() && (json.has(SETTINGS) || json.valueStream().anyMatch(InlineDatasets::holds));
    }

    private Document converted(Document document) {
        pipeline = document.name();
        ObjectNode json = document.json().deepCopy();
        list(Place.root(json).at("properties", "activities"));
        return new Document(DocumentKind.PIPELINE, document.name(), json);
    }

    private void list(Place activities) {
        if (!activities.json().isArray()) {
            return;
        }
        for (Place activity : activities.items()) {
            if (activity.json() instanceof ObjectNode own) {
                activity(activity, own);
            }
            InnerLists.of(activity).forEach(this::list);
        }
    }

    private void activity(Place activity, ObjectNode own) {
        String name = activity.member("name").json().asString("");
        if (!(activity.member("typeProperties").json() instanceof ObjectNode properties)) {
            return;
        }
        if (activity.member("type").json().asString("").equalsIgnoreCase("Copy")) {
            side(name, "source", properties).ifPresent(reference -> own.set("inputs", one(reference)));
            side(name, "sink", properties).ifPresent(reference -> own.set("outputs", one(reference)));
        } else if (properties.remove(SETTINGS) instanceof ObjectNode settings) {
            properties.set("dataset", dataset(name, settings));
        } else {
            side(name, "source", properties).ifPresent(reference -> properties.set("dataset", reference));
        }
    }

    private static ArrayNode one(ObjectNode reference) {
        return Json.array().add((JsonNode) reference);
    }

    private Optional<ObjectNode> side(String activity, String side, ObjectNode properties) {
        return properties.path(side) instanceof ObjectNode own && own.remove(SETTINGS) instanceof ObjectNode settings
                ? Optional.of(dataset(activity + "_" + side, settings))
                : Optional.empty();
    }

    /// Makes the dataset.
    ///
    /// @return the reference to it
    private ObjectNode dataset(String role, ObjectNode settings) {
        Lifted arguments = new Lifted("dataset");
        ObjectNode properties = Json.object();
        settings.properties().forEach(e -> {
            if (!List.of("linkedService", "externalReferences", "connectionSettings")
                    .contains(e.getKey())) {
                properties.set(e.getKey(), arguments.lifted(e.getValue()));
            }
        });
        properties.set("linkedServiceName", connection(settings, arguments));
        properties.set("parameters", arguments.declared());
        String name = clean(pipeline + "_" + role);
        ObjectNode json = Json.object();
        json.put("name", name);
        json.set("properties", properties);
        made.put("dataset/" + name.toLowerCase(Locale.ROOT), new Document(DocumentKind.DATASET, name, json));
        return reference(name, "DatasetReference", arguments.given());
    }

    private ObjectNode connection(ObjectNode settings, Lifted ofDataset) {
        JsonNode inline =
                settings.has("linkedService") ? settings.path("linkedService") : settings.path("connectionSettings");
        if (!(inline.path("properties") instanceof ObjectNode given)) {
            String named =
                    settings.path("externalReferences").path("connection").asString("");
            return reference(ofDataset.text(named), "LinkedServiceReference", Json.object());
        }
        Lifted arguments = new Lifted("linkedService");
        ObjectNode properties = (ObjectNode) arguments.lifted(given);
        if (!arguments.declared().isEmpty()) {
            properties.set("parameters", arguments.declared());
        }
        String wished = clean(inline.path("name").asString("connection"));
        String name = wished;
        for (int i = 2; other(name, properties); i++) {
            name = wished + "_" + i;
        }
        ObjectNode json = Json.object();
        json.put("name", name);
        json.set("properties", properties);
        made.put("linked/" + name.toLowerCase(Locale.ROOT), new Document(DocumentKind.LINKED_SERVICE, name, json));
        return reference(name, "LinkedServiceReference", (ObjectNode) ofDataset.lifted(arguments.given()));
    }

    private boolean other(String name, ObjectNode properties) {
        Document same = made.get("linked/" + name.toLowerCase(Locale.ROOT));
        return same != null && !same.properties().json().equals(properties);
    }

    private static ObjectNode reference(String name, String type, ObjectNode parameters) {
        ObjectNode reference = Json.object();
        reference.put("referenceName", name);
        reference.put("type", type);
        if (!parameters.isEmpty()) {
            reference.set("parameters", parameters);
        }
        return reference;
    }

    private static String clean(String name) {
        String clean = name.replaceAll("[<>*#.%&:\\\\+?/]", "_").strip();
        return clean.length() > 260 ? clean.substring(0, 260) : clean;
    }

    /// Expressions taken out of a document, and the parameters that stand in their places.
    private static final class Lifted {
        private final String function;
        private final ObjectNode given = Json.object();

        Lifted(String function) {
            this.function = function;
        }

        JsonNode lifted(JsonNode value) {
            if (value.isString()) {
                return Json.text(text(value.stringValue()));
            }
            if (value.isObject()) {
                if (value.path("type").asString("").equalsIgnoreCase("Expression")) {
                    String text = text(value.path("value").asString(""));
                    return Json.object().put("value", text).put("type", "Expression");
                }
                ObjectNode copy = Json.object();
                value.properties().forEach(e -> copy.set(e.getKey(), lifted(e.getValue())));
                return copy;
            }
            if (value.isArray()) {
                ArrayNode copy = Json.array();
                value.forEach(item -> copy.add(lifted(item)));
                return copy;
            }
            return value;
        }

        String text(String text) {
            if (!text.startsWith("@") && !text.contains("@{") || text.startsWith("@@")) {
                return text;
            }
            String name = "p" + (given.size() + 1);
            given.putObject(name).put("value", text).put("type", "Expression");
            return "@" + function + "()." + name;
        }

        ObjectNode given() {
            return given;
        }

        ObjectNode declared() {
            ObjectNode declared = Json.object();
            given.propertyNames().forEach(name -> declared.putObject(name).put("type", "string"));
            return declared;
        }
    }
}
