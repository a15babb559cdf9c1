package dev.sluice.connectors.kafka;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.ConnectorDescriptor;
import dev.sluice.data.spi.ConnectorDescriptor.FieldDescriptor;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.TableConnector;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/// Topics of Apache Kafka, and of what speaks its protocol.
public final class KafkaConnector implements TableConnector {
    private static final ConnectorDescriptor DESCRIPTOR = new ConnectorDescriptor(
            "Kafka",
            Set.of("Kafka"),
            Set.of("KafkaTopic"),
            Set.of("KafkaSource"),
            Set.of("KafkaSink"),
            Set.of(Capability.READ, Capability.WRITE, Capability.SPLIT, Capability.PARALLEL_WRITE, Capability.TREES),
            List.of(
                    new FieldDescriptor("bootstrapServers", true, false, "host:port, several with commas in between"),
                    new FieldDescriptor(
                            "securityProtocol",
                            false,
                            false,
                            "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL; with a username SASL_SSL, else PLAINTEXT"),
                    new FieldDescriptor(
                            "saslMechanism", false, false, "PLAIN (default), SCRAM-SHA-256 or SCRAM-SHA-512"),
                    new FieldDescriptor("username", false, false, "for SASL"),
                    new FieldDescriptor("password", false, true, "for SASL")));

    @Override
    public ConnectorDescriptor descriptor() {
        return DESCRIPTOR;
    }

    private interface Asking<T> {
        T with(Admin admin) throws IOException;
    }

    private static <T> T ask(Brokers brokers, KafkaProblems problems, Asking<T> asking) throws IOException {
        problems.reach();
        Admin admin;
        try {
            admin = Admin.create(brokers.asking());
        } catch (RuntimeException e) {
            throw problems.thrown(e);
        }
        try (admin) {
            return asking.with(admin);
        }
    }

    @Override
    public void test(Endpoint endpoint, JobContext job) throws IOException {
        Brokers brokers = Brokers.of(endpoint);
        KafkaProblems problems = new KafkaProblems(brokers, endpoint.side(), "");
        ask(brokers, problems, admin -> {
            try {
                return admin.describeCluster().clusterId().get();
            } catch (ExecutionException | InterruptedException | RuntimeException e) {
                throw problems.thrown(e);
            }
        });
    }

    private static String topic(Endpoint endpoint) {
        String topic = endpoint.dataset().requiredText("topic").strip();
        if (!topic.matches("[A-Za-z0-9._-]{1,249}")) {
            throw endpoint.dataset()
                    .wrong("topic", topic, "the name of a topic: letters, digits, points, underlines and hyphens");
        }
        return topic;
    }

    @Override
    public Source source(Endpoint endpoint, JobContext job) {
        Brokers brokers = Brokers.of(endpoint);
        String topic = topic(endpoint);
        KafkaProblems problems = new KafkaProblems(brokers, endpoint.side(), topic);
        Envelope envelope = Envelope.of(endpoint.activity());
        boolean committedOnly = !endpoint.activity().flag("readUncommitted", false);
        try {
            TopicRange range = ask(
                    brokers,
                    problems,
                    admin -> TopicRange.of(admin, topic, endpoint.activity(), committedOnly, problems));
            return new TopicSource(brokers, range, envelope, committedOnly, problems, endpoint.trees(), job.memory());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Sink sink(Endpoint endpoint, JobContext job) {
        Brokers brokers = Brokers.of(endpoint);
        KafkaProblems problems = new KafkaProblems(brokers, endpoint.side(), topic(endpoint));
        TopicSink sink = new TopicSink(brokers, endpoint, problems, job);
        try {
            ask(brokers, problems, admin -> TopicRange.partitions(admin, problems.topic(), problems));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sink;
    }
}
