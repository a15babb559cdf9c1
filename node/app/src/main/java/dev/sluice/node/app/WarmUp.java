package dev.sluice.node.app;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobSpec;
import dev.sluice.node.agent.job.JobFailures;
import dev.sluice.node.agent.worker.Frames;
import dev.sluice.node.agent.worker.Message;
import dev.sluice.wire.JobProgress;
import dev.sluice.wire.JobRef;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.node.ObjectNode;

/// What a worker does before it says that it is ready: every message of a job once, so that the classes of the
/// pipe, of JSON and of outcomes are there when the first job comes.
final class WarmUp {
    private WarmUp() {}

    static void run() throws IOException {
        ObjectNode activity = Json.object();
        activity.putObject("typeProperties");
        JobSpec spec = new JobSpec("Warm", "f", "p", "r", "a", "n", activity, List.of(), List.of(), Map.of());
        Message.Run run = new Message.Run(
                "warm",
                "Warm",
                spec.toJson(),
                Map.of(),
                1,
                ".",
                new Message.Surroundings("n", "r", false, 0, false),
                Message.Way.DIRECT);
        ByteArrayOutputStream pipe = new ByteArrayOutputStream();
        Frames.write(pipe, run);
        if (Frames.read(new ByteArrayInputStream(pipe.toByteArray())) instanceof Message.Run read) {
            JobSpec known = JobSpec.fromJson(read.spec());
            Problem problem = NodeFaults.INTERNAL.problem().build();
            Frames.write(pipe, new Message.Started("warm"));
            Frames.write(
                    pipe,
                    new Message.Progress(
                            "warm", new JobProgress(new JobRef("warm", 1), "Starting", 0, 0, 0, 0, -1, -1, 0)));
            Frames.write(
                    pipe,
                    new Message.Ended(
                            "warm",
                            JobFailures.of(known.kind(), known.activityName(), problem)
                                    .toJson(),
                            false));
        }
    }
}
