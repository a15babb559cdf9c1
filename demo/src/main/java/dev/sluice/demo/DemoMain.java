package dev.sluice.demo;

import dev.sluice.cli.client.RunWatch;
import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceConnection;
import dev.sluice.cli.client.ServiceException;
import java.io.Console;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;

/// `main()` of `sluice demo`.
@Command(
        name = "sluice demo",
        mixinStandardHelpOptions = true,
        description = {
            "Moves real data through service, node and copy engine, and verifies it.",
            "Starts a PostgreSQL with TPC-H tables, a service and a node as processes of their own, and (where npm is"
                    + " installed) Azure's storage emulator; makes a factory through the REST API; copies the tables to"
                    + " Parquet and gzip CSV, locally and to blobs, and back into another schema; then lets another engine"
                    + " compare every column. Nothing is left running; the files stay in the output folder."
        })
public final class DemoMain implements Callable<Integer> {
    @Option(names = "--output", paramLabel = "DIR", description = "Where the copies go (default: a temporary folder).")
    private @Nullable Path output;

    @Option(
            names = "--scale",
            defaultValue = "0.1",
            description = "TPC-H scale factor (default 0.1: 600,000 line items).")
    private double scale = 0.1;

    private final Screen screen = new Screen(new PrintStream(System.out, true, StandardCharsets.UTF_8), isTerminal());
    private final Deque<AutoCloseable> open = new ArrayDeque<>();

    private DemoMain() {}

    private static boolean isTerminal() {
        @Nullable Console console = System.console();
        return console != null && console.isTerminal() && !"dumb".equals(System.getenv("TERM"));
    }

    public static void main(String[] args) {
        // The database's libraries would say that nobody listens to their logs.
        System.setProperty("slf4j.internal.verbosity", "ERROR");
        System.exit(new CommandLine(new DemoMain())
                .setExecutionExceptionHandler((e, line, parsed) -> {
                    line.getErr().println("error: " + message(e));
                    return 1;
                })
                .execute(args));
    }

    private static String message(Exception e) {
        return switch (e) {
            case ServiceException s -> s.code() + ": " + s.getMessage() + String.join("\n       ", s.hints());
            case ExecutionException x when x.getCause() instanceof Exception inner -> message(inner);
            default -> e.getMessage() == null ? e.toString() : e.getMessage();
        };
    }

