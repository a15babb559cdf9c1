package dev.sluice.node.agent.job;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.copy.Connectors;
import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.model.job.JobSpec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// A Copy activity in a process of its own, as a node's worker runs it, that may be killed at any moment.
final class MortalCopy implements AutoCloseable {
    private static final String BEGINS = "begins";
    private static final String SUCCEEDED = "succeeded";

    private final Process process;
    private final BufferedReader said;

    private MortalCopy(Process process) {
        this.process = process;
        this.said = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /// The process: reads the job's spec, runs it once, ends.
    public static void main(String[] args) throws IOException {
        JobSpec spec = JobSpec.fromJson(Json.parseObject(Files.readAllBytes(Path.of(args[0]))));
        Path scratch = Files.createDirectories(Path.of(args[2]));
        JobConditions conditions = new JobConditions(
                args[1], new MemoryBudget(128 << 20), scratch, InstantSource.system(), "ir-1", true, Duration.ZERO);
        JobRunner runner = new JobRunner(Connectors.load(), OwnersRules.DEFAULT);
        System.out.println(BEGINS);
        JobOutcome outcome = runner.run(spec, envelope -> envelope, conditions, new Unwatched())
                .outcome();
        System.out.println(outcome instanceof JobOutcome.Succeeded ? SUCCEEDED : Json.write(outcome.toJson()));
        System.exit(0);
    }

    private static final class Unwatched implements JobWatch {
        @Override
        public boolean cancelled() {
            return false;
        }

        @Override
        public void progress(JobCounts now) {
            // Nobody looks.
        }
    }

    /// Starts a process and waits until its copy begins.
    static MortalCopy begun(JobSpec spec, String attemptId, Path folder) throws IOException {
        Path file = Files.write(folder.resolve("spec.json"), Json.bytes(spec.toJson()));
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx384m",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                MortalCopy.class.getName(),
                file.toString(),
                attemptId,
                folder.resolve("scratch").toString()));
        MortalCopy copy = new MortalCopy(new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("errors.log").toFile()))
                .start());
        copy.awaitLine(BEGINS);
        return copy;
    }

    private void awaitLine(String wanted) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String line = said.readLine(); line != null; line = said.readLine()) {
            all.append(line).append('\n');
            if (line.equals(wanted)) {
                return;
            }
        }
        throw new AssertionError("the process ended without '" + wanted + "'; it said " + all);
    }

    /// Waits for its good end.
    void succeeds() throws IOException {
        awaitLine(SUCCEEDED);
    }

    /// Ends it with SIGKILL so long after now, unless it has ended by itself before.
    void killedAfter(long nanos) throws InterruptedException {
        boolean ended = process.waitFor(nanos, TimeUnit.NANOSECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
