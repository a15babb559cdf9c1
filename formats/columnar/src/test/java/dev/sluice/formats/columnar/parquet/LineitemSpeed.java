package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.TestEndpoint;
import dev.sluice.data.testkit.TestJob;
import java.io.IOException;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.IntStream;

/// Encodes and decodes a table shaped like TPC-H lineitem, with one thread, beside DuckDB with one thread on the same
/// rows and codec in the same run. No test: a program to be run by hand.
///
/// Arguments: rows (default 1500000), rounds (default 5).
public final class LineitemSpeed {
    private static final Schema SCHEMA = Schema.of(
            new Field("l_orderkey", DataType.INT64),
            new Field("l_partkey", DataType.INT64),
            new Field("l_suppkey", DataType.INT64),
            new Field("l_linenumber", DataType.INT32),
            new Field("l_quantity", DataType.decimal(15, 2)),
            new Field("l_extendedprice", DataType.decimal(15, 2)),
            new Field("l_discount", DataType.decimal(15, 2)),
            new Field("l_tax", DataType.decimal(15, 2)),
            new Field("l_returnflag", DataType.STRING),
            new Field("l_linestatus", DataType.STRING),
            new Field("l_shipdate", DataType.DATE),
            new Field("l_commitdate", DataType.DATE),
            new Field("l_receiptdate", DataType.DATE),
            new Field("l_shipinstruct", DataType.STRING),
            new Field("l_shipmode", DataType.STRING),
            new Field("l_comment", DataType.STRING));

    private static final String[] INSTRUCT = {"DELIVER IN PERSON", "COLLECT COD", "NONE", "TAKE BACK RETURN"};
    private static final String[] MODE = {"REG AIR", "AIR", "RAIL", "SHIP", "TRUCK", "MAIL", "FOB"};
    private static final String[] WORD =
            ("furiously quickly carefully blithely slyly final regular special express pending bold even ironic "
                            + "deposits accounts packages requests ideas theodolites foxes pinto beans instructions "
                            + "haggle sleep wake nag cajole integrate boost detect according to the above after")
                    .split(" ");

    private LineitemSpeed() {}

    public static void main(String[] args) throws Exception {
        int rows = args.length > 0 ? Integer.parseInt(args[0]) : 1_500_000;
        int rounds = args.length > 1 ? Integer.parseInt(args[1]) : 5;
        Path folder = Files.createTempDirectory("lineitem");
        try (TestJob job = new TestJob(2L << 30, "speed");
                DuckDb duck = new DuckDb()) {
            List<Batch> batches = batches(rows, job);
            long held = job.memory().used();
            Path ours = folder.resolve("ours.parquet");
            Path theirs = folder.resolve("theirs.parquet");
            for (String codec : List.of("none", "snappy", "zstd", "lz4", "gzip")) {
                String duckCodec = codec.equals("none") ? "uncompressed" : codec.equals("lz4") ? "lz4_raw" : codec;
                write(ours, codec, batches, job);
                duck.run("create or replace table t as select * from '" + ours + "'");
                double[] best = {1e9, 1e9, 1e9, 1e9, 1e9};
                for (int i = 0; i < rounds; i++) {
                    best[0] = Math.min(best[0], cpu(() -> write(ours, codec, batches, job)));
                    best[1] = Math.min(
                            best[1],
                            cpu(() -> duck.run("copy t to '" + theirs + "' (format parquet, codec '" + duckCodec
                                    + "', row_group_size 500000)")));
                    best[2] = Math.min(best[2], cpu(() -> read(ours, job)));
                    best[3] = Math.min(best[3], cpu(() -> read(theirs, job)));
                    best[4] = Math.min(best[4], cpu(() -> duck.run(sum(ours))));
                }
                System.out.printf(
                        Locale.ROOT,
                        "%-7s encode: ours %5.2f Mrows/s %5.0f MB/s | duckdb %5.2f Mrows/s || decode: ours %5.2f,"
                                + " of duckdb's file %5.2f | duckdb (aggregate) %5.2f Mrows/s || MB: ours %d duckdb"
                                + " %d%n",
                        codec,
                        rows / best[0] / 1e6,
                        rows * 130.0 / best[0] / 1e6,
                        rows / best[1] / 1e6,
                        rows / best[2] / 1e6,
                        rows / best[3] / 1e6,
                        rows / best[4] / 1e6,
                        Files.size(ours) >> 20,
                        Files.size(theirs) >> 20);
            }
            System.out.println("peak of writer or reader: MB " + (job.memory().peak() - held >> 20));
            for (String version : List.of("V1", "V2")) {
                duck.run("copy t to '" + theirs + "' (format parquet, codec 'snappy', row_group_size 500000,"
                        + " parquet_version '" + version + "')");
                System.out.println("duckdb snappy " + version + ": " + Files.size(theirs) + " bytes, read by us at "
                        + rows / cpu(() -> read(theirs, job)) / 1e6 + " Mrows/s");
            }
            batches.forEach(Batch::close);
        } finally {
            for (String name : List.of("ours.parquet", "theirs.parquet")) {
                Files.deleteIfExists(folder.resolve(name));
            }
            Files.delete(folder);
        }
    }

