package dev.sluice.connectors.jdbc.postgresql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sluice.connectors.jdbc.postgresql.Database.Job;
import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Sink;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A table space on a device of two megabytes.
class FullDiskTest {
    @Test
    void a_server_without_space_is_said_and_nothing_is_kept() throws Exception {
        Path data = Path.of(Database.rows("SHOW data_directory").getFirst());
        Path small = Files.createTempDirectory("small");
        assumeTrue(
                run("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small.toString()),
                "SKIPPED: only root can mount a small file system");
        try {
            Files.setOwner(small, Files.getOwner(data));
            Database.sql(
                    "CREATE TABLESPACE small LOCATION '" + small + "'",
                    "CREATE TABLE crowded (t text) TABLESPACE small");
            Schema schema = Schema.of(new Field("t", DataType.STRING));
            try (Sink sink = new PostgreSqlConnector().sink(Database.sink("crowded", Map.of()), new Job());
                    Batch batch = new Batch(schema, 1_000, new Job().memory())) {
                for (int row = 0; row < 1_000; row++) {
                    batch.bytes(0).set(row, "a text of some length, again and again " + row);
                }
                batch.setRows(1_000);
                sink.begin(schema);
                ProblemException full = catchThrowableOfType(ProblemException.class, () -> {
                    try (Writer writer = sink.open(0)) {
                        for (int i = 0; i < 100; i++) {
                            writer.write(batch);
                        }
                        writer.finish();
                    }
                });
                assertThat(full).as("a problem").isNotNull();
                assertThat(full.problem().code()).isEqualTo("DiskFull");
                assertThat(full.problem().kind()).isEqualTo(Kind.SINK);
                assertThat(full.problem().message()).contains("crowded").doesNotContain("unknown)");
            }
            assertThat(Database.rows("SELECT count(*) FROM crowded")).containsExactly("0");
            Database.sql("DROP TABLE crowded", "DROP TABLESPACE small");
        } finally {
            assertThat(run("umount", small.toString())).isTrue();
            Files.delete(small);
        }
    }

    private static boolean run(String... command) throws Exception {
        Process p = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(p.getInputStream().readAllBytes());
        int code = p.waitFor();
        if (code != 0) {
            System.err.println(String.join(" ", command) + ": " + said);
        }
        return code == 0;
    }
}
