package dev.sluice.service.store;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Which factory was served when, and how fast a group's jobs are handed out, as far as this process saw it.
/// What is forgotten costs a little fairness and an estimate, no more. Thread-safe.
final class Turns {
    /// Hand-outs of a group that its speed is taken from.
    private static final int KEPT = 200;

    /// Older ones say nothing about now.
    private static final Duration LATELY = Duration.ofMinutes(10);

    private static final int MOST_GROUPS = 2_000;

    private final Map<String, Group> groups = new HashMap<>();
    private long count;

    private static final class Group {
        private final Map<String, Long> last = new HashMap<>();
        private final Deque<Instant> times = new ArrayDeque<>();
    }

    synchronized void served(String group, List<String> factories, Instant now) {
        if (factories.isEmpty()) {
            return;
        }
        if (groups.size() >= MOST_GROUPS) {
            groups.clear();
        }
        Group known = groups.computeIfAbsent(group, g -> new Group());
        for (String factory : factories) {
            count++;
            known.last.put(factory, count);
            known.times.addLast(now);
            if (known.times.size() > KEPT) {
                known.times.removeFirst();
            }
        }
    }

    /// A number that grows with each job that is handed out; 0 for a factory that was never served.
    synchronized long last(String group, String factory) {
        Group known = groups.get(group);
        return known == null ? 0 : known.last.getOrDefault(factory, 0L);
    }

    /// How long it takes until that many jobs have been handed out.
    synchronized Optional<Duration> wait(String group, int jobs, Instant now) {
        Group known = groups.get(group);
        if (known == null) {
            return Optional.empty();
        }
        while (!known.times.isEmpty()
                && Duration.between(known.times.getFirst(), now).compareTo(LATELY) > 0) {
            known.times.removeFirst();
        }
        if (known.times.size() < 2) {
            return Optional.empty();
        }
        long span = Duration.between(known.times.getFirst(), now).toMillis();
        return Optional.of(Duration.ofMillis(span * jobs / known.times.size()));
    }
}
