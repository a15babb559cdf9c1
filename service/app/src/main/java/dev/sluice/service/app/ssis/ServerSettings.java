package dev.sluice.service.app.ssis;

import dev.sluice.model.Json;
import dev.sluice.ssis.catalog.Resolution;
import dev.sluice.ssis.catalog.ServerValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the server says of a project, as JSON:
/// `{"values": [{packageName, name, valueType, value | variable}], "references": [{id, type, folder, name}]}`.
/// Methods that change something give a changed copy.
record ServerSettings(List<Resolution.Said> values, List<Reference> references) {
    ServerSettings {
        values = List.copyOf(values);
        references = List.copyOf(references);
    }

    /// A reference to an environment.
    ///
    /// @param folder empty for a relative one: the environment lies in the project's folder
    record Reference(long id, String folder, String name) {
        boolean relative() {
            return folder.isEmpty();
        }

        boolean isTo(String projectFolder, String environmentFolder, String environment) {
            String in = relative() ? projectFolder : folder;
            return in.equalsIgnoreCase(environmentFolder) && name.equalsIgnoreCase(environment);
        }
    }

    static ServerSettings fromJson(ObjectNode json) {
        List<Resolution.Said> values = new ArrayList<>();
        for (JsonNode v : json.path("values")) {
            value(v).ifPresent(said -> values.add(new Resolution.Said(
                    v.path("packageName").asString(""), v.path("name").asString(""), said)));
        }
        List<Reference> references = new ArrayList<>();
        for (JsonNode r : json.path("references")) {
            references.add(new Reference(
                    r.path("id").asLong(0),
                    r.path("folder").asString(""),
                    r.path("name").asString("")));
        }
        return new ServerSettings(values, references);
    }

    private static Optional<ServerValue> value(JsonNode v) {
        return v.path("valueType").asString("").equals("R")
                ? Optional.of(new ServerValue.Reference(v.path("variable").asString("")))
                : Settings.fromJson(v.path("value")).map(ServerValue.Literal::new);
    }

    ObjectNode toJson() {
        ObjectNode json = Json.object();
        ArrayNode all = json.putArray("values");
        for (Resolution.Said said : values) {
            ObjectNode v = all.addObject();
            v.put("packageName", said.packageFile());
            v.put("name", said.name());
            switch (said.value()) {
                case ServerValue.Literal(var setting) -> {
                    v.put("valueType", "V");
                    v.set("value", Settings.toJson(setting));
                }
                case ServerValue.Reference(String variable) -> {
                    v.put("valueType", "R");
                    v.put("variable", variable);
                }
            }
        }
        ArrayNode refs = json.putArray("references");
        for (Reference reference : references) {
            refs.addObject()
                    .put("id", reference.id())
                    .put("folder", reference.folder())
                    .put("name", reference.name());
        }
        return json;
    }

    Optional<ServerValue> of(String packageFile, String name) {
        return values.stream()
                .filter(s -> is(s, packageFile, name))
                .map(Resolution.Said::value)
                .findFirst();
    }

    private static boolean is(Resolution.Said said, String packageFile, String name) {
        return said.packageFile().equalsIgnoreCase(packageFile) && said.name().equalsIgnoreCase(name);
    }

    ServerSettings without(String packageFile, String name) {
        return new ServerSettings(
                values.stream().filter(s -> !is(s, packageFile, name)).toList(), references);
    }

    ServerSettings with(Resolution.Said said) {
        List<Resolution.Said> all =
                new ArrayList<>(without(said.packageFile(), said.name()).values());
        all.add(said);
        return new ServerSettings(all, references);
    }

    /// @param folder empty for a relative one
    ServerSettings withReference(String folder, String name) {
        boolean known = references.stream()
                .anyMatch(r -> r.folder().equalsIgnoreCase(folder) && r.name().equalsIgnoreCase(name));
        if (known) {
            return this;
        }
        long next = references.stream().mapToLong(Reference::id).max().orElse(0) + 1;
        List<Reference> all = new ArrayList<>(references);
        all.add(new Reference(next, folder, name));
        return new ServerSettings(values, all);
    }

    ServerSettings withoutReference(long id) {
        return new ServerSettings(
                values, references.stream().filter(r -> r.id() != id).toList());
    }
}
