package dev.sluice.ssis.engine.control;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.expression.RowFailure;
import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.ExecutableKind;
import dev.sluice.ssis.packages.VariantType;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Runs one executable, whatever it is: from OnPreExecute to OnPostExecute, with what its result means for those
/// around it.
final class Execution {
    private static final int TASK_FAILED = 0xC0024107;
    private static final int SERIALIZABLE = 1_048_576;

    private final Tasks tasks;
    private final Events events;
    private final Containers containers;
    private final Loops loops;
    private final Semaphore places;
    private final PathMap paths;
    private volatile Checkpoint checkpoint = Checkpoint.NONE;
    private volatile boolean stopped;
    private volatile boolean cancelled;

    Execution(Tasks tasks, EventLog log, PathMap paths, int places) {
        this.tasks = tasks;
        this.containers = new Containers(this);
        this.events = new Events(log, containers);
        this.loops = new Loops(containers, paths, tasks, this);
        this.places = new Semaphore(places);
        this.paths = paths;
    }

    /// Nothing new starts any more.
    boolean stopped() {
        return stopped || cancelled;
    }

    boolean cancelled() {
        return cancelled;
    }

    void cancel() {
        cancelled = true;
    }

    Result run(Executable executable, Live outer) throws InterruptedException {
        return run(new Live(executable, outer.scope.inner(), outer));
    }

    Result run(Live live) throws InterruptedException {
        try {
            if (live.outer != null) {
                checkpoint.restore(live);
            }
            live.evaluate();
            if (live.outer == null) {
                checkpoint = Checkpoint.of(live.executable, live.properties(), paths);
                checkpoint.restore(live);
            }
        } catch (ProblemException e) {
            // Its own properties could not be found out: it fails before it starts.
            error(live, e.problem());
            return after(live, Result.FAILURE);
        }
        if (live.properties().flag("Disabled", false) && live.outer != null) {
            return Result.SUCCESS;
        }
        if (checkpoint.passed(live)) {
            return Result.SUCCESS;
        }
        systemVariables(live);
        raise(live, "OnPreExecute", "");
        Result result = transacted(live);
        if (result != Result.CANCELLED) {
            result = forced(live, result);
        }
        raise(live, "OnPostExecute", "");
        return remembered(live, after(live, result));
    }

    /// Puts into the checkpoint file what has ended.
    private Result remembered(Live live, Result result) throws InterruptedException {
        try {
            if (live.outer == null) {
                checkpoint.over(result, stopped);
            } else {
                checkpoint.ended(live, result);
            }
            return result;
        } catch (ProblemException e) {
            error(live, e.problem());
            return Result.FAILURE;
        }
    }

    /// TransactionOption: 0 not supported, 1 takes part in one that is there, 2 begins one where there is none.
    private Result transacted(Live live) throws InterruptedException {
        int option = live.properties().number("TransactionOption", 1);
        if (option == 0) {
            live.within(null);
        }
        if (option != 2 || live.transaction() != null) {
            return ran(live);
        }
        Transaction own = tasks.begin(live.executable.refId(), live.properties().number("ISOLevel", SERIALIZABLE));
        live.within(own);
        boolean over = false;
        try {
            Result result = ran(live);
            over = true;
            if (result == Result.SUCCESS) {
                own.commit();
            } else {
                own.rollback();
            }
            return result;
        } catch (ProblemException e) {
            error(live, e.problem());
            return Result.FAILURE;
        } finally {
            if (!over) {
                own.rollback();
            }
        }
    }

    private Result ran(Live live) throws InterruptedException {
        return live.executable.kind().container() ? container(live) : task(live);
    }

    private static void systemVariables(Live live) {
        Executable e = live.executable;
        if (!e.kind().container()) {
            live.scope.system("TaskName", VariantType.STRING, e.name());
            live.scope.system("TaskID", VariantType.STRING, e.id());
        }
        live.scope.system("ContainerStartTime", VariantType.DATE_TIME, live.scope.local(live.scope.now()));
    }

    private void raise(Live live, String event, String description) throws InterruptedException {
        events.raise(live, event, 0, description, Map.of());
    }

    /// A failure may fail the container around, or the package as a whole.
    private Result after(Live live, Result result) {
        if (result != Result.FAILURE || live.outer == null) {
            return result;
        }
        if (live.properties().flag("FailParentOnFailure", false)) {
            live.outer.fail();
        }
        if (live.properties().flag("FailPackageOnFailure", false)) {
            stopped = true;
            for (Live at = live.outer; at != null; at = at.outer) {
                at.fail();
            }
        }
        return result;
    }

