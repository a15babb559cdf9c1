package dev.sluice.node.agent.limit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;

/// So many rows a second, for all that read a store: a file says when the next rows are due. A batch of rows is handed
/// on at once and the time it takes is put on the clock, so that the rate holds on the average, not within a
/// batch. Thread-safe.
public final class RowRate implements AutoCloseable {
    private static final long MICROS = 1_000_000;

    /// A clock that was set back, or a file from before, delays nobody longer than this.
    private static final long MOST_AHEAD_MICROS = 60 * MICROS;

    /// Within a process a lock on a file holds for all threads, and is lost when any channel of that file is closed.
    private static final ReentrantLock PROCESS = new ReentrantLock();

    private final FileChannel file;
    private final long perSecond;
    private final InstantSource clock;

    public RowRate(String key, long perSecond, InstantSource clock) throws IOException {
        Path path = SharedFolder.ofProcess().resolve(SharedFolder.name(key) + ".rows");
        this.file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        this.perSecond = perSecond;
        this.clock = clock;
    }

    /// Puts rows on the clock.
    ///
    /// @return milliseconds to wait before going on
    public long book(long rows) {
        PROCESS.lock();
        try (FileLock held = file.lock()) {
            ByteBuffer eight = ByteBuffer.allocate(Long.BYTES);
            boolean known = held.isValid() && file.read(eight, 0) == Long.BYTES;
            long now = Math.multiplyExact(clock.millis(), 1_000L);
            long due = known ? eight.getLong(0) : now;
            if (due < now || due > now + MOST_AHEAD_MICROS + rows * MICROS / perSecond) {
                due = now;
            }
            long next = due + rows * MICROS / perSecond;
            eight.clear();
            eight.putLong(0, next);
            file.write(eight, 0);
            return (next - now) / 1_000;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            PROCESS.unlock();
        }
    }

    @Override
    public void close() {
        PROCESS.lock();
        try {
            file.close();
        } catch (IOException e) {
            System.getLogger(RowRate.class.getName()).log(System.Logger.Level.DEBUG, "closing", e);
        } finally {
            PROCESS.unlock();
        }
    }
}
