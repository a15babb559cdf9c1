package dev.sluice.benchmarks;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Writer;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Encoding and decoding of 204,800 rows in memory, one thread. `copy` moves the encoded bytes once: the limit that no
/// format can beat.
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets the fields up
public class FormatBenchmark {
    @Param({"DelimitedText", "Parquet"})
    public String format;

    private MemoryBudget budget;
    private List<Batch> batches;
    private Encoder encoder;
    private Decoder decoder;
    private byte[] encoded;

    @Setup
    public void prepare() throws IOException {
        budget = new MemoryBudget(1L << 30);
        batches = Lines.batches(budget);
        Map<String, Object> settings = format.equals("Parquet")
                ? Map.of("compressionCodec", "snappy")
                : Map.of("columnDelimiter", ",", "quoteChar", "\"", "escapeChar", "\"", "firstRowAsHeader", true);
        encoder = Lines.format(format).encoder(Lines.endpoint(format, settings));
        decoder = Lines.format(format).decoder(Lines.endpoint(format, settings));
        encoded = encode();
    }

    @TearDown
    public void release() {
        batches.forEach(Batch::close);
    }

    @Benchmark
    public byte[] encode() throws IOException {
        MemoryFile.Output output = new MemoryFile.Output();
        try (Writer writer = encoder.open(output, Lines.SCHEMA, Lines.job(budget))) {
            for (Batch batch : batches) {
                writer.write(batch);
            }
            writer.finish();
        }
        return output.bytes();
    }

    @Benchmark
    public long decode() throws IOException {
        MemoryFile.Input input = new MemoryFile.Input(encoded);
        Schema schema = decoder.schema(input);
        int[] all = IntStream.range(0, schema.size()).toArray();
        long rows = 0;
        for (Decoder.FileRange range : decoder.ranges(input, Long.MAX_VALUE)) {
            try (Batch batch = new Batch(schema, Batch.DEFAULT_ROWS, budget);
                    Reader reader = decoder.open(input, range, schema, all, Lines.reading(budget))) {
                while (reader.read(batch)) {
                    rows += batch.rows();
                    batch.clear();
                }
            }
        }
        return rows;
    }

    @Benchmark
    public byte[] copy() {
        return encoded.clone();
    }
}
