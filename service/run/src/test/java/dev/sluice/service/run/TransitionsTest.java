package dev.sluice.service.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.job.JobOutcome;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Every cell of the table, reached through [Decider#decide]: a run is brought to the status, the event is sent, and
/// what the activity does is compared with the table.
class TransitionsTest {
    static Stream<Arguments> cells() {
        return Stream.of(ActivityStatus.values())
                .flatMap(status -> Stream.of(Signal.values()).map(signal -> Arguments.of(status, signal)));
    }

    @ParameterizedTest
    @MethodSource("cells")
    void every_cell_is_decided_and_reachable(ActivityStatus status, Signal signal) {
        TestRun run = in(status);
        assertThat(run.status("X")).isEqualTo(status);
        ActivityState before = run.state.activities().get("X");

        send(run, signal, before.attempt());

        ActivityState after = run.state.activities().get("X");
        switch (Transitions.reaction(status, signal)) {
            case IGNORE -> {
                assertThat(after).isEqualTo(before);
                assertThat(run.last).noneMatch(c -> concernsX(c));
            }
            case MARK_RUNNING -> assertThat(after.status()).isEqualTo(ActivityStatus.RUNNING);
            case SUCCEED -> assertThat(after.status()).isEqualTo(ActivityStatus.SUCCEEDED);
            case FAIL_OR_RETRY -> {
                assertThat(after.status()).isEqualTo(ActivityStatus.PAUSED);
                assertThat(run.last).noneMatch(c -> c instanceof Command.CancelJob);
            }
            case STOP_AND_FAIL_OR_RETRY -> {
                assertThat(after.status()).isEqualTo(ActivityStatus.PAUSED);
                assertThat(run.last).contains(new Command.CancelJob("X", 1));
            }
            case RETRY -> {
                assertThat(after.status()).isEqualTo(ActivityStatus.QUEUED);
                assertThat(after.attempt()).isEqualTo(before.attempt() + 1);
            }
            case STOP -> {
                assertThat(after.status()).isEqualTo(ActivityStatus.CANCELING);
                assertThat(run.last).contains(new Command.CancelJob("X", 1));
            }
            case STOP_AND_CANCEL -> {
                assertThat(after.status()).isEqualTo(ActivityStatus.CANCELLED);
                assertThat(run.last).contains(new Command.CancelJob("X", 1));
            }
            case CANCEL -> {
                assertThat(after.status()).isEqualTo(ActivityStatus.CANCELLED);
                assertThat(run.last)
                        .noneMatch(c ->
                                c instanceof Command.CancelJob j && j.activity().equals("X"));
            }
        }
    }

    @Test
    void an_ended_activity_never_moves_again() {
        for (ActivityStatus status : ActivityStatus.values()) {
            for (Signal signal : Signal.values()) {
                if (status.ended()) {
                    assertThat(Transitions.reaction(status, signal)).isEqualTo(Reaction.IGNORE);
                }
            }
        }
    }

    private static boolean concernsX(Command command) {
        return switch (command) {
            case Command.StartJob job -> job.activity().equals("X");
            case Command.CancelJob job -> job.activity().equals("X");
            case Command.SetTimer timer -> timer.name().endsWith(":X");
            case Command.ClearTimer timer -> timer.name().endsWith(":X");
            case Command.RecordActivity recorded ->
                recorded.run().activityName().equals("X");
            case Command.RecordRun recorded -> false;
        };
    }

    /// A run that goes on (the activity `Other` sees to that) in which `X` has that status.
    private static TestRun in(ActivityStatus status) {
        String retry = ",\"policy\":{\"retry\":1}";
        String other = TestRun.copy("Other", "");
        return switch (status) {
            case WAITING -> TestRun.begun(other, TestRun.copy("X", TestRun.after("Other:Succeeded")));
            case QUEUED -> TestRun.begun(other, TestRun.copy("X", retry));
            case RUNNING -> TestRun.begun(other, TestRun.copy("X", retry)).started("X", 1);
            case PAUSED -> TestRun.begun(other, TestRun.copy("X", retry)).failed("X");
            case SLEEPING ->
                TestRun.begun(
                        other, "{\"name\":\"X\",\"type\":\"Wait\",\"typeProperties\":{\"waitTimeInSeconds\":60}}");
            case CANCELING ->
                TestRun.begun(other, TestRun.copy("X", retry))
                        .started("Other", 1)
                        .started("X", 1)
                        .cancel();
            case SUCCEEDED -> TestRun.begun(other, TestRun.copy("X", "")).succeeded("X");
            case FAILED -> TestRun.begun(other, TestRun.copy("X", "")).failed("X");
            case SKIPPED ->
                TestRun.begun(other, TestRun.copy("First", ""), TestRun.copy("X", TestRun.after("First:Succeeded")))
                        .failed("First");
            case CANCELLED ->
                TestRun.begun(other, TestRun.copy("X", "")).started("Other", 1).cancel();
        };
    }

    private static void send(TestRun run, Signal signal, int attempt) {
        switch (signal) {
            case JOB_STARTED -> run.started("X", attempt);
            case JOB_SUCCEEDED -> run.ended("X", attempt, TestRun.success());
            case JOB_FAILED -> run.ended("X", attempt, TestRun.failure("X"));
            case JOB_CANCELLED -> run.ended("X", attempt, new JobOutcome.Cancelled());
            case LEASE_LOST ->
                run.event(new Event.LeaseLost(run.moment(), "X", attempt, "node-1", Duration.ofSeconds(30)));
            case TIMED_OUT -> run.event(new Event.TimerFired(run.moment(), "timeout:" + attempt + ":X"));
            case RETRY_DUE -> run.event(new Event.TimerFired(run.moment(), "retry:" + attempt + ":X"));
            case WAIT_OVER -> run.event(new Event.TimerFired(run.moment(), "wait:" + attempt + ":X"));
            case CANCEL -> run.cancel();
            case CANCEL_OVERDUE -> run.event(new Event.TimerFired(run.moment(), "cancel:0:"));
        }
    }
}
