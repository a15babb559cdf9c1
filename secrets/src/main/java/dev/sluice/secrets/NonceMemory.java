package dev.sluice.secrets;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/// Remembers which nonces have been used, as long as a request with them could still be accepted.
///
/// Bounded twice: no key may hold more than its share, so that one node cannot push out or lock out the others.
/// What does not fit is refused, never forgotten early. Lives in one process: behind several replicas of the
/// service, a request could be replayed once to each; the operations are idempotent by job and attempt.
/// Thread-safe.
public final class NonceMemory {
    /// What became of a nonce.
    public enum Answer {
        /// Seen for the first time, and remembered now.
        FRESH,
        /// Used before: a replay.
        USED,
        /// No room for this key, or at all.
        FULL
    }

    private record Entry(Instant until, String keyId, String nonce) {}

    private final int perKey;
    private final int total;
    private final Map<String, Set<String>> used = new HashMap<>();
    private final PriorityQueue<Entry> byExpiry =
            new PriorityQueue<>((left, right) -> left.until().compareTo(right.until()));

    private NonceMemory(int perKey, int total) {
        this.perKey = perKey;
        this.total = total;
    }

    /// A memory for at most `total` nonces, `perKey` of them for one key. An entry costs about 200 bytes.
    public static NonceMemory bounded(int perKey, int total) {
        if (perKey < 1 || total < perKey) {
            throw new IllegalArgumentException("nonce memory of " + perKey + " per key, " + total + " in all");
        }
        return new NonceMemory(perKey, total);
    }

    /// Room for 100 signed requests per second from one node, and for 1 000 nodes at one request per second.
    public static NonceMemory standard() {
        return bounded(60_000, 600_000);
    }

    /// Notes a nonce as used until a time; entries whose time is before `now` are dropped first.
    public synchronized Answer use(String keyId, String nonce, Instant until, Instant now) {
        drop(now);
        Set<String> ofKey = used.computeIfAbsent(keyId, id -> new HashSet<>());
        if (ofKey.contains(nonce)) {
            return Answer.USED;
        }
        if (ofKey.size() >= perKey || byExpiry.size() >= total) {
            if (ofKey.isEmpty()) {
                used.remove(keyId);
            }
            return Answer.FULL;
        }
        ofKey.add(nonce);
        byExpiry.add(new Entry(until, keyId, nonce));
        return Answer.FRESH;
    }

    /// How many are held now.
    public synchronized int size() {
        return byExpiry.size();
    }

    private void drop(Instant now) {
        Entry first = byExpiry.peek();
        while (first != null && first.until().isBefore(now)) {
            byExpiry.poll();
            Set<String> ofKey = used.get(first.keyId());
            if (ofKey != null && ofKey.remove(first.nonce()) && ofKey.isEmpty()) {
                used.remove(first.keyId());
            }
            first = byExpiry.peek();
        }
    }
}
