package dev.sluice.service.app.ssis;

import dev.sluice.diagnosis.SsisCatalogFaults;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.Timestamps;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.ssis.Access.Thing;
import dev.sluice.service.store.SsisProjects;
import dev.sluice.service.store.Store;
import dev.sluice.ssis.catalog.CatalogNames;
import dev.sluice.ssis.catalog.Right;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Folders of the catalog.
final class FolderApi {
    private final Store store;
    private final Found found;
    private final InstantSource clock;
    private final int pageSize;

    FolderApi(Store store, Found found, InstantSource clock, int pageSize) {
        this.store = store;
        this.found = found;
        this.clock = clock;
        this.pageSize = pageSize;
    }

    void addTo(Routes routes) {
        routes.add("GET", Found.ROOT + "/folders", Permission.READ, this::folders)
                .add("GET", Found.FOLDER, Permission.READ, call -> Answer.ok(shown(found.folder(call, Right.READ))))
                .add("PUT", Found.FOLDER, Permission.READ, this::keepFolder)
                .add("DELETE", Found.FOLDER, Permission.READ, this::removeFolder);
    }

    private Answer folders(Call call) {
        String factory = found.factory(call);
        int size = Pages.size(call, pageSize);
        Access access = found.access(call);
        return Pages.page(
                call,
                Pages.visible(
                        Pages.after(call),
                        size + 1,
                        (after, limit) -> store.ssisProjects().folders(factory, after, limit),
                        SsisProjects.Folder::name,
                        folder -> access.may(Thing.of(folder), Right.READ)),
                size,
                FolderApi::shown,
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
        Optional<SsisProjects.Folder> there = store.ssisProjects().folder(factory, name);
        Access access = found.access(call);
        if (there.isPresent()) {
            access.require(Thing.of(there.get()), Right.MODIFY);
        } else {
            access.requireAdministrator();
        }
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
        Optional<SsisProjects.Folder> there = store.ssisProjects().folder(factory, name);
        Access access = found.access(call);
        if (there.isEmpty()) {
            access.requireAdministrator();
            return Answer.empty(204);
        }
        access.require(Thing.of(there.get()), Right.MODIFY);
        long held =
                store.ssisProjects().removeFolder(factory, name, call.caller().name(), clock.instant());
        if (held > 0) {
            throw SsisCatalogFaults.FOLDER_NOT_EMPTY.with("folder", name, "count", held);
        }
        access.gone(Thing.of(there.get()));
        return Answer.empty(200);
    }
}
