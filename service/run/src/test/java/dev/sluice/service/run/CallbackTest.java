package dev.sluice.service.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.run.ActivityRunStatus;
import dev.sluice.model.run.RunStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Activities that ask a service and wait until it calls back.
class CallbackTest {
    private static TestRun run(String typeProperties, String more) {
        return TestRun.begun(
                TestRun.copy("Other", ""),
                "{\"name\":\"X\",\"type\":\"WebHook\",\"typeProperties\":{\"url\":\"http://s/\",\"method\":\"POST\""
                        + typeProperties + "}" + more + "}");
    }

    /// A run whose WebHook `X` reads a status and is queued.
    static TestRun asking() {
        return run(",\"reportStatusOnCallBack\":true", "");
    }

    static Event call(TestRun run, int attempt, String body) {
        return new Event.CalledBack(run.moment(), "X", attempt, read(body, true));
    }

    private static Callback read(String body, boolean reportsStatus) {
        return Callback.read(body.getBytes(StandardCharsets.UTF_8), reportsStatus);
    }

    @Test
    void a_job_that_has_asked_leaves_the_activity_waiting_and_the_callback_is_its_output() {
        TestRun run = run("", "");
        assertThat(run.job("X").spec().kind()).isEqualTo("WebHook");
        run.started("X", 1).succeeded("X");
        assertThat(run.record("X", 1).status()).isEqualTo(ActivityRunStatus.IN_PROGRESS);
        assertThat(run.record("X", 1).output()).isEqualTo(Json.object());
        run.event(new Event.CalledBack(run.moment(), "X", 1, read("{\"StatusCode\":500,\"n\":1}", false)));
        assertThat(run.record("X", 1).status()).isEqualTo(ActivityRunStatus.SUCCEEDED);
        assertThat(run.record("X", 1).output()).isEqualTo(Json.parse("{\"StatusCode\":500,\"n\":1}"));
        assertThat(run.timers).containsOnlyKeys("timeout:1:Other");
    }

    @Test
    void the_time_for_the_callback_begins_when_the_service_was_asked() {
        TestRun run = run("", "");
        assertThat(run.timers.get("timeout:1:X")).isEqualTo(TestRun.START.plus(Duration.ofMinutes(10)));
        run.now = TestRun.START.plusSeconds(30);
        run.started("X", 1).succeeded("X");
        assertThat(run.timers.get("timeout:1:X")).isEqualTo(TestRun.START.plusSeconds(630));
        run.fire("timeout:1:X");
        ActivityError error = run.record("X", 1).error();
        assertThat(run.status("X")).isEqualTo(ActivityStatus.FAILED);
        assertThat(error.details().getFirst().code()).isEqualTo("CallbackTimedOut");
        assertThat(error.message()).contains("'X'").contains("0.00:10:00");
        assertThat(Callback.lateness(run.state, "X", 1).orElseThrow()).contains("did not call back within");
    }

    @ParameterizedTest
    @CsvSource({"00:00:05,5", "1.00:00:00,86400", "00:00:00,600"})
    void the_timeout_is_a_time_span_of_the_type_properties(String timeout, long seconds) {
        TestRun run = run(",\"timeout\":\"" + timeout + "\"", ",\"policy\":{\"timeout\":\"0.01:00:00\",\"retry\":3}");
        assertThat(run.timers.get("timeout:1:X")).isEqualTo(TestRun.START.plusSeconds(seconds));
        run.failed("X");
        assertThat(run.status("X")).as("never asked again").isEqualTo(ActivityStatus.FAILED);
    }

    @Test
    void a_service_may_call_back_before_it_has_answered() {
        TestRun run = asking().started("X", 1);
        run.event(call(run, 1, "{\"StatusCode\":\"200\",\"Output\":{\"a\":1}}"));
        assertThat(run.record("X", 1).output()).isEqualTo(Json.parse("{\"a\":1}"));
        RunState after = run.state;
        run.succeeded("X");
        assertThat(run.state).as("the end of its job changes nothing").isSameAs(after);
        assertThat(Callback.lateness(run.state, "X", 1).orElseThrow()).contains("called back before");
    }

