package dev.sluice.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class WireTest {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final JobRef JOB = new JobRef("0a1b", 2);
    private static final NodeOrders ORDERS = new NodeOrders(List.of(JOB), false, 4, 30_000, 5_000);

    static List<Object> messages() {
        JsonNode spec = JSON.readTree("{\"kind\":\"Copy\",\"n\":1.5}");
        return List.of(
                new RegisterRequest(1, "IR@g@f@k", "node-1", "host", "0.1.0", "PEM", 8),
                new RegisterResponse("n1", "node-1", "ir", "factory", "PEM", "PEM", ORDERS),
                new LeaseRequest(2, 512, 30_000, List.of(JOB), true),
                new LeaseResponse(List.of(new JobOffer(JOB, "Copy", spec, 60_000)), ORDERS),
                new HeartbeatRequest(
                        new NodeFacts(
                                "0.1.0",
                                900,
                                12,
                                1,
                                8,
                                10,
                                20,
                                3,
                                4,
                                new NodeCondition(NodeCondition.AILING, "Code", "text"),
                                List.of(new StoreBreaker(
                                        "f",
                                        "Shop",
                                        StoreBreaker.OPEN,
                                        5,
                                        Instant.parse("2026-01-02T03:04:05Z"),
                                        "Code")),
                                new NodeUpdate(
                                        "0.2.0",
                                        NodeUpdate.FAILED,
                                        "UpdateRolledBack",
                                        "text",
                                        Instant.parse("2026-01-02T03:04:05Z"),
                                        Instant.parse("2026-01-02T03:05:05Z")),
                                new NodePause(
                                        NodePause.ASLEEP,
                                        Instant.parse("2026-01-02T03:04:05Z"),
                                        Instant.parse("2026-01-02T03:05:05Z"),
                                        60,
                                        1)),
                        List.of(new JobProgress(JOB, "Reading", 1, 2, 3, 4, -1, 5, 6))),
                new HeartbeatResponse(
                        ORDERS,
                        List.of(JOB),
                        List.of(new ResealOrder("s1", "CMS", List.of("PEM"))),
                        List.of(new LogOrder("r1", "a1", 1000)),
                        new Announcement(
                                2,
                                List.of(new ServiceEndpoint(
                                        "new.example.org",
                                        443,
                                        List.of("10.0.0.1"),
                                        Instant.parse("2026-01-02T03:04:05Z"))))),
                new LogPage("r1", 2, true, 3, "{}\n"),
                new LogReceipt("r1"),
                new ResealRequest(List.of(new Resealed("s1", "CMS"))),
                new UnregisterResponse(List.of(new KnownSecret("f", "linked service 'Shop'", "/password"))),
                new ReportRequest(
                        JOB, Instant.parse("2026-01-02T03:04:05Z"), Instant.parse("2026-01-02T03:04:06.5Z"), spec),
                new ReportResponse(ReportResponse.Verdict.ACCEPTED),
                new ErrorResponse("Code", "text", List.of("do this")));
    }

    /// What a node or service of an older version says. The files are never written anew: they are how it was.
    /// Messages that there were not in that version.
    private static final Set<String> LATER = Set.of("LogPage", "LogReceipt");

    static List<Object> olderMessages() {
        return messages().stream()
                .filter(m -> !LATER.contains(m.getClass().getSimpleName()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("olderMessages")
    void G08_messages_of_an_older_version_are_read(Object message) throws IOException {
        String name = message.getClass().getSimpleName() + ".json";
        try (InputStream frozen = WireTest.class.getResourceAsStream("/golden/frozen-0.1/" + name)) {
            assertThat(frozen).as("golden/frozen-0.1/%s", name).isNotNull();
            Object read = Wire.decode(frozen.readAllBytes(), message.getClass());
            assertThat(read).hasNoNullFieldsOrProperties();
            if (read instanceof HeartbeatRequest heartbeat) {
                assertThat(heartbeat.facts().breakers()).isEmpty();
            } else if (read instanceof HeartbeatResponse heartbeat) {
                assertThat(heartbeat.logs()).isEmpty();
                assertThat(heartbeat.coming()).isEqualTo(Announcement.NONE);
                assertThat(heartbeat.reseal()).hasSize(1);
            } else {
                assertThat(text(read)).isEqualTo(text(message));
            }
        }
    }

    /// What a newer version adds is passed over by an older one, which has no member for it.
    @ParameterizedTest
    @MethodSource("messages")
    void G08_members_of_a_newer_version_are_passed_over(Object message) {
        String json = new String(Wire.encode(message), StandardCharsets.UTF_8);
        String newer = "{\"fromTheFuture\":{\"a\":[1,{}]}," + json.substring(1);
        if (newer.endsWith(",}")) {
            newer = newer.substring(0, newer.length() - 2) + "}";
        }

        assertThat(text(Wire.decode(newer.getBytes(StandardCharsets.UTF_8), message.getClass())))
                .isEqualTo(text(message));
    }

    /// Trees in messages compare by their text: numbers read are not of the class that they were written as.
    private static String text(Object message) {
        return new String(Wire.encode(message), StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @MethodSource("messages")
    void every_message_reads_back_as_it_was_written(Object message) {
        Object read = Wire.decode(Wire.encode(message), message.getClass());
        assertThat(read).hasSameClassAs(message);
        // Bytes, not objects: 1.50 and 1.5 are the same number to a JSON tree, but not the same text.
        assertThat(new String(Wire.encode(read), StandardCharsets.UTF_8))
                .isEqualTo(new String(Wire.encode(message), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void every_message_has_the_golden_form(Object message) throws IOException {
        String name = message.getClass().getSimpleName() + ".json";
        try (InputStream golden = WireTest.class.getResourceAsStream("/golden/" + name)) {
            assertThat(golden).as("golden/%s", name).isNotNull();
            assertThat(new String(Wire.encode(message), StandardCharsets.UTF_8))
                    .isEqualTo(new String(golden.readAllBytes(), StandardCharsets.UTF_8).strip());
        }
    }

    @Test
    void a_member_of_a_later_version_is_ignored() {
        byte[] later = "{\"freeSlots\":1,\"freeMemoryMb\":2,\"waitMillis\":3,\"colour\":\"red\"}"
                .getBytes(StandardCharsets.UTF_8);
        assertThat(Wire.decode(later, LeaseRequest.class)).isEqualTo(new LeaseRequest(1, 2, 3));
    }

    @Test
    void what_is_no_message_is_a_located_problem() {
        assertThatThrownBy(() -> Wire.decode("{\"freeSlots\":".getBytes(StandardCharsets.UTF_8), LeaseRequest.class))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("JsonMalformed");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"freeSlots\":\"1\"}                    | /freeSlots must be a number",
                "{\"freeSlots\":1.5}                      | /freeSlots is not a whole number",
                "{\"freeSlots\":99999999999}              | /freeSlots is not a whole number",
                "{\"holds\":{}}                           | /holds must be an array",
                "{\"holds\":[null]}                       | /holds/0 must be not null",
                "{\"holds\":[{\"jobId\":7}]}              | /holds/0/jobId must be a string",
                "[]                                       | the message must be an object",
                "{} {}                                    | Trailing"
            })
    void a_wrong_member_is_named(String json, String detail) {
        assertThatThrownBy(() -> Wire.decode(json.getBytes(StandardCharsets.UTF_8), LeaseRequest.class))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining(detail);
    }

    @Test
    void what_is_absent_or_null_is_neutral_and_a_list_that_must_be_there_is_missed() {
        byte[] bare = "{\"freeSlots\":null,\"holds\":null}".getBytes(StandardCharsets.UTF_8);
        assertThat(Wire.decode(bare, LeaseRequest.class)).isEqualTo(new LeaseRequest(0, 0, 0));
        assertThatThrownBy(() -> Wire.decode("{}".getBytes(StandardCharsets.UTF_8), HeartbeatRequest.class))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("lacks a member");
    }

    @Test
    void a_registration_never_prints_its_key() {
        assertThat(messages().getFirst().toString()).doesNotContain("IR@");
    }

    record Numbers(java.util.List<Long> longs, java.util.List<Integer> whole, java.util.List<Boolean> flags) {}

    @Test
    void lists_of_numbers_and_truth_values_come_back() {
        Numbers sent =
                new Numbers(java.util.List.of(1L, 5_000_000_000L), java.util.List.of(7), java.util.List.of(true));

        assertThat(Wire.decode(Wire.encode(sent), Numbers.class)).isEqualTo(sent);
    }
}
