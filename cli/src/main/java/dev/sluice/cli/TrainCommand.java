package dev.sluice.cli;

import dev.sluice.cli.client.FactoryPaths;
import dev.sluice.cli.client.RunWatch;
import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// `sluice train` (hidden; the launcher runs it once after a build): makes every program do a little of its
/// ordinary work while the JVM records what it loads, so that later starts find it in a cache.
@Command(name = "train", description = "Records the programs' start for their class caches.")
final class TrainCommand implements Callable<Integer> {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final FactoryPaths PATHS = new FactoryPaths("training");

    @Parameters(paramLabel = "DIR", description = "Folder for the data of the training run.")
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private Path folder;

    private final Deque<Process> running = new ArrayDeque<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        SluiceMain.commandLine().usage(new PrintWriter(Writer.nullWriter(), false), CommandLine.Help.Ansi.OFF);
        Path work = Files.createDirectories(folder.resolve("work"));
        Path git = writeFactory(work);
        try {
            serve(work);
            return rehearse(work, git);
        } finally {
            stopAll();
        }
    }

    /// What people call most with a folder, in one process: a recording holds what one process has loaded.
    private static int rehearse(Path work, Path git) throws IOException, InterruptedException {
        String data = work.resolve("service").toString();
        String folder = git.toString();
        return Launcher.process(List.of(
                        "rehearse",
                        "validate",
                        folder,
                        "--",
                        "deploy",
                        folder,
                        "-f",
                        "trained",
                        "--data",
                        data,
                        "--",
                        "deploy",
                        folder,
                        "-f",
                        "trained",
                        "--data",
                        data,
                        "--what-if",
                        "--",
                        "export",
                        "-f",
                        "trained",
                        "--data",
                        data,
                        "--folder",
                        work.resolve("exported").toString(),
                        "--",
                        "expression",
                        "eval",
                        "@concat('a', string(add(1, 2)))",
                        "--",
                        "run",
                        folder,
                        "--pipeline",
                        "Train"))
                .inheritIO()
                .start()
                .waitFor();
    }

    private void serve(Path work) throws IOException, InterruptedException {
        Path data = work.resolve("service");
        start(List.of("service", "start", "--data", data.toString(), "--https-port", "0"), "ready ");
        try (ServiceClient client = new ServiceClient(ServiceConnection.ofDataFolder(data))) {
            start(
                    List.of(
                            "node",
                            "start",
                            "--data",
                            work.resolve("node").toString(),
                            "--service",
                            client.connection().url().toString(),
                            "--key-file",
                            data.resolve("auto-resolve.key").toString(),
                            "--name",
                            "trainee"),
                    "node ");
            client.put(PATHS.root(), JSON.createObjectNode());
            for (String kind : List.of("linkedService", "dataset", "pipeline")) {
                put(client, work.resolve("factory").resolve(kind), kind.toLowerCase(java.util.Locale.ROOT) + "s");
            }
            JsonNode run = client.post(PATHS.one("pipelines", "Train") + "/createRun", null);
            new RunWatch(client, PATHS, run.path("runId").asString(), Duration.ofMillis(100)).untilEnd(line -> {});
            list(data);
        }
    }

    /// Ends up in this program's own recording.
    private static void list(Path data) {
        CommandLine line = SluiceMain.commandLine(new String[] {"runs"});
        line.setOut(new PrintWriter(Writer.nullWriter(), false));
        line.execute("runs", "list", "-f", "training", "--data", data.toString());
    }

    private static void put(ServiceClient client, Path kind, String segment) throws IOException {
        try (var files = Files.list(kind)) {
            for (Path file : files.sorted().toList()) {
                JsonNode document = JSON.readTree(Files.readString(file));
                client.put(PATHS.one(segment, document.path("name").asString()), document);
            }
        }
    }

    private void start(List<String> args, String readyLine) throws IOException {
        Process p = Launcher.process(args)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        running.push(p);
        BufferedReader lines = new BufferedReader(new InputStreamReader(p.getInputStream(), StandardCharsets.UTF_8));
        while (true) {
            @Nullable String line = lines.readLine();
            if (line == null) {
                throw new IOException(args.getFirst() + " ended before it was ready");
            }
            if (line.startsWith(readyLine)) {
                return;
            }
        }
    }

    /// A clean end of each process is what writes its recording; that takes a few seconds.
    private void stopAll() throws InterruptedException {
        while (!running.isEmpty()) {
            Process p = running.pop();
            p.destroy();
            if (!p.waitFor(60, TimeUnit.SECONDS)) {
                p.destroyForcibly();
            }
        }
    }

    private static Path writeFactory(Path work) throws IOException {
        Path git = work.resolve("factory");
        Path store = Files.createDirectories(work.resolve("store"));
        StringBuilder csv = new StringBuilder("id,name,price,day\n");
        for (int i = 0; i < 20_000; i++) {
            csv.append(i).append(",name ").append(i).append(',').append(i).append(".25,2026-01-02\n");
        }
        Files.writeString(store.resolve("in.csv"), csv);
        write(git, "linkedService", "Folder", """
                {"name":"Folder","properties":{"type":"FileServer","typeProperties":{"host":"%s"}}}""".formatted(store));
        write(git, "dataset", "In", file("In", "DelimitedText", "in.csv"));
        write(git, "dataset", "Middle", file("Middle", "Parquet", "middle.parquet"));
        write(git, "dataset", "Out", file("Out", "DelimitedText", "out.csv"));
        write(git, "pipeline", "Train", """
                {"name":"Train","properties":{"activities":[%s,%s]}}""".formatted(
                        copy("First", "DelimitedTextSource", "In", "ParquetSink", "Middle", ""),
                        copy("Second", "ParquetSource", "Middle", "DelimitedTextSink", "Out", """
                        {"activity":"First","dependencyConditions":["Succeeded"]}""")));
        return git;
    }

    private static String file(String name, String type, String file) {
        return """
                {"name":"%s","properties":{"type":"%s","linkedServiceName":{"referenceName":"Folder",
                "type":"LinkedServiceReference"},"typeProperties":{"location":{"type":"FileServerLocation",
                "fileName":"%s"}%s}}}""".formatted(
                        name,
                        type,
                        file,
                        type.equals("DelimitedText") ? ",\"firstRowAsHeader\":true,\"columnDelimiter\":\",\"" : "");
    }

    private static String copy(String name, String source, String from, String sink, String to, String after) {
        return """
                {"name":"%s","type":"Copy","dependsOn":[%s],"inputs":[{"referenceName":"%s","type":"DatasetReference"}],
                "outputs":[{"referenceName":"%s","type":"DatasetReference"}],"typeProperties":{"source":{"type":"%s",
                "storeSettings":{"type":"FileServerReadSettings"}},"sink":{"type":"%s",
                "storeSettings":{"type":"FileServerWriteSettings"}}}}""".formatted(name, after, from, to, source, sink);
    }

    private static void write(Path git, String kind, String name, String json) throws IOException {
        Files.writeString(Files.createDirectories(git.resolve(kind)).resolve(name + ".json"), json);
    }
}
