package dev.sluice.connectors.http.hdfs;

import dev.sluice.data.testkit.TestEndpoint;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.hdfs.MiniDFSCluster;
import org.apache.hadoop.security.UserGroupInformation;

/// One HDFS for the module's tests: Hadoop's own, a namenode and a datanode in this process.
final class HdfsCluster {
    private HdfsCluster() {}

    private static final class Running {
        static final MiniDFSCluster CLUSTER = start();

        private static MiniDFSCluster start() {
            try {
                Path folder = Files.createTempDirectory("hdfs");
                Configuration settings = new Configuration();
                settings.set("hdfs.minidfs.basedir", folder.toString());
                MiniDFSCluster cluster =
                        new MiniDFSCluster.Builder(settings).numDataNodes(1).build();
                cluster.waitActive();
                return cluster;
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static String url() {
        return "http://127.0.0.1:"
                + Running.CLUSTER.getNameNode().getHttpAddress().getPort();
    }

    static FileSystem files() throws IOException {
        return Running.CLUSTER.getFileSystem();
    }

    static void empty() throws IOException {
        for (FileStatus f : files().listStatus(new org.apache.hadoop.fs.Path("/"))) {
            files().delete(f.getPath(), true);
        }
    }

    /// Whether there is a file, hidden or being written, in a folder of this name.
    static boolean hasFileIn(String folder) throws IOException {
        var all = files().listFiles(new org.apache.hadoop.fs.Path("/"), true);
        while (all.hasNext()) {
            if (all.next().getPath().getParent().getName().equals(folder)) {
                return true;
            }
        }
        return false;
    }

    /// Who started the cluster may do everything.
    static String owner() throws IOException {
        assert Running.CLUSTER != null;
        return UserGroupInformation.getCurrentUser().getShortUserName();
    }

    static TestEndpoint source(String user) {
        return TestEndpoint.source()
                .linkedService("Hdfs", Map.of("url", url(), "authenticationType", "Anonymous", "userName", user))
                .location("type", "HdfsLocation");
    }
}
