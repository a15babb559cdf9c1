package dev.sluice.connectors.aws;

import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.testkit.npm.NodeServer;
import dev.sluice.data.testkit.npm.NpmPackage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/// A running s3rver, one for all tests of the package, on a free loopback port. It is installed by npm when it is not
/// there; without npm the tests are skipped and say so.
final class S3Server {
    static final String KEY_ID = "S3RVER";
    static final String SECRET = "S3RVER";
    private static final NpmPackage PACKAGE = NpmPackage.of("s3rver", "3.7.1");
    private static final Pattern LISTENING = Pattern.compile("^port (\\d+)");
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
                server = new S3Server(start().port());
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

    private static NodeServer start() throws IOException, InterruptedException {
        PACKAGE.installed("package.json");
        // What it requires is found from where it lies.
        Path script = Files.writeString(
                PACKAGE.home().resolve("start-" + ProcessHandle.current().pid() + ".js"), SCRIPT);
        Path data = Files.createTempDirectory("s3rver");
        try {
            return NodeServer.start(List.of(script.toString(), data.toString()), LISTENING);
        } finally {
            Files.delete(script);
        }
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
