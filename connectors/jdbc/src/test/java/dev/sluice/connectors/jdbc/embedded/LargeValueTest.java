package dev.sluice.connectors.jdbc.embedded;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.connectors.jdbc.relational.Engine;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Source;
import dev.sluice.data.testkit.RefusedRows;
import dev.sluice.data.testkit.TestJob;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Values that do not fit the job's memory are refused by their column's name, and nothing stays behind.
@Timeout(120)
class LargeValueTest {
    private static final int LENGTH = 300_000_000;
    private static final long MEMORY = 64 << 20;

    private static void refused(String type, String value) throws Exception {
        Engine engine = SqliteFile.engine();
        engine.sql("CREATE TABLE albums (id INTEGER, photo " + type + ")");
        engine.sql("INSERT INTO albums VALUES (1, " + value + ")");
        try (TestJob job = new TestJob(MEMORY, "attempt-1")) {
            try (Source source = new SqliteConnector().source(engine.source("albums", Map.of()), job);
                    Reader reader =
                            source.open(source.splits(1).getFirst(), new int[] {0, 1}, RefusedRows.failing(job));
                    Batch batch = new Batch(source.schema(), 10, job.memory())) {
                assertThatThrownBy(() -> reader.read(batch)).isInstanceOfSatisfying(ProblemException.class, e -> {
                    assertThat(e.problem().fault()).isEqualTo(DataFaults.VALUE_TOO_LONG);
                    assertThat(e.problem().message()).contains("'photo'");
                });
            }
            assertThat(job.memory().used()).isZero();
        }
    }

    @Test
    void bytes_that_do_not_fit_are_refused_by_their_columns_name() throws Exception {
        refused("BLOB", "zeroblob(" + LENGTH + ")");
    }

    @Test
    void a_text_that_does_not_fit_is_refused_by_its_columns_name() throws Exception {
        refused("TEXT", "replace(hex(zeroblob(" + LENGTH / 2 + ")), '0', 'x')");
    }

    @Test
    void a_value_that_fits_comes_whole() throws Exception {
        Engine engine = SqliteFile.engine();
        engine.sql("CREATE TABLE albums (id INTEGER, photo BLOB)");
        engine.sql("INSERT INTO albums VALUES (1, zeroblob(10000000))");
        try (TestJob job = new TestJob(MEMORY, "attempt-1");
                Source source = new SqliteConnector().source(engine.source("albums", Map.of()), job);
                Reader reader = source.open(source.splits(1).getFirst(), new int[] {0, 1}, RefusedRows.failing(job));
                Batch batch = new Batch(source.schema(), 10, job.memory())) {
            assertThat(reader.read(batch)).isTrue();
            assertThat(dev.sluice.data.testkit.Rows.of(batch).getFirst().get(1))
                    .hasToString(java.nio.ByteBuffer.wrap(new byte[10_000_000]).toString());
        }
    }
}
