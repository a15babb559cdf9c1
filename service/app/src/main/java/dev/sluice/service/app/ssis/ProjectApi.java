package dev.sluice.service.app.ssis;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.diagnosis.SsisCatalogFaults;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.Timestamps;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.store.SsisProjects;
import dev.sluice.service.store.Store;
import dev.sluice.ssis.catalog.CatalogNames;
import dev.sluice.ssis.catalog.ExecutionStatus;
import dev.sluice.ssis.catalog.OperationType;
import dev.sluice.ssis.catalog.Resolution;
import dev.sluice.ssis.catalog.ServerValue;
import dev.sluice.ssis.catalog.Setting;
import dev.sluice.ssis.catalog.ValueText;
import dev.sluice.ssis.packages.Limits;
import dev.sluice.ssis.packages.OutlineReader;
import dev.sluice.ssis.packages.Parameter;
import dev.sluice.ssis.packages.ProjectOutline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Folders and projects of the catalog: deploy, versions, restore, what the server says of parameters, references to
/// environments.
public final class ProjectApi {
    /// Largest archive in bytes.
    static final int LARGEST_ARCHIVE = 64 << 20;

    /// What an archive may hold: the service looks into it beside its other work.
    private static final Limits LIMITS = new Limits(64L << 20, 1_000_000, 256, 5_000, 256L << 20);

    private final Store store;
    private final Found found;
    private final Settings settings;
    private final Keeping keeping;
    private final InstantSource clock;
    private final int pageSize;

    ProjectApi(
            Store store, DocumentApi documents, Settings settings, Keeping keeping, InstantSource clock, int pageSize) {
        this.store = store;
        this.found = new Found(store, documents);
        this.settings = settings;
        this.keeping = keeping;
        this.clock = clock;
        this.pageSize = pageSize;
    }

    void addTo(Routes routes) {
        String projects = Found.FOLDER + "/projects";
        String project = projects + "/{project}";
        routes.add("GET", Found.ROOT + "/folders", Permission.READ, this::folders)
                .add("GET", Found.FOLDER, Permission.READ, call -> Answer.ok(shown(found.folder(call))))
                .add("PUT", Found.FOLDER, Permission.WRITE, this::keepFolder)
                .add("DELETE", Found.FOLDER, Permission.WRITE, this::removeFolder)
                .add("GET", projects, Permission.READ, this::projects)
                .add("GET", project, Permission.READ, this::project)
                .addLarge("PUT", project, Permission.WRITE, LARGEST_ARCHIVE, this::deploy)
                .add("DELETE", project, Permission.WRITE, this::removeProject)
                .add("GET", project + "/content", Permission.WRITE, this::content)
                .add("GET", project + "/versions", Permission.READ, this::versions)
                .add("POST", project + "/versions/{version}/restore", Permission.WRITE, this::restore)
                .add("GET", project + "/parameters", Permission.READ, this::parameters)
                .add("PUT", project + "/parameters/{parameter}", Permission.WRITE, this::keepParameter)
                .add("DELETE", project + "/parameters/{parameter}", Permission.WRITE, this::clearParameter)
                .add("GET", project + "/references", Permission.READ, this::references)
                .add("POST", project + "/references", Permission.WRITE, this::addReference)
                .add("DELETE", project + "/references/{reference}", Permission.WRITE, this::removeReference);
    }

    private Answer folders(Call call) {
        String factory = found.factory(call);
        int size = Pages.size(call, pageSize);
        return Pages.page(
                call,
                store.ssisProjects().folders(factory, Pages.after(call), size + 1),
                size,
                ProjectApi::shown,
                SsisProjects.Folder::name);
    }

    private static ObjectNode shown(SsisProjects.Folder folder) {
        ObjectNode json = Json.object();
        json.put("id", folder.id());
        json.put("name", folder.name());
        json.put("description", folder.description());
        json.put("createdBy", folder.createdBy());
        json.put("createdTime", Timestamps.format(folder.created()));
        return json;
    }

    private Answer keepFolder(Call call) {
        String factory = found.factory(call);
        String name = CatalogNames.checked("folder", call.variable("folder"));
        @Nullable
        String description = Place.root(call.request().jsonOrEmpty())
                .member("description")
                .text()
                .orElse(null);
        return Answer.ok(shown(store.ssisProjects()
                .keepFolder(factory, name, description, call.caller().name(), clock.instant())));
    }

    private Answer removeFolder(Call call) {
        String factory = found.factory(call);
        String name = call.variable("folder");
        if (store.ssisProjects().folder(factory, name).isEmpty()) {
            return Answer.empty(204);
        }
        long held =
                store.ssisProjects().removeFolder(factory, name, call.caller().name(), clock.instant());
        if (held > 0) {
            throw SsisCatalogFaults.FOLDER_NOT_EMPTY.with("folder", name, "count", held);
        }
        return Answer.empty(200);
    }

