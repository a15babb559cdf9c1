package dev.sluice.service.run;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.model.Activity;
import dev.sluice.model.error.ActivityError;
import dev.sluice.model.run.RunStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Lets everything happen that follows from a change: activities start or are skipped, lists end, loops go on, until
/// nothing moves; then the run may be over. Frames that something happened to are woken and worked through one after
/// the other, so that a change costs what its surroundings cost and not the whole run.
final class Flow {
    /// Most activities started and iterations begun in one decision. What is left goes on at once in the next.
    static final int MAX_STEPS = 1_000;

    /// Most activities that have a state at a time. Beyond it loops run one iteration after the other.
    static final int MAX_LIVE = 5_000;

    /// How long an Until rests that spent a whole decision on passes which took no time.
    static final Duration REST = Duration.ofSeconds(1);

    private static final int MAX_MESSAGES = 10;

    private final Board board;
    private final Attempts attempts;
    private final Until until;
    private final Deque<Frame> woken = new ArrayDeque<>();
    private int steps;
    private @Nullable Instant next;

    Flow(Board board, Attempts attempts, Until until) {
        this.board = board;
        this.attempts = attempts;
        this.until = until;
    }

    void wake(Frame frame) {
        woken.add(frame);
    }

    /// Wakes every frame, and loops between two iterations besides.
    void wakeAll() {
        for (Frame frame : board.tree().frames()) {
            wake(frame);
            for (Spot spot : frame.spots()) {
                if (board.state(spot).body() instanceof Body.Loop) {
                    fill(spot);
                }
            }
        }
    }

    void settle() {
        while (!woken.isEmpty()) {
            Frame frame = woken.remove();
            if (board.tree().open(frame)) {
                work(frame);
            }
        }
        if (over(board.tree().root())) {
            endRun();
        } else if (next != null) {
            board.add(new Command.SetTimer(TimerName.RUN_GO.text(), next));
        }
    }

    private void work(Frame frame) {
        boolean moved = board.status() == RunStatus.IN_PROGRESS;
        while (moved) {
            moved = false;
            for (Spot spot : frame.spots()) {
                if (board.state(spot).status() == ActivityStatus.WAITING) {
                    moved |= advance(spot);
                }
            }
        }
        Spot owner = frame.owner();
        if (owner != null && over(frame)) {
            leave(owner, frame);
        }
    }

    private boolean advance(Spot spot) {
        Frame frame = spot.frame();
        Activity activity = spot.activity();
        return switch (frame.block().dependencies().judge(activity, name -> status(frame, name))) {
            case OPEN -> false;
            case UNMET -> {
                board.put(spot, board.state(spot).in(ActivityStatus.SKIPPED));
                yield true;
            }
            case MET -> {
                if (activity.inactive()) {
                    board.put(spot, board.state(spot).in(markedAs(activity)));
                    yield true;
                }
                yield step(Duration.ZERO) && start(spot);
            }
        };
    }

    private boolean start(Spot spot) {
        board.countStart();
        attempts.start(spot, 1);
        switch (board.state(spot).body()) {
            case null -> {}
            case Body.Branch branch -> enter(board.tree().branch(spot, branch.list()));
            case Body.Passes passes -> enter(board.tree().pass(spot, passes.pass()));
            case Body.Loop loop -> fill(spot);
        }
        return true;
    }

    private static ActivityStatus markedAs(Activity activity) {
        return switch (activity.markAs()) {
            case SUCCEEDED, COMPLETED -> ActivityStatus.SUCCEEDED;
            case FAILED -> ActivityStatus.FAILED;
            case SKIPPED -> ActivityStatus.SKIPPED;
        };
    }

    private void enter(Frame frame) {
        board.open(frame);
        wake(frame);
    }

    /// Begins as many iterations as may run, or ends the loop when there is nothing left to do.
    private void fill(Spot spot) {
        boolean going = board.status() == RunStatus.IN_PROGRESS;
        Body.Loop loop = loop(spot);
        while (going && mayBegin(loop) && step(Duration.ZERO)) {
            int index = loop.next();
            loop = loop.begun();
            board.put(spot, board.state(spot).with(loop));
            enter(board.tree().iteration(spot, index, loop.item(index)));
        }
        if (loop.running().isEmpty() && (loop.exhausted() || !going)) {
            ActivityError cause = loop.cause();
            end(spot, cause == null ? null : Causes.iterations(cause, loop));
        }
    }