    @Test
    void a_reported_failure_fails_the_activity_with_the_codes_of_the_service() {
        TestRun run = asking().succeeded("X");
        run.event(
                call(
                        run,
                        1,
                        "{\"Output\":{\"seen\":2},\"Error\":{\"ErrorCode\":\"E1\",\"Message\":\"no stock\"},\"StatusCode\":\"403\"}"));
        ActivityError error = run.record("X", 1).error();
        assertThat(error.errorCode()).isEqualTo("E1");
        assertThat(error.message()).isEqualTo("no stock");
        assertThat(error.failureType()).isEqualTo("UserError");
        assertThat(error.details().getFirst().code()).isEqualTo("CallbackReportedFailure");
        assertThat(error.details().getFirst().evidence()).containsEntry("status", "403");
        assertThat(run.record("X", 1).output()).isEqualTo(Json.parse("{\"seen\":2}"));
    }

    @Test
    void what_a_service_says_of_a_secured_activity_is_not_told() {
        TestRun run = run(",\"reportStatusOnCallBack\":true", ",\"policy\":{\"secureOutput\":true}")
                .succeeded("X");
        run.event(
                call(
                        run,
                        1,
                        "{\"Output\":{\"ssn\":\"078-05\"},\"Error\":{\"ErrorCode\":\"E1\",\"Message\":\"no 078-05\"},\"StatusCode\":403}"));
        run.succeeded("Other");
        assertThat(Json.write(run.record("X", 1).toJson()) + run.record.message())
                .contains("E1")
                .contains("CallbackReportedFailure")
                .doesNotContain("078-05");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"StatusCode\":200,\"Output\":{\"a\":1}} | SUCCEEDED | {\"a\":1}",
                "{\"statuscode\":399,\"output\":[1]}       | SUCCEEDED | {\"value\":[1]}",
                "{\"StatusCode\":\"400\"}                  | FAILED    | {}",
                "{\"Error\":{\"Message\":\"m\"}}          | FAILED    | {}",
                "{\"Error\":null,\"Output\":\"text\"}     | SUCCEEDED | {\"Response\":\"text\"}",
                "{\"StatusCode\":201,\"Error\":{}}         | SUCCEEDED | {}",
                "''                                       | SUCCEEDED | {}"
            })
    void what_counts_as_failure(String body, ActivityStatus status, String output) {
        TestRun run = asking().succeeded("X");
        run.event(call(run, 1, body));
        assertThat(run.status("X")).isEqualTo(status);
        assertThat(run.state.activities().get("X").output()).isEqualTo(Json.parse(output));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"StatusCode\":\"fine\"}|StatusCode",
                "{\"StatusCode\":1000}|StatusCode",
                "[1]|an object",
                "{\"a\":|JSON"
            })
    void what_cannot_be_read_is_refused_and_the_activity_goes_on_waiting(String body, String reason) {
        assertThatThrownBy(() -> read(body, true))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("CallbackInvalid")
                .hasMessageContaining(reason);
    }

    @Test
    void only_what_expects_a_call_takes_one() {
        TestRun run = asking();
        RunState before = run.state;
        run.event(new Event.CalledBack(run.moment(), "Other", 1, read("{}", false)));
        run.event(new Event.CalledBack(run.moment(), "X", 2, read("{}", false)));
        assertThat(run.state).isSameAs(before);
        assertThat(Callback.lateness(run.state, "X", 2)).isPresent();
        assertThat(Callback.lateness(run.state, "Gone[3]/X", 1)).isPresent();
    }

    @Test
    void a_cancelled_run_does_not_wait_for_the_service() {
        TestRun run = asking().succeeded("X").succeeded("Other").cancel();
        assertThat(run.record.status()).isEqualTo(RunStatus.CANCELLED);
        assertThat(run.timers).isEmpty();
        assertThat(Callback.lateness(run.state, "X", 1)).isPresent();
    }

    @Test
    void a_waiting_activity_survives_the_stored_form() {
        RunState state = asking().succeeded("X").state;
        assertThat(RunState.fromJson(Json.bytes(state.toJson()))).isEqualTo(state);
    }
}
