package dev.sluice.ssis.engine.tasks;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.control.EventLog;
import dev.sluice.ssis.engine.control.PackageRun;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.control.TaskRunner;
import dev.sluice.ssis.engine.control.Tasks;
import dev.sluice.ssis.engine.control.Transaction;
import dev.sluice.ssis.engine.dataflow.DataFlowLimits;
import dev.sluice.ssis.engine.dataflow.DataFlowTask;
import dev.sluice.ssis.engine.script.ScriptHost;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.EnumeratorKind;
import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.ExecutableKind;
import dev.sluice.ssis.packages.Parameter;
import dev.sluice.ssis.packages.SsisPackage;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The tasks of one package's execution.
public final class BuiltInTasks implements Tasks, AutoCloseable {
    private static final int DEEPEST = 30;
    private static final int SCRIPT_SECONDS = 3_600;

    private static final Set<ExecutableKind> KINDS = Set.of(
            ExecutableKind.EXPRESSION,
            ExecutableKind.FILE_SYSTEM,
            ExecutableKind.EXECUTE_PACKAGE,
            ExecutableKind.EXECUTE_SQL,
            ExecutableKind.EXECUTE_PROCESS,
            ExecutableKind.SCRIPT,
            ExecutableKind.DATA_FLOW);

    private final Surroundings around;
    private final PackageConnections connections;
    private final int depth;
    private @Nullable Optional<ScriptHost> host;

    /// What the tasks of an execution work with.
    ///
    /// @param projectParameters and their values are seen by called packages, too
    /// @param ids ExecutionInstanceGUIDs of called packages
    /// @param allowed what packages may do on this machine
    public record Surroundings(
            Library library,
            List<ConnectionManager> projectConnections,
            List<Parameter> projectParameters,
            Map<String, Object> projectValues,
            Map<String, String> connectionOverrides,
            PathMap paths,
            EventLog log,
            InstantSource clock,
            ZoneId zone,
            Supplier<UUID> ids,
            Allowed allowed) {
        /// Where packages may do nothing outside of what they connect to.
        public Surroundings(
                Library library,
                List<ConnectionManager> projectConnections,
                List<Parameter> projectParameters,
                Map<String, Object> projectValues,
                Map<String, String> connectionOverrides,
                PathMap paths,
                EventLog log,
                InstantSource clock,
                ZoneId zone,
                Supplier<UUID> ids) {
            this(
                    library,
                    projectConnections,
                    projectParameters,
                    projectValues,
                    connectionOverrides,
                    paths,
                    log,
                    clock,
                    zone,
                    ids,
                    Allowed.NOTHING);
        }
    }

    /// Where called packages come from.
    public interface Library {
        /// A package of the project; empty when there is none of that name, or no project.
        Optional<SsisPackage> ofProject(String name);

        /// A package in a file.
        SsisPackage ofFile(String path);
    }

    public BuiltInTasks(SsisPackage definition, Surroundings around) {
        this(definition, around, 0);
    }

    private BuiltInTasks(SsisPackage definition, Surroundings around, int depth) {
        this.around = around;
        this.connections = new PackageConnections(
                definition,
                around.projectConnections(),
                around.connectionOverrides(),
                around.paths(),
                PackageConnections.Limits.DEFAULT);
        this.depth = depth;
    }

    /// Whether tasks of that kind can be run.
    public static boolean runs(ExecutableKind kind) {
        return KINDS.contains(kind);
    }

    /// Whether Foreach loops go through collections of that kind.
    public static boolean goesThrough(EnumeratorKind kind) {
        return PackageRun.goesThrough(kind);
    }

    /// What is to be said of a Script task before it runs; empty for other tasks.
    public static Optional<Problem> scriptProblem(Executable task) {
        if (task.kind() != ExecutableKind.SCRIPT) {
            return Optional.empty();
        }
        ScriptSource source = ScriptSource.of(task);
        return Optional.of(source.cSharp() ? source.forbidden(task) : source.notRun(task));
    }

    /// Whether a Script task runs where scripts are allowed.
    public static boolean runsScript(Executable task) {
        return ScriptSource.of(task).cSharp();
    }

    @Override
    public Optional<TaskRunner> runner(Executable task) {
        return switch (task.kind()) {
            case EXPRESSION -> Optional.of(new ExpressionTask());
            case FILE_SYSTEM -> Optional.of(new FileSystemTask(connections, around.paths()));
            case EXECUTE_PACKAGE -> Optional.of(new ExecutePackageTask(this::child, connections));
            case SCRIPT -> Optional.of(new ScriptTask(connections, around.allowed(), this::host));
            case EXECUTE_PROCESS -> Optional.of(new ExecuteProcessTask(around.paths(), around.allowed()));
            case EXECUTE_SQL -> Optional.of(new ExecuteSqlTask(connections, around.paths()));
            case DATA_FLOW ->
                Optional.of(new DataFlowTask(
                        call -> new FlowConnections(call, connections, around.paths(), around.allowed(), this::host),
                        DataFlowLimits.of(around.paths().local("%TEMP%"))));
            default -> Optional.empty();
        };
    }

    /// One for an execution, so that a script in a loop is compiled once.
    private synchronized Optional<ScriptHost> host() {
        Optional<ScriptHost> found = host;
        if (found == null) {
            found = ScriptHost.find(around.paths().local("%TEMP%"), SCRIPT_SECONDS);
            host = found;
        }
        return found;
    }

    private Result child(TaskCall call, String reference, boolean ofProject, Map<String, Object> values)
            throws InterruptedException {
        if (depth == DEEPEST) {
            throw Payload.failed(call, "packages call each other more than " + DEEPEST + " deep");
        }
        SsisPackage called = ofProject
                ? around.library()
                        .ofProject(reference)
                        .orElseThrow(() -> SsisFaults.PACKAGE_MISSING
                                .problem()
                                .at(call.task().refId())
                                .evidence("package", reference)
                                .evidence("place", "the project")
                                .exception())
                : around.library().ofFile(reference);
        Map<String, Object> all = new java.util.LinkedHashMap<>(around.projectValues());
        all.putAll(values);
        try (BuiltInTasks tasks = new BuiltInTasks(called, around, depth + 1)) {
            PackageRun run = new PackageRun(
                    called,
                    new PackageRun.Setting(
                            around.projectParameters(),
                            all,
                            call.scope(),
                            around.ids().get(),
                            around.clock(),
                            around.zone(),
                            around.paths(),
                            call.transaction()),
                    tasks,
                    around.log());
            return run.run();
        }
    }

    @Override
    public Transaction begin(String owner, int isolation) {
        return connections.begin(owner, isolation);
    }

    /// Closes the connections that were retained.
    @Override
    public void close() {
        connections.close();
    }
}
