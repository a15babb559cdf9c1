package dev.sluice.data.testkit;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.FileStore;
import dev.sluice.diagnosis.Kind;
import java.util.Set;

class MemoryFileStoreTest extends FileStoreContract {
    @Override
    protected FileStore open() {
        return new MemoryFileStore(new MemoryFiles(), job.clock(), Kind.SOURCE);
    }

    @Override
    protected Set<Capability> capabilities() {
        return MemoryFileConnector.declared();
    }
}
