package dev.sluice.service.app.ssis;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.store.SsisEnvironments;
import dev.sluice.service.store.SsisProjects;
import dev.sluice.service.store.Store;

/// What a path names, or a 404 that says what is missing.
record Found(Store store, DocumentApi documents) {
    static final String ROOT = "/api/v1/factories/{factory}/ssis";
    static final String FOLDER = ROOT + "/folders/{folder}";

    /// The factory's name as it was given.
    String factory(Call call) {
        return documents.requireFactory(call).document().name();
    }

    SsisProjects.Folder folder(Call call) {
        return folder(factory(call), call.variable("folder"));
    }

    SsisProjects.Folder folder(String factory, String name) {
        return store.ssisProjects()
                .folder(factory, name)
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "SSIS folder", "name", name));
    }

    SsisProjects.Project project(Call call) {
        return project(factory(call), call.variable("folder"), call.variable("project"));
    }

    SsisProjects.Project project(String factory, String folder, String name) {
        folder(factory, folder);
        return store.ssisProjects()
                .project(factory, folder, name)
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "SSIS project", "name", folder + "/" + name));
    }

    SsisEnvironments.Stored environment(String factory, String folder, String name) {
        folder(factory, folder);
        return store.ssisEnvironments()
                .find(factory, folder, name)
                .orElseThrow(
                        () -> ServiceFaults.NOT_FOUND.with("object", "SSIS environment", "name", folder + "/" + name));
    }
}
