package dev.sluice.service.app.ssis;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.diagnosis.SsisCatalogFaults;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.Timestamps;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.runs.Groups;
import dev.sluice.service.app.ssis.Access.Thing;
import dev.sluice.service.store.SsisExecutions;
import dev.sluice.service.store.SsisExecutions.Execution;
import dev.sluice.service.store.SsisProjects;
import dev.sluice.service.store.Store;
import dev.sluice.ssis.catalog.ExecutionStatus;
import dev.sluice.ssis.catalog.MessageType;
import dev.sluice.ssis.catalog.PackagePath;
import dev.sluice.ssis.catalog.Right;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/// Starting, watching and stopping executions.
public final class ExecutionApi {
    private static final int LONGEST_KEY = 200;

    /// Properties of connection managers that may hold a secret.
    private static final Set<String> SECRET = Set.of("password", "connectionstring");

    private final Store store;
    private final Found found;
    private final PackageLimits limits;
    private final Waiting waiting;
    private final Executions executions;
    private final InstantSource clock;
    private final int pageSize;

    ExecutionApi(Store store, Found found, Groups groups, Executions executions, InstantSource clock, int pageSize) {
        this.store = store;
        this.found = found;
        this.limits = new PackageLimits(store);
        this.waiting = new Waiting(store, groups, clock);
        this.executions = executions;
        this.clock = clock;
        this.pageSize = pageSize;
    }

    void addTo(Routes routes) {
        String list = Found.ROOT + "/executions";
        String one = list + "/{execution}";
        routes.add("POST", list, Permission.READ, this::start)
                .add("GET", list, Permission.READ, this::list)
                .add("GET", one, Permission.READ, call -> Answer.ok(shown(require(call, Right.READ), true)))
                .add("POST", one + "/stop", Permission.READ, this::stop)
                .add("GET", one + "/messages", Permission.READ, this::messages)
                .add("GET", one + "/executables", Permission.READ, this::executables);
    }

