package dev.sluice.service.app.ssis;

import dev.sluice.diagnosis.SsisCatalogFaults;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.Timestamps;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.store.SsisEnvironments;
import dev.sluice.service.store.Store;
import dev.sluice.ssis.catalog.CatalogNames;
import dev.sluice.ssis.catalog.Environment;
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

    EnvironmentApi(Store store, DocumentApi documents, Settings settings, InstantSource clock, int pageSize) {
        this.store = store;
        this.found = new Found(store, documents);
        this.settings = settings;
        this.clock = clock;
        this.pageSize = pageSize;
    }

    void addTo(Routes routes) {
        String list = Found.FOLDER + "/environments";
        String one = list + "/{environment}";
        String variable = one + "/variables/{variable}";
        routes.add("GET", list, Permission.READ, this::list)
                .add("GET", one, Permission.READ, call -> Answer.ok(shown(require(call))))
                .add("PUT", one, Permission.WRITE, this::keep)
                .add("DELETE", one, Permission.WRITE, this::remove)
                .add("PUT", variable, Permission.WRITE, this::keepVariable)
                .add("DELETE", variable, Permission.WRITE, this::removeVariable);
    }

    private SsisEnvironments.Stored require(Call call) {
        return found.environment(found.factory(call), call.variable("folder"), call.variable("environment"));
    }

    private Answer list(Call call) {
        String factory = found.factory(call);
        String folder = found.folder(call).name();
        int size = Pages.size(call, pageSize);
        return Pages.page(
                call,
                store.ssisEnvironments().list(factory, folder, Pages.after(call), size + 1),
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
        String folder = found.folder(call).name();
        String name = CatalogNames.checked("environment", call.variable("environment"));
        @Nullable
        String description = Place.root(call.request().jsonOrEmpty())
                .member("description")
                .text()
                .orElse(null);
        return Answer.ok(shown(store.ssisEnvironments()
                .keep(factory, folder, name, description, v -> v, call.caller().name(), clock.instant())));
    }

    private Answer remove(Call call) {
        boolean removed = store.ssisEnvironments()
                .remove(
                        found.factory(call),
                        call.variable("folder"),
                        call.variable("environment"),
                        call.caller().name(),
                        clock.instant());
        return Answer.empty(removed ? 200 : 204);
    }

    /// `{"type": "String", "value": …, "sensitive": false, "description": ""}`.
    private Answer keepVariable(Call call) {
        String factory = found.factory(call);
        SsisEnvironments.Stored stored = require(call);
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
        SsisEnvironments.Stored stored = require(call);
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
