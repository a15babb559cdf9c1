package dev.sluice.node.agent;

import dev.sluice.diagnosis.RunFaults;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.node.agent.job.JobFailures;
import dev.sluice.node.agent.worker.Message;
import dev.sluice.node.agent.worker.WorkerLoop;
import dev.sluice.wire.JobProgress;
import dev.sluice.wire.JobRef;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import tools.jackson.databind.node.ObjectNode;

/// Main of a real worker process whose jobs do what their activity's member `do` says.
final class ScriptedWorker {
    private ScriptedWorker() {}

    public static void main(String[] args) throws Exception {
        var out = new FileOutputStream(FileDescriptor.out);
        System.setOut(System.err);
        new WorkerLoop(System.in, out, ScriptedWorker::work).serve();
        Runtime.getRuntime().halt(0);
    }

    private static WorkerLoop.Result work(Message.Run run, WorkerLoop.Control control) {
        String action = run.spec().path("activity").path("do").asString("");
        switch (action) {
            case "wait", "waitStubbornly" -> {
                control.progress(new JobProgress(new JobRef("?", 0), "Reading", 17, 16, 170, 160, 100, -1, 0));
                System.err.println("waiting");
                awaitCancel(control, action.equals("waitStubbornly"));
                return new WorkerLoop.Result(new JobOutcome.Cancelled().toJson(), false);
            }
            case "exhaust" -> exhaust();
            case "throw" -> throw new IllegalStateException("as told");
            case "fail" -> {
                String secret = String.join("", run.secrets().values());
                System.err.println("the driver says: " + secret);
                var problem = RunFaults.CANCELLED
                        .problem()
                        .evidence("by", "the driver, which says " + secret)
                        .build();
                return new WorkerLoop.Result(
                        JobFailures.of(run.kind(), "a", problem).toJson(), false);
            }
            default -> {}
        }
        ObjectNode output = Json.object();
        output.put("pid", ProcessHandle.current().pid());
        output.put("runtime", run.surroundings().runtimeName());
        output.put("secretLength", String.join("", run.secrets().values()).length());
        output.put("scratch", run.scratch());
        return new WorkerLoop.Result(new JobOutcome.Succeeded(output).toJson(), false);
    }

    private static void awaitCancel(WorkerLoop.Control control, boolean stubborn) {
        while (stubborn || !control.cancelled()) {
            try {
                new CountDownLatch(1).await(10, java.util.concurrent.TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void exhaust() {
        List<byte[]> held = new ArrayList<>();
        while (true) {
            held.add(new byte[16 << 20]);
        }
    }
}
