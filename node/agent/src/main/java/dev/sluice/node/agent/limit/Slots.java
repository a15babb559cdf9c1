package dev.sluice.node.agent.limit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Some of the streams that a store allows, held by one job. Each is a lock on a file: it ends with the process,
/// however that ends.
public final class Slots implements AutoCloseable {
    private static final long LOOK_AGAIN_MILLIS = 50;

    /// Slots of this process. A file of one of them is never opened a second time: closing that channel would give
    /// the slot away, since the system drops all locks that a process has on a file when it closes any descriptor
    /// of it.
    private static final Set<Path> OURS = ConcurrentHashMap.newKeySet();

    private final Map<Path, FileChannel> held;

    private Slots(Map<Path, FileChannel> held) {
        this.held = held;
    }

    /// Waits until there is one, then takes as many more as are wanted and free.
    ///
    /// @param most how many the store has
    /// @param cancelled ends the waiting
    /// @throws CancellationException when it was cancelled
    public static Slots take(String key, int most, int wanted, BooleanSupplier cancelled)
            throws IOException, InterruptedException {
        Path folder = SharedFolder.ofProcess();
        String name = SharedFolder.name(key);
        Map<Path, FileChannel> held = new LinkedHashMap<>();
        boolean good = false;
        try {
            while (true) {
                for (int i = 0; i < most && held.size() < Math.max(1, wanted); i++) {
                    Path file = folder.resolve(name + ".slot-" + i).toAbsolutePath();
                    FileChannel slot = tryLock(file);
                    if (slot != null) {
                        held.put(file, slot);
                    }
                }
                if (!held.isEmpty()) {
                    good = true;
                    return new Slots(held);
                }
                if (cancelled.getAsBoolean()) {
                    throw new CancellationException("cancelled while waiting for a connection to the store");
                }
                Thread.sleep(LOOK_AGAIN_MILLIS);
            }
        } finally {
            if (!good) {
                new Slots(held).close();
            }
        }
    }

    private static @Nullable FileChannel tryLock(Path file) throws IOException {
        if (!OURS.add(file)) {
            return null;
        }
        @Nullable FileChannel mine = null;
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                FileLock lock = channel.tryLock();
                mine = lock == null ? null : channel;
                return mine;
            } finally {
                if (mine == null) {
                    channel.close();
                }
            }
        } finally {
            if (mine == null) {
                OURS.remove(file);
            }
        }
    }

    /// How many were taken.
    public int count() {
        return held.size();
    }

    @Override
    public void close() {
        held.forEach((file, slot) -> {
            try {
                slot.close();
                OURS.remove(file);
            } catch (IOException e) {
                System.getLogger(Slots.class.getName()).log(System.Logger.Level.WARNING, "a slot stays locked", e);
            }
        });
        held.clear();
    }
}
