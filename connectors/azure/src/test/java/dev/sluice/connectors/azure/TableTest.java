package dev.sluice.connectors.azure;

import static dev.sluice.data.testkit.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Source;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.data.testkit.azure.AzuriteServer;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Tables of Azurite, with what the contracts do not ask.
class TableTest {
    private static final Schema KEYED = Schema.of(
            new Field("part", DataType.STRING), new Field("id", DataType.INT32), new Field("note", DataType.STRING));

    private final TestJob job = new TestJob();

    @BeforeAll
    static void needsAzurite() {
        TableStorage.server();
    }

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    private static TestEndpoint keyed(String table) {
        return TableStorage.sink(table)
                .activity("azureTablePartitionKeyName", "part")
                .activity("azureTableRowKeyName", "id");
    }

    private static List<List<@Nullable Object>> many(int count, int partitions) {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            rows.add(row("p" + i % partitions, i, "n" + i));
        }
        return rows;
    }

    @Test
    void rows_of_many_partitions_and_pages_come_back_whole() throws IOException {
        String table = TableStorage.newName();
        List<List<@Nullable Object>> rows = many(2_500, 7);
        assertThat(TableStorage.write(keyed(table).build(), KEYED, rows, job).rows())
                .isEqualTo(2_500);
        assertThat(TableStorage.read(TableStorage.source(table).build(), List.of("PartitionKey", "id", "note"), job))
                .containsExactlyInAnyOrderElementsOf(rows);
    }

    @Test
    void a_query_filters_by_the_service() throws IOException {
        String table = TableStorage.newName();
        TableStorage.write(keyed(table).build(), KEYED, many(30, 3), job);
        assertThat(TableStorage.read(
                        TableStorage.source(table)
                                .activity("azureTableSourceQuery", "PartitionKey eq 'p1' and id lt 8")
                                .build(),
                        List.of("id"),
                        job))
                .containsExactlyInAnyOrder(row(1), row(4), row(7));
        ProblemException wrong = catchThrowableOfType(
                ProblemException.class,
                () -> TableStorage.read(
                        TableStorage.source(table)
                                .activity("azureTableSourceQuery", "PartitionKey is 'p1'")
                                .build(),
                        List.of(),
                        job));
        assertThat(wrong.problem().fault()).isEqualTo(DataFaults.QUERY_FAILED);
    }

    @Test
    void columns_are_those_that_entities_have_with_a_type_that_holds_all_values() throws IOException {
        String table = TableStorage.newName();
        TableStorage.create(table);
        TableStorage.insert(
                table,
                "{\"PartitionKey\":\"a\",\"RowKey\":\"1\",\"n\":5,\"mixed\":1,"
                        + "\"when@odata.type\":\"Edm.DateTime\",\"when\":\"2024-02-29T12:30:00.5Z\"}");
        TableStorage.insert(
                table,
                "{\"PartitionKey\":\"a\",\"RowKey\":\"2\",\"n@odata.type\":\"Edm.Int64\",\"n\":\"9007199254740993\","
                        + "\"mixed\":\"x\",\"later\":true}");
        try (Source source =
                new AzureTableConnector().source(TableStorage.source(table).build(), job)) {
            assertThat(source.schema().field(source.schema().indexOf("n")).type())
                    .isEqualTo(DataType.INT64);
            assertThat(source.schema().field(source.schema().indexOf("mixed")).type())
                    .isEqualTo(DataType.STRING);
            assertThat(source.schema().names()).startsWith("PartitionKey", "RowKey", "Timestamp");
        }
        assertThat(TableStorage.read(TableStorage.source(table).build(), List.of("n", "mixed", "when", "later"), job))
                .containsExactlyInAnyOrder(
                        row(5L, "1", LocalDateTime.parse("2024-02-29T12:30:00.5"), null),
                        row(9_007_199_254_740_993L, "x", null, true));
    }

    @Test
    void an_entity_that_is_there_is_merged_or_replaced() throws IOException {
        String table = TableStorage.newName();
        Schema other = Schema.of(
                new Field("part", DataType.STRING), new Field("id", DataType.INT32), new Field("more", DataType.INT64));
        TableStorage.write(keyed(table).build(), KEYED, List.of(row("a", 1, "one"), row("a", 2, "two")), job);
        TableStorage.write(keyed(table).build(), other, List.of(row("a", 1, 11L)), job);
        TableStorage.write(
                keyed(table).activity("azureTableInsertType", "replace").build(),
                other,
                List.of(row("a", 2, 22L)),
                job);
        assertThat(TableStorage.read(TableStorage.source(table).build(), List.of("RowKey", "note", "more"), job))
                .containsExactlyInAnyOrder(row("1", "one", 11L), row("2", null, 22L));
    }

    @Test
    void of_the_same_entity_twice_the_last_one_stays() throws IOException {
        String table = TableStorage.newName();
        TableStorage.write(keyed(table).build(), KEYED, List.of(row("a", 1, "first"), row("a", 1, "last")), job);
        assertThat(TableStorage.read(TableStorage.source(table).build(), List.of("note"), job))
                .containsExactly(row("last"));
    }

    @Test
    void keys_that_are_made_are_the_same_when_the_job_runs_again() throws IOException {
        String table = TableStorage.newName();
        for (int run = 0; run < 2; run++) {
            TableStorage.write(
                    TableStorage.sink(table)
                            .activity("azureTableDefaultPartitionKeyValue", "it's all")
                            .build(),
                    KEYED,
                    List.of(row("a", 1, "x"), row("a", 1, "y")),
                    job);
            if (run == 0) {
                continue;
            }
            assertThat(TableStorage.read(TableStorage.source(table).build(), List.of("note"), job))
                    .containsExactlyInAnyOrder(row("x"), row("y"));
        }
    }

    @Test
    void a_table_copied_to_another_keeps_its_keys() throws IOException {
        String table = TableStorage.newName();
        Schema entities = Schema.of(
                new Field("PartitionKey", DataType.STRING),
                new Field("RowKey", DataType.STRING),
                new Field("Timestamp", DataType.timestamp(7)));
        TableStorage.write(
                TableStorage.sink(table).build(),
                entities,
                List.of(row("it's", "ä 1", LocalDateTime.parse("2001-01-01T00:00"))),
                job);
        assertThat(TableStorage.read(TableStorage.source(table).build(), List.of("PartitionKey", "RowKey"), job))
                .containsExactly(row("it's", "ä 1"));
    }

    @Test
    void a_partition_is_needed_and_a_key_must_have_a_value() throws IOException {
        String table = TableStorage.newName();
        ProblemException none = catchThrowableOfType(
                ProblemException.class,
                () -> TableStorage.write(TableStorage.sink(table).build(), KEYED, List.of(), job));
        assertThat(none.problem().fault()).isEqualTo(DocumentFaults.MEMBER_MISSING);
        assertThat(none).hasMessageContaining("azureTablePartitionKeyName");
        ProblemException unknown = catchThrowableOfType(
                ProblemException.class,
                () -> TableStorage.write(
                        keyed(table).activity("azureTableRowKeyName", "ID").build(), KEYED, List.of(), job));
        assertThat(unknown.problem().fault()).isEqualTo(DataFaults.COLUMN_MISSING);
        ProblemException empty = catchThrowableOfType(
                ProblemException.class,
                () -> TableStorage.write(keyed(table).build(), KEYED, List.of(row(null, 1, "x")), job));
        assertThat(empty.problem().fault()).isEqualTo(DataFaults.NULL_REFUSED);
        assertThat(empty.problem().evidence()).containsEntry("row", "1").containsEntry("column", "part");
    }

    @Test
    void an_entity_that_the_service_refuses_is_named_by_its_row() {
        String table = TableStorage.newName();
        ProblemException refused = catchThrowableOfType(
                ProblemException.class,
                () -> TableStorage.write(
                        keyed(table).build(),
                        KEYED,
                        List.of(row("a", 1, "good"), row("a", 2, "x".repeat(40_000))),
                        job));
        assertThat(refused.problem().fault()).isEqualTo(DataFaults.ROW_REFUSED);
        assertThat(refused.problem().kind()).isEqualTo(dev.sluice.diagnosis.Kind.SINK);
        assertThat(refused.getMessage()).doesNotContain("unknown)");
    }

    @Test
    void a_missing_table_may_be_ignored() throws IOException {
        assertThat(TableStorage.read(
                        TableStorage.source("nobodyMadeThis")
                                .activity("azureTableSourceIgnoreTableNotFound", true)
                                .build(),
                        List.of(),
                        job))
                .isEmpty();
    }

    @Test
    void a_name_that_no_table_can_have_is_refused_before_anything_is_asked() {
        ProblemException bad = catchThrowableOfType(
                ProblemException.class,
                () -> TableStorage.read(TableStorage.source("my-table").build(), List.of(), job));
        assertThat(bad).hasMessageContaining("/dataset/tableName");
    }

    private static TestEndpoint to(String connectionString) {
        return TestEndpoint.source()
                .linkedService("AzureTableStorage", Map.of("connectionString", connectionString))
                .dataset("AzureTable")
                .with("tableName", "orders");
    }

    private ProblemException tested(String connectionString) {
        return catchThrowableOfType(
                ProblemException.class,
                () -> new AzureTableConnector().test(to(connectionString).build(), job));
    }

    @Test
    void the_connection_is_tested_without_a_dataset() throws IOException {
        new AzureTableConnector()
                .test(
                        TestEndpoint.source()
                                .linkedService("AzureTableStorage", TableStorage.service())
                                .build(),
                        job);
    }

    @Test
    void a_wrong_key_is_named_and_not_shown() {
        String good = TableStorage.server().connectionString();
        ProblemException e = tested(good.replace(AzuriteServer.KEY, "d3Jvbmc="));
        assertThat(e.problem().fault()).as(e.getMessage()).isEqualTo(ConnectionFaults.WRONG_PASSWORD);
        assertThat(e.getMessage()).doesNotContain("d3Jvbmc=");
        assertThat(e.problem().evidence().toString()).doesNotContain("d3Jvbmc=");
    }

    @Test
    void a_host_that_nobody_knows_and_a_port_without_a_server_are_named() {
        String key = ";AccountName=acme;AccountKey=d3Jvbmc=";
        assertThat(tested("TableEndpoint=http://acme.table.nowhere.invalid" + key)
                        .problem()
                        .fault())
                .isEqualTo(ConnectionFaults.HOST_UNKNOWN);
        assertThat(tested("TableEndpoint=http://127.0.0.1:1/acme" + key)
                        .problem()
                        .fault())
                .isEqualTo(ConnectionFaults.PORT_REFUSED);
    }

    @Test
    void addresses_are_those_of_the_table_service() {
        assertThat(new AccountSettings(
                                to("AccountName=acme;AccountKey=d3Jvbmc=;EndpointSuffix=core.windows.net")
                                        .build(),
                                AccountSettings.Service.TABLE)
                        .read()
                        .endpoint())
                .hasToString("https://acme.table.core.windows.net");
        assertThat(new AccountSettings(to("UseDevelopmentStorage=true").build(), AccountSettings.Service.TABLE)
                        .read()
                        .endpoint())
                .hasToString("http://127.0.0.1:10002/devstoreaccount1");
    }
}
