package dev.sluice.service.app.ssis;

import dev.sluice.model.Json;
import dev.sluice.ssis.catalog.ValueText;
import dev.sluice.ssis.packages.Parameter;
import dev.sluice.ssis.packages.ProjectOutline;
import dev.sluice.ssis.packages.ProtectionLevel;
import dev.sluice.ssis.packages.VariantType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// A project's outline as JSON. Design values of sensitive parameters are left out: they stay in the archive.
final class Outlines {
    private Outlines() {}

    static ObjectNode toJson(ProjectOutline outline) {
        ObjectNode json = Json.object();
        json.put("name", outline.name());
        json.put("version", outline.version());
        json.put("description", outline.description());
        json.put("protectionLevel", outline.protection().word());
        json.set("parameters", parameters(outline.parameters()));
        json.set("connectionManagers", names(outline.connectionManagers()));
        ArrayNode packages = json.putArray("packages");
        for (ProjectOutline.PackageOutline one : outline.packages()) {
            ObjectNode p = packages.addObject();
            p.put("name", one.file());
            p.put("packageGuid", one.id());
            p.put("description", one.description());
            p.put("packageFormatVersion", one.formatVersion());
            p.put("entryPoint", one.entryPoint());
            p.set("parameters", parameters(one.parameters()));
            p.set("connectionManagers", names(one.connectionManagers()));
        }
        return json;
    }

    private static ArrayNode names(List<String> names) {
        ArrayNode json = Json.array();
        names.forEach(json::add);
        return json;
    }

    private static ArrayNode parameters(List<Parameter> all) {
        ArrayNode json = Json.array();
        for (Parameter p : all) {
            ObjectNode one = json.addObject();
            one.put("name", p.name());
            one.put("dataType", p.type().word());
            one.put("required", p.required());
            one.put("sensitive", p.sensitive());
            one.put("description", p.description());
            if (!p.sensitive() && p.value() != null) {
                one.put("designDefaultValue", p.value());
            }
        }
        return json;
    }

    static ProjectOutline fromJson(ObjectNode json) {
        List<ProjectOutline.PackageOutline> packages = new ArrayList<>();
        for (JsonNode p : json.path("packages")) {
            packages.add(new ProjectOutline.PackageOutline(
                    p.path("name").asString(""),
                    p.path("packageGuid").asString(""),
                    p.path("description").asString(""),
                    p.path("packageFormatVersion").asInt(0),
                    p.path("entryPoint").asBoolean(false),
                    parameters(p),
                    names(p)));
        }
        return new ProjectOutline(
                json.path("name").asString(""),
                json.path("version").asString(""),
                json.path("description").asString(""),
                ProtectionLevel.of(json.path("protectionLevel").asString("")),
                parameters(json),
                names(json),
                packages,
                List.of());
    }

    private static List<String> names(JsonNode owner) {
        List<String> names = new ArrayList<>();
        owner.path("connectionManagers").forEach(n -> names.add(n.asString("")));
        return names;
    }

    private static List<Parameter> parameters(JsonNode owner) {
        List<Parameter> all = new ArrayList<>();
        for (JsonNode p : owner.path("parameters")) {
            JsonNode value = p.path("designDefaultValue");
            @Nullable String design = value.isString() ? value.stringValue() : null;
            all.add(new Parameter(
                    p.path("name").asString(""),
                    "",
                    ValueText.type(p.path("dataType").asString("")).orElse(VariantType.STRING),
                    design,
                    p.path("required").asBoolean(false),
                    p.path("sensitive").asBoolean(false),
                    p.path("description").asString("")));
        }
        return all;
    }
}
