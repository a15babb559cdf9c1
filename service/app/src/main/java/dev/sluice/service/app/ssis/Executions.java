package dev.sluice.service.app.ssis;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisCatalogFaults;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.model.run.RunStatus;
import dev.sluice.model.secret.SecretPlaces;
import dev.sluice.service.app.documents.Sealing;
import dev.sluice.service.app.http.RefusedException;
import dev.sluice.service.app.runs.Dispatcher;
import dev.sluice.service.run.RunIdentity;
import dev.sluice.service.store.QueuedJob;
import dev.sluice.service.store.SsisEnvironments;
import dev.sluice.service.store.SsisExecutions.Execution;
import dev.sluice.service.store.SsisProjects;
import dev.sluice.service.store.Store;
import dev.sluice.ssis.catalog.Environment;
import dev.sluice.ssis.catalog.ExecutionStatus;
import dev.sluice.ssis.catalog.LoggingLevel;
import dev.sluice.ssis.catalog.PackagePath;
import dev.sluice.ssis.catalog.Resolution;
import dev.sluice.ssis.catalog.Setting;
import dev.sluice.ssis.packages.ProjectOutline;
import dev.sluice.wire.JobRef;
import dev.sluice.wire.SsisBegun;
import dev.sluice.wire.SsisSaid;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Executions of the catalog's packages. One that a caller starts is a run of one Execute SSIS Package
/// activity, so that it waits, is handed out and is cancelled as every job is; one that a pipeline's
/// activity starts comes into being when a node begins it. Either way the node asks for what it needs
/// ([#begin]), tells what the package says ([#said]), and its report ends it ([#ended]). What no report
/// ends, [#settle] does. Thread-safe.
public final class Executions {
    private static final Logger LOG = LoggerFactory.getLogger(Executions.class);

    /// The pipeline of a run that only executes a package; also the activity's type.
    static final String TYPE = "ExecuteSSISPackage";

    private static final String ACTIVITY = "Execute package";

    /// The most messages that are kept of an execution.
    private static final Sayings SAYINGS = new Sayings(200_000);

    private static final int LONGEST_ERROR = 4_000;
    private static final int PAGE = 200;
    private static final Duration START_GRACE = Duration.ofMinutes(1);

    /// The members of the activity's type properties that an order may have.
    static final List<String> SECTIONS = List.of(
            "projectParameters",
            "packageParameters",
            "projectConnectionManagers",
            "packageConnectionManagers",
            "propertyOverrides");

    private final Store store;
    private final Found places;
    private final Dispatcher dispatcher;
    private final Sealing sealing;
    private final Settings settings;
    private final Keeping keeping;
    private final InstantSource clock;

    Executions(
            Store store,
            Dispatcher dispatcher,
            Sealing sealing,
            Found places,
            Settings settings,
            Keeping keeping,
            InstantSource clock) {
        this.places = places;
        this.store = store;
        this.dispatcher = dispatcher;
        this.sealing = sealing;
        this.settings = settings;
        this.keeping = keeping;
        this.clock = clock;
    }

    /// What is to be executed.
    ///
    /// @param environment null for none
    private record Target(
            String factory,
            SsisProjects.Project project,
            ProjectOutline outline,
            ProjectOutline.PackageOutline main,
            @Nullable Environment environment,
            LoggingLevel level) {}

    /// An order of a caller, its secrets sealed.
    ///
    /// @param json members as the activity's type properties have them
    /// @param key an idempotency key; empty for none
    record Order(String factory, String path, String runtime, String key, ObjectNode json, String caller) {}

    /// Starts an execution; with a key that has started one before, that one is the answer and nothing is started.
    Execution start(Order order) {
        if (!order.key().isEmpty()) {
            Optional<Execution> known = store.ssisExecutions().ofKey(order.factory(), order.key());
            if (known.isPresent()) {
                return again(known.get(), order);
            }
        }
        Target target = target(order.factory(), order.path(), order.json(), null);
        List<Resolution.Effective> values = effective(target, order.json());
        String runId = UUID.randomUUID().toString();
        Execution made = store.ssisExecutions()
                .create(new Execution(
                        0,
                        order.factory(),
                        target.project().folder(),
                        target.project().name(),
                        target.main().file(),
                        target.project().id(),
                        target.project().lsn(),
                        environment(target),
                        ExecutionStatus.CREATED.code(),
                        target.level().code(),
                        order.caller(),
                        "",
                        order.runtime(),
                        "",
                        runId,
                        true,
                        null,
                        order.key().isEmpty() ? null : order.key(),
                        shown(values),
                        "",
                        clock.instant(),
                        Instant.EPOCH,
                        Instant.EPOCH,
                        0,
                        0));
        return made.runId().equals(runId) ? run(made, order) : again(made, order);
    }

