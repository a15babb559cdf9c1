package dev.sluice.service.app.runs;

import dev.sluice.diagnosis.ServiceFaults;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.RunFilter;
import dev.sluice.model.run.RunStatus;
import dev.sluice.model.run.Timestamps;
import dev.sluice.service.app.access.Permission;
import dev.sluice.service.app.documents.DocumentApi;
import dev.sluice.service.app.documents.Paths;
import dev.sluice.service.app.http.Answer;
import dev.sluice.service.app.http.Call;
import dev.sluice.service.app.http.Routes;
import dev.sluice.service.run.RunIdentity;
import dev.sluice.service.store.Store;
import dev.sluice.service.store.StoredDocument;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `testConnectivity`: whether a linked service leads to its store. It is a run of one activity on the nodes that the
/// linked service is connected via, so secrets are opened there only, and the history shows who tested what; the answer
/// waits for its end.
public final class ConnectionTestApi {
    /// The activity's type, as nodes know it.
    static final String TYPE = "ConnectionTest";

    /// How long the test may take, the wait for a node included.
    private static final Duration LONGEST = Duration.ofMinutes(1);

    /// For the end to be written, after that.
    private static final Duration GRACE = Duration.ofSeconds(20);

    /// For ends that another process of the service commits.
    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final Store store;
    private final Dispatcher dispatcher;
    private final DocumentApi documents;
    private final InstantSource clock;

    public ConnectionTestApi(Store store, Dispatcher dispatcher, DocumentApi documents, InstantSource clock) {
        this.store = store;
        this.dispatcher = dispatcher;
        this.documents = documents;
        this.clock = clock;
    }

    public void addTo(Routes routes) {
        routes.add("POST", Paths.FACTORY + "/testConnectivity", Permission.WRITE, this::test);
    }

    private Answer test(Call call) {
        StoredDocument factory = documents.requireFactory(call);
        Place asked = Place.root(call.request().json()).member("linkedService");
        String name = asked.member("name").requiredText();
        StoredDocument stored = store.documents()
                .find(factory.document().name(), DocumentKind.LINKED_SERVICE, name)
                .orElseThrow(() -> ServiceFaults.NOT_FOUND.with("object", "linked service", "name", name));
        String runId = UUID.randomUUID().toString();
        RunIdentity identity = RunIdentity.manual(
                factory.document().name(), runId, call.caller().name(), clock.instant());
        dispatcher.start(identity, pipeline(stored.document().name(), asked), Json.object());
        long end = System.nanoTime() + LONGEST.plus(GRACE).toNanos();
        try (RunEnds.Wait wait = dispatcher.ends().of(runId)) {
            while (System.nanoTime() - end < 0) {
                Optional<RunStatus> status = store.runs()
                        .pipelineRun(factory.document().name(), runId)
                        .map(run -> run.status());
                if (status.filter(RunStatus::ended).isPresent()) {
                    return Answer.ok(result(factory.document().name(), runId, status.get()));
                }
                wait.await(LOOK_EVERY);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ServiceFaults.UNAVAILABLE.with("detail", "the service is stopping");
        }
        throw ServiceFaults.UNAVAILABLE.with("detail", "the connection test " + runId + " has not ended");
    }

    /// A pipeline of the one activity that tests.
    private static Document pipeline(String name, Place asked) {
        ObjectNode activity = Json.object();
        activity.put("name", name);
        activity.put("type", TYPE);
        ObjectNode reference = activity.putObject("linkedServiceName");
        reference.put("referenceName", name).put("type", "LinkedServiceReference");
        ObjectNode arguments = Json.object();
        asked.at("properties", "parameters").members().forEach((parameter, value) -> {
            // As it is stored a parameter has a type and perhaps a default; as it is asked with it has, or is, a value.
            if (!value.json().isObject()) {
                arguments.set(parameter, value.json());
            } else if (value.member("value").present()) {
                arguments.set(parameter, value.member("value").json());
            }
        });
        reference.set("parameters", arguments);
        activity.putObject("typeProperties");
        activity.putObject("policy").put("timeout", "0.00:01:00").put("retry", 0);
        ObjectNode json = Json.object();
        json.put("name", TYPE);
        json.putObject("properties").putArray("activities").add(activity);
        return Document.parse(DocumentKind.PIPELINE, TYPE, Json.bytes(json));
    }

    /// `{succeeded, errors: [{code, message}]}`.
    private ObjectNode result(String factory, String runId, RunStatus status) {
        ObjectNode json = Json.object();
        json.put("succeeded", status == RunStatus.SUCCEEDED);
        ArrayNode errors = json.putArray("errors");
        ObjectNode all = Json.object();
        all.put("lastUpdatedAfter", Timestamps.format(Instant.EPOCH));
        all.put("lastUpdatedBefore", Timestamps.format(clock.instant().plus(Duration.ofDays(1))));
        List<ActivityRun> runs = store.runs()
                .activityRuns(factory, runId, RunFilter.parse(all), 10)
                .value();
        for (ActivityRun run : runs) {
            JsonNode error = run.toJson().path("error");
            String message = error.path("message").asString("");
            if (!message.isEmpty()) {
                JsonNode detail = error.path("details").path(0);
                errors.addObject()
                        .put(
                                "code",
                                detail.path("code")
                                        .asString(error.path("errorCode").asString("")))
                        .put("message", message);
            }
        }
        if (status != RunStatus.SUCCEEDED && errors.isEmpty()) {
            errors.addObject().put("code", status.word()).put("message", "The test ended as " + status.word() + ".");
        }
        return json;
    }
}
