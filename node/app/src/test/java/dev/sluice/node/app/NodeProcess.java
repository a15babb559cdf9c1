package dev.sluice.node.app;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// The host program as a process of its own, started as the launcher starts it.
final class NodeProcess implements AutoCloseable {
    private final Process process;
    private final Path out;
    private final Path err;

    NodeProcess(Path folder, Map<String, String> environment, String... args) throws IOException {
        this(List.of(), folder, environment, args);
    }

    /// As another account of the machine; only root can.
    static NodeProcess as(String user, Path folder, String... args) throws IOException {
        return new NodeProcess(
                List.of("setpriv", "--reuid=" + user, "--clear-groups", "--"), folder, Map.of("HOME", "/tmp"), args);
    }

    /// As root that is held to the modes of files, as any other account is; only root can.
    static NodeProcess heldToModes(Path folder, String... args) throws IOException {
        return new NodeProcess(
                List.of("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--"), folder, Map.of(), args);
    }

    private NodeProcess(List<String> before, Path folder, Map<String, String> environment, String... args)
            throws IOException {
        out = Files.createTempFile(folder, "out", ".txt");
        err = Files.createTempFile(folder, "err", ".txt");
        List<String> line = new ArrayList<>(before);
        line.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                NodeMain.class.getName()));
        line.addAll(List.of(args));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectOutput(out.toFile()).redirectError(err.toFile());
        builder.environment().putAll(environment);
        process = builder.start();
    }

    /// Writes to the process's standard input, and ends it.
    void tell(String text) throws IOException {
        try (OutputStream in = process.getOutputStream()) {
            in.write(text.getBytes(StandardCharsets.UTF_8));
        }
    }

    long pid() {
        return process.pid();
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    String out() throws IOException {
        return Files.readString(out, StandardCharsets.UTF_8);
    }

    String err() throws IOException {
        return Files.readString(err, StandardCharsets.UTF_8);
    }

    int await() throws InterruptedException {
        if (!process.waitFor(30, TimeUnit.SECONDS)) {
            throw new AssertionError("the process goes on");
        }
        return process.exitValue();
    }

    /// Waits until the process has printed that.
    void awaitOut(String text) throws IOException, InterruptedException {
        long end = System.nanoTime() + 30_000_000_000L;
        while (!out().contains(text)) {
            boolean over = process.waitFor(20, TimeUnit.MILLISECONDS) || System.nanoTime() > end;
            // It may have printed its last words after the look above.
            if (over && !out().contains(text)) {
                throw new AssertionError("never printed '" + text + "': " + out() + err());
            }
        }
    }

    /// SIGTERM.
    int stop() throws InterruptedException {
        process.destroy();
        return await();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly();
        await();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
