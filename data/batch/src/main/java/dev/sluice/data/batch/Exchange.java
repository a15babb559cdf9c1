package dev.sluice.data.batch;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// The one bounded hand-over between threads: producers fill items, a consumer empties them, and the same few
/// items go round. A full exchange holds the producers back; that is all the back-pressure there is.
///
/// A producer goes `acquire → fill → publish` and says [#finish()] at the end or [#fail] on a failure; the
/// consumer goes `next → use → recycle` until [#next()] returns null. Whoever holds an item owns it; a producer
/// that does not publish an item gives it back with [#recycle]. [#cancel()] (from any thread) ends every wait.
///
/// Items are made when first needed, at most `capacity` of them; when the [MemoryBudget] has no room for another
/// one, the exchange goes on with those it has. [#close()] releases those that are in the exchange; one that is
/// still in somebody's hands is released when it is given back. So nothing stays reserved once all threads are
/// done.
public final class Exchange<T extends Reusable> implements AutoCloseable {
    private enum State {
        OPEN,
        FAILED,
        CANCELLED,
        CLOSED
    }

    private final Supplier<? extends T> factory;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition emptied = lock.newCondition();
    private final Condition filled = lock.newCondition();
    private final Queue<T> free = new ArrayDeque<>();
    private final Queue<T> ready = new ArrayDeque<>();
    private State state = State.OPEN;
    private int capacity;
    private int made;
    private int peak;
    private int producers;
    private long producerWaits;
    private long consumerWaits;
    private @Nullable Throwable failure;

    /// @param capacity most items ever in existence; 2 is enough to let both sides work at once
    /// @param producers how many will call [#finish()]
    /// @param factory makes an item; called by producers, outside of any lock
    public Exchange(int capacity, int producers, Supplier<? extends T> factory) {
        if (capacity < 1 || producers < 1) {
            throw new IllegalArgumentException(capacity + " items, " + producers + " producers");
        }
        this.capacity = capacity;
        this.producers = producers;
        this.factory = factory;
    }

    /// An exchange of batches of one schema.
    public static Exchange<Batch> ofBatches(int capacity, int producers, Schema schema, int rows, MemoryBudget budget) {
        return new Exchange<>(capacity, producers, () -> new Batch(schema, rows, budget));
    }

    /// An empty item, as soon as there is one. For producers.
    ///
    /// @throws CancellationException when nobody will consume it any more: stop
    public T acquire() {
        lock.lock();
        try {
            while (true) {
                stopUnlessOpen();
                T item = free.poll();
                if (item != null) {
                    return item;
                }
                if (made < capacity) {
                    made++;
                    peak = Math.max(peak, made);
                    break;
                }
                long start = System.nanoTime();
                await(emptied);
                producerWaits += System.nanoTime() - start;
            }
        } finally {
            lock.unlock();
        }
        T item = make();
        return item == null ? acquire() : item;
    }

    /// A new item, outside the lock; null when there was no memory for one more and the others must do.
    private @Nullable T make() {
        T item = null;
        boolean others = false;
        try {
            item = factory.get();
        } catch (MemoryBudgetExceededException e) {
            others = unmake(true);
            if (!others) {
                throw e;
            }
        } finally {
            if (item == null && !others) {
                unmake(false);
            }
        }
        return item;
    }

    /// Takes back the count of an item that could not be made; optionally, if there are others, lowers the
    /// capacity so that it is not tried again.
    ///
    /// @return whether it was done
    private boolean unmake(boolean onlyWithOthers) {
        lock.lock();
        try {
            if (onlyWithOthers && made <= 1) {
                return false;
            }
            made--;
            capacity = onlyWithOthers ? Math.max(1, made) : capacity;
            emptied.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /// Hands a filled item to the consumer. Never waits. After a cancel the item is released instead.
    public void publish(T item) {
        lock.lock();
        try {
            if (state == State.OPEN) {
                ready.add(item);
                filled.signal();
                return;
            }
        } finally {
            lock.unlock();
        }
        item.close();
    }

    /// This producer is done; after the last one the consumer sees the end.
    public void finish() {
        lock.lock();
        try {
            producers--;
            filled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// This producer failed: the consumer gets the first failure instead of further items, other producers are
    /// told to stop.
    public void fail(Throwable cause) {
        lock.lock();
        try {
            if (state == State.OPEN) {
                failure = cause;
                state = State.FAILED;
            }
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    /// The next filled item, as soon as there is one; null when all producers have finished and everything was
    /// taken.
    ///
    /// @throws ProducerFailedException when a producer failed
    /// @throws CancellationException after [#cancel()]
    public @Nullable T next() {
        lock.lock();
        try {
            while (true) {
                if (state == State.FAILED && failure != null) {
                    throw new ProducerFailedException(failure);
                }
                stopUnlessOpen();
                T item = ready.poll();
                if (item != null || producers <= 0) {
                    return item;
                }
                long start = System.nanoTime();
                await(filled);
                consumerWaits += System.nanoTime() - start;
            }
        } finally {
            lock.unlock();
        }
    }

    /// Gives an item back to be filled again. By the consumer, or by a producer that did not fill it.
    public void recycle(T item) {
        item.clear();
        lock.lock();
        try {
            if (state == State.OPEN) {
                free.add(item);
                emptied.signal();
                return;
            }
        } finally {
            lock.unlock();
        }
        item.close();
    }

    /// Ends every wait, now and later, with a [CancellationException]. A failure already recorded stays.
    public void cancel() {
        lock.lock();
        try {
            if (state == State.OPEN) {
                state = State.CANCELLED;
            }
            wakeAll();
        } finally {
            lock.unlock();
        }
    }

    /// Cancels and releases all items that lie in the exchange. May be called more than once.
    @Override
    public void close() {
        Queue<T> all = new ArrayDeque<>();
        lock.lock();
        try {
            state = state == State.FAILED ? State.FAILED : State.CLOSED;
            all.addAll(free);
            all.addAll(ready);
            free.clear();
            ready.clear();
            wakeAll();
        } finally {
            lock.unlock();
        }
        all.forEach(Reusable::close);
    }

    /// The most items that existed at once.
    public int peak() {
        lock.lock();
        try {
            return peak;
        } finally {
            lock.unlock();
        }
    }

    /// Nanoseconds that producers waited for an empty item so far: the consumer is the slower side.
    public long producerWaitNanos() {
        lock.lock();
        try {
            return producerWaits;
        } finally {
            lock.unlock();
        }
    }

    /// Nanoseconds that the consumer waited for a filled item so far: the producers are the slower side.
    public long consumerWaitNanos() {
        lock.lock();
        try {
            return consumerWaits;
        } finally {
            lock.unlock();
        }
    }

    private void stopUnlessOpen() {
        if (state != State.OPEN) {
            throw new CancellationException("exchange " + state);
        }
    }

    private void wakeAll() {
        emptied.signalAll();
        filled.signalAll();
    }

    private static void await(Condition condition) {
        try {
            condition.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted");
        }
    }
}
