package dev.sluice.connectors.azure;

import dev.sluice.data.batch.MemoryBudget;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// A stretch of a blob as a stream: a few blocks are under way while one is consumed. How many is bounded by the job's
/// memory; one is always had, or the budget says no.
final class BlocksAhead extends InputStream {
    private static final int BLOCK = 4 << 20;
    private static final int MOST = 4;

    private final BlobInput input;
    private final long end;
    private final ExecutorService requests;
    private final MemoryBudget memory;
    private final Deque<Block> ahead = new ArrayDeque<>();
    private long next;
    private byte[] current = new byte[0];
    private int at;
    private boolean closed;

    private record Block(byte[] bytes, Future<?> arrival) {}

    BlocksAhead(BlobInput input, long from, long end, ExecutorService requests, MemoryBudget memory) {
        this.input = input;
        this.next = from;
        this.end = end;
        this.requests = requests;
        this.memory = memory;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        if (at == current.length && !advance()) {
            return -1;
        }
        int n = Math.min(length, current.length - at);
        System.arraycopy(current, at, into, offset, n);
        at += n;
        return n;
    }

    /// Moves on to the next block; false at the end.
    private boolean advance() throws IOException {
        Block block;
        synchronized (this) {
            requireOpen();
            memory.release(current.length);
            current = new byte[0];
            at = 0;
            request();
            block = ahead.peek();
        }
        if (block == null) {
            return false;
        }
        await(block);
        synchronized (this) {
            requireOpen();
            ahead.remove();
            current = block.bytes();
            request();
        }
        return true;
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
    }

    private void request() {
        while (next < end && ahead.size() < MOST) {
            int length = (int) Math.min(BLOCK, end - next);
            if (ahead.isEmpty() && current.length == 0) {
                memory.reserve(length);
            } else if (!memory.tryReserve(length)) {
                return;
            }
            byte[] bytes = new byte[length];
            long from = next;
            ahead.add(new Block(bytes, requests.submit(() -> {
                input.read(from, bytes, 0, length);
                return null;
            })));
            next += length;
        }
    }

    private static void await(Block block) throws IOException {
        try {
            block.arrival().get();
        } catch (ExecutionException e) {
            switch (e.getCause()) {
                case IOException io -> throw io;
                case RuntimeException r -> throw r;
                case null, default -> throw new IOException(e);
            }
        } catch (CancellationException e) {
            throw new IOException("the stream was closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while reading ahead");
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        memory.release(current.length);
        for (Block block : ahead) {
            block.arrival().cancel(true);
            memory.release(block.bytes().length);
        }
        ahead.clear();
    }
}
