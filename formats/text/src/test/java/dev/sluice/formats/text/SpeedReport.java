package dev.sluice.formats.text;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.TestEndpoint;
import java.io.IOException;
import java.util.Random;
import java.util.stream.IntStream;

/// Prints how many megabytes of text one thread reads and writes in a second of CPU time: lines like TPC-H's
/// lineitem. Not a test; run its main on the test class path.
final class SpeedReport {
    private static final int ROWS = 200_000;
    private static final int ROUNDS = 8;
    private static final Schema LINEITEM = new Schema(java.util.List.of(
            new Field("l_orderkey", DataType.INT64, false),
            new Field("l_partkey", DataType.INT64, false),
            new Field("l_suppkey", DataType.INT64, false),
            new Field("l_linenumber", DataType.INT32, false),
            new Field("l_quantity", DataType.decimal(15, 2), false),
            new Field("l_extendedprice", DataType.decimal(15, 2), false),
            new Field("l_discount", DataType.decimal(15, 2), false),
            new Field("l_tax", DataType.decimal(15, 2), false),
            new Field("l_returnflag", DataType.STRING, false),
            new Field("l_linestatus", DataType.STRING, false),
            new Field("l_shipdate", DataType.DATE, false),
            new Field("l_commitdate", DataType.DATE, false),
            new Field("l_receiptdate", DataType.DATE, false),
            new Field("l_shipinstruct", DataType.STRING, false),
            new Field("l_shipmode", DataType.STRING, false),
            new Field("l_comment", DataType.STRING, false)));

    private SpeedReport() {}

    public static void main(String[] args) throws IOException {
        for (boolean quoted : new boolean[] {false, true}) {
            for (String codec : new String[] {"none", "gzip"}) {
                report(quoted, codec);
            }
        }
    }

    private static void report(boolean quoted, String codec) throws IOException {
        TestEndpoint sink = TestEndpoint.sink()
                .with("firstRowAsHeader", true)
                .with("compressionCodec", codec)
                .format("quoteAllText", quoted);
        TestEndpoint source =
                TestEndpoint.source().with("firstRowAsHeader", true).with("compressionCodec", codec);
        try (TextFixture fixture = new TextFixture();
                Batch batch = lineitem(Batch.DEFAULT_ROWS, fixture.job.memory())) {
            long text = 0;
            double write = 0;
            byte[] file = {};
            for (int round = 0; round < ROUNDS; round++) {
                Discarded out = new Discarded();
                long start = cpuTime();
                try (Writer writer = TextFixture.encoder(sink).open(out, LINEITEM, fixture.job)) {
                    for (int i = 0; i < ROWS; i += batch.rows()) {
                        writer.write(batch);
                    }
                    writer.finish();
                }
                double seconds = (cpuTime() - start) / 1e9;
                file = out.bytes.toByteArray();
                text = codec.equals("none") ? file.length : textLength;
                write = Math.max(write, text / seconds / 1e6);
            }
            textLength = text;
            double read = 0;
            for (int round = 0; round < ROUNDS; round++) {
                long start = cpuTime();
                long rows = readAll(fixture, TextFixture.decoder(source), file);
                read = Math.max(read, text / ((cpuTime() - start) / 1e9) / 1e6);
                if (rows < ROWS) {
                    throw new IllegalStateException(rows + " rows");
                }
            }
            System.out.printf(
                    "quoted %-5s %-4s %5.1f bytes/row, file %3d MB: write %5.0f MB/s, read %5.0f MB/s%n",
                    quoted, codec, text / (double) ROWS, file.length >> 20, write, read);
        }
    }

    private static long textLength;

    /// CPU time of this thread: what else runs on the machine counts little.
    private static long cpuTime() {
        return java.lang.management.ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static long readAll(TextFixture fixture, Decoder decoder, byte[] content) throws IOException {
        long rows = 0;
        try (FileInput in = fixture.open(content, "lineitem")) {
            Schema schema = decoder.schema(in);
            int[] columns = IntStream.range(0, schema.size()).toArray();
            try (Reader reader = decoder.open(
                            in,
                            new Decoder.FileRange(0, content.length),
                            schema,
                            columns,
                            RefusedRows.failing(fixture.job));
                    Batch batch = new Batch(schema, Batch.DEFAULT_ROWS, fixture.job.memory())) {
                while (reader.read(batch)) {
                    rows += batch.rows();
                    batch.clear();
                }
            }
        }
        return rows;
    }

    private static Batch lineitem(int rows, MemoryBudget memory) {
        Batch batch = new Batch(LINEITEM, rows, memory);
        Random random = new Random(1);
        String[] instructions = {"DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN"};
        String[] modes = {"REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"};
        String words = "carefully final deposits sleep furiously across the express regular packages about ";
        for (int r = 0; r < rows; r++) {
            batch.longs(0).values()[r] = random.nextInt(6_000_000);
            batch.longs(1).values()[r] = random.nextInt(200_000);
            batch.longs(2).values()[r] = random.nextInt(10_000);
            batch.ints(3).values()[r] = 1 + random.nextInt(7);
            batch.longs(4).values()[r] = 100L * (1 + random.nextInt(50));
            batch.longs(5).values()[r] = 90_000L + random.nextInt(10_000_000);
            batch.longs(6).values()[r] = random.nextInt(11);
            batch.longs(7).values()[r] = random.nextInt(9);
            batch.bytes(8).set(r, "RAN".substring(random.nextInt(3)).substring(0, 1));
            batch.bytes(9).set(r, random.nextBoolean() ? "O" : "F");
            for (int c = 10; c < 13; c++) {
                batch.ints(c).values()[r] = 8_036 + random.nextInt(2_500);
            }
            batch.bytes(13).set(r, instructions[random.nextInt(4)]);
            batch.bytes(14).set(r, modes[random.nextInt(7)]);
            int from = random.nextInt(30);
            batch.bytes(15).set(r, words.substring(from, from + 10 + random.nextInt(34)));
        }
        batch.setRows(rows);
        return batch;
    }

    private static final class Discarded implements FileOutput {
        private final java.io.ByteArrayOutputStream bytes = new java.io.ByteArrayOutputStream(64 << 20);

        @Override
        public String path() {
            return "lineitem.csv";
        }

        @Override
        public void write(byte[] from, int offset, int length) {
            bytes.write(from, offset, length);
        }

        @Override
        public long size() {
            return bytes.size();
        }

        @Override
        public void finish() {
            // Nothing is kept.
        }

        @Override
        public void publish() {
            // Nothing is kept.
        }

        @Override
        public void close() {
            // Nothing is kept.
        }
    }
}
