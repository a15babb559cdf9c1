package dev.sluice.ssis.engine.tasks;

import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.control.EventLog;
import dev.sluice.ssis.engine.control.PackageRun;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.control.Scope;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.engine.control.TaskRunner;
import dev.sluice.ssis.engine.control.Tasks;
import dev.sluice.ssis.engine.control.Transaction;
import dev.sluice.ssis.engine.dataflow.DataFlowLimits;
import dev.sluice.ssis.engine.dataflow.DataFlowTask;
import dev.sluice.ssis.engine.script.ScriptHost;
import dev.sluice.ssis.packages.Configuration;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.Enumerator;
import dev.sluice.ssis.packages.EnumeratorKind;
import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.ExecutableKind;
import dev.sluice.ssis.packages.Parameter;
import dev.sluice.ssis.packages.PropertyPath;
import dev.sluice.ssis.packages.SsisPackage;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.Iterator;
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
    private static final int CONFIGURATION_WARNING = 0x80012014;
    private static final int SCRIPT_SECONDS = 3_600;

    private static final Set<ExecutableKind> KINDS = Set.of(
            ExecutableKind.EXPRESSION,
            ExecutableKind.FILE_SYSTEM,
            ExecutableKind.EXECUTE_PACKAGE,
            ExecutableKind.EXECUTE_SQL,
            ExecutableKind.EXECUTE_PROCESS,
            ExecutableKind.SCRIPT,
            ExecutableKind.SEND_MAIL,
            ExecutableKind.FTP,
            ExecutableKind.BULK_INSERT,
            ExecutableKind.XML,
            ExecutableKind.DATA_FLOW);

    private static final Map<ExecutableKind, String> ADVICE = Map.of(
            ExecutableKind.WEB_SERVICE,
            "call the service by a Web activity of the pipeline, or in C# by a Script task",
            ExecutableKind.CDC_CONTROL,
            "keep the last LSN in a table and read it by an Execute SQL task",
            ExecutableKind.DATA_PROFILING,
            "count NULLs, lengths and distinct values by an Execute SQL task",
            ExecutableKind.MESSAGE_QUEUE,
            "MSMQ is a service of Windows; hand the message over by a table, a file or a Web activity",
            ExecutableKind.WMI,
            "WMI is a service of Windows; ask the machine by an Execute Process task",
            ExecutableKind.ANALYSIS_SERVICES,
            "send the command to Analysis Services by a Web activity or a job of its own server",
            ExecutableKind.TRANSFER,
            "copy tables by a pipeline's Copy activity, and objects by a script of the database",
            ExecutableKind.MAINTENANCE,
            "run the maintenance by an Execute SQL task, or leave it to the server's agent",
            ExecutableKind.HADOOP,
            "use the pipeline's Hadoop activities or a Copy activity",
            ExecutableKind.AZURE,
            "use the pipeline's Copy and Delete activities for blobs and lakes");

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
        return PackageRun.goesThrough(kind) || kind == EnumeratorKind.NODE_LIST || kind == EnumeratorKind.SCHEMA_ROWSET;
    }

    /// What to do instead of tasks of a kind that cannot be run.
    public static String adviceFor(ExecutableKind kind) {
        return ADVICE.getOrDefault(kind, "replace it by a task that can be run");
    }

    @Override
    public String advice(Executable task) {
        return adviceFor(task.kind());
    }

    @Override
    public Optional<Iterator<List<@Nullable Object>>> values(
            Enumerator enumerator, Executable loop, Scope scope, @Nullable Transaction transaction)
            throws InterruptedException {
        return switch (enumerator.kind()) {
            case NODE_LIST ->
                Optional.of(new NodeLists(connections, around.paths(), loop, scope)
                        .values(enumerator)
                        .iterator());
            case SCHEMA_ROWSET ->
                Optional.of(new SchemaRowsets(connections, loop, scope)
                        .values(enumerator, transaction)
                        .iterator());
            default -> Optional.empty();
        };
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
            case SEND_MAIL -> Optional.of(new SendMailTask(connections, around.paths()));
            case FTP -> Optional.of(new FtpTask(connections, around.paths()));
            case BULK_INSERT -> Optional.of(new BulkInsertTask(connections, around.paths()));
            case XML -> Optional.of(new XmlTask(connections, around.paths()));
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
        SsisPackage called = inherited(
                ofProject
                        ? around.library()
                                .ofProject(reference)
                                .orElseThrow(() -> SsisFaults.PACKAGE_MISSING
                                        .problem()
                                        .at(call.task().refId())
                                        .evidence("package", reference)
                                        .evidence("place", "the project")
                                        .exception())
                        : around.library().ofFile(reference),
                call);
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

    /// Parent-variable configurations: the caller's variable becomes a property of the called package.
    private static SsisPackage inherited(SsisPackage called, TaskCall call) {
        SsisPackage now = called;
        if (!called.root().properties().flag("EnableConfig", false)) {
            return now;
        }
        for (Configuration c : called.configurations()) {
            String name = c.type() == 0 ? c.string() : c.type() == 4 ? System.getenv(c.string()) : null;
            if (name == null) {
                continue;
            }
            try {
                Object value = call.scope().require(name).value();
                now = PropertyPath.of(c.target()).put(value == null ? "" : value.toString(), now);
            } catch (ProblemException e) {
                call.events()
                        .warning(
                                CONFIGURATION_WARNING,
                                "The configuration '" + c.name() + "' was not applied: "
                                        + e.problem().message());
            }
        }
        return now;
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
