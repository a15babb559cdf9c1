package dev.sluice.data.copy.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.data.testkit.ManualClock;
import dev.sluice.data.testkit.MemoryFileStore;
import dev.sluice.data.testkit.MemoryFiles;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FileSelectionTest {
    private final MemoryFiles files = new MemoryFiles();
    private final MemoryFileStore store = new MemoryFileStore(files, new ManualClock(), Kind.SOURCE);

    @BeforeEach
    void fill() {
        for (String path : List.of(
                "root.csv",
                "d/a.csv",
                "d/b.csv",
                "d/b.txt",
                "d/e/c.csv",
                "d/e/f/d.csv",
                "d2/a.csv",
                "2024/01/x.csv",
                "2024/02/x.csv",
                "2025/01/x.csv",
                "d/st*r.csv")) {
            files.put(path, path);
        }
    }

    private static TestEndpoint source() {
        return TestEndpoint.source();
    }

    private List<String> selected(TestEndpoint source) {
        try {
            return FileSelection.of(store, source.build()).stream()
                    .map(f -> f.entry().path())
                    .toList();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void missing(TestEndpoint source, String named) {
        assertThatThrownBy(() -> selected(source)).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().fault()).isEqualTo(DataFaults.FILE_MISSING);
            assertThat(e.problem().kind()).isEqualTo(Kind.SOURCE);
            assertThat(e.problem().message()).contains(named);
        });
    }

    @Test
    void one_file_by_its_name() {
        assertThat(selected(source().location("folderPath", "d").location("fileName", "a.csv")))
                .containsExactly("d/a.csv");
        assertThat(selected(source().location("fileName", "root.csv"))).containsExactly("root.csv");
        missing(source().location("folderPath", "d").location("fileName", "z.csv"), "d/z.csv");
    }

    @Test
    void a_folder_with_or_without_those_below() {
        assertThat(selected(source().location("folderPath", "/d/")))
                .containsExactly("d/a.csv", "d/b.csv", "d/b.txt", "d/e/c.csv", "d/e/f/d.csv", "d/st*r.csv");
        assertThat(selected(source().location("folderPath", "d").store("recursive", "false")))
                .containsExactly("d/a.csv", "d/b.csv", "d/b.txt", "d/st*r.csv");
        assertThat(selected(source())).hasSize(11);
        missing(source().location("folderPath", "nowhere"), "nowhere");
    }

    @Test
    void wildcards_in_names() {
        assertThat(selected(source().location("folderPath", "d")
                        .store("wildcardFileName", "*.csv")
                        .store("recursive", false)))
                .containsExactly("d/a.csv", "d/b.csv", "d/st*r.csv");
        assertThat(selected(source().location("folderPath", "d").store("wildcardFileName", "?.csv")))
                .containsExactly("d/a.csv", "d/b.csv", "d/e/c.csv", "d/e/f/d.csv");
        assertThat(selected(source().location("folderPath", "d").store("wildcardFileName", "st^*r.csv")))
                .containsExactly("d/st*r.csv");
        assertThat(selected(source().location("folderPath", "d").store("wildcardFileName", "b?.*t")))
                .containsExactly("d/b.txt");
        missing(source().location("folderPath", "d").store("wildcardFileName", "*.CSV"), "d/*.CSV");
    }

    @Test
    void wildcards_in_folders() {
        assertThat(selected(source().store("wildcardFolderPath", "20*/01").store("wildcardFileName", "*.csv")))
                .containsExactly("2024/01/x.csv", "2025/01/x.csv");
        assertThat(selected(source().store("wildcardFolderPath", "2024/*")))
                .containsExactly("2024/01/x.csv", "2024/02/x.csv");
        assertThat(selected(source().store("wildcardFolderPath", "d").store("wildcardFileName", "*.txt")))
                .containsExactly("d/b.txt");
        assertThat(selected(source().store("wildcardFolderPath", "d*").store("recursive", false)))
                .containsExactly("d/a.csv", "d/b.csv", "d/b.txt", "d/st*r.csv", "d2/a.csv");
    }

    @Test
    void what_a_hierarchy_keeps_is_relative_to_the_folder() throws IOException {
        assertThat(FileSelection.of(
                        store, source().location("folderPath", "d/e").build()))
                .extracting(SelectedFile::relative)
                .containsExactly("c.csv", "f/d.csv");
        assertThat(FileSelection.of(
                        store, source().store("wildcardFolderPath", "2024/0?").build()))
                .extracting(SelectedFile::relative)
                .containsExactly("01/x.csv", "02/x.csv");
    }

    @Test
    void a_list_names_the_files() {
        files.put("lists/today.txt", "\ufeffa.csv\r\n\n  e/c.csv  \n");
        assertThat(selected(source().location("folderPath", "d").store("fileListPath", "lists/today.txt")))
                .containsExactly("d/a.csv", "d/e/c.csv");
        files.put("lists/today.txt", "a.csv\nlost.csv");
        missing(source().location("folderPath", "d").store("fileListPath", "lists/today.txt"), "d/lost.csv");
        missing(source().store("fileListPath", "lists/none.txt"), "lists/none.txt");
    }

    @Test
    void a_prefix_selects_by_the_start_of_the_path() {
        assertThat(selected(source().store("prefix", "d/e/"))).containsExactly("d/e/c.csv", "d/e/f/d.csv");
        assertThat(selected(source().store("prefix", "d2/a"))).containsExactly("d2/a.csv");
        missing(source().store("prefix", "d/q"), "d/q*");
    }

    @Test
    void the_time_window_includes_its_start_and_excludes_its_end() {
        for (int day = 1; day <= 4; day++) {
            files.put("t/" + day, new byte[0], Instant.parse("2025-01-0" + day + "T00:00:00Z"));
        }
        TestEndpoint window = source().location("folderPath", "t")
                .store("modifiedDatetimeStart", "2025-01-02T00:00:00Z")
                .store("modifiedDatetimeEnd", "2025-01-04 00:00:00");
        assertThat(selected(window)).containsExactly("t/2", "t/3");
        assertThat(selected(window.store("modifiedDatetimeStart", "2030-01-01T00:00:00")))
                .isEmpty();
        assertThatThrownBy(() -> selected(window.store("modifiedDatetimeStart", "yesterday")))
                .isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().fault()).isEqualTo(DocumentFaults.MEMBER_INVALID);
                    assertThat(e.problem().location()).isEqualTo("/source/storeSettings/modifiedDatetimeStart");
                });
    }

    @Test
    void many_stars_do_not_take_forever() {
        assertThat(Wildcard.of("*a*a*a*a*a*b").matches("a".repeat(60))).isFalse();
        assertThat(Wildcard.of("**x**").matches("abxcd")).isTrue();
        assertThat(Wildcard.of("a^?c").matches("a?c")).isTrue();
        assertThat(Wildcard.of("a^?c").matches("abc")).isFalse();
        assertThat(Wildcard.of("[a].(b)+$").matches("[a].(b)+$")).isTrue();
    }
}
