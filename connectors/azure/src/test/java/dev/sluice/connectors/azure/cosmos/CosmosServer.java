package dev.sluice.connectors.azure.cosmos;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A running `@vercel/cosmosdb-server`: an independent server of Cosmos DB's REST API and SQL, in memory. It checks no
/// signatures and has one range; [CosmosFront] adds both.
final class CosmosServer {
    private static final String VERSION = "1.0.1";
    private static final String PACKAGE = "@vercel/cosmosdb-server";
    private static final Pattern READY = Pattern.compile("Ready to accept HTTP connections at [^:]+:(\\d+)");
    private static final int INSTALL_SECONDS = 300;

    private CosmosServer() {}

    /// Installs it if it is not there yet and starts it; it ends with the JVM. Empty, with the reason on standard
    /// error, when Node.js or npm is missing or the package cannot be had.
    ///
    /// @return its port
    static Optional<Integer> start() {
        try {
            Path home = Path.of(System.getProperty("user.home"), ".cache", "sluice", "cosmosdb-server-" + VERSION);
            Files.createDirectories(home);
            install(home);
            return Optional.of(begin(home.resolve("node_modules/" + PACKAGE + "/lib/cli.js")));
        } catch (IOException e) {
            System.err.println("The server of Cosmos DB is not available, what needs it is SKIPPED: " + e.getMessage());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /// One process installs at a time.
    private static void install(Path home) throws IOException, InterruptedException {
        Path complete = home.resolve("complete");
        try (FileChannel channel =
                        FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (Files.exists(complete) || !lock.isValid()) {
                return;
            }
            Path log = home.resolve("install.log");
            Process npm = new ProcessBuilder(
                            "npm",
                            "install",
                            "--prefix",
                            home.toString(),
                            "--no-audit",
                            "--no-fund",
                            PACKAGE + "@" + VERSION)
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
            Files.createFile(complete);
        }
    }

    private static int begin(Path script) throws IOException {
        Process process = new ProcessBuilder(
                        "node", script.toString(), "--no-ssl", "--host", "127.0.0.1", "--port", "0")
                .redirectErrorStream(true)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.append(line).append('\n');
            Matcher m = READY.matcher(line);
            if (m.find()) {
                Thread.ofPlatform()
                        .daemon()
                        .name("output of the server of Cosmos DB")
                        .start(() -> lines.lines().forEach(ignored -> {}));
                return Integer.parseInt(m.group(1));
            }
        }
        process.destroyForcibly();
        throw new IOException("the server ended before it listened: " + said);
    }
}
