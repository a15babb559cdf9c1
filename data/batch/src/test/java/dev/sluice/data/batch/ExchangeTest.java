package dev.sluice.data.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class ExchangeTest {
    private static final Schema SCHEMA = Schema.of(new Field("n", DataType.INT64), new Field("text", DataType.STRING));
    private static final int ROWS = 8;

    private final MemoryBudget budget = new MemoryBudget(1 << 20);
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void nothing_stays_reserved() throws InterruptedException {
        threads.shutdownNow();
        assertThat(threads.awaitTermination(10, TimeUnit.SECONDS)).isTrue();
        assertThat(budget.used()).isZero();
    }

    private Exchange<Batch> exchange(int capacity, int producers) {
        return Exchange.ofBatches(capacity, producers, SCHEMA, ROWS, budget);
    }

    /// Publishes `count` batches with one number each.
    private static Callable<Integer> producer(Exchange<Batch> exchange, int first, int count) {
        return () -> {
            for (int i = first; i < first + count; i++) {
                Batch batch = exchange.acquire();
                assertThat(batch.rows()).isZero();
                batch.longs(0).values()[0] = i;
                batch.bytes(1).set(0, "row " + i);
                batch.setRows(1);
                exchange.publish(batch);
            }
            exchange.finish();
            return count;
        };
    }

    private static Callable<List<Long>> consumer(Exchange<Batch> exchange) {
        return () -> {
            List<Long> seen = new ArrayList<>();
            for (Batch batch = exchange.next(); batch != null; batch = exchange.next()) {
                seen.add(batch.longs(0).values()[0]);
                exchange.recycle(batch);
            }
            return seen;
        };
    }

    @Test
    void several_producers_hand_over_everything_once_with_few_batches() throws Exception {
        try (Exchange<Batch> exchange = exchange(3, 4)) {
            List<Future<Integer>> producers = new ArrayList<>();
            for (int p = 0; p < 4; p++) {
                producers.add(threads.submit(producer(exchange, p * 1_000, 1_000)));
            }
            List<Long> seen = threads.submit(consumer(exchange)).get();
            for (Future<Integer> p : producers) {
                assertThat(p.get()).isEqualTo(1_000);
            }
            assertThat(seen).hasSize(4_000).doesNotHaveDuplicates();
            assertThat(exchange.peak()).isBetween(1, 3);
        }
        long one = 8 * 9L + 8 * 5L + 8 * 16L;
        assertThat(budget.peak()).isLessThanOrEqualTo(3 * one);
    }

    @Test
    void one_producer_is_seen_in_order() throws Exception {
        try (Exchange<Batch> exchange = exchange(2, 1)) {
            Future<Integer> p = threads.submit(producer(exchange, 0, 500));
            List<Long> seen = consumer(exchange).call();
            assertThat(p.get()).isEqualTo(500);
            assertThat(seen).isSorted().hasSize(500);
        }
    }

    @Test
    void batches_are_made_only_when_needed() {
        try (Exchange<Batch> exchange = exchange(8, 1)) {
            assertThat(budget.used()).isZero();
            exchange.publish(exchange.acquire());
            exchange.recycle(exchange.next());
            exchange.publish(exchange.acquire());
            assertThat(exchange.peak()).isEqualTo(1);
        }
    }

    @Test
    void a_producer_waits_when_all_batches_are_out() throws Exception {
        try (Exchange<Batch> exchange = exchange(2, 1)) {
            exchange.publish(exchange.acquire());
            exchange.publish(exchange.acquire());
            Future<Batch> third = threads.submit(exchange::acquire);
            Batch taken = exchange.next();
            assertThat(third.isDone()).isFalse();
            exchange.recycle(taken);
            assertThat(third.get()).isSameAs(taken);
            exchange.recycle(third.get());
        }
    }

    @Test
    void a_failure_reaches_the_consumer_and_stops_the_other_producers() throws Exception {
        try (Exchange<Batch> exchange = exchange(2, 2)) {
            exchange.publish(exchange.acquire());
            exchange.publish(exchange.acquire());
            Future<Batch> other = threads.submit(exchange::acquire);
            IOException cause = new IOException("source broke");
            exchange.fail(cause);
            exchange.fail(new IOException("a later one"));
            assertThatThrownBy(exchange::next)
                    .isInstanceOf(ProducerFailedException.class)
                    .hasCause(cause);
            assertThatThrownBy(other::get)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(CancellationException.class);
        }
    }

    @Test
    void a_failure_wakes_a_waiting_consumer() throws Exception {
        try (Exchange<Batch> exchange = exchange(2, 1)) {
            Future<List<Long>> seen = threads.submit(consumer(exchange));
            exchange.fail(new IOException("source broke"));
            assertThatThrownBy(seen::get).hasCauseInstanceOf(ProducerFailedException.class);
        }
    }

    @Test
    void cancel_ends_both_waits() throws Exception {
        for (boolean close : new boolean[] {false, true}) {
            Exchange<Batch> full = exchange(1, 1);
            Batch held = full.acquire();
            Future<Batch> producer = threads.submit(full::acquire);
            Exchange<Batch> empty = exchange(1, 1);
            Future<List<Long>> consumer = threads.submit(consumer(empty));
            if (close) {
                full.close();
                empty.close();
            } else {
                full.cancel();
                empty.cancel();
            }
            assertThatThrownBy(producer::get).hasCauseInstanceOf(CancellationException.class);
            assertThatThrownBy(consumer::get).hasCauseInstanceOf(CancellationException.class);
            full.close();
            empty.close();
            assertThat(budget.used()).isPositive();
            full.recycle(held);
            assertThat(budget.used()).isZero();
        }
    }

    @Test
    void an_interrupt_counts_as_cancel_for_the_thread() throws Exception {
        try (Exchange<Batch> exchange = exchange(1, 1)) {
            boolean[] still = new boolean[1];
            Thread t = new Thread(() -> {
                try {
                    exchange.next();
                } catch (CancellationException e) {
                    still[0] = Thread.currentThread().isInterrupted();
                }
            });
            t.start();
            t.interrupt();
            t.join();
            assertThat(still[0]).isTrue();
        }
    }

    @Test
    void a_batch_published_or_given_back_after_the_end_is_released() {
        Exchange<Batch> exchange = exchange(3, 1);
        Batch a = exchange.acquire();
        Batch b = exchange.acquire();
        exchange.publish(exchange.acquire());
        exchange.close();
        exchange.publish(a);
        exchange.recycle(b);
        exchange.close();
    }

    @Test
    void cancelling_at_any_moment_leaks_nothing() throws Exception {
        for (int round = 0; round < 200; round++) {
            Exchange<Batch> exchange = exchange(2, 2);
            List<Future<?>> all = List.of(
                    threads.submit(producer(exchange, 0, 50)),
                    threads.submit(producer(exchange, 50, 50)),
                    threads.submit(consumer(exchange)));
            if (round % 3 == 0) {
                exchange.fail(new IOException("round " + round));
            } else if (round % 3 == 1) {
                exchange.cancel();
            }
            exchange.close();
            for (Future<?> f : all) {
                try {
                    f.get();
                } catch (ExecutionException e) {
                    assertThat(e.getCause())
                            .isInstanceOfAny(CancellationException.class, ProducerFailedException.class);
                }
            }
        }
        assertThat(budget.used()).isZero();
    }

    @Test
    void without_memory_for_another_batch_it_goes_on_with_those_it_has() throws Exception {
        MemoryBudget small = new MemoryBudget(500);
        try (Exchange<Batch> exchange = Exchange.ofBatches(4, 1, SCHEMA, ROWS, small)) {
            Future<Integer> p = threads.submit(producer(exchange, 0, 100));
            assertThat(consumer(exchange).call()).hasSize(100);
            assertThat(p.get()).isEqualTo(100);
        }
        assertThat(small.used()).isZero();
    }

    @Test
    void without_memory_for_the_first_batch_the_producer_is_told() {
        MemoryBudget none = new MemoryBudget(100);
        try (Exchange<Batch> exchange = Exchange.ofBatches(4, 1, SCHEMA, ROWS, none)) {
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(exchange::acquire).isInstanceOf(MemoryBudgetExceededException.class);
            }
        }
        assertThat(none.used()).isZero();
    }

    @Test
    void a_factory_that_fails_leaves_room_for_the_next_try() {
        int[] calls = new int[1];
        try (Exchange<Batch> exchange = new Exchange<>(1, 1, () -> {
            if (calls[0]++ == 0) {
                throw new IllegalStateException("first");
            }
            return new Batch(SCHEMA, ROWS, budget);
        })) {
            assertThatThrownBy(exchange::acquire).isInstanceOf(IllegalStateException.class);
            exchange.recycle(exchange.acquire());
        }
    }
}
