package dev.sluice.service.app.ssis;

import dev.sluice.diagnosis.SsisCatalogFaults;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.ssis.Access.Thing;
import dev.sluice.service.store.SsisEnvironments;
import dev.sluice.service.store.SsisProjects;
import dev.sluice.service.store.Store;
import dev.sluice.ssis.catalog.Resolution;
import dev.sluice.ssis.catalog.Right;
import dev.sluice.ssis.catalog.ServerValue;
import dev.sluice.ssis.catalog.Setting;
import dev.sluice.ssis.catalog.ValueText;
import dev.sluice.ssis.packages.Parameter;
import dev.sluice.ssis.packages.ProjectOutline;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What the server says of a project's parameters, and its references to environments.
final class ParameterApi {
    private final Store store;
    private final Found found;
    private final Settings settings;

    ParameterApi(Store store, Found found, Settings settings) {
        this.store = store;
        this.found = found;
        this.settings = settings;
    }

    void addTo(Routes routes) {
        String project = Found.FOLDER + "/projects/{project}";
        routes.add("GET", project + "/parameters", Permission.READ, this::parameters)
                .add("PUT", project + "/parameters/{parameter}", Permission.READ, this::keepParameter)
                .add("DELETE", project + "/parameters/{parameter}", Permission.READ, this::clearParameter)
                .add("GET", project + "/references", Permission.READ, this::references)
                .add("POST", project + "/references", Permission.READ, this::addReference)
                .add("DELETE", project + "/references/{reference}", Permission.READ, this::removeReference);
    }

    private Answer parameters(Call call) {
        SsisProjects.Project project = found.project(call, Right.READ);
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

    static ObjectNode shown(int type, String file, Parameter p, ServerSettings said) {
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
        SsisProjects.Project project = found.project(call, Right.MODIFY);
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
                ServerSettings.fromJson(found.project(call, Right.MODIFY).settings())));
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
        SsisProjects.Project project = found.project(call, Right.MODIFY);
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
        ProjectOutline.PackageOutline one = ProjectApi.requirePackage(outline, wanted, owner);
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
        return Answer.ok(references(found.project(call, Right.READ)));
    }

    static ObjectNode references(SsisProjects.Project project) {
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
        SsisProjects.Project project = found.project(call, Right.MODIFY);
        Place asked = Place.root(call.request().json());
        String folder = asked.member("environmentFolderName").text().orElse("");
        String name = asked.member("environmentName").requiredText();
        String in = folder.isEmpty() ? project.folder() : folder;
        SsisEnvironments.Stored environment = found.environment(factory, in, name);
        found.access(call).require(Thing.of(found.folder(factory, in), environment), Right.READ);
        String exact = environment.name();
        change(factory, project, s -> s.withReference(folder, exact));
        return Answer.ok(references(found.project(call, Right.MODIFY)));
    }

    private Answer removeReference(Call call) {
        String factory = found.factory(call);
        SsisProjects.Project project = found.project(call, Right.MODIFY);
        long id = ProjectApi.number(call, "reference");
        change(factory, project, s -> s.withoutReference(id));
        return Answer.empty(200);
    }
}