    /// ForceExecutionResult: -1 none, 0 success, 1 failure, 2 completion (which counts as success).
    private static Result forced(Live live, Result result) {
        return switch (live.properties().number("ForceExecutionResult", -1)) {
            case 0, 2 -> Result.SUCCESS;
            case 1 -> Result.FAILURE;
            default -> result;
        };
    }

    private Result container(Live live) throws InterruptedException {
        try {
            Result result = switch (live.executable.kind()) {
                case FOR_LOOP -> loops.forLoop(live);
                case FOREACH_LOOP -> loops.foreachLoop(live);
                default -> containers.run(live);
            };
            return result == Result.SUCCESS && live.failed() ? Result.FAILURE : result;
        } catch (ProblemException e) {
            error(live, e.problem());
            return Result.FAILURE;
        }
    }

    private Result task(Live live) throws InterruptedException {
        if (live.handling()) {
            return placed(live);
        }
        places.acquire();
        try {
            return placed(live);
        } finally {
            places.release();
        }
    }

    private Result placed(Live live) throws InterruptedException {
        try {
            if (stopped()) {
                return cancelled ? Result.CANCELLED : Result.FAILURE;
            }
            Object value = runner(live.executable)
                    .run(new TaskCall(live.executable, live.properties(), live.scope, port(live), live.transaction()));
            executionValue(live, value);
            return live.failed() ? Result.FAILURE : Result.SUCCESS;
        } catch (ProblemException e) {
            return failed(live, e.problem());
        } catch (RowFailure e) {
            return failed(
                    live,
                    SsisFaults.TASK_FAILED
                            .problem()
                            .evidence("task", live.executable.name())
                            .evidence("detail", e.getMessage())
                            .evidence("ssisCode", e.code().hex())
                            .build());
        }
    }

    private Result failed(Live live, Problem problem) throws InterruptedException {
        if (cancelled) {
            return Result.CANCELLED;
        }
        error(live, problem);
        raise(live, "OnTaskFailed", problem.message());
        return Result.FAILURE;
    }

    private TaskRunner runner(Executable task) {
        Optional<TaskRunner> runner = tasks.runner(task);
        return runner.orElseThrow(() -> SsisFaults.TASK_UNSUPPORTED
                .problem()
                .at(task.refId())
                .evidence("task", task.name())
                .evidence(
                        "type",
                        task.kind() == ExecutableKind.UNKNOWN
                                ? task.creationName()
                                : task.kind().title())
                .evidence("advice", tasks.advice(task))
                .evidence("ssisCode", "0xC0010026")
                .exception());
    }

    private static void executionValue(Live live, @Nullable Object value) {
        String variable = live.properties().text("ExecValueVariable", "");
        if (!variable.isBlank() && value != null) {
            live.scope.require(variable).set(value);
        }
    }

    /// Raises an error with SSIS's own code, where it has one.
    private void error(Live live, Problem problem) throws InterruptedException {
        String code = problem.evidence().getOrDefault("ssisCode", "");
        int number = code.startsWith("0x") ? Integer.parseUnsignedInt(code.substring(2), 16) : TASK_FAILED;
        events.raise(live, "OnError", number, problem.code() + ": " + problem.message(), Map.of());
    }

    private TaskCall.EventPort port(Live live) {
        return new TaskCall.EventPort() {
            @Override
            public void error(int code, String description) {
                quietly("OnError", code, description, Map.of());
            }

            @Override
            public void warning(int code, String description) {
                quietly("OnWarning", code, description, Map.of());
            }

            @Override
            public void information(String description) {
                quietly("OnInformation", 0, description, Map.of());
            }

            @Override
            public void progress(int percent, String description) {
                quietly(
                        "OnProgress",
                        0,
                        description,
                        Map.of("PercentComplete", (long) percent, "ProgressDescription", description));
            }

            @Override
            public void custom(String event, String description, Map<String, Object> values) {
                quietly(event, 0, description, values);
            }

            /// A task that is being stopped while it speaks stops at its next wait.
            private void quietly(String event, int code, String description, Map<String, Object> variables) {
                try {
                    events.raise(live, event, code, description, variables);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }
}
