package dev.sluice.node.app;

import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.node.agent.AgentStatus;
import dev.sluice.node.tools.NodeFolder;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/// Writes the node's status, and notices when the data folder is no more: without it nothing that the node does can be
/// kept. Thread-safe.
final class FolderWatch implements Consumer<AgentStatus> {
    private final NodeFolder folder;
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile boolean missed;
    private volatile boolean gone;

    FolderWatch(NodeFolder folder) {
        this.folder = folder;
    }

    @Override
    public void accept(AgentStatus status) {
        if (Files.isDirectory(folder.root())) {
            missed = false;
            folder.writeStatus(status);
        } else if (missed) {
            gone = true;
            ended.countDown();
        } else {
            // Somebody may be putting another in its place.
            missed = true;
        }
    }

    /// The node has been stopped.
    void stopped() {
        ended.countDown();
    }

    /// Waits until the node has been stopped.
    ///
    /// @throws dev.sluice.diagnosis.ProblemException [NodeFaults#FOLDER_GONE]
    void await() throws InterruptedException {
        ended.await();
        if (gone) {
            throw NodeFaults.FOLDER_GONE.with("path", folder.root());
        }
    }
}
