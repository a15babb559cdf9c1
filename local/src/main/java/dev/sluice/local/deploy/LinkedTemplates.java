package dev.sluice.local.deploy;

import dev.sluice.model.Json;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A template that is larger than Azure's resource manager takes, as Data Factory publishes one: parts, each a
/// template within the limits, and a master that deploys them one after another from a place in the web
/// (`containerUri`).
///
/// Limits of the resource manager for one template: 4 MB, 256 parameters, 800 resources. Parts stay below them as Data
/// Factory's do.
final class LinkedTemplates {
    static final String FOLDER = "linkedTemplates";
    static final String MASTER = "ArmTemplate_master.json";
    static final String MASTER_PARAMETERS = "ArmTemplateParameters_master.json";

    private static final String FACTORY = "factoryName";
    private static final String PLACE = "containerUri";
    private static final String TOKEN = "containerSasToken";
    private static final String DEPLOYMENT = "Microsoft.Resources/deployments";
    private static final String DEPLOYMENT_VERSION = "2021-04-01";
    private static final String FACTORIES = "Microsoft.DataFactory/factories";

    private static final Pattern PARAMETER = Pattern.compile("parameters\\('([^']+)'\\)");
    private static final Pattern QUOTED = Pattern.compile(", '((?:[^']|'')*)'\\)]$");

    /// What one template may hold.
    ///
    /// @param bytes of its text, as it is written
    record Limits(int parameters, int resources, int bytes) {
        /// What the resource manager takes.
        static final Limits WHOLE = new Limits(256, 800, 4 << 20);

        /// What a part holds at most: there is room left for whoever adds something by hand.
        static final Limits PART = new Limits(200, 200, 2 << 20);
    }

    /// @param master deploys the parts; its parameters are handed on to them
    /// @param parameters of the master, with values
    /// @param parts in the order in which they are deployed
    record Written(ObjectNode master, ObjectNode parameters, List<ObjectNode> parts) {
        static String fileOf(int part) {
            return "ArmTemplate_" + part + ".json";
        }
    }

    /// Resources that are deployed together.
    private static final class Part {
        private final ArrayNode resources = Json.array();
        private final Set<String> parameters = new LinkedHashSet<>(List.of(FACTORY));
        private final Set<Integer> after = new TreeSet<>();
        private int bytes;
    }

    private final ObjectNode template;
    private final Limits limits;
    private final List<Part> parts = new ArrayList<>();
    private final Map<String, Integer> partOf = new HashMap<>();

    private LinkedTemplates(ObjectNode template, Limits limits) {
        this.template = template;
        this.limits = limits;
    }

    /// Whether Azure would refuse a template as it is.
    static boolean needed(ObjectNode template) {
        return template.path("parameters").size() > Limits.WHOLE.parameters()
                || template.path("resources").size() > Limits.WHOLE.resources()
                || bytes(template) > Limits.WHOLE.bytes();
    }

    /// @param written a template whose resources stand in the order of their dependencies
    static Written of(TemplateWriter.Written written, Limits limits) {
        LinkedTemplates split = new LinkedTemplates(written.template(), limits);
        written.template().path("resources").forEach(resource -> split.add((ObjectNode) resource));
        ObjectNode master = split.master();
        return new Written(
                master,
                values(written.parameters(), master),
                split.parts.stream().map(split::partOf).toList());
    }

    private static int bytes(JsonNode json) {
        return Json.pretty(json).getBytes(StandardCharsets.UTF_8).length;
    }

    private void add(ObjectNode resource) {
        Set<String> read = new LinkedHashSet<>();
        parametersOf(resource, read);
        int bytes = bytes(resource);
        for (String name : read) {
            bytes += bytes(template.path("parameters").path(name));
        }
        Part part = parts.isEmpty() ? null : parts.getLast();
        if (part == null || !fits(part, read, bytes)) {
            part = new Part();
            parts.add(part);
        }
        int number = parts.size() - 1;
        ObjectNode copy = resource.deepCopy();
        copy.set("dependsOn", inside(resource, number, part));
        part.resources.add(copy);
        part.parameters.addAll(read);
        part.bytes += bytes;
        partOf.put(id(resource), number);
    }

    private boolean fits(Part part, Set<String> read, int bytes) {
        Set<String> all = new LinkedHashSet<>(part.parameters);
        all.addAll(read);
        return part.resources.size() < limits.resources()
                && all.size() <= limits.parameters()
                && part.bytes + bytes <= limits.bytes();
    }

