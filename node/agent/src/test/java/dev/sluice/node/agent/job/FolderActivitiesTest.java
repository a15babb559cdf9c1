package dev.sluice.node.agent.job;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class FolderActivitiesTest extends FileActivitiesContract {
    @TempDir
    Path root;

    @Override
    String service() {
        return "{\"type\":\"FileServer\",\"typeProperties\":{\"host\":\"%s\"}}".formatted(root);
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
