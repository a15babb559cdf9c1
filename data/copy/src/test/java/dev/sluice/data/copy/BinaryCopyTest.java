package dev.sluice.data.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.testkit.FaultyFileStore;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BinaryCopyTest {
    private final Rig rig = new Rig();

    private static TestEndpoint side(TestEndpoint side) {
        return side.linkedService("Memory").dataset("Binary").location("type", "MemoryLocation");
    }

    private static TestEndpoint from() {
        return side(TestEndpoint.source()).location("folderPath", "in");
    }

    private static TestEndpoint to() {
        return side(TestEndpoint.sink()).location("folderPath", "out");
    }

    private byte[] put(String path, int size, long seed) {
        byte[] content = new byte[size];
        new Random(seed).nextBytes(content);
        rig.files.put(path, content, Instant.EPOCH);
        return content;
    }

    @Test
    void files_keep_their_bytes_and_places() {
        byte[] large = put("in/large.bin", (5 << 20) + 3, 1);
        byte[] small = put("in/sub/small.bin", 10, 2);
        put("in/sub/empty", 0, 3);
        rig.activity = Map.of("validateDataConsistency", true);
        CopyResult result = rig.copy(from(), to());
        assertThat(result.output().get("dataConsistencyVerification").toString())
                .contains("Verified");
        assertThat(rig.files.bytes("out/large.bin")).isEqualTo(large);
        assertThat(rig.files.bytes("out/sub/small.bin")).isEqualTo(small);
        assertThat(rig.files.bytes("out/sub/empty")).isEmpty();
        assertThat(result.filesRead()).isEqualTo(3);
        assertThat(result.filesWritten()).isEqualTo(3);
        assertThat(result.dataRead()).isEqualTo(large.length + 10L);
        assertThat(result.dataWritten()).isEqualTo(large.length + 10L);
        assertThat(result.usedParallelCopies()).isEqualTo(3);
        assertThat(result.output()).doesNotContainKey("rowsRead");
    }

    @Test
    void one_file_may_be_renamed() {
        byte[] content = put("in/a.bin", 100, 1);
        rig.copy(from().location("fileName", "a.bin"), to().location("fileName", "b.bin"));
        assertThat(rig.files.bytes("out/b.bin")).isEqualTo(content);
    }

    @Test
    void files_are_merged_in_the_order_of_their_names() {
        rig.files.put("in/1", "one,");
        rig.files.put("in/2", "two,");
        rig.files.put("in/3", "three");
        CopyResult result =
                rig.copy(from(), to().store("copyBehavior", "MergeFiles").location("fileName", "all"));
        assertThat(rig.files.text("out/all")).isEqualTo("one,two,three");
        assertThat(result.usedParallelCopies()).isEqualTo(1);
        assertThat(result.filesWritten()).isEqualTo(1);
    }

    @Test
    void flat_names_are_generated_and_the_same_next_time() {
        rig.files.put("in/a/x.bin", "a");
        rig.files.put("in/b/x.bin", "b");
        rig.copy(from(), to().store("copyBehavior", "FlattenHierarchy"));
        int before = rig.files.paths().size();
        rig.copy(from(), to().store("copyBehavior", "FlattenHierarchy"));
        assertThat(rig.files.paths()).hasSize(before).hasSize(4);
        assertThat(rig.files.paths()).filteredOn(p -> p.startsWith("out/")).allMatch(p -> p.endsWith(".bin"));
    }

    @Test
    void sources_are_deleted_only_after_the_commit() {
        put("in/a.bin", 100, 1);
        rig.around = s -> new FaultyFileStore(s).failOnPublish();
        rig.failing(from().store("deleteFilesAfterCompletion", true), to());
        assertThat(rig.files.paths()).containsExactly("in/a.bin");
        rig.around = s -> s;
        rig.copy(from().store("deleteFilesAfterCompletion", true), to());
        assertThat(rig.files.paths()).containsExactly("out/a.bin");
    }

    @Test
    void a_commit_that_breaks_off_gives_back_what_was_there_before() {
        for (int i = 0; i < 6; i++) {
            rig.files.put("in/" + i, "fresh " + i);
        }
        rig.files.put("out/0", "precious");
        rig.files.put("out/3", "treasured");
        rig.cores = 1;
        for (int files = 0; files < 6; files++) {
            int published = files;
            rig.around = s -> new FaultyFileStore(s).failOnPublishAfter(published);
            rig.failing(from(), to());
            assertThat(rig.files.text("out/0")).isEqualTo("precious");
            assertThat(rig.files.text("out/3")).isEqualTo("treasured");
            assertThat(rig.files.paths().stream().filter(p -> p.startsWith("out/")))
                    .containsExactlyInAnyOrder("out/0", "out/3");
        }
        rig.around = s -> s;
        rig.copy(from(), to());
        assertThat(rig.files.text("out/0")).isEqualTo("fresh 0");
    }

    @Test
    void failures_are_named_on_their_side_and_leave_nothing() {
        for (int i = 0; i < 20; i++) {
            put("in/" + i, 300_000, i);
        }
        rig.around = s -> new FaultyFileStore(s).fullAfter(2_000_000);
        Problem full = rig.failing(from(), to());
        assertThat(full.fault()).isEqualTo(DataFaults.DISK_FULL);
        assertThat(full.kind()).isEqualTo(Kind.SINK);
        rig.around = s -> new FaultyFileStore(s)
                .failReadsAfter(2_000_000, () -> new java.net.SocketException("Connection reset"));
        Problem cut = rig.failing(from(), to());
        assertThat(cut.fault()).isEqualTo(DataFaults.CONNECTION_CUT);
        assertThat(cut.kind()).isEqualTo(Kind.SOURCE);
        assertThat(rig.files.paths()).noneMatch(p -> p.startsWith("out"));
    }

    @Test
    void binary_goes_only_into_binary() {
        put("in/a.bin", 100, 1);
        Problem p = rig.failing(from(), Rig.linesOut());
        assertThat(p.fault()).isEqualTo(DocumentFaults.TYPE_UNKNOWN);
        assertThat(p.message()).contains("Lines");
    }
}