    private static String sum(Path file) {
        StringBuilder sql = new StringBuilder("select ");
        for (Field field : SCHEMA.fields()) {
            sql.append(field.type().isBytes() ? "sum(strlen(" + field.name() + "))" : "max(" + field.name() + ")")
                    .append(',');
        }
        return sql + " count(*) from '" + file + "'";
    }

    /// CPU seconds of the whole process, DuckDB's thread included.
    private static double cpu(Action action) throws Exception {
        var os = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long before = os.getProcessCpuTime();
        action.run();
        return (os.getProcessCpuTime() - before) / 1e9;
    }

    private interface Action {
        void run() throws Exception;
    }

    private static void write(Path path, String codec, List<Batch> batches, TestJob job) throws IOException {
        var sink = TestEndpoint.sink()
                .dataset("Parquet")
                .with("compressionCodec", codec)
                .build();
        try (FileOutput out = new PlainOutput(path);
                Writer writer = new ParquetFormat().encoder(sink).open(out, SCHEMA, job)) {
            for (Batch batch : batches) {
                writer.write(batch);
            }
            writer.finish();
        }
    }

    private static void read(Path path, TestJob job) throws IOException {
        Decoder decoder = new ParquetDecoder(TreeMapping.NONE);
        int[] all = IntStream.range(0, SCHEMA.size()).toArray();
        long rows = 0;
        try (FileInput in = new PlainInput(path);
                Batch batch = new Batch(SCHEMA, Batch.DEFAULT_ROWS, job.memory());
                Reader reader = decoder.open(
                        in, new Decoder.FileRange(0, Long.MAX_VALUE), SCHEMA, all, RefusedRows.failing(job))) {
            while (reader.read(batch)) {
                rows += batch.rows();
                batch.clear();
            }
        }
        if (rows == 0) {
            throw new IllegalStateException("nothing read");
        }
    }

    private static List<Batch> batches(int rows, TestJob job) {
        Random random = new Random(1);
        List<Batch> batches = new ArrayList<>();
        int key = 0;
        int line = 7;
        int date = 8_036;
        for (int from = 0; from < rows; from += Batch.DEFAULT_ROWS) {
            Batch b = new Batch(SCHEMA, Batch.DEFAULT_ROWS, job.memory());
            int count = Math.min(Batch.DEFAULT_ROWS, rows - from);
            for (int i = 0; i < count; i++) {
                if (line == 7 || random.nextInt(4) == 0) {
                    key += key % 8 == 7 ? 25 : 1;
                    line = 0;
                    date = 8_036 + random.nextInt(2_400);
                }
                line++;
                int quantity = 1 + random.nextInt(50);
                b.longs(0).values()[i] = key;
                b.longs(1).values()[i] = 1 + random.nextInt(200_000);
                b.longs(2).values()[i] = 1 + random.nextInt(10_000);
                b.ints(3).values()[i] = line;
                b.longs(4).values()[i] = quantity * 100L;
                b.longs(5).values()[i] = quantity * (90_000L + random.nextInt(110_000));
                b.longs(6).values()[i] = random.nextInt(11);
                b.longs(7).values()[i] = random.nextInt(9);
                text(b, 8, i, random.nextInt(2) == 0 ? "N" : random.nextInt(2) == 0 ? "A" : "R");
                text(b, 9, i, date < 9_298 ? "F" : "O");
                int ship = date + 1 + random.nextInt(121);
                b.ints(10).values()[i] = ship;
                b.ints(11).values()[i] = date + 30 + random.nextInt(61);
                b.ints(12).values()[i] = ship + 1 + random.nextInt(30);
                text(b, 13, i, INSTRUCT[random.nextInt(INSTRUCT.length)]);
                text(b, 14, i, MODE[random.nextInt(MODE.length)]);
                text(b, 15, i, comment(random));
            }
            b.setRows(count);
            batches.add(b);
        }
        return batches;
    }

    private static String comment(Random random) {
        int length = 10 + random.nextInt(34);
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            text.append(WORD[random.nextInt(WORD.length)]).append(' ');
        }
        return text.substring(random.nextInt(3), length);
    }

    private static void text(Batch batch, int column, int row, String text) {
        ((BytesVector) batch.vector(column)).set(row, text);
    }

    private static final class PlainOutput implements FileOutput {
        private final FileChannel channel;
        private long size;

        PlainOutput(Path path) throws IOException {
            channel = FileChannel.open(
                    path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        }

        @Override
        public String path() {
            return "speed";
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            size += length;
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public void finish() {}

        @Override
        public void publish() {}

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private static final class PlainInput implements FileInput {
        private final FileChannel channel;
        private final FileEntry entry;

        PlainInput(Path path) throws IOException {
            channel = FileChannel.open(path);
            entry = new FileEntry("speed", channel.size(), Instant.EPOCH, "1");
        }

        @Override
        public FileEntry entry() {
            return entry;
        }

        @Override
        public void read(long position, byte[] into, int offset, int length) throws IOException {
            ByteBuffer buffer = ByteBuffer.wrap(into, offset, length);
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, position + buffer.position() - offset) < 0) {
                    throw new java.io.EOFException();
                }
            }
        }

        @Override
        public InputStream stream(long position, long length) throws IOException {
            return Channels.newInputStream(channel.position(position));
        }

        @Override
        public long bytesRead() {
            return 0;
        }

        @Override
        public void close() {
            try {
                channel.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
