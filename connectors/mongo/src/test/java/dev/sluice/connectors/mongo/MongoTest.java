package dev.sluice.connectors.mongo;

import static dev.sluice.data.testkit.Rows.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.Rows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class MongoTest {
    private final TestJob job = new TestJob();
    private Schema schema = new Schema(List.of());

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    private List<List<@Nullable Object>> read(Endpoint endpoint) throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Source source = new MongoConnector().source(endpoint, job)) {
            schema = source.schema();
            int[] columns = IntStream.range(0, schema.size()).toArray();
            try (Reader reader = source.open(source.splits(4).getFirst(), columns, RefusedRows.failing(job));
                    Batch batch = new Batch(schema, 3, job.memory())) {
                while (reader.read(batch)) {
                    rows.addAll(Rows.of(batch));
                    batch.clear();
                }
            }
        }
        return rows;
    }

    private Sink.Account write(Endpoint endpoint, Schema schema, List<List<@Nullable Object>> rows) throws IOException {
        try (Sink sink = new MongoConnector().sink(endpoint, job)) {
            sink.begin(schema);
            try (Writer writer = sink.open(0);
                    Batch batch = Rows.batch(schema, job.memory(), rows)) {
                writer.write(batch);
                writer.finish();
            }
            return sink.commit();
        }
    }

    private static TreeMapping mapping(String collection, boolean documents, String... paths) {
        return new TreeMapping(
                collection,
                List.of(paths).stream()
                        .map(p -> new TreeMapping.Column(p, true, Optional.empty()))
                        .toList(),
                true,
                documents);
    }

    @Test
    void values_of_mongodb_come_as_what_they_stand_for() throws IOException {
        String name = Mongo.newName();
        Mongo.put(
                name,
                List.of("{\"_id\": {\"$oid\": \"592e07800000000000000000\"}, \"n\": 1, \"d\": {\"$date\":"
                        + " \"2024-02-29T12:30:00.5Z\"}, \"p\": {\"$numberDecimal\": \"12.30\"},"
                        + " \"l\": {\"$numberLong\": \"9007199254740993\"}, \"b\": {\"$binary\": {\"base64\":"
                        + " \"AQI=\", \"subType\": \"00\"}}, \"in\": {\"a\": [1, 2]}}"));
        List<List<@Nullable Object>> rows = read(Mongo.source(name)
                .build()
                .withTrees(mapping("", false, "$._id", "$.n", "$.d", "$.p", "$.l", "$.b", "$.in", "$.in.a[1]")));
        assertThat(rows)
                .containsExactly(row(
                        "592e07800000000000000000",
                        1L,
                        "2024-02-29T12:30:00.500Z",
                        12.3,
                        9_007_199_254_740_993L,
                        "AQI=",
                        "{\"a\":[1,2]}",
                        2L));
    }

    @Test
    void filter_and_cursor_methods_are_the_servers() throws IOException {
        String name = Mongo.newName();
        Mongo.put(
                name,
                IntStream.range(0, 20)
                        .mapToObj(i -> "{\"_id\": " + i + ", \"k\": \"" + (i % 2 == 0 ? "even" : "odd") + "\"}")
                        .toList());
        assertThat(read(Mongo.source(name)
                        .activity("filter", "{\"k\": \"odd\", \"_id\": {\"$gt\": 4}}")
                        .activity(
                                "cursorMethods",
                                Map.of("project", "{\"k\": 0}", "sort", "{\"_id\": -1}", "skip", "1", "limit", "3"))
                        .activity("batchSize", "2")
                        .build()))
                .containsExactly(row(17L), row(15L), row(13L));
        assertThat(schema.names()).containsExactly("_id");
    }

    @Test
    void a_filter_that_is_no_document_is_refused_by_its_place() {
        ProblemException e = catchThrowableOfType(
                ProblemException.class,
                () -> read(Mongo.source("any").activity("filter", "{k: ").build()));
        assertThat(e).hasMessageContaining("/source/filter");
    }

    @Test
    void an_array_is_crossed_with_what_stands_around_it() throws IOException {
        String name = Mongo.newName();
        Mongo.put(
                name,
                List.of(
                        "{\"_id\": 1, \"lines\": [{\"sku\": \"a\"}, {\"sku\": \"b\"}], \"who\": \"x\"}",
                        "{\"_id\": 2, \"lines\": [], \"who\": \"y\"}",
                        "{\"_id\": 3, \"lines\": [{\"sku\": \"c\"}], \"who\": \"z\"}"));
        TreeMapping mapping = new TreeMapping(
                "$.lines",
                List.of(
                        new TreeMapping.Column("$.who", true, Optional.empty()),
                        new TreeMapping.Column("sku", true, Optional.empty())),
                false,
                false);
        assertThat(read(Mongo.source(name).build().withTrees(mapping)))
                .containsExactly(row("x", "a"), row("x", "b"), row("z", "c"));
    }

    @Test
    void documents_copied_as_documents_keep_every_type() throws IOException {
        String from = Mongo.newName();
        String to = Mongo.newName();
        Mongo.put(
                from,
                List.of("{\"_id\": {\"$oid\": \"592e07800000000000000000\"}, \"l\": {\"$numberLong\": \"5\"},"
                        + " \"d\": {\"$date\": \"2024-02-29T12:30:00.5Z\"}, \"p\": {\"$numberDecimal\":"
                        + " \"12.30\"}, \"b\": {\"$binary\": {\"base64\": \"AQI=\", \"subType\": \"00\"}},"
                        + " \"a\": [{\"$oid\": \"592e07800000000000000001\"}, null, 1.5], \"t\":"
                        + " {\"$timestamp\": {\"t\": 42, \"i\": 1}}}"));
        List<List<@Nullable Object>> rows = read(Mongo.source(from).build().withTrees(mapping("", true, "$")));
        assertThat(rows.toString()).contains("{\"$oid\":\"592e07800000000000000000\"}");
        write(Mongo.sink(to).build().withTrees(mapping("", true, "$")), schema, rows);
        BsonDocument copied = Mongo.collection(to).find().first();
        BsonDocument original = Mongo.collection(from).find().first();
        // A number that fits is an Int32 of relaxed JSON, as MongoDB's own tools have it.
        assertThat(copied).isNotNull();
        assertThat(copied.getNumber("l").longValue()).isEqualTo(5);
        assertThat(original).isNotNull();
        original.put("l", copied.get("l"));
        assertThat(copied).isEqualTo(original);
    }

    @Test
    void paths_of_the_sink_make_documents_within_documents() throws IOException {
        String name = Mongo.newName();
        Schema columns = Schema.of(new Field("$.id", DataType.INT32), new Field("$.who.name", DataType.STRING));
        write(
                Mongo.sink(name).build().withTrees(mapping("", false, "$.id", "$.who.name")),
                columns,
                List.of(row(1, "a"), row(2, null)));
        assertThat(Mongo.collection(name).find().projection(BsonDocument.parse("{\"_id\": 0}")))
                .containsExactlyInAnyOrder(
                        BsonDocument.parse("{\"id\": 1, \"who\": {\"name\": \"a\"}}"),
                        BsonDocument.parse("{\"id\": 2, \"who\": {\"name\": null}}"));
    }

    @Test
    void an_upsert_replaces_the_document_of_the_same_id() throws IOException {
        String name = Mongo.newName();
        Mongo.put(name, List.of("{\"_id\": 1, \"old\": true}", "{\"_id\": 2, \"old\": true}"));
        Schema columns = Schema.of(new Field("_id", DataType.INT32), new Field("v", DataType.STRING));
        for (int run = 0; run < 2; run++) {
            assertThat(write(
                                    Mongo.sink(name)
                                            .activity("writeBehavior", "upsert")
                                            .build(),
                                    columns,
                                    List.of(row(1, "x"), row(3, "y")))
                            .rows())
                    .isEqualTo(2);
        }
        assertThat(Mongo.collection(name).find())
                .containsExactlyInAnyOrder(
                        BsonDocument.parse("{\"_id\": 1, \"v\": \"x\"}"),
                        BsonDocument.parse("{\"_id\": 2, \"old\": true}"),
                        BsonDocument.parse("{\"_id\": 3, \"v\": \"y\"}"));
    }

    @Test
    void an_id_that_is_there_refuses_an_insert() {
        String name = Mongo.newName();
        Mongo.put(name, List.of("{\"_id\": 1}"));
        ProblemException e = catchThrowableOfType(
                ProblemException.class,
                () -> write(
                        Mongo.sink(name).build(),
                        Schema.of(new Field("_id", DataType.INT32)),
                        List.of(row(5), row(1))));
        assertThat(e.problem().fault()).isEqualTo(DataFaults.ROW_REFUSED);
        assertThat(e.problem().kind()).isEqualTo(dev.sluice.diagnosis.Kind.SINK);
        assertThat(e).hasMessageContaining("collection " + name).hasMessageContaining("duplicate key");
    }

    private ProblemException tested(TestEndpoint endpoint) {
        return catchThrowableOfType(ProblemException.class, () -> new MongoConnector().test(endpoint.build(), job));
    }

    private static TestEndpoint to(String connectionString) {
        return TestEndpoint.source()
                .linkedService("MongoDbV2", Map.of("connectionString", connectionString, "database", "shop"));
    }

    @Test
    void every_type_of_linked_service_is_tested_without_a_dataset() throws IOException {
        for (String type : List.of("MongoDbV2", "MongoDbAtlas", "CosmosDbMongoDbApi")) {
            new MongoConnector()
                    .test(
                            TestEndpoint.source()
                                    .linkedService(type, Mongo.service())
                                    .build(),
                            job);
        }
        int port = Integer.parseInt(Mongo.connectionString().replaceAll(".*:", ""));
        new MongoConnector()
                .test(
                        TestEndpoint.source()
                                .linkedService(
                                        "MongoDb",
                                        Map.of(
                                                "server",
                                                "127.0.0.1",
                                                "port",
                                                String.valueOf(port),
                                                "databaseName",
                                                "shop"))
                                .build(),
                        job);
    }

    @Test
    void a_server_that_does_not_let_in_is_named_and_the_password_is_not() {
        String address = Mongo.connectionString().replace("mongodb://", "mongodb://reader:s3cr3t@");
        ProblemException e = tested(to(address + "/?serverSelectionTimeoutMS=5000"));
        assertThat(e.problem().fault()).as(e.getMessage()).isEqualTo(ConnectionFaults.WRONG_PASSWORD);
        assertThat(e.problem().evidence()).containsEntry("user", "reader");
        assertThat(e.getMessage() + e.problem().evidence()).doesNotContain("s3cr3t");
    }

    @Test
    void a_host_that_nobody_knows_and_a_port_without_a_server_are_named() {
        assertThat(tested(to("mongodb://nowhere.invalid/?serverSelectionTimeoutMS=1500"))
                        .problem()
                        .fault())
                .isEqualTo(ConnectionFaults.HOST_UNKNOWN);
        assertThat(tested(to("mongodb://127.0.0.1:1/?serverSelectionTimeoutMS=1500"))
                        .problem()
                        .fault())
                .isEqualTo(ConnectionFaults.PORT_REFUSED);
    }

    @Test
    void options_that_read_files_or_ask_others_are_refused() {
        assertThat(tested(to("mongodb://h/?proxyHost=evil")).problem().fault())
                .isEqualTo(ConnectionFaults.SETTING_NOT_ALLOWED);
        assertThat(tested(to("mongodb://h/?authMechanism=MONGODB-AWS"))
                        .problem()
                        .fault())
                .isEqualTo(ConnectionFaults.SETTING_INVALID);
        ProblemException none = tested(to("http://user:s3cr3t@h/"));
        assertThat(none.problem().fault()).isEqualTo(ConnectionFaults.SETTING_INVALID);
        assertThat(none.getMessage()).doesNotContain("s3cr3t");
    }
}