    private Execution require(Call call, Right right) {
        String factory = found.factory(call);
        long id = ProjectApi.number(call, "execution");
        Execution execution = store.ssisExecutions()
                .find(id)
                .filter(e -> e.factory().equalsIgnoreCase(factory))
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "SSIS execution", "name", id));
        found.access(call).require(execution, right);
        return execution;
    }

    /// The body is as the type properties of an Execute SSIS Package activity with a package of the
    /// catalog, its path in `packagePath`; and `idempotencyKey`.
    private Answer start(Call call) {
        String factory = found.factory(call);
        Place asked = Place.root(call.request().json());
        Place location = asked.member("packageLocation");
        Place pathPlace =
                asked.member("packagePath").present() ? asked.member("packagePath") : location.member("packagePath");
        String path = PackagePath.of(pathPlace.requiredText()).toString();
        String key = asked.member("idempotencyKey")
                .text()
                .or(() -> call.request().header("idempotency-key"))
                .orElse("");
        if (key.length() > LONGEST_KEY) {
            throw asked.member("idempotencyKey").invalid("at most " + LONGEST_KEY + " characters");
        }
        refuseUnknownRuntime(asked.member("runtime"));
        requireAllowed(
                call, factory, path, asked.member("environmentPath").text().orElse(""));
        Executions.Order order = new Executions.Order(
                factory,
                path,
                runtime(factory, asked.member("connectVia")),
                key,
                order(factory, asked, path),
                call.caller().name());
        return Answer.of(202, shown(executions.start(order), true));
    }

    /// As SSISDB has it: to read and to execute the project, and to read the environment.
    private void requireAllowed(Call call, String factory, String path, String environmentPath) {
        PackagePath at = PackagePath.of(path);
        SsisProjects.Folder folder = found.folder(factory, at.folder());
        Thing project = Thing.of(folder, found.project(factory, at.folder(), at.project()));
        Access access = found.access(call);
        access.require(project, Right.READ);
        access.require(project, Right.EXECUTE);
        if (!environmentPath.isEmpty()) {
            Executions.EnvironmentPath named = Executions.EnvironmentPath.of(environmentPath, folder.name());
            access.require(
                    Thing.of(
                            found.folder(factory, named.folder()),
                            found.environment(factory, named.folder(), named.name())),
                    Right.READ);
        }
    }

    /// 32 bits mean nothing on the JVM, and are accepted.
    private static void refuseUnknownRuntime(Place runtime) {
        String word = runtime.text().orElse("x64").toLowerCase(Locale.ROOT);
        if (!word.equals("x64") && !word.equals("x86")) {
            throw runtime.invalid("x64 or x86");
        }
    }

    private String runtime(String factory, Place via) {
        if (!via.present()) {
            return IntegrationRuntime.AUTO_RESOLVE;
        }
        Place nameOf = via.json().isObject() ? via.member("referenceName") : via;
        String name = nameOf.requiredText();
        if (!IntegrationRuntime.isAutoResolve(name)
                && store.documents()
                        .find(factory, DocumentKind.INTEGRATION_RUNTIME, name)
                        .isEmpty()) {
            throw DocumentFaults.REFERENCE_MISSING
                    .problem()
                    .at(nameOf.pointer())
                    .evidence("object", "integration runtime")
                    .evidence("name", name)
                    .exception();
        }
        if (limits.stopped(factory, name)) {
            throw SsisCatalogFaults.NO_WORKER.with("runtime", name, "detail", "it is stopped");
        }
        return name;
    }

    private ObjectNode order(String factory, Place asked, String path) {
        ObjectNode json = Json.object();
        ObjectNode location = json.putObject("packageLocation");
        location.put("type", "SSISDB").put("packagePath", path);
        Place password = asked.member("packagePassword");
        if (password.present()) {
            location.putObject("typeProperties").set("packagePassword", executions.sealed(factory, password, true));
        }
        json.put("environmentPath", asked.member("environmentPath").text().orElse(""));
        String level = asked.member("loggingLevel").present()
                ? asked.member("loggingLevel").json().asString()
                : "";
        json.put("loggingLevel", level);
        for (String section : Executions.SECTIONS) {
            ObjectNode values = json.putObject(section);
            asked.member(section).members().forEach((name, place) -> {
                if (section.endsWith("ConnectionManagers")) {
                    ObjectNode manager = values.putObject(name);
                    place.members()
                            .forEach((property, value) -> manager.set(
                                    property,
                                    valued(factory, value, SECRET.contains(property.toLowerCase(Locale.ROOT)))));
                } else {
                    values.set(name, valued(factory, place, isSecret(name, place)));
                }
            });
        }
        return json;
    }

    private static boolean isSecret(String name, Place place) {
        boolean said =
                place.json().isObject() && place.member("isSensitive").flag().orElse(false);
        String last = name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return said || (name.regionMatches(true, 0, "CM.", 0, 3) && SECRET.contains(last));
    }

    /// `{"value": …}`, or the value alone.
    private ObjectNode valued(String factory, Place place, boolean sensitive) {
        Place value = place.json().isObject() && !place.member("type").present() ? place.member("value") : place;
        ObjectNode one = Json.object();
        one.set("value", executions.sealed(factory, value, sensitive));
        return one;
    }

    private Answer list(Call call) {
        String factory = found.factory(call);
        int size = Pages.size(call, pageSize);
        String status = call.request().parameter("status").orElse("");
        int code = status.isEmpty()
                ? 0
                : ExecutionStatus.of(status)
                        .orElseThrow(() -> ServiceFaults.BAD_REQUEST.with(
                                "detail",
                                "status must be a status of executions such as Running, not '" + status + "'"))
                        .code();
        String name = call.request().parameter("package").orElse("");
        String folder = call.request().parameter("folder").orElse("");
        String project = call.request().parameter("project").orElse("");
        String file = name.isEmpty() || name.toLowerCase(Locale.ROOT).endsWith(".dtsx") ? name : name + ".dtsx";
        Access access = found.access(call);
        List<Execution> page = Pages.visible(
                Pages.after(call, Long.MAX_VALUE),
                size + 1,
                (before, limit) -> store.ssisExecutions().list(factory, code, folder, project, file, before, limit),
                Execution::id,
                e -> access.may(e, Right.READ));
        return Pages.page(call, page, size, e -> shown(e, false), Execution::id);
    }

    private Answer stop(Call call) {
        Execution execution = require(call, Right.EXECUTE);
        return Answer.of(202, shown(executions.stop(execution, call.caller().name()), true));
    }

    /// @param whole with the values of parameters, and where it stands in the queue
    private ObjectNode shown(Execution e, boolean whole) {
        ExecutionStatus status = ExecutionStatus.of(e.status());
        ObjectNode json = Json.object();
        json.put("executionId", e.id());
        json.put("folderName", e.folder());
        json.put("projectName", e.project());
        json.put("packageName", e.packageName());
        json.put("projectVersion", e.lsn());
        json.put("environment", e.environment());
        json.put("status", status.code());
        json.put("statusName", status.word());
        json.put("loggingLevel", e.loggingLevel());
        json.put("integrationRuntime", e.runtime());
        json.put("node", e.node());
        json.put("callerName", e.caller());
        json.put("stoppedByName", e.stoppedBy());
        json.put("pipelineRunId", e.runId());
        json.put("createdTime", Timestamps.format(e.created()));
        time(json, "startTime", e.started());
        time(json, "endTime", e.ended());
        if (!e.started().equals(Instant.EPOCH)) {
            Instant end = e.ended().equals(Instant.EPOCH) ? clock.instant() : e.ended();
            json.put(
                    "durationInMs",
                    Math.max(0, Duration.between(e.started(), end).toMillis()));
        }
        if (!e.error().isEmpty()) {
            json.put("error", e.error());
        }
        if (e.key() != null) {
            json.put("idempotencyKey", e.key());
        }
        if (whole) {
            json.set("parameters", e.parameters().path("values"));
            if (!status.ended() && e.job() == null) {
                json.set("queue", waiting.shown(e));
            }
        }
        return json;
    }

    private static void time(ObjectNode json, String member, Instant time) {
        if (!time.equals(Instant.EPOCH)) {
            json.put(member, Timestamps.format(time));
        }
    }

    private Answer messages(Call call) {
        Execution execution = require(call, Right.READ);
        int size = Pages.size(call, 1_000);
        List<Integer> types = new ArrayList<>();
        for (String word : call.request().parameter("type").orElse("").split(",", -1)) {
            if (!word.isBlank()) {
                types.add(MessageType.of(word.strip())
                        .orElseThrow(() -> ServiceFaults.BAD_REQUEST.with(
                                "detail",
                                "type must name types of messages such as Error or Warning, not '" + word + "'"))
                        .code());
            }
        }
        List<SsisExecutions.Message> page =
                store.ssisExecutions().messages(execution.id(), types, Pages.after(call, 0), size + 1);
        return Pages.page(call, page, size, ExecutionApi::shown, SsisExecutions.Message::id);
    }

    private static ObjectNode shown(SsisExecutions.Message m) {
        ObjectNode json = Json.object();
        json.put("messageId", m.id());
        json.put("messageTime", Timestamps.format(m.at()));
        json.put("messageType", m.type());
        json.put("messageSourceType", m.sourceType());
        json.put("message", m.text());
        json.put("packageName", m.packageName());
        json.put("eventName", m.event());
        json.put("messageSourceName", m.sourceName());
        json.put("messageSourceId", m.sourceId());
        json.put("packagePath", m.path());
        if (m.code() != 0) {
            json.put("messageCode", String.format("0x%08X", (int) m.code()));
        }
        return json;
    }

    private Answer executables(Call call) {
        Execution execution = require(call, Right.READ);
        int size = Pages.size(call, 1_000);
        List<SsisExecutions.Statistic> page =
                store.ssisExecutions().statistics(execution.id(), Pages.after(call, 0), size + 1);
        return Pages.page(call, page, size, ExecutionApi::shown, SsisExecutions.Statistic::id);
    }

    private static ObjectNode shown(SsisExecutions.Statistic s) {
        ObjectNode json = Json.object();
        json.put("statisticsId", s.id());
        json.put("executableName", s.executable());
        json.put("packageName", s.packageName());
        json.put("packagePath", s.path());
        json.put("startTime", Timestamps.format(s.start()));
        json.put("endTime", Timestamps.format(s.end()));
        json.put("executionDuration", Duration.between(s.start(), s.end()).toMillis());
        json.put("executionResult", s.result());
        return json;
    }
}
