package dev.sluice.connectors.azure.cosmos;

import static dev.sluice.data.testkit.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.azure.cosmos.CosmosFront.Asked;
import dev.sluice.connectors.azure.cosmos.CosmosFront.Reply;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudgetExceededException;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import dev.sluice.diagnosis.Fault;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// What the contracts do not ask: keys, throttling, lost answers, ranges, rows that cannot be sent.
final class CosmosTest {
    private static final Schema ORDERS = Schema.of(
            new Field("id", DataType.STRING), new Field("tenant", DataType.STRING), new Field("n", DataType.INT32));

    private final TestJob job = new TestJob();
    private CosmosFront front;

    @BeforeEach
    void start() throws IOException {
        front = new CosmosFront();
    }

    @AfterEach
    void nothing_stays_reserved() {
        front.close();
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    private void write(Endpoint endpoint, Schema schema, List<List<@Nullable Object>> rows) throws IOException {
        try (Sink sink = new CosmosConnector().sink(endpoint, job)) {
            sink.begin(schema);
            try (Writer writer = sink.open(0);
                    Batch batch = Rows.batch(schema, job.memory(), rows)) {
                batch.setFirstRow(1);
                writer.write(batch);
                writer.finish();
            }
            assertThat(sink.commit().rows()).isEqualTo(rows.size());
        }
    }

    private List<List<@Nullable Object>> read(Endpoint endpoint) throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Source source = new CosmosConnector().source(endpoint, job)) {
            int[] columns = IntStream.range(0, source.schema().size()).toArray();
            for (Split split : source.splits(4)) {
                try (Reader reader = source.open(split, columns, RefusedRows.failing(job));
                        Batch batch = new Batch(source.schema(), 100, job.memory())) {
                    while (reader.read(batch)) {
                        rows.addAll(Rows.of(batch));
                        batch.clear();
                    }
                }
            }
        }
        return rows;
    }

    private void refused(ThrowingCallable doing, Fault fault, String... words) {
        assertThatThrownBy(doing).isInstanceOfSatisfying(ProblemException.class, e -> {
            assertThat(e.problem().fault()).isEqualTo(fault);
            assertThat(e.problem().message()).contains(words).doesNotContain(CosmosFront.KEY);
        });
    }

    private static Reply throttled() {
        return new Reply(429, Map.of("x-ms-retry-after-ms", "3"), "{\"message\":\"Request rate is large.\"}");
    }

    @Test
    void a_wrong_key_is_named_and_never_shown() {
        Endpoint endpoint = TestEndpoint.source()
                .linkedService(
                        "CosmosDb",
                        Map.of(
                                "accountEndpoint",
                                front.url(),
                                "accountKey",
                                "d3Jvbmc=",
                                "database",
                                CosmosFront.DATABASE))
                .build();
        assertThatThrownBy(() -> new CosmosConnector().test(endpoint, job))
                .isInstanceOfSatisfying(
                        ProblemException.class,
                        e -> assertThat(e.problem().fault()).isEqualTo(ConnectionFaults.WRONG_PASSWORD))
                .hasMessageNotContaining("d3Jvbmc=");
    }

    @Test
    void a_database_that_is_missing_is_told_from_a_container() throws IOException {
        Endpoint elsewhere = TestEndpoint.source()
                .linkedService(
                        "CosmosDb",
                        Map.of("connectionString", front.connectionString().replace("=shop", "=nowhere")))
                .dataset("CosmosDbSqlApiCollection")
                .with("collectionName", "orders")
                .build();
        refused(() -> read(elsewhere), ConnectionFaults.DATABASE_MISSING, "nowhere");
        refused(() -> new CosmosConnector().test(elsewhere, job), ConnectionFaults.DATABASE_MISSING, "nowhere");
        new CosmosConnector().test(front.source("any").build(), job);
    }

    @Test
    void members_and_entries_that_are_not_known_are_refused_by_name() {
        Endpoint endpoint = TestEndpoint.source()
                .linkedService(
                        "CosmosDb",
                        Map.of(
                                "connectionString",
                                front.connectionString() + ";DisableServerCertificateValidation=True"))
                .build();
        refused(
                () -> new CosmosConnector().test(endpoint, job),
                ConnectionFaults.SETTING_NOT_ALLOWED,
                "DisableServerCertificateValidation");
    }

    @Test
    void an_application_proves_itself_by_a_token() throws IOException {
        String container = front.create("/tenant");
        front.insert(container, "{\"id\":\"1\",\"tenant\":\"a\"}");
        System.setProperty("sluice.azure.authority", front.url());
        try {
            Endpoint endpoint = TestEndpoint.source()
                    .linkedService(
                            "CosmosDb",
                            Map.of(
                                    "accountEndpoint", front.url(),
                                    "database", CosmosFront.DATABASE,
                                    "servicePrincipalId", "app",
                                    "servicePrincipalCredentialType", "ServicePrincipalKey",
                                    "servicePrincipalCredential", "s3cret",
                                    "tenant", "t1"))
                    .dataset("CosmosDbSqlApiCollection")
                    .with("collectionName", container)
                    .activity("query", "SELECT c.id FROM c")
                    .build();
            assertThat(read(endpoint)).containsExactly(row("1"));
        } finally {
            System.clearProperty("sluice.azure.authority");
        }
        assertThat(front.asked)
                .filteredOn(a -> a.path().equals("/t1/oauth2/v2.0/token"))
                .allSatisfy(a -> assertThat(a.body()).contains("scope=http%3A%2F%2Flocalhost%2F.default"));
    }

    @Test
    void throttled_requests_wait_as_told_and_nothing_is_lost() throws IOException {
        String container = front.create("/tenant");
        AtomicInteger count = new AtomicInteger();
        front.before = a -> a.method().equals("POST") && count.incrementAndGet() % 3 != 0 ? throttled() : null;
        List<List<@Nullable Object>> rows = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            rows.add(row("k" + i, "t" + i % 7, i));
        }
        write(front.sink(container).build(), ORDERS, rows);
        assertThat(front.documents(container)).hasSize(200);
        assertThat(read(front.source(container)
                        .activity("query", "SELECT c.id, c.tenant, c.n FROM c")
                        .activity("pageSize", "50")
                        .build()))
                .hasSize(200);
    }

    @Test
    void a_document_whose_answer_was_lost_is_not_in_its_own_way() throws IOException {
        String container = front.create("/tenant");
        AtomicInteger lost = new AtomicInteger();
        front.losing = a -> a.method().equals("POST") && a.path().endsWith("/docs") && lost.incrementAndGet() == 1;
        write(front.sink(container).build(), ORDERS, List.of(row("1", "ä/b", 1)));
        assertThat(lost).hasValueGreaterThan(1);
        assertThat(front.documents(container)).containsExactly(Map.of("id", "1", "tenant", "ä/b", "n", 1));
    }

    /// Enough is left for what is written, not for its requests.
    @Test
    @Timeout(60)
    void a_document_that_finds_no_memory_fails_the_copy_and_nothing_waits_for_it() throws IOException {
        String container = front.create("/tenant");
        Schema large = Schema.of(
                new Field("id", DataType.STRING),
                new Field("tenant", DataType.STRING),
                new Field("t", DataType.STRING));
        List<List<@Nullable Object>> rows = IntStream.range(0, 40)
                .mapToObj(i -> row("" + i, "a", "x".repeat(200_000)))
                .toList();
        try (Sink sink = new CosmosConnector().sink(front.sink(container).build(), job)) {
            sink.begin(large);
            try (Writer writer = sink.open(0);
                    Batch batch = Rows.batch(large, job.memory(), rows)) {
                batch.setFirstRow(1);
                long taken = job.memory().limit() - job.memory().used() - (900L << 10);
                job.memory().reserve(taken);
                try {
                    assertThatThrownBy(() -> writer.write(batch)).isInstanceOf(MemoryBudgetExceededException.class);
                } finally {
                    job.memory().release(taken);
                }
            }
        }
    }

    @Test
    void an_insert_of_what_is_there_names_the_row_and_an_upsert_replaces_it() throws IOException {
        String container = front.create("/tenant");
        write(front.sink(container).build(), ORDERS, List.of(row("1", "a", 1)));
        refused(
                () -> write(front.sink(container).build(), ORDERS, List.of(row("2", "a", 2), row("1", "a", 9))),
                DataFaults.ROW_REFUSED,
                "409",
                "there already");
        TestEndpoint upsert = front.sink(container).activity("writeBehavior", "upsert");
        write(upsert.build(), ORDERS, List.of(row("1", "a", 3), row("3", "b", 3), row("1", "a", 4)));
        assertThat(front.documents(container))
                .contains(Map.of("id", "1", "tenant", "a", "n", 4), Map.of("id", "3", "tenant", "b", "n", 3));
    }

    @Test
    void a_partition_key_without_a_column_is_named_before_anything_is_sent() {
        String container = front.create("/tenant");
        Schema without = Schema.of(ORDERS.field(0), ORDERS.field(2));
        refused(
                () -> write(front.sink(container).build(), without, List.of(row("1", 1))),
                DataFaults.COLUMN_MISSING,
                "tenant");
        assertThat(front.documents(container)).isEmpty();
    }

    @Test
    void rows_that_cannot_be_documents_are_named_by_row_and_column() {
        String container = front.create("/tenant");
        refused(
                () -> write(front.sink(container).build(), ORDERS, List.of(row("1", "a", 1), row("a/b", "a", 1))),
                DataFaults.ROW_REFUSED,
                "row 2",
                "'id'");
        refused(
                () -> write(front.sink(container).build(), ORDERS, List.of(row("9", "x".repeat(3 << 20), 1))),
                DataFaults.ROW_REFUSED,
                "row 1",
                "2097152");
    }

    @Test
    void ids_are_texts_and_made_where_there_is_none() throws IOException {
        String container = front.create("/tenant");
        Schema numbers = Schema.of(new Field("tenant", DataType.STRING), new Field("id", DataType.INT64));
        write(front.sink(container).build(), numbers, List.of(row("a", 7L), row("b", null)));
        Schema none = Schema.of(new Field("tenant", DataType.STRING));
        write(front.sink(container).build(), none, List.of(row("c")));
        assertThat(front.documents(container))
                .extracting("tenant", String.class)
                .containsExactlyInAnyOrder("a", "b", "c");
        assertThat(front.documents(container))
                .extracting("id", String.class)
                .contains("7")
                .allMatch(id -> !id.isBlank());
    }

    @Test
    void the_older_sink_makes_objects_of_names_with_a_separator() throws IOException {
        String container = front.create("/who/name");
        Schema schema = Schema.of(new Field("id", DataType.STRING), new Field("who.name", DataType.STRING));
        write(front.sink(container).activity("nestingSeparator", ".").build(), schema, List.of(row("1", "Ada")));
        assertThat(front.documents(container)).containsExactly(Map.of("id", "1", "who", Map.of("name", "Ada")));
        assertThat(front.asked)
                .extracting(a -> a.header("x-ms-documentdb-partitionkey"))
                .contains("[\"Ada\"]");
    }

    @Test
    void documents_are_read_by_paths_into_them() throws IOException {
        String container = front.create("/id");
        front.insert(container, "{\"id\":\"1\",\"who\":{\"name\":\"Ada\"},\"at\":\"2024-02-29T12:00:00Z\"}");
        TreeMapping paths = new TreeMapping(
                "",
                List.of(
                        new TreeMapping.Column("$['who']['name']", true, java.util.Optional.empty()),
                        new TreeMapping.Column("$['at']", true, java.util.Optional.empty())),
                false,
                false);
        assertThat(read(front.source(container).build().withTrees(paths)))
                .containsExactly(row("Ada", "2024-02-29T12:00:00Z"));
    }

    @Test
    void a_range_that_is_divided_while_it_is_read_goes_on_in_its_parts() throws IOException {
        String container = front.create("/id");
        List<String> documents = new ArrayList<>();
        IntStream.range(0, 300).forEach(i -> documents.add("{\"id\":\"" + i + "\"}"));
        front.insertAll(container, documents);
        front.before = a -> {
            if (a.isQuery()
                    && a.header("x-ms-documentdb-partitionkeyrangeid").equals("1")
                    && !a.header("x-ms-continuation").isEmpty()) {
                return new Reply(410, Map.of("x-ms-substatus", "1002"), "{\"message\":\"gone\"}");
            }
            boolean divided =
                    a.path().endsWith("/pkranges") && front.asked.stream().anyMatch(Asked::isQuery);
            return divided
                    ? new Reply(
                            200,
                            Map.of(),
                            "{\"PartitionKeyRanges\":[{\"id\":\"0\"},{\"id\":\"3\",\"parents\":[\"1\"]}]}")
                    : null;
        };
        assertThat(read(front.source(container)
                        .activity("query", "SELECT c.id FROM c")
                        .activity("pageSize", "100")
                        .build()))
                .hasSize(300)
                .doesNotHaveDuplicates();
    }

    @Test
    void an_order_over_several_ranges_is_refused_instead_of_wrong() {
        String container = front.create("/id");
        refused(
                () -> read(front.source(container)
                        .activity("query", "SELECT * FROM c ORDER BY c.n")
                        .build()),
                DocumentFaults.SETTING_UNSUPPORTED,
                "ORDER BY");
    }

    @Test
    void a_query_that_is_wrong_is_told_in_the_services_words() {
        String container = front.create("/id");
        refused(
                () -> read(front.source(container).activity("query", "SELEKT").build()),
                DataFaults.QUERY_FAILED,
                "400");
    }

    @Test
    void the_first_preferred_region_that_is_the_accounts_own_is_read() throws IOException {
        String container = front.create("/id");
        front.insert(container, "{\"id\":\"1\"}");
        try (CosmosFront near = new CosmosFront()) {
            front.before = a -> a.path().equals("/")
                    ? new Reply(
                            200,
                            Map.of(),
                            "{\"readableLocations\":[{\"name\":\"North\",\"databaseAccountEndpoint\":"
                                    + "\"http://elsewhere.example.org/\"},{\"name\":\"West Europe\","
                                    + "\"databaseAccountEndpoint\":\"" + near.url() + "\"}]}")
                    : null;
            assertThat(read(front.source(container)
                            .activity("query", "SELECT c.id FROM c")
                            .activity("preferredRegions", List.of("North", "westeurope"))
                            .build()))
                    .containsExactly(row("1"));
            assertThat(near.asked).anyMatch(Asked::isQuery);
            assertThat(front.asked)
                    .filteredOn(a -> a.isQuery()
                            && !a.header("x-ms-documentdb-partitionkeyrangeid").isEmpty())
                    .isEmpty();
        }
    }
}
