package dev.sluice.data.copy;

import static dev.sluice.data.copy.Rig.ORDERS;
import static dev.sluice.data.copy.Rig.orders;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.copy.Verification.Difference;
import dev.sluice.data.copy.Verification.Verified;
import dev.sluice.data.copy.manifest.Contents;
import dev.sluice.data.copy.manifest.Manifest;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.testkit.FaultyFileStore;
import dev.sluice.data.testkit.MemoryTable;
import dev.sluice.data.testkit.MemoryTableConnector;
import dev.sluice.data.testkit.RandomData;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.DataFaults;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class VerificationTest {
    private final Rig rig = new Rig();

    /// As it goes through the file that a node keeps.
    private static Contents told(Map<String, Object> manifest) {
        return Manifest.sink(new Settings("manifest", plain(manifest)));
    }

    private static Map<String, Object> plain(Map<?, ?> map) {
        Map<String, Object> plain = new java.util.LinkedHashMap<>();
        map.forEach((name, value) -> plain.put(
                (String) name,
                switch (value) {
                    case Map<?, ?> m -> plain(m);
                    case List<?> l ->
                        l.stream()
                                .map(e -> e instanceof Map<?, ?> m ? plain(m) : e)
                                .toList();
                    case Long n -> BigDecimal.valueOf(n);
                    default -> value;
                }));
        return plain;
    }

    private Verified verified(TestEndpoint sink, CopyResult result) throws Exception {
        return rig.verify(sink.build(), told(result.manifest().toMap()));
    }

    private CopyResult ofTable(Schema schema, List<List<@Nullable Object>> rows, TestEndpoint sink) {
        rig.tables.with("from", new MemoryTable(schema, rows));
        return rig.copy(MemoryTableConnector.source("from"), sink);
    }

    @ParameterizedTest
    @ValueSource(strings = {"DelimitedText", "Parquet"})
    void values_of_every_type_are_found_again(String format) throws Exception {
        Schema schema = RandomData.schema(RandomData.allTypes());
        List<List<@Nullable Object>> rows = new RandomData(11).rows(schema, 5_000);
        TestEndpoint sink = Rig.lines(TestEndpoint.sink())
                .dataset(format)
                .with("firstRowAsHeader", true)
                .location("fileName", "all");
        rig.activity = Map.of("validateDataConsistency", true);
        CopyResult result = ofTable(schema, rows, sink);
        Verified verified = verified(sink, result);
        assertThat(verified.differences()).isEmpty();
        assertThat(verified.rows()).isEqualTo(5_000);
        assertThat(verified.files()).isEqualTo(1);
    }

    @Test
    void a_table_is_compared_in_any_order_of_rows() throws Exception {
        rig.tables.with("to", new MemoryTable(ORDERS));
        CopyResult result = ofTable(ORDERS, orders(20_000), MemoryTableConnector.sink("to"));
        List<List<@Nullable Object>> shuffled =
                new ArrayList<>(rig.tables.table("to").rows());
        Collections.shuffle(shuffled, new Random(1));
        rig.tables.with("to", new MemoryTable(ORDERS, shuffled));
        assertThat(verified(MemoryTableConnector.sink("to"), result).differences())
                .isEmpty();
    }

    @Test
    void a_changed_value_is_named_by_its_column() throws Exception {
        rig.tables.with("to", new MemoryTable(ORDERS));
        CopyResult result = ofTable(ORDERS, orders(3_000), MemoryTableConnector.sink("to"));
        List<List<@Nullable Object>> rows = new ArrayList<>(orders(3_000));
        rows.set(1_234, Rows.row(1_235, "another", new BigDecimal("1235.25")));
        rig.tables.with("to", new MemoryTable(ORDERS, rows));
        assertThat(verified(MemoryTableConnector.sink("to"), result).differences())
                .singleElement()
                .satisfies(d -> assertThat(d.column()).isEqualTo("name"));
    }

    @Test
    void values_that_changed_places_are_noticed_although_each_column_has_them_all() throws Exception {
        rig.tables.with("to", new MemoryTable(ORDERS));
        CopyResult result = ofTable(ORDERS, orders(100), MemoryTableConnector.sink("to"));
        List<List<@Nullable Object>> rows = new ArrayList<>(orders(100));
        rows.set(0, Rows.row(1, "name 2", new BigDecimal("1.25")));
        rows.set(1, Rows.row(2, "name 1", new BigDecimal("2.25")));
        rig.tables.with("to", new MemoryTable(ORDERS, rows));
        assertThat(verified(MemoryTableConnector.sink("to"), result).differences())
                .singleElement()
                .satisfies(d -> assertThat(d.detail()).contains("other rows"));
    }

    @Test
    void a_null_is_not_an_empty_text_and_a_lost_row_is_counted() throws Exception {
        Schema names = Schema.of(new Field("name", dev.sluice.data.batch.DataType.STRING));
        rig.tables.with("to", new MemoryTable(names));
        List<List<@Nullable Object>> rows = List.of(Rows.row(""), Rows.row((Object) null), Rows.row("x"));
        CopyResult result = ofTable(names, rows, MemoryTableConnector.sink("to"));
        rig.tables.with("to", new MemoryTable(names, List.of(Rows.row(""), Rows.row(""), Rows.row("x"))));
        assertThat(verified(MemoryTableConnector.sink("to"), result).differences())
                .extracting(Difference::detail)
                .containsExactly("0 nulls and 2 empty texts are there, 1 and 1 were written");
        rig.tables.with("to", new MemoryTable(names, List.of(Rows.row(""), Rows.row("x"))));
        assertThat(verified(MemoryTableConnector.sink("to"), result).differences())
                .extracting(Difference::detail)
                .anyMatch(d -> d.startsWith("2 rows are there, 3 were written"));
    }

    @Test
    void a_difference_in_files_is_named_by_file_rows_and_column() throws Exception {
        TestEndpoint sink = Rig.csvOut()
                .location("folderPath", "out")
                .with("quoteAllText", false)
                .format("maxRowsPerFile", "400")
                .format("fileNamePrefix", "part");
        CopyResult result = ofTable(ORDERS, orders(1_000), sink);
        List<String> files = rig.files.paths().stream().sorted().toList();
        assertThat(files).hasSize(3);
        assertThat(verified(sink, result).differences()).isEmpty();
        String second = files.get(1);
        rig.files.put(second, rig.files.text(second).replace("name 500", "name 5OO"));
        assertThat(verified(sink, result).differences()).singleElement().satisfies(d -> {
            assertThat(d.chunk()).isEqualTo(second + ", rows 1 to 400");
            assertThat(d.column()).isEqualTo("name");
        });
        rig.files.delete(files.get(2));
        assertThat(verified(sink, result).differences())
                .extracting(Difference::chunk)
                .contains(files.get(2));
    }

    @Test
    void what_leaves_the_machine_holds_no_value_and_stays_small() {
        TestEndpoint sink = Rig.csvOut()
                .location("folderPath", "out")
                .format("maxRowsPerFile", "2")
                .format("fileNamePrefix", "part");
        CopyResult result = ofTable(ORDERS, orders(1_000), sink);
        assertThat(result.manifest().sink().chunks()).hasSize(500);
        assertThat(result.manifest().toMap().toString()).contains("name 999").contains("chunks=");
        assertThat(result.output().get("manifest").toString())
                .doesNotContain("name 999")
                .contains("chunkCount=500")
                .doesNotContain("chunks=");
        Contents total = told(result.manifest().summary());
        assertThat(total.rows()).isEqualTo(1_000);
        assertThat(total.totals())
                .extracting(s -> s.text())
                .isEqualTo(result.manifest().sink().totals().stream()
                        .map(s -> s.text())
                        .toList());
    }

    @Test
    void both_sides_are_summed_up_where_consistency_is_asked_for() {
        rig.tables.with("to", new MemoryTable(ORDERS));
        rig.activity = Map.of("validateDataConsistency", true);
        CopyResult result = ofTable(ORDERS, orders(10_000), MemoryTableConnector.sink("to"));
        assertThat(result.manifest().source().hashed()).isTrue();
        assertThat(result.manifest().source().totals())
                .isEqualTo(result.manifest().sink().totals());
        rig.activity = Map.of("manifest", "counts");
        result = ofTable(ORDERS, orders(10_000), MemoryTableConnector.sink("to"));
        assertThat(result.manifest().sink().hashed()).isFalse();
        assertThat(result.manifest().source().rows()).isEqualTo(10_000);
    }

    @Test
    void a_file_that_came_out_otherwise_fails_the_copy_and_is_taken_back() {
        rig.activity = Map.of("validateDataConsistency", true);
        rig.around = s -> new FaultyFileStore(s).corrupt("name 78\"", "name 7?\"");
        rig.tables.with("from", new MemoryTable(ORDERS, orders(100)));
        rig.files.put("out.csv", "precious");
        var problem =
                rig.failing(MemoryTableConnector.source("from"), Rig.csvOut().location("fileName", "out.csv"));
        assertThat(problem.fault()).isEqualTo(DataFaults.FILE_DIFFERS);
        assertThat(problem.message()).contains("column name").contains("out.csv");
        assertThat(rig.files.text("out.csv")).isEqualTo("precious");
    }

    @Test
    void files_that_are_not_parsed_are_compared_byte_by_byte() throws Exception {
        byte[] content = new byte[3_000_001];
        new Random(5).nextBytes(content);
        rig.files.put("in/a.bin", content, Instant.EPOCH);
        rig.files.put("in/b.bin", new byte[0], Instant.EPOCH);
        TestEndpoint from = TestEndpoint.source()
                .linkedService("Memory")
                .dataset("Binary")
                .location("type", "MemoryLocation")
                .location("folderPath", "in");
        TestEndpoint to = TestEndpoint.sink()
                .linkedService("Memory")
                .dataset("Binary")
                .location("type", "MemoryLocation")
                .location("folderPath", "out");
        CopyResult result = rig.copy(from, to);
        assertThat(verified(to, result).differences()).isEmpty();
        content[2_999_999] ^= 1;
        rig.files.put("out/a.bin", content, Instant.EPOCH);
        assertThat(verified(to, result).differences())
                .containsExactly(new Difference("out/a.bin", "", "the bytes are others"));
    }
}
