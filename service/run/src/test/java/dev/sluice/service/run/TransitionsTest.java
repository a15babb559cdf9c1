package dev.sluice.service.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.run.RunStatus;
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
        if (aboutABody(signal) && !container(status)) {
            assertThat(Transitions.reaction(status, signal)).isEqualTo(Reaction.IGNORE);
            return;
        }
        if (status == ActivityStatus.CLOSING && signal == Signal.CANCEL_OVERDUE) {
            // Reaches the activities inside first; that they have ended is what ends the container.
            assertThat(Transitions.reaction(status, signal)).isEqualTo(Reaction.IGNORE);
            return;
        }
        TestRun run = askingOthers(signal) ? asking(status) : in(status);
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
            case EXPECT -> assertThat(after.status()).isEqualTo(ActivityStatus.EXPECTING);
            case FAIL_OR_RETRY -> {
                assertThat(after.status()).isEqualTo(askingOthers(signal) ? ActivityStatus.FAILED : failed(status));
                assertThat(run.last).noneMatch(c -> c instanceof Command.CancelJob);
            }
            case FAIL_OR_RETRY_AT_ONCE -> {
                assertThat(after.status()).isEqualTo(ActivityStatus.QUEUED);
                assertThat(after.attempt()).isEqualTo(before.attempt() + 1);
                assertThat(run.last)
                        .noneMatch(
                                c -> c instanceof Command.SetTimer t && t.name().startsWith("retry"));
            }
            case STOP_AND_FAIL_OR_RETRY -> {
                assertThat(after.status()).isEqualTo(failed(status));
                assertThat(run.last)
                        .contains(
                                status == ActivityStatus.CALLING
                                        ? new Command.Send(
                                                Calls.runId("run-1", "X", 1), new Letter.Cancel("the timeout of 'X'"))
                                        : new Command.CancelJob(container(status) ? "X[0]/Y" : "X", 1));
            }
            case RETRY -> {
                assertThat(after.status()).isEqualTo(ActivityStatus.QUEUED);
                assertThat(after.attempt()).isEqualTo(before.attempt() + 1);
            }
            case STOP -> {
                assertThat(after.status()).isEqualTo(ActivityStatus.CANCELING);
                assertThat(run.last).contains(new Command.CancelJob("X", 1));
            }
            case CLOSE -> {
                assertThat(after.status()).isEqualTo(ActivityStatus.CLOSING);
                assertThat(run.last).contains(new Command.CancelJob("X[0]/Y", 1));
            }
            case STOP_AND_CANCEL -> {
                assertThat(after.status()).isEqualTo(ActivityStatus.CANCELLED);
                assertThat(run.last).contains(new Command.CancelJob("X", 1));
            }
            case LEAVE, CANCEL -> {
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

    private static boolean container(ActivityStatus status) {
        return status == ActivityStatus.CONTAINING || status == ActivityStatus.CLOSING;
    }

    private static boolean aboutABody(Signal signal) {
        return signal == Signal.BODY_SUCCEEDED || signal == Signal.BODY_FAILED;
    }

    /// Where a failed attempt leads: containers have no retry.
    private static ActivityStatus failed(ActivityStatus before) {
        boolean once = before == ActivityStatus.CALLING || before == ActivityStatus.EXPECTING;
        return container(before) || once ? ActivityStatus.FAILED : ActivityStatus.PAUSED;
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
            case Command.StartRun called -> true;
            case Command.Send letter -> true;
            case Command.SendToChildren letter -> false;
        };
    }

    private static boolean askingOthers(Signal signal) {
        return signal == Signal.ASKED || signal == Signal.ANSWERED || signal == Signal.ANSWERED_FAILED;
    }

    /// As [#in], with a WebHook where one can have the status.
    private static TestRun asking(ActivityStatus status) {
        return switch (status) {
            case QUEUED -> CallbackTest.asking();
            case RUNNING -> CallbackTest.asking().started("X", 1);
            case CANCELING -> CallbackTest.asking().started("X", 1).cancel();
            case SUCCEEDED -> send(CallbackTest.asking(), Signal.ANSWERED, 1);
            case FAILED -> send(CallbackTest.asking(), Signal.ANSWERED_FAILED, 1);
            case WAITING, PAUSED, SLEEPING, CALLING, EXPECTING, CONTAINING, CLOSING, SKIPPED, CANCELLED -> in(status);
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
            case EXPECTING -> CallbackTest.asking().succeeded("X");
            case CALLING -> CallsTest.calling(other, "X");
            case CONTAINING -> loop().started("X[0]/Y", 1);
            case CLOSING -> loop().started("Other", 1).started("X[0]/Y", 1).cancel();
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

    /// `X` contains the copy `Y`, in its first pass.
    private static TestRun loop() {
        return TestRun.begun(
                TestRun.copy("Other", ""),
                "{\"name\":\"X\",\"type\":\"Until\",\"typeProperties\":{\"expression\":\"@equals(1, 1)\",\"activities\":["
                        + TestRun.copy("Y", "") + "]}}");
    }

    private static Letter end(TestRun run, int attempt, RunStatus status) {
        String id = Calls.runId(run.state.identity().runId(), "X", attempt);
        return new Letter.ChildEnded("X", attempt, id, status, "", null);
    }

    private static TestRun send(TestRun run, Signal signal, int attempt) {
        return switch (signal) {
            case JOB_STARTED -> run.started("X", attempt);
            case JOB_SUCCEEDED, ASKED -> run.ended("X", attempt, TestRun.success());
            case JOB_FAILED -> run.ended("X", attempt, TestRun.failure("X"));
            case ANSWERED -> run.event(CallbackTest.call(run, attempt, "{}"));
            case ANSWERED_FAILED -> run.event(CallbackTest.call(run, attempt, "{\"StatusCode\":500}"));
            case JOB_CANCELLED -> run.ended("X", attempt, new JobOutcome.Cancelled());
            case LEASE_LOST ->
                run.event(new Event.LeaseLost(run.moment(), "X", attempt, "node-1", Duration.ofSeconds(30)));
            case TIMED_OUT -> run.event(new Event.TimerFired(run.moment(), "timeout:" + attempt + ":X"));
            case RETRY_DUE -> run.event(new Event.TimerFired(run.moment(), "retry:" + attempt + ":X"));
            case WAIT_OVER -> run.event(new Event.TimerFired(run.moment(), "wait:" + attempt + ":X"));
            case BODY_SUCCEEDED -> run.succeeded("X[0]/Y");
            case BODY_FAILED -> run.ended("X[0]/Y", 1, new JobOutcome.Cancelled());
            case CHILD_SUCCEEDED -> run.receive(end(run, attempt, RunStatus.SUCCEEDED));
            case CHILD_FAILED -> run.receive(end(run, attempt, RunStatus.FAILED));
            case CANCEL -> run.cancel();
            case CANCEL_OVERDUE -> run.event(new Event.TimerFired(run.moment(), "cancel:0:"));
        };
    }
}