    private static String environment(Target target) {
        Environment environment = target.environment();
        return environment == null ? "" : environment.folder() + "/" + environment.name();
    }

    /// The same order once more: it is answered with the execution that it started, which begins now if it did not
    /// then.
    private Execution again(Execution known, Order order) {
        PackagePath path = PackagePath.of(order.path());
        boolean same = path.folder().equalsIgnoreCase(known.folder())
                && path.project().equalsIgnoreCase(known.project())
                && path.packageName().equalsIgnoreCase(known.packageName());
        if (!same) {
            throw SsisCatalogFaults.KEY_TAKEN.with(
                    "key",
                    order.key(),
                    "execution",
                    known.id(),
                    "package",
                    known.folder() + "/" + known.project() + "/" + known.packageName());
        }
        boolean forgotten = known.status() == ExecutionStatus.CREATED.code()
                && store.runs().pipelineRun(known.factory(), known.runId()).isEmpty();
        return forgotten ? run(known, order) : known;
    }

    private Execution run(Execution execution, Order order) {
        RunIdentity identity = RunIdentity.manual(order.factory(), execution.runId(), order.caller(), clock.instant());
        try {
            dispatcher.start(identity, pipeline(order), Json.object().set("order", order.json()));
        } catch (ProblemException | RefusedException e) {
            if (store.runs().pipelineRun(execution.factory(), execution.runId()).isEmpty()) {
                store.ssisExecutions()
                        .end(
                                execution.id(),
                                ExecutionStatus.FAILED.code(),
                                cut(String.valueOf(e.getMessage()), LONGEST_ERROR),
                                clock.instant());
                throw e;
            }
            // Somebody with the same key was faster.
            LOG.debug("execution {} has been started already", execution.id());
        }
        store.ssisExecutions()
                .change(execution.id(), ExecutionStatus.CREATED.code(), ExecutionStatus.PENDING.code(), "");
        return store.ssisExecutions().find(execution.id()).orElse(execution);
    }

    /// A pipeline of the one activity. What the order says comes as an argument, so that none of it is an expression.
    private static Document pipeline(Order order) {
        ObjectNode activity = Json.object();
        activity.put("name", ACTIVITY);
        activity.put("type", TYPE);
        activity.putObject("policy").put("timeout", "7.00:00:00").put("retry", 0);
        ObjectNode properties = activity.putObject("typeProperties");
        properties
                .putObject("connectVia")
                .put("referenceName", order.runtime())
                .put("type", "IntegrationRuntimeReference");
        for (String member : order.json().propertyNames()) {
            properties
                    .putObject(member)
                    .put("value", "@pipeline().parameters.order." + member)
                    .put("type", "Expression");
        }
        ObjectNode json = Json.object();
        json.put("name", TYPE);
        ObjectNode all = json.putObject("properties");
        all.putObject("parameters").putObject("order").put("type", "Object");
        all.putArray("activities").add(activity);
        return Document.parse(DocumentKind.PIPELINE, TYPE, Json.bytes(json));
    }

    /// Finds everything that an order or an activity names.
    ///
    /// @param pinned the execution whose version of the project is meant; null for the current one
    private Target target(String factory, String path, ObjectNode properties, @Nullable Execution pinned) {
        PackagePath at = PackagePath.of(path);
        SsisProjects.Project project = places.project(factory, at.folder(), at.project());
        ObjectNode json = pinned == null
                ? project.outline()
                : store.ssisProjects().outline(pinned.projectId(), pinned.lsn()).orElse(project.outline());
        ProjectOutline outline = Outlines.fromJson(json);
        String level = text(properties, "loggingLevel");
        return new Target(
                factory,
                project,
                outline,
                ProjectApi.requirePackage(outline, at.packageName(), at.folder() + "/" + at.project()),
                environment(factory, project, text(properties, "environmentPath")),
                level.isEmpty()
                        ? keeping.properties(factory).loggingLevel()
                        : LoggingLevel.of(level)
                                .orElseThrow(() -> SsisCatalogFaults.LEVEL_UNKNOWN.with("level", level)));
    }

