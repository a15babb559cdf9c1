package dev.sluice.connectors.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.connectors.kafka.TopicRange.Part;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.trees.Documents;
import dev.sluice.data.trees.Json;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;

/// Goes through some partitions to where they are to end, with a consumer of its own. Used by one thread, closed by
/// any.
final class TopicWalk implements Documents {
    /// Bytes that one answer of the brokers has at most, but for a single larger record.
    static final int FETCHED = 4 << 20;

    private static final int LARGE = 512 << 10;
    private static final long HELD = 3L * FETCHED;
    private static final Duration POLL = Duration.ofSeconds(1);

    /// So long brokers may have nothing to say while records are still to come.
    private static final Duration SILENCE = Duration.ofMinutes(3);

    private final Consumer<byte[], byte[]> consumer;
    private final Envelope envelope;
    private final KafkaProblems problems;
    private final MemoryBudget memory;
    private final String place;
    private final Map<TopicPartition, Part> left = new HashMap<>();
    private final List<ConsumerRecord<byte[], byte[]>> waiting = new ArrayList<>();
    private int taken;
    private volatile boolean closing;
    private boolean closed;
    private volatile long received;

    TopicWalk(
            Brokers brokers,
            List<Part> parts,
            Envelope envelope,
            boolean committedOnly,
            KafkaProblems problems,
            MemoryBudget memory)
            throws IOException {
        this.envelope = envelope;
        this.problems = problems;
        this.memory = memory;
        this.place = "topic " + problems.topic();
        memory.reserve(HELD);
        boolean good = false;
        try {
            this.consumer = new KafkaConsumer<>(brokers.reading(committedOnly));
            consumer.assign(parts.stream().map(Part::partition).toList());
            for (Part part : parts) {
                left.put(part.partition(), part);
                consumer.seek(part.partition(), part.from());
            }
            good = true;
        } catch (RuntimeException e) {
            throw problems.thrown(e);
        } finally {
            if (!good) {
                memory.release(HELD);
            }
        }
    }

    @Override
    public @Nullable JsonParser next() throws IOException {
        StringBuilder text = new StringBuilder(LARGE + (LARGE >> 2));
        while (text.length() < LARGE) {
            if (taken == waiting.size() && !fill()) {
                break;
            }
            ConsumerRecord<byte[], byte[]> record = waiting.get(taken++);
            envelope.append(record, text);
        }
        return text.isEmpty()
                ? null
                : Json.parser(new ByteArrayInputStream(text.toString().getBytes(UTF_8)));
    }

    /// Asks until there are records, or all partitions are at their ends.
    private boolean fill() throws IOException {
        waiting.clear();
        taken = 0;
        long silent = System.nanoTime();
        try {
            while (waiting.isEmpty() && !left.isEmpty()) {
                if (poll()) {
                    silent = System.nanoTime();
                } else if (System.nanoTime() - silent > SILENCE.toNanos()) {
                    throw new TimeoutException("no record came for " + SILENCE.toMinutes() + " minutes");
                }
            }
        } catch (OffsetOutOfRangeException e) {
            throw DataFaults.FILE_CHANGED
                    .problem()
                    .on(Kind.SOURCE)
                    .evidence("path", place)
                    .evidence("store", problems.brokers().store())
                    .evidence("detail", "the topic no longer holds what was to be read (" + e.getMessage() + ")")
                    .from(e)
                    .exception();
        } catch (RuntimeException e) {
            throw problems.thrown(e);
        }
        return !waiting.isEmpty();
    }

    /// @return whether anything went on
    private synchronized boolean poll() throws IOException {
        if (closing) {
            throw new IOException("closed while " + problems.brokers().store() + " was in use");
        }
        ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
        boolean moved = false;
        for (Part part : List.copyOf(left.values())) {
            TopicPartition partition = part.partition();
            for (ConsumerRecord<byte[], byte[]> record : records.records(partition)) {
                received += Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
                moved = true;
                if (record.offset() < part.to()) {
                    waiting.add(record);
                }
            }
            // The last offsets may be marks of transactions, which are no records.
            if (consumer.position(partition) >= part.to()) {
                left.remove(partition);
                consumer.pause(List.of(partition));
                moved = true;
            }
        }
        return moved;
    }

    @Override
    public String place() {
        return place;
    }

    @Override
    public String format() {
        return "Json";
    }

    @Override
    public long bytesRead() {
        return received;
    }

    @Override
    public boolean failed() {
        return false;
    }

    /// Wakes a blocked poll, which holds the lock, and then closes.
    @Override
    public void close() {
        closing = true;
        consumer.wakeup();
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            try {
                consumer.close(org.apache.kafka.clients.consumer.CloseOptions.timeout(Duration.ofSeconds(5)));
            } catch (RuntimeException e) {
                System.getLogger(TopicWalk.class.getName()).log(System.Logger.Level.DEBUG, "closing a consumer", e);
            }
            memory.release(HELD);
        }
    }
}
