package dev.sluice.ssis.engine.tasks;

import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.PackageRun;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.packages.SsisPackage;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/// Runs packages of a test and keeps what happened.
final class Bench {
    final List<Event> events = new CopyOnWriteArrayList<>();
    final Map<String, String> overrides = new HashMap<>();
    Allowed allowed = Allowed.NOTHING;
    private final PathMap paths;
    private PackageRun last;

    Bench(Path folder) {
        this.paths = new PathMap(Map.of("D:\\data", folder), folder, folder);
    }

    Result run(SsisPackage p) {
        events.clear();
        BuiltInTasks.Library library = new BuiltInTasks.Library() {
            @Override
            public Optional<SsisPackage> ofProject(String name) {
                return Optional.empty();
            }

            @Override
            public SsisPackage ofFile(String path) {
                throw new AssertionError("no package is read from a file here: " + path);
            }
        };
        try (BuiltInTasks tasks = new BuiltInTasks(
                p,
                new BuiltInTasks.Surroundings(
                        library,
                        List.of(),
                        List.of(),
                        Map.of(),
                        overrides,
                        paths,
                        events::add,
                        InstantSource.system(),
                        ZoneOffset.UTC,
                        UUID::randomUUID,
                        allowed))) {
            last = new PackageRun(
                    p,
                    new PackageRun.Setting(
                            List.of(),
                            Map.of(),
                            null,
                            UUID.randomUUID(),
                            InstantSource.system(),
                            ZoneOffset.UTC,
                            paths),
                    tasks,
                    events::add);
            return last.run();
        }
    }

    Object value(String variable) {
        return last.scope().require(variable).value();
    }

    void cancel() {
        last.cancel();
    }

    String error() {
        return events.stream()
                .filter(e -> e.name().equals("OnError"))
                .map(Event::description)
                .findFirst()
                .orElse("");
    }

    static String connection(String name, String type, String text, String attributes) {
        return "<DTS:ConnectionManagers><DTS:ConnectionManager DTS:refId='Package.ConnectionManagers[" + name
                + "]' DTS:CreationName='" + type + "' DTS:DTSID='{" + name + "}' DTS:ObjectName='" + name
                + "'><DTS:ObjectData><DTS:ConnectionManager " + attributes + " DTS:ConnectionString='"
                + text.replace("&", "&amp;").replace("'", "&apos;")
                + "'/></DTS:ObjectData></DTS:ConnectionManager></DTS:ConnectionManagers>";
    }

    /// An Execute SQL task on the connection `{Db}`.
    static String sql(String path, String text, String attributes, String... bindings) {
        return dev.sluice.ssis.engine.control.PackageText.executable(
                path, "Microsoft.ExecuteSQLTask", "", sqlData(text, attributes, bindings));
    }

    static String sqlData(String text, String attributes, String... bindings) {
        return "<DTS:ObjectData><SQLTask:SqlTaskData xmlns:SQLTask='www.microsoft.com/sqlserver/dts/tasks/sqltask' "
                + "SQLTask:Connection='{Db}' SQLTask:SqlStatementSource='"
                + text.replace("&", "&amp;")
                        .replace("'", "&apos;")
                        .replace("<", "&lt;")
                        .replace("\n", "&#xA;") + "' "
                + attributes + ">" + String.join("", bindings) + "</SQLTask:SqlTaskData></DTS:ObjectData>";
    }

    static String parameter(String name, String variable, String direction, int type) {
        return "<SQLTask:ParameterBinding SQLTask:ParameterName='" + name + "' SQLTask:DtsVariableName='User::"
                + variable + "' SQLTask:ParameterDirection='" + direction + "' SQLTask:DataType='" + type
                + "' SQLTask:ParameterSize='-1'/>";
    }

    static String result(String name, String variable) {
        return "<SQLTask:ResultBinding SQLTask:ResultName='" + name + "' SQLTask:DtsVariableName='User::" + variable
                + "'/>";
    }
}
