package dev.sluice.service.run;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Activity;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.Policy;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobSpec;
import dev.sluice.service.run.TimerName.Purpose;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;

/// Starts an attempt of an activity: evaluates it and does what its type asks for. Some types are done here and now,
/// some wait for a timer, most become a job, containers tell what is to be worked through inside them. An activity
/// that cannot be started has failed, with the problem located, and is not tried again: the same definition would fail
/// the same way.
final class Launch {
    /// Most activities of one run, every iteration counted; a bound for the run's history.
    static final long MAX_STARTS = 1_000_000;

    private final Board board;
    private final Definitions definitions;
    private final Scopes.On scopes;

    Launch(Board board, Definitions definitions, Scopes.On scopes) {
        this.board = board;
        this.definitions = definitions;
        this.scopes = scopes;
    }

    /// Where the activity stands after its start, and what is to be done.
    record Started(ActivityState state, List<Command> commands) {}

    Started start(Spot spot, int attempt) {
        Activity activity = spot.activity();
        ActivityState begun = ActivityState.WAITING.begun(
                attempt, attemptId(board.before().identity().runId(), spot.path(), attempt), board.now());
        try {
            ActivityType type = ActivityType.of(activity);
            checkStarts(activity);
            Scopes here = scopes.at(spot.frame());
            Evaluated evaluated = Evaluated.of(activity, type, here);
            ActivityState given = evaluated.given(begun);
            Place properties = evaluated.activity().typeProperties();
            return switch (type) {
                case COPY,
                        LOOKUP,
                        GET_METADATA,
                        DELETE,
                        VALIDATION,
                        SCRIPT,
                        STORED_PROCEDURE,
                        WEB,
                        WEB_HOOK,
                        AZURE_FUNCTION,
                        CUSTOM,
                        SSIS_PACKAGE,
                        DATABRICKS_NOTEBOOK,
                        DATABRICKS_JAR,
                        DATABRICKS_PYTHON,
                        HDINSIGHT_HIVE,
                        HDINSIGHT_PIG,
                        HDINSIGHT_MAP_REDUCE,
                        HDINSIGHT_STREAMING,
                        HDINSIGHT_SPARK,
                        MACHINE_LEARNING_BATCH,
                        MACHINE_LEARNING_UPDATE,
                        MACHINE_LEARNING_PIPELINE,
                        CONNECTION_TEST,
                        VERIFY_COPY -> job(spot, type, evaluated.activity(), here, given);
                case WAIT -> sleep(spot, properties, given);
                case SET_VARIABLE -> done(given, setVariable(properties));
                case APPEND_VARIABLE -> done(given, Variables.append(board.pipeline(), board.variables(), properties));
                case FAIL -> failed(given, asked(evaluated.activity()));
                case FILTER -> done(given, Containers.filter(properties, here));
                case IF_CONDITION -> contains(Containers.branch(properties, given));
                case SWITCH -> contains(Containers.choice(properties, given));
                case FOR_EACH -> contains(Containers.loop(properties, given));
                case UNTIL -> until(spot, given);
                case EXECUTE_PIPELINE -> new Calls(board, definitions).start(spot, properties, given);
            };
        } catch (ProblemException e) {
            return failed(begun, ActivityError.of(Secured.problem(activity, e.problem()), activity.name()));
        }
    }

    private void checkStarts(Activity activity) {
        if (board.starts() > MAX_STARTS) {
            throw DocumentFaults.LIMIT_EXCEEDED
                    .problem()
                    .at(activity.place().pointer())
                    .evidence("what", "The number of activities of the run, all iterations included,")
                    .evidence("value", board.starts())
                    .evidence("limit", MAX_STARTS)
                    .exception();
        }
    }

    private Started job(Spot spot, ActivityType type, Activity activity, Scopes here, ActivityState given) {
        JobSpec spec = new JobPlan(definitions, here)
                .job(type, board.before().identity(), board.pipeline().name(), given.activityRunId(), activity);
        Runtimes runtimes = new Runtimes(definitions);
        Policy policy = given.policy();
        Optional<Runtimes.Apart> apart = runtimes.bridged(spec, activity);
        if (apart.isPresent()) {
            return bridge(spot, new BridgePlan(definitions, here, spec, activity, apart.get()), given);
        }
        String runtime = runtimes.of(spec, activity);
        return new Started(
                given.queuedAt(runtime),
                List.of(
                        new Command.StartJob(spot.path(), given.attempt(), runtime, spec, policy.timeout()),
                        timer(Purpose.TIMEOUT, spot, given, board.now().plus(policy.timeout()))));
    }

    /// A copy in two hops, of which the first begins.
    private Started bridge(Spot spot, BridgePlan plan, ActivityState given) {
        Policy policy = given.policy();
        String runtime = plan.sourceRuntime();
        return new Started(
                given.over(plan.bridge()).queuedAt(runtime),
                List.of(
                        new Command.StartJob(
                                spot.path(), given.attempt(), runtime, plan.intoStaging(), policy.timeout()),
                        timer(Purpose.TIMEOUT, spot, given, board.now().plus(policy.timeout()))));
    }

    /// A wait of no time needs no timer, so that many of them do not cost a decision each.
    private Started sleep(Spot spot, Place properties, ActivityState given) {
        Place place = properties.member("waitTimeInSeconds");
        long seconds = place.whole(0, Integer.MAX_VALUE).orElseThrow(place::missing);
        if (seconds == 0) {
            return done(given, Json.object());
        }
        Instant due = board.now().plusSeconds(seconds);
        return new Started(given.in(ActivityStatus.SLEEPING), List.of(timer(Purpose.WAIT, spot, given, due)));
    }

    private Started until(Spot spot, ActivityState given) {
        Instant due = board.now().plus(given.policy().timeout());
        return new Started(given.containing(new Body.Passes(0)), List.of(timer(Purpose.TIMEOUT, spot, given, due)));
    }

    private static Started contains(ActivityState state) {
        return new Started(state, List.of());
    }

    private static Command timer(Purpose purpose, Spot spot, ActivityState state, Instant due) {
        return new Command.SetTimer(new TimerName(purpose, state.attempt(), spot.path()).text(), due);
    }

    private JsonNode setVariable(Place properties) {
        if (properties.member("setSystemVariable").flag().orElse(false)) {
            var value = ReturnValue.of(properties);
            board.returns(value);
            return Variables.output(ReturnValue.NAME, value);
        }
        return Variables.set(board.pipeline(), board.variables(), properties);
    }

    private Started done(ActivityState given, JsonNode output) {
        return new Started(given.ended(ActivityStatus.SUCCEEDED, board.now(), output, null), List.of());
    }

    private Started failed(ActivityState given, ActivityError error) {
        return new Started(given.ended(ActivityStatus.FAILED, board.now(), Json.object(), error), List.of());
    }

    /// The error that a Fail activity asks for.
    private static ActivityError asked(Activity activity) {
        return new ActivityError(
                scalar(activity.typeProperties().member("errorCode")),
                scalar(activity.typeProperties().member("message")),
                Kind.USER.failureType(),
                activity.name(),
                List.of());
    }

    /// A value as text; anything that is not a plain value as JSON.
    static String scalar(Place place) {
        if (!place.present()) {
            throw place.missing();
        }
        return place.json().isValueNode() ? place.json().asString() : Json.write(place.json());
    }

    /// The id of an attempt follows from run, activity and attempt, so that deciding an event again gives it again.
    static String attemptId(String runId, String path, int attempt) {
        String name = runId + "/" + attempt + "/" + path;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
