package dev.sluice.local.deploy;

import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Mention;
import dev.sluice.model.Place;
import dev.sluice.model.secret.SecretPlaces;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Writes documents as the ARM template that Data Factory exports: resources with their dependencies, values of
/// connections as parameters (by Data Factory's default parameterization, connection strings and secrets as
/// `secureString`), and a file with the parameters' values, in which secrets are left to be filled in.
final class TemplateWriter {
    private static final String VERSION = "2018-06-01";
    private static final String SCHEMA = "schema.management.azure.com/schemas/2015-01-01/";

    /// Members of a linked service's `typeProperties` that differ from environment to environment.
    private static final Set<String> OF_CONNECTIONS = Set.of(
            "accountname",
            "username",
            "accesskeyid",
            "serviceprincipalid",
            "userid",
            "clientid",
            "clusterusername",
            "clustersshusername",
            "hostsubscriptionid",
            "clusterresourcegroup",
            "subscriptionid",
            "resourcegroupname",
            "tenant",
            "datalakestoreuri",
            "baseurl",
            "database",
            "databasename",
            "serviceendpoint",
            "batchuri",
            "poolname",
            "server",
            "host",
            "port",
            "url",
            "serviceuri",
            "functionappurl",
            "environmenturl",
            "aadresourceid",
            "systemnumber",
            "domain",
            "existingclusterid",
            "connectionstring",
            "sasuri",
            "sastoken",
            "hostkeyfingerprint",
            "bucketname",
            "containeruri",
            "endpoint");

    private final ObjectNode parameters = Json.object();
    private final ObjectNode values = Json.object();
    private final ArrayNode resources = Json.array();
    private final Set<String> names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    private TemplateWriter(String factory) {
        parameters
                .putObject("factoryName")
                .put("type", "string")
                .put("metadata", "Data Factory name")
                .put("defaultValue", factory);
        values.putObject("factoryName").put("value", factory);
        names.add("factoryName");
    }

    /// @param template `ARMTemplateForFactory.json`
    /// @param parameters `ARMTemplateParametersForFactory.json`
    record Written(ObjectNode template, ObjectNode parameters) {}

    /// @param documents secrets masked, in the order of their dependencies
    static Written of(String factory, List<Document> documents) {
        TemplateWriter writer = new TemplateWriter(factory);
        Set<String> keys = new LinkedHashSet<>();
        documents.forEach(d -> keys.add(Resource.key(d)));
        documents.forEach(d -> writer.add(d, keys));
        return writer.written();
    }

    private Written written() {
        ObjectNode template = Json.object();
        template.put("$schema", "http://" + SCHEMA + "deploymentTemplate.json#");
        template.put("contentVersion", "1.0.0.0");
        template.set("parameters", parameters);
        template.putObject("variables")
                .put("factoryId", "[concat('Microsoft.DataFactory/factories/', parameters('factoryName'))]");
        template.set("resources", resources);
        ObjectNode given = Json.object();
        given.put("$schema", "https://" + SCHEMA + "deploymentParameters.json#");
        given.put("contentVersion", "1.0.0.0");
        given.set("parameters", values);
        return new Written(template, given);
    }

    private void add(Document document, Set<String> present) {
        if (document.kind() == DocumentKind.FACTORY) {
            JsonNode globals = document.properties().member("globalParameters").json();
            if (globals instanceof ObjectNode own && !own.isEmpty()) {
                resource(DocumentKind.GLOBAL_PARAMETER, "default", globals(own), Json.array());
            }
            return;
        }
        ArrayNode dependsOn = Json.array();
        Set<String> said = new LinkedHashSet<>();
        for (Mention mention : Mention.all(document)) {
            boolean itself = Resource.key(mention.kind(), mention.name()).equals(Resource.key(document));
            if (!itself && present.contains(Resource.key(mention.kind(), mention.name()))) {
                said.add(id(mention.kind(), mention.name()));
            }
        }
        if (document.kind() == DocumentKind.MANAGED_PRIVATE_ENDPOINT) {
            said.add(id(
                    DocumentKind.MANAGED_VIRTUAL_NETWORK,
                    document.name().substring(0, document.name().indexOf('/'))));
        }
        said.forEach(dependsOn::add);
        ObjectNode properties = (ObjectNode) document.properties().json();
        resource(document.kind(), document.name(), parameterized(document, properties), dependsOn);
    }

