package dev.sluice.connectors.azure;

import dev.sluice.connectors.azure.Calls.Scope;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.JobContext;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// A blob being written: blocks are uploaded side by side as they fill up, and the block list, committed once,
/// makes them a blob. Blocks without a list are invisible; the service removes them after a week.
final class BlobOutput implements FileOutput {
    private static final AtomicLong WRITERS = new AtomicLong(System.nanoTime());

    private final BlobContainer container;
    private final String path;
    private final WriteSettings settings;
    private final Scope scope;
    private final BlockPlan plan;
    private final BlockBuffers buffers;
    private final List<String> blocks = new ArrayList<>();
    private final List<FutureTask<Void>> uploads = new ArrayList<>();
    private byte @Nullable [] filling;
    private int filled;
    private volatile long size;
    private volatile @Nullable Throwable failure;
    private boolean finished;
    private boolean published;
    private boolean isNew;
    private volatile boolean closed;

    BlobOutput(BlobContainer container, String path, WriteSettings settings, Scope scope, JobContext job) {
        this.container = container;
        this.path = path;
        this.settings = settings;
        this.scope = scope;
        this.plan = new BlockPlan(settings.firstBlock(), job.attemptId(), WRITERS.incrementAndGet());
        this.buffers = new BlockBuffers(job.memory());
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, bytes.length);
        if (finished) {
            throw new IllegalStateException("write after the end of " + path);
        }
        int from = offset;
        int left = length;
        while (left > 0) {
            byte[] buffer = room();
            int n = Math.min(left, buffer.length - filled);
            System.arraycopy(bytes, from, buffer, filled, n);
            filled += n;
            from += n;
            left -= n;
            size += n;
        }
    }

    /// A buffer with room for at least one byte.
    private byte[] room() throws IOException {
        stopOnFailure();
        byte[] buffer = current();
        if (buffer != null && filled < buffer.length) {
            return buffer;
        }
        int wanted = plan.size(blocks.size());
        if (buffer != null && filled < wanted) {
            return enlarged(buffer, (int) Math.min(wanted, filled * 4L));
        }
        if (buffer != null) {
            upload();
        }
        wanted = plan.size(blocks.size());
        return filling(buffers.take(blocks.isEmpty() ? Math.min(wanted, BlockBuffers.SMALLEST) : wanted));
    }

    private synchronized byte @Nullable [] current() throws IOException {
        stopWhenClosed();
        return filling;
    }

    private synchronized byte[] enlarged(byte[] buffer, int length) throws IOException {
        stopWhenClosed();
        byte[] larger = buffers.enlarge(buffer, length);
        filling = larger;
        return larger;
    }

    /// Closing may have come while the buffer was waited for.
    private synchronized byte[] filling(byte[] buffer) throws IOException {
        if (closed) {
            buffers.giveBack(buffer);
        }
        stopWhenClosed();
        filling = buffer;
        return buffer;
    }

    private void stopWhenClosed() throws IOException {
        if (closed) {
            throw new IOException(path + " was closed while it was written");
        }
    }

    /// Sends the buffer off on a thread of its own, which gives it back. Buffers are few, and so are the threads.
    private synchronized void upload() throws IOException {
        stopWhenClosed();
        if (blocks.size() == BlockPlan.MOST_BLOCKS) {
            throw tooManyBlocks();
        }
        byte[] buffer = Objects.requireNonNull(filling);
        int length = filled;
        String id = plan.id(blocks.size());
        filling = null;
        filled = 0;
        FutureTask<Void> upload = new FutureTask<>(() -> {
            stage(id, buffer, length);
            return null;
        });
        blocks.add(id);
        uploads.removeIf(FutureTask::isDone);
        uploads.add(upload);
        Thread.ofVirtual().name("blob-write").start(upload);
    }

    private ProblemException tooManyBlocks() {
        return DataFaults.TRANSFER_FAILED
                .problem()
                .on(Kind.SINK)
                .evidence("action", "write")
                .evidence("path", path)
                .evidence("store", container.place())
                .evidence("detail", "a blob has at most " + BlockPlan.MOST_BLOCKS + " blocks")
                .exception();
    }

    private void stage(String id, byte[] buffer, int length) {
        try {
            stageOrCreate(id, buffer, length);
        } catch (IOException | RuntimeException | Error e) {
            // Thrown again where the writer is.
            synchronized (this) {
                if (failure == null) {
                    failure = e;
                }
            }
        } finally {
            buffers.giveBack(buffer);
        }
    }

    private void stageOrCreate(String id, byte[] buffer, int length) throws IOException {
        try {
            container.stage(scope, path, id, buffer, length);
        } catch (ProblemException e) {
            if (e.problem().fault() != DataFaults.CONTAINER_MISSING) {
                throw e;
            }
            container.create(scope);
            container.stage(scope, path, id, buffer, length);
        }
    }

    private void stopOnFailure() throws IOException {
        switch (failure) {
            case null -> {}
            case ProblemException e -> throw new ProblemException(e.problem(), e);
            case IOException e -> throw new IOException(e.getMessage(), e);
            case RuntimeException e -> throw e;
            case Throwable e -> throw new IOException(e);
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void finish() throws IOException {
        if (finished) {
            return;
        }
        stopOnFailure();
        if (filled > 0) {
            upload();
        }
        endUploads();
        stopOnFailure();
        current();
        release();
        finished = true;
    }

    private void endUploads() {
        List<FutureTask<Void>> pending;
        synchronized (this) {
            pending = List.copyOf(uploads);
        }
        pending.forEach(Ending::await);
    }

    private synchronized void release() {
        byte[] unused = filling;
        filling = null;
        if (unused != null) {
            buffers.giveBack(unused);
        }
        buffers.close();
    }

    @Override
    public void publish() throws IOException {
        if (!finished || closed && !published) {
            throw new IllegalStateException(path + " is not finished");
        }
        if (published) {
            return;
        }
        try {
            isNew = container.commit(scope, path, blocks, settings.metadata());
        } catch (ProblemException e) {
            if (e.problem().fault() != DataFaults.CONTAINER_MISSING || !blocks.isEmpty()) {
                throw e;
            }
            container.create(scope);
            isNew = container.commit(scope, path, blocks, settings.metadata());
        }
        published = true;
    }

    /// The service has no way back to a blob that was replaced: then the new one stays.
    @Override
    public void withdraw() throws IOException {
        if (published && isNew && !closed) {
            container.delete(scope, path);
            published = false;
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        scope.close();
        endUploads();
        release();
    }
}
