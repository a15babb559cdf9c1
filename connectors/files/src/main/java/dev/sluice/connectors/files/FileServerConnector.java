package dev.sluice.connectors.files;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileConnector;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import java.util.List;
import java.util.Set;

/// Data Factory's `FileServer`: a folder of the node. The node's own account reads and writes; `userId` and `password`
/// belong to shares that a Windows node would log on to, and are not used.
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
                            "absolute path of a folder on the node, e.g. /data; a Windows share by the folder it is"
                                    + " mounted at"),
                    new FieldDescriptor("userId", false, false, "not used: the node's own account reads and writes"),
                    new FieldDescriptor("password", false, true, "not used, as userId")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public FileStore open(Endpoint endpoint, JobContext job) {
        FileProblems problems = new FileProblems(endpoint.side(), endpoint.linkedServiceName());
        return new LocalFileStore(RootFolder.of(endpoint, problems), problems, job);
    }
}
