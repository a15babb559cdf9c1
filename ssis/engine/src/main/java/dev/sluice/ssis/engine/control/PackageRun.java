package dev.sluice.ssis.engine.control;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.packages.EnumeratorKind;
import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.Parameter;
import dev.sluice.ssis.packages.SsisPackage;
import dev.sluice.ssis.packages.VariantType;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One execution of a package. Used once; [#cancel()] may be called by any thread.
public final class PackageRun {
    private final SsisPackage definition;
    private final Execution execution;
    private final Scope scope;
    private final @Nullable Transaction transaction;
    private volatile @Nullable Thread runner;

    /// What an execution is given.
    ///
    /// @param projectParameters declared by the project, empty without one
    /// @param values of parameters, by `$Package::name` and `$Project::name`; what is not here has its design value
    /// @param parent variables of a package that called this one; null without one
    /// @param id ExecutionInstanceGUID
    /// @param transaction of the package that called this one; null for none
    public record Setting(
            List<Parameter> projectParameters,
            Map<String, Object> values,
            @Nullable Scope parent,
            UUID id,
            InstantSource clock,
            ZoneId zone,
            PathMap paths,
            @Nullable Transaction transaction) {
        public Setting {
            projectParameters = List.copyOf(projectParameters);
            values = Map.copyOf(values);
        }

        /// A package that nobody's transaction goes on in.
        public Setting(
                List<Parameter> projectParameters,
                Map<String, Object> values,
                @Nullable Scope parent,
                UUID id,
                InstantSource clock,
                ZoneId zone,
                PathMap paths) {
            this(projectParameters, values, parent, id, clock, zone, paths, null);
        }
    }

    /// @throws ProblemException when a parameter is unknown, required and missing, or has a value of another type
    public PackageRun(SsisPackage definition, Setting setting, Tasks tasks, EventLog log) {
        this.definition = definition;
        this.transaction = setting.transaction();
        this.scope = setting.parent() == null
                ? Scope.outermost(setting.clock(), setting.zone())
                : setting.parent().inner();
        int places = definition.root().properties().number("MaxConcurrentExecutables", -1);
        this.execution = new Execution(
                tasks,
                log,
                setting.paths(),
                places > 0 ? places : Runtime.getRuntime().availableProcessors() + 2);
        system(setting);
        parameters("$Project", setting.projectParameters(), setting.values());
        parameters("$Package", definition.parameters(), setting.values());
        setting.values().keySet().forEach(name -> {
            if (scope.find(name).isEmpty()) {
                throw SsisFaults.PARAMETER_INVALID.with("parameter", name, "detail", "there is no such parameter");
            }
        });
    }

    private void parameters(String space, List<Parameter> declared, Map<String, Object> values) {
        for (Parameter p : declared) {
            Object given = values.get(space + "::" + p.name());
            if (given == null && p.required()) {
                throw SsisFaults.PARAMETER_INVALID.with(
                        "parameter", space + "::" + p.name(), "detail", "it is required and has no value");
            }
            scope.declare(space, p, given);
        }
    }

    private void system(Setting setting) {
        Executable root = definition.root();
        scope.system("PackageName", VariantType.STRING, definition.name());
        scope.system("PackageID", VariantType.STRING, root.id());
        scope.system("ExecutionInstanceGUID", VariantType.STRING, "{" + setting.id() + "}");
        scope.system(
                "StartTime", VariantType.DATE_TIME, scope.local(setting.clock().instant()));
        scope.system("MachineName", VariantType.STRING, root.properties().text("CreatorComputerName", ""));
        scope.system("UserName", VariantType.STRING, System.getProperty("user.name", ""));
        scope.system("InteractiveMode", VariantType.BOOLEAN, false);
        scope.system("OfflineMode", VariantType.BOOLEAN, false);
        scope.system("ServerExecutionID", VariantType.INT64, 0L);
        scope.system("LocaleID", VariantType.INT32, (long) root.properties().number("LocaleID", 1033));
        scope.system("VersionMajor", VariantType.INT32, (long) root.properties().number("VersionMajor", 1));
        scope.system("VersionMinor", VariantType.INT32, (long) root.properties().number("VersionMinor", 0));
        scope.system("VersionBuild", VariantType.INT32, (long) root.properties().number("VersionBuild", 0));
        scope.system("CreatorName", VariantType.STRING, root.properties().text("CreatorName", ""));
        scope.system("CancelEvent", VariantType.INT32, 0L);
    }

    /// Whether Foreach loops go through collections of that kind without help of [Tasks#values].
    public static boolean goesThrough(EnumeratorKind kind) {
        return Enumerations.own(kind);
    }

    /// The variables of the package itself, for whoever calls it.
    public Scope scope() {
        return scope;
    }

    /// Runs to the end on the caller's thread.
    public Result run() {
        runner = Thread.currentThread();
        try {
            Live root = new Live(definition.root(), scope, null);
            root.within(transaction);
            return execution.run(root);
        } catch (InterruptedException e) {
            execution.cancel();
            return Result.CANCELLED;
        } finally {
            runner = null;
            if (execution.cancelled()) {
                // The interrupt that came with the cancel has served.
                Thread.interrupted();
            }
        }
    }

    /// Stops the package: nothing new starts, running tasks are interrupted.
    public void cancel() {
        execution.cancel();
        Thread thread = runner;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
