package dev.sluice.data.remote.objects;

import dev.sluice.data.batch.MemoryBudget;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/// The buffers of one output: one is being filled while the others are on their way. A small part of the job's
/// memory, at most; where there is no room for a second buffer, filling waits for the first. Thread-safe.
final class PartBuffers implements AutoCloseable {
    /// A file that turns out small needs no more.
    static final int SMALLEST = 256 << 10;

    private static final int MOST_BUFFERS = 5;

    /// The part of the job's memory that one output may take, if that is at least two buffers.
    private static final int SHARE = 8;

    private final MemoryBudget memory;
    private final Deque<byte[]> free = new ArrayDeque<>();
    private int made;
    private boolean closed;

    PartBuffers(MemoryBudget memory) {
        this.memory = memory;
    }

    /// A buffer of at least that size, as soon as there is one.
    synchronized byte[] take(int size) throws IOException {
        while (true) {
            if (closed) {
                throw new IOException("the file is closed");
            }
            byte[] buffer = free.poll();
            if (buffer != null && buffer.length == size) {
                return buffer;
            }
            if (buffer != null) {
                drop(buffer);
            } else if (made == 0) {
                memory.reserve(size);
                made++;
                return new byte[size];
            } else if (made < most(size) && memory.tryReserve(size)) {
                made++;
                return new byte[size];
            } else {
                waitForOne();
            }
        }
    }

    private int most(int size) {
        return (int) Math.clamp(memory.limit() / SHARE / size, 2, MOST_BUFFERS);
    }

    private void waitForOne() throws IOException {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException("interrupted while parts were uploaded");
        }
    }

    /// The same content with more room; the buffer given is no longer the caller's.
    synchronized byte[] enlarge(byte[] buffer, int size) {
        memory.reserve(size);
        byte[] larger = Arrays.copyOf(buffer, size);
        memory.release(buffer.length);
        return larger;
    }

    synchronized void giveBack(byte[] buffer) {
        if (closed) {
            drop(buffer);
        } else {
            free.add(buffer);
        }
        notifyAll();
    }

    private void drop(byte[] buffer) {
        memory.release(buffer.length);
        made--;
    }

    /// Releases what is free; what is still in use is released when it is given back.
    @Override
    public synchronized void close() {
        closed = true;
        free.forEach(this::drop);
        free.clear();
        notifyAll();
    }
}