    /// `folder/environment`, or the environment alone: in the project's folder.
    record EnvironmentPath(String folder, String name) {
        static EnvironmentPath of(String path, String projectFolder) {
            String slashes = path.replace('\\', '/');
            int slash = slashes.indexOf('/');
            return new EnvironmentPath(
                    slash < 0 ? projectFolder : slashes.substring(0, slash), slashes.substring(slash + 1));
        }
    }

    private @Nullable Environment environment(String factory, SsisProjects.Project project, String path) {
        if (path.isEmpty()) {
            return null;
        }
        EnvironmentPath named = EnvironmentPath.of(path, project.folder());
        String folder = named.folder();
        String name = named.name();
        SsisEnvironments.Stored stored = places.environment(factory, folder, name);
        boolean referred = ServerSettings.fromJson(project.settings()).references().stream()
                .anyMatch(r -> r.isTo(project.folder(), folder, name));
        if (!referred) {
            throw SsisCatalogFaults.ENVIRONMENT_NOT_REFERENCED.with(
                    "project",
                    project.folder() + "/" + project.name(),
                    "environment",
                    stored.folder() + "/" + stored.name());
        }
        return Variables.of(stored);
    }

    private List<Resolution.Effective> effective(Target target, ObjectNode properties) {
        Resolution resolution = new Resolution(
                target.outline(),
                target.main(),
                ServerSettings.fromJson(target.project().settings()).values(),
                target.environment());
        return resolution.of(
                given(target.factory(), properties, "projectParameters"),
                given(target.factory(), properties, "packageParameters"));
    }

    private Map<String, Setting> given(String factory, ObjectNode properties, String section) {
        Map<String, Setting> values = new LinkedHashMap<>();
        Place.root(properties).member(section).members().forEach((name, place) -> {
            Place value = place.json().isObject() && place.member("value").present() ? place.member("value") : place;
            values.put(name, reference(value) ? new Setting.Sealed("") : settings.given(factory, value, false));
        });
        return values;
    }

    /// A secret in a vault: its value is known on the node only.
    private static boolean reference(Place value) {
        return value.json().isObject()
                && value.member("type").json().asString("").equalsIgnoreCase("AzureKeyVaultSecret");
    }

    /// The text of a member, or of its `value`.
    private static String text(ObjectNode properties, String member) {
        Place place = Place.root(properties).member(member);
        JsonNode json = place.json().isObject() ? place.member("value").json() : place.json();
        return json.isValueNode() && !json.isNull() ? json.asString() : "";
    }

    /// The values that count as the catalog shows them: secrets are left out.
    private static ObjectNode shown(List<Resolution.Effective> values) {
        ObjectNode json = Json.object();
        ArrayNode all = json.putArray("values");
        for (Resolution.Effective e : values) {
            ObjectNode one = all.addObject();
            one.put("objectType", e.objectType());
            one.put("name", e.name());
            one.put("dataType", e.type());
            one.put("sensitive", e.sensitive());
            one.put("required", e.required());
            one.put("origin", e.origin().name().toLowerCase(Locale.ROOT));
            if (e.value() instanceof Setting.Plain(String text) && !e.sensitive()) {
                one.put("value", cut(text, LONGEST_ERROR));
            }
        }
        return json;
    }

