package dev.sluice.service.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.diagnosis.ProblemException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Many who write at the same time.
class GroupCommitTest {
    @TempDir
    Path folder;

    private SqliteDatabase database;
    private ExecutorService callers;

    @BeforeEach
    void open() {
        database = new SqliteDatabase(folder.resolve("test.db"), true);
        database.write(s -> s.update("CREATE TABLE t (id INTEGER PRIMARY KEY, who TEXT NOT NULL)"));
        callers = Executors.newVirtualThreadPerTaskExecutor();
    }

    @AfterEach
    void close() {
        callers.close();
        database.close();
    }

    private static int insert(Session s, int id, String who) throws SQLException {
        return s.update("INSERT INTO t (id, who) VALUES (?, ?)", id, who);
    }

    private long rows(String who) {
        return database.read(s -> s.number("SELECT COUNT(*) FROM t WHERE who = ?", who));
    }

    /// Holds the writer until this many others wait behind it.
    private List<Future<Integer>> behindOne(List<Session.Work<Integer>> works) throws Exception {
        return behind(works.stream()
                .map(work -> (Callable<Integer>) () -> database.write(work))
                .toList());
    }

    private List<Future<Integer>> behind(List<Callable<Integer>> works) throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        Future<Integer> first = callers.submit(() -> database.write(s -> {
            held.countDown();
            try {
                go.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return 0;
        }));
        held.await();
        List<Future<Integer>> others = new ArrayList<>();
        Set<Thread> started = ConcurrentHashMap.newKeySet();
        for (Callable<Integer> work : works) {
            others.add(callers.submit(() -> {
                started.add(Thread.currentThread());
                return work.call();
            }));
        }
        while (started.size() < works.size() || started.stream().anyMatch(t -> t.getState() != Thread.State.WAITING)) {
            Thread.onSpinWait();
        }
        go.countDown();
        first.get();
        return others;
    }

    @Test
    void one_that_fails_takes_nothing_of_the_others_with_it() throws Exception {
        List<Session.Work<Integer>> works = new ArrayList<>();
        for (int i = 1; i <= 20; i++) {
            int id = i;
            works.add(s -> {
                insert(s, id, "good");
                if (id % 5 == 0) {
                    insert(s, 1_000 + id, "bad");
                    throw new IllegalStateException("changed its mind");
                }
                return id % 7 == 0 ? insert(s, id, "twice") : id;
            });
        }
        List<Future<Integer>> done = behindOne(works);
        for (int i = 1; i <= 20; i++) {
            Future<Integer> one = done.get(i - 1);
            if (i % 5 == 0) {
                assertThatThrownBy(one::get).hasRootCauseMessage("changed its mind");
            } else if (i % 7 == 0) {
                assertThatThrownBy(one::get)
                        .isInstanceOf(ExecutionException.class)
                        .cause()
                        .isInstanceOf(ProblemException.class);
            } else {
                assertThat(one.get()).isEqualTo(i);
            }
        }
        assertThat(rows("good")).isEqualTo(20 - 4 - 2);
        assertThat(rows("bad")).isZero();
        assertThat(rows("twice")).isZero();
    }

    @Test
    void a_transaction_that_ends_the_whole_one_leaves_the_others_to_be_written_alone() throws Exception {
        List<Session.Work<Integer>> works = new ArrayList<>();
        for (int i = 1; i <= 6; i++) {
            int id = i;
            works.add(s -> {
                insert(s, id, "good");
                return id == 4 ? s.update("ROLLBACK") : id;
            });
        }
        List<Future<Integer>> done = behindOne(works);
        for (int i = 1; i <= 6; i++) {
            Future<Integer> one = done.get(i - 1);
            if (i == 4) {
                assertThatThrownBy(one::get).cause().isInstanceOf(ProblemException.class);
            } else {
                assertThat(one.get()).isEqualTo(i);
            }
        }
        assertThat(rows("good")).isEqualTo(5);
    }

    private int synced(Session s) throws SQLException {
        return (int) s.number("PRAGMA synchronous");
    }

    @Test
    void a_commit_is_as_durable_as_the_one_who_asks_most_of_it() throws Exception {
        int full = 2;
        int normal = 1;
        List<Callable<Integer>> mixed = new ArrayList<>();
        List<Callable<Integer>> none = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            mixed.add(i == 2 ? () -> database.write(this::synced) : () -> database.writeUnsynced(this::synced));
            none.add(() -> database.writeUnsynced(this::synced));
        }
        for (Future<Integer> one : behind(mixed)) {
            assertThat(one.get()).isEqualTo(full);
        }
        for (Future<Integer> one : behind(none)) {
            assertThat(one.get()).isEqualTo(normal);
        }
        assertThat(database.<Integer>writeUnsynced(this::synced)).isEqualTo(normal);
        assertThat(database.<Integer>write(this::synced)).isEqualTo(full);
    }

    @Test
    void groups_are_woken_for_whoever_woke_them() throws Exception {
        Set<String> heard = ConcurrentHashMap.newKeySet();
        database.onNews(heard::add);
        List<Session.Work<Integer>> works = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            int id = i;
            works.add(s -> {
                s.wake("group" + id);
                if (id == 3) {
                    throw new IllegalStateException("no");
                }
                return insert(s, id, "good");
            });
        }
        for (Future<Integer> one : behindOne(works)) {
            try {
                one.get();
            } catch (ExecutionException expected) {
                assertThat(expected).hasRootCauseMessage("no");
            }
        }
        assertThat(heard).containsExactlyInAnyOrder("group1", "group2", "group4", "group5");
    }

    @Test
    void what_waits_when_the_store_is_closed_is_written_and_what_comes_later_is_refused() throws Exception {
        List<Future<Integer>> done = new ArrayList<>();
        for (int i = 1; i <= 50; i++) {
            int id = i;
            done.add(callers.submit(() -> database.write(s -> insert(s, id, "good"))));
        }
        int written = 0;
        database.close();
        for (Future<Integer> one : done) {
            try {
                written += one.get();
            } catch (ExecutionException e) {
                assertThat(e).cause().isInstanceOf(ProblemException.class);
            }
        }
        assertThatThrownBy(() -> database.write(s -> insert(s, 99, "late"))).isInstanceOf(ProblemException.class);
        database = new SqliteDatabase(folder.resolve("test.db"), true);
        assertThat(rows("good")).isEqualTo(written);
    }
}
