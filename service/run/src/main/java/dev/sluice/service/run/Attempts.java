package dev.sluice.service.run;

import dev.sluice.model.Json;
import dev.sluice.model.error.ActivityError;
import dev.sluice.service.run.TimerName.Purpose;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What happens to one activity: its attempts begin, end, are tried again or stopped. What follows for others is not
/// decided here.
final class Attempts {
    private final Board board;
    private final Launch launch;

    Attempts(Board board, Launch launch) {
        this.board = board;
        this.launch = launch;
    }

    void start(Spot spot, int attempt) {
        Launch.Started started = launch.start(spot, attempt);
        board.put(spot, started.state());
        started.commands().forEach(board::add);
        board.record(spot);
    }

    void react(Spot spot, Report report) {
        ActivityState state = board.state(spot);
        switch (Transitions.reaction(state.status(), report.signal())) {
            case IGNORE -> {}
            case MARK_RUNNING -> {
                board.put(spot, state.runningOn(report.node()));
                board.record(spot);
            }
            case EXPECT -> {
                board.put(spot, state.in(ActivityStatus.EXPECTING));
                Instant due = board.now().plus(state.policy().timeout());
                board.add(new Command.SetTimer(timer(Purpose.TIMEOUT, spot, state), due));
                board.record(spot);
            }
            case SUCCEED -> succeed(spot, report);
            case FAIL_OR_RETRY -> failOrRetry(spot, report);
            case FAIL_OR_RETRY_AT_ONCE -> {
                if (failedForNow(spot, report)) {
                    start(spot, state.attempt() + 1);
                }
            }
            case STOP_AND_FAIL_OR_RETRY -> {
                stop(spot, timeoutOf(spot));
                failOrRetry(spot, report);
            }
            case RETRY -> start(spot, state.attempt() + 1);
            case STOP -> {
                stop(spot, "nobody");
                board.put(spot, state.in(ActivityStatus.CANCELING));
            }
            case CLOSE -> board.put(spot, state.in(ActivityStatus.CLOSING));
            case STOP_AND_CANCEL -> {
                stop(spot, "nobody");
                cancelled(spot, board.cancelledBy());
            }
            case LEAVE -> {
                if (board.recursive()) {
                    board.put(spot, state.in(ActivityStatus.CANCELING));
                } else {
                    cancelled(spot, board.cancelledBy());
                }
            }
            case CANCEL -> cancelled(spot, board.cancelledBy());
        }
    }

    /// Stops the job of an attempt, or everything inside a container: that counts as cancelled at once, since nothing
    /// waits for the nodes' answers.
    ///
    /// @param by why, for the run that an ExecutePipeline called
    private void stop(Spot spot, String by) {
        ActivityState state = board.state(spot);
        if (state.status() == ActivityStatus.CALLING) {
            String called = Calls.runId(board.before().identity().runId(), spot.path(), state.attempt());
            board.add(new Command.Send(called, new Letter.Cancel(by)));
            return;
        }
        if (state.body() == null) {
            board.add(new Command.CancelJob(state.jobPath(spot.path()), state.attempt()));
            return;
        }
        for (Frame frame : board.tree().inside(spot)) {
            for (Spot inner : frame.spots()) {
                switch (board.state(inner).status()) {
                    case QUEUED, RUNNING, CONTAINING, CLOSING, CALLING -> stop(inner, by);
                    case WAITING, PAUSED, SLEEPING, EXPECTING, CANCELING, SUCCEEDED, FAILED, SKIPPED, CANCELLED -> {}
                }
                cancelled(inner, by);
            }
            board.close(frame);
        }
    }

    private static String timeoutOf(Spot spot) {
        return "the timeout of '" + spot.activity().name() + "'";
    }

    private void succeed(Spot spot, Report report) {
        ActivityState state = board.state(spot);
        Bridge bridge = state.bridge();
        if (bridge == null) {
            end(spot, ActivityStatus.SUCCEEDED, report.output(), null);
        } else if (bridge.crossed()) {
            end(spot, ActivityStatus.SUCCEEDED, bridge.together(report.output()), null);
        } else if (state.status() == ActivityStatus.CANCELING) {
            // The rows are on their way, not where they belong.
            cancelled(spot, board.cancelledBy());
        } else {
            cross(spot, state, bridge.crossing(report.output()));
        }
    }

