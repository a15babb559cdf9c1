package dev.sluice.secrets;

import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;

/// Remembers which nonces have been used, as long as a request with them could still be accepted.
///
/// Bounded twice: no key may hold more than its share, so that one node cannot push out or lock out the others.
/// What does not fit is refused, never forgotten early. Lives in one process: behind several replicas of the service, a
/// request could be replayed once to each; the
/// operations are idempotent by job and attempt. Thread-safe.
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

    private final int perKey;
    private final int total;
    private final Map<String, Set<String>> used = new HashMap<>();
    private final PriorityQueue<Entry> byExpiry =
            new PriorityQueue<>((left, right) -> left.until().compareTo(right.until()));

    private Keeper keeper = (entry, now) -> {};

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

    /// A nonce that was used.
    ///
    /// @param until when a request with it is too old anyway
    public record Entry(Instant until, String keyId, String nonce) {}

    /// Keeps used nonces for a process that comes later. Called under the memory's lock.
    public interface Keeper {
        void keep(Entry entry, Instant now);
    }

    /// As [#standard()], with what an earlier process used.
    ///
    /// @param before what is not over yet
    /// @param keeper gets every nonce that is used from now on
    public static NonceMemory kept(List<Entry> before, Keeper keeper) {
        NonceMemory memory = standard();
        before.stream().limit(memory.total).forEach(memory::remember);
        memory.keeper = keeper;
        return memory;
    }

    private void remember(Entry entry) {
        if (used.computeIfAbsent(entry.keyId(), id -> new HashSet<>()).add(entry.nonce())) {
            byExpiry.add(entry);
        }
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
        Entry entry = new Entry(until, keyId, nonce);
        remember(entry);
        keeper.keep(entry, now);
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
