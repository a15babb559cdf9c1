package dev.sluice.service.app.ssis;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisCatalogFaults;
import dev.sluice.service.app.access.Caller;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.documents.Paths;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.store.SsisEnvironments;
import dev.sluice.service.store.SsisExecutions;
import dev.sluice.service.store.SsisPermissions;
import dev.sluice.service.store.SsisProjects;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import dev.sluice.ssis.catalog.Right;
import dev.sluice.ssis.catalog.Securable;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Who may do what with something in the catalog: a factory's contributors everything, as SSISDB's administrators
/// (`ssis_admin`); others what they were given or denied on it or its folder; and where nothing was said of them, what
/// their role in the factory allows. For one call; not thread-safe.
final class Access {
    private final Store store;
    private final Caller caller;
    private final String factory;
    private final String place;
    private final Map<Thing, List<Right.Said>> known = new HashMap<>();
    private final Map<String, Long> folders = new HashMap<>();

    private Access(Store store, Caller caller, StoredDocument factory) {
        this.store = store;
        this.caller = caller;
        this.factory = factory.document().name();
        this.place = Paths.id(factory);
    }

    static Access of(Store store, DocumentApi documents, Call call) {
        return new Access(store, call.caller(), documents.requireFactory(call));
    }

    /// Something that permissions are given on.
    ///
    /// @param folder id of the folder it lies in; 0 for a folder
    record Thing(Securable what, long id, long folder, String name) {
        static Thing of(SsisProjects.Folder folder) {
            return new Thing(Securable.FOLDER, folder.id(), 0, folder.name());
        }

        static Thing of(SsisProjects.Folder folder, SsisProjects.Project project) {
            return new Thing(Securable.PROJECT, project.id(), folder.id(), folder.name() + "/" + project.name());
        }

        static Thing of(SsisProjects.Folder folder, SsisEnvironments.Stored environment) {
            return new Thing(
                    Securable.ENVIRONMENT, environment.id(), folder.id(), folder.name() + "/" + environment.name());
        }
    }

    private Thing project(SsisExecutions.Execution execution) {
        long folder = folders.computeIfAbsent(
                execution.folder(),
                name -> store.ssisProjects()
                        .folder(factory, name)
                        .map(SsisProjects.Folder::id)
                        .orElse(0L));
        return new Thing(
                Securable.PROJECT, execution.projectId(), folder, execution.folder() + "/" + execution.project());
    }

    /// Whoever started an execution may see and stop it; others by what they may with its project.
    boolean may(SsisExecutions.Execution execution, Right right) {
        return execution.caller().equals(caller.name()) || may(project(execution), right);
    }

    void require(SsisExecutions.Execution execution, Right right) {
        if (!may(execution, right)) {
            throw missing(project(execution), right);
        }
    }

    private boolean administers() {
        return caller.may(Permission.WRITE, place);
    }

    /// Refuses everybody but a factory's contributors.
    void requireAdministrator() {
        caller.require(Permission.WRITE, place);
    }

    /// Gives whoever made something every permission on it, if they do not have them anyway.
    void made(Thing thing, Instant now) {
        if (!administers()) {
            thing.what()
                    .rights()
                    .forEach(right -> store.ssisPermissions()
                            .keep(
                                    factory,
                                    new SsisPermissions.Entry(
                                            thing.what().code(),
                                            thing.id(),
                                            caller.name(),
                                            right.code(),
                                            false,
                                            caller.name(),
                                            now)));
        }
    }

    /// Something is gone, and what was said of it.
    void gone(Thing thing) {
        store.ssisPermissions().forget(factory, thing.what().code(), thing.id());
    }

    boolean may(Thing thing, Right right) {
        if (administers()) {
            return true;
        }
        List<Right.Said> onFolder =
                thing.folder() == 0 ? List.of() : said(new Thing(Securable.FOLDER, thing.folder(), 0, ""));
        return right.decided(said(thing), onFolder).orElseGet(() -> byRole(right));
    }

    private boolean byRole(Right right) {
        return switch (right) {
            case READ, READ_OBJECTS -> caller.may(Permission.READ, place);
            case EXECUTE, EXECUTE_OBJECTS -> caller.may(Permission.RUN, place);
            case MODIFY, MANAGE_PERMISSIONS, CREATE_OBJECTS, MODIFY_OBJECTS, MANAGE_OBJECT_PERMISSIONS -> false;
        };
    }

    private List<Right.Said> said(Thing thing) {
        return known.computeIfAbsent(
                thing,
                t -> store.ssisPermissions().of(factory, t.what().code(), t.id(), caller.name()).stream()
                        .map(entry -> new Right.Said(entry.permission(), entry.denied()))
                        .toList());
    }

    void require(Thing thing, Right right) {
        if (!may(thing, right)) {
            throw missing(thing, right);
        }
    }

    private ProblemException missing(Thing thing, Right right) {
        return SsisCatalogFaults.PERMISSION_MISSING.with(
                "principal",
                caller.name(),
                "permission",
                right.name(),
                "what",
                thing.what().word(),
                "name",
                thing.name());
    }
}
