package dev.sluice.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The main job on a fresh machine, small.
class DemoTest {
    @TempDir
    Path folder;

    @Test
    void the_demo_verifies_its_copies_leaves_the_files_and_nothing_running() {
        Path output = folder.resolve("output");
        try (Program demo =
                Program.start("demo", folder, List.of("demo", "--output", output.toString(), "--scale", "0.01"))) {
            int exit = demo.awaitExit(Duration.ofSeconds(120));
            String said = String.join("\n", demo.output());
            assertThat(exit).as(said + demo.messages()).isZero();
            assertThat(said).contains("all copies equal their source");
            for (String table : List.of("customer", "orders", "lineitem")) {
                assertThat(output.resolve("parquet/" + table + ".parquet")).isNotEmptyFile();
                assertThat(output.resolve("csv/" + table + ".csv.gz")).isNotEmptyFile();
                assertThat(said).contains(table + " to Parquet").contains(table + " back to PostgreSQL");
            }
            Eventually.holds("nothing is left running", () -> demo.group().isEmpty());
        }
    }
}
