package dev.sluice.ssis.engine.dataflow;

import static dev.sluice.ssis.engine.dataflow.FlowText.column;
import static dev.sluice.ssis.engine.dataflow.FlowText.uses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.SsisFaults;
import dev.sluice.diagnosis.SsisRunFaults;
import dev.sluice.ssis.engine.control.Result;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a data flow takes from the machine it runs on: disk, and the time that it is told of.
class SurroundingsOfFlowsTest {
    private static final int ROWS = 60_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private final FlowText flow = new FlowText();

    @SuppressWarnings("NullAway.Init")
    private Bench bench;

    @BeforeEach
    void data() {
        bench = new Bench(folder);
        StringBuilder csv = new StringBuilder("id,s\r\n");
        for (int i = 0; i < ROWS; i++) {
            csv.append((i * 7919) % ROWS)
                    .append(",some text of number ")
                    .append(i)
                    .append("\r\n");
        }
        bench.write("t.csv", csv.toString());
        flow.csvSource("S", "t.csv", "id i4", "s wstr:50");
        flow.component("Order", "Sort")
                .property("EliminateDuplicates", "false")
                .input(
                        "S.out",
                        uses("S.out.id", "NewSortKeyPosition", "1", "NewComparisonFlags", "0"),
                        uses("S.out.s", "NewSortKeyPosition", "0", "NewComparisonFlags", "0"))
                .output(
                        "out",
                        column("id", "i4", "SortColumnId", "#{S.out.id}"),
                        column("s", "wstr:50", "SortColumnId", "#{S.out.s}"));
        flow.recordsetWithin("R", "Order.out", "Order.out.id", "Order.out.s");
    }

    private static long spilled(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(f -> f.toString().endsWith(".spill")).count();
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = p.waitFor();
        if (code != 0) {
            System.err.println(String.join(" ", command) + ": " + said);
        }
        return code == 0;
    }

    private Problem problem() {
        return Objects.requireNonNull(bench.problem).problem();
    }

    @Test
    void I07_the_quota_of_scratch_space_names_who_filled_it_and_all_is_freed() throws Exception {
        bench.limits = new DataFlowLimits(256 << 10, 2, folder, 600 << 10);

        assertThat(bench.run(flow)).isEqualTo(Result.FAILURE);

        assertThat(problem().fault()).isEqualTo(SsisFaults.SCRATCH_FULL);
        assertThat(problem().evidence())
                .containsEntry("component", "Order")
                .containsEntry("limit", String.valueOf(600 << 10))
                .containsEntry("ssisCode", "0xC0047012");
        assertThat(problem().evidence().get("holders")).matches("Order: \\d+ bytes");
        assertThat(spilled(folder)).isZero();
    }

    @Test
    void I07_a_full_disk_is_told_with_what_is_free_and_who_filled_it() throws Exception {
        Path small = Files.createDirectories(folder.resolve("small"));
        boolean made = run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", small.toString());
        assumeTrue(made, "SKIPPED: only root can mount a small file system");
        try {
            bench.limits = new DataFlowLimits(256 << 10, 2, small, 1L << 30);

            assertThat(bench.run(flow)).isEqualTo(Result.FAILURE);

            assertThat(problem().fault()).isEqualTo(SsisRunFaults.SCRATCH_DISK_FULL);
            assertThat(problem().kind()).isEqualTo(Kind.NODE);
            assertThat(problem().message()).contains("not enough space on the disk of " + small);
            assertThat(problem().evidence()).containsEntry("component", "Order").containsKeys("free", "used");
            assertThat(problem().evidence().get("holders")).startsWith("Order: ");
            assertThat(spilled(small)).isZero();
        } finally {
            assertThat(run("umount", small.toString())).isTrue();
        }
    }

    @Test
    void I21_each_component_has_its_own_time_and_when_it_worked() {
        assertThat(bench.run(flow)).isEqualTo(Result.SUCCESS);

        Outcome outcome = Objects.requireNonNull(bench.outcome);
        assertThat(outcome.components())
                .extracting(Outcome.ComponentTime::component)
                .containsExactlyInAnyOrder("S", "Order", "R");
        assertThat(outcome.components()).allSatisfy(c -> {
            assertThat(c.rows()).isEqualTo(ROWS);
            assertThat(c.nanos()).isPositive();
            assertThat(c.ended()).isGreaterThan(c.began());
        });
    }
}
