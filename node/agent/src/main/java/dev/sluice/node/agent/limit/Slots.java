package dev.sluice.node.agent.limit;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Some of the streams that a store allows, held by one job. Each is a lock on a file: it ends with the process,
/// however that ends.
public final class Slots implements AutoCloseable {
    private static final long LOOK_AGAIN_MILLIS = 50;

    private final List<FileChannel> held;

    private Slots(List<FileChannel> held) {
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
        List<FileChannel> held = new ArrayList<>();
        boolean good = false;
        try {
            while (true) {
                for (int i = 0; i < most && held.size() < Math.max(1, wanted); i++) {
                    FileChannel slot = tryLock(folder.resolve(name + ".slot-" + i));
                    if (slot != null) {
                        held.add(slot);
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
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean mine = false;
        try {
            FileLock lock = channel.tryLock();
            mine = lock != null;
            return mine ? channel : null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        } finally {
            if (!mine) {
                channel.close();
            }
        }
    }

    /// How many were taken.
    public int count() {
        return held.size();
    }

    @Override
    public void close() {
        for (FileChannel slot : held) {
            try {
                slot.close();
            } catch (IOException e) {
                System.getLogger(Slots.class.getName()).log(System.Logger.Level.WARNING, "a slot stays locked", e);
            }
        }
        held.clear();
    }
}
