package dev.sluice.service.app.ssis;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.diagnosis.SsisCatalogFaults;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.Timestamps;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.ssis.Access.Thing;
import dev.sluice.service.store.SsisPermissions;
import dev.sluice.service.store.SsisProjects;
import dev.sluice.service.store.Store;
import dev.sluice.ssis.catalog.Right;
import dev.sluice.ssis.catalog.Securable;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Permissions on folders, projects and environments: shown, given, denied, taken back by those who may manage them
/// (`catalog.grant_permission`, `deny_permission`, `revoke_permission`).
final class PermissionApi {
    private static final int LONGEST_PRINCIPAL = 200;

    private final Store store;
    private final Found found;
    private final InstantSource clock;

    PermissionApi(Store store, Found found, InstantSource clock) {
        this.store = store;
        this.found = found;
        this.clock = clock;
    }

    void addTo(Routes routes) {
        add(routes, Found.FOLDER, this::folder);
        add(routes, Found.FOLDER + "/projects/{project}", this::project);
        add(routes, Found.FOLDER + "/environments/{environment}", this::environment);
    }

    private void add(Routes routes, String object, Function<Call, Thing> thing) {
        String path = object + "/permissions";
        routes.add("GET", path, Permission.READ, call -> shown(found.factory(call), managed(call, thing)))
                .add("POST", path, Permission.READ, call -> keep(call, managed(call, thing)))
                .add("DELETE", path, Permission.READ, call -> remove(call, managed(call, thing)));
    }

    private Thing folder(Call call) {
        return Thing.of(found.folder(found.factory(call), call.variable("folder")));
    }

    private Thing project(Call call) {
        String factory = found.factory(call);
        SsisProjects.Folder folder = found.folder(factory, call.variable("folder"));
        return Thing.of(folder, found.project(factory, folder.name(), call.variable("project")));
    }

    private Thing environment(Call call) {
        String factory = found.factory(call);
        SsisProjects.Folder folder = found.folder(factory, call.variable("folder"));
        return Thing.of(folder, found.environment(factory, folder.name(), call.variable("environment")));
    }

    private Thing managed(Call call, Function<Call, Thing> of) {
        Thing thing = of.apply(call);
        found.access(call).require(thing, Right.MANAGE_PERMISSIONS);
        return thing;
    }

    private Answer shown(String factory, Thing thing) {
        ObjectNode json = Json.object();
        ArrayNode value = json.putArray("value");
        store.ssisPermissions().of(factory, thing.what().code(), thing.id()).forEach(e -> {
            ObjectNode one = value.addObject();
            one.put("principal", e.principal());
            one.put("permissionType", e.permission());
            one.put(
                    "permission",
                    Right.of(String.valueOf(e.permission())).map(Right::name).orElse(""));
            one.put("isDeny", e.denied());
            one.put("grantedBy", e.by());
            one.put("grantedTime", Timestamps.format(e.at()));
        });
        return Answer.ok(json);
    }

    /// `{"principal": name, "permission": "READ", "isDeny": false}`.
    private Answer keep(Call call, Thing thing) {
        Place asked = Place.root(call.request().json());
        Place principal = asked.member("principal");
        String name = principal.requiredText().strip();
        if (name.isEmpty() || name.length() > LONGEST_PRINCIPAL) {
            throw principal.invalid("a name of 1 to " + LONGEST_PRINCIPAL + " characters");
        }
        Right right = right(thing.what(), asked.member("permission").requiredText());
        boolean denied = asked.member("isDeny").flag().orElse(false);
        String factory = found.factory(call);
        if (!store.ssisPermissions().keep(factory, entry(call, thing, name, right, denied))) {
            throw principal.invalid("at most " + SsisPermissions.MOST + " permissions on one object");
        }
        return shown(factory, thing);
    }

    private Answer remove(Call call, Thing thing) {
        String name = query(call, "principal");
        Right right = right(thing.what(), query(call, "permission"));
        boolean there = store.ssisPermissions().remove(found.factory(call), entry(call, thing, name, right, false));
        return Answer.empty(there ? 200 : 204);
    }

    private static String query(Call call, String name) {
        return call.request()
                .parameter(name)
                .orElseThrow(() -> ServiceFaults.BAD_REQUEST.with("detail", "the query must have " + name));
    }

    private SsisPermissions.Entry entry(Call call, Thing thing, String principal, Right right, boolean denied) {
        return new SsisPermissions.Entry(
                thing.what().code(),
                thing.id(),
                principal,
                right.code(),
                denied,
                call.caller().name(),
                clock.instant());
    }

    private static Right right(Securable what, String text) {
        return Right.of(text)
                .filter(what.rights()::contains)
                .orElseThrow(() -> SsisCatalogFaults.PERMISSION_INVALID.with(
                        "what",
                        what.word(),
                        "permission",
                        text,
                        "known",
                        List.copyOf(what.rights()).stream().map(Right::name).collect(Collectors.joining(", "))));
    }
}
