package dev.sluice.service.run;

import dev.sluice.model.run.RunStatus;
import java.time.Duration;

/// One decision in the making: what an event means to the run as a whole. Used once, by one thread.
final class Turn {
    /// How long nodes may take to answer a cancellation before their activities count as cancelled.
    static final Duration CANCEL_GRACE = Duration.ofMinutes(2);

    private final Board board;
    private final Attempts attempts;
    private final Flow flow;

    Turn(RunState before, Moment moment, Definitions definitions) {
        Scopes scopes = new Scopes(before, moment, definitions::globalParameters);
        this.board = new Board(before, moment.now());
        this.attempts = new Attempts(board, new Launch(board, definitions, scopes.over(board)));
        this.flow = new Flow(board, attempts, new Until(scopes.over(board)));
    }

    void begin() {
        if (board.status() == RunStatus.QUEUED) {
            board.begin();
            flow.wake(board.tree().root());
            flow.settle();
        }
    }

    void cancel(String by, boolean children) {
        if (board.status() != RunStatus.QUEUED && board.status() != RunStatus.IN_PROGRESS) {
            return;
        }
        board.cancel(by, children);
        if (children) {
            board.add(new Command.SendToChildren(new Letter.Cancel(by)));
        }
        everywhere(Report.of(Signal.CANCEL));
        if (board.status() == RunStatus.CANCELING) {
            board.add(new Command.SetTimer(
                    TimerName.RUN_CANCEL.text(), board.now().plus(CANCEL_GRACE)));
        }
    }

    /// A signal for one attempt; nothing when the activity is unknown, over or at another attempt.
    void signal(String path, int attempt, Report report) {
        ActivityState state = board.find(path);
        boolean active = board.status() == RunStatus.IN_PROGRESS || board.status() == RunStatus.CANCELING;
        if (state != null && state.attempt() == attempt && active) {
            board.tree().find(path).ifPresent(spot -> {
                attempts.react(spot, Callback.expected(spot.activity()) ? report.asked() : report);
                flow.wake(spot.frame());
                flow.settle();
            });
        }
    }

    /// What is said of a job. Of a copy in two hops only the job counts that is under way: a late word of
    /// the first must not pass for one of the second.
    ///
    /// @param jobPath see [ActivityState#jobPath]
    void job(String jobPath, int attempt, Report report) {
        String path = board.find(jobPath) == null ? Bridge.activityPath(jobPath) : jobPath;
        ActivityState state = board.find(path);
        if (state != null && state.jobPath(path).equals(jobPath)) {
            signal(path, attempt, report);
        }
    }

    /// What a service has sent; nothing for an activity that expects no call.
    void calledBack(Event.CalledBack called) {
        board.tree()
                .find(called.activity())
                .filter(spot -> Callback.expected(spot.activity()))
                .ifPresent(spot -> signal(
                        called.activity(),
                        called.attempt(),
                        called.callback().report(spot.activity().name())));
    }

    /// How the run ended that an activity called.
    void childEnded(Letter.ChildEnded child) {
        ActivityState state = board.find(child.activity());
        String known = Calls.runId(board.before().identity().runId(), child.activity(), child.attempt());
        if (state != null && known.equals(child.runId())) {
            signal(child.activity(), child.attempt(), Report.of(child, state.output()));
        }
    }

    void timer(TimerName timer) {
        switch (timer.purpose()) {
            case TIMEOUT -> signal(timer, Signal.TIMED_OUT);
            case RETRY -> signal(timer, Signal.RETRY_DUE);
            case WAIT -> signal(timer, Signal.WAIT_OVER);
            case CANCEL -> {
                if (board.status() == RunStatus.CANCELING) {
                    everywhere(Report.of(Signal.CANCEL_OVERDUE));
                }
            }
            case GO -> {
                if (board.status() == RunStatus.IN_PROGRESS) {
                    flow.wakeAll();
                    flow.settle();
                }
            }
        }
    }

    private void signal(TimerName timer, Signal signal) {
        signal(timer.activity(), timer.attempt(), Report.of(signal));
    }

    /// Tells every activity, inner ones before the containers around them.
    private void everywhere(Report report) {
        for (Frame frame : board.tree().frames()) {
            frame.spots().forEach(spot -> attempts.react(spot, report));
        }
        flow.wakeAll();
        flow.settle();
    }

    Decision finish() {
        return board.decision();
    }
}
