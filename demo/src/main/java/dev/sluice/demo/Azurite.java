package dev.sluice.demo;

import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobServiceClientBuilder;
import com.azure.storage.blob.models.BlobItem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// Azure Storage's emulator from npm, for one run, in memory. Installed once into the user's cache folder.
public final class Azurite implements AutoCloseable {
    private static final String VERSION = "3.35.0";
    /// The emulator's published development account; not a secret.
    private static final String ACCOUNT = "devstoreaccount1";

    private static final String KEY =
            "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";
    private static final String CONTAINER = "demo";
    private static final int START_SECONDS = 30;

    private final Process process;
    private final int port;

    private Azurite(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    /// Starts it; empty with the reason printed by the caller when Node.js or npm is missing or npm cannot install it.
    public static Optional<Azurite> start(Path folder) throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("user.home"), ".cache", "sluice", "azurite-" + VERSION);
        Path script = home.resolve("node_modules/azurite/dist/src/blob/main.js");
        if (!Files.exists(script) && !install(home)) {
            return Optional.empty();
        }
        int port = freePort();
        Process process = new ProcessBuilder(
                        "node",
                        script.toString(),
                        "--blobHost",
                        "127.0.0.1",
                        "--blobPort",
                        Integer.toString(port),
                        "--silent",
                        "--skipApiVersionCheck",
                        "--disableTelemetry",
                        "--inMemoryPersistence")
                .directory(Files.createDirectories(folder).toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("azurite.log").toFile())
                .start();
        Azurite azurite = new Azurite(process, port);
        azurite.awaitStart();
        azurite.container().createIfNotExists();
        return Optional.of(azurite);
    }

    private static boolean install(Path home) throws IOException, InterruptedException {
        Files.createDirectories(home);
        try {
            Process npm = new ProcessBuilder(
                            "npm",
                            "install",
                            "--prefix",
                            home.toString(),
                            "--no-audit",
                            "--no-fund",
                            "--silent",
                            "azurite@" + VERSION)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return npm.waitFor() == 0;
        } catch (IOException e) {
            // npm is not there: the caller says so and goes on without blobs.
            return false;
        }
    }

    private void awaitStart() throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try (Socket s = new Socket(InetAddress.getLoopbackAddress(), port)) {
                return;
            } catch (IOException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    close();
                    throw new IOException("Azurite did not start on port " + port, e);
                }
                TimeUnit.MILLISECONDS.sleep(50);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket s = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return s.getLocalPort();
        }
    }

    /// Connection string as a linked service has it.
    public String connectionString() {
        return "DefaultEndpointsProtocol=http;AccountName=" + ACCOUNT + ";AccountKey=" + KEY
                + ";BlobEndpoint=http://127.0.0.1:" + port + "/" + ACCOUNT + ";";
    }

    public String containerName() {
        return CONTAINER;
    }

    private BlobContainerClient container() {
        return new BlobServiceClientBuilder()
                .connectionString(connectionString())
                .buildClient()
                .getBlobContainerClient(CONTAINER);
    }

    /// Downloads every blob of the container below a folder.
    public void download(Path folder) throws IOException {
        BlobContainerClient container = container();
        List<String> names =
                container.listBlobs().stream().map(BlobItem::getName).toList();
        for (String name : names) {
            Path file = folder.resolve(name);
            Files.createDirectories(file.toAbsolutePath().getParent());
            container.getBlobClient(name).downloadToFile(file.toString(), true);
        }
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
