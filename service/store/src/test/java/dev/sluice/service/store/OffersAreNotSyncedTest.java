package dev.sluice.service.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.service.store.RunTransition.Result;
import dev.sluice.wire.JobRef;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// An offer is the one thing that is not brought to the disk; what that means when the machine fails.
class OffersAreNotSyncedTest {
    private static final JobRef JOB = new JobRef("j", 1);
    private static final Duration TO_CONFIRM = Duration.ofSeconds(2);

    @TempDir
    Path folder;

    /// A database that notes how each writing transaction is set to end.
    private record Watched(Database real, Databases kind, List<String> seen) implements Database {
        private <T> Session.Work<T> noted(Session.Work<T> work) {
            return s -> {
                seen.add(setting(s));
                return work.in(s);
            };
        }

        private String setting(Session s) throws SQLException {
            return switch (kind) {
                case SQLITE -> s.number("PRAGMA synchronous") == 2 ? "on" : "off";
                case POSTGRES ->
                    s.one(r -> r.getString(1), "SHOW synchronous_commit").orElseThrow();
            };
        }

        @Override
        public <T> T write(Session.Work<T> work) {
            return real.write(noted(work));
        }

        @Override
        public <T> T writeUnsynced(Session.Work<T> work) {
            return real.writeUnsynced(noted(work));
        }

        @Override
        public <T> T read(Session.Work<T> work) {
            return real.read(work);
        }

        @Override
        public void onNews(Consumer<String> listener) {
            real.onNews(listener);
        }

        @Override
        public void close() {
            real.close();
        }
    }

    private static Database database(Databases kind, String where) {
        return switch (kind) {
            case SQLITE -> new SqliteDatabase(Path.of(where), true);
            // The test server does not sync by itself.
            case POSTGRES -> new PostgresDatabase(where + "&options=-c%20synchronous_commit=on");
        };
    }

    private static List<QueuedJob> offered(JobQueue queue, String node) {
        return queue.offer("group", node, 1, StoreTest.T0, job -> TO_CONFIRM, job -> true);
    }

    private static void queueOneJob(Runs runs) {
        assertThat(runs.apply(
                        new Step("f", "r1", 0).queue(StoreTest.job("j", 1)).build()))
                .isEqualTo(Result.APPLIED);
    }

    @ParameterizedTest
    @EnumSource(Databases.class)
    void only_offers_are_not_synced_and_whatever_comes_after_them_is(Databases kind) {
        String where = kind.fresh(folder);
        kind.open(where).close();
        List<String> seen = new ArrayList<>();
        try (Watched database = new Watched(database(kind, where), kind, seen)) {
            JobQueue queue = new JobQueue(database);
            queueOneJob(new Runs(database));
            JobRef offer = offered(queue, "n1").getFirst().job();
            assertThat(seen).containsExactly("on", "off");
            assertThat(queue.withdraw(offer, StoreTest.T0.plusSeconds(9))).isTrue();
            JobRef second = offered(queue, "n1").getFirst().job();
            assertThat(queue.renew("n1", List.of(second), StoreTest.T0.plusSeconds(90))
                            .begun())
                    .containsExactly(second);
            assertThat(seen).containsExactly("on", "off", "on", "off", "on");
            queueOneJobMore(new Runs(database));
            assertThat(queue.lease("group", "n2", 1, StoreTest.T0, job -> TO_CONFIRM, job -> true))
                    .hasSize(1);
            assertThat(seen).endsWith("on", "on");
        }
    }

    private static void queueOneJobMore(Runs runs) {
        assertThat(runs.apply(
                        new Step("f", "r2", 0).queue(StoreTest.job("k", 1)).build()))
                .isEqualTo(Result.APPLIED);
    }

    /// What is on the disk when the machine fails: of the log nothing that was not brought there.
    private Store afterAFailure(Path database, long logOnDisk) throws IOException {
        Path copy = folder.resolve("after.db");
        Files.copy(database, copy);
        Path log = folder.resolve("after.db-wal");
        Files.copy(folder.resolve(database.getFileName() + "-wal"), log);
        try (FileChannel file = FileChannel.open(log, StandardOpenOption.WRITE)) {
            file.truncate(logOnDisk);
        }
        return Store.sqlite(copy);
    }

    private static long size(Path database) throws IOException {
        return Files.size(Path.of(database + "-wal"));
    }

    @Test
    void an_offer_that_the_disk_forgot_is_no_offer_and_its_node_may_not_begin() throws IOException {
        Path database = folder.resolve("service.db");
        try (Store store = Store.sqlite(database)) {
            queueOneJob(store.runs());
            long onDisk = size(database);
            assertThat(offered(store.jobs(), "n1")).hasSize(1);
            assertThat(size(database)).isGreaterThan(onDisk);
            try (Store after = afterAFailure(database, onDisk)) {
                assertThat(after.jobs().heldBy("n1")).isEmpty();
                assertThat(after.jobs()
                                .renew("n1", List.of(JOB), StoreTest.T0.plusSeconds(30))
                                .held())
                        .isEmpty();
                JobRef again = offered(after.jobs(), "n2").getFirst().job();
                // The number is the forgotten one's; its node can do nothing with it all the same.
                assertThat(again).isEqualTo(JOB);
                assertThat(after.jobs()
                                .renew("n1", List.of(JOB), StoreTest.T0.plusSeconds(30))
                                .held())
                        .isEmpty();
                assertThat(after.runs()
                                .apply(StoreTest.step("r1", 1)
                                        .ending(new RunTransition.Ending(JOB, "n1", "reported"))
                                        .build()))
                        .isEqualTo(Result.NOT_HELD);
                assertThat(after.jobs().giveBack("n1", List.of(JOB))).isEmpty();
                assertThat(after.jobs()
                                .renew("n2", List.of(again), StoreTest.T0.plusSeconds(30))
                                .begun())
                        .containsExactly(again);
            }
        }
    }

    @Test
    void a_confirmation_brings_its_offer_to_the_disk_with_itself() throws IOException {
        Path database = folder.resolve("service.db");
        try (Store store = Store.sqlite(database)) {
            queueOneJob(store.runs());
            JobRef offer = offered(store.jobs(), "n1").getFirst().job();
            store.jobs().renew("n1", List.of(offer), StoreTest.T0.plusSeconds(30));
            try (Store after = afterAFailure(database, size(database))) {
                assertThat(after.jobs().heldBy("n1"))
                        .singleElement()
                        .satisfies(job -> assertThat(job.confirmed()).isTrue());
                assertThat(offered(after.jobs(), "n2")).isEmpty();
            }
        }
    }
}