    /// The first hop is over; the second waits for a node of the sink's runtime, for what is left of the time.
    private void cross(Spot spot, ActivityState state, Bridge bridge) {
        Instant begun = Objects.requireNonNull(state.startedAt());
        Duration left = Duration.between(board.now(), begun.plus(state.policy().timeout()));
        board.put(spot, state.over(bridge).queuedAt(bridge.runtime()));
        board.add(new Command.StartJob(
                Bridge.onwardPath(spot.path()),
                state.attempt(),
                bridge.runtime(),
                bridge.onward(),
                left.isPositive() ? left : Duration.ofMillis(1)));
        board.record(spot);
    }

    private void failOrRetry(Spot spot, Report report) {
        ActivityState state = board.state(spot);
        if (failedForNow(spot, report)) {
            Instant due = board.now().plus(state.policy().retryInterval());
            board.add(new Command.SetTimer(timer(Purpose.RETRY, spot, state), due));
        }
    }

    /// Ends the attempt; whether the policy allows another one.
    private boolean failedForNow(Spot spot, Report report) {
        ActivityState state = board.state(spot);
        ActivityError error = Secured.error(state.policy(), Causes.failure(spot.activity(), state, report));
        JsonNode output = report.output().isEmpty() ? state.output() : report.output();
        boolean again = state.attempt() <= state.policy().retry();
        end(spot, again ? ActivityStatus.PAUSED : ActivityStatus.FAILED, output, error);
        return again;
    }

    /// What has not begun is cancelled without a record; what is between attempts keeps the record of its last one.
    private void cancelled(Spot spot, @Nullable String by) {
        ActivityState state = board.state(spot);
        ActivityError error =
                ActivityError.of(Causes.cancellation(by), spot.activity().name());
        switch (state.status()) {
            case WAITING -> board.put(spot, state.in(ActivityStatus.CANCELLED));
            case PAUSED -> {
                clearTimer(spot, state);
                board.put(spot, state.in(ActivityStatus.CANCELLED));
            }
            case QUEUED, RUNNING, SLEEPING, EXPECTING, CONTAINING, CLOSING ->
                end(spot, ActivityStatus.CANCELLED, Json.object(), error);
            case CALLING, CANCELING -> end(spot, ActivityStatus.CANCELLED, state.output(), error);
            case SUCCEEDED, FAILED, SKIPPED, CANCELLED -> {}
        }
    }

    /// Ends an attempt and records it.
    private void end(Spot spot, ActivityStatus how, JsonNode output, @Nullable ActivityError error) {
        ActivityState state = board.state(spot);
        clearTimer(spot, state);
        if (state.bridge() != null) {
            // Nothing depends on how that ends, and no state is kept of it.
            board.add(state.bridge().cleaning(spot.path(), state.attempt()));
        }
        board.put(spot, state.ended(how, board.now(), output, error));
        board.record(spot);
    }

    private void clearTimer(Spot spot, ActivityState state) {
        switch (state.status()) {
            case QUEUED, RUNNING, CALLING, EXPECTING, CANCELING -> clear(Purpose.TIMEOUT, spot, state);
            case CONTAINING, CLOSING -> {
                if (state.body() instanceof Body.Passes) {
                    clear(Purpose.TIMEOUT, spot, state);
                }
            }
            case SLEEPING -> clear(Purpose.WAIT, spot, state);
            case PAUSED -> clear(Purpose.RETRY, spot, state);
            case WAITING, SUCCEEDED, FAILED, SKIPPED, CANCELLED -> {}
        }
    }

    private void clear(Purpose purpose, Spot spot, ActivityState state) {
        board.add(new Command.ClearTimer(timer(purpose, spot, state)));
    }

    private static String timer(Purpose purpose, Spot spot, ActivityState state) {
        return new TimerName(purpose, state.attempt(), spot.path()).text();
    }
}
