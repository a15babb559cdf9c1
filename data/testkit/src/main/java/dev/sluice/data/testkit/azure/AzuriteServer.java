package dev.sluice.data.testkit.azure;

import dev.sluice.data.testkit.npm.NodeServer;
import dev.sluice.data.testkit.npm.NpmPackage;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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

    private final Service service;
    private final NodeServer server;

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

    private AzuriteServer(Service service, NodeServer server) {
        this.service = service;
        this.server = server;
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
            Path script = new NpmPackage("azurite", VERSION, home()).installed("dist/src/" + service.script);
            return Optional.of(new AzuriteServer(service, begin(service, script)));
        } catch (IOException e) {
            System.err.println("Azurite is not available, what needs it is SKIPPED: " + e.getMessage());
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    private static NodeServer begin(Service service, Path script) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(script.toString()));
        service.started.forEach(s -> arguments.addAll(List.of("--" + s + "Host", "127.0.0.1", "--" + s + "Port", "0")));
        arguments.addAll(List.of("--skipApiVersionCheck", "--silent", "--inMemoryPersistence", "--disableTelemetry"));
        return NodeServer.start(arguments, LISTENING);
    }

    public int port() {
        return server.port();
    }

    /// The service's address for the account, e.g. `http://127.0.0.1:10000/devstoreaccount1`.
    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + port() + "/" + ACCOUNT);
    }

    /// A connection string as Azure's tools and Data Factory's linked services take it.
    public String connectionString() {
        return "DefaultEndpointsProtocol=http;AccountName=" + ACCOUNT + ";AccountKey=" + KEY + ";" + service.member
                + "=" + endpoint() + ";";
    }

    @Override
    public void close() {
        server.close();
    }
}
