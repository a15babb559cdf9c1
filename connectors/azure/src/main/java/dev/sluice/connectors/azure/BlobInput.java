package dev.sluice.connectors.azure;

import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.models.BlobRange;
import com.azure.storage.blob.models.BlobRequestConditions;
import com.azure.storage.blob.models.BlobStorageException;
import com.azure.storage.blob.models.DownloadRetryOptions;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.diagnosis.ProblemException;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.LongAdder;

/// A blob, read by ranges of the version that was found; a later one is refused.
final class BlobInput implements FileInput {
    private static final int RESUMES = 3;
    private static final int RANGE_INVALID = 416;
    private static final int CONDITION_NOT_MET = 412;

    private final FileEntry entry;
    private final BlobClient blob;
    private final ExecutorService requests;
    private final MemoryBudget memory;
    private final BlobProblems problems;
    private final LongAdder taken = new LongAdder();

    BlobInput(FileEntry entry, BlobClient blob, ExecutorService requests, MemoryBudget memory, BlobProblems problems) {
        this.entry = entry;
        this.blob = blob;
        this.requests = requests;
        this.memory = memory;
        this.problems = problems;
    }

    @Override
    public FileEntry entry() {
        return entry;
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) throws IOException {
        if (length == 0) {
            return;
        }
        Array target = new Array(into, offset, length);
        try {
            blob.downloadStreamWithResponse(
                    target,
                    new BlobRange(position, (long) length),
                    new DownloadRetryOptions().setMaxRetryRequests(RESUMES),
                    new BlobRequestConditions().setIfMatch('"' + entry.version() + '"'),
                    false,
                    null,
                    com.azure.core.util.Context.NONE);
        } catch (BlobStorageException e) {
            if (e.getStatusCode() == RANGE_INVALID) {
                throw ended(position, length);
            }
            if (e.getStatusCode() == CONDITION_NOT_MET && !exists()) {
                throw problems.missing(entry.path());
            }
            throw problems.named(e, entry.path(), "read");
        } catch (ProblemException e) {
            throw e;
        } catch (RuntimeException e) {
            throw problems.named(e, entry.path(), "read");
        }
        if (target.filled < length) {
            throw ended(position, length);
        }
    }

    private boolean exists() {
        try {
            return blob.exists();
        } catch (RuntimeException e) {
            throw problems.named(e, entry.path(), "read");
        }
    }

    private EOFException ended(long position, int length) {
        return new EOFException(entry.path() + " ends before byte " + (position + length));
    }

    /// Takes a response's bytes where they belong and counts them.
    private final class Array extends OutputStream {
        private final byte[] into;
        private final int offset;
        private final int length;
        private int filled;

        Array(byte[] into, int offset, int length) {
            this.into = into;
            this.offset = offset;
            this.length = length;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] from, int start, int count) throws IOException {
            if (count > length - filled) {
                throw new IOException("the store sent more than was asked for");
            }
            System.arraycopy(from, start, into, offset + filled, count);
            filled += count;
            taken.add(count);
        }
    }

    @Override
    public InputStream stream(long position, long length) {
        long end = length > entry.size() - position ? entry.size() : position + length;
        return new BlocksAhead(this, position, Math.max(position, end), requests, memory);
    }

    @Override
    public long bytesRead() {
        return taken.sum();
    }

    @Override
    public void close() {
        // Streams are closed by those who opened them; the blob itself holds nothing.
    }
}
