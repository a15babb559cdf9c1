package dev.sluice.local.ssis;

import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.engine.control.PathMap;
import dev.sluice.ssis.engine.control.Result;
import dev.sluice.ssis.engine.execution.PackageExecution;
import dev.sluice.ssis.engine.execution.PackageSource;
import dev.sluice.ssis.engine.tasks.Allowed;
import dev.sluice.ssis.packages.PackagePassword;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `sluice ssis run`.
@Command(
        name = "run",
        mixinStandardHelpOptions = true,
        sortOptions = false,
        description = {
            "Runs an SSIS package in this process, on this machine, without a service.",
            "Project parameters and connection managers are taken from the archive, or from the folder the package lies in."
        },
        footer = {
            "",
            "Examples:",
            "  sluice ssis run Load.dtsx --connection 'Warehouse=jdbc:postgresql://db/dw' --connection-file login.properties",
            "  sluice ssis run Sales.ispac --package Load.dtsx --parameter Day=2026-01-31",
            "  sluice ssis run Load.dtsx --map 'D:\\feeds=/data/feeds' --set '\\Package.Variables[User::Rows].Value=10'",
            "",
            "where login.properties holds lines such as Warehouse.UserName=etl and Warehouse.Password=…",
            "",
            "Exit codes: 0 the package succeeded, 1 it failed or was cancelled, 2 wrong usage, or a package that cannot be read."
        })
final class RunPackageCommand implements Callable<Integer> {
    private static final int FAILED = 1;
    private static final int STOP_SECONDS = 30;

    @Parameters(paramLabel = "PACKAGE|PROJECT", description = "A .dtsx or .ispac file.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path file;

    @Option(names = "--package", paramLabel = "NAME", description = "Which package of a project.")
    private String packageName = "";

    @Option(
            names = "--parameter",
            paramLabel = "NAME=VALUE",
            description = "Value of a parameter: name alone, $Package::name or $Project::name.")
    private List<String> parameters = new ArrayList<>();

    @Option(
            names = "--connection",
            paramLabel = "NAME=TEXT",
            description =
                    "Connection string of a connection manager, or a JDBC address; NAME.PROPERTY for another property.")
    private List<String> connections = new ArrayList<>();

    @Option(
            names = "--connection-file",
            paramLabel = "FILE",
            description = "Properties file of the same, for passwords, which do not belong on a command line.")
    private @Nullable Path connectionFile;

    @Option(
            names = "--set",
            paramLabel = "PATH=VALUE",
            description = "Value of a property, by property path, as dtexec's /SET has it.")
    private List<String> settings = new ArrayList<>();

    @Option(names = "--configuration", paramLabel = "FILE", description = "Package configuration (.dtsConfig).")
    private List<Path> configurations = new ArrayList<>();

    @Option(
            names = "--password-file",
            paramLabel = "FILE",
            description = "File with the password that protects the package or project.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--map",
            paramLabel = "PREFIX=FOLDER",
            description = "Where paths that begin so are here, e.g. 'D:\\feeds=/data/feeds'.")
    private List<String> maps = new ArrayList<>();

    @Option(names = "--allow-processes", description = "Let Execute Process tasks start programs.")
    private boolean processes;

    @Option(names = "--allow-scripts", description = "Let Script tasks be compiled and run (needs Mono).")
    private boolean scripts;

    @Option(
            names = "--logging-level",
            defaultValue = "basic",
            description =
                    "What is shown while it runs: none, performance (and a timeline at the end), basic (default), verbose.")
    private ExecutionReport.Level level = ExecutionReport.Level.BASIC;

    @Option(
            names = {"-o", "--output"},
            defaultValue = "table",
            description = "table (default) or json.")
    private ExecutionReport.Form form = ExecutionReport.Form.TABLE;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException, IOException {
        PackagePassword password =
                passwordFile == null ? PackagePassword.NONE : new PackagePassword(firstLine(passwordFile));
        PackageExecution.Order order = new PackageExecution.Order(
                packageName,
                new LinkedHashMap<>(pairs("--parameter", parameters)),
                connections(),
                pairs("--set", settings),
                configurations,
                password);
        Clock clock = Clock.systemUTC();
        UUID id = UUID.randomUUID();
        ExecutionReport report = new ExecutionReport(
                spec.commandLine().getOut(), spec.commandLine().getErr(), form, level, id, clock);
        Path scratch = Files.createTempDirectory("sluice-ssis-");
        try {
            Map<String, Path> prefixes = new LinkedHashMap<>();
            pairs("--map", maps).forEach((prefix, folder) -> prefixes.put(prefix, Path.of(folder)));
            List<UUID> ids = new ArrayList<>(List.of(id));
            PackageExecution execution = new PackageExecution(
                    PackageSource.of(file, password),
                    order,
                    new PackageExecution.Place(
                            new PathMap(prefixes, Path.of("").toAbsolutePath(), scratch),
                            new Allowed(processes, scripts),
                            System.getenv(),
                            report,
                            clock,
                            ZoneId.systemDefault(),
                            () -> ids.isEmpty() ? UUID.randomUUID() : ids.removeFirst()));
            Result result = run(execution);
            report.end(execution.definition(), result);
            return result == Result.SUCCESS ? 0 : FAILED;
        } finally {
            delete(scratch);
        }
    }

    /// Ctrl-C cancels the package, so that nothing half-written stays behind, and then the process ends.
    private static Result run(PackageExecution execution) {
        CountDownLatch over = new CountDownLatch(1);
        Thread hook = Thread.ofPlatform().unstarted(() -> {
            execution.cancel();
            try {
                if (!over.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                    System.err.println("error: the package did not stop within " + STOP_SECONDS + " s");
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return execution.run();
        } finally {
            over.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(hook);
            } catch (IllegalStateException e) {
                // The process is ending already; the hook is what waits for us.
                hook.setName("stopping");
            }
        }
    }

    private Map<String, String> connections() throws IOException {
        Map<String, String> all = new LinkedHashMap<>();
        if (connectionFile != null) {
            Properties lines = new Properties();
            try (Reader in = Files.newBufferedReader(connectionFile, StandardCharsets.UTF_8)) {
                lines.load(in);
            } catch (IOException | IllegalArgumentException e) {
                throw unreadable(connectionFile, e);
            }
            lines.stringPropertyNames().forEach(name -> all.put(property(name), lines.getProperty(name)));
        }
        pairs("--connection", connections).forEach((name, text) -> all.put(property(name), text));
        return all;
    }

    private static String property(String name) {
        return name.contains(".") ? name : name + ".ConnectionString";
    }

    private Map<String, String> pairs(String option, List<String> given) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String one : given) {
            int equals = one.indexOf('=', Math.max(0, one.lastIndexOf("].") > 0 ? one.indexOf("].") : 0));
            if (equals < 1) {
                throw new CommandLine.ParameterException(
                        spec.commandLine(), option + " '" + one + "' is not of the form name=value");
            }
            pairs.put(one.substring(0, equals), one.substring(equals + 1));
        }
        return pairs;
    }

    private static String firstLine(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst().orElse("");
        } catch (IOException | java.io.UncheckedIOException e) {
            throw unreadable(file, e);
        }
    }

    private static dev.sluice.diagnosis.ProblemException unreadable(Path file, Exception e) {
        return SsisRunFaults.PACKAGE_UNREADABLE
                .problem()
                .evidence("path", file)
                .evidence("detail", e.getMessage())
                .from(e)
                .exception();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path p : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(p);
            }
        }
    }
}
