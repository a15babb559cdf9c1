package dev.sluice.data.remote.objects;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.remote.objects.Calls.Scope;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// A range of a file as a stream: a few chunks are fetched at the same time, in order, ahead of the consumer.
/// Chunks are reserved from the job's memory; where there is no room for several, there is one. For one consumer;
/// closing, from any thread, ends its wait.
final class ReadAhead extends InputStream {
    private static final int CHUNK = 4 << 20;
    private static final int SMALLEST_CHUNK = 64 << 10;
    private static final int MOST_CHUNKS = 4;

    /// The part of the job's memory that one stream may take.
    private static final int SHARE = 8;

    private record Chunk(byte[] data, int length, FutureTask<Void> arrival) {}

    private final RangedInput input;
    private final Scope scope;
    private final MemoryBudget memory;
    private final long end;
    private final int chunkSize;
    private final int mostChunks;
    private final Deque<byte[]> free = new ArrayDeque<>();
    private final Deque<Chunk> ahead = new ArrayDeque<>();
    private long next;
    private int made;
    private boolean closed;
    private @Nullable Chunk awaited;
    private @Nullable Chunk current;
    private int at;

    ReadAhead(RangedInput input, Scope scope, MemoryBudget memory, long position, long end) {
        this.input = input;
        this.scope = scope;
        this.memory = memory;
        this.next = position;
        this.end = end;
        long share = Math.max(SMALLEST_CHUNK, memory.limit() / SHARE);
        this.chunkSize = (int) Math.min(Math.min(CHUNK, share), Math.max(1, end - position));
        this.mostChunks = (int) Math.clamp(share / chunkSize, 1, MOST_CHUNKS);
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return 0;
        }
        Chunk chunk = arrived();
        if (chunk == null) {
            return -1;
        }
        int n = Math.min(length, chunk.length() - at);
        System.arraycopy(chunk.data(), at, into, offset, n);
        at += n;
        return n;
    }

    @Override
    public int available() {
        Chunk chunk = current;
        return chunk == null ? 0 : chunk.length() - at;
    }

    /// The chunk with the next bytes; null at the end.
    private @Nullable Chunk arrived() throws IOException {
        Chunk chunk = current;
        if (chunk != null && at < chunk.length()) {
            return chunk;
        }
        Chunk coming = turn();
        if (coming == null) {
            return null;
        }
        try {
            coming.arrival().get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new java.io.InterruptedIOException(
                    "interrupted while reading " + input.entry().path());
        } catch (ExecutionException e) {
            throw rethrown(e.getCause());
        }
        current = coming;
        at = 0;
        return coming;
    }

    /// Gives the used chunk back, starts what may be started, and takes the next one in order.
    private synchronized @Nullable Chunk turn() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed");
        }
        Chunk used = current;
        if (used != null) {
            free.add(used.data());
            current = null;
        }
        while (next < end && ahead.size() < mostChunks) {
            byte[] data = buffer();
            if (data == null) {
                break;
            }
            start(data);
        }
        awaited = ahead.poll();
        return awaited;
    }

    private byte @Nullable [] buffer() {
        byte[] data = free.poll();
        if (data != null || made == mostChunks) {
            return data;
        }
        if (made == 0) {
            memory.reserve(chunkSize);
        } else if (!memory.tryReserve(chunkSize)) {
            return null;
        }
        made++;
        return new byte[chunkSize];
    }

    private void start(byte[] data) {
        long position = next;
        int length = (int) Math.min(data.length, end - position);
        next += length;
        FutureTask<Void> fetching = new FutureTask<>(() -> {
            input.read(scope, position, data, 0, length);
            return null;
        });
        ahead.add(new Chunk(data, length, fetching));
        Thread.ofVirtual().name("object-read").start(fetching);
    }

    private static IOException rethrown(@Nullable Throwable cause) {
        return switch (cause) {
            case IOException e -> e;
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            case null, default -> new IOException(cause);
        };
    }

    @Override
    public void close() {
        Deque<Chunk> pending;
        int reserved;
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
            pending = new ArrayDeque<>(ahead);
            if (awaited != null) {
                pending.add(awaited);
            }
            reserved = made;
        }
        scope.close();
        pending.forEach(c -> Ending.await(c.arrival()));
        memory.release((long) reserved * chunkSize);
        input.closed(this);
    }
}
