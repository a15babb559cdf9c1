package dev.sluice.data.copy;

import static dev.sluice.data.copy.Rig.ORDERS;
import static dev.sluice.data.copy.Rig.linesIn;
import static dev.sluice.data.copy.Rig.linesOut;
import static dev.sluice.data.copy.Rig.orderLines;
import static dev.sluice.data.copy.Rig.orders;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.testkit.MemoryTable;
import dev.sluice.data.testkit.MemoryTableConnector;
import dev.sluice.data.testkit.RandomData;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CopyTest {
    private final Rig rig = new Rig();

    @Test
    void a_table_goes_into_a_table_whole() {
        Schema schema = RandomData.schema(RandomData.allTypes());
        List<List<@Nullable Object>> rows = new RandomData(3).rows(schema, 9_000);
        rig.tables.with("from", new MemoryTable(schema, rows)).with("to", new MemoryTable(schema));
        CopyResult result = rig.copy(MemoryTableConnector.source("from"), MemoryTableConnector.sink("to"));
        assertThat(rig.tables.table("to").rows()).containsExactlyInAnyOrderElementsOf(rows);
        assertThat(result.rowsRead()).isEqualTo(9_000);
        assertThat(result.rowsCopied()).isEqualTo(9_000);
        assertThat(result.rowsSkipped()).isZero();
        assertThat(result.dataRead()).isEqualTo(9_000L * 8 * schema.size());
        assertThat(result.dataWritten()).isEqualTo(result.dataRead());
        assertThat(result.usedParallelCopies()).isEqualTo(2);
        assertThat(result.sourcePeakConnections()).isBetween(1, 2);
    }

    @Test
    void parallel_copies_are_used_as_far_as_splits_and_writers_allow() {
        rig.tables.with("from", new MemoryTable(ORDERS, orders(50_000))).with("to", new MemoryTable(ORDERS));
        rig.activity = Map.of("parallelCopies", new java.math.BigDecimal(5));
        CopyResult result = rig.copy(MemoryTableConnector.source("from"), MemoryTableConnector.sink("to"));
        assertThat(result.usedParallelCopies()).isEqualTo(5);
        assertThat(new java.util.HashSet<>(rig.tables.table("to").rows()))
                .isEqualTo(new java.util.HashSet<>(orders(50_000)));
    }

    @Test
    void connections_are_limited_where_the_activity_says_so() {
        rig.tables.with("from", new MemoryTable(ORDERS, orders(20_000))).with("to", new MemoryTable(ORDERS));
        rig.activity = Map.of("parallelCopies", "8");
        CopyResult result = rig.copy(
                MemoryTableConnector.source("from"),
                MemoryTableConnector.sink("to").activity("maxConcurrentConnections", "2"));
        assertThat(result.usedParallelCopies()).isEqualTo(2);
        assertThat(result.sinkPeakConnections()).isBetween(1, 2);
    }

    @Test
    void several_readers_feed_a_sink_that_takes_one_stream() {
        rig.tables.with("from", new MemoryTable(ORDERS, orders(50_000))).with("to", new MemoryTable(ORDERS));
        rig.activity = Map.of("parallelCopies", "4");
        CopyResult result = rig.copy(
                MemoryTableConnector.source("from"),
                MemoryTableConnector.sink("to").activity("maxWriters", "1"));
        assertThat(result.usedParallelCopies()).isEqualTo(4);
        assertThat(result.sinkPeakConnections()).isEqualTo(1);
        assertThat(new java.util.HashSet<>(rig.tables.table("to").rows()))
                .isEqualTo(new java.util.HashSet<>(orders(50_000)));
    }

    @Test
    void an_empty_table_is_copied() {
        rig.tables.with("from", new MemoryTable(ORDERS)).with("to", new MemoryTable(ORDERS));
        CopyResult result = rig.copy(MemoryTableConnector.source("from"), MemoryTableConnector.sink("to"));
        assertThat(result.rowsCopied()).isZero();
    }

    @Test
    void a_missing_table_is_created_from_the_source() {
        rig.tables.with("from", new MemoryTable(ORDERS, orders(10)));
        rig.copy(
                MemoryTableConnector.source("from"),
                MemoryTableConnector.sink("new").activity("tableOption", "autoCreate"));
        assertThat(rig.tables.table("new").schema()).isEqualTo(ORDERS);
        assertThat(rig.tables.table("new").rows()).isEqualTo(orders(10));
    }

    @Test
    void columns_convert_to_the_types_of_the_sink() {
        Schema text = Schema.of(
                new Field("id", DataType.STRING),
                new Field("name", DataType.STRING),
                new Field("price", DataType.STRING));
        rig.tables.with("from", new MemoryTable(ORDERS, orders(5_000))).with("text", new MemoryTable(text));
        rig.copy(MemoryTableConnector.source("from"), MemoryTableConnector.sink("text"));
        assertThat(rig.tables.table("text").rows())
                .contains(Rows.row("12", "name 12", "12.25"), Rows.row("7", null, "7.25"));
        rig.tables.with("back", new MemoryTable(ORDERS));
        rig.copy(MemoryTableConnector.source("text"), MemoryTableConnector.sink("back"));
        assertThat(rig.tables.table("back").rows()).containsExactlyInAnyOrderElementsOf(orders(5_000));
    }

    @Test
    void a_table_becomes_one_file_of_the_demanded_name() {
        rig.tables.with("from", new MemoryTable(ORDERS, orders(10_000)));
        CopyResult result = rig.copy(
                MemoryTableConnector.source("from"),
                linesOut().location("folderPath", "/out/").location("fileName", "orders.txt"));
        assertThat(rig.files.paths()).containsExactly("out/orders.txt");
        assertThat(rig.files.text("out/orders.txt")).isEqualTo(orderLines(1, 10_000));
        assertThat(result.filesWritten()).isEqualTo(1);
        assertThat(result.dataWritten()).isEqualTo(rig.files.bytes("out/orders.txt").length);
        assertThat(result.usedParallelCopies()).isEqualTo(1);
    }

    @Test
    void without_a_name_there_is_one_file_called_after_the_table_on_any_machine() {
        rig.tables.with("from", new MemoryTable(ORDERS, orders(10_000)));
        rig.cores = 8;
        CopyResult result =
                rig.copy(MemoryTableConnector.source("from"), linesOut().location("folderPath", "out"));
        assertThat(rig.files.paths()).containsExactly("out/from.lines");
        assertThat(rig.files.text("out/from.lines")).isEqualTo(orderLines(1, 10_000));
        assertThat(result.filesWritten()).isEqualTo(1);
        rig.copy(
                MemoryTableConnector.source("from"),
                linesOut().location("folderPath", "limited").format("maxRowsPerFile", "6000"));
        assertThat(rig.files.paths())
                .containsExactlyInAnyOrder("out/from.lines", "limited/from_00000.lines", "limited/from_00001.lines");
        assertThat(rig.files.text("limited/from_00001.lines")).isEqualTo(orderLines(6_001, 10_000));
    }

    @Test
    void several_files_are_written_when_the_source_is_partitioned_or_parallel_copies_are_demanded() {
        rig.tables.with("from", new MemoryTable(ORDERS, orders(10_000)));
        CopyResult result = rig.copy(
                MemoryTableConnector.source("from").activity("partitionOption", "PhysicalPartitionsOfTable"),
                linesOut().location("folderPath", "out"));
        several("out", result);
        rig.activity = Map.of("parallelCopies", "2");
        result = rig.copy(
                MemoryTableConnector.source("from").activity("partitionOption", "None"),
                linesOut().location("folderPath", "more"));
        several("more", result);
    }

    private void several(String folder, CopyResult result) {
        assertThat(result.usedParallelCopies()).isEqualTo(2);
        assertThat(rig.files.paths().stream().filter(p -> p.startsWith(folder)))
                .hasSize((int) result.filesWritten())
                .allMatch(p -> p.matches(folder + "/from_0000[01].lines"));
        rig.activity = Map.of();
        rig.tables.with("back", new MemoryTable(ORDERS));
        rig.copy(linesIn().location("folderPath", folder), MemoryTableConnector.sink("back"));
        assertThat(rig.tables.table("back").rows()).hasSize(10_000);
        assertThat(new java.util.HashSet<>(rig.tables.table("back").rows()))
                .isEqualTo(new java.util.HashSet<>(orders(10_000)));
    }

    @Test
    void the_name_of_a_packed_file_says_so() {
        rig.tables.with("from", new MemoryTable(ORDERS, orders(3)));
        TestEndpoint packed = Rig.csvOut().with("compressionCodec", "gzip").format("fileExtension", ".csv");
        rig.copy(MemoryTableConnector.source("from"), packed.location("folderPath", "out"));
        assertThat(rig.files.paths()).containsExactly("out/from.csv.gz");
        rig.copy(
                Rig.csvIn().with("compressionCodec", "gzip").location("folderPath", "out"),
                Rig.csvOut().format("fileExtension", "txt").location("folderPath", "plain"));
        assertThat(rig.files.paths()).containsExactlyInAnyOrder("out/from.csv.gz", "plain/from.txt");
        assertThat(rig.files.text("plain/from.txt")).contains("\"name 3\"");
        rig.copy(
                MemoryTableConnector.source("from"),
                packed.location("folderPath", "limited").format("maxRowsPerFile", "2"));
        assertThat(rig.files.paths()).contains("limited/from_00000.csv.gz", "limited/from_00001.csv.gz");
    }

    @Test
    void an_empty_table_becomes_a_file_with_columns_only() {
        rig.tables.with("from", new MemoryTable(ORDERS));
        rig.copy(MemoryTableConnector.source("from"), linesOut().location("fileName", "empty.txt"));
        assertThat(rig.files.text("empty.txt")).isEqualTo(orderLines(1, 0));
    }

    @Test
    void files_hold_at_most_the_demanded_rows() {
        rig.tables.with("from", new MemoryTable(ORDERS, orders(10_000)));
        rig.cores = 1;
        rig.copy(
                MemoryTableConnector.source("from"),
                linesOut().format("maxRowsPerFile", "3000").format("fileNamePrefix", "part"));
        assertThat(rig.files.paths())
                .containsExactly("part_00000.lines", "part_00001.lines", "part_00002.lines", "part_00003.lines");
        assertThat(rig.files.text("part_00000.lines")).isEqualTo(orderLines(1, 3_000));
        assertThat(rig.files.text("part_00002.lines")).isEqualTo(orderLines(6_001, 9_000));
        assertThat(rig.files.text("part_00003.lines")).isEqualTo(orderLines(9_001, 10_000));
    }

    @Test
    void a_large_file_is_split_and_every_row_arrives_once() {
        rig.files.put("big.lines", orderLines(1, 400_000));
        rig.tables.with("to", new MemoryTable(ORDERS));
        CopyResult result = rig.copy(linesIn().location("fileName", "big.lines"), MemoryTableConnector.sink("to"));
        assertThat(result.usedParallelCopies()).isEqualTo(2);
        assertThat(result.filesRead()).isEqualTo(1);
        assertThat(result.rowsRead()).isEqualTo(400_000);
        assertThat(rig.tables.table("to").rows().stream().map(r -> r.get(0)).distinct())
                .hasSize(400_000);
    }

    @Test
    void half_of_the_cores_read_a_large_file_for_a_table_with_one_writer() {
        rig.files.put("big.lines", orderLines(1, 400_000));
        rig.tables.with("to", new MemoryTable(ORDERS));
        rig.cores = 6;
        CopyResult result = rig.copy(
                linesIn().location("fileName", "big.lines"),
                MemoryTableConnector.sink("to").activity("maxWriters", "1"));
        assertThat(result.sinkPeakConnections()).isEqualTo(1);
        assertThat(result.usedParallelCopies()).isBetween(2, 3);
        assertThat(rig.tables.table("to").rows().stream().map(r -> r.get(0)).distinct())
                .hasSize(400_000);
    }

    @Test
    void one_file_into_one_file_keeps_its_order() {
        rig.files.put("big.lines", orderLines(1, 300_000));
        rig.cores = 4;
        rig.copy(linesIn().location("fileName", "big.lines"), linesOut().location("fileName", "copy.lines"));
        assertThat(rig.files.text("copy.lines").equals(orderLines(1, 300_000))).isTrue();
    }

    @Test
    void a_hierarchy_is_preserved_flattened_or_merged() {
        rig.files.put("in/a.txt", orderLines(1, 10));
        rig.files.put("in/sub/b.txt", orderLines(11, 20));
        rig.files.put("in/sub/c.txt.gz", orderLines(21, 30));
        rig.copy(linesIn().location("folderPath", "in"), linesOut().location("folderPath", "same"));
        assertThat(rig.files.paths()).contains("same/a.lines", "same/sub/b.lines", "same/sub/c.lines");
        assertThat(rig.files.text("same/sub/b.lines")).isEqualTo(orderLines(11, 20));
        rig.copy(
                linesIn().location("folderPath", "in"),
                linesOut().location("folderPath", "flat").store("copyBehavior", "FlattenHierarchy"));
        assertThat(rig.files.paths().stream().filter(p -> p.startsWith("flat/")))
                .hasSize(3)
                .allMatch(p -> p.matches("flat/Data\\.run-7\\.[-0-9a-f]{36}\\.lines"));
        CopyResult result = rig.copy(
                linesIn().location("folderPath", "in"),
                linesOut()
                        .location("folderPath", "one")
                        .location("fileName", "all.txt")
                        .store("copyBehavior", "MergeFiles"));
        assertThat(rig.files.text("one/all.txt")).isEqualTo(orderLines(1, 30));
        assertThat(result.filesRead()).isEqualTo(3);
        assertThat(result.filesWritten()).isEqualTo(1);
    }

    @Test
    void nothing_inside_the_time_window_is_a_copy_of_nothing() {
        rig.files.put("in/a.txt", orderLines(1, 10));
        rig.tables.with("to", new MemoryTable(ORDERS));
        CopyResult result = rig.copy(
                linesIn().location("folderPath", "in").store("modifiedDatetimeStart", "2020-01-01T00:00:00Z"),
                MemoryTableConnector.sink("to"));
        assertThat(result.filesRead()).isZero();
        assertThat(result.rowsCopied()).isZero();
    }

    @Test
    void columns_are_added() {
        rig.files.put("in/x/a.txt", orderLines(1, 2));
        rig.files.put("in/x/b.txt", orderLines(3, 3));
        rig.tables.with(
                "to",
                new MemoryTable(new Schema(List.of(
                        ORDERS.field(0),
                        ORDERS.field(1),
                        ORDERS.field(2),
                        new Field("batch", DataType.INT64),
                        new Field("file", DataType.STRING),
                        new Field("again", DataType.STRING)))));
        rig.copy(
                linesIn()
                        .location("folderPath", "in")
                        .activity(
                                "additionalColumns",
                                List.of(
                                        Map.of("name", "batch", "value", "42"),
                                        Map.of("name", "file", "value", "$$FILEPATH"),
                                        Map.of("name", "again", "value", "$$COLUMN:id"))),
                MemoryTableConnector.sink("to"));
        assertThat(rig.tables.table("to").rows())
                .containsExactlyInAnyOrder(
                        Rows.row(1, "name 1", new java.math.BigDecimal("1.25"), 42L, "x/a.txt", "1"),
                        Rows.row(2, "name 2", new java.math.BigDecimal("2.25"), 42L, "x/a.txt", "2"),
                        Rows.row(3, "name 3", new java.math.BigDecimal("3.25"), 42L, "x/b.txt", "3"));
    }

    @Test
    void the_output_is_data_factorys() {
        rig.files.put("in/a.txt", orderLines(1, 10));
        rig.tables.with("to", new MemoryTable(ORDERS));
        rig.activity = Map.of("validateDataConsistency", true);
        CopyResult result = rig.copy(linesIn().location("folderPath", "in"), MemoryTableConnector.sink("to"));
        Map<String, Object> out = result.output();
        assertThat(out)
                .containsEntry("rowsRead", 10L)
                .containsEntry("rowsCopied", 10L)
                .containsEntry("filesRead", 1L);
        assertThat(out).containsEntry("errors", List.of()).containsEntry("copyDuration", 0L);
        assertThat(out.get("executionDetails"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.list(Map.class))
                .singleElement()
                .satisfies(d -> {
                    assertThat(d.get("status")).isEqualTo("Succeeded");
                    assertThat(d.get("start")).isEqualTo("2026-01-02T03:04:05Z");
                    assertThat(d.get("source")).isEqualTo(Map.of("type", "Memory"));
                    assertThat(d.get("sink")).isEqualTo(Map.of("type", "MemoryDatabase"));
                    assertThat(d.get("profile").toString()).contains("readingFromSource", "writingToSink", "queue");
                });
        assertThat(out.get("dataConsistencyVerification"))
                .isEqualTo(Map.of("VerificationResult", "Verified", "InconsistentData", "None"));
        assertThat(rig.progress.snapshot().rowsWritten()).isEqualTo(10);
    }

    @Test
    void wide_tables_take_smaller_batches_instead_of_more_memory() {
        Schema wide = RandomData.schema(java.util.Collections.nCopies(500, DataType.STRING));
        List<List<@Nullable Object>> rows = new RandomData(5).rows(wide, 600);
        rig.tables.with("from", new MemoryTable(wide, rows)).with("to", new MemoryTable(wide));
        rig.copy(MemoryTableConnector.source("from"), MemoryTableConnector.sink("to"));
        assertThat(rig.tables.table("to").rows()).containsExactlyInAnyOrderElementsOf(rows);
        assertThat(rig.job.memory().peak()).isLessThan(100L << 20);
    }

    @Test
    void a_sink_slower_than_the_source_holds_it_back_so_that_memory_stays_flat() throws Exception {
        int batches = 40;
        int mostAhead = 3;
        Semaphore read = new Semaphore(0);
        AtomicInteger reads = new AtomicInteger();
        AtomicInteger ahead = new AtomicInteger();
        AtomicInteger writes = new AtomicInteger();
        rig.tables
                .with("from", new MemoryTable(ORDERS, orders(batches * Batch.DEFAULT_ROWS)).onRead((part, batch) -> {
                            reads.incrementAndGet();
                            read.release();
                        }))
                .with("to", new MemoryTable(ORDERS).onWrite((part, batch) -> {
                            // As slow as can be: nothing is written until the source can read no further.
                            int more = writes.get() == 0 ? mostAhead : reads.get() < batches ? 1 : 0;
                            read.acquireUninterruptibly(more);
                            ahead.accumulateAndGet(reads.get() - writes.getAndIncrement(), Math::max);
                        }));
        rig.activity = Map.of("parallelCopies", BigDecimal.ONE);
        rig.copy(MemoryTableConnector.source("from"), MemoryTableConnector.sink("to"));
        assertThat(rig.tables.table("to").rows()).hasSize(batches * Batch.DEFAULT_ROWS);
        assertThat(ahead.get()).isLessThanOrEqualTo(mostAhead);
    }
}
