package dev.sluice.local.factory;

import dev.sluice.diagnosis.FolderFaults;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads the factory in an ARM template: its own resources, those nested in them, those of inline deployments, and
/// those of linked templates that lie beside it. Template expressions are evaluated where that needs nothing but the
/// parameters and variables; a parameter without a value leaves its expression as it stands.
final class TemplateReader {
    private static final int MAX_NESTING = 8;
    private static final Pattern FILE = Pattern.compile("([A-Za-z0-9_.-]+\\.json)");
    private static final Pattern LAST_LITERAL = Pattern.compile("'/?([^'/]+)'\\s*\\)\\s*]$");

    private final ObjectNode given;
    private final Function<Path, FactoryFile> load;
    private final List<FactoryDocument> documents = new ArrayList<>();
    private final List<Finding> findings = new ArrayList<>();
    private final Set<Path> read = new TreeSet<>();
    private String factory = "";

    TemplateReader(ObjectNode given, Function<Path, FactoryFile> load) {
        this.given = given;
        this.load = load;
    }

    /// Whether a template has to do with a factory at all.
    static boolean holdsFactory(JsonNode template) {
        String text = template.path("resources").toString().toLowerCase(Locale.ROOT);
        return text.contains("microsoft.datafactory/factories") || text.contains("microsoft.synapse/workspaces/");
    }

    List<FactoryDocument> documents() {
        return documents;
    }

    List<Finding> findings() {
        return findings;
    }

    /// Empty when the template does not say.
    String factoryName() {
        return factory;
    }

    void read(FactoryFile file, JsonNode template) {
        if (read.add(file.path().toAbsolutePath().normalize())) {
            template(file, template, "", given, 0);
        }
    }

    private void template(FactoryFile file, JsonNode template, String pointer, ObjectNode values, int depth) {
        if (depth > MAX_NESTING) {
            return;
        }
        TemplateValues scope = new TemplateValues(template, values);
        resources(file, template.path("resources"), pointer + "/resources", "", scope, depth);
    }

    private void resources(
            FactoryFile file, JsonNode list, String pointer, String outer, TemplateValues scope, int depth) {
        if (depth > MAX_NESTING) {
            return;
        }
        // Newer templates name their resources in an object.
        if (list.isObject()) {
            list.properties()
                    .forEach(e -> resource(file, e.getValue(), pointer + "/" + e.getKey(), outer, scope, depth));
        }
        for (int i = 0; list.isArray() && i < list.size(); i++) {
            resource(file, list.get(i), pointer + "/" + i, outer, scope, depth);
        }
    }

    private void resource(
            FactoryFile file, JsonNode resource, String pointer, String outer, TemplateValues scope, int depth) {
        String written = resource.path("type").asString("");
        String type =
                outer.isEmpty() || written.contains("/") && written.contains(".") ? written : outer + "/" + written;
        if (type.equalsIgnoreCase("Microsoft.Resources/deployments")) {
            deployment(file, resource, pointer, scope, depth);
            return;
        }
        Kinds.ofResourceType(type).ifPresent(kind -> document(file, kind, resource, pointer, scope));
        if (resource.has("resources")) {
            resources(file, resource.get("resources"), pointer + "/resources", type, scope, depth + 1);
        }
    }

    private void document(
            FactoryFile file, DocumentKind kind, JsonNode resource, String pointer, TemplateValues scope) {
        String name = scope.text(resource.path("name").asString(""));
        if (kind == DocumentKind.FACTORY && name.startsWith("[")) {
            factory = "";
        } else if (kind == DocumentKind.FACTORY) {
            factory = name;
        }
        if (name.startsWith("[") && kind != DocumentKind.FACTORY) {
            Matcher literal = LAST_LITERAL.matcher(name);
            if (!literal.find()) {
                findings.add(file.finding(
                        Finding.Severity.ERROR,
                        pointer,
                        FolderFaults.TEMPLATE_EXPRESSION
                                .problem()
                                .at("/name")
                                .evidence("expression", name)
                                .evidence("detail", "a resource's name must be known")
                                .build()));
                return;
            }
            name = literal.group(1);
        }
        ObjectNode json = Json.object();
        String own = name.substring(name.lastIndexOf('/') + 1);
        json.put("name", own);
        for (Map.Entry<String, JsonNode> e : resource.properties()) {
            boolean wanted = e.getKey().equalsIgnoreCase("properties")
                    || (kind == DocumentKind.FACTORY
                            && Set.of("location", "identity", "tags")
                                    .contains(e.getKey().toLowerCase(Locale.ROOT)));
            if (wanted) {
                json.set(e.getKey(), scope.evaluated(e.getValue()));
            }
        }
        String called = own.startsWith("[") ? "factory" : own;
        if (kind == DocumentKind.MANAGED_PRIVATE_ENDPOINT && name.indexOf('/') < name.lastIndexOf('/')) {
            called = name.substring(name.indexOf('/') + 1);
        }
        documents.add(new FactoryDocument(new Document(kind, called, json), file, pointer));
    }

    private void deployment(FactoryFile file, JsonNode resource, String pointer, TemplateValues scope, int depth) {
        JsonNode properties = resource.path("properties");
        ObjectNode values = given.deepCopy();
        properties.path("parameters").properties().forEach(e -> {
            JsonNode value = e.getValue().path("value");
            JsonNode evaluated = scope.evaluated(value);
            boolean open = evaluated.isString() && evaluated.stringValue().startsWith("[");
            if (!value.isMissingNode() && !open) {
                values.set(e.getKey(), evaluated);
            }
        });
        JsonNode inline = properties.path("template");
        if (inline.isObject()) {
            template(file, inline, pointer + "/properties/template", values, depth + 1);
            return;
        }
        Matcher name = FILE.matcher(properties.path("templateLink").path("uri").asString("")
                + properties.path("templateLink").path("relativePath").asString(""));
        while (name.find()) {
            Path linked = file.path().resolveSibling(name.group(1));
            if (Files.isRegularFile(linked) && read.add(linked.toAbsolutePath().normalize())) {
                linked(linked, values, depth);
            }
        }
    }

    private void linked(Path path, ObjectNode values, int depth) {
        FactoryFile file = load.apply(path);
        try {
            template(file, Json.parse(file.bytes()), "", values, depth + 1);
        } catch (ProblemException e) {
            findings.add(file.finding(Finding.Severity.ERROR, "", e.problem()));
        }
    }

    /// Values of a parameters file: the file itself (`{"parameters": {"x": {"value": …}}}`) or a plain object.
    static ObjectNode parameters(JsonNode file) {
        ObjectNode values = Json.object();
        JsonNode wrapped = file.path("parameters");
        if (wrapped.isObject()) {
            wrapped.properties().forEach(e -> {
                if (e.getValue().has("value")) {
                    values.set(e.getKey(), e.getValue().get("value"));
                }
            });
        } else if (file instanceof ObjectNode plain) {
            values.setAll(plain);
        }
        return values;
    }
}