    private Answer projects(Call call) {
        String factory = found.factory(call);
        String folder = found.folder(call).name();
        int size = Pages.size(call, pageSize);
        return Pages.page(
                call,
                store.ssisProjects().projects(factory, folder, Pages.after(call), size + 1),
                size,
                p -> shown(p, false),
                SsisProjects.Project::name);
    }

    private Answer project(Call call) {
        return Answer.ok(shown(found.project(call), true));
    }

    private static ObjectNode shown(SsisProjects.Project project, boolean whole) {
        ObjectNode json = Json.object();
        json.put("id", project.id());
        json.put("folderName", project.folder());
        json.put("name", project.name());
        json.put("version", project.lsn());
        json.put("projectVersion", project.outline().path("version").asString(""));
        json.put("description", project.outline().path("description").asString(""));
        json.put("protectionLevel", project.outline().path("protectionLevel").asString(""));
        json.put("sizeInBytes", project.bytes());
        json.put("deployedBy", project.deployedBy());
        json.put("lastDeployedTime", Timestamps.format(project.deployed()));
        json.put("createdTime", Timestamps.format(project.created()));
        ArrayNode packages = json.putArray("packages");
        project.outline().path("packages").forEach(p -> {
            ObjectNode one = packages.addObject();
            one.put("name", p.path("name").asString(""));
            one.put("entryPoint", p.path("entryPoint").asBoolean(false));
            if (whole) {
                one.put("packageGuid", p.path("packageGuid").asString(""));
                one.put("description", p.path("description").asString(""));
                one.put("packageFormatVersion", p.path("packageFormatVersion").asInt(0));
            }
        });
        return json;
    }

    private Answer deploy(Call call) {
        String factory = found.factory(call);
        String folder = found.folder(call).name();
        String name = CatalogNames.checked("project", call.variable("project"));
        byte[] archive = call.request().body();
        if (archive.length == 0) {
            throw ServiceFaults.BAD_REQUEST.with("detail", "the body must be the bytes of an .ispac file");
        }
        ProjectOutline outline = outline(archive, name + ".ispac");
        keeping.requireRoom(factory, archive.length);
        Instant now = clock.instant();
        String by = call.caller().name();
        SsisProjects.Project deployed = store.ssisProjects()
                .deploy(new SsisProjects.Deployment(
                        factory,
                        folder,
                        name,
                        digest(archive),
                        archive,
                        Outlines.toJson(outline),
                        new ServerSettings(List.of(), List.of()).toJson(),
                        by,
                        now));
        long operation =
                noted(factory, OperationType.DEPLOY_PROJECT, deployed, by, "Deployed version " + deployed.lsn());
        keeping.surplus(factory, deployed);
        ObjectNode json = shown(deployed, true);
        json.put("operationId", operation);
        ArrayNode warnings = json.putArray("warnings");
        outline.problems()
                .forEach(p -> warnings.addObject()
                        .put("code", p.code())
                        .put("message", p.message())
                        .put("target", p.location()));
        return Answer.ok(json);
    }

    private long noted(String factory, OperationType type, SsisProjects.Project project, String by, String message) {
        return store.ssisProjects()
                .note(
                        factory,
                        type.code(),
                        Resolution.PROJECT,
                        project.folder() + "/" + project.name(),
                        ExecutionStatus.SUCCEEDED.code(),
                        by,
                        clock.instant(),
                        message);
    }

