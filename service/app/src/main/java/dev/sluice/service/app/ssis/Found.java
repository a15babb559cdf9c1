package dev.sluice.service.app.ssis;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.ssis.Access.Thing;
import dev.sluice.service.store.SsisEnvironments;
import dev.sluice.service.store.SsisProjects;
import dev.sluice.service.store.Store;
import dev.sluice.ssis.catalog.Right;

/// What a path names, or a 404 that says what is missing. Whoever names a [Right] gets it only for callers who have it.
record Found(Store store, DocumentApi documents) {
    static final String ROOT = "/api/v1/factories/{factory}/ssis";
    static final String FOLDER = ROOT + "/folders/{folder}";

    /// The factory's name as it was given.
    String factory(Call call) {
        return documents.requireFactory(call).document().name();
    }

    Access access(Call call) {
        return Access.of(store, documents, call);
    }

    SsisProjects.Folder folder(Call call, Right right) {
        SsisProjects.Folder folder = folder(factory(call), call.variable("folder"));
        access(call).require(Thing.of(folder), right);
        return folder;
    }

    SsisProjects.Folder folder(String factory, String name) {
        return store.ssisProjects()
                .folder(factory, name)
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "SSIS folder", "name", name));
    }

    SsisProjects.Project project(Call call, Right right) {
        String factory = factory(call);
        SsisProjects.Folder folder = folder(factory, call.variable("folder"));
        SsisProjects.Project project = project(factory, folder.name(), call.variable("project"));
        access(call).require(Thing.of(folder, project), right);
        return project;
    }

    SsisProjects.Project project(String factory, String folder, String name) {
        folder(factory, folder);
        return store.ssisProjects()
                .project(factory, folder, name)
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "SSIS project", "name", folder + "/" + name));
    }

    SsisEnvironments.Stored environment(Call call, Right right) {
        String factory = factory(call);
        SsisProjects.Folder folder = folder(factory, call.variable("folder"));
        SsisEnvironments.Stored environment = environment(factory, folder.name(), call.variable("environment"));
        access(call).require(Thing.of(folder, environment), right);
        return environment;
    }

    SsisEnvironments.Stored environment(String factory, String folder, String name) {
        folder(factory, folder);
        return store.ssisEnvironments()
                .find(factory, folder, name)
                .orElseThrow(
                        () -> ServiceFaults.NOT_FOUND.with("object", "SSIS environment", "name", folder + "/" + name));
    }
}
