package dev.sluice.node.agent.job;

import dev.sluice.data.testkit.samba.SambaServer;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class ShareActivitiesTest extends FileActivitiesContract {
    @TempDir
    Path files;

    @TempDir
    Path place;

    private @Nullable SambaServer server;

    @BeforeEach
    void start() throws Exception {
        server = new SambaServer(files, place);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Override
    String service() {
        SambaServer running = java.util.Objects.requireNonNull(server);
        return "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"%s\",\"userId\":\"%s\",\"password\":\"%s\"}}"
                .formatted(
                        running.address(running.port, "files").replace("\\", "\\\\"),
                        SambaServer.USER,
                        SambaServer.PASSWORD);
    }

    @Override
    String location() {
        return "\"type\":\"FileServerLocation\"";
    }

    @Override
    String settings() {
        return "FileServer";
    }
}
