package dev.sluice.connectors.kafka;

import static dev.sluice.data.testkit.Rows.row;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.SecretValue;
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
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Against a real broker, what the contracts do not ask.
class KafkaTest {
    private final TestJob job = new TestJob();
    private Schema schema = new Schema(List.of());

    @AfterEach
    void nothing_stays_reserved() {
        assertThat(job.memory().used()).isZero();
        job.close();
    }

    private List<List<@Nullable Object>> read(Endpoint endpoint) throws IOException {
        List<List<@Nullable Object>> rows = new ArrayList<>();
        try (Source source = new KafkaConnector().source(endpoint, job)) {
            schema = source.schema();
            int[] columns = IntStream.range(0, schema.size()).toArray();
            for (Split split : source.splits(2)) {
                try (Reader reader = source.open(split, columns, RefusedRows.failing(job));
                        Batch batch = new Batch(schema, 100, job.memory())) {
                    while (reader.read(batch)) {
                        rows.addAll(Rows.of(batch));
                        batch.clear();
                    }
                }
            }
        }
        return rows;
    }

    private static Endpoint mapped(TestEndpoint endpoint, String... paths) {
        return endpoint.build()
                .withTrees(new TreeMapping(
                        "",
                        List.of(paths).stream()
                                .map(p -> new TreeMapping.Column(p, true, Optional.empty()))
                                .toList(),
                        true,
                        false));
    }

    private void write(Endpoint endpoint, Schema schema, List<List<@Nullable Object>> rows) throws IOException {
        try (Sink sink = new KafkaConnector().sink(endpoint, job)) {
            sink.begin(schema);
            try (Writer writer = sink.open(0);
                    Batch batch = Rows.batch(schema, job.memory(), rows)) {
                writer.write(batch);
                writer.finish();
            }
            assertThat(sink.commit().rows()).isEqualTo(rows.size());
        }
    }

    @Test
    void a_record_is_a_document_with_all_that_it_has() throws Exception {
        String topic = Broker.newTopic(1);
        Instant time = Instant.parse("2026-01-31T12:00:00.123Z");
        try (KafkaProducer<byte[], byte[]> producer = Broker.producer(Optional.empty())) {
            ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(
                    topic, 0, time.toEpochMilli(), "k".getBytes(UTF_8), "{\"a\": {\"b\": [1, 2]}}".getBytes(UTF_8));
            record.headers().add("trace", "x".getBytes(UTF_8));
            producer.send(record);
            producer.send(Broker.record(topic, 0, "gone", null));
            producer.flush();
        }
        assertThat(read(mapped(
                        Broker.source(topic),
                        "$.key",
                        "$.value.a.b[1]",
                        "$.value",
                        "$.topic",
                        "$.partition",
                        "$.offset",
                        "$.headers.trace")))
                .containsExactly(
                        row("k", 2L, "{\"a\":{\"b\":[1,2]}}", topic, 0L, 0L, "x"),
                        row("gone", null, null, topic, 0L, 1L, null));
        assertThat(read(mapped(Broker.source(topic).activity("endingOffsets", Map.of("0", "1")), "$.timestamp")))
                .containsExactly(row("2026-01-31T12:00:00.123Z"));
    }

    @Test
    void a_read_is_bounded_by_offsets() throws Exception {
        String topic = Broker.newTopic(2);
        Broker.put(topic, 2, IntStream.range(0, 20).mapToObj(String::valueOf).toList());
        assertThat(read(mapped(
                        Broker.source(topic)
                                .activity("startingOffsets", Map.of("0", "3", "1", "8"))
                                .activity("endingOffsets", Map.of("0", "5")),
                        "$.value")))
                .containsExactlyInAnyOrder(row(6L), row(8L), row(17L), row(19L));
        assertThat(read(mapped(Broker.source(topic).activity("startingOffsets", "latest"), "$.value")))
                .isEmpty();
    }

    @Test
    void a_read_is_bounded_by_times() throws Exception {
        String topic = Broker.newTopic(1);
        Instant base = Instant.parse("2026-01-31T12:00:00Z");
        try (KafkaProducer<byte[], byte[]> producer = Broker.producer(Optional.empty())) {
            for (int i = 0; i < 10; i++) {
                producer.send(new ProducerRecord<>(
                        topic,
                        0,
                        base.plusSeconds(i).toEpochMilli(),
                        null,
                        String.valueOf(i).getBytes(UTF_8)));
            }
            producer.flush();
        }
        assertThat(read(mapped(
                        Broker.source(topic)
                                .activity("startingTimestamp", "2026-01-31T12:00:03Z")
                                .activity("endingTimestamp", "2026-01-31T13:00:06+01:00"),
                        "$.value")))
                .containsExactly(row(3L), row(4L), row(5L));
        assertThat(read(mapped(Broker.source(topic).activity("startingTimestamp", "2027-01-01T00:00:00Z"), "$.value")))
                .isEmpty();
    }

    @Test
    void what_a_transaction_took_back_is_not_read() throws Exception {
        String topic = Broker.newTopic(1);
        try (KafkaProducer<byte[], byte[]> producer = Broker.producer(Optional.of("t-" + topic))) {
            producer.initTransactions();
            producer.beginTransaction();
            producer.send(Broker.record(topic, 0, null, "1"));
            producer.flush();
            producer.abortTransaction();
            producer.beginTransaction();
            producer.send(Broker.record(topic, 0, null, "2"));
            producer.commitTransaction();
        }
        assertThat(read(mapped(Broker.source(topic), "$.value"))).containsExactly(row(2L));
        assertThat(read(mapped(Broker.source(topic).activity("readUncommitted", true), "$.value")))
                .containsExactly(row(1L), row(2L));
    }

