package dev.sluice.service.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.wire.JobOffer;
import dev.sluice.wire.LeaseResponse;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two services on one PostgreSQL database: what one of them is told, the other one knows.
class ReplicasTest {
    @TempDir
    Path folder;

    @Test
    void a_job_queued_by_one_replica_wakes_a_node_that_waits_at_the_other() throws Exception {
        ManualClock clock = new ManualClock();
        try (EmbeddedPostgres postgres = EmbeddedPostgres.builder().start()) {
            String url = postgres.getJdbcUrl("postgres", "postgres");
            try (Bench one = new Bench(folder.resolve("one"), url, clock)) {
                share(folder.resolve("one/data"), folder.resolve("two/data"));
                try (Bench two = new Bench(folder.resolve("two"), url, clock)) {
                    one.factory("fab", "");
                    FakeNode node = one.node("fab", "alpha").at(two.client);
                    CompletableFuture<LeaseResponse> waiting = CompletableFuture.supplyAsync(() -> {
                        try {
                            return node.lease(1, 30_000);
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    });
                    String run = one.run("fab", "p");
                    JobOffer job = waiting.get(60, TimeUnit.SECONDS).jobs().getFirst();
                    node.heartbeat(job.job());
                    assertThat(one.status("fab", run)).isEqualTo("InProgress");
                    node.at(one.client).succeed(job.job());
                    assertThat(two.status("fab", run)).isEqualTo("Succeeded");
                }
            }
        }
    }

    /// Replicas share their keys and their authority, as an operator would copy them.
    private static void share(Path from, Path to) throws Exception {
        try (var files = Files.walk(from)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path relative = from.relativize(file);
                String name = relative.toString();
                if (name.startsWith("tls") || name.startsWith("keys") || name.equals("admin-token")) {
                    Files.createDirectories(to.resolve(relative).getParent());
                    Files.copy(file, to.resolve(relative));
                }
            }
        }
    }
}
