package dev.sluice.connectors.kafka;

import dev.sluice.connectors.kafka.TopicRange.Part;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.trees.Documents;
import dev.sluice.data.trees.TreeReader;
import dev.sluice.data.trees.TreeSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// The records of a topic between two bounds, its partitions dealt out to the streams that read.
final class TopicSource implements Source {
    private final Brokers brokers;
    private final TopicRange range;
    private final Envelope envelope;
    private final boolean committedOnly;
    private final KafkaProblems problems;
    private final TreeMapping trees;
    private final MemoryBudget memory;
    private final Schema schema;

    private record Partitions(List<Part> parts) implements Split {
        @Override
        public String describe() {
            return parts.isEmpty()
                    ? "nothing"
                    : String.join(
                            ", ",
                            parts.stream().map(p -> p.partition().toString()).toList());
        }
    }

    TopicSource(
            Brokers brokers,
            TopicRange range,
            Envelope envelope,
            boolean committedOnly,
            KafkaProblems problems,
            TreeMapping trees,
            MemoryBudget memory)
            throws IOException {
        this.brokers = brokers;
        this.range = range;
        this.envelope = envelope;
        this.committedOnly = committedOnly;
        this.problems = problems;
        this.trees = trees;
        this.memory = memory;
        this.schema = TreeSchema.of(around -> walk(range.parts()), trees);
    }

    private Documents walk(List<Part> parts) throws IOException {
        return new TopicWalk(brokers, parts, envelope, committedOnly, problems, memory);
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public List<Split> splits(int wanted) {
        int count = Math.clamp(wanted, 1, Math.max(1, range.parts().size()));
        List<List<Part>> dealt = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            dealt.add(new ArrayList<>());
        }
        for (int i = 0; i < range.parts().size(); i++) {
            dealt.get(i % count).add(range.parts().get(i));
        }
        return dealt.stream().<Split>map(Partitions::new).toList();
    }

    @Override
    public Reader open(Split split, int[] columns, ReadContext context) {
        List<Part> parts = ((Partitions) split).parts();
        try {
            return new TreeReader(around -> walk(parts), trees, schema, columns, context);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Offsets count what was written, compaction and transactions aside.
    @Override
    public long estimatedRows() {
        return trees.collection().isEmpty()
                ? range.parts().stream().mapToLong(p -> p.to() - p.from()).sum()
                : -1;
    }

    /// Readers have what there is to be closed.
    @Override
    public void close() {}
}
