package dev.sluice.local.spec;

import dev.sluice.diagnosis.FolderFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Pipeline;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.InvokedBy;
import dev.sluice.model.run.RunStatus;
import dev.sluice.service.run.Admission;
import dev.sluice.service.run.Command;
import dev.sluice.service.run.Decider;
import dev.sluice.service.run.Decision;
import dev.sluice.service.run.Event;
import dev.sluice.service.run.Letter;
import dev.sluice.service.run.Moment;
import dev.sluice.service.run.Parent;
import dev.sluice.service.run.RunIdentity;
import dev.sluice.service.run.RunRequest;
import dev.sluice.service.run.RunState;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Runs one test's pipeline, with everything it calls, on a clock that jumps from one thing that happens to the next.
/// The same test always runs the same way. One use, one thread.
final class Stand {
    /// Most things that happen in one test; beyond, the pipeline most likely never ends.
    private static final int MAX_EVENTS = 1_000_000;

    private static final String FIRST = "run";

    private final Stubbed definitions;
    private final Stubs stubs;
    private final Instant begin;
    private final SplittableRandom random = new SplittableRandom(42);
    private final PriorityQueue<Due> agenda =
            new PriorityQueue<>(Comparator.comparing(Due::at).thenComparingLong(Due::number));
    private final Map<String, Due> timers = new HashMap<>();
    private final Map<String, RunState> runs = new LinkedHashMap<>();
    private final Map<String, Step> steps = new LinkedHashMap<>();
    /// By attempt: what stubbed activities were given.
    private final Map<String, JsonNode> inputs = new HashMap<>();
    private final List<Problem> unanswered = new ArrayList<>();
    private Instant now;
    private long number;

    /// Something that happens to a run at a time.
    private record Due(Instant at, long number, String runId, Event event) {}

    /// One attempt as it went.
    ///
    /// @param path of the activity, that of the calling activity in front for runs that were called
    /// @param input as it was given, the activity's own type properties for stubbed ones
    record Step(String path, String pipeline, String type, int attempt, JsonNode input, ActivityRun record) {}

    /// How a test went.
    ///
    /// @param steps every attempt in order of its start
    /// @param unanswered jobs that the test has no stub for
    /// @param pipelines names of the pipelines that ran
    record Outcome(
            RunState end, List<Step> steps, List<Problem> unanswered, List<String> pipelines, Duration elapsed) {}

    Stand(Stubbed definitions, Stubs stubs, Instant begin) {
        this.definitions = definitions;
        this.stubs = stubs;
        this.begin = begin;
        this.now = begin;
    }

    /// The pipeline or the arguments are wrong.
    static final class RefusedException extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final transient List<Problem> problems;

        RefusedException(List<Problem> problems) {
            super(problems.toString());
            this.problems = List.copyOf(problems);
        }