    /// A node begins an execution: the catalog says what with.
    ///
    /// @param job that the node holds
    /// @param certificate the node's, to which secrets are sealed
    public SsisBegun begin(QueuedJob job, String node, X509Certificate certificate) {
        ObjectNode properties =
                object(Place.root(job.spec()).at("activity", "typeProperties").json());
        String factory = Place.root(job.spec()).member("factoryName").requiredText();
        String path =
                text(object(Place.root(properties).member("packageLocation").json()), "packagePath");
        Optional<Execution> known = store.ssisExecutions().ofJob(job.job());
        Optional<Execution> waiting =
                known.isPresent() ? Optional.empty() : store.ssisExecutions().waitingFor(job.runId());
        Execution pinned = known.or(() -> waiting).orElse(null);
        try {
            Target target = target(factory, path, properties, pinned);
            List<Resolution.Effective> values = effective(target, properties);
            Execution execution = known.isPresent()
                    ? known.get()
                    : waiting.isPresent()
                            ? begun(waiting.get(), job, node, shown(values))
                            : made(target, job, node, shown(values));
            return begun(execution, values, certificate);
        } catch (ProblemException e) {
            waiting.ifPresent(w -> store.ssisExecutions()
                    .end(
                            w.id(),
                            ExecutionStatus.FAILED.code(),
                            cut(e.problem().message(), LONGEST_ERROR),
                            clock.instant()));
            throw e;
        }
    }

    private static ObjectNode object(JsonNode json) {
        return json instanceof ObjectNode object ? object : Json.object();
    }

    private Execution begun(Execution waiting, QueuedJob job, String node, ObjectNode parameters) {
        for (ExecutionStatus from : List.of(ExecutionStatus.PENDING, ExecutionStatus.CREATED)) {
            if (store.ssisExecutions()
                    .begin(
                            waiting.id(),
                            from.code(),
                            ExecutionStatus.RUNNING.code(),
                            job.job(),
                            node,
                            parameters,
                            clock.instant())) {
                return store.ssisExecutions().find(waiting.id()).orElse(waiting);
            }
        }
        Execution now = store.ssisExecutions().find(waiting.id()).orElse(waiting);
        throw SsisCatalogFaults.STOPPED.with(
                "execution", now.id(), "by", now.stoppedBy().isEmpty() ? "nobody" : now.stoppedBy());
    }

    private Execution made(Target target, QueuedJob job, String node, ObjectNode parameters) {
        Instant now = clock.instant();
        String caller = Place.root(job.spec()).member("pipelineName").text().orElse("");
        return store.ssisExecutions()
                .create(new Execution(
                        0,
                        target.factory(),
                        target.project().folder(),
                        target.project().name(),
                        target.main().file(),
                        target.project().id(),
                        target.project().lsn(),
                        environment(target),
                        ExecutionStatus.RUNNING.code(),
                        target.level().code(),
                        "pipeline " + caller,
                        "",
                        runtime(job),
                        node,
                        job.runId(),
                        false,
                        job.job(),
                        null,
                        parameters,
                        "",
                        now,
                        now,
                        Instant.EPOCH,
                        0,
                        0));
    }

    private String runtime(QueuedJob job) {
        return store.fleet().group(job.group()).map(g -> g.runtime()).orElse("");
    }

    private SsisBegun begun(Execution execution, List<Resolution.Effective> values, X509Certificate certificate) {
        ObjectNode json = Json.object();
        ObjectNode project = json.putObject("project");
        ObjectNode main = json.putObject("package");
        for (Resolution.Effective e : values) {
            boolean server = e.origin() == Resolution.Origin.SERVER || e.origin() == Resolution.Origin.ENVIRONMENT;
            Setting value = e.value();
            if (server && value != null) {
                ObjectNode one = (e.objectType() == Resolution.PROJECT ? project : main).putObject(e.name());
                one.set("value", Settings.toJson(value));
            }
        }
        long bytes = store.ssisProjects().versions(execution.projectId()).stream()
                .filter(v -> v.lsn() == execution.lsn())
                .mapToLong(SsisProjects.Version::bytes)
                .findFirst()
                .orElse(0);
        return new SsisBegun(
                execution.id(),
                execution.folder() + "/" + execution.project(),
                execution.packageName(),
                bytes,
                execution.loggingLevel(),
                sealing.forNode(json, certificate));
    }

    /// A piece of the archive of an execution's project.
    public byte[] piece(QueuedJob job, long executionId, int piece) {
        Execution execution = requireOf(job.job(), executionId);
        return store.ssisProjects().piece(execution.projectId(), execution.lsn(), piece);
    }

    private Execution requireOf(JobRef job, long executionId) {
        return store.ssisExecutions()
                .find(executionId)
                .filter(e -> e.job() != null && e.job().first().equals(job.first()))
                .orElseThrow(() -> SsisCatalogFaults.NOT_OF_THIS_JOB.with("execution", executionId));
    }

