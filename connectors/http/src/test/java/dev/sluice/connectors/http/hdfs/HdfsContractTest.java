package dev.sluice.connectors.http.hdfs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.testkit.FileStoreContract;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

class HdfsContractTest extends FileStoreContract {
    @Override
    protected FileStore open() throws IOException {
        return new HdfsConnector().open(HdfsCluster.source(HdfsCluster.owner()).build(), job);
    }

    @AfterEach
    void empty() throws IOException {
        HdfsCluster.empty();
    }

    /// No name of HDFS has a colon.
    @Override
    protected List<String> names() {
        return super.names().stream().filter(name -> !name.contains(":")).toList();
    }

    /// What was written arrives at the server a little later, and makes the file then.
    @Override
    protected void awaitBegun(String folder) throws Exception {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
        while (!HdfsCluster.hasFileIn(folder)) {
            assertThat(System.nanoTime()).as("no file in " + folder).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Override
    protected Set<Capability> capabilities() {
        return new HdfsConnector().descriptor().capabilities();
    }
}
