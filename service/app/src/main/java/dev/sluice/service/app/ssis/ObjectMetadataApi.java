package dev.sluice.service.app.ssis;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.Paths;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.ssis.Access.Thing;
import dev.sluice.service.store.SsisEnvironments;
import dev.sluice.service.store.SsisProjects;
import dev.sluice.service.store.Store;
import dev.sluice.ssis.catalog.Environment;
import dev.sluice.ssis.catalog.Resolution;
import dev.sluice.ssis.catalog.Right;
import dev.sluice.ssis.packages.Parameter;
import dev.sluice.ssis.packages.ProjectOutline;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What an Azure-SSIS runtime's catalog holds, as Data Factory's clients ask for it (`getObjectMetadata`): folders,
/// projects, packages, environments. Data Factory answers from a copy that `refreshObjectMetadata` makes; here the
/// catalog itself is asked, and there is nothing to refresh.
final class ObjectMetadataApi {
    private static final int MOST = 1_000;

    private final Store store;
    private final Found found;
    private final int pageSize;

    ObjectMetadataApi(Store store, Found found, int pageSize) {
        this.store = store;
        this.found = found;
        this.pageSize = pageSize;
    }

    void addTo(Routes routes) {
        String one = Paths.FACTORY + "/integrationruntimes/{name}";
        routes.add("POST", one + "/getObjectMetadata", Permission.READ, this::get)
                .add("POST", one + "/refreshObjectMetadata", Permission.READ, this::refresh);
    }

