package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Json;
import dev.sluice.model.job.JobOutcome;
import dev.sluice.wire.JobOffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The restore drill of the operating guide: the database copied by SQLite's online backup while the service works, and
/// the folders `tls` and `keys`; then the machine is lost, and a service is started from the copy on another.
class BackupTest {
    @TempDir
    Path folder;

    @Test
    void R09_a_backup_taken_while_the_service_works_starts_elsewhere_with_everything_acknowledged_before_it()
            throws Exception {
        Path other = folder.resolve("other");
        Path copy = Files.createDirectories(other.resolve("data"));
        List<String> ended = new ArrayList<>();
        String waiting;
        String late;
        FakeNode node;
        Bench lost = new Bench(folder.resolve("lost"));
        try {
            lost.factory("fab", "");
            node = lost.node("fab", "n");
            lost.factory("fab", "");
            for (int i = 0; i < 20; i++) {
                ended.add(lost.run("fab", "p"));
            }
            for (int i = 0; i < 20; i++) {
                node.report(node.leaseOne().job(), new JobOutcome.Succeeded(Json.object()));
            }
            waiting = lost.run("fab", "p");
            // Writers go on while it is copied.
            Thread busy = Thread.ofVirtual().start(() -> {
                try {
                    while (!Thread.currentThread().isInterrupted()) {
                        lost.ok("PUT", "fab/pipelines/noise", "{\"properties\":{\"activities\":[]}}");
                    }
                } catch (Exception | AssertionError stopped) {
                    Thread.currentThread().interrupt();
                }
            });
            backup(lost.data(), copy);
            busy.interrupt();
            busy.join();
            late = lost.run("fab", "p");
        } finally {
            lost.close();
        }
        Bench restored = new Bench(other);
        try {
            for (String run : ended) {
                assertThat(restored.status("fab", run)).isEqualTo("Succeeded");
            }
            assertThat(restored.client
                            .send("GET", "fab/pipelineruns/" + late, "")
                            .status())
                    .as("what came after the backup is forgotten")
                    .isEqualTo(404);
            // The node goes on with its own identity, and can open what was sealed to it.
            node = node.at(restored.client);
            JobOffer job = node.leaseOne();
            assertThat(Json.write(job.spec())).contains(waiting).doesNotContain("pw-from");
            node.report(job.job(), new JobOutcome.Succeeded(Json.object()));
            assertThat(restored.status("fab", waiting)).isEqualTo("Succeeded");
            String run = restored.run("fab", "p");
            node.report(node.leaseOne().job(), new JobOutcome.Succeeded(Json.object()));
            assertThat(restored.status("fab", run)).isEqualTo("Succeeded");
        } finally {
            restored.close();
        }
    }

    /// As the operating guide says it.
    private static void backup(Path data, Path copy) throws Exception {
        try (Connection database = DriverManager.getConnection("jdbc:sqlite:" + data.resolve("service.db"));
                Statement statement = database.createStatement()) {
            statement.executeUpdate("backup to '" + copy.resolve("service.db") + "'");
        }
        for (String part : List.of("tls", "keys")) {
            try (Stream<Path> files = Files.walk(data.resolve(part))) {
                files.forEach(file -> copied(file, copy.resolve(data.relativize(file))));
            }
        }
    }

    private static void copied(Path from, Path to) {
        try {
            if (Files.isDirectory(from)) {
                Files.createDirectories(to);
            } else {
                Files.copy(from, to);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
