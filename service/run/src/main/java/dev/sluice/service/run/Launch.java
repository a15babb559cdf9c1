package dev.sluice.service.run;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.expression.Expressions;
import dev.sluice.expression.Scope;
import dev.sluice.model.Activity;
import dev.sluice.model.Json;
import dev.sluice.model.Pipeline;
import dev.sluice.model.Place;
import dev.sluice.model.Policy;
import dev.sluice.model.Reference;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.job.JobSpec;
import dev.sluice.model.secret.SecretPlaces;
import dev.sluice.service.run.TimerName.Purpose;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Starts an attempt of an activity: evaluates it and does what its type asks for. Some types are done here and now,
/// some wait for a timer, copies become a job. An activity that cannot be started has failed, with the problem located,
/// and is not tried again: the same definition would fail the same way.
final class Launch {
    private static final String SUPPORTED = "Copy, Wait, SetVariable, AppendVariable, Fail";

    /// Members of an activity in which expressions count.
    private static final Set<String> EVALUATED =
            Set.of("typeproperties", "policy", "userproperties", "inputs", "outputs", "linkedservicename");

    private final RunState run;
    private final Pipeline pipeline;
    private final Instant now;
    private final Definitions definitions;
    private final Scopes scopes;
    private final Map<String, JsonNode> variables;

    /// @param activities as they change during the decision
    /// @param variables as they change during the decision; changed here
    Launch(
            RunState run,
            Pipeline pipeline,
            Moment moment,
            Definitions definitions,
            Map<String, ActivityState> activities,
            Map<String, JsonNode> variables) {
        this.run = run;
        this.pipeline = pipeline;
        this.now = moment.now();
        this.definitions = definitions;
        this.scopes = new Scopes(run, moment, definitions.globalParameters(), variables, activities);
        this.variables = variables;
    }

    /// Where the activity stands after its start, and what is to be done.
    record Started(ActivityState state, List<Command> commands) {}

    Started start(Activity activity, int attempt) {
        ActivityState begun = ActivityState.WAITING.begun(attempt, attemptId(activity.name(), attempt), now);
        try {
            Leaf leaf = leaf(activity);
            Activity evaluated = evaluated(activity);
            ActivityState given = begun.given(
                    evaluated.policy(),
                    input(evaluated),
                    userProperties(evaluated),
                    evaluated.linkedService().map(Reference::name).orElse(""));
            return switch (leaf) {
                case COPY -> copy(evaluated, given);
                case WAIT -> sleep(evaluated, given);
                case SET_VARIABLE -> done(given, Variables.set(pipeline, variables, withoutSystemVariable(evaluated)));
                case APPEND_VARIABLE -> done(given, Variables.append(pipeline, variables, evaluated.typeProperties()));
                case FAIL -> failed(given, asked(evaluated));
            };
        } catch (ProblemException e) {
            return failed(begun, ActivityError.of(e.problem(), activity.name()));
        }
    }

    /// The types that can be executed, none of which contains other activities.
    private enum Leaf {
        COPY,
        WAIT,
        SET_VARIABLE,
        APPEND_VARIABLE,
        FAIL
    }

    private static Leaf leaf(Activity activity) {
        return switch (activity.type().toLowerCase(Locale.ROOT)) {
            case "copy" -> Leaf.COPY;
            case "wait" -> Leaf.WAIT;
            case "setvariable" -> Leaf.SET_VARIABLE;
            case "appendvariable" -> Leaf.APPEND_VARIABLE;
            case "fail" -> Leaf.FAIL;
            default -> throw unsupported(activity, activity.type());
        };
    }

    private static ProblemException unsupported(Activity activity, String type) {
        return DocumentFaults.TYPE_UNKNOWN
                .problem()
                .at(activity.place().pointer() + "/type")
                .evidence("object", "activity")
                .evidence("type", type)
                .evidence("supported", SUPPORTED)
                .exception();
    }

    private Activity evaluated(Activity activity) {
        Scope scope = scopes.activity();
        ObjectNode json = Json.object();
        for (Map.Entry<String, Place> member : activity.place().members().entrySet()) {
            Place place = member.getValue();
            json.set(
                    member.getKey(),
                    EVALUATED.contains(member.getKey().toLowerCase(Locale.ROOT))
                            ? Expressions.evaluate(place.json(), scope, place.pointer())
                            : place.json());
        }
        return activity.evaluated(json);
    }

    private Started copy(Activity activity, ActivityState given) {
        JobSpec spec =
                new JobPlan(definitions, scopes).copy(run.identity(), pipeline.name(), given.activityRunId(), activity);
        String runtime = new Runtimes(definitions)
                .forCopy(
                        spec.inputs().getFirst().linkedService(),
                        spec.outputs().getFirst().linkedService(),
                        activity.place().pointer());
        Policy policy = given.policy();
        String timer = new TimerName(Purpose.TIMEOUT, given.attempt(), activity.name()).text();
        return new Started(
                given.queuedAt(runtime),
                List.of(
                        new Command.StartJob(activity.name(), given.attempt(), runtime, spec, policy.timeout()),
                        new Command.SetTimer(timer, now.plus(policy.timeout()))));
    }

    private Started sleep(Activity activity, ActivityState given) {
        Place seconds = activity.typeProperties().member("waitTimeInSeconds");
        Instant due = now.plusSeconds(seconds.whole(0, Integer.MAX_VALUE).orElseThrow(seconds::missing));
        String timer = new TimerName(Purpose.WAIT, given.attempt(), activity.name()).text();
        return new Started(given.in(ActivityStatus.SLEEPING), List.of(new Command.SetTimer(timer, due)));
    }

    private Started done(ActivityState given, JsonNode output) {
        return new Started(given.ended(ActivityStatus.SUCCEEDED, now, output, null), List.of());
    }

    private Started failed(ActivityState given, ActivityError error) {
        return new Started(given.ended(ActivityStatus.FAILED, now, Json.object(), error), List.of());
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

    private static String scalar(Place place) {
        if (!place.present()) {
            throw place.missing();
        }
        return place.json().isValueNode() ? place.json().asString() : Json.write(place.json());
    }

    private static Place withoutSystemVariable(Activity activity) {
        Place system = activity.typeProperties().member("setSystemVariable");
        if (system.flag().orElse(false)) {
            throw unsupported(activity, activity.type() + " with setSystemVariable");
        }
        return activity.typeProperties();
    }

    /// What the record shows as input: the type properties, secrets masked.
    private static JsonNode input(Activity activity) {
        return activity.typeProperties().json() instanceof ObjectNode properties
                ? SecretPlaces.masked(properties)
                : Json.object();
    }

    private static Map<String, String> userProperties(Activity activity) {
        Map<String, String> texts = new LinkedHashMap<>();
        activity.userProperties()
                .forEach((name, value) -> texts.put(name, value.isString() ? value.stringValue() : Json.write(value)));
        return texts;
    }

    /// The id of an attempt follows from run, activity and attempt, so that deciding an event again gives it again.
    private String attemptId(String path, int attempt) {
        String name = run.identity().runId() + "/" + attempt + "/" + path;
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }
}
