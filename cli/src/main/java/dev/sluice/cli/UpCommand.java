package dev.sluice.cli;

import dev.sluice.cli.client.ServiceConnection;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `sluice up`: a service and one node of its auto-resolve runtime, each a process of its own, until Ctrl-C.
@Command(
        name = "up",
        mixinStandardHelpOptions = true,
        description = {
            "Starts a service and one node for development and prints 'ready URL' when it serves.",
            "The CA to trust is DIR/tls/ca.pem, the access token DIR/admin-token. Ctrl-C stops both; a second start on the"
                    + " same folder continues where it was."
        })
final class UpCommand implements Callable<Integer> {
    private static final long STOP_SECONDS = 20;

    @Option(names = "--data", paramLabel = "DIR", description = "Data folder (default: ~/.local/share/sluice/service).")
    private @Nullable Path data;

    @Option(names = "--https-port", paramLabel = "PORT", defaultValue = "8443", description = "0: any free port.")
    private int port = 8443;

    @Option(names = "--no-node", description = "The service alone.")
    private boolean noNode;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it
    private CommandSpec spec;

    private final List<Process> started = new ArrayList<>();
    private volatile boolean stopping;
    private volatile boolean over;

    @Override
    public Integer call() throws IOException, InterruptedException {
        try {
            return serve();
        } finally {
            over = true;
        }
    }

    private int serve() throws IOException, InterruptedException {
        Path folder = (data == null ? ServiceConnection.defaultDataFolder() : data).toAbsolutePath();
        Runtime.getRuntime().addShutdownHook(new Thread(this::interrupted, "stop"));
        Process service =
                start(List.of("service", "start", "--data", folder.toString(), "--https-port", Integer.toString(port)));
        // Both at once: the node gets as far as it can while the service starts.
        Process last = noNode ? service : startNode(folder);
        @Nullable String ready = readUntil(service, "ready ");
        if (ready == null) {
            return ended("the service", service.waitFor());
        }
        if (!noNode) {
            tell(last, ready.substring("ready ".length()));
            if (readUntil(last, "node ") == null) {
                return ended("the node", last.waitFor());
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(ready);
        out.flush();
        return watch(service, last);
    }

    /// A node that waits for the service's address.
    private Process startNode(Path folder) throws IOException {
        Path home = folder.resolve("node");
        List<String> args = new ArrayList<>(List.of("node", "start", "--data", home.toString(), "--service", "-"));
        if (!Files.exists(home.resolve("node.json"))) {
            args.addAll(List.of("--key-file", folder.resolve("auto-resolve.key").toString(), "--name", "auto-resolve"));
        }
        return start(args);
    }

    private static void tell(Process node, String url) {
        try (OutputStream toNode = node.getOutputStream()) {
            toNode.write((url + "\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            // It ended already; its output and exit code tell more.
        }
    }

    private Process start(List<String> args) throws IOException {
        Process p = Launcher.process(args)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        synchronized (started) {
            started.add(p);
        }
        return p;
    }

    /// Reads the process's output up to the line that starts so; null when it ended before. The rest is drained aside.
    private static @Nullable String readUntil(Process p, String start) throws IOException {
        BufferedReader lines = new BufferedReader(new InputStreamReader(p.getInputStream(), StandardCharsets.UTF_8));
        while (true) {
            @Nullable String line = lines.readLine();
            if (line == null) {
                return null;
            }
            if (line.startsWith(start)) {
                // Reading a pipe holds a virtual thread's carrier for as long as it waits.
                Thread.ofPlatform()
                        .daemon()
                        .name("output")
                        .start(() -> lines.lines().forEach(rest -> {}));
                return line;
            }
        }
    }

    /// Ctrl-C or SIGTERM: what was wanted happened, so the exit code says success. An end of our own keeps its code.
    private void interrupted() {
        stopping = true;
        stop();
        if (over) {
            return;
        }
        Runtime.getRuntime().halt(0);
    }

    private int watch(Process service, Process other) throws InterruptedException {
        while (true) {
            if (service.waitFor(500, TimeUnit.MILLISECONDS)) {
                return ended("the service", service.exitValue());
            }
            if (!other.isAlive()) {
                return ended("the node", other.exitValue());
            }
        }
    }

    private int ended(String what, int exit) throws InterruptedException {
        if (stopping) {
            // Ctrl-C reached all processes at once; the shutdown hook ends this one.
            Thread.currentThread().join();
        }
        stop();
        spec.commandLine()
                .getErr()
                .println("error: " + what + " ended with exit code " + exit + "; see its messages above");
        return SluiceMain.FAILED;
    }

    /// Stops the node first, so that its last reports still find the service.
    private void stop() {
        synchronized (started) {
            for (Process p : started.reversed()) {
                p.destroy();
                try {
                    if (!p.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                        p.destroyForcibly();
                    }
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    p.destroyForcibly();
                }
            }
        }
    }
}
