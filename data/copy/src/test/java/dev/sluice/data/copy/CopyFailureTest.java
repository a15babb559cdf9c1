package dev.sluice.data.copy;

import static dev.sluice.data.copy.Rig.ORDERS;
import static dev.sluice.data.copy.Rig.linesIn;
import static dev.sluice.data.copy.Rig.linesOut;
import static dev.sluice.data.copy.Rig.orderLines;
import static dev.sluice.data.copy.Rig.orders;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.testkit.FaultyFileStore;
import dev.sluice.data.testkit.MemoryTable;
import dev.sluice.data.testkit.MemoryTableConnector;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.NodeFaults;
import dev.sluice.diagnosis.Problem;
import dev.sluice.diagnosis.RunFaults;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CopyFailureTest {
    private final Rig rig = new Rig();
    private final TestEndpoint from = MemoryTableConnector.source("from");
    private final TestEndpoint to = MemoryTableConnector.sink("to");

    private MemoryTable source(int rows) {
        MemoryTable table = new MemoryTable(ORDERS, orders(rows));
        rig.tables.with("from", table);
        return table;
    }

    private MemoryTable target() {
        MemoryTable table = new MemoryTable(ORDERS);
        rig.tables.with("to", table);
        return table;
    }

    @Test
    void a_failure_at_any_step_ends_everything_and_leaves_nothing() {
        for (int step = 0; step < 6; step++) {
            int at = step / 2;
            MemoryTable source = source(100_000);
            MemoryTable sink = target();
            // Counted over all streams: which of them a batch falls to is up to the scheduler.
            AtomicInteger batches = new AtomicInteger();
            MemoryTable.Step fault = (part, batch) -> {
                if (batches.getAndIncrement() == at * 5) {
                    throw new IOException("Connection reset by peer");
                }
            };
            boolean reading = step % 2 == 0;
            if (reading) {
                source.onRead(fault);
            } else {
                sink.onWrite(fault);
            }
            Problem problem = rig.failing(from, to);
            assertThat(problem.fault()).isEqualTo(DataFaults.CONNECTION_CUT);
            assertThat(problem.kind()).isEqualTo(reading ? Kind.SOURCE : Kind.SINK);
            assertThat(sink.rows()).isEmpty();
        }
    }

    @Test
    void a_commit_that_fails_is_the_sinks_failure() {
        source(100);
        target().failCommit();
        Problem problem = rig.failing(from, to);
        assertThat(problem.fault()).isEqualTo(DataFaults.TRANSFER_FAILED);
        assertThat(problem.kind()).isEqualTo(Kind.SINK);
    }

    @Test
    void a_full_disk_is_named_with_the_file_and_nothing_stays() {
        source(50_000);
        for (long room : new long[] {0, 10, 5_000, 400_000}) {
            rig.around = s -> new FaultyFileStore(s).fullAfter(room);
            Problem problem = rig.failing(from, linesOut().location("folderPath", "out"));
            assertThat(problem.fault()).as(problem.toString()).isEqualTo(DataFaults.DISK_FULL);
            assertThat(problem.kind()).isEqualTo(Kind.SINK);
            assertThat(rig.files.paths()).isEmpty();
        }
    }

    @Test
    void a_failure_of_the_last_steps_leaves_nothing() {
        source(10_000);
        rig.around = s -> new FaultyFileStore(s).failOnFinish();
        assertThat(rig.failing(from, linesOut()).fault()).isEqualTo(DataFaults.DISK_FULL);
        rig.around = s -> new FaultyFileStore(s).failOnPublish();
        assertThat(rig.failing(from, linesOut()).fault()).isEqualTo(DataFaults.DISK_FULL);
        assertThat(rig.files.paths()).isEmpty();
    }

    @Test
    void a_file_that_ends_too_early_is_named() {
        rig.files.put("in.lines", orderLines(1, 10_000));
        target();
        rig.around = s -> new FaultyFileStore(s).failReadsAfter(100_000, () -> new EOFException("5 bytes missing"));
        Problem problem = rig.failing(linesIn().location("fileName", "in.lines"), to);
        assertThat(problem.fault()).as(problem.toString()).isEqualTo(DataFaults.MALFORMED_FILE);
        assertThat(problem.kind()).isEqualTo(Kind.SOURCE);
        assertThat(problem.message()).contains("in.lines");
    }

    @Test
    void a_missing_file_or_table_is_named_on_its_side() {
        target();
        source(1);
        assertThat(rig.failing(linesIn().location("folderPath", "no").location("fileName", "no.txt"), to))
                .satisfies(p -> {
                    assertThat(p.fault()).isEqualTo(DataFaults.FILE_MISSING);
                    assertThat(p.kind()).isEqualTo(Kind.SOURCE);
                    assertThat(p.message()).contains("no/no.txt");
                });
        assertThat(rig.failing(MemoryTableConnector.source("none"), to).kind()).isEqualTo(Kind.SOURCE);
        assertThat(rig.failing(from, MemoryTableConnector.sink("none")).kind()).isEqualTo(Kind.SINK);
    }

    @Test
    void types_nobody_serves_are_named_with_what_is_supported() {
        source(1);
        Problem p = rig.failing(TestEndpoint.source().linkedService("Oracle").dataset("OracleTable"), to);
        assertThat(p.fault()).isEqualTo(DocumentFaults.TYPE_UNKNOWN);
        assertThat(p.message()).contains("Oracle");
        assertThat(p.resolution().toString()).contains("MemoryDatabase");
        p = rig.failing(
                from, TestEndpoint.sink().linkedService("MemoryDatabase").dataset("Json"));
        assertThat(p.resolution().toString()).contains("MemoryTable");
    }

    private List<List<@Nullable Object>> texts(int count, int... bad) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = 1; i <= count; i++) {
            rows.add(Rows.row(Integer.toString(i), "name " + i, i + ".25"));
        }
        for (int b : bad) {
            rows.set(b - 1, Rows.row("row" + b, "bad, \"" + b + "\"", "1.00"));
        }
        return rows;
    }

    private static final Schema TEXTS = Schema.of(
            new Field("id", DataType.STRING), new Field("name", DataType.STRING), new Field("price", DataType.STRING));

    @Test
    void a_value_that_does_not_convert_is_named_with_row_and_column() {
        rig.tables.with("from", new MemoryTable(TEXTS, texts(10_000, 6_001)));
        MemoryTable sink = target();
        rig.cores = 1;
        Problem p = rig.failing(from, to);
        assertThat(p.fault()).isEqualTo(DataFaults.TYPE_MISMATCH);
        assertThat(p.location()).isEqualTo("row 6001, column id");
        assertThat(p.evidence())
                .containsEntry("value", "row6001")
                .containsEntry("column", "id")
                .containsEntry("row", "6001")
                .containsEntry("sourceType", "String")
                .containsEntry("sinkType", "Int32");
        assertThat(sink.rows()).isEmpty();
    }

    @Test
    void incompatible_rows_are_skipped_counted_and_shown() {
        rig.tables.with("from", new MemoryTable(TEXTS, texts(10_000, 1, 2, 4_500, 10_000)));
        MemoryTable sink = target();
        rig.activity = Map.of("enableSkipIncompatibleRow", true);
        CopyResult result = rig.copy(from, to);
        assertThat(result.rowsRead()).isEqualTo(10_000);
        assertThat(result.rowsCopied()).isEqualTo(9_996);
        assertThat(result.rowsSkipped()).isEqualTo(4);
        assertThat(sink.rows()).hasSize(9_996).allMatch(r -> r.get(1).equals("name " + r.get(0)));
        assertThat(rig.skipped).hasSize(4);
        assertThat(rig.skipped).anySatisfy(r -> {
            assertThat(r.content()).isEqualTo("row2,bad, \"2\",1.00");
            assertThat(r.problem().fault()).isEqualTo(DataFaults.TYPE_MISMATCH);
        });
        assertThat(result.output()).containsEntry("rowsSkipped", 4L);
    }

    @Test
    void rows_that_cannot_be_read_are_skipped_too() {
        rig.files.put("in.lines", orderLines(1, 10) + "only one value\n" + "x\ty\tz\n");
        MemoryTable sink = target();
        assertThat(rig.failing(linesIn().location("fileName", "in.lines"), to).location())
                .isEqualTo("in.lines, row 11");
        rig.activity = Map.of("enableSkipIncompatibleRow", true);
        CopyResult result = rig.copy(linesIn().location("fileName", "in.lines"), to);
        assertThat(result.rowsRead()).isEqualTo(12);
        assertThat(result.rowsSkipped()).isEqualTo(2);
        assertThat(sink.rows()).hasSize(10);
    }

    @Test
    void too_little_memory_fails_the_copy_with_its_grant() {
        Rig small = new Rig(new TestJob(1 << 20, "a"));
        List<List<@Nullable Object>> rows = List.of(Rows.row(1, "x".repeat(3 << 20), "1.00"));
        small.tables.with("from", new MemoryTable(ORDERS, rows)).with("to", new MemoryTable(ORDERS));
        Problem p = small.failing(from, to);
        assertThat(p.fault()).isEqualTo(NodeFaults.OUT_OF_MEMORY);
        assertThat(p.evidence()).containsEntry("grant", "1");
    }

    @Test
    void a_driver_that_runs_out_of_heap_fails_only_the_copy() {
        source(10).onRead((part, batch) -> {
            throw new OutOfMemoryError("Java heap space");
        });
        target();
        assertThat(rig.failing(from, to).fault()).isEqualTo(NodeFaults.OUT_OF_MEMORY);
    }

    @Test
    void a_defect_of_a_driver_is_reported_as_its_sides_failure() {
        source(10);
        target().onWrite((part, batch) -> {
            throw new IllegalStateException("driver confused");
        });
        Problem p = rig.failing(from, to);
        assertThat(p.fault()).isEqualTo(DataFaults.TRANSFER_FAILED);
        assertThat(p.kind()).isEqualTo(Kind.SINK);
        assertThat(p.message()).contains("driver confused");
    }

    @Test
    void cancelling_ends_blocked_readers_and_writers() throws Exception {
        for (boolean reading : new boolean[] {true, false}) {
            Rig one = new Rig();
            CountDownLatch blocked = new CountDownLatch(1);
            CountDownLatch never = new CountDownLatch(1);
            MemoryTable.Step block = (part, batch) -> {
                if (batch == 1) {
                    blocked.countDown();
                    never.await();
                }
            };
            MemoryTable source = new MemoryTable(ORDERS, orders(100_000));
            MemoryTable sink = new MemoryTable(ORDERS);
            one.tables.with("from", reading ? source.onRead(block) : source);
            one.tables.with("to", reading ? sink : sink.onWrite(block));
            Thread canceller = Thread.ofPlatform().start(() -> {
                try {
                    blocked.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
                one.job.cancel();
            });
            assertThat(one.failing(from, to).fault()).isEqualTo(RunFaults.CANCELLED);
            assertThat(sink.rows()).isEmpty();
            canceller.join();
        }
    }

    @Test
    void a_job_cancelled_before_it_starts_moves_nothing() {
        source(10);
        MemoryTable sink = target();
        rig.job.cancel();
        assertThat(rig.failing(from, to).fault()).isEqualTo(RunFaults.CANCELLED);
        assertThat(sink.rows()).isEmpty();
    }

    @Test
    void an_interrupt_of_the_caller_cancels_and_stays() throws Exception {
        CountDownLatch blocked = new CountDownLatch(1);
        source(10).onRead((part, batch) -> {
            blocked.countDown();
            new CountDownLatch(1).await();
        });
        target();
        boolean[] interrupted = new boolean[1];
        Thread caller = Thread.ofPlatform().start(() -> {
            assertThat(rig.failing(from, to)).isNotNull();
            interrupted[0] = Thread.currentThread().isInterrupted();
        });
        blocked.await();
        caller.interrupt();
        caller.join();
        assertThat(interrupted[0]).isTrue();
        rig.nothingIsLeft();
    }
}
