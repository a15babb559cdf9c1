package dev.sluice.connectors.kafka;

import dev.sluice.data.spi.Settings;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/// From where to where each partition is read, known before anything is. What the source says is bounded by
/// what the topic holds now.
///
/// @param parts those that hold something, in the order of their numbers
record TopicRange(List<Part> parts) {
    /// @param from the first offset
    /// @param to the first offset that is not read any more
    record Part(TopicPartition partition, long from, long to) {}

    /// Where a read starts or ends.
    private sealed interface Bound {
        record Earliest() implements Bound {}

        record Latest() implements Bound {}

        record At(Instant time) implements Bound {}

        /// Offsets of some partitions; the others are bounded by the topic.
        record Offsets(Map<Integer, Long> byPartition) implements Bound {}
    }

    /// Asks the brokers for the topic's partitions and bounds.
    static TopicRange of(Admin admin, String topic, Settings activity, boolean committedOnly, KafkaProblems problems)
            throws IOException {
        Bound start = bound(activity, "startingOffsets", "startingTimestamp", new Bound.Earliest());
        Bound end = bound(activity, "endingOffsets", "endingTimestamp", new Bound.Latest());
        List<TopicPartition> all = partitions(admin, topic, problems);
        IsolationLevel level = committedOnly ? IsolationLevel.READ_COMMITTED : IsolationLevel.READ_UNCOMMITTED;
        try {
            Map<TopicPartition, Long> first = asked(admin, all, OffsetSpec.earliest(), level);
            Map<TopicPartition, Long> last = asked(admin, all, OffsetSpec.latest(), level);
            Map<TopicPartition, Long> from = resolved(admin, start, all, first, last, level);
            Map<TopicPartition, Long> to = resolved(admin, end, all, last, last, level);
            List<Part> parts = new ArrayList<>();
            for (TopicPartition p : all) {
                long least = Math.max(first.getOrDefault(p, 0L), from.getOrDefault(p, 0L));
                long most = Math.min(last.getOrDefault(p, 0L), to.getOrDefault(p, 0L));
                if (least < most) {
                    parts.add(new Part(p, least, most));
                }
            }
            return new TopicRange(parts);
        } catch (ExecutionException | InterruptedException | RuntimeException e) {
            throw problems.thrown(e);
        }
    }

    /// The partitions of a topic, which must be there.
    static List<TopicPartition> partitions(Admin admin, String topic, KafkaProblems problems) throws IOException {
        try {
            return admin.describeTopics(List.of(topic)).allTopicNames().get().values().stream()
                    .flatMap(found -> found.partitions().stream())
                    .map(p -> new TopicPartition(topic, p.partition()))
                    .toList();
        } catch (ExecutionException | InterruptedException | RuntimeException e) {
            throw problems.thrown(e);
        }
    }

    private static Map<TopicPartition, Long> asked(
            Admin admin, List<TopicPartition> all, OffsetSpec what, IsolationLevel level)
            throws ExecutionException, InterruptedException {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        all.forEach(p -> question.put(p, what));
        Map<TopicPartition, Long> offsets = new HashMap<>();
        for (Map.Entry<TopicPartition, ListOffsetsResultInfo> e : admin.listOffsets(
                        question, new ListOffsetsOptions(level))
                .all()
                .get()
                .entrySet()) {
            offsets.put(e.getKey(), e.getValue().offset());
        }
        return offsets;
    }

    /// @param otherwise where a partition says nothing
    private static Map<TopicPartition, Long> resolved(
            Admin admin,
            Bound bound,
            List<TopicPartition> all,
            Map<TopicPartition, Long> otherwise,
            Map<TopicPartition, Long> last,
            IsolationLevel level)
            throws ExecutionException, InterruptedException {
        return switch (bound) {
            case Bound.Earliest _ -> otherwise;
            case Bound.Latest _ -> last;
            case Bound.At at -> {
                Map<TopicPartition, Long> found =
                        asked(admin, all, OffsetSpec.forTimestamp(at.time().toEpochMilli()), level);
                // No record is that late: all of them are before it.
                found.replaceAll((p, offset) -> offset < 0 ? last.getOrDefault(p, 0L) : offset);
                yield found;
            }
            case Bound.Offsets given -> {
                Map<TopicPartition, Long> found = new HashMap<>(otherwise);
                given.byPartition()
                        .forEach((number, offset) -> all.stream()
                                .filter(p -> p.partition() == number)
                                .forEach(p -> found.put(p, offset)));
                yield found;
            }
        };
    }

    private static Bound bound(Settings s, String offsets, String timestamp, Bound usual) {
        Optional<String> time = s.text(timestamp).filter(t -> !t.isBlank());
        if (time.isPresent()) {
            if (s.has(offsets)) {
                throw s.wrong(timestamp, time.get(), "one of " + offsets + " and " + timestamp);
            }
            return new Bound.At(instant(s, timestamp, time.get().strip()));
        }
        Object given = s.value(offsets).orElse("");
        if (given instanceof Map<?, ?>) {
            Settings byPartition = s.section(offsets);
            Map<Integer, Long> found = new HashMap<>();
            for (String name : byPartition.names()) {
                if (!name.matches("\\d{1,6}")) {
                    throw s.wrong(offsets, name, "numbers of partitions with their offsets, {\"0\": 42}");
                }
                byPartition
                        .number(name, 0, Long.MAX_VALUE)
                        .ifPresent(offset -> found.put(Integer.valueOf(name), offset));
            }
            return new Bound.Offsets(found);
        }
        return switch (given.toString().toLowerCase(Locale.ROOT)) {
            case "" -> usual;
            case "earliest" -> new Bound.Earliest();
            case "latest" -> new Bound.Latest();
            default -> throw s.wrong(offsets, given, "earliest, latest, or an object of partitions and offsets");
        };
    }

    private static Instant instant(Settings s, String member, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw s.wrong(member, text, "a time with its offset, such as 2026-01-31T12:00:00Z");
        }
    }
}
