package dev.sluice.node.app;

import dev.sluice.diagnosis.Hop;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.node.agent.AgentStatus;
import dev.sluice.node.tools.FolderLock;
import dev.sluice.node.tools.NodeConfiguration;
import dev.sluice.node.tools.NodeFolder;
import dev.sluice.secrets.NodeKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/// A node whose account may not read its private key is Limited and waits: once somebody has mended that, it goes on
/// by itself, without a start that a service manager would have given up by then.
final class KeyWait {
    private static final long LOOK_MILLIS = 500;

    private final NodeFolder folder;
    private final Path key;

    KeyWait(NodeFolder folder) {
        this.folder = folder;
        this.key = folder.keys().resolve(NodeKeys.KEY_FILE);
    }

    private boolean isClosed() {
        return Files.exists(key) && !Files.isReadable(key);
    }

    /// Returns at once when the key can be read or there is none. Else takes the folder, so that `node status` tells of
    /// the wait, and returns when the key can be read.
    ///
    /// @return the folder's lock where it was taken
    Optional<FolderLock> await(PrintWriter err) throws InterruptedException {
        if (!isClosed() || !folder.isRegistered() || !Files.isWritable(folder.root())) {
            return Optional.empty();
        }
        FolderLock lock = folder.lock();
        Problem problem = NodeFaults.KEY_CLOSED
                .problem()
                .evidence("path", key)
                .evidence("account", System.getProperty("user.name", "?"))
                .evidence("owner", owner())
                .build();
        err.println("warning: " + problem.code() + ": " + problem.message());
        problem.resolution().forEach(step -> err.println("         " + step));
        err.flush();
        folder.writeStatus(status(folder.configuration(), problem));
        while (isClosed()) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return Optional.of(lock);
    }

    private String owner() {
        try {
            return Files.getOwner(key).getName() + " "
                    + PosixFilePermissions.toString(Files.getPosixFilePermissions(key));
        } catch (IOException | UnsupportedOperationException e) {
            return "unknown";
        }
    }

    private static AgentStatus status(NodeConfiguration node, Problem problem) {
        return new AgentStatus(
                AgentStatus.State.LIMITED,
                ProcessHandle.current().pid(),
                node.nodeName(),
                node.runtimeName(),
                Instant.now(),
                null,
                problem.toString(),
                problem.code(),
                Hop.of(problem.code()).map(Hop::word).orElse(""),
                0,
                List.of(),
                List.of(),
                0,
                null,
                0);
    }
}