    /// Archives are read from a file, part by part.
    private static ProjectOutline outline(byte[] archive, String name) {
        try {
            Path file = Files.createTempFile("sluice-", ".ispac");
            try {
                Files.write(file, archive);
                return new OutlineReader(LIMITS).read(file, name);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(byte[] archive) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }

    private Answer removeProject(Call call) {
        String factory = found.factory(call);
        boolean removed = store.ssisProjects()
                .remove(
                        factory,
                        call.variable("folder"),
                        call.variable("project"),
                        call.caller().name(),
                        clock.instant());
        return Answer.empty(removed ? 200 : 204);
    }

    /// The archive as it was deployed (`catalog.get_project`).
    private Answer content(Call call) {
        SsisProjects.Project project = found.project(call);
        ByteArrayOutputStream all = new ByteArrayOutputStream((int) project.bytes());
        byte[] piece = store.ssisProjects().piece(project.id(), project.lsn(), 0);
        for (int i = 1; piece.length > 0; i++) {
            all.writeBytes(piece);
            piece = store.ssisProjects().piece(project.id(), project.lsn(), i);
        }
        return Answer.bytes(200, all.toByteArray()).with("Content-Type", "application/octet-stream");
    }

    private Answer versions(Call call) {
        SsisProjects.Project project = found.project(call);
        return Pages.page(
                call,
                store.ssisProjects().versions(project.id()),
                Integer.MAX_VALUE,
                ProjectApi::shown,
                SsisProjects.Version::lsn);
    }

    private static ObjectNode shown(SsisProjects.Version version) {
        ObjectNode json = Json.object();
        json.put("version", version.lsn());
        json.put("current", version.current());
        json.put("projectVersion", version.outline().path("version").asString(""));
        json.put("description", version.outline().path("description").asString(""));
        json.put("sizeInBytes", version.bytes());
        json.put("createdBy", version.createdBy());
        json.put("createdTime", Timestamps.format(version.created()));
        if (!version.restoredBy().isEmpty()) {
            json.put("restoredBy", version.restoredBy());
            json.put("lastRestoredTime", Timestamps.format(version.restored()));
        }
        return json;
    }

    private Answer restore(Call call) {
        String factory = found.factory(call);
        SsisProjects.Project project = found.project(call);
        String by = call.caller().name();
        long version = number(call, "version");
        if (!store.ssisProjects().restore(factory, project, version, by, clock.instant())) {
            throw ServiceFaults.NOT_FOUND.with(
                    "object",
                    "version of SSIS project '" + project.folder() + "/" + project.name() + "'",
                    "name",
                    version);
        }
        long operation = noted(factory, OperationType.RESTORE_PROJECT, project, by, "Restored version " + version);
        ObjectNode json = shown(found.project(call), true);
        json.put("operationId", operation);
        return Answer.ok(json);
    }

    static long number(Call call, String variable) {
        try {
            return Long.parseLong(call.variable(variable));
        } catch (NumberFormatException e) {
            throw ServiceFaults.NOT_FOUND.with("object", variable, "name", call.variable(variable));
        }
    }

    private Answer parameters(Call call) {
        SsisProjects.Project project = found.project(call);
        ProjectOutline outline = Outlines.fromJson(project.outline());
        ServerSettings said = ServerSettings.fromJson(project.settings());
        ObjectNode json = Json.object();
        ArrayNode value = json.putArray("value");
        outline.parameters().forEach(p -> value.add(shown(Resolution.PROJECT, "", p, said)));
        String wanted = call.request().parameter("package").orElse("");
        outline.packages().stream()
                .filter(p -> wanted.isEmpty()
                        || outline.find(wanted).filter(p::equals).isPresent())
                .forEach(p -> p.parameters().forEach(one -> value.add(shown(Resolution.PACKAGE, p.file(), one, said))));
        return Answer.ok(json);
    }

    private static ObjectNode shown(int type, String file, Parameter p, ServerSettings said) {
        ObjectNode json = Json.object();
        json.put("objectType", type);
        json.put("packageName", file);
        json.put("name", p.name());
        json.put("dataType", p.type().word());
        json.put("required", p.required());
        json.put("sensitive", p.sensitive());
        json.put("description", p.description());
        json.put("designDefaultValue", p.value());
        Optional<ServerValue> server = said.of(file, p.name());
        json.put("valueSet", server.isPresent());
        server.ifPresent(v -> {
            switch (v) {
                case ServerValue.Literal(Setting setting) -> {
                    json.put("valueType", "V");
                    Settings.show(json, "defaultValue", setting);
                }
                case ServerValue.Reference(String variable) -> {
                    json.put("valueType", "R");
                    json.put("referencedVariableName", variable);
                }
            }
        });
        return json;
    }

    /// `{"valueType": "V", "value": …}` or `{"valueType": "R", "variable": name}`.
    private Answer keepParameter(Call call) {
        String factory = found.factory(call);
        SsisProjects.Project project = found.project(call);
        Declared declared = declared(call, project);
        Place asked = Place.root(call.request().json());
        boolean refers = asked.member("variable").present()
                || asked.member("valueType").text().orElse("V").equalsIgnoreCase("R");
        ServerValue value = refers
                ? new ServerValue.Reference(asked.member("variable").requiredText())
                : literal(factory, asked.member("value"), declared);
        Resolution.Said said =
                new Resolution.Said(declared.file(), declared.parameter().name(), value);
        change(factory, project, s -> s.with(said));
        return Answer.ok(shown(
                declared.file().isEmpty() ? Resolution.PROJECT : Resolution.PACKAGE,
                declared.file(),
                declared.parameter(),
                ServerSettings.fromJson(found.project(call).settings())));
    }

    private ServerValue literal(String factory, Place given, Declared declared) {
        Parameter p = declared.parameter();
        if (!given.present()) {
            throw given.missing();
        }
        if (given.json().isValueNode()) {
            Optional<String> flaw = ValueText.flaw(p.type(), given.json().asString());
            if (flaw.isPresent()) {
                throw SsisCatalogFaults.VALUE_INVALID
                        .problem()
                        .at(given.pointer())
                        .evidence("what", "parameter")
                        .evidence("name", p.name())
                        .evidence("owner", declared.file().isEmpty() ? "the project" : declared.file())
                        .evidence("detail", flaw.get())
                        .exception();
            }
        }
        return new ServerValue.Literal(settings.given(factory, given, p.sensitive()));
    }

    private Answer clearParameter(Call call) {
        String factory = found.factory(call);
        SsisProjects.Project project = found.project(call);
        Declared declared = declared(call, project);
        change(
                factory,
                project,
                s -> s.without(declared.file(), declared.parameter().name()));
        return Answer.empty(200);
    }

    /// @param file of its package; empty for the project's
    private record Declared(String file, Parameter parameter) {}

    /// The parameter that a path names, the package of which is in the query.
    private static Declared declared(Call call, SsisProjects.Project project) {
        ProjectOutline outline = Outlines.fromJson(project.outline());
        String wanted = call.request().parameter("package").orElse("");
        String name = call.variable("parameter");
        String owner = project.folder() + "/" + project.name();
        if (wanted.isEmpty()) {
            return declared("", name, outline.parameters(), outline.connectionManagers(), "project " + owner);
        }
        ProjectOutline.PackageOutline one = requirePackage(outline, wanted, owner);
        return declared(
                one.file(), name, one.parameters(), one.connectionManagers(), "package " + owner + "/" + one.file());
    }

    private static Declared declared(
            String file, String name, List<Parameter> parameters, List<String> connections, String owner) {
        Optional<Parameter> known =
                parameters.stream().filter(p -> p.name().equalsIgnoreCase(name)).findFirst();
        if (known.isEmpty() && Resolution.connection(name, connections).isPresent()) {
            boolean secret = name.toLowerCase(java.util.Locale.ROOT).endsWith("password")
                    || name.toLowerCase(java.util.Locale.ROOT).endsWith("connectionstring");
            known = Optional.of(
                    new Parameter(name, "", dev.sluice.ssis.packages.VariantType.STRING, null, false, secret, ""));
        }
        return new Declared(
                file,
                known.orElseThrow(() -> SsisCatalogFaults.PARAMETER_UNKNOWN.with(
                        "parameter",
                        name,
                        "owner",
                        owner,
                        "known",
                        parameters.isEmpty()
                                ? "none"
                                : String.join(
                                        ", ",
                                        parameters.stream().map(Parameter::name).toList()))));
    }

    static ProjectOutline.PackageOutline requirePackage(ProjectOutline outline, String wanted, String project) {
        return outline.find(wanted)
                .orElseThrow(() -> SsisCatalogFaults.PACKAGE_NOT_FOUND.with(
                        "project",
                        project,
                        "package",
                        wanted,
                        "known",
                        String.join(
                                ", ",
                                outline.packages().stream()
                                        .map(ProjectOutline.PackageOutline::file)
                                        .toList())));
    }

    private void change(
            String factory, SsisProjects.Project project, java.util.function.UnaryOperator<ServerSettings> change) {
        store.ssisProjects()
                .settings(
                        factory,
                        project.folder(),
                        project.name(),
                        json -> change.apply(ServerSettings.fromJson(json)).toJson());
    }

    private Answer references(Call call) {
        return Answer.ok(references(found.project(call)));
    }

    private static ObjectNode references(SsisProjects.Project project) {
        ObjectNode json = Json.object();
        ArrayNode value = json.putArray("value");
        for (ServerSettings.Reference r :
                ServerSettings.fromJson(project.settings()).references()) {
            ObjectNode one = value.addObject();
            one.put("id", r.id());
            one.put("referenceType", r.relative() ? "R" : "A");
            one.put("environmentFolderName", r.relative() ? project.folder() : r.folder());
            one.put("environmentName", r.name());
        }
        return json;
    }

    /// `{"environmentName": name, "environmentFolderName": folder}`; without a folder it is relative.
    private Answer addReference(Call call) {
        String factory = found.factory(call);
        SsisProjects.Project project = found.project(call);
        Place asked = Place.root(call.request().json());
        String folder = asked.member("environmentFolderName").text().orElse("");
        String name = asked.member("environmentName").requiredText();
        String in = folder.isEmpty() ? project.folder() : folder;
        String exact = found.environment(factory, in, name).name();
        change(factory, project, s -> s.withReference(folder, exact));
        return Answer.ok(references(found.project(call)));
    }

    private Answer removeReference(Call call) {
        String factory = found.factory(call);
        SsisProjects.Project project = found.project(call);
        long id = number(call, "reference");
        change(factory, project, s -> s.withoutReference(id));
        return Answer.empty(200);
    }
}
