package dev.sluice.connectors.files.smb;

import dev.sluice.connectors.files.FileServerConnector;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.testkit.FaultyProxy;
import dev.sluice.data.testkit.FileStoreContract;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.samba.SambaServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

/// The contract against a real Samba server.
class SmbContractTest extends FileStoreContract {
    @TempDir
    Path files;

    @TempDir
    Path place;

    private @Nullable SambaServer server;
    private @Nullable FaultyProxy line;

    @Override
    protected FileStore open() throws IOException {
        try {
            server = new SambaServer(files, place);
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
        line = new FaultyProxy("127.0.0.1", server.port);
        return new FileServerConnector()
                .open(
                        TestEndpoint.source()
                                .linkedService("FileServer", server.service(line.port()))
                                .location("type", "FileServerLocation")
                                .build(),
                        job);
    }

    @AfterEach
    void stop() throws IOException {
        if (line != null) {
            line.close();
        }
        if (server != null) {
            server.close();
        }
    }

    @Override
    protected Set<Capability> capabilities() {
        return new FileServerConnector().descriptor().capabilities();
    }

    /// Samba keeps a file for as long as the connection stands that has it open.
    @Override
    protected boolean removesOpenFiles() {
        return false;
    }

    /// No name on a share holds `?`.
    @Override
    protected List<String> names() {
        return super.names().stream().filter(name -> !name.contains("?")).toList();
    }

    @Override
    protected Optional<String> stalledPath() throws IOException {
        byte[] much = new byte[8 << 20];
        Files.write(files.resolve("stalled"), much);
        FaultyProxy through = Objects.requireNonNull(line);
        Thread.ofPlatform().daemon().start(() -> {
            long start = through.passed();
            while (through.passed() < start + (1 << 20)) {
                Thread.onSpinWait();
            }
            through.stall();
        });
        return Optional.of("stalled");
    }
}