    /// A node tells what a package has said.
    public void said(QueuedJob job, SsisSaid said) {
        Execution execution = requireOf(job.job(), said.executionId());
        Sayings.Kept kept = SAYINGS.of(said, execution.lastMessage());
        store.ssisExecutions().say(execution.id(), kept.messages(), kept.statistics());
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }

    /// A node has reported the end of a job that it holds: of the execution that it was, if it was one.
    /// Called before the run hears of it; saying it twice is the same as saying it once.
    public void ended(QueuedJob job, JobOutcome outcome) {
        if (!job.kind().equalsIgnoreCase(TYPE)) {
            return;
        }
        Optional<Execution> found = store.ssisExecutions().ofJob(job.job());
        if (found.isEmpty()) {
            return;
        }
        Execution e = found.get();
        boolean stopping = e.status() == ExecutionStatus.STOPPING.code();
        switch (outcome) {
            case JobOutcome.Succeeded s -> end(e, ExecutionStatus.SUCCEEDED, "");
            case JobOutcome.Failed f ->
                end(
                        e,
                        stopping ? ExecutionStatus.CANCELED : ExecutionStatus.FAILED,
                        cut(f.error().message(), LONGEST_ERROR));
            case JobOutcome.Cancelled c -> end(e, ExecutionStatus.CANCELED, "");
        }
    }

    private void end(Execution execution, ExecutionStatus status, String error) {
        store.ssisExecutions().end(execution.id(), status.code(), error, clock.instant());
    }

    /// Somebody wants an execution to stop.
    Execution stop(Execution execution, String by) {
        ExecutionStatus status = ExecutionStatus.of(execution.status());
        if (status.ended()) {
            throw SsisCatalogFaults.ENDED.with("execution", execution.id(), "status", status.word());
        }
        if (status.mayBecome(ExecutionStatus.STOPPING)) {
            store.ssisExecutions().change(execution.id(), status.code(), ExecutionStatus.STOPPING.code(), by);
        }
        JobRef job = execution.job();
        if (execution.ownsRun()) {
            dispatcher.cancel(execution.runId(), by, true);
        } else if (job != null) {
            store.jobs().stop(job);
        }
        settle(execution);
        return store.ssisExecutions().find(execution.id()).orElse(execution);
    }

    /// Ends executions of which no report will come: their node is gone, or their run was cancelled before it began.
    void settle() {
        long after = 0;
        List<Execution> page = store.ssisExecutions().open(after, PAGE);
        while (!page.isEmpty()) {
            page.forEach(this::settle);
            after = page.getLast().id();
            page = page.size() < PAGE ? List.of() : store.ssisExecutions().open(after, PAGE);
        }
    }

    private void settle(Execution seen) {
        JobRef job = seen.job();
        if (job != null) {
            boolean there = store.jobs().ofRun(seen.runId()).stream()
                    .anyMatch(q -> q.job().first().equals(job.first()));
            // A report may have ended both since it was read.
            Optional<Execution> now =
                    there ? Optional.empty() : store.ssisExecutions().find(seen.id());
            now.filter(e -> !ExecutionStatus.of(e.status()).ended())
                    .ifPresent(e -> end(
                            e,
                            e.status() == ExecutionStatus.STOPPING.code()
                                    ? ExecutionStatus.CANCELED
                                    : ExecutionStatus.ENDED_UNEXPECTEDLY,
                            "The node that ran it did not say how it ended."));
            return;
        }
        Optional<PipelineRun> run = store.runs().pipelineRun(seen.factory(), seen.runId());
        if (run.isEmpty()) {
            if (seen.created().plus(START_GRACE).isBefore(clock.instant())) {
                end(seen, ExecutionStatus.ENDED_UNEXPECTEDLY, "The service ended before it could be started.");
            }
        } else if (run.get().status().ended()) {
            end(
                    seen,
                    run.get().status() == RunStatus.CANCELLED ? ExecutionStatus.CANCELED : ExecutionStatus.FAILED,
                    cut(run.get().message(), LONGEST_ERROR));
        }
    }

    /// An order's value with its secret sealed.
    JsonNode sealed(String factory, Place value, boolean sensitive) {
        return reference(value) || SecretPlaces.isSealed(value.json())
                ? value.json()
                : Settings.toJson(settings.given(factory, value, sensitive));
    }
}
