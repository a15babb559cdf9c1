package dev.sluice.ssis.engine.execution;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.ssis.engine.connection.PackageConnections;
import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.EventLog;
import dev.sluice.ssis.engine.control.PackageRun;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.control.Scope;
import dev.sluice.ssis.engine.logging.PackageLogs;
import dev.sluice.ssis.engine.tasks.Allowed;
import dev.sluice.ssis.engine.tasks.BuiltInTasks;
import dev.sluice.ssis.packages.ConfigurationFile.Configured;
import dev.sluice.ssis.packages.PackagePassword;
import dev.sluice.ssis.packages.Parameter;
import dev.sluice.ssis.packages.PropertyPath;
import dev.sluice.ssis.packages.SsisPackage;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/// One execution of a package. Used once; [#cancel()] may be called by any thread.
public final class PackageExecution {
    private static final int CONFIGURATION_WARNING = 0x80012014;

    private final PackageSource source;
    private final Order order;
    private final Place place;
    private final Map<String, String> connections = new LinkedHashMap<>();
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final SsisPackage definition;
    private final BuiltInTasks tasks;
    private final PackageRun run;
    private final UUID id;
    private volatile EventLog hearing;

    /// What is to be run. Order of what counts: configurations of the package, configuration files, then what is given
    /// here by name.
    ///
    /// @param packageName empty where there is only one
    /// @param parameters by `$Package::name`, `$Project::name` or name alone; a text becomes the parameter's type
    /// @param connections connection managers' properties, by `name.property`
    /// @param properties by property path, as [PropertyPath] reads it
    /// @param configurations `.dtsConfig` files
    /// @param password for packages that are read from files on the way
    public record Order(
            String packageName,
            Map<String, Object> parameters,
            Map<String, String> connections,
            Map<String, String> properties,
            List<Path> configurations,
            PackagePassword password) {
        public Order {
            parameters = Map.copyOf(parameters);
            connections = Map.copyOf(connections);
            properties = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(properties));
            configurations = List.copyOf(configurations);
        }
    }

    /// Where it runs.
    ///
    /// @param allowed what packages may do on this machine
    /// @param log hears every event, from several threads
    /// @param ids ExecutionInstanceGUIDs
    public record Place(
            PathMap paths,
            Allowed allowed,
            Map<String, String> environment,
            EventLog log,
            InstantSource clock,
            ZoneId zone,
            Supplier<UUID> ids) {}

    /// @throws ProblemException for what cannot even begin: no such package, wrong parameters or paths
    public PackageExecution(PackageSource source, Order order, Place place) throws InterruptedException {
        this.source = source;
        this.order = order;
        this.place = place;
        this.id = place.ids().get();
        this.hearing = place.log();
        EventLog log = event -> hearing.raised(event);
        SsisPackage saved = source.main(order.packageName());
        order.parameters().forEach((name, value) -> values.put(qualified(name, saved), value));
        SsisPackage configured = configured(saved, order.configurations(), order.properties());
        order.connections().forEach((name, value) -> connections.put(name, value));
        this.definition = configured;
        this.tasks = new BuiltInTasks(
                configured,
                new BuiltInTasks.Surroundings(
                        new Called(),
                        source.projectConnections(),
                        source.projectParameters(),
                        projectValues(),
                        connections,
                        place.paths(),
                        log,
                        place.clock(),
                        place.zone(),
                        place.ids(),
                        place.allowed()));
        this.run = new PackageRun(
                configured,
                new PackageRun.Setting(
                        source.projectParameters(), values, null, id, place.clock(), place.zone(), place.paths()),
                tasks,
                log);
    }

    /// The package with configurations and overrides in place.
    public SsisPackage definition() {
        return definition;
    }

    /// Runs to the end on the caller's thread.
    public Result run() {
        try (tasks;
                PackageConnections own = new PackageConnections(
                        definition,
                        source.projectConnections(),
                        connections,
                        place.paths(),
                        PackageConnections.Limits.DEFAULT);
                PackageLogs logs = PackageLogs.open(
                        definition,
                        own,
                        Scope.outermost(place.clock(), place.zone()),
                        place.paths(),
                        place.log(),
                        place.clock(),
                        id)) {
            hearing = logs;
            return run.run();
        } catch (InterruptedException e) {
            run.cancel();
            return Result.CANCELLED;
        } finally {
            hearing = place.log();
        }
    }

    public void cancel() {
        run.cancel();
    }

    private String qualified(String name, SsisPackage saved) {
        if (name.startsWith("$")) {
            return name;
        }
        if (declares(saved.parameters(), name)) {
            return "$Package::" + name;
        }
        if (declares(source.projectParameters(), name)) {
            return "$Project::" + name;
        }
        throw SsisFaults.PARAMETER_INVALID.with("parameter", name, "detail", "there is no such parameter");
    }

    private static boolean declares(List<Parameter> parameters, String name) {
        return parameters.stream().anyMatch(p -> p.name().equals(name));
    }

    private Map<String, Object> projectValues() {
        Map<String, Object> all = new LinkedHashMap<>(values);
        all.keySet().removeIf(name -> !name.startsWith("$Project::"));
        return all;
    }

    private SsisPackage configured(SsisPackage saved, List<Path> files, Map<String, String> given)
            throws InterruptedException {
        Configurations configurations =
                new Configurations(place.paths(), place.environment(), text -> warn(saved, text));
        List<Configured> all = new ArrayList<>();
        try (PackageConnections own = new PackageConnections(
                saved,
                source.projectConnections(),
                order.connections(),
                place.paths(),
                PackageConnections.Limits.DEFAULT)) {
            all.addAll(configurations.of(saved, own, Scope.outermost(place.clock(), place.zone())));
        }
        files.forEach(file -> all.addAll(configurations.file(file, String.valueOf(file.getFileName()))));
        SsisPackage now = saved;
        for (Configured c : all) {
            try {
                now = put(c.path(), c.value(), now);
            } catch (ProblemException e) {
                warn(saved, "A configured value was not applied: " + e.problem().message());
            }
        }
        for (Map.Entry<String, String> e : given.entrySet()) {
            now = put(e.getKey(), e.getValue(), now);
        }
        return now;
    }

    private SsisPackage put(String path, String value, SsisPackage target) {
        PropertyPath parsed = PropertyPath.of(path);
        if (!parsed.connectionProperty().isEmpty()) {
            connections.put(parsed.connectionProperty(), value);
            return target;
        }
        if (!parsed.parameter().isEmpty()) {
            values.put(parsed.parameter(), value);
            return target;
        }
        return parsed.put(value, target);
    }

    private void warn(SsisPackage about, String text) {
        place.log()
                .raised(new Event(
                        "OnWarning",
                        about.root().refId(),
                        about.name(),
                        CONFIGURATION_WARNING,
                        text,
                        place.clock().instant(),
                        Map.of()));
    }

    /// Packages that this one calls; their own configurations apply, too.
    private final class Called implements BuiltInTasks.Library {
        @Override
        public Optional<SsisPackage> ofProject(String name) {
            return source.called(name).map(this::ready);
        }

        @Override
        public SsisPackage ofFile(String path) {
            return ready(source.calledFile(path)
                    .orElseGet(() -> PackageSource.of(place.paths().local(path), order.password())
                            .main("")));
        }

        private SsisPackage ready(SsisPackage called) {
            try {
                return configured(called, List.of(), Map.of());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw SsisFaults.TASK_FAILED.with("task", called.name(), "detail", "it was stopped");
            }
        }
    }
}
