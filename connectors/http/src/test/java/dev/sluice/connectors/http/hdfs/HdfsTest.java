package dev.sluice.connectors.http.hdfs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Map;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.permission.FsPermission;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Against a real HDFS, what the contract does not ask.
class HdfsTest {
    private final TestJob job = new TestJob();

    @AfterEach
    void nothing_stays() throws IOException {
        HdfsCluster.empty();
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    @Test
    void what_hadoop_wrote_is_read_and_what_is_written_hadoop_reads() throws IOException {
        try (OutputStream out = HdfsCluster.files().create(new Path("/in/ä b.txt"))) {
            out.write("grüße".getBytes(UTF_8));
        }
        try (FileStore store =
                new HdfsConnector().open(HdfsCluster.source(HdfsCluster.owner()).build(), job)) {
            try (FileInput in = store.open(store.find("in/ä b.txt").orElseThrow());
                    InputStream bytes = in.stream(2, 100)) {
                assertThat(new String(bytes.readAllBytes(), UTF_8)).isEqualTo("üße");
            }
            byte[] much = new byte[5 << 20];
            new java.util.Random(1).nextBytes(much);
            try (FileOutput out = store.create("out/much")) {
                out.write(much, 0, much.length);
                out.finish();
                assertThat(HdfsCluster.files().exists(new Path("/out/much"))).isFalse();
                out.publish();
            }
            try (InputStream in = HdfsCluster.files().open(new Path("/out/much"))) {
                assertThat(in.readAllBytes()).isEqualTo(much);
            }
        }
    }

    @Test
    void who_may_not_write_is_told_so() throws IOException {
        HdfsCluster.files().mkdirs(new Path("/closed"));
        HdfsCluster.files().setPermission(new Path("/closed"), new FsPermission("755"));
        try (FileStore store =
                new HdfsConnector().open(HdfsCluster.source("somebody").build(), job)) {
            ProblemException e = catchThrowableOfType(ProblemException.class, () -> {
                try (FileOutput out = store.create("closed/file")) {
                    out.write(new byte[1], 0, 1);
                    out.finish();
                }
            });
            assertThat(e.problem().fault()).as(e.getMessage()).isEqualTo(ConnectionFaults.PERMISSION_DENIED);
            assertThat(e).hasMessageContaining("somebody");
        }
    }

    private ProblemException tested(Map<String, Object> service) {
        return catchThrowableOfType(
                ProblemException.class,
                () -> new HdfsConnector()
                        .test(
                                TestEndpoint.source()
                                        .linkedService("Hdfs", service)
                                        .build(),
                                job));
    }

    @Test
    void the_connection_is_tested() throws Exception {
        new HdfsConnector().test(HdfsCluster.source(HdfsCluster.owner()).build(), job);
        assertThat(tested(Map.of("url", "http://nowhere.invalid:9870"))
                        .problem()
                        .fault())
                .isEqualTo(ConnectionFaults.HOST_UNKNOWN);
        assertThat(tested(Map.of("url", "http://127.0.0.1:1/webhdfs/v1/"))
                        .problem()
                        .fault())
                .isEqualTo(ConnectionFaults.PORT_REFUSED);
    }

    @Test
    void kerberos_and_unknown_members_are_refused() {
        assertThat(tested(Map.of("url", "http://h", "authenticationType", "Windows"))
                        .problem()
                        .fault())
                .isEqualTo(ConnectionFaults.SETTING_INVALID);
        assertThat(tested(Map.of("url", "http://h", "proxy", "x")).problem().fault())
                .isEqualTo(ConnectionFaults.SETTING_NOT_ALLOWED);
    }
}
