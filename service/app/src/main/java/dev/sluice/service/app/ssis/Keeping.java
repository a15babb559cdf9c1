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
import dev.sluice.service.store.SsisExecutions;
import dev.sluice.service.store.SsisProjects;
import dev.sluice.service.store.Store;
import dev.sluice.ssis.catalog.CatalogProperties;
import dev.sluice.ssis.catalog.ExecutionStatus;
import dev.sluice.ssis.catalog.OperationType;
import dev.sluice.ssis.catalog.Retention;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/// How a catalog is kept: its properties, its quota, and the clean-up that goes by both. Thread-safe.
final class Keeping {
    private static final Logger LOG = LoggerFactory.getLogger(Keeping.class);
    private static final int BATCH = 200;
    private static final int MOST_FOR_QUOTA = 5_000;

    private final Store store;
    private final InstantSource clock;
    private final int pageSize;

    Keeping(Store store, InstantSource clock, int pageSize) {
        this.store = store;
        this.clock = clock;
        this.pageSize = pageSize;
    }

    void addTo(Routes routes, Found found) {
        routes.add("GET", Found.ROOT + "/properties", Permission.READ, call -> shown(found.factory(call)))
                .add("PATCH", Found.ROOT + "/properties", Permission.WRITE, call -> change(call, found.factory(call)))
                .add("POST", Found.ROOT + "/cleanup", Permission.WRITE, call -> cleaned(call, found.factory(call)))
                .add("GET", Found.ROOT + "/operations", Permission.READ, call -> operations(call, found.factory(call)));
    }

    CatalogProperties properties(String factory) {
        CatalogProperties all = CatalogProperties.DEFAULT;
        for (Map.Entry<String, String> e :
                store.ssisProjects().properties(factory).entrySet()) {
            all = all.with(e.getKey(), e.getValue());
        }
        return all;
    }

    private Answer shown(String factory) {
        CatalogProperties properties = properties(factory);
        ObjectNode json = Json.object();
        ObjectNode all = json.putObject("properties");
        properties.all().forEach(all::put);
        Retention retention = new Retention(properties);
        long held = store.ssisProjects().held(factory);
        ObjectNode usage = json.putObject("usage");
        usage.put("heldBytes", held);
        usage.put("quotaBytes", retention.quotaBytes());
        usage.put("percent", retention.percent(held));
        if (retention.percent(held) >= Retention.WARN_PERCENT) {
            usage.put("warning", full(factory, held, retention).problem().message());
        }
        return Answer.ok(json);
    }

    private static dev.sluice.diagnosis.ProblemException full(String factory, long held, Retention retention) {
        return SsisCatalogFaults.FULL.with(
                "factory", factory, "held", held >> 20, "quota", retention.quotaBytes() >> 20);
    }

    private Answer change(Call call, String factory) {
        CatalogProperties now = properties(factory);
        Map<String, Place> asked = Place.root(call.request().json()).members();
        if (asked.isEmpty()) {
            throw ServiceFaults.BAD_REQUEST.with(
                    "detail", "the body must name properties, e.g. {\"RETENTION_WINDOW\": 30}");
        }
        for (Map.Entry<String, Place> e : asked.entrySet()) {
            now = now.with(e.getKey(), e.getValue().json().asString());
        }
        Map<String, String> all = now.all();
        for (String name : asked.keySet()) {
            String known = name.toUpperCase(java.util.Locale.ROOT);
            store.ssisProjects()
                    .keepProperty(
                            factory,
                            known,
                            all.getOrDefault(known, ""),
                            call.caller().name(),
                            clock.instant());
        }
        return shown(factory);
    }

    /// Refuses an archive that does not fit below the quota, after the clean-up has done what it may.
    void requireRoom(String factory, long bytes) {
        Retention retention = new Retention(properties(factory));
        if (retention.quotaBytes() == 0) {
            return;
        }
        long held = store.ssisProjects().held(factory);
        if (held + bytes > retention.quotaBytes()) {
            forQuota(factory, retention, held + bytes);
            held = store.ssisProjects().held(factory);
        }
        if (held + bytes > retention.quotaBytes()) {
            throw full(factory, held + bytes, retention);
        }
    }

    /// Removes versions of a project beyond those that are kept.
    int surplus(String factory, SsisProjects.Project project) {
        List<Retention.Version> versions = store.ssisProjects().versions(project.id()).stream()
                .map(v -> new Retention.Version(v.lsn(), v.current()))
                .toList();
        List<Long> gone = new Retention(properties(factory)).surplus(versions);
        return gone.isEmpty() ? 0 : store.ssisProjects().removeVersions(project.id(), gone);
    }

