package dev.sluice.service.app.runs;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.service.store.Store;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Service, queue and nodes from one seed. `-Dsluice.simulation.first=N` and `-Dsluice.simulation.seeds=1000000` try
/// others, or more of them; `-Dsluice.effort=5` five times as many.
class SimulationTest {
    private static final long FIRST = Long.getLong("sluice.simulation.first", 0);
    private static final long SEEDS =
            Long.getLong("sluice.simulation.seeds", 40L * Integer.getInteger("sluice.effort", 1));

    @TempDir
    Path folder;

    private Path template;

    /// Each seed has a database of its own; a copied one saves the migrations. In memory where the machine has a file
    /// system for that: the simulated service dies, the machine does not.
    private Path database(Path where) throws IOException {
        if (template == null) {
            template = folder.resolve("empty.db");
            Store.sqlite(template).close();
        }
        Path file = where.resolve("service.db");
        for (String more : new String[] {"", "-wal", "-shm"}) {
            Files.deleteIfExists(Path.of(file + more));
        }
        Files.copy(template, file);
        return file;
    }

    private static Path fast(Path otherwise) throws IOException {
        Path memory = Path.of("/dev/shm");
        return Files.isWritable(memory) ? Files.createTempDirectory(memory, "simulation") : otherwise;
    }

    @Test
    void every_acknowledged_run_ends_and_no_outcome_is_lost_or_counted_twice() throws IOException {
        Path where = fast(folder);
        long crashes = 0;
        try {
            for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
                crashes += simulated(where, seed).crashes;
            }
        } finally {
            clear(where);
        }
        assertThat(crashes).isGreaterThan(SEEDS);
    }

    @Test
    void a_seed_always_tells_the_same_story() throws IOException {
        Path where = fast(folder);
        try {
            for (long seed = FIRST; seed < FIRST + 5; seed++) {
                assertThat(simulated(where, seed).trace())
                        .as("seed %d", seed)
                        .isEqualTo(simulated(where, seed).trace());
            }
        } finally {
            clear(where);
        }
    }

    private SimulatedService simulated(Path where, long seed) throws IOException {
        SimulatedService world = new SimulatedService(seed, database(where));
        try {
            world.run();
            return world;
        } catch (AssertionError | RuntimeException e) {
            throw new AssertionError("seed " + seed + ":\n" + world.trace(), e);
        }
    }

    private static void clear(Path where) throws IOException {
        try (var files = Files.list(where)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
        if (where.startsWith("/dev/shm")) {
            Files.delete(where);
        }
    }
}