    @Override
    public Integer call() throws Exception {
        if (scale < 0.001 || scale > 10) {
            throw new IllegalArgumentException("--scale " + scale + " is not between 0.001 and 10");
        }
        Path work = Files.createTempDirectory(
                "sluice-demo-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
        Thread hook = new Thread(this::closeAll, "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            Path target = output == null ? Files.createTempDirectory("sluice-demo-output-") : output;
            Files.createDirectories(target);
            return demonstrate(work, target.toRealPath());
        } finally {
            closeAll();
            Runtime.getRuntime().removeShutdownHook(hook);
            delete(work);
        }
    }

    private int demonstrate(Path work, Path target) throws Exception {
        screen.step("starting PostgreSQL, the service and Azure's storage emulator");
        CompletableFuture<Database> starting = inBackground(() -> Database.start(work.resolve("postgres"), scale));
        CompletableFuture<Optional<Azurite>> emulator = inBackground(() -> Azurite.start(work.resolve("azurite")));
        ServiceClient client = startService(work);
        DemoFactory factory = new DemoFactory(client);
        startNode(work, client, factory.createRuntime());
        Optional<Azurite> azurite = emulator.get();
        azurite.ifPresent(this::keep);
        if (azurite.isEmpty()) {
            screen.step("npm is not installed (or cannot install azurite): the copies to blobs are skipped");
        }
        Database database = keep(starting.get());
        screen.step(
                "PostgreSQL on port " + database.port() + " holds customer, orders and lineitem (scale " + scale + ")");

        factory.createPipeline(database, target, azurite);
        String runId = client.post(DemoFactory.PATHS.one("pipelines", DemoFactory.PIPELINE) + "/createRun", null)
                .path("runId")
                .asString();
        screen.step("factory, datasets and pipeline made through the REST API; run " + runId);
        JsonNode run = follow(client, runId);
        List<JsonNode> activities = activityRuns(client, runId);
        screen.print(Report.activities(activities));
        if (!run.path("status").asString("").equals("Succeeded")) {
            screen.step("the run ended with " + run.path("status").asString("") + ": "
                    + run.path("message").asString(""));
            screen.print(Report.errors(activities));
            return 1;
        }
        return verify(database, target, azurite);
    }

    private ServiceClient startService(Path work) throws IOException {
        Path data = work.resolve("service");
        Child service = keep(Child.start(
                "service",
                work.resolve("logs"),
                List.of("service", "start", "--data", data.toString(), "--https-port", "0")));
        String ready = service.await("ready ");
        screen.step("service " + ready.substring("ready ".length()) + " (process " + service.pid() + ")");
        return keep(new ServiceClient(ServiceConnection.ofDataFolder(data)));
    }

    private void startNode(Path work, ServiceClient client, String key) throws IOException {
        Path keyFile = work.resolve("node.key");
        Files.createFile(keyFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(keyFile, key);
        Child node = keep(Child.start(
                "node",
                work.resolve("logs"),
                List.of(
                        "node",
                        "start",
                        "--data",
                        work.resolve("node").toString(),
                        "--service",
                        client.connection().url().toString(),
                        "--key-file",
                        keyFile.toString(),
                        "--name",
                        "demo-node")));
        node.await("node ");
        screen.step("node demo-node registered and online (process " + node.pid() + ")");
    }

    private JsonNode follow(ServiceClient client, String runId) throws InterruptedException {
        RunWatch watch = new RunWatch(client, DemoFactory.PATHS, runId, java.time.Duration.ofMillis(200));
        while (true) {
            JsonNode run = client.get(DemoFactory.PATHS.run(runId));
            screen.progress(watch.activities());
            switch (run.path("status").asString("")) {
                case "Succeeded", "Failed", "Cancelled" -> {
                    return run;
                }
                default -> TimeUnit.MILLISECONDS.sleep(200);
            }
        }
    }

    private static List<JsonNode> activityRuns(ServiceClient client, String runId) {
        var window = tools.jackson.databind.json.JsonMapper.shared()
                .createObjectNode()
                .put("lastUpdatedAfter", "2000-01-01T00:00:00Z")
                .put("lastUpdatedBefore", "2100-01-01T00:00:00Z");
        return client.post(DemoFactory.PATHS.run(runId) + "/queryActivityruns", window)
                .path("value")
                .valueStream()
                .sorted(Comparator.comparing(a -> a.path("activityRunEnd").asString("")))
                .toList();
    }

    private int verify(Database database, Path target, Optional<Azurite> azurite) throws IOException, SQLException {
        screen.step("verifying every column of every copy with PostgreSQL and DuckDB");
        Path blobs = target.resolve("blob");
        if (azurite.isPresent()) {
            azurite.get().download(blobs);
        }
        Report.Checks checks = new Report.Checks();
        for (Tpch table : Tpch.values()) {
            try (var postgres = database.connect()) {
                var source = Verification.ofTable(postgres, "public", table);
                checks.add(
                        table,
                        "PostgreSQL schema " + Database.COPIED,
                        source,
                        Verification.ofTable(postgres, Database.COPIED, table));
                for (Path folder : azurite.isPresent() ? List.of(target, blobs) : List.of(target)) {
                    String where = folder.equals(target) ? "" : "blob ";
                    checks.add(
                            table,
                            where + "Parquet",
                            source,
                            Verification.ofParquet(folder.resolve("parquet/" + table.tableName() + ".parquet"), table));
                    checks.add(
                            table,
                            where + "gzip CSV",
                            source,
                            Verification.ofCsv(folder.resolve("csv/" + table.tableName() + ".csv.gz"), table));
                }
            }
        }
        screen.print(checks.table());
        screen.step((checks.allEqual() ? "all copies equal their source" : "COPIES DIFFER FROM THEIR SOURCE")
                + "; the files are in " + target);
        return checks.allEqual() ? 0 : 1;
    }

    private static <T> CompletableFuture<T> inBackground(Callable<T> work) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                result.complete(work.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    private <T extends AutoCloseable> T keep(T resource) {
        synchronized (open) {
            open.push(resource);
        }
        return resource;
    }

    /// Stops everything, newest first: the node before the service it reports to.
    private void closeAll() {
        synchronized (open) {
            while (!open.isEmpty()) {
                try {
                    open.pop().close();
                } catch (Exception e) {
                    System.err.println("warning: " + message(e));
                }
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path p : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(p);
            }
        }
    }
}
