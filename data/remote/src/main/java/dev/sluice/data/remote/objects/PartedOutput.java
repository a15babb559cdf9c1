package dev.sluice.data.remote.objects;

import dev.sluice.data.remote.objects.Calls.Scope;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.JobContext;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/// A file being written: parts are sent side by side as they fill up, and [Upload#complete] makes them a file.
public final class PartedOutput implements FileOutput {
    /// What differs from service to service. Every call may be repeated and fails with its name.
    public interface Upload {
        /// Bytes of a part; parts are counted from 0, and never get smaller.
        int size(int part) throws IOException;

        /// Takes a part; several threads at once.
        void send(Scope scope, int part, byte[] bytes, int length) throws IOException;

        /// Makes the parts a file, visible at once.
        ///
        /// @return whether there was none of that name before
        boolean complete(Scope scope, int parts) throws IOException;

        /// Removes the file again, which is new.
        void remove(Scope scope) throws IOException;

        /// What was sent will not be completed; not an error when it cannot be removed now.
        void abandon();
    }

    private final Upload upload;
    private final String path;
    private final Scope scope;
    private final PartBuffers buffers;
    private final List<FutureTask<Void>> uploads = new ArrayList<>();
    private byte @Nullable [] filling;
    private int filled;
    private int parts;
    private volatile long size;
    private volatile @Nullable Throwable failure;
    private boolean finished;
    private boolean published;
    private boolean isNew;
    private volatile boolean closed;

    /// @param scope closed together with the output
    public PartedOutput(String path, Upload upload, Scope scope, JobContext job) {
        this.upload = upload;
        this.path = path;
        this.scope = scope;
        this.buffers = new PartBuffers(job.memory());
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
        int wanted = upload.size(parts);
        if (buffer != null && filled < wanted) {
            return enlarged(buffer, (int) Math.min(wanted, filled * 4L));
        }
        if (buffer != null) {
            send();
        }
        wanted = upload.size(parts);
        return filling(buffers.take(parts == 0 ? Math.min(wanted, PartBuffers.SMALLEST) : wanted));
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
    private synchronized void send() throws IOException {
        stopWhenClosed();
        byte[] buffer = Objects.requireNonNull(filling);
        int length = filled;
        int part = parts++;
        filling = null;
        filled = 0;
        FutureTask<Void> task = new FutureTask<>(() -> {
            send(part, buffer, length);
            return null;
        });
        uploads.removeIf(FutureTask::isDone);
        uploads.add(task);
        Thread.ofVirtual().name("object-write").start(task);
    }

    private void send(int part, byte[] buffer, int length) {
        try {
            upload.send(scope, part, buffer, length);
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
            send();
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
        isNew = upload.complete(scope, parts);
        published = true;
    }

    /// Such services have no way back to a file that was replaced: then the new one stays.
    @Override
    public void withdraw() throws IOException {
        if (published && isNew && !closed) {
            upload.remove(scope);
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
        if (!published) {
            upload.abandon();
        }
    }
}
