package dev.sluice.data.copy.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.testkit.TestEndpoint;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class FileNamesTest {
    private static FileNames names(TestEndpoint sink, Optional<String> table, List<String> files) {
        List<SelectedFile> selected = files.stream()
                .map(f -> new SelectedFile(new FileEntry("in/" + f, 1, Instant.EPOCH, "v"), f))
                .toList();
        return FileNames.of(sink.build(), "run-1", table, selected, true, ".parquet", false, "");
    }

    private static TestEndpoint sink() {
        return TestEndpoint.sink().location("folderPath", "/out/");
    }

    @Test
    void names_come_from_the_table_or_the_run() {
        FileNames table = names(sink(), Optional.of("sales/orders"), List.of());
        assertThat(table.layout()).isEqualTo(FileNames.Layout.PER_WRITER);
        assertThat(table.path(0, 1, 0, "")).isEqualTo("out/sales_orders.parquet");
        assertThat(table.path(2, 3, 0, "")).isEqualTo("out/sales_orders_00002.parquet");
        assertThat(names(sink(), Optional.empty(), List.of()).path(0, 1, 0, "")).isEqualTo("out/Data.run-1.parquet");
        assertThat(names(sink().location("fileName", "x.bin"), Optional.of("t"), List.of())
                        .path(0, 1, 0, ""))
                .isEqualTo("out/x.bin");
        assertThat(names(sink().store("copyBehavior", "MergeFiles"), Optional.empty(), List.of("a.csv"))
                        .path(0, 1, 0, "in/a.csv"))
                .isEqualTo("out/Data.run-1.parquet");
    }

    @Test
    void a_preserved_name_changes_its_extension_unless_two_would_meet() {
        FileNames n =
                names(sink(), Optional.empty(), List.of("a.csv", "d/b.csv.gz", "c.csv", "c.txt", ".hidden", "plain"));
        assertThat(n.path(0, 1, 0, "in/a.csv")).isEqualTo("out/a.parquet");
        assertThat(n.path(0, 1, 0, "in/d/b.csv.gz")).isEqualTo("out/d/b.parquet");
        assertThat(n.path(0, 1, 0, "in/c.csv")).isEqualTo("out/c.csv.parquet");
        assertThat(n.path(0, 1, 0, "in/c.txt")).isEqualTo("out/c.txt.parquet");
        assertThat(n.path(0, 1, 0, "in/.hidden")).isEqualTo("out/.hidden.parquet");
        assertThat(n.path(0, 1, 0, "in/plain")).isEqualTo("out/plain.parquet");
    }

    @Test
    void limited_files_are_numbered() {
        FileNames n = FileNames.of(sink().build(), "run-1", Optional.of("t"), List.of(), true, ".csv", true, "part");
        assertThat(n.path(1, 2, 17, "")).isEqualTo("out/part_00017.csv");
        n = FileNames.of(
                sink().location("fileName", "x.csv").build(), "r", Optional.of("t"), List.of(), true, ".csv", true, "");
        assertThat(n.path(1, 2, 3, "")).isEqualTo("out/x_00003.csv");
    }

    @Test
    void a_table_is_one_file_unless_several_are_wanted() {
        FileNames n = FileNames.of(sink().build(), "run-1", Optional.of("t"), List.of(), false, ".csv", false, "");
        assertThat(n.layout()).isEqualTo(FileNames.Layout.ONE);
        assertThat(n.path(0, 1, 0, "")).isEqualTo("out/t.csv");
        n = FileNames.of(sink().build(), "run-1", Optional.of("t"), List.of(), false, ".csv", true, "");
        assertThat(n.layout()).isEqualTo(FileNames.Layout.BY_ROWS_IN_TURN);
        assertThat(n.path(0, 1, 2, "")).isEqualTo("out/t_00002.csv");
    }
}
