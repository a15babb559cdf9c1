package dev.sluice.service.run;

import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.PipelineRun;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// A run under test: feeds events, keeps the state, and carries out commands in memory as a store would.
final class TestRun {
    static final Instant START = Instant.parse("2026-02-03T04:05:06Z");

    RunState state;
    Instant now = START;
    final Definitions definitions;
    final List<Command> last = new ArrayList<>();
    final List<Command> all = new ArrayList<>();
    final Map<String, ActivityRun> records = new LinkedHashMap<>();
    final Map<String, Instant> timers = new LinkedHashMap<>();
    final Map<String, TestRun> children = new LinkedHashMap<>();
    final List<Command.Send> letters = new ArrayList<>();
    final List<Letter> toChildren = new ArrayList<>();
    PipelineRun record;

    private TestRun(Decision accepted, Definitions definitions) {
        this.definitions = definitions;
        this.state = accepted.state();
        carryOut(accepted);
    }

    /// Two datasets behind one linked service each, and a self-hosted runtime.
    static List<Document> documents() {
        return List.of(
                document(
                        DocumentKind.LINKED_SERVICE,
                        "Store",
                        "{\"properties\":{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"/data\"}}}"),
                document(
                        DocumentKind.DATASET,
                        "In",
                        "{\"properties\":{\"type\":\"Binary\",\"linkedServiceName\":{\"referenceName\":\"Store\"}}}"),
                document(
                        DocumentKind.DATASET,
                        "Out",
                        "{\"properties\":{\"type\":\"Binary\",\"linkedServiceName\":{\"referenceName\":\"store\"}}}"));
    }

    static Document document(DocumentKind kind, String name, String json) {
        return new Document(kind, name, Json.parseObject(json));
    }

    static Document pipeline(String properties) {
        return document(DocumentKind.PIPELINE, "P", "{\"properties\":" + properties + "}");
    }

    /// A copy activity; `more` are further members, each with a comma in front.
    static String copy(String name, String more) {
        return "{\"name\":\"" + name
                + "\",\"type\":\"Copy\",\"inputs\":[{\"referenceName\":\"In\"}],\"outputs\":[{\"referenceName\":\"Out\"}],"
                + "\"typeProperties\":{\"source\":{\"type\":\"BinarySource\"},\"sink\":{\"type\":\"BinarySink\"}}"
                + more
                + "}";
    }

    /// `,"dependsOn":[…]` from words like `A:Failed,Skipped`.
    static String after(String... dependencies) {
        List<String> list = new ArrayList<>();
        for (String dependency : dependencies) {
            String[] parts = dependency.split(":");
            list.add("{\"activity\":\"" + parts[0] + "\",\"dependencyConditions\":[\"" + parts[1].replace(",", "\",\"")
                    + "\"]}");
        }
        return ",\"dependsOn\":[" + String.join(",", list) + "]";
    }

    static TestRun of(Document pipeline, String arguments, List<Document> documents) {
        Definitions definitions = Definitions.of(documents);
        Admission admission = Decider.admit(
                new RunRequest(
                        RunIdentity.manual("factory", "run-1", "tester", START), pipeline, Json.parseObject(arguments)),
                START);
        return new TestRun(((Admission.Accepted) admission).decision(), definitions);
    }

    static TestRun of(Decision accepted, List<Document> documents) {
        return new TestRun(accepted, Definitions.of(documents));
    }

    /// A begun run of copies and other activities over [#documents()].
    static TestRun begun(String... activities) {
        TestRun run = of(pipeline("{\"activities\":[" + String.join(",", activities) + "]}"), "{}", documents());
        run.begin();
        return run;
    }

    TestRun begin() {
        return event(new Event.RunRequested(moment()));
    }

    TestRun started(String activity, int attempt) {
        return event(new Event.JobStarted(moment(), activity, attempt, "node-1"));
    }

    TestRun ended(String activity, int attempt, JobOutcome outcome) {
        return event(new Event.JobEnded(moment(), activity, attempt, outcome));
    }

    TestRun succeeded(String activity) {
        return ended(activity, 1, success());
    }

