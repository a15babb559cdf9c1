package dev.sluice.service.store;

import dev.sluice.model.Json;
import dev.sluice.model.run.ActivityRun;
import dev.sluice.model.run.PipelineRun;
import dev.sluice.wire.JobRef;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A transition with only what a test is about.
final class Step {
    private final String factory;
    private final String runId;
    private final long version;
    private final List<RunTransition.NewJob> jobs = new ArrayList<>();
    private final List<JobRef> cancel = new ArrayList<>();
    private final List<RunTransition.Timer> timers = new ArrayList<>();
    private final List<String> clear = new ArrayList<>();
    private final List<ActivityRun> activities = new ArrayList<>();
    private RunTransition.@Nullable Ending ending;
    private @Nullable PipelineRun run;
    private boolean ended;
    private final List<RunTransition.NewRun> starts = new ArrayList<>();
    private final List<RunTransition.Letter> letters = new ArrayList<>();
    private final List<ObjectNode> toChildren = new ArrayList<>();
    private @Nullable String answers;
    private RunTransition.@Nullable Room room;
    private RunTransition.@Nullable Next next;

    Step(String factory, String runId, long version) {
        this.factory = factory;
        this.runId = runId;
        this.version = version;
    }

    Step queue(RunTransition.NewJob... more) {
        jobs.addAll(List.of(more));
        return this;
    }

    Step cancel(String... ids) {
        for (String id : ids) {
            cancel.add(new JobRef(id, 1));
        }
        return this;
    }

    Step timer(String name, int second) {
        timers.add(new RunTransition.Timer(name, StoreTest.T0.plusSeconds(second)));
        return this;
    }

    Step clear(String name) {
        clear.add(name);
        return this;
    }

    Step activity(ActivityRun activity) {
        activities.add(activity);
        return this;
    }

    Step run(PipelineRun record) {
        run = record;
        return this;
    }

    Step ending(RunTransition.Ending end) {
        ending = end;
        return this;
    }

    Step starting(PipelineRun child) {
        starts.add(new RunTransition.NewRun(child.runId(), Json.object(), child, letter("begin")));
        return this;
    }

    Step letter(String to, String word) {
        letters.add(new RunTransition.Letter(to, letter(word)));
        return this;
    }

    Step toChildren(String word) {
        toChildren.add(letter(word));
        return this;
    }

    Step answering(String letter) {
        answers = letter;
        return this;
    }

    Step room(String pipeline, int most) {
        room = new RunTransition.Room(pipeline, most);
        return this;
    }

    Step next(String pipeline) {
        next = new RunTransition.Next(pipeline, letter("next"));
        return this;
    }

    private static ObjectNode letter(String word) {
        return Json.object().put("word", word);
    }

    Step ended() {
        ended = true;
        return this;
    }

    RunTransition build() {
        return new RunTransition(
                factory,
                runId,
                version,
                Json.object(),
                ended,
                run,
                activities,
                jobs,
                cancel,
                timers,
                clear,
                starts,
                letters,
                toChildren,
                ending,
                answers,
                room,
                next,
                StoreTest.T0);
    }
}
