package dev.sluice.data.copy;

import static dev.sluice.data.copy.Rig.csvIn;
import static dev.sluice.data.copy.Rig.csvOut;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.testkit.MemoryTable;
import dev.sluice.data.testkit.MemoryTableConnector;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Problem;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Files without a byte among the files of a copy, with the real formats.
@Timeout(30)
class EmptyFilesTest {
    private static final Schema PAIR = Schema.of(new Field("id", DataType.INT32), new Field("name", DataType.STRING));

    private final Rig rig = new Rig();

    private static TestEndpoint folder(TestEndpoint side) {
        return side.location("folderPath", "in");
    }

    private MemoryTable target() {
        MemoryTable table = new MemoryTable(PAIR);
        rig.tables.with("to", table);
        return table;
    }

    @Test
    void the_first_file_with_columns_gives_those_of_the_copy() {
        rig.files.put("in/a.csv", "");
        rig.files.put("in/b.csv", "\r\n");
        rig.files.put("in/c.csv", "id,name\r\n1,one\r\n");
        rig.files.put("in/d.csv", "name,id\r\ntwo,2\r\n");
        rig.files.put("in/e.csv", "");
        MemoryTable to = target();
        CopyResult result = rig.copy(folder(csvIn()), MemoryTableConnector.sink("to"));
        assertThat(to.rows()).containsExactlyInAnyOrder(Rows.row(1, "one"), Rows.row(2, "two"));
        assertThat(result.filesRead()).isEqualTo(5);
        assertThat(result.rowsCopied()).isEqualTo(2);
    }

    @Test
    void columns_without_names_come_from_the_first_file_with_rows_too() {
        rig.files.put("in/a.csv", "");
        rig.files.put("in/b.csv", "1,one\r\n2,two\r\n");
        MemoryTable to = target();
        rig.copy(folder(csvIn()).with("firstRowAsHeader", false), MemoryTableConnector.sink("to"));
        assertThat(to.rows()).containsExactlyInAnyOrder(Rows.row(1, "one"), Rows.row(2, "two"));
    }

    @Test
    void files_are_joined_behind_an_empty_one() {
        rig.files.put("in/a.csv", "");
        rig.files.put("in/b.csv", "id,name\r\n1,one\r\n");
        rig.copy(folder(csvIn()), csvOut().format("quoteAllText", false).location("fileName", "all.csv"));
        assertThat(rig.files.text("all.csv")).isEqualTo("id,name\r\n1,one\r\n");
    }

    @Test
    void nothing_but_empty_files_is_a_copy_of_no_rows() {
        rig.files.put("in/a.csv", "");
        rig.files.put("in/b.csv", "");
        MemoryTable to = target();
        CopyResult result = rig.copy(folder(csvIn()), MemoryTableConnector.sink("to"));
        assertThat(result.rowsRead()).isZero();
        assertThat(result.rowsCopied()).isZero();
        assertThat(result.filesRead()).isEqualTo(2);
        assertThat(to.rows()).isEmpty();
        for (String format : List.of("Parquet", "DelimitedText")) {
            result = rig.copy(folder(csvIn()), csvOut().dataset(format).location("fileName", "out"));
            assertThat(result.rowsCopied()).isZero();
            assertThat(result.filesWritten()).isZero();
        }
        assertThat(rig.files.paths()).containsExactlyInAnyOrder("in/a.csv", "in/b.csv");
        rig.copy(folder(csvIn()), MemoryTableConnector.sink("new").activity("tableOption", "autoCreate"));
        assertThat(rig.tables.has("new")).isFalse();
    }

    @Test
    void a_later_file_is_read_by_name_and_may_have_more_columns() {
        rig.files.put("in/a.csv", "id,name\r\n1,one\r\n");
        rig.files.put("in/b.csv", "more,name,id\r\nx,two,2\r\n");
        MemoryTable to = target();
        rig.copy(folder(csvIn()), MemoryTableConnector.sink("to"));
        assertThat(to.rows()).containsExactlyInAnyOrder(Rows.row(1, "one"), Rows.row(2, "two"));
    }

    @Test
    void a_demanded_column_that_a_file_lacks_fails_the_copy() {
        rig.activity = Map.of(
                "translator",
                Map.of(
                        "mappings",
                        List.of(
                                Map.of("source", Map.of("name", "id"), "sink", Map.of("name", "id")),
                                Map.of("source", Map.of("name", "more"), "sink", Map.of("name", "name")))));
        rig.files.put("in/a.csv", "");
        rig.files.put("in/b.csv", "id,name\r\n1,one\r\n");
        rig.files.put("in/c.csv", "id,name,more\r\n2,two,x\r\n");
        MemoryTable to = target();
        Problem p = rig.failing(folder(csvIn()), MemoryTableConnector.sink("to"));
        assertThat(p.fault()).isEqualTo(DataFaults.COLUMN_MISSING);
        assertThat(p.evidence()).containsEntry("column", "more");
        rig.files.put("in/b.csv", "id,more\r\n1,one\r\n");
        rig.files.put("in/c.csv", "id,name\r\n2,two\r\n");
        p = rig.failing(folder(csvIn()), MemoryTableConnector.sink("to"));
        assertThat(p.fault()).isEqualTo(DataFaults.COLUMN_MISSING);
        assertThat(p.evidence()).containsEntry("object", "in/c.csv");
        assertThat(to.rows()).isEmpty();
    }

    @Test
    void an_empty_file_is_no_parquet_file_wherever_it_stands() {
        rig.tables.with("from", new MemoryTable(PAIR, List.of(Rows.row(1, "one"))));
        MemoryTable to = target();
        for (String empty : List.of("first/a.parquet", "last/z.parquet")) {
            String folder = empty.substring(0, empty.indexOf('/'));
            rig.copy(
                    MemoryTableConnector.source("from"),
                    csvOut().dataset("Parquet").location("folderPath", folder).location("fileName", "m.parquet"));
            rig.files.put(empty, "");
            Problem p = rig.failing(
                    csvIn().dataset("Parquet").location("folderPath", folder), MemoryTableConnector.sink("to"));
            assertThat(p.fault()).isEqualTo(DataFaults.MALFORMED_FILE);
            assertThat(p.message()).contains(empty);
            assertThat(to.rows()).isEmpty();
        }
    }
}
