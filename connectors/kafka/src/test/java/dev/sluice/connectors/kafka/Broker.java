package dev.sluice.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.testkit.TestEndpoint;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;
import org.jspecify.annotations.Nullable;

/// One broker for the module's tests: Kafka's own, in this process, which is its controller, too. One port
/// lets everybody in, another those who sign in.
final class Broker {
    private static final AtomicInteger TOPICS = new AtomicInteger();
    static final String USER = "reader";
    static final String PASSWORD = "s3cr\"t\\";

    private Broker() {}

    private static final class Running {
        static final int OPEN = freePort();
        static final int CLOSED = freePort();
        static final Admin ADMIN = start();

        private static Admin start() {
            try {
                Path folder = Files.createTempDirectory("kafka");
                KafkaConfig config = new KafkaConfig(settings(folder));
                new Formatter()
                        .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, UTF_8))
                        .setClusterId(Uuid.randomUuid().toString())
                        .setNodeId(1)
                        .addDirectory(folder.toString())
                        .setMetadataLogDirectory(folder.toString())
                        .setControllerListenerName("CONTROLLER")
                        .run();
                KafkaRaftServer server = new KafkaRaftServer(config, Time.SYSTEM);
                server.startup();
                Runtime.getRuntime()
                        .addShutdownHook(new Thread(() -> Runtime.getRuntime().halt(0)));
                return Admin.create(Map.of("bootstrap.servers", "127.0.0.1:" + OPEN));
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        private static Properties settings(Path folder) {
            int controller = freePort();
            Properties p = new Properties();
            p.put("process.roles", "broker,controller");
            p.put("node.id", "1");
            p.put("controller.quorum.voters", "1@127.0.0.1:" + controller);
            p.put("controller.listener.names", "CONTROLLER");
            p.put(
                    "listeners",
                    "OPEN://127.0.0.1:" + OPEN + ",CLOSED://127.0.0.1:" + CLOSED + ",CONTROLLER://127.0.0.1:"
                            + controller);
            p.put("listener.security.protocol.map", "OPEN:PLAINTEXT,CLOSED:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT");
            p.put("inter.broker.listener.name", "OPEN");
            p.put("sasl.enabled.mechanisms", "PLAIN");
            p.put(
                    "listener.name.closed.plain.sasl.jaas.config",
                    "org.apache.kafka.common.security.plain.PlainLoginModule required user_" + USER + "=\""
                            + PASSWORD.replace("\\", "\\\\").replace("\"", "\\\"") + "\";");
            p.put("log.dirs", folder.toString());
            p.put("offsets.topic.replication.factor", "1");
            p.put("transaction.state.log.replication.factor", "1");
            p.put("transaction.state.log.min.isr", "1");
            p.put("auto.create.topics.enable", "false");
            return p;
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static String open() {
        assert Running.ADMIN != null;
        return "127.0.0.1:" + Running.OPEN;
    }

    static String closed() {
        assert Running.ADMIN != null;
        return "127.0.0.1:" + Running.CLOSED;
    }

    static String newTopic(int partitions) throws Exception {
        String topic = "test." + TOPICS.incrementAndGet();
        Running.ADMIN
                .createTopics(List.of(new NewTopic(topic, partitions, (short) 1)))
                .all()
                .get();
        return topic;
    }

    static void delete(String topic, int partition, long before) throws Exception {
        Running.ADMIN
                .deleteRecords(Map.of(
                        new TopicPartition(topic, partition),
                        org.apache.kafka.clients.admin.RecordsToDelete.beforeOffset(before)))
                .all()
                .get();
    }

    static KafkaProducer<byte[], byte[]> producer(Optional<String> transaction) {
        Properties p = new Properties();
        p.put("bootstrap.servers", open());
        p.put("max.in.flight.requests.per.connection", "1");
        transaction.ifPresent(id -> p.put("transactional.id", id));
        return new KafkaProducer<>(p, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /// Puts values into partitions, one after the other.
    static void put(String topic, int partitions, List<String> values) throws Exception {
        try (KafkaProducer<byte[], byte[]> producer = producer(Optional.empty())) {
            List<Future<?>> sent = new ArrayList<>();
            for (int i = 0; i < values.size(); i++) {
                sent.add(producer.send(record(topic, i % partitions, null, values.get(i))));
            }
            for (Future<?> each : sent) {
                each.get();
            }
        }
    }

    static ProducerRecord<byte[], byte[]> record(
            String topic, int partition, @Nullable String key, @Nullable String value) {
        return new ProducerRecord<>(
                topic,
                partition,
                key == null ? null : key.getBytes(UTF_8),
                value == null ? null : value.getBytes(UTF_8));
    }

    /// What a topic holds, read by a plain consumer.
    static List<ConsumerRecord<String, String>> content(String topic, int partitions) {
        List<ConsumerRecord<String, String>> found = new ArrayList<>();
        try (KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", (Object) open(), "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            List<TopicPartition> all = new ArrayList<>();
            for (int i = 0; i < partitions; i++) {
                all.add(new TopicPartition(topic, i));
            }
            consumer.assign(all);
            consumer.seekToBeginning(all);
            Map<TopicPartition, Long> ends = consumer.endOffsets(all);
            while (all.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
                consumer.poll(java.time.Duration.ofMillis(200)).forEach(found::add);
            }
        }
        return found;
    }

    static Map<String, Object> service() {
        return Map.of("bootstrapServers", open());
    }

    static TestEndpoint source(String topic) {
        return TestEndpoint.source()
                .linkedService("Kafka", service())
                .dataset("KafkaTopic")
                .with("topic", topic);
    }

    static TestEndpoint sink(String topic) {
        return TestEndpoint.sink()
                .linkedService("Kafka", service())
                .dataset("KafkaTopic")
                .with("topic", topic);
    }
}
