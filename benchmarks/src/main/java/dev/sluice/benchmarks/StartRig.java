package dev.sluice.benchmarks;

import dev.sluice.cli.client.FactoryPaths;
import dev.sluice.cli.client.RunWatch;
import dev.sluice.cli.client.ServiceClient;
import dev.sluice.cli.client.ServiceConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// How fast things are there, beside their limits: `sluice --help`, `sluice up` until it is ready (first and second
/// start), the memory of an idle node with its warm worker, and the time from a job's queueing to its start in the
/// worker.
///
/// Arguments: path of the `sluice` launcher (default ./sluice).
final class StartRig {
    private static final int HELPS = 15;
    private static final int RUNS = 25;
    private static final int STEADY_LOOKS = 8;
    private static final int LONGEST_SETTLING_SECONDS = 90;
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final long UNDISTURBED_MILLIS = 250;
    private static final FactoryPaths PATHS = new FactoryPaths("start-rig");

    private final Path launcher;
    private final Path work;

    private StartRig(Path launcher, Path work) {
        this.launcher = launcher;
        this.work = work;
    }

    public static void main(String[] args) throws Exception {
        Path launcher = Path.of(args.length > 0 ? args[0] : "sluice").toAbsolutePath();
        StartRig rig = new StartRig(launcher, Files.createTempDirectory("sluice-start-"));
        rig.help();
        rig.up("first start");
        rig.up("second start");
    }

    private void help() throws IOException, InterruptedException {
        double[] walls = new double[HELPS];
        for (int i = 0; i < HELPS; i++) {
            walls[i] = Measured.run(List.of(launcher.toString(), "--help"), Map.of())
                    .wallSeconds();
        }
        System.out.printf("sluice --help          %.0f ms (limit 150)%n", median(walls) * 1e3);
    }

    private void up(String which) throws IOException, InterruptedException {
        Path data = work.resolve("data");
        long started = System.nanoTime();
        Process up = new ProcessBuilder(launcher.toString(), "up", "--data", data.toString(), "--https-port", "0")
                .redirectError(work.resolve("up.log").toFile())
                .start();
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(up.getInputStream(), StandardCharsets.UTF_8))) {
            String ready = lines.readLine();
            if (ready == null) {
                throw new IOException("up did not start:\n" + Files.readString(work.resolve("up.log")));
            }
            System.out.printf(
                    "sluice up, %-12s %.2f s until ready (limit 3)%n", which, (System.nanoTime() - started) / 1e9);
            try (ServiceClient client = new ServiceClient(ServiceConnection.ofDataFolder(data))) {
                jobs(client);
            }
            memory(up, settled(up));
        } finally {
            up.destroy();
            up.waitFor();
        }
    }

    /// Waits until the workers that the jobs had needed beyond the warm one have left, and the rest has given back what
    /// it will: its memory no longer falls.
    ///
    /// @return seconds that took
    private static double settled(Process up) throws IOException, InterruptedException {
        long began = System.nanoTime();
        Idle last = idle(up);
        int steady = 0;
        while (steady < STEADY_LOOKS) {
            if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(LONGEST_SETTLING_SECONDS)) {
                throw new IOException("the node does not settle: " + last);
            }
            TimeUnit.SECONDS.sleep(1);
            Idle now = idle(up);
            steady = now.workers() == 1 && now.sum() > last.sum() - (1 << 10) ? steady + 1 : 0;
            last = now;
        }
        return (System.nanoTime() - began) / 1e9;
    }

    /// Resident memory of a node's processes, in KB.
    private record Idle(long host, long worker, int workers) {
        long sum() {
            return host + worker;
        }
    }

    private static Idle idle(Process up) {
        long host = 0;
        long worker = 0;
        int workers = 0;
        for (ProcessHandle p : up.descendants().toList()) {
            String command = commandLine(p.pid());
            if (command.contains("NodeMain")) {
                host += Measured.resident(p.pid());
            } else if (command.contains("WorkerMain")) {
                worker += Measured.resident(p.pid());
                workers++;
            }
        }
        return new Idle(host, worker, workers);
    }

    private static void memory(Process up, double seconds) {
        Idle idle = idle(up);
        System.out.printf(
                "idle node              %d MB = host %d + worker %d, %.0f s after the last job (limit 150)%n",
                idle.sum() / 1024, idle.host() / 1024, idle.worker() / 1024, seconds);
    }

    private static String commandLine(long pid) {
        try {
            return Files.readString(Path.of("/proc/" + pid + "/cmdline"));
        } catch (IOException e) {
            // It ended between two looks.
            return "";
        }
    }

    private void jobs(ServiceClient client) throws IOException, InterruptedException {
        Path store = Files.createDirectories(work.resolve("store"));
        Files.writeString(store.resolve("in.csv"), "id,name\n1,one\n");
        client.put(PATHS.root(), JSON.createObjectNode());
        put(client, "linkedservices", "Folder", """
            {"properties":{"type":"FileServer","typeProperties":{"host":"%s"}}}\
            """.formatted(store));
        for (String name : List.of("in", "out")) {
            put(client, "datasets", name, """
                {"properties":{"type":"DelimitedText","linkedServiceName":{"referenceName":"Folder",
                "type":"LinkedServiceReference"},"typeProperties":{"firstRowAsHeader":true,"columnDelimiter":",",
                "location":{"type":"FileServerLocation","fileName":"%s.csv"}}}}\
                """.formatted(name));
        }
        put(client, "pipelines", "Tiny", """
            {"properties":{"activities":[{"name":"Copy","type":"Copy",
            "inputs":[{"referenceName":"in","type":"DatasetReference"}],
            "outputs":[{"referenceName":"out","type":"DatasetReference"}],
            "typeProperties":{"source":{"type":"DelimitedTextSource"},"sink":{"type":"DelimitedTextSink"}}}]}}\
            """);
        List<Double> millis = new ArrayList<>();
        for (int i = 0; i < RUNS; i++) {
            millis.add(queueToStart(client));
        }
        double[] later = millis.stream().skip(5).mapToDouble(d -> d).toArray();
        System.out.printf(
                "queued job to start    %.0f ms median, first %.0f ms (limit 50)%n", median(later), millis.getFirst());
    }

    private static double queueToStart(ServiceClient client) throws InterruptedException {
        String runId = client.post(PATHS.one("pipelines", "Tiny") + "/createRun", null)
                .path("runId")
                .asString();
        // Who asks while the job is on its way takes the service's processor from it, on two cores by half.
        TimeUnit.MILLISECONDS.sleep(UNDISTURBED_MILLIS);
        new RunWatch(client, PATHS, runId, Duration.ofMillis(50)).untilEnd(line -> {});
        JsonNode window = JSON.createObjectNode()
                .put("lastUpdatedAfter", "2000-01-01T00:00:00Z")
                .put("lastUpdatedBefore", "2100-01-01T00:00:00Z");
        JsonNode activity = client.post(PATHS.run(runId) + "/queryActivityruns", window)
                .path("value")
                .path(0);
        if (!activity.path("status").asString("").equals("Succeeded")) {
            throw new IllegalStateException(activity.path("error").toString());
        }
        Instant queued = Instant.parse(activity.path("activityRunStart").asString());
        Instant begun = Instant.parse(activity.path("output")
                .path("executionDetails")
                .path(0)
                .path("start")
                .asString());
        return Duration.between(queued, begun).toNanos() / 1e6;
    }

    private static void put(ServiceClient client, String type, String name, String json) {
        client.put(PATHS.one(type, name), JSON.readTree(json));
    }

    private static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
