package dev.sluice.service.run;

import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.RunFaults;
import dev.sluice.model.Activity;
import dev.sluice.model.Json;
import dev.sluice.model.Place;
import dev.sluice.model.Policy;
import dev.sluice.model.error.ActivityError;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a service sends that a WebHook activity has asked to call back. It ends the activity.
///
/// As Data Factory documents it, the activity's output is what was sent; where the activity reads a status
/// (`reportStatusOnCallBack`), it is `Output`, a `StatusCode` from 400 on means failure, and so does an `Error` without
/// one.
///
/// @param answer any JSON
/// @param status the status code that counts; 200 where none is read
/// @param reportsStatus whether `StatusCode`, `Output` and `Error` are read
public record Callback(JsonNode answer, int status, boolean reportsStatus) {
    /// How long a service may take to call back when the activity says nothing.
    static final Duration PATIENCE = Duration.ofMinutes(10);

    private static final int FIRST_FAILURE = 400;

    /// Reads what was sent.
    ///
    /// @param body JSON; nothing at all counts as an empty object
    /// @throws ProblemException [RunFaults#CALLBACK_INVALID] when it cannot be used; the activity goes on waiting
    public static Callback read(byte[] body, boolean reportsStatus) {
        JsonNode answer = body.length == 0 ? Json.object() : json(body);
        if (!reportsStatus) {
            return new Callback(answer, 200, false);
        }
        if (!answer.isObject()) {
            throw invalid("an object with StatusCode, Output and Error is expected");
        }
        Place code = Place.root(answer).member("StatusCode");
        boolean failed = Place.root(answer).member("Error").present();
        if (!code.present()) {
            return new Callback(answer, failed ? FIRST_FAILURE : 200, true);
        }
        String text = code.json().asString("");
        if (!text.matches("[1-5]\\d\\d")) {
            throw invalid("StatusCode must be a status code of HTTP, from 100 to 599");
        }
        return new Callback(answer, Integer.parseInt(text), true);
    }

    private static JsonNode json(byte[] body) {
        try {
            return Json.parse(body);
        } catch (ProblemException e) {
            throw invalid(e.problem().message());
        }
    }

    private static ProblemException invalid(String detail) {
        return RunFaults.CALLBACK_INVALID.with("detail", detail);
    }

    /// Why a callback to that attempt comes too late; empty when it is expected. A service may be faster than the node
    /// that asked it, so one is also expected while the job is not known to have ended.
    public static Optional<String> lateness(RunState run, String activity, int attempt) {
        ActivityState state = run.activities().get(activity);
        if (state == null) {
            return Optional.of("the list of activities it belongs to is over");
        }
        if (state.attempt() != attempt) {
            return Optional.of("attempt " + attempt + " of the activity is over");
        }
        return switch (state.status()) {
            case SUCCEEDED -> Optional.of("the activity has been called back before, at " + state.endedAt());
            case FAILED, CANCELLED ->
                Optional.of("the activity has ended as "
                        + RunRecords.status(state.status()).word() + " at " + state.endedAt()
                        + (state.error() == null ? "" : ": " + state.error().message()));
            case WAITING, PAUSED, SLEEPING, CONTAINING, CLOSING, CALLING, SKIPPED ->
                Optional.of("the activity has asked nobody");
            case QUEUED, RUNNING, EXPECTING, CANCELING ->
                run.status().ended()
                        ? Optional.of("the run has ended as " + run.status().word())
                        : Optional.empty();
        };
    }

    /// Whether an activity's job only asks a service, which then calls back.
    static boolean expected(Activity activity) {
        return activity.is(ActivityType.WEB_HOOK.word());
    }

    /// The time for the callback stands among the type properties; it is never asked again.
    static Policy policy(Activity activity) {
        Policy own = activity.policy();
        Place timeout = activity.typeProperties().member("timeout");
        boolean given = timeout.span().filter(Duration::isPositive).isPresent();
        Duration patience = given ? Policy.ofTimeout(timeout).timeout() : PATIENCE;
        return new Policy(patience, 0, own.retryInterval(), own.secureInput(), own.secureOutput());
    }

    /// @param activity its name
    Report report(String activity) {
        return status < FIRST_FAILURE
                ? new Report(Signal.ANSWERED, output(), null, null, "")
                : new Report(Signal.ANSWERED_FAILED, output(), error(activity), null, "");
    }

    private ObjectNode output() {
        JsonNode given = reportsStatus ? Place.root(answer).member("Output").json() : answer;
        return switch (given.getNodeType()) {
            case OBJECT -> (ObjectNode) given;
            case NULL, MISSING -> Json.object();
            case ARRAY, BINARY, BOOLEAN, NUMBER, POJO, STRING -> {
                ObjectNode output = Json.object();
                output.set(given.isArray() ? "value" : "Response", given);
                yield output;
            }
        };
    }

    private ActivityError error(String activity) {
        Place error = Place.root(answer).member("Error");
        Place code = error.member("ErrorCode");
        Problem problem = RunFaults.CALLED_BACK_WITH_ERROR
                .problem()
                .evidence("activity", activity)
                .evidence("status", status)
                .evidence("message", message(error))
                .build();
        return new ActivityError(
                code.present() ? Launch.scalar(code) : Integer.toString(status),
                problem.evidence().getOrDefault("message", "").isEmpty() ? problem.message() : message(error),
                Kind.USER.failureType(),
                activity,
                List.of(ActivityError.Detail.of(problem)));
    }

    private static String message(Place error) {
        Place message = error.member("Message");
        if (message.present()) {
            return Launch.scalar(message);
        }
        return error.present() ? Launch.scalar(error) : "";
    }
}
