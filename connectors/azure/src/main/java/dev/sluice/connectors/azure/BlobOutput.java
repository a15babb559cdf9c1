package dev.sluice.connectors.azure;

import com.azure.core.util.BinaryData;
import com.azure.storage.blob.specialized.BlockBlobClient;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.JobContext;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/// A blob being written: blocks are staged in parallel as they fill up, and their list is committed once.
///
/// Blocks begin with 8 MB (or `blockSizeInMB`) and double every 10,000 of at most 50,000, so that any size fits.
final class BlobOutput implements FileOutput {
    private static final long FIRST_BLOCK = 8L << 20;
    private static final long MOST_BLOCK = 1L << 30;
    private static final int DOUBLE_AFTER = 10_000;
    private static final int MOST_UNDER_WAY = 4;
    private static final int FIRST_BUFFER = 256 << 10;

    private final String path;
    private final BlockBlobClient blob;
    private final ExecutorService requests;
    private final long firstBlock;
    private final MemoryBudget memory;
    private final String attempt;
    private final BlobProblems problems;
    private final List<String> blocks = new ArrayList<>();
    private final Deque<Staged> underWay = new ArrayDeque<>();
    private byte[] buffer;
    private int filled;
    private volatile long size;
    private boolean finished;
    private boolean published;
    private boolean closed;

    private record Staged(int bytes, Future<?> arrival) {}

    BlobOutput(
            String path,
            BlockBlobClient blob,
            ExecutorService requests,
            Optional<Long> blockBytes,
            JobContext job,
            BlobProblems problems) {
        this.path = path;
        this.blob = blob;
        this.requests = requests;
        this.firstBlock = Math.min(blockBytes.orElse(FIRST_BLOCK), MOST_BLOCK);
        this.memory = job.memory();
        this.attempt = job.attemptId();
        this.problems = problems;
        memory.reserve(FIRST_BUFFER);
        this.buffer = new byte[FIRST_BUFFER];
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            int n = Math.min(room(end - at), end - at);
            System.arraycopy(bytes, at, buffer, filled, n);
            filled += n;
            at += n;
            if (filled == blockSize()) {
                stage();
            }
        }
        size = size + length;
    }

    private int blockSize() {
        return (int) Math.min(MOST_BLOCK, firstBlock << Math.min(20, blocks.size() / DOUBLE_AFTER));
    }

    /// Free bytes in the buffer, which grows up to the block's size.
    private int room(int wanted) {
        int most = blockSize();
        if (buffer.length - filled < wanted && buffer.length < most) {
            int larger = (int) Math.min(most, Math.max(buffer.length * 2L, (long) filled + wanted));
            memory.reserve(larger);
            byte[] old = buffer;
            buffer = Arrays.copyOf(old, larger);
            memory.release(old.length);
        }
        return Math.min(buffer.length, most) - filled;
    }

    private void stage() throws IOException {
        String id = blockId(blocks.size());
        blocks.add(id);
        byte[] full = buffer;
        int length = filled;
        synchronized (this) {
            requireOpen();
            underWay.add(new Staged(full.length, requests.submit(() -> put(id, full, length))));
            buffer = new byte[0];
            filled = 0;
        }
        while (underWay() >= MOST_UNDER_WAY || (underWay() > 0 && !roomForNext(full.length))) {
            awaitOldest();
        }
        if (buffer.length == 0) {
            memory.reserve(FIRST_BUFFER);
            buffer = new byte[FIRST_BUFFER];
        }
    }

    /// Takes the next buffer at once where the budget has it.
    private boolean roomForNext(int bytes) {
        if (buffer.length == 0 && memory.tryReserve(bytes)) {
            buffer = new byte[bytes];
        }
        return buffer.length > 0;
    }

    private void put(String id, byte[] bytes, int length) {
        try {
            blob.stageBlock(id, BinaryData.fromByteBuffer(ByteBuffer.wrap(bytes, 0, length)));
        } catch (RuntimeException e) {
            throw problems.named(e, path, "write");
        }
    }

    /// All identifiers of a blob must have the same length; the same attempt makes the same ones.
    private String blockId(int number) {
        String id = "%08x-%08d".formatted(attempt.hashCode(), number);
        return Base64.getEncoder().encodeToString(id.getBytes(StandardCharsets.US_ASCII));
    }

    private synchronized int underWay() {
        return underWay.size();
    }

    private void awaitOldest() throws IOException {
        Staged oldest;
        synchronized (this) {
            requireOpen();
            oldest = underWay.element();
        }
        try {
            oldest.arrival().get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ProblemException p) {
                throw p;
            }
            throw new IOException(e.getCause());
        } catch (CancellationException e) {
            throw new IOException("the output was closed", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while writing " + path);
        }
        synchronized (this) {
            if (underWay.remove(oldest)) {
                memory.release(oldest.bytes());
            }
        }
    }

    private void requireOpen() throws IOException {
        if (closed) {
            throw new IOException("the output was closed");
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void finish() throws IOException {
        if (filled > 0) {
            stage();
        }
        while (underWay() > 0) {
            awaitOldest();
        }
        finished = true;
    }

    @Override
    public void publish() {
        if (!finished) {
            throw new IllegalStateException(path + " is not finished");
        }
        if (published) {
            return;
        }
        try {
            blob.commitBlockList(blocks, true);
            published = true;
        } catch (RuntimeException e) {
            throw problems.named(e, path, "write");
        }
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        for (Staged staged : underWay) {
            staged.arrival().cancel(true);
            memory.release(staged.bytes());
        }
        underWay.clear();
        memory.release(buffer.length);
        buffer = new byte[0];
    }
}