        List<Problem> problems() {
            return problems;
        }
    }

    /// @throws RefusedException when the pipeline cannot be run at all
    /// @throws dev.sluice.diagnosis.ProblemException when the test is wrong
    Outcome run(TestFile.Case test, String factory) {
        Document pipeline = withVariables(pipeline(test.pipeline()), test.variables());
        RunIdentity identity = new RunIdentity(
                factory,
                FIRST,
                FIRST,
                invokedBy(test.trigger()),
                triggerTime(test.trigger()),
                trigger(test.trigger()),
                Map.of());
        switch (Decider.admit(new RunRequest(identity, pipeline, test.parameters()), now)) {
            case Admission.Refused(List<Problem> problems) -> throw new RefusedException(problems);
            case Admission.Accepted(Decision decision) -> make(decision);
        }
        Duration cancelAfter = test.cancelAfter();
        if (cancelAfter != null) {
            put(begin.plus(cancelAfter), FIRST, new Event.CancelRequested(moment(), "the test", true));
        }
        for (int i = 0; !ended() && !agenda.isEmpty(); i++) {
            if (i > MAX_EVENTS) {
                throw dev.sluice.diagnosis.DocumentFaults.LIMIT_EXCEEDED.with(
                        "what", "The number of events of the test", "value", i, "limit", MAX_EVENTS);
            }
            next();
        }
        RunState end = java.util.Objects.requireNonNull(runs.get(FIRST));
        return new Outcome(
                end,
                List.copyOf(steps.values()),
                List.copyOf(unanswered),
                runs.values().stream().map(r -> r.pipeline().name()).distinct().toList(),
                Duration.between(begin, now));
    }

    private boolean ended() {
        return runs.values().stream().allMatch(r -> r.status().ended());
    }

    private void next() {
        Due due = agenda.remove();
        now = due.at().isAfter(now) ? due.at() : now;
        RunState state = runs.get(due.runId());
        if (state == null || (due.event() instanceof Event.RunRequested && !room(state))) {
            return;
        }
        apply(Decider.decide(state, at(due.event()), definitions));
    }

    /// A run whose pipeline's concurrency is used up does not begin; it is asked again when another one ends.
    private boolean room(RunState state) {
        var limit = Pipeline.of(state.pipeline()).concurrency();
        return limit.isEmpty()
                || runs.values().stream()
                                .filter(r -> same(r, state)
                                        && r.status() != RunStatus.QUEUED
                                        && !r.status().ended())
                                .count()
                        < limit.getAsInt();
    }

    private static boolean same(RunState one, RunState other) {
        return one.pipeline().name().equalsIgnoreCase(other.pipeline().name());
    }

    /// Events carry the time at which they are decided.
    private Event at(Event event) {
        return switch (event) {
            case Event.RunRequested e -> new Event.RunRequested(moment());
            case Event.JobStarted e -> new Event.JobStarted(moment(), e.activity(), e.attempt(), e.node());
            case Event.JobEnded e -> new Event.JobEnded(moment(), e.activity(), e.attempt(), e.outcome());
            case Event.CalledBack e -> new Event.CalledBack(moment(), e.activity(), e.attempt(), e.callback());
            case Event.LeaseLost e -> new Event.LeaseLost(moment(), e.activity(), e.attempt(), e.node(), e.lease());
            case Event.TimerFired e -> new Event.TimerFired(moment(), e.name());
            case Event.ChildEnded e -> new Event.ChildEnded(moment(), e.child());
            case Event.CancelRequested e -> new Event.CancelRequested(moment(), e.by(), e.recursive());
        };
    }

    private Document pipeline(String name) {
        Document pipeline = definitions.find(DocumentKind.PIPELINE, name);
        if (pipeline == null) {
            throw dev.sluice.diagnosis.DocumentFaults.REFERENCE_MISSING.with("object", "pipeline", "name", name);
        }
        return pipeline;
    }

    /// The pipeline with other values for its variables to begin with.
    private static Document withVariables(Document pipeline, ObjectNode values) {
        if (values.isEmpty()) {
            return pipeline;
        }
        ObjectNode json = pipeline.json().deepCopy();
        JsonNode declared = Stubbed.member(Stubbed.member(json, "properties"), "variables");
        values.properties().forEach(e -> {
            if (!(Stubbed.member(declared, e.getKey()) instanceof ObjectNode variable)) {
                throw FolderFaults.VARIABLE_UNDECLARED.with(
                        "variable", e.getKey(), "existing", String.join(", ", declared.propertyNames()));
            }
            variable.set("defaultValue", e.getValue());
        });
        return new Document(pipeline.kind(), pipeline.name(), json);
    }

    private InvokedBy invokedBy(ObjectNode trigger) {
        if (trigger.isEmpty()) {
            return InvokedBy.manual("test");
        }
        String name = trigger.path("name").asString("Trigger");
        return new InvokedBy("test", name, trigger.path("type").asString("ScheduleTrigger"), null, null);
    }

    private Instant triggerTime(ObjectNode trigger) {
        String time = trigger.path("time").asString(trigger.path("startTime").asString(""));
        try {
            return time.isEmpty() ? now : Instant.parse(time);
        } catch (DateTimeParseException e) {
            throw dev.sluice.model.Place.root(trigger).member("time").invalid("a time such as 2026-01-31T06:00:00Z");
        }
    }

    private ObjectNode trigger(ObjectNode given) {
        ObjectNode trigger = given.deepCopy();
        if (!trigger.isEmpty()) {
            trigger.remove(List.of("type", "name", "time"));
            String time = triggerTime(given).toString();
            for (String member : List.of("startTime", "scheduledTime")) {
                if (!trigger.has(member)) {
                    trigger.put(member, time);
                }
            }
        }
        return trigger;
    }

    private void make(Decision admitted) {
        apply(admitted);
        put(now, admitted.state().identity().runId(), new Letter.Begin().event(moment()));
    }

    private void apply(Decision decision) {
        RunState state = decision.state();
        String runId = state.identity().runId();
        boolean wasOver = runs.containsKey(runId)
                && java.util.Objects.requireNonNull(runs.get(runId)).status().ended();
        runs.put(runId, state);
        decision.commands().forEach(command -> carryOut(state, command));
        if (state.status().ended() && !wasOver) {
            runs.values().stream()
                    .filter(r -> same(r, state) && r.status() == RunStatus.QUEUED)
                    .findFirst()
                    .ifPresent(r -> put(now, r.identity().runId(), new Letter.Begin().event(moment())));
        }
    }

    private void carryOut(RunState state, Command command) {
        String runId = state.identity().runId();
        switch (command) {
            case Command.StartJob job -> start(state, job);
            case Command.CancelJob job ->
                put(
                        now,
                        runId,
                        new Event.JobEnded(moment(), job.activity(), job.attempt(), new JobOutcome.Cancelled()));
            case Command.SetTimer timer -> {
                clear(runId + timer.name());
                timers.put(runId + timer.name(), put(timer.at(), runId, new Event.TimerFired(moment(), timer.name())));
            }
            case Command.ClearTimer timer -> clear(runId + timer.name());
            case Command.RecordActivity activity -> record(state, activity);
            case Command.RecordRun run -> {}
            case Command.StartRun called -> make(called.admitted());
            case Command.Send letter -> put(now, letter.runId(), letter.letter().event(moment()));
            case Command.SendToChildren letter ->
                List.copyOf(runs.values()).stream()
                        .filter(r -> r.identity().parent() != null
                                && r.identity().parent().runId().equals(runId)
                                && !r.status().ended())
                        .forEach(r ->
                                put(now, r.identity().runId(), letter.letter().event(moment())));
        }
    }

    private void clear(String timer) {
        Due due = timers.remove(timer);
        if (due != null) {
            agenda.remove(due);
        }
    }

    private Due put(Instant at, String runId, Event event) {
        Due due = new Due(at, number++, runId, event);
        agenda.add(due);
        return due;
    }

    private Moment moment() {
        return new Moment(now, random.nextLong());
    }

    private void start(RunState state, Command.StartJob job) {
        String runId = state.identity().runId();
        String path = prefix(state) + job.activity();
        JsonNode original = job.spec().activity().path("typeProperties").path(Stubbed.ORIGINAL);
        inputs.put(job.spec().activityRunId(), given(original));
        put(now, runId, new Event.JobStarted(moment(), job.activity(), job.attempt(), "test"));
        Stubs.Answer answer = stubs.answer(path, job.attempt()).orElse(null);
        if (answer == null) {
            unanswered.add(missing(path, job));
        }
        if (answer != null && answer.hangs()) {
            return;
        }
        JobOutcome outcome = outcome(answer, job.spec().activityName());
        Duration takes = answer == null ? Duration.ZERO : answer.takes();
        put(now.plus(takes), runId, new Event.JobEnded(moment(), job.activity(), job.attempt(), outcome));
    }

    /// What the activity was given: its type properties, with the references it has beside them.
    private static JsonNode given(JsonNode original) {
        ObjectNode input = Json.object();
        for (Map.Entry<String, JsonNode> e : original.properties()) {
            if (e.getKey().equalsIgnoreCase("typeProperties") && e.getValue().isObject()) {
                e.getValue().properties().forEach(m -> input.set(m.getKey(), m.getValue()));
            }
        }
        for (Map.Entry<String, JsonNode> e : original.properties()) {
            if (!e.getKey().equalsIgnoreCase("typeProperties")) {
                input.set(e.getKey(), e.getValue());
            }
        }
        return input;
    }

    private static JobOutcome outcome(Stubs.@Nullable Answer answer, String activity) {
        if (answer == null) {
            return new JobOutcome.Failed(new ActivityError(
                    "TestActivityNotStubbed",
                    "the test has no stub for '" + activity + "'",
                    "UserError",
                    activity,
                    List.of()));
        }
        Stubs.Failure failure = answer.error();
        if (failure != null) {
            return new JobOutcome.Failed(
                    new ActivityError(failure.code(), failure.message(), failure.type(), activity, List.of()),
                    answer.output());
        }
        return new JobOutcome.Succeeded(answer.output());
    }

    private Problem missing(String path, Command.StartJob job) {
        return FolderFaults.TEST_NOT_STUBBED
                .problem()
                .evidence("activity", path)
                .evidence(
                        "type",
                        definitions.type(job.spec().pipelineName(), job.spec().activityName()))
                .evidence("attempt", job.attempt())
                .evidence("stub", "\"" + Stubs.plain(path) + "\": {output: {}}")
                .build();
    }

    /// The path that activities of a run stand under: empty for the test's own run.
    private String prefix(RunState state) {
        Parent parent = state.identity().parent();
        if (parent == null) {
            return "";
        }
        RunState caller = runs.get(parent.runId());
        return (caller == null ? "" : prefix(caller)) + parent.activity() + "/";
    }

    private void record(RunState state, Command.RecordActivity activity) {
        ActivityRun run = activity.run();
        steps.put(
                run.activityRunId(),
                new Step(
                        prefix(state) + activity.activity(),
                        run.pipelineName(),
                        definitions.type(run.pipelineName(), run.activityName()),
                        run.retryAttempt() + 1,
                        inputs.getOrDefault(run.activityRunId(), run.input()),
                        run));
    }
}
