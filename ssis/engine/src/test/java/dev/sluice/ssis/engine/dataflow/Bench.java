package dev.sluice.ssis.engine.dataflow;

import static dev.sluice.ssis.engine.control.PackageText.executable;
import static dev.sluice.ssis.engine.control.PackageText.executables;
import static dev.sluice.ssis.engine.control.PackageText.variables;

import dev.sluice.diagnosis.ProblemException;
import dev.sluice.ssis.engine.control.Event;
import dev.sluice.ssis.engine.control.PackageRun;
import dev.sluice.ssis.engine.control.PackageText;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.control.Table;
import dev.sluice.ssis.engine.control.TaskCall;
import dev.sluice.ssis.packages.ConnectionManager;
import dev.sluice.ssis.packages.Executable;
import dev.sluice.ssis.packages.SsisPackage;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Runs a data flow in a package of its own, with connections to what the test gives.
final class Bench {
    final Path folder;
    final List<Event> events = Collections.synchronizedList(new ArrayList<>());
    final Map<String, DataSource> databases = new HashMap<>();
    final Map<String, Object> retained = new java.util.concurrent.ConcurrentHashMap<>();
    final List<String> variables = new ArrayList<>();
    String expressions = "";
    DataFlowLimits limits;
    boolean scripts;

    @Nullable
    ProblemException problem;

    @Nullable
    Outcome outcome;

    private @Nullable PackageRun run;

    Bench(Path folder) {
        this.folder = folder;
        this.limits = new DataFlowLimits(256 << 20, 3, folder, 1L << 30);
    }

    Bench variable(String name, int type, String value) {
        variables.add(PackageText.variable(name, type, value));
        return this;
    }

    /// Object variables for recordsets.
    Bench tables(String... names) {
        for (String name : names) {
            variables.add(PackageText.variable(name, 13, ""));
        }
        return this;
    }

    Result run(FlowText flow) {
        SsisPackage p = PackageText.of(
                "p",
                "",
                flow.managers(),
                variables(variables.toArray(String[]::new)),
                executables(executable("DFT", "Microsoft.Pipeline", "", expressions, flow.pipeline())));
        PathMap paths = new PathMap(Map.of(), folder, folder);
        PackageRun started = new PackageRun(
                p,
                new PackageRun.Setting(
                        List.of(),
                        Map.of(),
                        null,
                        new UUID(1, 2),
                        InstantSource.fixed(Instant.parse("2024-02-29T10:11:12Z")),
                        ZoneOffset.UTC,
                        paths),
                task -> Optional.of(call -> flow(p, call)),
                events::add);
        run = started;
        return started.run();
    }

    void cancel() {
        PackageRun running = run;
        if (running != null) {
            running.cancel();
        }
    }

    private @Nullable Object flow(SsisPackage p, TaskCall call) throws InterruptedException {
        Executable task = call.task();
        if (task.pipeline() == null) {
            throw new AssertionError("no pipeline");
        }
        try {
            outcome = DataFlowTask.run(task.pipeline(), call, connections(p), limits);
        } catch (ProblemException e) {
            problem = e;
            throw e;
        }
        return null;
    }

    private Connections connections(SsisPackage p) {
        return new Connections() {
            @Override
            public boolean scripts() {
                return scripts;
            }

            @Override
            public Optional<dev.sluice.ssis.engine.script.ScriptHost> scriptHost() {
                return dev.sluice.ssis.engine.script.ScriptHost.find(folder, 60);
            }

            @Override
            public Map<String, Object> retained() {
                return retained;
            }

            @Override
            public ConnectionManager manager(String reference) {
                return p.connection(reference, List.of())
                        .orElseThrow(() -> new AssertionError("no connection " + reference));
            }

            @Override
            public String text(String reference) {
                return manager(reference).connectionString();
            }

            @Override
            public Path file(String reference) {
                return folder.resolve(text(reference));
            }

            @Override
            public List<Path> files(String reference) {
                List<Path> files = new ArrayList<>();
                for (String part : text(reference).split("\\|")) {
                    var matcher = FileSystems.getDefault().getPathMatcher("glob:" + part);
                    try (Stream<Path> all = Files.list(folder)) {
                        all.filter(f -> matcher.matches(f.getFileName()))
                                .sorted()
                                .forEach(files::add);
                    } catch (java.io.IOException e) {
                        throw new AssertionError(e);
                    }
                }
                return files;
            }

            @Override
            public Session open(String reference) {
                DataSource database = databases.get(manager(reference).name());
                if (database == null) {
                    throw new AssertionError("no database " + reference);
                }
                try {
                    Connection connection = database.getConnection();
                    return new Session() {
                        @Override
                        public Connection connection() {
                            return connection;
                        }

                        @Override
                        public boolean shared() {
                            return false;
                        }

                        @Override
                        public void close() {
                            try {
                                connection.close();
                            } catch (SQLException e) {
                                throw new AssertionError(e);
                            }
                        }
                    };
                } catch (SQLException e) {
                    throw new AssertionError(e);
                }
            }
        };
    }

    @Nullable
    Object value(String variable) {
        PackageRun finished = run;
        if (finished == null) {
            throw new AssertionError("nothing has run");
        }
        return finished.scope().require("User::" + variable).value();
    }

    /// The rows of a recordset, each as text with `|` between values and `-` for NULL.
    List<String> rows(String variable) {
        Object value = value(variable);
        if (!(value instanceof Table table)) {
            throw new AssertionError("no rows in " + variable + ": " + problem + " " + events);
        }
        return table.rows().stream().map(Bench::shown).toList();
    }

    static String shown(List<@Nullable Object> row) {
        StringBuilder text = new StringBuilder();
        for (Object value : row) {
            text.append(text.isEmpty() ? "" : "|")
                    .append(
                            switch (value) {
                                case null -> "-";
                                case byte[] b -> java.util.HexFormat.of().formatHex(b);
                                default -> value.toString();
                            });
        }
        return text.toString();
    }

    /// The lines of a file that [FlowText#recordsetWithin] wrote, with `-` for nothing.
    List<String> lines(String name) {
        return read(name)
                .lines()
                .map(l -> java.util.Arrays.stream(l.split("\\|", -1))
                        .map(v -> v.isEmpty() ? "-" : v)
                        .collect(java.util.stream.Collectors.joining("|")))
                .toList();
    }

    void write(String name, String text) {
        try {
            Files.writeString(folder.resolve(name), text);
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }

    String read(String name) {
        try {
            return Files.readString(folder.resolve(name));
        } catch (java.io.IOException e) {
            throw new AssertionError(e);
        }
    }
}