    private void resource(DocumentKind kind, String name, ObjectNode properties, ArrayNode dependsOn) {
        ObjectNode resource = resources.addObject();
        resource.put("name", "[concat(parameters('factoryName'), '/" + quoted(name) + "')]");
        resource.put("type", type(kind));
        resource.put("apiVersion", VERSION);
        resource.set("properties", properties);
        resource.set("dependsOn", dependsOn);
    }

    private static String id(DocumentKind kind, String name) {
        String segment =
                type(kind).substring(DocumentKind.FACTORY.resourceType().length());
        return "[concat(variables('factoryId'), '" + segment + "/" + quoted(name) + "')]";
    }

    /// The type as exports write it, with capitals.
    private static String type(DocumentKind kind) {
        String factory = DocumentKind.FACTORY.resourceType();
        return switch (kind) {
            case LINKED_SERVICE -> factory + "/linkedServices";
            case INTEGRATION_RUNTIME -> factory + "/integrationRuntimes";
            case MANAGED_VIRTUAL_NETWORK -> factory + "/managedVirtualNetworks";
            case MANAGED_PRIVATE_ENDPOINT -> factory + "/managedVirtualNetworks/managedPrivateEndpoints";
            case FACTORY, DATASET, PIPELINE, TRIGGER, DATA_FLOW, CREDENTIAL, GLOBAL_PARAMETER, CHANGE_DATA_CAPTURE ->
                kind.resourceType();
        };
    }

    private static String quoted(String text) {
        return text.replace("'", "''");
    }

    private ObjectNode globals(ObjectNode own) {
        ObjectNode copy = Json.object();
        own.properties().forEach(e -> {
            ObjectNode declared = (ObjectNode) escaped(e.getValue());
            if (e.getValue().has("value")) {
                declared.put(
                        "value",
                        parameter(
                                "default_properties_" + e.getKey() + "_value",
                                e.getValue().get("value")));
            }
            copy.set(e.getKey(), declared);
        });
        return copy;
    }

    private ObjectNode parameterized(Document document, ObjectNode properties) {
        return switch (document.kind()) {
            case LINKED_SERVICE, INTEGRATION_RUNTIME, CREDENTIAL -> connection(document, properties);
            case TRIGGER -> (ObjectNode) arguments(document, Place.root(properties), "properties", 0);
            case FACTORY,
                    DATASET,
                    PIPELINE,
                    DATA_FLOW,
                    GLOBAL_PARAMETER,
                    MANAGED_VIRTUAL_NETWORK,
                    MANAGED_PRIVATE_ENDPOINT,
                    CHANGE_DATA_CAPTURE -> (ObjectNode) escaped(properties);
        };
    }

    private ObjectNode connection(Document document, ObjectNode properties) {
        ObjectNode copy = Json.object();
        properties
                .properties()
                .forEach(e -> copy.set(
                        e.getKey(),
                        e.getKey().equalsIgnoreCase("typeProperties")
                                ? members(document, e.getValue(), "properties_" + e.getKey())
                                : escaped(e.getValue())));
        return copy;
    }

    private JsonNode members(Document document, JsonNode json, String path) {
        if (!json.isObject()) {
            return escaped(json);
        }
        ObjectNode copy = Json.object();
        json.properties().forEach(e -> copy.set(e.getKey(), member(document, e.getKey(), e.getValue(), path)));
        return copy;
    }

    private JsonNode member(Document document, String member, JsonNode value, String path) {
        String at = document.name() + "_" + path + "_" + member;
        if (value.isString() && value.stringValue().contains(SecretPlaces.MASK)) {
            return Json.text(secret(document.name() + "_" + member, value.stringValue()));
        }
        if (value.isObject()) {
            Place secure = Place.root(value);
            boolean masked = secure.member("type").json().asString("").equalsIgnoreCase("SecureString")
                    && secure.member("value").json().asString("").contains(SecretPlaces.MASK);
            if (masked) {
                ObjectNode copy = Json.object();
                copy.put("type", "SecureString");
                copy.put("value", secret(document.name() + "_" + member, SecretPlaces.MASK));
                return copy;
            }
            return members(document, value, path + "_" + member);
        }
        boolean varies =
                document.kind() != DocumentKind.CREDENTIAL && OF_CONNECTIONS.contains(member.toLowerCase(Locale.ROOT));
        return varies && value.isValueNode() && !value.isNull()
                ? Json.text(parameter(
                        member.equalsIgnoreCase("connectionString") ? document.name() + "_" + member : at, value))
                : escaped(value);
    }

