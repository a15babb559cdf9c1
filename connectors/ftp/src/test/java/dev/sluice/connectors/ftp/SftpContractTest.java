package dev.sluice.connectors.ftp;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.testkit.FaultyProxy;
import dev.sluice.data.testkit.FileStoreContract;
import dev.sluice.data.testkit.TestEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class SftpContractTest extends FileStoreContract {
    @TempDir
    Path folder;

    private SshServers server;
    private FaultyProxy line;

    @Override
    protected FileStore open() throws IOException {
        try {
            server = new SshServers(folder);
        } catch (Exception e) {
            throw new IOException(e);
        }
        line = new FaultyProxy("127.0.0.1", server.server.getPort());
        return new SftpConnector()
                .open(
                        TestEndpoint.source()
                                .linkedService("Sftp", server.service(line.port()))
                                .location("type", "SftpLocation")
                                .build(),
                        job);
    }

    @AfterEach
    void stop() throws IOException {
        line.close();
        server.close();
    }

    @Override
    protected Set<Capability> capabilities() {
        return new SftpConnector().descriptor().capabilities();
    }

    @Override
    protected Optional<String> stalledPath() throws IOException {
        byte[] much = new byte[8 << 20];
        Files.write(folder.resolve("stalled"), much);
        Thread.ofPlatform().daemon().start(() -> {
            long start = line.passed();
            while (line.passed() < start + (1 << 20)) {
                Thread.onSpinWait();
            }
            line.stall();
        });
        return Optional.of("stalled");
    }
}
