package dev.sluice.service.app.nodes;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/// Wakes those who wait for work of a group. A waiter notes [#count] before it looks into the store, so news that comes
/// between its look and its wait is not missed.
final class News {
    private final ConcurrentHashMap<String, Topic> topics = new ConcurrentHashMap<>();
    private volatile boolean closed;

    private static final class Topic {
        final ReentrantLock lock = new ReentrantLock();
        final Condition told = lock.newCondition();
        long count;
    }

    private Topic topic(String group) {
        return topics.computeIfAbsent(group, g -> new Topic());
    }

    long count(String group) {
        Topic topic = topic(group);
        topic.lock.lock();
        try {
            return topic.count;
        } finally {
            topic.lock.unlock();
        }
    }

    void tell(String group) {
        Topic topic = topic(group);
        topic.lock.lock();
        try {
            topic.count++;
            topic.told.signalAll();
        } finally {
            topic.lock.unlock();
        }
    }

    /// Lets those whose wait is over by their own word see that; it is no news for the others.
    void nudge(String group) {
        Topic topic = topic(group);
        topic.lock.lock();
        try {
            topic.told.signalAll();
        } finally {
            topic.lock.unlock();
        }
    }

    /// Waits until there is news after `seen`, at most so long. Returns at once when closed, and after a nudge when
    /// `over` says so.
    void await(String group, long seen, Duration longest, BooleanSupplier over) {
        Topic topic = topic(group);
        long left = TimeUnit.MILLISECONDS.toNanos(longest.toMillis());
        topic.lock.lock();
        try {
            while (topic.count == seen && left > 0 && !closed && !over.getAsBoolean()) {
                left = topic.told.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            topic.lock.unlock();
        }
    }

    boolean isClosed() {
        return closed;
    }

    /// Lets everybody go.
    void close() {
        closed = true;
        topics.keySet().forEach(this::tell);
    }
}
