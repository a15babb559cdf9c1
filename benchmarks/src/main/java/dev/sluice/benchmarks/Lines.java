package dev.sluice.benchmarks;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Format;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;

/// Rows shaped like TPC-H line items, and what a format needs to read and write them.
final class Lines {
    static final int BATCHES = 50;
    static final Schema SCHEMA = Schema.of(
            new Field("l_orderkey", DataType.INT64, false),
            new Field("l_partkey", DataType.INT64, false),
            new Field("l_linenumber", DataType.INT32, false),
            new Field("l_quantity", DataType.decimal(15, 2), false),
            new Field("l_extendedprice", DataType.decimal(15, 2), false),
            new Field("l_returnflag", DataType.STRING, false),
            new Field("l_shipdate", DataType.DATE, false),
            new Field("l_shipmode", DataType.STRING, false),
            new Field("l_comment", DataType.STRING, false));

    private static final String[] MODES = {"AIR", "FOB", "MAIL", "RAIL", "REG AIR", "SHIP", "TRUCK"};
    private static final String[] FLAGS = {"A", "N", "R"};

    private Lines() {}

    /// The same rows on every call.
    static List<Batch> batches(MemoryBudget budget) {
        Random random = new Random(42);
        List<Batch> batches = new ArrayList<>();
        for (int b = 0; b < BATCHES; b++) {
            Batch batch = new Batch(SCHEMA, Batch.DEFAULT_ROWS, budget);
            for (int row = 0; row < batch.capacity(); row++) {
                batch.longs(0).values()[row] = (long) b * batch.capacity() + row;
                batch.longs(1).values()[row] = random.nextInt(200_000);
                batch.ints(2).values()[row] = random.nextInt(7);
                batch.longs(3).values()[row] = (1 + random.nextInt(50)) * 100L;
                batch.longs(4).values()[row] = random.nextInt(10_000_000);
                batch.bytes(5).set(row, FLAGS[random.nextInt(FLAGS.length)]);
                batch.ints(6).values()[row] = 8_000 + random.nextInt(2_500);
                batch.bytes(7).set(row, MODES[random.nextInt(MODES.length)]);
                batch.bytes(8).set(row, "carefully final deposits " + Integer.toString(random.nextInt(), 36));
            }
            batch.setRows(batch.capacity());
            batches.add(batch);
        }
        return batches;
    }

    static Format format(String name) {
        return ServiceLoader.load(Format.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(f -> f.descriptor().name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    static Endpoint endpoint(String type, Map<String, Object> dataset) {
        return new Endpoint(
                Kind.SOURCE,
                "memory",
                "Memory",
                Settings.EMPTY,
                "lines",
                type,
                new Settings("", dataset),
                Settings.EMPTY);
    }

    static JobContext job(MemoryBudget budget) {
        return new JobContext() {
            @Override
            public MemoryBudget memory() {
                return budget;
            }

            @Override
            public String attemptId() {
                return "benchmark";
            }

            @Override
            public Path scratch() {
                return Path.of(System.getProperty("java.io.tmpdir"));
            }

            @Override
            public InstantSource clock() {
                return InstantSource.system();
            }

            @Override
            public boolean cancelled() {
                return false;
            }
        };
    }

    static ReadContext reading(MemoryBudget budget) {
        JobContext job = job(budget);
        return new ReadContext() {
            @Override
            public JobContext job() {
                return job;
            }

            @Override
            public void refuse(RefusedRow row) {
                throw new ProblemException(row.problem());
            }
        };
    }
}
