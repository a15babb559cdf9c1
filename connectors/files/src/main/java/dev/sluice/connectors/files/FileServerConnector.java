package dev.sluice.connectors.files;

import dev.sluice.connectors.files.smb.SmbShares;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileConnector;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import java.util.List;
import java.util.Set;

/// Data Factory's `FileServer`: a folder of the node, which the node's own account reads and writes; or a share of an
/// SMB server (`\\server\share`), which `userId` and `password` log on to. A share that is mounted on the node, or that
/// is said to be ([RootFolder#MOUNTS]), is a folder.
public final class FileServerConnector implements FileConnector {
    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "File system",
            Set.of("FileServer"),
            Set.of("FileServerLocation"),
            Set.of("FileServerReadSettings", "FileServerReadSetting"),
            Set.of("FileServerWriteSettings", "FileServerWriteSetting"),
            Set.of(
                    Capability.READ,
                    Capability.WRITE,
                    Capability.RANGED_READ,
                    Capability.PARALLEL_WRITE,
                    Capability.ATOMIC_COMMIT,
                    Capability.IDEMPOTENT),
            List.of(
                    new FieldDescriptor(
                            "host",
                            true,
                            false,
                            "absolute path of a folder on the node, e.g. /data; or a share, \\\\server\\share\\folder"),
                    new FieldDescriptor(
                            "userId",
                            false,
                            false,
                            "DOMAIN\\user who logs on to the share; in folders of the node its own account reads"),
                    new FieldDescriptor("password", false, true, "the user's password")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public FileStore open(Endpoint endpoint, JobContext job) {
        String host = endpoint.linkedService().requiredText("host");
        if (SmbShares.isShare(host) && !RootFolder.isLocal(host)) {
            return SmbShares.open(endpoint, job);
        }
        FileProblems problems = new FileProblems(endpoint.side(), endpoint.linkedServiceName());
        return new LocalFileStore(RootFolder.of(endpoint, problems), problems, job);
    }
}
