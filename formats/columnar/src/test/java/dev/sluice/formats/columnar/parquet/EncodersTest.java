package dev.sluice.formats.columnar.parquet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Schema;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.parquet.format.CompressionCodec;
import org.junit.jupiter.api.Test;

class EncodersTest {
    private static final Schema SCHEMA = new Schema(List.of(
            new Field("id", DataType.INT64, false),
            new Field("name", DataType.STRING, true),
            new Field("price", DataType.decimal(15, 2), false),
            new Field("note", DataType.STRING, false)));

    @Test
    void a_helper_changes_no_byte_of_the_file() throws IOException {
        List<List<Object>> rows = new ArrayList<>();
        for (int i = 0; i < 60_000; i++) {
            rows.add(
                    List.of((long) i, "name " + i % 90, new java.math.BigDecimal(i).movePointLeft(2), "note " + i * 7));
        }
        byte[] alone = written(60L << 20, rows);
        byte[] helped = written(256L << 20, rows);
        assertArrayEquals(alone, helped);
    }

    private static byte[] written(long memory, List<List<Object>> rows) throws IOException {
        try (ParquetFiles files = new ParquetFiles(memory)) {
            return files.write("zstd", SCHEMA, List.copyOf(rows), 4_096);
        }
    }

    @Test
    void of_two_columns_that_refuse_null_the_first_is_named() throws IOException {
        List<List<Object>> rows = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            rows.add(new ArrayList<>(java.util.Arrays.asList(
                    i == 7 ? null : (Object) (long) i, "x", java.math.BigDecimal.ONE, i == 3 ? null : "y")));
        }
        for (int round = 0; round < 20; round++) {
            ProblemException refused = assertThrows(ProblemException.class, () -> written(256L << 20, rows));
            assertEquals("row 8, column id", refused.problem().location());
        }
    }

    @Test
    void both_threads_take_columns_and_the_round_ends_when_all_are_done() throws IOException {
        try (ParquetFiles files = new ParquetFiles();
                Compressor one = Compressor.of(CompressionCodec.UNCOMPRESSED);
                Compressor two = Compressor.of(CompressionCodec.UNCOMPRESSED);
                Reservation memory = new Reservation(files.job.memory())) {
            Workshop own = Workshop.of(memory, one, 4);
            Workshop helpers = Workshop.of(memory, two, 4);
            List<ColumnChunk> columns =
                    SCHEMA.fields().stream().map(f -> ColumnChunk.of(f, own)).toList();
            Set<Thread> threads = ConcurrentHashMap.newKeySet();
            AtomicInteger done = new AtomicInteger();
            // each of the first two columns waits for the other: one thread alone would never get on
            CountDownLatch both = new CountDownLatch(2);
            try (Encoders encoders = new Encoders(columns, own, helpers)) {
                encoders.all((column, place) -> {
                    threads.add(Thread.currentThread());
                    both.countDown();
                    try {
                        both.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    done.incrementAndGet();
                });
            }
            assertEquals(2, threads.size());
            assertEquals(4, done.get());
        }
    }
}