    /// What triggers hand to pipelines.
    private JsonNode arguments(Document document, Place place, String path, int depth) {
        JsonNode json = place.json();
        if (depth > 3 || !json.isContainer()) {
            return escaped(json);
        }
        if (json.isArray()) {
            ArrayNode copy = Json.array();
            List<Place> items = place.items();
            for (int i = 0; i < items.size(); i++) {
                String of = items.get(i)
                        .at("pipelineReference", "referenceName")
                        .json()
                        .asString(String.valueOf(i));
                copy.add(arguments(document, items.get(i), of, depth + 1));
            }
            return copy;
        }
        ObjectNode copy = Json.object();
        json.properties().forEach(e -> {
            String name = e.getKey().toLowerCase(Locale.ROOT);
            JsonNode value = e.getValue();
            if (name.equals("parameters") && value.isObject() && depth > 0) {
                ObjectNode given = copy.putObject(e.getKey());
                value.properties()
                        .forEach(p -> given.put(
                                p.getKey(),
                                parameter(document.name() + "_" + path + "_parameters_" + p.getKey(), p.getValue())));
            } else if (name.equals("pipelines") || name.equals("pipeline")) {
                copy.set(e.getKey(), arguments(document, place.member(e.getKey()), path, depth + 1));
            } else if (name.equals("typeproperties")
                    && value.isObject()
                    && value.path("scope").isString()) {
                ObjectNode own = (ObjectNode) escaped(value);
                own.put("scope", parameter(document.name() + "_properties_typeProperties_scope", value.get("scope")));
                copy.set(e.getKey(), own);
            } else {
                copy.set(e.getKey(), escaped(value));
            }
        });
        return copy;
    }

    /// Declares a parameter.
    ///
    /// @return the expression that reads it
    private String parameter(String wished, JsonNode value) {
        String name = unused(wished);
        ObjectNode declared = parameters.putObject(name);
        declared.put("type", typeOf(value));
        declared.set("defaultValue", escaped(value));
        values.putObject(name).set("value", value);
        return "[parameters('" + name + "')]";
    }

    /// Declares a parameter for a secret, which has no default value.
    private String secret(String wished, String masked) {
        String name = unused(wished);
        parameters.putObject(name).put("type", "secureString").put("metadata", "Secure string for '" + name + "'");
        values.putObject(name).put("value", masked.equals(SecretPlaces.MASK) ? "" : masked);
        return "[parameters('" + name + "')]";
    }

    private String unused(String wished) {
        String name = wished.replaceAll("[^A-Za-z0-9_]", "_");
        String free = name;
        for (int i = 2; !names.add(free); i++) {
            free = name + "_" + i;
        }
        return free;
    }

    private static String typeOf(JsonNode value) {
        if (value.isObject()) {
            return "object";
        }
        if (value.isArray()) {
            return "array";
        }
        if (value.isBoolean()) {
            return "bool";
        }
        return value.isIntegralNumber() ? "int" : "string";
    }

    /// A value in which texts that look like template expressions are marked as none.
    private static JsonNode escaped(JsonNode value) {
        if (value.isString()) {
            String text = value.stringValue();
            return text.startsWith("[") && text.endsWith("]") ? Json.text("[" + text) : value;
        }
        if (value.isArray()) {
            ArrayNode copy = Json.array();
            value.forEach(item -> copy.add(escaped(item)));
            return copy;
        }
        if (value.isObject()) {
            ObjectNode copy = Json.object();
            value.properties().forEach(e -> copy.set(e.getKey(), escaped(e.getValue())));
            return copy;
        }
        return value;
    }
}
