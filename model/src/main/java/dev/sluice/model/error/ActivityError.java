package dev.sluice.model.error;

import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// The `error` object of an activity run, and what a node reports for a failed job.
///
/// @param errorCode Data Factory's number for copies (`2200`), else our code or what a Fail activity says; empty when
///     there was no error
/// @param message for people, one or more sentences
/// @param failureType `UserError`, `SystemError`, or empty when there was no error
/// @param target the activity's name
/// @param details what is known about the cause; the first is the one that ended the activity
public record ActivityError(String errorCode, String message, String failureType, String target, List<Detail> details) {
    /// The code Data Factory gives every failed copy.
    public static final String COPY_FAILED = "2200";

    private static final String LOOKUP_FAILED = "2100";

    public ActivityError {
        details = List.copyOf(details);
    }

    /// What an activity run without error shows.
    public static ActivityError none(String target) {
        return new ActivityError("", "", "", target, List.of());
    }

    /// An error of an activity other than a copy.
    public static ActivityError of(Problem problem, String target) {
        return new ActivityError(
                problem.code(), problem.message(), problem.kind().failureType(), target, List.of(Detail.of(problem)));
    }

    /// An error as Data Factory gives it for activities of that type: its number as the code, where it
    /// publishes one, and for copies and lookups the form of message that readers take apart. Our own code
    /// stands in `details[0]`.
    ///
    /// @param type the activity's type, in any case
    public static ActivityError of(String type, Problem problem, String target) {
        return switch (type.toLowerCase(Locale.ROOT)) {
            case "copy" -> ofCopy(problem, target);
            case "lookup" -> numbered(LOOKUP_FAILED, sided(problem), problem, target);
            case "webactivity", "webhook" -> numbered("2108", problem.message(), problem, target);
            case "script" -> numbered("2011", problem.message(), problem, target);
            case "sqlserverstoredprocedure" -> numbered("2402", problem.message(), problem, target);
            case "azurefunctionactivity" -> numbered("3608", problem.message(), problem, target);
            default -> of(problem, target);
        };
    }

    private static ActivityError numbered(String number, String message, Problem problem, String target) {
        return new ActivityError(number, message, problem.kind().failureType(), target, List.of(Detail.of(problem)));
    }

    /// An error of a copy: code 2200 and a message of the form that readers of Data Factory's errors take apart, our
    /// own code inside it and in `details[0]`.
    public static ActivityError ofCopy(Problem problem, String target) {
        return numbered(COPY_FAILED, sided(problem), problem, target);
    }

    private static String sided(Problem problem) {
        String side = switch (problem.kind()) {
            case SOURCE -> "Failure happened on 'Source' side. ";
            case SINK -> "Failure happened on 'Sink' side. ";
            case USER, NETWORK, NODE, SERVICE -> "";
        };
        return side + "ErrorCode=" + problem.code() + ",'Type=dev.sluice.diagnosis.ProblemException,Message="
                + problem.message() + ",Source=Sluice,'";
    }

    public ObjectNode toJson() {
        ObjectNode json = Json.object();
        json.put("errorCode", errorCode);
        json.put("message", message);
        json.put("failureType", failureType);
        json.put("target", target);
        if (!errorCode.isEmpty() || !details.isEmpty()) {
            ArrayNode list = json.putArray("details");
            details.forEach(d -> list.add(d.toJson()));
        }
        return json;
    }

    public static ActivityError fromJson(Place json) {
        return new ActivityError(
                json.member("errorCode").text().orElse(""),
                json.member("message").text().orElse(""),
                json.member("failureType").text().orElse(""),
                json.member("target").text().orElse(""),
                json.member("details").items().stream().map(Detail::fromJson).toList());
    }

    /// One cause: a problem as plain text, so that a reader needs no catalogue.
    ///
    /// @param code the fault's stable code
    /// @param cause what happened, in one sentence
    /// @param location where in a document or in the data; empty when there is no such place
    /// @param kind whose move it is
    /// @param retryable whether the same attempt may succeed later without anybody changing anything
    /// @param evidence what was seen
    /// @param resolution the steps that mend it, in order
    public record Detail(
            String code,
            String cause,
            String location,
            Kind kind,
            boolean retryable,
            Map<String, String> evidence,
            List<String> resolution) {
        public Detail {
            evidence = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(evidence));
            resolution = List.copyOf(resolution);
        }

        public static Detail of(Problem problem) {
            return new Detail(
                    problem.code(),
                    problem.message(),
                    problem.location(),
                    problem.kind(),
                    problem.fault().retryable(),
                    problem.evidence(),
                    problem.resolution());
        }

        public ObjectNode toJson() {
            ObjectNode json = Json.object();
            json.put("code", code);
            json.put("cause", cause);
            json.put("location", location);
            json.put("kind", kind.name());
            json.put("retryable", retryable);
            ObjectNode seen = json.putObject("evidence");
            evidence.forEach(seen::put);
            ArrayNode steps = json.putArray("resolution");
            resolution.forEach(steps::add);
            return json;
        }

        static Detail fromJson(Place json) {
            Map<String, String> evidence = new LinkedHashMap<>();
            json.member("evidence")
                    .members()
                    .forEach((name, value) -> evidence.put(name, value.text().orElse("")));
            return new Detail(
                    json.member("code").requiredText(),
                    json.member("cause").text().orElse(""),
                    json.member("location").text().orElse(""),
                    kind(json.member("kind")),
                    json.member("retryable").flag().orElse(false),
                    evidence,
                    json.member("resolution").items().stream()
                            .map(r -> r.text().orElse(""))
                            .toList());
        }

        private static Kind kind(Place place) {
            String text = place.text().orElse("");
            for (Kind kind : Kind.values()) {
                if (kind.name().equalsIgnoreCase(text)) {
                    return kind;
                }
            }
            // A newer node may know a side that this version does not.
            return Kind.SERVICE;
        }
    }
}