    /// What a resource waits for within its part; what lies in another one, the parts wait for.
    private ArrayNode inside(ObjectNode resource, int number, Part part) {
        ArrayNode kept = Json.array();
        for (JsonNode needed : resource.path("dependsOn")) {
            Integer other = partOf.get(quoted(needed.asString("")));
            if (other != null && other == number) {
                kept.add(needed);
            } else if (other != null) {
                part.after.add(other);
            }
        }
        return kept;
    }

    /// As others refer to it: what follows the factory's own id.
    private static String id(ObjectNode resource) {
        String type = resource.path("type").asString("");
        return type.substring(FACTORIES.length()) + quoted(resource.path("name").asString(""));
    }

    /// The text that an expression of the form `[concat(…, 'text')]` adds.
    private static String quoted(String expression) {
        Matcher m = QUOTED.matcher(expression);
        return m.find() ? m.group(1) : expression;
    }

    private static void parametersOf(JsonNode json, Set<String> found) {
        if (json.isString()) {
            String text = json.stringValue();
            if (text.startsWith("[") && !text.startsWith("[[")) {
                Matcher m = PARAMETER.matcher(text);
                while (m.find()) {
                    found.add(m.group(1));
                }
            }
        } else {
            json.forEach(child -> parametersOf(child, found));
        }
    }

    private ObjectNode partOf(Part part) {
        ObjectNode json = head();
        ObjectNode declared = json.putObject("parameters");
        part.parameters.forEach(
                name -> declared.set(name, template.path("parameters").path(name)));
        json.set("variables", template.path("variables"));
        json.set("resources", part.resources);
        return json;
    }

    private ObjectNode head() {
        ObjectNode json = Json.object();
        json.set("$schema", template.path("$schema"));
        json.set("contentVersion", template.path("contentVersion"));
        return json;
    }

    private ObjectNode master() {
        ObjectNode json = head();
        ObjectNode declared = json.putObject("parameters");
        declared.putObject(PLACE)
                .put("type", "string")
                .put("metadata", "Where the linked templates lie: the URL of a folder or container");
        declared.putObject(TOKEN)
                .put("type", "secureString")
                .put("metadata", "What proves the right to read them: '?sv=...'")
                .put("defaultValue", "");
        handedOn()
                .forEach(name -> declared.set(name, template.path("parameters").path(name)));
        json.putObject("variables");
        ArrayNode resources = json.putArray("resources");
        for (int i = 0; i < parts.size(); i++) {
            deployment(resources.addObject(), i, declared);
        }
        return json;
    }

    /// All parameters; when the master itself would have too many of them, those that must be given. The others keep
    /// the values that they have in the parts.
    private List<String> handedOn() {
        JsonNode all = template.path("parameters");
        boolean most = all.size() + 2 > Limits.WHOLE.parameters();
        return all.properties().stream()
                .filter(e ->
                        !most || e.getKey().equals(FACTORY) || !e.getValue().has("defaultValue"))
                .map(Map.Entry::getKey)
                .toList();
    }

    private void deployment(ObjectNode resource, int number, ObjectNode declared) {
        Part part = parts.get(number);
        resource.put("name", "[" + nameOf(number) + "]");
        resource.put("type", DEPLOYMENT);
        resource.put("apiVersion", DEPLOYMENT_VERSION);
        ObjectNode properties = resource.putObject("properties");
        properties.put("mode", "Incremental");
        properties
                .putObject("templateLink")
                .put(
                        "uri",
                        "[concat(parameters('" + PLACE + "'), '/" + Written.fileOf(number) + "', parameters('" + TOKEN
                                + "'))]")
                .put("contentVersion", template.path("contentVersion").asString("1.0.0.0"));
        ObjectNode given = properties.putObject("parameters");
        part.parameters.stream()
                .filter(declared::has)
                .forEach(name -> given.putObject(name).put("value", "[parameters('" + name + "')]"));
        ArrayNode dependsOn = resource.putArray("dependsOn");
        part.after.forEach(other -> dependsOn.add("[resourceId('" + DEPLOYMENT + "', " + nameOf(other) + ")]"));
    }

    private static String nameOf(int number) {
        return "concat(parameters('" + FACTORY + "'), '_ArmTemplate_" + number + "')";
    }

    private static ObjectNode values(ObjectNode all, ObjectNode master) {
        ObjectNode json = all.deepCopy();
        ObjectNode values = json.putObject("parameters");
        values.putObject(PLACE).put("value", "");
        values.putObject(TOKEN).put("value", "");
        all.path("parameters").properties().stream()
                .filter(e -> master.path("parameters").has(e.getKey()))
                .forEach(e -> values.set(e.getKey(), e.getValue()));
        return json;
    }
}
