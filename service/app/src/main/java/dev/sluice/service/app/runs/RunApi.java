package dev.sluice.service.app.runs;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.model.run.RunFilter;
import dev.sluice.model.run.RunStatus;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.documents.Paths;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.run.Rerun;
import dev.sluice.service.run.RunIdentity;
import dev.sluice.service.run.RunState;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Starting, watching, querying and cancelling runs.
public final class RunApi {
    private final Store store;
    private final Dispatcher dispatcher;
    private final DocumentApi documents;
    private final InstantSource clock;
    private final int pageSize;
    private final LiveOutput live;

    public RunApi(
            Store store,
            Dispatcher dispatcher,
            DocumentApi documents,
            ProgressBoard board,
            InstantSource clock,
            int pageSize) {
        this.live = new LiveOutput(store, board);
        this.store = store;
        this.dispatcher = dispatcher;
        this.documents = documents;
        this.clock = clock;
        this.pageSize = pageSize;
    }

    public void addTo(Routes routes) {
        String run = Paths.FACTORY + "/pipelineruns/{runId}";
        routes.add("POST", Paths.FACTORY + "/pipelines/{name}/createRun", Permission.RUN, this::create)
                .add("GET", run, Permission.READ, this::get)
                .add("POST", run + "/cancel", Permission.RUN, this::cancel)
                .add("POST", run + "/queryActivityruns", Permission.READ, this::queryActivities)
                .add("POST", Paths.FACTORY + "/queryPipelineRuns", Permission.READ, this::query);
    }

    private Answer create(Call call) {
        StoredDocument pipeline = documents.require(call, DocumentKind.PIPELINE, "name");
        String factory = documents.requireFactory(call).document().name();
        Optional<String> reference = call.request().parameter("referencepipelinerunid");
        String runId = UUID.randomUUID().toString();
        if (reference.isPresent()) {
            repeat(call, pipeline.document(), reference.get(), runId);
        } else if (fromAPoint(call)) {
            throw ServiceFaults.BAD_REQUEST.with(
                    "detail", "startActivityName and startFromFailure need referencePipelineRunId");
        } else {
            RunIdentity identity =
                    RunIdentity.manual(factory, runId, call.caller().name(), clock.instant());
            dispatcher.start(identity, pipeline.document(), call.request().jsonOrEmpty());
        }
        return Answer.ok(Json.object().put("runId", runId));
    }

    private static boolean fromAPoint(Call call) {
        return flag(call, "startfromfailure")
                || call.request().parameter("startactivityname").isPresent();
    }

    private static boolean flag(Call call, String parameter) {
        return call.request().parameter(parameter).filter(Boolean::parseBoolean).isPresent();
    }

    /// A rerun: of the whole pipeline, or from a point on, which needs a run that has ended.
    private void repeat(Call call, Document pipeline, String reference, String runId) {
        RunState before = dispatcher
                .find(call.variable("factory"), reference)
                .filter(run -> run.pipeline().name().equalsIgnoreCase(pipeline.name()))
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with(
                        "object", "run of pipeline '" + pipeline.name() + "'", "name", reference));
        boolean recovery = flag(call, "isrecovery");
        if (!before.status().ended() && (recovery || fromAPoint(call))) {
            throw ServiceFaults.BAD_REQUEST.with("detail", "run " + reference + " has not ended; cancel it first");
        }
        Rerun rerun = new Rerun(
                before, call.request().parameter("startactivityname").orElse(null), flag(call, "startfromfailure"));
        RunIdentity identity =
                RunIdentity.repeating(before.identity(), runId, call.caller().name(), recovery, clock.instant());
        dispatcher.start(identity, pipeline, rerun);
    }

    private PipelineRun require(Call call) {
        documents.requireFactory(call);
        String runId = call.variable("runId");
        return store.runs()
                .pipelineRun(call.variable("factory"), runId)
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "pipeline run", "name", runId));
    }

    private Answer get(Call call) {
        return Answer.ok(shown(documents.requireFactory(call), require(call)));
    }

    private static String id(StoredDocument factory, PipelineRun run) {
        return Paths.id(factory) + "/pipelineruns/" + run.runId();
    }

    private static ObjectNode shown(StoredDocument factory, PipelineRun run) {
        ObjectNode json = Json.object();
        json.put("id", id(factory, run));
        json.setAll(run.toJson());
        return json;
    }

    private Answer cancel(Call call) {
        PipelineRun run = require(call);
        boolean recursive = call.request()
                .parameter("isrecursive")
                .filter(Boolean::parseBoolean)
                .isPresent();
        RunStatus before =
                dispatcher.cancel(run.runId(), call.caller().name(), recursive).orElse(run.status());
        if (before.ended()) {
            throw ServiceFaults.RUN_NOT_CANCELLABLE.with("run", run.runId(), "status", before.word());
        }
        return Answer.empty(200);
    }

    private Answer query(Call call) {
        StoredDocument factory = documents.requireFactory(call);
        RunFilter filter = RunFilter.parse(call.request().json());
        RunFilter.Page<PipelineRun> page = store.runs().pipelineRuns(call.variable("factory"), filter, pageSize);
        return page(page.value(), run -> shown(factory, run), page.next());
    }

    private Answer queryActivities(Call call) {
        StoredDocument factory = documents.requireFactory(call);
        PipelineRun run = require(call);
        RunFilter filter = RunFilter.parse(call.request().json());
        RunFilter.Page<ActivityRun> page =
                store.runs().activityRuns(call.variable("factory"), run.runId(), filter, pageSize);
        Map<String, ObjectNode> outputs = live.of(run.runId(), page.value());
        return page(
                page.value(),
                activity -> {
                    ObjectNode json = activity.toJson();
                    ObjectNode output = outputs.get(activity.activityRunId());
                    if (output != null) {
                        json.set("output", output);
                    }
                    json.put("id", id(factory, run) + "/activityruns/" + activity.activityRunId());
                    return json;
                },
                page.next());
    }

    private static <T> Answer page(List<T> records, Function<T, JsonNode> shape, @Nullable String next) {
        ObjectNode json = Json.object();
        ArrayNode value = json.putArray("value");
        records.forEach(r -> value.add(shape.apply(r)));
        if (next != null) {
            json.put("continuationToken", next);
        }
        return Answer.ok(json);
    }
}
