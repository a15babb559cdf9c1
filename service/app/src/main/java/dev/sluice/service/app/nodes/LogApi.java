package dev.sluice.service.app.nodes;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.Faults;
import dev.sluice.diagnosis.LogFaults;
import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.IntegrationRuntime;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.Timestamps;
import dev.sluice.service.app.access.Caller;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.Paths;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.app.runs.Groups;
import dev.sluice.service.store.Fleet;
import dev.sluice.service.store.LogReports;
import dev.sluice.service.store.StoredDocument;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Reports of nodes' logs (ours): `/api/v1/logReports`. Of one activity run: whoever may start runs in its
/// factory asks for it, and readers see it. Of whole logs: whoever may change the factory that owns the
/// nodes; of the built-in group's whoever may change the whole service, since its nodes work for all
/// factories.
final class LogApi {
    private static final String ALL = "/api/v1/logReports";
    private static final String ONE = ALL + "/{report}";
    private static final int MOST_SEARCHED = 200;

    private final Fleetwide parts;
    private final Groups groups;
    private final LogDesk desk;
    private final LogReports reports;

    LogApi(Fleetwide parts, Groups groups, LogDesk desk) {
        this.parts = parts;
        this.groups = groups;
        this.desk = desk;
        this.reports = parts.store().logs();
    }

    void addTo(Routes routes) {
        routes.add("POST", ALL, Permission.SIGNED_IN, this::create)
                .add("GET", ALL, Permission.SIGNED_IN, this::list)
                .add("GET", ONE, Permission.SIGNED_IN, this::get)
                .add("GET", ONE + "/nodes/{node}/pages/{page}", Permission.SIGNED_IN, this::page)
                .add("DELETE", ONE, Permission.SIGNED_IN, this::delete);
    }

