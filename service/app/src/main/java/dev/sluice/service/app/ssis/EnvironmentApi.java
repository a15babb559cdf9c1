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
import dev.sluice.service.store.SsisEnvironments;
import dev.sluice.service.store.SsisProjects;
import dev.sluice.service.store.Store;
import dev.sluice.ssis.catalog.CatalogNames;
import dev.sluice.ssis.catalog.Environment;
import dev.sluice.ssis.catalog.Right;
import dev.sluice.ssis.catalog.Setting;
import dev.sluice.ssis.catalog.ValueText;
import dev.sluice.ssis.packages.VariantType;
import java.time.InstantSource;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Environments and their variables. Values of sensitive variables are sealed to the nodes when they come and never
/// shown.
public final class EnvironmentApi {
    private static final int MOST_VARIABLES = 1_000;
    private static final int LONGEST_VALUE = 32_768;

    private final Store store;
    private final Found found;
    private final Settings settings;
    private final InstantSource clock;
    private final int pageSize;

    EnvironmentApi(Store store, Found found, Settings settings, InstantSource clock, int pageSize) {
        this.store = store;
        this.found = found;
        this.settings = settings;
        this.clock = clock;
        this.pageSize = pageSize;
    }

    void addTo(Routes routes) {
        String list = Found.FOLDER + "/environments";
        String one = list + "/{environment}";
        String variable = one + "/variables/{variable}";
        routes.add("GET", list, Permission.READ, this::list)
                .add("GET", one, Permission.READ, call -> Answer.ok(shown(found.environment(call, Right.READ))))
                .add("PUT", one, Permission.READ, this::keep)
                .add("DELETE", one, Permission.READ, this::remove)
                .add("PUT", variable, Permission.READ, this::keepVariable)
                .add("DELETE", variable, Permission.READ, this::removeVariable);
    }

    private Answer list(Call call) {
        String factory = found.factory(call);
        SsisProjects.Folder folder = found.folder(call, Right.READ);
        int size = Pages.size(call, pageSize);
        Access access = found.access(call);
        return Pages.page(
                call,
                Pages.visible(
                        Pages.after(call),
                        size + 1,
                        (after, limit) -> store.ssisEnvironments().list(factory, folder.name(), after, limit),
                        SsisEnvironments.Stored::name,
                        environment -> access.may(Thing.of(folder, environment), Right.READ)),
                size,
                EnvironmentApi::shown,
                SsisEnvironments.Stored::name);
    }

    private static ObjectNode shown(SsisEnvironments.Stored stored) {
        ObjectNode json = Json.object();
        json.put("id", stored.id());
        json.put("folderName", stored.folder());
        json.put("name", stored.name());
        json.put("description", stored.description());
        json.put("createdBy", stored.createdBy());
        json.put("createdTime", Timestamps.format(stored.created()));
        ArrayNode variables = json.putArray("variables");
        Variables.of(stored).variables().forEach(v -> variables.add(Variables.shown(v)));
        return json;
    }

    private Answer keep(Call call) {
        String factory = found.factory(call);
        SsisProjects.Folder folder = found.folder(factory, call.variable("folder"));
        String name = CatalogNames.checked("environment", call.variable("environment"));
        Optional<SsisEnvironments.Stored> before = store.ssisEnvironments().find(factory, folder.name(), name);
        Access access = found.access(call);
        access.require(
                before.map(e -> Thing.of(folder, e)).orElse(Thing.of(folder)),
                before.isPresent() ? Right.MODIFY : Right.CREATE_OBJECTS);
        @Nullable
        String description = Place.root(call.request().jsonOrEmpty())
                .member("description")
                .text()
                .orElse(null);
        SsisEnvironments.Stored kept = store.ssisEnvironments()
                .keep(
                        factory,
                        folder.name(),
                        name,
                        description,
                        v -> v,
                        call.caller().name(),
                        clock.instant());
        if (before.isEmpty()) {
            access.made(Thing.of(folder, kept), clock.instant());
        }
        return Answer.ok(shown(kept));
    }

    private Answer remove(Call call) {
        String factory = found.factory(call);
        Optional<SsisProjects.Folder> folder = store.ssisProjects().folder(factory, call.variable("folder"));
        Optional<Thing> there = folder.flatMap(f -> store.ssisEnvironments()
                .find(factory, f.name(), call.variable("environment"))
                .map(e -> Thing.of(f, e)));
        Access access = found.access(call);
        if (there.isEmpty()) {
            access.requireAdministrator();
            return Answer.empty(204);
        }
        access.require(there.get(), Right.MODIFY);
        store.ssisEnvironments()
                .remove(
                        factory,
                        call.variable("folder"),
                        call.variable("environment"),
                        call.caller().name(),
                        clock.instant());
        access.gone(there.get());
        return Answer.empty(200);
    }

    /// `{"type": "String", "value": …, "sensitive": false, "description": ""}`.
    private Answer keepVariable(Call call) {
        String factory = found.factory(call);
        SsisEnvironments.Stored stored = found.environment(call, Right.MODIFY);
        Environment.Variable variable = variable(
                factory,
                CatalogNames.checked("variable", call.variable("variable")),
                Place.root(call.request().json()),
                stored);
        if (Variables.without(stored.variables(), variable.name()).size() >= MOST_VARIABLES) {
            throw Place.root(call.request().json()).invalid("at most " + MOST_VARIABLES + " variables");
        }
        store.ssisEnvironments()
                .keep(
                        factory,
                        stored.folder(),
                        stored.name(),
                        null,
                        v -> Variables.with(v, variable),
                        call.caller().name(),
                        clock.instant());
        return Answer.ok(Variables.shown(variable));
    }

    private Environment.Variable variable(String factory, String name, Place asked, SsisEnvironments.Stored stored) {
        Place typeName = asked.member("type");
        VariantType type = ValueText.type(typeName.text().orElse("String"))
                .filter(ValueText.OF_ENVIRONMENTS::contains)
                .orElseThrow(() -> typeName.invalid("a type such as String, Int32, Boolean, DateTime or Decimal"));
        Place value = asked.member("value");
        if (value.present() && value.json().isValueNode()) {
            String text = value.json().asString();
            Optional<String> flaw = text.length() > LONGEST_VALUE
                    ? Optional.of("it has " + text.length() + " characters; at most " + LONGEST_VALUE + " are allowed")
                    : ValueText.flaw(type, text);
            if (flaw.isPresent()) {
                throw SsisCatalogFaults.VALUE_INVALID
                        .problem()
                        .at(value.pointer())
                        .evidence("what", "variable")
                        .evidence("name", name)
                        .evidence("owner", stored.folder() + "/" + stored.name())
                        .evidence("detail", flaw.get())
                        .exception();
            }
        }
        boolean sensitive = asked.member("sensitive").flag().orElse(false);
        Setting setting = settings.given(factory, value, sensitive);
        return new Environment.Variable(
                name, type, setting, asked.member("description").text().orElse(""));
    }

    private Answer removeVariable(Call call) {
        String factory = found.factory(call);
        SsisEnvironments.Stored stored = found.environment(call, Right.MODIFY);
        store.ssisEnvironments()
                .keep(
                        factory,
                        stored.folder(),
                        stored.name(),
                        null,
                        v -> Variables.without(v, call.variable("variable")),
                        call.caller().name(),
                        clock.instant());
        return Answer.empty(200);
    }
}
