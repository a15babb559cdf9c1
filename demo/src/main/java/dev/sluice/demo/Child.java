package dev.sluice.demo;

import dev.sluice.cli.Launcher;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A program of Sluice running beside the demo: its messages go to a log file, its output is waited on for one line.
final class Child implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Path log;

    private Child(String name, Process process, Path log) {
        this.name = name;
        this.process = process;
        this.log = log;
    }

    static Child start(String name, Path logs, List<String> args) throws IOException {
        Path log = Files.createDirectories(logs).resolve(name + ".log");
        Process p = Launcher.process(args)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        return new Child(name, p, log);
    }

    /// The line that starts so; a program that ends without it is an error with the end of its log.
    String await(String start) throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        while (true) {
            @Nullable String line = lines.readLine();
            if (line == null) {
                List<String> said = Files.readAllLines(log);
                throw new IOException(name + " ended before it was ready; its last messages:\n"
                        + String.join("\n", said.subList(Math.max(0, said.size() - 15), said.size())));
            }
            if (line.startsWith(start)) {
                // Reading a pipe holds a virtual thread's carrier for as long as it waits: two of them, on two
                // processors, and
                // none is left for anything else.
                Thread.ofPlatform()
                        .daemon()
                        .name("output")
                        .start(() -> lines.lines().forEach(rest -> {}));
                return line;
            }
        }
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(15, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
