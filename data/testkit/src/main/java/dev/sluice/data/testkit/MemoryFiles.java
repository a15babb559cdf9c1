package dev.sluice.data.testkit;

import dev.sluice.data.spi.FileEntry;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.NoSuchElementException;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The content behind any number of [MemoryFileStore]s. Thread-safe.
public final class MemoryFiles {
    record Stored(FileEntry entry, byte[] content) {}

    private final ConcurrentSkipListMap<String, Stored> files = new ConcurrentSkipListMap<>();
    private final AtomicLong versions = new AtomicLong();

    /// Puts a file in place, as a foreign program would.
    public void put(String path, byte[] content, Instant modified) {
        FileEntry entry = new FileEntry(path, content.length, modified, "v" + versions.incrementAndGet());
        files.put(path, new Stored(entry, content.clone()));
    }

    public void put(String path, String content) {
        put(path, content.getBytes(StandardCharsets.UTF_8), Instant.EPOCH);
    }

    /// Visible paths, sorted.
    public Collection<String> paths() {
        return java.util.List.copyOf(files.keySet());
    }

    public byte[] bytes(String path) {
        Stored stored = files.get(path);
        if (stored == null) {
            throw new NoSuchElementException(path);
        }
        return stored.content().clone();
    }

    public String text(String path) {
        return new String(bytes(path), StandardCharsets.UTF_8);
    }

    /// Removes a file, as a foreign program would.
    public void delete(String path) {
        files.remove(path);
    }

    @Nullable
    Stored find(String path) {
        return files.get(path);
    }

    Collection<Stored> all() {
        return java.util.List.copyOf(files.values());
    }

    void remove(String path) {
        files.remove(path);
    }
}