    /// `{factoryName, activityRunId}` or `{factoryName, integrationRuntimeName}`.
    private Answer create(Call call) {
        Place body = Place.root(call.request().json());
        String name = body.member("factoryName").requiredText();
        StoredDocument factory = parts.store()
                .documents()
                .factory(name)
                .filter(f -> call.caller().knows(Paths.id(f)))
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "factory", "name", name));
        Optional<String> activity = body.member("activityRunId").text();
        LogReports.Report report = activity.isPresent()
                ? ofActivity(call.caller(), factory, activity.get())
                : ofNodes(
                        call.caller(),
                        factory,
                        body.member("integrationRuntimeName").requiredText());
        return Answer.of(202, shown(report));
    }

    private LogReports.Report ofActivity(Caller caller, StoredDocument factory, String activityRunId) {
        caller.require(Permission.RUN, Paths.id(factory));
        String name = factory.document().name();
        ActivityRun run = parts.store()
                .runs()
                .activityRun(name, activityRunId)
                .orElseThrow(() -> LogFaults.ACTIVITY_UNKNOWN.with("factory", name, "activity", activityRunId));
        if (run.integrationRuntimeNames().isEmpty()) {
            throw LogFaults.NO_JOB.with("activity", run.activityName());
        }
        String runtime = run.integrationRuntimeNames().getFirst();
        return desk.begin(name, runtime, groups.of(name, runtime), activityRunId, run.activityName(), caller.name());
    }

    private LogReports.Report ofNodes(Caller caller, StoredDocument factory, String runtime) {
        String name = factory.document().name();
        caller.require(Permission.WRITE, Paths.id(factory));
        Optional<IntegrationRuntime> document = parts.store()
                .documents()
                .find(name, DocumentKind.INTEGRATION_RUNTIME, runtime)
                .map(stored -> IntegrationRuntime.of(stored.document()));
        if (document.isEmpty() && !IntegrationRuntime.isAutoResolve(runtime)) {
            throw ServiceFaults.NOT_FOUND.with("object", "integration runtime", "name", runtime);
        }
        Fleet.Group group = groups.of(name, runtime);
        boolean own = document.isPresent()
                && document.get().selfHosted()
                && !document.get().linked()
                && group.factory().equalsIgnoreCase(name);
        boolean builtIn = group.factory().isEmpty() && caller.may(Permission.WRITE, "");
        if (!own && !builtIn) {
            throw LogFaults.SHARED.with("runtime", runtime);
        }
        return desk.begin(name, runtime, group, "", "", caller.name());
    }

    /// Newest first. `factoryName`, `activityRunId` and `search` narrow it; the last looks into ids, names, codes and
    /// messages.
    private Answer list(Call call) {
        Optional<String> factory = call.request().parameter("factoryname");
        Optional<String> activity = call.request().parameter("activityrunid");
        String search = call.request().parameter("search").orElse("");
        Set<String> found = search.isBlank() ? Set.of() : new HashSet<>(reports.search(search));
        ObjectNode json = Json.object();
        ArrayNode value = json.putArray("value");
        reports.all(MOST_SEARCHED).stream()
                .filter(r -> isSeen(call.caller(), r))
                .filter(r -> factory.isEmpty() || factory.get().equalsIgnoreCase(r.factory()))
                .filter(r -> activity.isEmpty() || activity.get().equals(r.activityRunId()))
                .filter(r -> search.isBlank() || found.contains(r.reportId()) || names(r, search))
                .forEach(r -> value.add(shown(r)));
        return Answer.ok(json);
    }

    private static boolean names(LogReports.Report report, String search) {
        return List.of(report.reportId(), report.runtime(), report.about(), report.activityRunId(), report.askedBy())
                .stream()
                .anyMatch(text -> text.toLowerCase(Locale.ROOT).contains(search.toLowerCase(Locale.ROOT)));
    }

    private boolean isSeen(Caller caller, LogReports.Report report) {
        return caller.may(report.activityRunId().isEmpty() ? Permission.WRITE : Permission.READ, place(report));
    }

    private String place(LogReports.Report report) {
        return parts.store()
                .documents()
                .factory(report.factory())
                .map(Paths::id)
                .orElse("");
    }

    private LogReports.Report require(Call call) {
        String id = call.variable("report");
        return reports.find(id)
                .filter(r -> isSeen(call.caller(), r))
                .orElseThrow(() -> LogFaults.REPORT_UNKNOWN.with(
                        "report", id, "days", LogDesk.KEPT.toDays(), "most", LogDesk.MOST_REPORTS));
    }

    private Answer get(Call call) {
        return Answer.ok(shown(require(call)));
    }

    private Answer delete(Call call) {
        LogReports.Report report = require(call);
        call.caller().require(Permission.WRITE, place(report));
        reports.remove(report.reportId());
        return Answer.empty(200);
    }

    /// `{entries}`: a page of what a node sent, an entry a line.
    private Answer page(Call call) {
        LogReports.Report report = require(call);
        String name = call.variable("node");
        String number = call.variable("page");
        Optional<LogReports.Share> share = reports.shares(report.reportId()).stream()
                .filter(s -> s.name().equalsIgnoreCase(name))
                .findFirst();
        Optional<String> text = share.filter(s -> number.matches("\\d{1,4}"))
                .flatMap(s -> reports.page(report.reportId(), s.nodeId(), Integer.parseInt(number)));
        return Answer.ok(Json.object()
                .put(
                        "entries",
                        text.orElseThrow(() -> DocumentFaults.MEMBER_INVALID.with(
                                "member",
                                "page",
                                "value",
                                number,
                                "expected",
                                "a page that node '" + name + "' sent"))));
    }

    private ObjectNode shown(LogReports.Report report) {
        Instant now = parts.clock().instant();
        List<LogReports.Share> shares =
                reports.shares(report.reportId()).stream().map(desk::now).toList();
        boolean over = !report.deadline().isAfter(now);
        ObjectNode json = Json.object();
        json.put("reportId", report.reportId());
        json.put("status", status(shares, over));
        json.put("scope", report.activityRunId().isEmpty() ? "Nodes" : "Activity");
        json.put("factoryName", report.factory());
        json.put("integrationRuntimeName", report.runtime());
        json.put("activityRunId", report.activityRunId());
        json.put("activityName", report.about());
        json.put("requestedBy", report.askedBy());
        json.put("created", Timestamps.format(report.created()));
        json.put("expires", Timestamps.format(report.created().plus(LogDesk.KEPT)));
        ArrayNode missing = json.putArray("missingNodes");
        ArrayNode nodes = json.putArray("nodes");
        shares.forEach(share -> {
            ObjectNode node = node(report, share, over);
            nodes.add(node);
            if (node.has("reason")) {
                missing.add(share.name());
            }
        });
        json.set("knownIssues", issues(report));
        return json;
    }

    private static String status(List<LogReports.Share> shares, boolean over) {
        if (shares.stream().allMatch(s -> s.state().equals(LogReports.RECEIVED)) && !shares.isEmpty()) {
            return "Complete";
        }
        boolean open = shares.stream().anyMatch(s -> isPending(s.state()));
        return open && !over ? "Collecting" : "Incomplete";
    }

    private static boolean isPending(String state) {
        return state.equals(LogReports.ASKED) || state.equals(LogReports.RECEIVING);
    }

    private ObjectNode node(LogReports.Report report, LogReports.Share share, boolean over) {
        ObjectNode json = Json.object();
        json.put("nodeName", share.name());
        boolean late = over && isPending(share.state());
        json.put("status", late ? "NoAnswer" : share.state());
        if (share.state().equals(LogReports.OFFLINE)) {
            json.put("reason", "The node was offline, so its log is missing; start it and send the logs again.");
        } else if (late) {
            json.put(
                    "reason",
                    "The node did not send all of its log in time; a node of an older version cannot. On the node: "
                            + "'sluice node logs send'.");
        }
        json.put("entries", share.entries());
        json.put("leftOut", share.left());
        ArrayNode pages = json.putArray("pages");
        reports.pages(report.reportId(), share.nodeId()).forEach(pages::add);
        return json;
    }

    /// What the catalogue knows of the codes that were found, the most frequent first.
    private ArrayNode issues(LogReports.Report report) {
        Map<String, List<LogReports.Issue>> byCode = reports.issues(report.reportId()).stream()
                .collect(Collectors.groupingBy(LogReports.Issue::code, LinkedHashMap::new, Collectors.toList()));
        ArrayNode all = Json.array();
        byCode.forEach((code, found) -> {
            Fault fault = Faults.byCode(code);
            if (fault != null) {
                ObjectNode json = all.addObject();
                json.put("code", code);
                json.put("kind", fault.kind().name());
                json.put("retryable", fault.retryable());
                json.put(
                        "occurrences",
                        found.stream().mapToLong(LogReports.Issue::times).sum());
                ArrayNode nodes = json.putArray("nodes");
                found.forEach(issue -> nodes.add(issue.node()));
                json.put("cause", fault.cause());
                ArrayNode steps = json.putArray("resolution");
                fault.resolution().forEach(steps::add);
                json.put("example", found.getFirst().example());
            }
        });
        return all;
    }
}
