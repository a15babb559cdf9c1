package dev.sluice.data.remote.objects;

import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.remote.objects.Calls.Scope;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// A version of a file, read in ranges; when the file is replaced meanwhile, reading fails and says so.
public final class RangedInput implements FileInput {
    private final Source source;
    private final FileEntry file;
    private final Calls calls;
    private final Scope scope;
    private final MemoryBudget memory;
    private final LongAdder bytesRead = new LongAdder();
    private final Set<ReadAhead> streams = ConcurrentHashMap.newKeySet();

    /// Where ranges come from.
    public interface Source {
        /// Reads a range, which starts at the position; what has [Range#arrived()] is not asked for again.
        void read(Scope scope, FileEntry file, long position, Range into) throws IOException;
    }

    public RangedInput(Source source, FileEntry file, Calls calls, MemoryBudget memory) {
        this.source = source;
        this.file = file;
        this.calls = calls;
        this.scope = calls.scope();
        this.memory = memory;
    }

    @Override
    public FileEntry entry() {
        return file;
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) throws IOException {
        read(scope, position, into, offset, length);
    }

    /// Reads a range; what has arrived when a connection breaks is not asked for again.
    void read(Scope within, long position, byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (position + length > file.size()) {
            throw new EOFException(file.path() + " has " + file.size() + " bytes");
        }
        if (length == 0) {
            return;
        }
        Range range = new Range(into, offset, length);
        source.read(within, file, position, range);
        if (range.missing() > 0) {
            throw new EOFException(file.path() + " ended " + range.missing() + " bytes early");
        }
    }

    /// Where a range arrives.
    public final class Range extends OutputStream {
        private final byte[] into;
        private final int end;
        private final int start;
        private int at;

        Range(byte[] into, int offset, int length) {
            this.into = into;
            this.start = offset;
            this.at = offset;
            this.end = offset + length;
        }

        public int arrived() {
            return at - start;
        }

        public int missing() {
            return end - at;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (length > end - at) {
                throw new IOException("the service sent more bytes than asked for");
            }
            System.arraycopy(bytes, offset, into, at, length);
            at += length;
            bytesRead.add(length);
        }
    }

    @Override
    public InputStream stream(long position, long length) throws IOException {
        long end = Math.min(file.size(), length > Long.MAX_VALUE - position ? Long.MAX_VALUE : position + length);
        ReadAhead stream = new ReadAhead(this, calls.scope(), memory, Math.min(position, end), end);
        streams.add(stream);
        if (scope.isClosed()) {
            stream.close();
            throw new IOException(file.path() + " is closed");
        }
        return stream;
    }

    void closed(ReadAhead stream) {
        streams.remove(stream);
    }

    @Override
    public long bytesRead() {
        return bytesRead.sum();
    }

    @Override
    public void close() {
        scope.close();
        streams.forEach(ReadAhead::close);
    }
}
