package dev.sluice.data.testkit;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileConnector;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.UnaryOperator;

/// Connects to [MemoryFiles] that the test holds: linked service `Memory`, location `MemoryLocation`.
public final class MemoryFileConnector implements FileConnector {
    private final MemoryFiles files;
    private final UnaryOperator<FileStore> around;

    public MemoryFileConnector(MemoryFiles files) {
        this(files, s -> s);
    }

    /// @param around wraps every store opened, e.g. in a [FaultyFileStore]
    public MemoryFileConnector(MemoryFiles files, UnaryOperator<FileStore> around) {
        this.files = files;
        this.around = around;
    }

    static Set<Capability> declared() {
        return EnumSet.of(
                Capability.READ,
                Capability.WRITE,
                Capability.ATOMIC_COMMIT,
                Capability.PARALLEL_WRITE,
                Capability.IDEMPOTENT,
                Capability.RANGED_READ);
    }

    @Override
    public ConnectorDescriptor descriptor() {
        return new ConnectorDescriptor(
                "Memory files",
                Set.of("Memory"),
                Set.of("MemoryLocation"),
                Set.of("MemoryReadSettings"),
                Set.of("MemoryWriteSettings"),
                declared(),
                List.of());
    }

    @Override
    public FileStore open(Endpoint endpoint, JobContext job) {
        return around.apply(new MemoryFileStore(files, job.clock(), endpoint.side()));
    }
}