    private boolean mayBegin(Body.Loop loop) {
        boolean room = board.live() < MAX_LIVE || loop.running().isEmpty();
        return room && !loop.exhausted() && loop.running().size() < loop.batch();
    }

    private Body.Loop loop(Spot spot) {
        return (Body.Loop) Objects.requireNonNull(board.state(spot).body());
    }

    /// A list inside a container is over.
    private void leave(Spot owner, Frame frame) {
        ActivityError failure = failure(owner, frame);
        switch (board.state(owner).body()) {
            case null -> {}
            case Body.Branch branch -> {
                board.close(frame);
                end(owner, failure);
            }
            case Body.Loop loop -> {
                board.close(frame);
                board.put(owner, board.state(owner).with(loop.ended(frame.index(), failure)));
                fill(owner);
            }
            case Body.Passes passes -> leavePass(owner, frame, failure);
        }
    }

    /// The condition reads what the activities of the pass have given, so it comes before they are forgotten. A pass
    /// for which this decision has no room left is asked about again in the next one.
    private void leavePass(Spot owner, Frame frame, @Nullable ActivityError failure) {
        boolean going = board.status() == RunStatus.IN_PROGRESS;
        if (going && !step(REST)) {
            return;
        }
        try {
            boolean enough = !going || until.fulfilled(owner, frame);
            board.close(frame);
            if (enough) {
                end(owner, failure);
            } else {
                board.put(owner, board.state(owner).with(new Body.Passes(frame.index() + 1)));
                enter(board.tree().pass(owner, frame.index() + 1));
            }
        } catch (ProblemException e) {
            board.close(frame);
            end(owner, ActivityError.of(e.problem(), owner.activity().name()));
        }
    }

    /// Ends a container whose work is over.
    private void end(Spot container, @Nullable ActivityError failure) {
        Signal signal = failure == null ? Signal.BODY_SUCCEEDED : Signal.BODY_FAILED;
        attempts.react(container, new Report(signal, board.state(container).output(), failure, null, ""));
        wake(container.frame());
    }

    /// How a list has failed: by the rule for pipelines, looking at the activities nothing depends on.
    private @Nullable ActivityError failure(Spot owner, Frame frame) {
        return failed(frame).stream()
                .findFirst()
                .map(spot -> Causes.inside(owner.activity(), spot.activity(), board.state(spot)))
                .orElse(null);
    }

    private List<Spot> failed(Frame frame) {
        return frame.block().dependencies().deciding(name -> status(frame, name)).stream()
                .map(frame::at)
                .filter(spot -> board.state(spot).status() != ActivityStatus.SUCCEEDED)
                .limit(MAX_MESSAGES)
                .toList();
    }

    private boolean over(Frame frame) {
        return frame.spots().stream()
                .allMatch(spot -> board.state(spot).status().ended());
    }

    private ActivityStatus status(Frame frame, String name) {
        return Objects.requireNonNull(board.find(frame.prefix() + name)).status();
    }

    /// Whether this decision has room for one more step; otherwise the run goes on after that pause.
    private boolean step(Duration pause) {
        if (steps < MAX_STEPS) {
            steps++;
            return true;
        }
        Instant due = board.now().plus(pause);
        next = next == null || due.isBefore(next) ? due : next;
        return false;
    }

    private void endRun() {
        if (board.tree().nested()) {
            board.add(new Command.ClearTimer(TimerName.RUN_GO.text()));
        }
        if (board.status() == RunStatus.CANCELING) {
            board.add(new Command.ClearTimer(TimerName.RUN_CANCEL.text()));
            board.end(
                    RunStatus.CANCELLED,
                    Causes.cancellation(board.cancelledBy()).message());
        } else if (board.status() == RunStatus.IN_PROGRESS) {
            List<Spot> failed = failed(board.tree().root());
            String message = Causes.runFailed(
                    failed.stream().map(s -> s.activity().name()).toList(),
                    failed.stream().map(board::state).toList());
            board.end(failed.isEmpty() ? RunStatus.SUCCEEDED : RunStatus.FAILED, message);
        }
    }
}