    private void requireSsis(Call call) {
        String factory = found.factory(call);
        String name = call.variable("name");
        boolean ssis = store.documents()
                .find(factory, DocumentKind.INTEGRATION_RUNTIME, name)
                .map(stored -> IntegrationRuntime.of(stored.document()).ssis())
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "integration runtime", "name", name));
        if (!ssis) {
            throw ServiceFaults.BAD_REQUEST.with(
                    "detail", "only Azure-SSIS integration runtimes have a catalog; '" + name + "' is none");
        }
    }

    private Answer refresh(Call call) {
        requireSsis(call);
        ObjectNode json = Json.object();
        json.put("status", "Succeeded");
        json.put("name", UUID.randomUUID().toString().replace("-", ""));
        json.putNull("properties");
        json.putNull("error");
        return Answer.ok(json);
    }

    /// `{"metadataPath": "ssisFolders"}`, also without a body; deeper by names or ids:
    /// `ssisFolders/F/projects[/P[/packages]]`, `ssisFolders/F/environments[/E]`.
    private Answer get(Call call) {
        requireSsis(call);
        Place path = Place.root(call.request().jsonOrEmpty()).member("metadataPath");
        String text = path.text().orElse("ssisFolders");
        List<String> parts = List.of(text.strip().replaceAll("^/+|/+$", "").split("/"));
        if (!parts.getFirst().equalsIgnoreCase("ssisFolders")) {
            throw path.invalid("ssisFolders, and what lies in it");
        }
        Access access = found.access(call);
        String factory = found.factory(call);
        return Pages.page(
                call,
                listed(path, parts, access, factory, call),
                pageSize,
                one -> one,
                one -> one.path("name").asString(""));
    }

    private List<ObjectNode> listed(Place path, List<String> parts, Access access, String factory, Call call) {
        String after = Pages.after(call).toLowerCase(Locale.ROOT);
        List<ObjectNode> all = new ArrayList<>();
        List<SsisProjects.Folder> folders = Pages.visible(
                parts.size() == 1 ? Pages.after(call) : "",
                parts.size() == 1 ? pageSize + 1 : MOST,
                (last, limit) -> store.ssisProjects().folders(factory, last, limit),
                SsisProjects.Folder::name,
                f -> access.may(Thing.of(f), Right.READ));
        if (parts.size() == 1) {
            folders.forEach(f -> all.add(described("Folder", f.id(), f.name(), f.description())));
            return all;
        }
        SsisProjects.Folder folder = folders.stream()
                .filter(f -> is(parts.get(1), f.id(), f.name()))
                .findFirst()
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "SSIS folder", "name", parts.get(1)));
        String what = parts.size() == 2 ? "all" : parts.get(2).toLowerCase(Locale.ROOT);
        String name = parts.size() > 3 ? parts.get(3) : "";
        boolean packages =
                parts.size() == 5 && parts.get(4).toLowerCase(Locale.ROOT).endsWith("packages");
        if (parts.size() > 5 || (parts.size() == 5 && !packages)) {
            throw path.invalid("at most ssisFolders/F/projects/P/packages");
        }
        switch (what) {
            case "all" -> {
                all.addAll(projects(access, factory, folder, "", false));
                all.addAll(environments(access, factory, folder, ""));
            }
            case "projects", "ssisprojects" -> all.addAll(projects(access, factory, folder, name, packages));
            case "environments", "ssisenvironments" -> all.addAll(environments(access, factory, folder, name));
            default -> throw path.invalid("projects or environments of a folder");
        }
        return all.stream()
                .filter(one ->
                        one.path("name").asString("").toLowerCase(Locale.ROOT).compareTo(after) > 0)
                .sorted(java.util.Comparator.comparing(
                        one -> one.path("name").asString("").toLowerCase(Locale.ROOT)))
                .limit(pageSize + 1L)
                .toList();
    }

    private static boolean is(String wanted, long id, String name) {
        return wanted.isEmpty() || wanted.equalsIgnoreCase(name) || wanted.equals(String.valueOf(id));
    }

    private static ObjectNode described(String type, long id, String name, String description) {
        ObjectNode json = Json.object();
        json.put("type", type);
        json.put("id", id);
        json.put("name", name);
        json.put("description", description);
        return json;
    }

    private List<ObjectNode> projects(
            Access access, String factory, SsisProjects.Folder folder, String wanted, boolean packages) {
        List<ObjectNode> all = new ArrayList<>();
        Pages.visible(
                        "",
                        MOST,
                        (String last, Integer limit) ->
                                store.ssisProjects().projects(factory, folder.name(), last, limit),
                        SsisProjects.Project::name,
                        p -> access.may(Thing.of(folder, p), Right.READ))
                .stream()
                .filter(p -> is(wanted, p.id(), p.name()))
                .forEach(p -> {
                    if (packages) {
                        all.addAll(packages(folder, p));
                    } else {
                        all.add(project(folder, p));
                    }
                });
        return all;
    }

    private static ObjectNode project(SsisProjects.Folder folder, SsisProjects.Project project) {
        ObjectNode json = described(
                "Project",
                project.id(),
                project.name(),
                project.outline().path("description").asString(""));
        json.put("folderId", folder.id());
        json.put("version", project.lsn());
        ArrayNode references = json.putArray("environmentRefs");
        ParameterApi.references(project).path("value").forEach(references::add);
        ProjectOutline outline = Outlines.fromJson(project.outline());
        json.set("parameters", parameters(project, Resolution.PROJECT, "", outline.parameters()));
        return json;
    }

    private static List<ObjectNode> packages(SsisProjects.Folder folder, SsisProjects.Project project) {
        List<ObjectNode> all = new ArrayList<>();
        for (ProjectOutline.PackageOutline one :
                Outlines.fromJson(project.outline()).packages()) {
            // Packages have no number of their own here: they are known by their file's name.
            ObjectNode json = described("Package", all.size() + 1L, one.file(), one.description());
            json.put("folderId", folder.id());
            json.put("projectId", project.id());
            json.put("projectVersion", project.lsn());
            json.set("parameters", parameters(project, Resolution.PACKAGE, one.file(), one.parameters()));
            all.add(json);
        }
        return all;
    }

    private static ArrayNode parameters(
            SsisProjects.Project project, int type, String file, List<Parameter> parameters) {
        ArrayNode all = Json.array();
        ServerSettings said = ServerSettings.fromJson(project.settings());
        for (int i = 0; i < parameters.size(); i++) {
            ObjectNode shown = ParameterApi.shown(type, file, parameters.get(i), said);
            ObjectNode json = all.addObject();
            json.put("id", i + 1L);
            for (String member :
                    List.of("name", "description", "dataType", "required", "sensitive", "designDefaultValue")) {
                json.set(member, shown.path(member));
            }
            JsonNode value = shown.path("defaultValue");
            json.put("defaultValue", value.isString() ? value.stringValue() : null);
            json.put("valueType", shown.path("valueType").asString("V"));
            json.put("valueSet", shown.path("valueSet").asBoolean(false));
            json.put("variable", shown.path("referencedVariableName").asString(""));
        }
        return all;
    }

    private List<ObjectNode> environments(Access access, String factory, SsisProjects.Folder folder, String wanted) {
        List<ObjectNode> all = new ArrayList<>();
        Pages.visible(
                        "",
                        MOST,
                        (String last, Integer limit) ->
                                store.ssisEnvironments().list(factory, folder.name(), last, limit),
                        SsisEnvironments.Stored::name,
                        e -> access.may(Thing.of(folder, e), Right.READ))
                .stream()
                .filter(e -> is(wanted, e.id(), e.name()))
                .forEach(e -> all.add(environment(folder, e)));
        return all;
    }

    private static ObjectNode environment(SsisProjects.Folder folder, SsisEnvironments.Stored stored) {
        ObjectNode json = described("Environment", stored.id(), stored.name(), stored.description());
        json.put("folderId", folder.id());
        ArrayNode variables = json.putArray("variables");
        List<Environment.Variable> all = Variables.of(stored).variables();
        for (int i = 0; i < all.size(); i++) {
            Environment.Variable variable = all.get(i);
            ObjectNode one = variables.addObject();
            one.put("id", i + 1L);
            one.put("name", variable.name());
            one.put("description", variable.description());
            one.put("dataType", variable.type().word());
            one.put("sensitive", variable.sensitive());
            Settings.show(one, "value", variable.value());
        }
        return json;
    }
}
