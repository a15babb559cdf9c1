package dev.sluice.data.copy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.testkit.FaultyFileStore;
import dev.sluice.data.testkit.MemoryTable;
import dev.sluice.data.testkit.MemoryTableConnector;
import dev.sluice.data.testkit.RandomData;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Problem;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StagedCopyTest {
    private final Rig rig = new Rig();

    @BeforeEach
    void stage() {
        rig.staging = Optional.of(
                new Staging(Rig.lines(TestEndpoint.sink()).dataset("Binary").build(), "tmp", true));
        rig.activity = Map.of("enableStaging", true);
    }

    private List<String> staged() {
        return rig.files.paths().stream().filter(p -> p.startsWith("tmp")).toList();
    }

    @Test
    void rows_go_by_way_of_files_that_are_gone_afterwards() {
        Schema schema = RandomData.schema(RandomData.allTypes());
        List<List<@Nullable Object>> rows = new RandomData(3).rows(schema, 30_000);
        Set<String> seen = ConcurrentHashMap.newKeySet();
        MemoryTable to = new MemoryTable(schema).onWrite((part, batch) -> seen.addAll(staged()));
        rig.tables.with("from", new MemoryTable(schema, rows)).with("to", to);
        CopyResult result = rig.copy(MemoryTableConnector.source("from"), MemoryTableConnector.sink("to"));
        assertThat(to.rows()).containsExactlyInAnyOrderElementsOf(rows);
        assertThat(seen).isNotEmpty().allMatch(p -> p.startsWith("tmp/sluice-staging/") && p.endsWith(".parquet"));
        assertThat(rig.files.paths()).isEmpty();
        assertThat(result.rowsRead()).isEqualTo(30_000);
        assertThat(result.rowsCopied()).isEqualTo(30_000);
        assertThat((List<?>) result.output().get("executionDetails")).hasSize(2);
    }

    @Test
    void text_without_a_header_is_mapped_by_position_and_converted_at_the_sink() {
        rig.files.put("in/a.csv", "7;one;1.5;04.03.2024\n8;two;2.25;05.03.2024\n");
        Schema dated = Schema.of(
                new Field("id", DataType.INT32),
                new Field("name", DataType.STRING),
                new Field("price", DataType.decimal(10, 2)),
                new Field("day", DataType.DATE));
        rig.tables.with("to", new MemoryTable(dated));
        rig.activity = Map.of(
                "enableStaging",
                true,
                "translator",
                Map.of(
                        "type",
                        "TabularTranslator",
                        "typeConversion",
                        true,
                        "typeConversionSettings",
                        Map.of("dateTimeFormat", "dd.MM.yyyy", "dateFormat", "dd.MM.yyyy")));
        rig.copy(
                Rig.csvIn()
                        .with("firstRowAsHeader", false)
                        .with("columnDelimiter", ";")
                        .location("folderPath", "in"),
                MemoryTableConnector.sink("to"));
        assertThat(rig.tables.table("to").rows())
                .containsExactlyInAnyOrder(
                        Rows.row(7, "one", new java.math.BigDecimal("1.50"), java.time.LocalDate.of(2024, 3, 4)),
                        Rows.row(8, "two", new java.math.BigDecimal("2.25"), java.time.LocalDate.of(2024, 3, 5)));
        assertThat(staged()).isEmpty();
    }

    @Test
    void an_explicit_mapping_renames_once_and_skipped_rows_of_both_ways_are_counted() {
        rig.files.put("in/a.csv", "a,b\n1,one\nx,two\n3,three\n4\n");
        Schema sink = Schema.of(new Field("id", DataType.INT32), new Field("name", DataType.STRING));
        rig.tables.with("to", new MemoryTable(sink));
        rig.log = Optional.of(new LogTarget(
                Rig.lines(TestEndpoint.sink()).dataset("Binary").build(), "", "logs", false, "logFilePath"));
        rig.activity = Map.of(
                "enableStaging", true,
                "enableSkipIncompatibleRow", true,
                "translator",
                        Map.of(
                                "type",
                                "TabularTranslator",
                                "mappings",
                                List.of(
                                        Map.of("source", Map.of("name", "a"), "sink", Map.of("name", "id")),
                                        Map.of("source", Map.of("name", "b"), "sink", Map.of("name", "name")))));
        CopyResult result = rig.copy(Rig.csvIn().location("folderPath", "in"), MemoryTableConnector.sink("to"));
        assertThat(rig.tables.table("to").rows()).containsExactlyInAnyOrder(Rows.row(1, "one"), Rows.row(3, "three"));
        assertThat(result.rowsRead()).isEqualTo(4);
        assertThat(result.rowsCopied()).isEqualTo(2);
        assertThat(result.rowsSkipped()).isEqualTo(2);
        assertThat(result.output()).containsKeys("logFilePath", "logFilePathFromStaging");
        String second = result.output().get("logFilePathFromStaging").toString();
        assertThat(rig.files.text(second)).contains("\"x,two\"");
        assertThat(staged()).isEmpty();
    }

    @Test
    void a_failure_on_either_way_leaves_no_file_and_no_row() {
        rig.tables.with("from", new MemoryTable(Rig.ORDERS, Rig.orders(5_000)));
        Schema narrow = Schema.of(
                new Field("id", DataType.INT8), new Field("name", DataType.STRING), new Field("price", DataType.INT8));
        rig.tables.with("to", new MemoryTable(narrow));
        Problem p = rig.failing(MemoryTableConnector.source("from"), MemoryTableConnector.sink("to"));
        assertThat(p.location()).contains("staged");
        assertThat(rig.tables.table("to").rows()).isEmpty();
        assertThat(staged()).isEmpty();
        rig.around = s -> new FaultyFileStore(s).fullAfter(1_000);
        rig.failing(MemoryTableConnector.source("from"), MemoryTableConnector.sink("to"));
        assertThat(staged()).isEmpty();
    }

    @Test
    void what_an_attempt_before_has_left_is_not_loaded() {
        String own = "tmp/sluice-staging/" + rig.job.jobId() + "/";
        rig.tables.with("from", new MemoryTable(Rig.ORDERS, Rig.orders(10))).with("to", new MemoryTable(Rig.ORDERS));
        rig.files.put(own + "staged_00007.parquet", "half of a file");
        rig.files.put("tmp/sluice-staging/another/staged_00000.parquet", "of another job");
        rig.copy(MemoryTableConnector.source("from"), MemoryTableConnector.sink("to"));
        assertThat(rig.tables.table("to").rows()).hasSize(10);
        assertThat(staged()).containsExactly("tmp/sluice-staging/another/staged_00000.parquet");
    }

    @Test
    void a_source_without_rows_or_without_columns_is_no_failure() {
        rig.tables.with("from", new MemoryTable(Rig.ORDERS)).with("to", new MemoryTable(Rig.ORDERS));
        rig.copy(MemoryTableConnector.source("from"), MemoryTableConnector.sink("to"));
        rig.files.put("in/empty.csv", "");
        CopyResult result = rig.copy(Rig.csvIn().location("folderPath", "in"), MemoryTableConnector.sink("to"));
        assertThat(result.rowsCopied()).isZero();
        assertThat(staged()).isEmpty();
    }

    @Test
    void what_is_no_load_of_a_table_is_not_staged() {
        rig.tables.with("from", new MemoryTable(Rig.ORDERS, Rig.orders(10)));
        Problem p =
                rig.failing(MemoryTableConnector.source("from"), Rig.csvOut().location("folderPath", "out"));
        assertThat(p.fault()).isEqualTo(DocumentFaults.SETTING_UNSUPPORTED);
        assertThat(p.location()).isEqualTo("/typeProperties/enableStaging");
    }
}
