package dev.sluice.service.app;

import dev.sluice.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The published description of Data Factory's API (Swagger 2.0): its operations, their examples, and what
/// is wrong with an answer by its schemas.
final class ApiDescription {
    private static final String NAME = "datafactory.json";

    private final Path folder;
    private final Map<String, ObjectNode> files = new HashMap<>();
    /// Value of a discriminator → the definition that it selects, with its file.
    private final Map<String, List<Schema>> selected = new HashMap<>();

    ApiDescription(Path folder) throws IOException {
        this.folder = folder;
        load(NAME);
        try (var types = Files.list(folder.resolve("entityTypes"))) {
            for (Path type : types.toList()) {
                load("entityTypes/" + type.getFileName());
            }
        }
    }

    private record Schema(String file, JsonNode json) {}

    /// @param examples requests and answers, as published
    record Operation(String id, String method, String path, JsonNode json, List<ObjectNode> examples) {}

    private void load(String file) throws IOException {
        ObjectNode json = Json.parseObject(Files.readAllBytes(folder.resolve(file)));
        files.put(file, json);
        json.path("definitions").properties().forEach(d -> {
            String value = d.getValue().path("x-ms-discriminator-value").asString("");
            if (!value.isEmpty()) {
                selected.computeIfAbsent(value, v -> new ArrayList<>()).add(new Schema(file, d.getValue()));
            }
        });
    }

    List<Operation> operations() throws IOException {
        List<Operation> operations = new ArrayList<>();
        for (var path : files.get(NAME).get("paths").properties()) {
            for (var method : path.getValue().properties()) {
                List<ObjectNode> examples = new ArrayList<>();
                for (var example : method.getValue().path("x-ms-examples").properties()) {
                    String file = example.getValue().get("$ref").stringValue();
                    examples.add(Json.parseObject(Files.readAllBytes(folder.resolve(file))));
                }
                operations.add(new Operation(
                        method.getValue().get("operationId").stringValue(),
                        method.getKey().toUpperCase(java.util.Locale.ROOT),
                        path.getKey(),
                        method.getValue(),
                        examples));
            }
        }
        return operations;
    }

    /// The name of an operation's body among the parameters of its examples; empty for none.
    static String body(Operation operation) {
        return operation
                .json()
                .path("parameters")
                .valueStream()
                .filter(p -> p.path("in").asString("").equals("body"))
                .map(p -> p.path("name").asString(""))
                .findFirst()
                .orElse("");
    }

    /// What is wrong with an operation's answer of status 200: members that are not described, or not of the type that
    /// is.
    List<String> problems(Operation operation, JsonNode answer) {
        List<String> problems = new ArrayList<>();
        JsonNode schema = operation.json().at("/responses/200/schema");
        if (!schema.isMissingNode()) {
            check(new Schema(NAME, schema), answer, "", problems);
        }
        return problems;
    }

    private Schema resolved(Schema schema) {
        Schema current = schema;
        while (current.json().has("$ref")) {
            String[] parts = current.json().get("$ref").stringValue().split("#");
            String file = parts[0].isEmpty() ? current.file() : relative(current.file(), parts[0]);
            current = new Schema(file, files.get(file).at(parts[1]));
        }
        return current;
    }

    private static String relative(String from, String to) {
        Path base = Path.of(from).getParent();
        return (base == null ? Path.of(to) : base.resolve(to)).normalize().toString();
    }

    /// The members of an object by name, its parents' among them; and whether others are described too.
    private boolean members(Schema given, Map<String, Schema> members) {
        Schema schema = resolved(given);
        JsonNode json = schema.json();
        boolean open = json.has("additionalProperties");
        for (JsonNode parent : json.path("allOf")) {
            open |= members(new Schema(schema.file(), parent), members);
        }
        json.path("properties")
                .properties()
                .forEach(p -> members.put(p.getKey(), new Schema(schema.file(), p.getValue())));
        return open || (!json.has("properties") && !json.has("allOf"));
    }

    private boolean extendsIt(Schema special, Schema base) {
        return special.json()
                .path("allOf")
                .valueStream()
                .map(parent -> resolved(new Schema(special.file(), parent)))
                .anyMatch(parent -> parent.json() == base.json() || extendsIt(parent, base));
    }

    private void check(Schema given, JsonNode value, String pointer, List<String> problems) {
        Schema schema = resolved(given);
        String type = schema.json().path("type").asString("");
        boolean object = type.equals("object")
                || schema.json().has("properties")
                || schema.json().has("allOf");
        if (!fits(
                type,
                object && (schema.json().has("properties") || schema.json().has("allOf")),
                value)) {
            problems.add(pointer + " is no " + (type.isEmpty() ? "object" : type));
        } else if (value.isArray() && schema.json().has("items")) {
            for (int i = 0; i < value.size(); i++) {
                check(new Schema(schema.file(), schema.json().get("items")), value.get(i), pointer + "/" + i, problems);
            }
        } else if (value.isObject() && object) {
            checkMembers(schema, value, pointer, problems);
        }
    }

    private void checkMembers(Schema schema, JsonNode value, String pointer, List<String> problems) {
        Map<String, Schema> members = new LinkedHashMap<>();
        boolean open = members(schema, members);
        String discriminator = schema.json().path("discriminator").asString("");
        for (Schema special : selected.getOrDefault(value.path(discriminator).asString(""), List.of())) {
            if (extendsIt(special, schema)) {
                open |= members(special, members);
            }
        }
        boolean any = open;
        value.properties().forEach(member -> {
            Schema described = members.get(member.getKey());
            if (described != null) {
                check(described, member.getValue(), pointer + "/" + member.getKey(), problems);
            } else if (!any) {
                problems.add(pointer + "/" + member.getKey() + " is not described");
            }
        });
    }

    /// An untyped object takes anything: a literal or an expression. Null stands for what is not known yet.
    private static boolean fits(String type, boolean structured, JsonNode value) {
        return value.isNull()
                || switch (type) {
                    case "string" -> value.isString();
                    case "integer" -> value.isIntegralNumber();
                    case "number" -> value.isNumber();
                    case "boolean" -> value.isBoolean();
                    case "array" -> value.isArray();
                    default -> !structured || value.isObject();
                };
    }
}