    TestRun failed(String activity) {
        return ended(activity, 1, failure(activity));
    }

    TestRun lost(String activity, int attempt) {
        return event(new Event.LeaseLost(moment(), activity, attempt, "node-1", Duration.ofSeconds(30)));
    }

    TestRun cancel() {
        return event(new Event.CancelRequested(moment(), "tester"));
    }

    /// Moves the clock to a timer and lets it fire.
    TestRun fire(String name) {
        Instant due = timers.remove(name);
        if (due == null) {
            throw new AssertionError("no timer " + name + " among " + timers);
        }
        now = due.isAfter(now) ? due : now;
        return event(new Event.TimerFired(moment(), name));
    }

    /// The run that an activity's first attempt called, begun.
    TestRun called(String activity) {
        TestRun child = children.get(Calls.runId(state.identity().runId(), activity, 1));
        if (child == null) {
            throw new AssertionError(activity + " called nothing: " + records);
        }
        child.now = now;
        return child.receive(new Letter.Begin());
    }

    /// Gets a letter, which has been stored on its way.
    TestRun receive(Letter letter) {
        return event(Letter.fromJson(Json.parse(Json.write(letter.toJson()))).event(moment()));
    }

    TestRun event(Event event) {
        Decision decision = Decider.decide(state, event, definitions);
        state = decision.state();
        carryOut(decision);
        return this;
    }

    Moment moment() {
        return new Moment(now, 42);
    }

    ActivityStatus status(String activity) {
        return state.activities().get(activity).status();
    }

    /// Activity name to status, e.g. `A=SUCCEEDED B=SKIPPED`.
    String statuses() {
        return String.join(
                " ",
                state.activities().entrySet().stream()
                        .map(e -> e.getKey() + "=" + e.getValue().status())
                        .toList());
    }

    ActivityRun record(String activity, int attempt) {
        return records.values().stream()
                .filter(r -> r.activityName().equals(activity) && r.retryAttempt() == attempt - 1)
                .findFirst()
                .orElseThrow(() -> new AssertionError("no record of " + activity + " attempt " + attempt));
    }

    Command.StartJob job(String activity) {
        return all.stream()
                .filter(c -> c instanceof Command.StartJob s && s.activity().equals(activity))
                .map(c -> (Command.StartJob) c)
                .reduce((a, b) -> b)
                .orElseThrow(() -> new AssertionError("no job of " + activity + ": " + records));
    }

    static JobOutcome success() {
        return new JobOutcome.Succeeded(Json.parseObject("{\"rowsCopied\":7}"));
    }

    static JobOutcome failure(String activity) {
        var problem = DataFaults.FILE_MISSING
                .problem()
                .on(Kind.SOURCE)
                .evidence("path", "a")
                .evidence("store", "Store")
                .build();
        return new JobOutcome.Failed(ActivityError.ofCopy(problem, activity), Json.parseObject("{\"rowsRead\":1}"));
    }

    private void carryOut(Decision decision) {
        last.clear();
        last.addAll(decision.commands());
        all.addAll(decision.commands());
        for (Command command : decision.commands()) {
            switch (command) {
                case Command.SetTimer timer -> timers.put(timer.name(), timer.at());
                case Command.ClearTimer timer -> timers.remove(timer.name());
                case Command.RecordActivity recorded ->
                    records.put(recorded.run().activityRunId(), recorded.run());
                case Command.RecordRun recorded -> record = recorded.run();
                case Command.StartJob job -> roundTrip(job.spec().toJson());
                case Command.CancelJob job -> {}
                case Command.StartRun called ->
                    children.put(
                            called.admitted().state().identity().runId(), new TestRun(called.admitted(), definitions));
                case Command.Send letter -> letters.add(letter);
                case Command.SendToChildren letter -> toChildren.add(letter.letter());
            }
        }
    }

    private static void roundTrip(ObjectNode spec) {
        if (!dev.sluice.model.job.JobSpec.fromJson(Json.parse(Json.write(spec)))
                .toJson()
                .equals(spec)) {
            throw new AssertionError("the job does not survive its JSON form");
        }
    }
}
