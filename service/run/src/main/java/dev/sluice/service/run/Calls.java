package dev.sluice.service.run;

import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.RunFaults;
import dev.sluice.model.Document;
import dev.sluice.model.DocumentKind;
import dev.sluice.model.Json;
import dev.sluice.model.Parameter;
import dev.sluice.model.Pipeline;
import dev.sluice.model.Place;
import dev.sluice.model.Reference;
import dev.sluice.model.ValueType;
import dev.sluice.model.run.InvokedBy;
import dev.sluice.model.secret.SecretPlaces;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// ExecutePipeline: another run is admitted as a part of this decision. That run begins by itself as soon as its
/// pipeline's concurrency leaves room, and tells the activity how it ended if that waits for it.
///
/// Data Factory's documents leave open how deep calls may go and refuse to publish a pipeline that calls itself; here
/// such a pipeline may run, down to [#MAX_DEPTH] calls. As in Data Factory, the activity waits only when
/// `waitOnCompletion` says so, an argument that the called pipeline does not know is passed over, and the called run is
/// the first of a recovery group of its own.
final class Calls {
    /// Most runs above a run.
    static final int MAX_DEPTH = 40;

    private static final String INVOKED_BY = "PipelineActivity";

    private final Board board;
    private final Definitions definitions;

    Calls(Board board, Definitions definitions) {
        this.board = board;
        this.definitions = definitions;
    }

    /// Where the activity stands once the other run exists, and the command that makes it.
    Launch.Started start(Spot spot, Place properties, ActivityState given) {
        Reference reference = Reference.of(properties.member("pipeline"));
        Document document = definitions.find(DocumentKind.PIPELINE, reference.name());
        if (document == null) {
            throw DocumentFaults.REFERENCE_MISSING
                    .problem()
                    .at(reference.place().pointer() + "/referenceName")
                    .evidence("object", DocumentKind.PIPELINE.word())
                    .evidence("name", reference.name())
                    .exception();
        }
        boolean waits = properties.member("waitOnCompletion").flag().orElse(false);
        RunIdentity identity = identity(spot, given, waits);
        Admission admission = Decider.admit(
                new RunRequest(identity, document, arguments(document, properties.member("parameters"))), board.now());
        return switch (admission) {
            case Admission.Refused(List<Problem> problems) -> throw located(problems.getFirst(), document, properties);
            case Admission.Accepted(Decision decision) -> called(spot, document, decision, waits, given);
        };
    }

    private Launch.Started called(Spot spot, Document document, Decision admitted, boolean waits, ActivityState given) {
        ObjectNode output = Json.object();
        output.put("pipelineName", document.name());
        output.put("pipelineRunId", admitted.state().identity().runId());
        ActivityState shown = given.showing(masked(document, given.input())).giving(output);
        Command start = new Command.StartRun(admitted);
        if (!waits) {
            return new Launch.Started(shown.ended(ActivityStatus.SUCCEEDED, board.now(), output, null), List.of(start));
        }
        TimerName timer = new TimerName(TimerName.Purpose.TIMEOUT, given.attempt(), spot.path());
        return new Launch.Started(
                shown.in(ActivityStatus.CALLING),
                List.of(
                        start,
                        new Command.SetTimer(
                                timer.text(), board.now().plus(given.policy().timeout()))));
    }

    private RunIdentity identity(Spot spot, ActivityState given, boolean waits) {
        RunIdentity own = board.before().identity();
        int depth = own.parent() == null ? 1 : own.parent().depth() + 1;
        if (depth > MAX_DEPTH) {
            throw RunFaults.CALLS_TOO_DEEP
                    .problem()
                    .at(spot.activity().place().pointer())
                    .evidence("pipeline", board.pipeline().name())
                    .evidence("activity", spot.activity().name())
                    .evidence("limit", MAX_DEPTH)
                    .exception();
        }
        String id = runId(own.runId(), spot.path(), given.attempt());
        return new RunIdentity(
                own.factoryName(),
                id,
                id,
                new InvokedBy(
                        given.activityRunId(),
                        spot.activity().name(),
                        INVOKED_BY,
                        board.pipeline().name(),
                        own.runId()),
                board.now(),
                Json.object(),
                Map.of(),
                new Parent(own.runId(), spot.path(), given.attempt(), waits, depth));
    }

    /// The id of a called run follows from its caller, so that deciding an event again gives it again.
    static String runId(String caller, String path, int attempt) {
        String name = caller + "/" + attempt + "/" + path + "/run";
        return UUID.nameUUIDFromBytes(name.getBytes(StandardCharsets.UTF_8)).toString();
    }

    private static ObjectNode arguments(Document document, Place given) {
        ObjectNode arguments = Json.object();
        var declared = new java.util.TreeSet<>(String.CASE_INSENSITIVE_ORDER);
        Parameter.all(document.properties().member("parameters")).keySet().forEach(declared::add);
        given.members().forEach((name, place) -> {
            if (declared.contains(name)) {
                arguments.set(name, place.json());
            }
        });
        return arguments;
    }

    /// The activity's input with the arguments for secure strings masked.
    private static JsonNode masked(Document document, JsonNode input) {
        Place parameters = Place.root(input).member("parameters");
        if (!(input instanceof ObjectNode whole) || !(parameters.json() instanceof ObjectNode given)) {
            return input;
        }
        var declared = new java.util.TreeMap<String, Parameter>(String.CASE_INSENSITIVE_ORDER);
        declared.putAll(Pipeline.of(document).parameters());
        ObjectNode shown = Json.object();
        given.properties().forEach(e -> {
            Parameter parameter = declared.get(e.getKey());
            boolean secret = parameter != null && parameter.type() == ValueType.SECURE_STRING;
            shown.set(e.getKey(), secret ? Json.text(SecretPlaces.MASK) : e.getValue());
        });
        ObjectNode copy = Json.object();
        whole.properties().forEach(e -> copy.set(e.getKey(), e.getValue() == given ? shown : e.getValue()));
        return copy;
    }

    /// What is wrong with an argument stands in the activity; what is wrong with the called pipeline stands there.
    private static ProblemException located(Problem problem, Document document, Place properties) {
        boolean argument =
                problem.fault() == DocumentFaults.PARAMETER_MISSING || problem.fault() == DocumentFaults.PARAMETER_TYPE;
        String place = argument
                ? properties.member("parameters").pointer() + problem.location()
                : "pipeline '" + document.name() + "' " + problem.location();
        return new ProblemException(new Problem(problem.fault(), problem.kind(), place, problem.evidence()));
    }
}
