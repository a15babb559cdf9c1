package dev.sluice.data.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.testkit.FaultyFileStore;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.DocumentFaults;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class ResumedCopyTest {
    private static final int FILES = 20;
    private static final int SIZE = 10_000;

    private final Rig rig = new Rig();

    @BeforeEach
    void files() {
        for (int i = 0; i < FILES; i++) {
            put(i, i);
        }
        rig.activity = Map.of("resume", true, "parallelCopies", java.math.BigDecimal.ONE);
    }

    private void put(int file, long seed) {
        byte[] content = new byte[SIZE];
        new Random(seed).nextBytes(content);
        rig.files.put("in/%02d".formatted(file), content, Instant.EPOCH.plusSeconds(seed));
    }

    private static TestEndpoint side(TestEndpoint side, String folder) {
        return side.linkedService("Memory")
                .dataset("Binary")
                .location("type", "MemoryLocation")
                .location("folderPath", folder);
    }

    private static TestEndpoint from() {
        return side(TestEndpoint.source(), "in");
    }

    private static TestEndpoint to() {
        return side(TestEndpoint.sink(), "out");
    }

    /// A copy whose source is cut off after so many bytes.
    private void breakOff(int after) {
        rig.around = s ->
                new FaultyFileStore(s).failReadsAfter(after, () -> new java.net.SocketException("Connection reset"));
        rig.failing(from(), to());
        rig.around = s -> s;
    }

    private List<String> copies() {
        return rig.files.paths().stream()
                .filter(p -> p.startsWith("out/") && !p.contains("_sluice_resume"))
                .toList();
    }

    private void everythingIsThere() {
        assertThat(copies()).hasSize(FILES);
        for (String path : copies()) {
            assertThat(rig.files.bytes(path)).isEqualTo(rig.files.bytes(path.replace("out/", "in/")));
        }
        assertThat(rig.files.paths()).noneMatch(p -> p.contains("_sluice_resume"));
    }

    @Test
    void a_copy_that_broke_off_goes_on_behind_the_last_file_that_is_complete() {
        breakOff(7 * SIZE + 100);
        assertThat(copies()).hasSize(7);
        CopyResult result = rig.copy(from(), to());
        everythingIsThere();
        assertThat(result.filesRead()).isEqualTo(FILES - 7);
        assertThat(result.output()).containsEntry("filesResumed", 7L);
        assertThat(result.dataRead()).isEqualTo((long) (FILES - 7) * SIZE);
        assertThat(result.manifest().sink().toString()).isNotEmpty();
    }

    @Test
    void it_may_break_off_again_and_again() {
        int rounds = 0;
        while (copies().size() < FILES - 3) {
            breakOff(3 * SIZE + 1);
            rounds++;
            assertThat(copies()).hasSize(3 * rounds);
        }
        rig.copy(from(), to());
        everythingIsThere();
    }

    @Test
    void the_proof_of_a_resumed_copy_is_that_of_one_in_a_single_run() {
        rig.activity = Map.of("resume", true, "validateDataConsistency", true);
        String whole = rig.copy(from(), to()).manifest().toString();
        copies().forEach(rig.files::delete);
        breakOff(7 * SIZE + 100);
        assertThat(rig.copy(from(), to()).manifest().toString()).isEqualTo(whole);
    }

    @Test
    void a_file_is_copied_again_when_it_or_its_copy_has_changed_since() {
        breakOff(7 * SIZE + 100);
        put(2, 99);
        rig.files.put("out/05", new byte[SIZE], Instant.EPOCH.plusSeconds(77));
        rig.files.delete("out/06");
        CopyResult result = rig.copy(from(), to());
        everythingIsThere();
        assertThat(result.output()).containsEntry("filesResumed", 4L);
    }

    @Test
    void without_its_record_everything_is_copied_again() {
        breakOff(7 * SIZE + 100);
        rig.files.paths().stream().filter(p -> p.contains("_sluice_resume")).forEach(rig.files::delete);
        CopyResult result = rig.copy(from(), to());
        everythingIsThere();
        assertThat(result.filesRead()).isEqualTo(FILES);
        assertThat(result.output()).doesNotContainKey("filesResumed");
    }

    @Test
    void a_damaged_record_counts_for_nothing() {
        breakOff(7 * SIZE + 100);
        rig.files.paths().stream()
                .filter(p -> p.contains("_sluice_resume"))
                .toList()
                .forEach(p -> rig.files.put(p, "sluice finished files 1\nin%2F00\tx\t-1\t\t\t\t\n\u0000\t"));
        rig.copy(from(), to());
        everythingIsThere();
    }

    @Test
    void sources_of_files_that_an_earlier_run_finished_are_deleted_too() {
        breakOff(7 * SIZE + 100);
        rig.copy(from().store("deleteFilesAfterCompletion", true), to());
        assertThat(rig.files.paths()).noneMatch(p -> p.startsWith("in/"));
        assertThat(copies()).hasSize(FILES);
    }

    @Test
    void files_without_names_of_their_own_are_refused() {
        for (String behavior : List.of("MergeFiles", "FlattenHierarchy")) {
            assertThat(rig.failing(from(), to().store("copyBehavior", behavior)).fault())
                    .isEqualTo(DocumentFaults.SETTING_UNSUPPORTED);
        }
        assertThat(copies()).isEmpty();
    }
}
