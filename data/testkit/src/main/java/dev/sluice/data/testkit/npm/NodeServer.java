package dev.sluice.data.testkit.npm;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A server that Node.js runs and that says on its output which port it was given. Closing it ends the process; so does
/// the end of the JVM.
public final class NodeServer implements AutoCloseable {
    private final Process process;
    private final int port;

    private NodeServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Starts it and waits until it listens.
    ///
    /// @param arguments the script and what it is given
    /// @param listening found in the line that tells the port, which is its first group
    /// @throws IOException when Node.js is missing, or it ends before it listens; with what it said
    public static NodeServer start(List<String> arguments, Pattern listening) throws IOException {
        List<String> command = new ArrayList<>(List.of("node"));
        command.addAll(arguments);
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.append(line).append('\n');
            Matcher m = listening.matcher(line);
            if (m.find()) {
                drain(lines);
                return new NodeServer(process, Integer.parseInt(m.group(1)));
            }
        }
        process.destroyForcibly();
        throw new IOException("it ended before it listened: " + said);
    }

    /// Keeps the pipe from filling up.
    private static void drain(BufferedReader lines) {
        Thread.ofPlatform().daemon().name("output of a server").start(() -> {
            try {
                lines.lines().forEach(line -> {});
            } catch (UncheckedIOException ended) {
                System.getLogger(NodeServer.class.getName()).log(System.Logger.Level.TRACE, "output ended", ended);
            }
        });
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
