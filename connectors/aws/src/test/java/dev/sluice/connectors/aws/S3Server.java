package dev.sluice.connectors.aws;

import dev.sluice.data.spi.SecretValue;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// A running s3rver, one for all tests of the package, on a free loopback port. It is installed by npm when it is not
/// there; without npm the tests are skipped and say so.
final class S3Server {
    static final String KEY_ID = "S3RVER";
    static final String SECRET = "S3RVER";
    private static final String VERSION = "3.7.1";
    private static final String SCRIPT = """
            const S3rver = require('s3rver');
            const fs = require('fs');
            new S3rver({port: 0, address: '127.0.0.1', silent: true, directory: process.argv[2],
              configureBuckets: [{name: 'shop'}, {name: 'other'}]})
              .run((e, a) => { if (e) { console.error(e); process.exit(1); } console.log('port ' + a.port); });
            """;
    private static @Nullable S3Server running;

    private final int port;

    private S3Server(int port) {
        this.port = port;
    }

    static synchronized S3Server started() {
        S3Server server = running;
        if (server == null) {
            try {
                server = new S3Server(start(installed()));
                running = server;
            } catch (IOException e) {
                Assumptions.abort("s3rver is not available, what needs it is SKIPPED: " + e.getMessage());
                throw new IllegalStateException(e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException(e);
            }
        }
        return server;
    }

    private static Path installed() throws IOException, InterruptedException {
        Path home = Path.of(System.getProperty("user.home"), ".cache", "sluice", "s3rver-" + VERSION);
        Files.createDirectories(home);
        try (FileChannel channel =
                        FileChannel.open(home.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            if (lock.isValid() && !Files.exists(home.resolve("complete"))) {
                Process npm = new ProcessBuilder(
                                "npm",
                                "install",
                                "--prefix",
                                home.toString(),
                                "--no-audit",
                                "--no-fund",
                                "s3rver@" + VERSION)
                        .redirectErrorStream(true)
                        .redirectOutput(home.resolve("install.log").toFile())
                        .start();
                if (!npm.waitFor(300, TimeUnit.SECONDS) || npm.exitValue() != 0) {
                    npm.destroyForcibly();
                    throw new IOException("npm could not install it, see " + home.resolve("install.log"));
                }
                Files.createFile(home.resolve("complete"));
            }
        }
        return home;
    }

    private static int start(Path home) throws IOException {
        Path script = Files.writeString(
                home.resolve("start-" + ProcessHandle.current().pid() + ".js"), SCRIPT);
        Path data = Files.createTempDirectory("s3rver");
        Process node = new ProcessBuilder("node", script.toString(), data.toString())
                .redirectErrorStream(true)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(node::destroyForcibly));
        StringBuilder said = new StringBuilder();
        BufferedReader lines = new BufferedReader(new InputStreamReader(node.getInputStream(), StandardCharsets.UTF_8));
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            said.append(line).append('\n');
            if (line.startsWith("port ")) {
                Files.delete(script);
                return Integer.parseInt(line.substring(5));
            }
        }
        throw new IOException("it ended before it listened: " + said);
    }

    int port() {
        return port;
    }

    Map<String, Object> service(int at) {
        return new HashMap<>(Map.of(
                "accessKeyId",
                KEY_ID,
                "secretAccessKey",
                new SecretValue(SECRET),
                "serviceUrl",
                "http://127.0.0.1:" + at));
    }
}