    @Test
    void text_and_bytes_are_taken_as_they_are() throws Exception {
        String topic = Broker.newTopic(1);
        Broker.put(topic, 1, List.of("no {json"));
        assertThat(read(mapped(Broker.source(topic).activity("valueFormat", "Text"), "$.value")))
                .containsExactly(row("no {json"));
        assertThat(read(mapped(Broker.source(topic).activity("valueFormat", "Binary"), "$.value")))
                .containsExactly(row("bm8ge2pzb24="));
        ProblemException e =
                catchThrowableOfType(ProblemException.class, () -> read(mapped(Broker.source(topic), "$.value")));
        assertThat(e.problem().fault()).isEqualTo(DataFaults.MALFORMED_FILE);
        assertThat(e).hasMessageContaining("topic " + topic + ", partition 0, offset 0");
    }

    @Test
    void a_value_cannot_slip_in_a_second_document() throws Exception {
        String topic = Broker.newTopic(1);
        Broker.put(topic, 1, List.of("1,\"offset\":7}\n{\"value\":2"));
        ProblemException e = catchThrowableOfType(
                ProblemException.class, () -> read(mapped(Broker.source(topic), "$.value", "$.offset")));
        assertThat(e.problem().fault()).isEqualTo(DataFaults.MALFORMED_FILE);
    }

    @Test
    void records_that_are_no_longer_there_are_not_waited_for() throws Exception {
        String topic = Broker.newTopic(1);
        Broker.put(topic, 1, IntStream.range(0, 6).mapToObj(String::valueOf).toList());
        Broker.delete(topic, 0, 4);
        assertThat(read(mapped(Broker.source(topic).activity("startingOffsets", Map.of("0", "1")), "$.value")))
                .containsExactly(row(4L), row(5L));
    }

    @Test
    void rows_become_objects_with_a_key_or_the_value_of_one_column() throws Exception {
        Schema columns = Schema.of(
                new Field("id", DataType.INT32), new Field("text", DataType.STRING), new Field("raw", DataType.BINARY));
        List<List<@Nullable Object>> rows = List.of(row(1, "a", ByteBuffer.wrap(new byte[] {65, 66})));
        String topic = Broker.newTopic(1);
        write(Broker.sink(topic).activity("keyColumn", "id").build(), columns, rows);
        write(
                Broker.sink(topic)
                        .activity("valueFormat", "Text")
                        .activity("valueColumn", "text")
                        .build(),
                columns,
                rows);
        write(
                Broker.sink(topic)
                        .activity("valueFormat", "Binary")
                        .activity("valueColumn", "raw")
                        .activity("compressionType", "gzip")
                        .build(),
                columns,
                rows);
        assertThat(Broker.content(topic, 1))
                .extracting(r -> r.key() + " " + r.value())
                .containsExactly("1 {\"id\":1,\"text\":\"a\",\"raw\":\"QUI=\"}", "null a", "null AB");
    }

    @Test
    void a_value_that_the_broker_does_not_take_is_refused_by_name() throws Exception {
        String topic = Broker.newTopic(1);
        ProblemException e = catchThrowableOfType(
                ProblemException.class,
                () -> write(
                        Broker.sink(topic).build(),
                        Schema.of(new Field("text", DataType.STRING)),
                        List.of(row("x".repeat(3 << 20)))));
        assertThat(e.problem().fault()).isEqualTo(DataFaults.ROW_REFUSED);
    }

    private ProblemException tested(Map<String, Object> service) {
        return catchThrowableOfType(
                ProblemException.class,
                () -> new KafkaConnector()
                        .test(
                                TestEndpoint.source()
                                        .linkedService("Kafka", service)
                                        .build(),
                                job));
    }

    private static Map<String, Object> signingIn(String password) {
        return Map.of(
                "bootstrapServers",
                Broker.closed(),
                "securityProtocol",
                "SASL_PLAINTEXT",
                "username",
                Broker.USER,
                "password",
                new SecretValue(password));
    }

    @Test
    void who_signs_in_is_let_in_and_a_wrong_password_is_named_but_not_shown() throws IOException {
        new KafkaConnector()
                .test(
                        TestEndpoint.source()
                                .linkedService("Kafka", signingIn(Broker.PASSWORD))
                                .build(),
                        job);
        ProblemException e = tested(signingIn("wr0ng"));
        assertThat(e.problem().fault()).as(e.getMessage()).isEqualTo(ConnectionFaults.WRONG_PASSWORD);
        assertThat(e.getMessage() + e.problem().evidence()).doesNotContain("wr0ng");
    }

    @Test
    void a_host_that_nobody_knows_and_a_port_without_a_broker_are_named() {
        assertThat(tested(Map.of("bootstrapServers", "nowhere.invalid:9092"))
                        .problem()
                        .fault())
                .isEqualTo(ConnectionFaults.HOST_UNKNOWN);
        ProblemException refused = tested(Map.of("bootstrapServers", "127.0.0.1:1"));
        assertThat(refused.problem().fault()).as(refused.getMessage()).isEqualTo(ConnectionFaults.PORT_REFUSED);
    }

    @Test
    void settings_of_the_client_itself_are_refused() {
        assertThat(tested(Map.of("bootstrapServers", "h:1", "sasl.jaas.config", "x"))
                        .problem()
                        .fault())
                .isEqualTo(ConnectionFaults.SETTING_NOT_ALLOWED);
        assertThat(tested(Map.of("bootstrapServers", "h")).problem().fault())
                .isEqualTo(ConnectionFaults.SETTING_INVALID);
    }
}
