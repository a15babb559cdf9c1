package dev.sluice.connectors.kafka;

import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.SecretValue;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.ConnectionFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// The linked service once checked: a few members of our own, none of the client's own settings, which could read files
/// and load classes.
///
/// @param servers `host:port`, …
/// @param login user and password; empty for nobody
record Brokers(String store, List<String> servers, String protocol, String mechanism, Optional<Login> login) {
    private static final Set<String> MEMBERS = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    static {
        MEMBERS.addAll(List.of(
                "bootstrapServers",
                "securityProtocol",
                "saslMechanism",
                "username",
                "password",
                "encryptedCredential"));
    }

    private static final Set<String> PROTOCOLS = Set.of("PLAINTEXT", "SSL", "SASL_PLAINTEXT", "SASL_SSL");
    private static final Set<String> MECHANISMS = Set.of("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512");
    private static final Pattern SERVER = Pattern.compile("(?:[A-Za-z0-9._-]{1,255}|\\[[0-9A-Fa-f:.]{2,45}]):\\d{1,5}");
    private static final int MOST_SERVERS = 100;
    private static final int REQUEST_MILLIS = 20_000;
    private static final int CALL_MILLIS = 30_000;

    /// Who asks.
    record Login(String user, SecretValue password) {}

    static Brokers of(Endpoint endpoint) {
        Settings s = endpoint.linkedService();
        for (String name : s.names()) {
            if (!MEMBERS.contains(name)) {
                throw ConnectionFaults.SETTING_NOT_ALLOWED
                        .problem()
                        .at(s.pointer() + "/" + name)
                        .evidence("setting", name)
                        .evidence("store", endpoint.linkedServiceName())
                        .evidence("allowed", String.join(", ", MEMBERS))
                        .exception();
            }
        }
        List<String> servers =
                List.of(s.requiredText("bootstrapServers").strip().split("\\s*,\\s*", -1));
        if (servers.size() > MOST_SERVERS
                || !servers.stream().allMatch(b -> SERVER.matcher(b).matches())) {
            throw invalid(endpoint, "bootstrapServers", "expected host:port, or several with commas in between");
        }
        Optional<String> user = s.text("username").filter(u -> !u.isBlank());
        String protocol = s.text("securityProtocol")
                .filter(p -> !p.isBlank())
                .orElse(user.isPresent() ? "SASL_SSL" : "PLAINTEXT")
                .toUpperCase(Locale.ROOT);
        if (!PROTOCOLS.contains(protocol)) {
            throw invalid(
                    endpoint, "securityProtocol", "expected one of " + String.join(", ", new TreeSet<>(PROTOCOLS)));
        }
        String mechanism = s.text("saslMechanism")
                .filter(m -> !m.isBlank())
                .orElse("PLAIN")
                .toUpperCase(Locale.ROOT);
        if (!MECHANISMS.contains(mechanism)) {
            throw invalid(endpoint, "saslMechanism", "expected one of " + String.join(", ", new TreeSet<>(MECHANISMS)));
        }
        return new Brokers(endpoint.linkedServiceName(), servers, protocol, mechanism, login(s, user, protocol));
    }

    private static Optional<Login> login(Settings s, Optional<String> user, String protocol) {
        if (!protocol.startsWith("SASL")) {
            return Optional.empty();
        }
        return Optional.of(new Login(
                user.orElseThrow(() -> s.missing("username")),
                s.secret("password").orElseThrow(() -> s.missing("password"))));
    }

    private static ProblemException invalid(Endpoint endpoint, String setting, String detail) {
        return ConnectionFaults.SETTING_INVALID
                .problem()
                .at(endpoint.linkedService().pointer() + "/" + setting)
                .evidence("setting", setting)
                .evidence("store", endpoint.linkedServiceName())
                .evidence("detail", detail)
                .exception();
    }

    String user() {
        return login.map(Login::user).orElse("nobody");
    }

    private Map<String, Object> client() {
        Map<String, Object> config = new HashMap<>();
        config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, servers);
        config.put(CommonClientConfigs.CLIENT_ID_CONFIG, "sluice");
        config.put(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, protocol);
        config.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
        config.put(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, List.of());
        login.ifPresent(l -> {
            config.put(SaslConfigs.SASL_MECHANISM, mechanism);
            config.put(
                    SaslConfigs.SASL_JAAS_CONFIG,
                    module() + " required username=" + quoted(l.user()) + " password="
                            + quoted(l.password().reveal()) + ";");
        });
        return config;
    }

    private String module() {
        return mechanism.equals("PLAIN")
                ? "org.apache.kafka.common.security.plain.PlainLoginModule"
                : "org.apache.kafka.common.security.scram.ScramLoginModule";
    }

    private static String quoted(String text) {
        return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
    }

    Map<String, Object> asking() {
        Map<String, Object> config = client();
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS);
        config.put(AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        return config;
    }

    Map<String, Object> reading(boolean committedOnly) {
        Map<String, Object> config = client();
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MILLIS);
        config.put(ConsumerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, committedOnly ? "read_committed" : "read_uncommitted");
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, TopicWalk.FETCHED);
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 2_000);
        config.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        config.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        return config;
    }

    Map<String, Object> writing(int buffer, String compression) {
        Map<String, Object> config = client();
        config.put(ProducerConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // With several, a topic made a moment ago may take the second batch of a partition before the first, and then
        // never
        // the first: seen with brokers of 4.4.
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, (long) buffer);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, CALL_MILLIS);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 20);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, 256 << 10);
        config.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, compression);
        config.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        config.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        return config;
    }
}
