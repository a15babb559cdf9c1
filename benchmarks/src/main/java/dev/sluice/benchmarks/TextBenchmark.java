package dev.sluice.benchmarks;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/// Numbers, decimals and days from text and to text, a batch at a time, beside the JDK's own: `Long`, [BigDecimal],
/// [LocalDate].
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(TextBenchmark.ROWS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@SuppressWarnings("NullAway.Init") // JMH sets the fields up
public class TextBenchmark {
    static final int ROWS = 1_024;

    @Param({"INT64", "DECIMAL", "DATE"})
    public String kind;

    private Batch batch;
    private Vector values;
    private BytesVector text;
    private byte[] out;

    @Setup
    public void prepare() {
        DataType type = switch (kind) {
            case "INT64" -> DataType.INT64;
            case "DECIMAL" -> DataType.decimal(15, 2);
            default -> DataType.DATE;
        };
        batch = new Batch(
                Schema.of(new Field("value", type), new Field("text", DataType.STRING)),
                ROWS,
                new MemoryBudget(64L << 20));
        values = batch.vector(0);
        text = batch.bytes(1);
        out = new byte[64];
        Random random = new Random(7);
        for (int row = 0; row < ROWS; row++) {
            text.set(
                    row,
                    switch (kind) {
                        case "INT64" -> Integer.toString(random.nextInt(6_000_000));
                        case "DECIMAL" ->
                            BigDecimal.valueOf(random.nextInt(10_000_000), 2).toString();
                        default ->
                            LocalDate.ofEpochDay(8_000 + random.nextInt(2_500)).toString();
                    });
        }
        batch.setRows(ROWS);
        if (!parse()) {
            throw new IllegalStateException("a value did not parse");
        }
    }

    @TearDown
    public void release() {
        batch.close();
    }

    @Benchmark
    public boolean parse() {
        boolean all = true;
        int[] offsets = text.offsets();
        for (int row = 0; row < ROWS; row++) {
            all &= TextForm.parse(text.data(), offsets[row], offsets[row + 1], values, row);
        }
        return all;
    }

    @Benchmark
    public long parseByJdk() {
        long sum = 0;
        for (int row = 0; row < ROWS; row++) {
            int from = text.offsets()[row];
            String s = new String(text.data(), from, text.offsets()[row + 1] - from, StandardCharsets.ISO_8859_1);
            sum += switch (kind) {
                case "INT64" -> Long.parseLong(s);
                case "DECIMAL" -> new BigDecimal(s).unscaledValue().longValue();
                default -> LocalDate.parse(s).toEpochDay();
            };
        }
        return sum;
    }

    @Benchmark
    public long print() {
        long sum = 0;
        for (int row = 0; row < ROWS; row++) {
            sum += TextForm.write(values, row, out, 0);
        }
        return sum;
    }

    @Benchmark
    public long printByJdk() {
        long sum = 0;
        for (int row = 0; row < ROWS; row++) {
            String s = switch (kind) {
                case "INT64" -> Long.toString(batch.longs(0).values()[row]);
                case "DECIMAL" ->
                    BigDecimal.valueOf(batch.longs(0).values()[row], 2).toString();
                default -> LocalDate.ofEpochDay(batch.ints(0).values()[row]).toString();
            };
            sum += s.getBytes(StandardCharsets.ISO_8859_1).length;
        }
        return sum;
    }
}
