package dev.sluice.data.testkit.azure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A running blob, queue or table service of Azurite, in memory, on a free loopback port. Closing it ends
/// the process; so does the end of the JVM.
public final class AzuriteServer implements AutoCloseable {
    /// The emulator's published account.
    public static final String ACCOUNT = "devstoreaccount1";

    /// The emulator's published key; the same for everybody, so no secret.
    public static final String KEY =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

    private static final String VERSION = "3.35.0";
    private static final Pattern LISTENING =
            Pattern.compile("(?:listens on|Table service is successfully listening at) http://[^:]+:(\\d+)");
    private static final int INSTALL_SECONDS = 300;

    private final Service service;
    private final Process process;
    private final int port;

    /// Which of its services runs.
    public enum Service {
        BLOB("blob/main.js", "BlobEndpoint", List.of("blob")),
        QUEUE("queue/main.js", "QueueEndpoint", List.of("queue")),
        /// With the others beside it: alone it does not say which port it was given.
        TABLE("azurite.js", "TableEndpoint", List.of("blob", "queue", "table"));

        private final String script;
        private final String member;
        private final List<String> started;

        Service(String script, String member, List<String> started) {
            this.script = script;
            this.member = member;
            this.started = started;
        }
    }

    private AzuriteServer(Service service, Process process, int port) {
        this.service = service;
        this.process = process;
        this.port = port;
    }

    /// Where Azurite is installed: system property `sluice.azurite.home`, else below the user's cache folder.
    public static Path home() {
        String given = System.getProperty("sluice.azurite.home");
        return given != null
                ? Path.of(given)
                : Path.of(System.getProperty("user.home"), ".cache", "sluice", "azurite-" + VERSION);
    }

    /// The blob service.
    public static Optional<AzuriteServer> start() {
        return start(Service.BLOB);
    }

    /// Installs Azurite if it is not there yet and starts it. Empty, with the reason on standard error, when
    /// Node.js or npm is missing or the package cannot be had.
    public static Optional<AzuriteServer> start(Service service) {
        try {
            return Optional.of(begin(service, installed(service)));
        } catch (IOException e) {
            System.err.println("Azurite is not available, what needs it is SKIPPED: " + e.getMessage());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /// The script that is the service. One process installs at a time.
    private static Path installed(Service service) throws IOException, InterruptedException {
        Path home = home();
        Path script = home.resolve("node_modules/azurite/dist/src/" + service.script);
        Path complete = home.resolve("complete");
        if (Files.exists(complete)) {
            return script;
        }
        Files.createDirectories(home);
        try (FileChannel channel =
                        FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (!Files.exists(complete) && lock.isValid()) {
                install(home);
                Files.createFile(complete);
            }
        }
        return script;
    }

    private static void install(Path home) throws IOException, InterruptedException {
        Path log = home.resolve("install.log");
        Process npm = new ProcessBuilder(
                        "npm", "install", "--prefix", home.toString(), "--no-audit", "--no-fund", "azurite@" + VERSION)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!npm.waitFor(INSTALL_SECONDS, TimeUnit.SECONDS)) {
            npm.destroyForcibly();
            throw new IOException("npm did not end within " + INSTALL_SECONDS + " s, see " + log);
        }
        if (npm.exitValue() != 0) {
            throw new IOException("npm ended with " + npm.exitValue() + ", see " + log);
        }
    }

    private static AzuriteServer begin(Service service, Path script) throws IOException {
        List<String> command = new ArrayList<>(List.of("node", script.toString()));
        service.started.forEach(s -> command.addAll(List.of("--" + s + "Host", "127.0.0.1", "--" + s + "Port", "0")));
        command.addAll(List.of("--skipApiVersionCheck", "--silent", "--inMemoryPersistence", "--disableTelemetry"));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        StringBuilder said = new StringBuilder();
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.append(line).append('\n');
            Matcher m = LISTENING.matcher(line);
            if (m.find()) {
                drain(lines);
                return new AzuriteServer(service, process, Integer.parseInt(m.group(1)));
            }
        }
        process.destroyForcibly();
        throw new IOException("Azurite ended before it listened: " + said);
    }

    /// Keeps the pipe from filling up.
    private static void drain(BufferedReader lines) {
        Thread.ofPlatform().daemon().name("output of Azurite").start(() -> {
            try {
                long ignored = lines.lines().count();
                assert ignored >= 0;
            } catch (java.io.UncheckedIOException ended) {
                System.getLogger(AzuriteServer.class.getName()).log(System.Logger.Level.TRACE, "output ended", ended);
            }
        });
    }

    public int port() {
        return port;
    }

    /// The service's address for the account, e.g. `http://127.0.0.1:10000/devstoreaccount1`.
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port + "/" + ACCOUNT);
    }

    /// A connection string as Azure's tools and Data Factory's linked services take it.
    public String connectionString() {
        return "DefaultEndpointsProtocol=http;AccountName=" + ACCOUNT + ";AccountKey=" + KEY + ";" + service.member
                + "=" + endpoint() + ";";
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
