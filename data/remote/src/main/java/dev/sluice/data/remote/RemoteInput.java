package dev.sluice.data.remote;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/// A file of a server; each stream has a session of its own.
final class RemoteInput implements FileInput {
    private final FileEntry file;
    private final String path;
    private final Sessions sessions;
    private final RemoteProblems problems;
    private final LongAdder bytesRead = new LongAdder();
    private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    RemoteInput(FileEntry file, String path, Sessions sessions, RemoteProblems problems) {
        this.file = file;
        this.path = path;
        this.sessions = sessions;
        this.problems = problems;
    }

    @Override
    public FileEntry entry() {
        return file;
    }

    @Override
    public void read(long position, byte[] into, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, into.length);
        if (length == 0) {
            return;
        }
        if (position + length > file.size()) {
            throw new EOFException(file.path() + " has " + file.size() + " bytes");
        }
        try (InputStream stream = stream(position, length)) {
            if (stream.readNBytes(into, offset, length) < length) {
                throw new EOFException(file.path() + " ended early");
            }
        }
    }

    @Override
    public InputStream stream(long position, long length) throws IOException {
        long left = Math.clamp(file.size() - position, 0, length);
        Stream stream = new Stream(position, left);
        streams.add(stream);
        if (closed) {
            stream.close();
        }
        return stream;
    }

    @Override
    public long bytesRead() {
        return bytesRead.sum();
    }

    @Override
    public void close() {
        closed = true;
        streams.forEach(Stream::close);
    }

    /// A range; the session is taken with the first read and given back at the end. A connection that breaks is
    /// made anew once, and reading goes on where it was.
    private final class Stream extends InputStream {
        private long position;
        private long left;
        private boolean again;
        private @Nullable RemoteSession session;
        private @Nullable InputStream in;
        private volatile boolean ended;

        Stream(long position, long left) {
            this.position = position;
            this.left = left;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            Objects.checkFromIndexSize(offset, length, into.length);
            if (ended) {
                throw new IOException(file.path() + " is closed");
            }
            if (length == 0) {
                return 0;
            }
            if (left == 0) {
                finish();
                return -1;
            }
            int n = some(into, offset, (int) Math.min(length, left));
            if (n < 0) {
                throw problems.changed(file.path(), "it ended " + left + " bytes before the size that was listed");
            }
            bytesRead.add(n);
            position += n;
            left -= n;
            return n;
        }

        private int some(byte[] into, int offset, int length) throws IOException {
            while (true) {
                try {
                    return opened().read(into, offset, length);
                } catch (java.nio.file.FileSystemException e) {
                    drop(true);
                    throw sessions.named(e, file.path(), "read");
                } catch (IOException e) {
                    drop(false);
                    if (ended) {
                        throw e;
                    }
                    if (again) {
                        throw sessions.named(e, file.path(), "read");
                    }
                    again = true;
                }
            }
        }

        private InputStream opened() throws IOException {
            InputStream open = in;
            if (open != null) {
                return open;
            }
            RemoteSession taken = again ? sessions.open() : sessions.take();
            synchronized (this) {
                session = taken;
            }
            if (ended) {
                drop(false);
                throw new IOException(file.path() + " is closed");
            }
            InputStream fresh = taken.read(path, position, left);
            in = fresh;
            return fresh;
        }

        /// Everything was read: the session is free for something else.
        private void finish() {
            InputStream open = in;
            in = null;
            if (open == null) {
                return;
            }
            boolean good = true;
            try {
                open.close();
            } catch (IOException e) {
                good = false;
            }
            drop(good);
        }

        private void drop(boolean good) {
            RemoteSession mine;
            synchronized (this) {
                mine = session;
                session = null;
                in = null;
            }
            if (mine != null) {
                sessions.giveBack(mine, good && mine.usable());
            }
        }

        /// In the middle of a file the connection is cut, which also ends a read that waits.
        @Override
        public void close() {
            if (ended) {
                return;
            }
            ended = true;
            streams.remove(this);
            if (left == 0) {
                finish();
            }
            drop(false);
        }
    }
}
