package dev.sluice.service.app.ssis;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.diagnosis.SsisCatalogFaults;
import dev.sluice.model.Json;
import dev.sluice.model.run.Timestamps;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.ssis.Access.Thing;
import dev.sluice.service.store.SsisProjects;
import dev.sluice.service.store.Store;
import dev.sluice.ssis.catalog.CatalogNames;
import dev.sluice.ssis.catalog.ExecutionStatus;
import dev.sluice.ssis.catalog.OperationType;
import dev.sluice.ssis.catalog.Resolution;
import dev.sluice.ssis.catalog.Right;
import dev.sluice.ssis.packages.Limits;
import dev.sluice.ssis.packages.OutlineReader;
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
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Projects of the catalog: deploy, versions, restore.
public final class ProjectApi {
    /// Largest archive in bytes.
    static final int LARGEST_ARCHIVE = 64 << 20;

    /// What an archive may hold: the service looks into it beside its other work.
    private static final Limits LIMITS = new Limits(64L << 20, 1_000_000, 256, 5_000, 256L << 20);

    private final Store store;
    private final Found found;
    private final Keeping keeping;
    private final InstantSource clock;
    private final int pageSize;

    ProjectApi(Store store, Found found, Keeping keeping, InstantSource clock, int pageSize) {
        this.store = store;
        this.found = found;
        this.keeping = keeping;
        this.clock = clock;
        this.pageSize = pageSize;
    }

    void addTo(Routes routes) {
        String projects = Found.FOLDER + "/projects";
        String project = projects + "/{project}";
        routes.add("GET", projects, Permission.READ, this::projects)
                .add("GET", project, Permission.READ, this::project)
                // Who may not even start anything in the factory sends no archives.
                .addLarge("PUT", project, Permission.RUN, LARGEST_ARCHIVE, this::deploy)
                .add("DELETE", project, Permission.READ, this::removeProject)
                .add("GET", project + "/content", Permission.READ, this::content)
                .add("GET", project + "/versions", Permission.READ, this::versions)
                .add("POST", project + "/versions/{version}/restore", Permission.READ, this::restore);
    }

    private Answer projects(Call call) {
        String factory = found.factory(call);
        SsisProjects.Folder folder = found.folder(call, Right.READ);
        int size = Pages.size(call, pageSize);
        Access access = found.access(call);
        return Pages.page(
                call,
                Pages.visible(
                        Pages.after(call),
                        size + 1,
                        (after, limit) -> store.ssisProjects().projects(factory, folder.name(), after, limit),
                        SsisProjects.Project::name,
                        project -> access.may(Thing.of(folder, project), Right.READ)),
                size,
                p -> shown(p, false),
                SsisProjects.Project::name);
    }

    private Answer project(Call call) {
        return Answer.ok(shown(found.project(call, Right.READ), true));
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
        SsisProjects.Folder folder = found.folder(factory, call.variable("folder"));
        String name = CatalogNames.checked("project", call.variable("project"));
        Optional<SsisProjects.Project> before = store.ssisProjects().project(factory, folder.name(), name);
        Access access = found.access(call);
        access.require(
                before.map(p -> Thing.of(folder, p)).orElse(Thing.of(folder)),
                before.isPresent() ? Right.MODIFY : Right.CREATE_OBJECTS);
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
                        folder.name(),
                        name,
                        digest(archive),
                        archive,
                        Outlines.toJson(outline),
                        new ServerSettings(List.of(), List.of()).toJson(),
                        by,
                        now));
        if (before.isEmpty()) {
            access.made(Thing.of(folder, deployed), now);
        }
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
        Optional<SsisProjects.Folder> folder = store.ssisProjects().folder(factory, call.variable("folder"));
        Optional<Thing> there = folder.flatMap(f -> store.ssisProjects()
                .project(factory, f.name(), call.variable("project"))
                .map(p -> Thing.of(f, p)));
        Access access = found.access(call);
        if (there.isEmpty()) {
            access.requireAdministrator();
            return Answer.empty(204);
        }
        access.require(there.get(), Right.MODIFY);
        store.ssisProjects()
                .remove(
                        factory,
                        call.variable("folder"),
                        call.variable("project"),
                        call.caller().name(),
                        clock.instant());
        access.gone(there.get());
        return Answer.empty(200);
    }

    /// The archive as it was deployed (`catalog.get_project`).
    private Answer content(Call call) {
        SsisProjects.Project project = found.project(call, Right.MODIFY);
        ByteArrayOutputStream all = new ByteArrayOutputStream((int) project.bytes());
        byte[] piece = store.ssisProjects().piece(project.id(), project.lsn(), 0);
        for (int i = 1; piece.length > 0; i++) {
            all.writeBytes(piece);
            piece = store.ssisProjects().piece(project.id(), project.lsn(), i);
        }
        return Answer.bytes(200, all.toByteArray()).with("Content-Type", "application/octet-stream");
    }

    private Answer versions(Call call) {
        SsisProjects.Project project = found.project(call, Right.READ);
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
        SsisProjects.Project project = found.project(call, Right.MODIFY);
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
        ObjectNode json = shown(found.project(call, Right.MODIFY), true);
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
}
