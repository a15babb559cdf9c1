package dev.sluice.connectors.azure.cosmos;

import dev.sluice.data.testkit.npm.NodeServer;
import dev.sluice.data.testkit.npm.NpmPackage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// A running `@vercel/cosmosdb-server`: an independent server of Cosmos DB's REST API and SQL, in memory. It checks no
/// signatures and has one range; [CosmosFront] adds both.
final class CosmosServer {
    private static final NpmPackage PACKAGE = NpmPackage.of("@vercel/cosmosdb-server", "1.0.1");
    private static final Pattern READY = Pattern.compile("Ready to accept HTTP connections at [^:]+:(\\d+)");

    private CosmosServer() {}

    /// Installs it if it is not there yet and starts it; it ends with the JVM. Empty, with the reason on standard
    /// error, when Node.js or npm is missing or the package cannot be had.
    ///
    /// @return its port
    static Optional<Integer> start() {
        try {
            Path script = PACKAGE.installed("lib/cli.js");
            List<String> arguments = List.of(script.toString(), "--no-ssl", "--host", "127.0.0.1", "--port", "0");
            return Optional.of(NodeServer.start(arguments, READY).port());
        } catch (IOException e) {
            System.err.println("The server of Cosmos DB is not available, what needs it is SKIPPED: " + e.getMessage());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }
}