    /// What a clean-up removed.
    record Cleaned(int executions, int versions, int operations) {
        boolean nothing() {
            return executions + versions + operations == 0;
        }
    }

    private Answer cleaned(Call call, String factory) {
        Cleaned cleaned = clean(factory, call.caller().name());
        ObjectNode json = Json.object();
        json.put("executions", cleaned.executions());
        json.put("versions", cleaned.versions());
        json.put("operations", cleaned.operations());
        json.put("heldBytes", store.ssisProjects().held(factory));
        return Answer.ok(json);
    }

    /// Cleans every factory's catalog.
    void clean() {
        for (String factory : store.ssisProjects().factories()) {
            clean(factory, "service");
        }
    }

    private Cleaned clean(String factory, String by) {
        CatalogProperties properties = properties(factory);
        Retention retention = new Retention(properties);
        Optional<Instant> horizon = retention.horizon(clock.instant());
        int executions = horizon.map(before -> outdated(factory, before)).orElse(0);
        int operations = horizon.map(before -> store.ssisProjects().forgetOperations(factory, before))
                .orElse(0);
        executions += forQuota(factory, retention, store.ssisProjects().held(factory));
        int versions = 0;
        for (SsisProjects.Folder folder : folders(factory)) {
            for (SsisProjects.Project project : projects(factory, folder.name())) {
                versions += surplus(factory, project);
            }
        }
        Cleaned cleaned = new Cleaned(executions, versions, operations);
        if (!cleaned.nothing()) {
            LOG.info("the SSIS catalog of {} was cleaned up: {}", factory, cleaned);
            store.ssisProjects()
                    .note(
                            factory,
                            OperationType.RETENTION_CLEANUP.code(),
                            0,
                            "",
                            ExecutionStatus.SUCCEEDED.code(),
                            by,
                            clock.instant(),
                            "Removed " + executions + " executions and " + versions + " versions");
        }
        warn(factory, retention);
        return cleaned;
    }

    private void warn(String factory, Retention retention) {
        long held = store.ssisProjects().held(factory);
        if (retention.percent(held) >= Retention.WARN_PERCENT) {
            LOG.warn("{}", full(factory, held, retention).problem());
        }
    }

    private int outdated(String factory, Instant before) {
        int removed = 0;
        List<SsisExecutions.Execution> page = store.ssisExecutions().ended(factory, before, BATCH);
        while (!page.isEmpty()) {
            store.ssisExecutions()
                    .remove(page.stream().map(SsisExecutions.Execution::id).toList());
            removed += page.size();
            page = store.ssisExecutions().ended(factory, before, BATCH);
        }
        return removed;
    }

    private int forQuota(String factory, Retention retention, long held) {
        if (retention.quotaBytes() == 0 || held <= retention.quotaBytes()) {
            return 0;
        }
        List<Retention.Ended> ended =
                store.ssisExecutions().ended(factory, clock.instant().plusSeconds(1), MOST_FOR_QUOTA).stream()
                        .map(e -> new Retention.Ended(e.id(), e.ended(), e.bytes()))
                        .toList();
        List<Long> gone = retention.forQuota(ended, held);
        store.ssisExecutions().remove(gone);
        return gone.size();
    }

    private List<SsisProjects.Folder> folders(String factory) {
        return store.ssisProjects().folders(factory, "", MOST_FOR_QUOTA);
    }

    private List<SsisProjects.Project> projects(String factory, String folder) {
        return store.ssisProjects().projects(factory, folder, "", MOST_FOR_QUOTA);
    }

    private Answer operations(Call call, String factory) {
        int size = Pages.size(call, pageSize);
        List<SsisProjects.Operation> page =
                store.ssisProjects().operations(factory, Pages.after(call, Long.MAX_VALUE), size + 1);
        return Pages.page(call, page, size, Keeping::shown, SsisProjects.Operation::id);
    }

    private static ObjectNode shown(SsisProjects.Operation o) {
        ObjectNode json = Json.object();
        json.put("operationId", o.id());
        json.put("operationType", o.type());
        json.put("objectType", o.objectType());
        json.put("objectName", o.object());
        json.put("status", o.status());
        json.put("callerName", o.caller());
        json.put("createdTime", Timestamps.format(o.at()));
        json.put("message", o.message());
        return json;
    }
}
