package dev.sluice.data.remote;

import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.HiddenNames;
import dev.sluice.data.spi.JobContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileSystemException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A file written beside its place, under a hidden name made of its own and the attempt's. What it replaces keeps
/// a hidden name, too, until the copy has ended.
final class RemoteOutput implements FileOutput {
    private static final int BUFFER = 256 << 10;

    private final String path;
    private final RemotePaths paths;
    private final HiddenNames names;
    private final String part;
    private final String before;
    private final Sessions sessions;
    private final JobContext job;
    private final Deque<String> madeFolders = new ArrayDeque<>();
    private final byte[] buffer = new byte[BUFFER];
    private int filled;
    private volatile @Nullable RemoteSession session;
    private @Nullable OutputStream out;
    private volatile long size;
    private boolean finished;
    private boolean published;
    private boolean replaced;
    /// Whether what is kept was kept by an attempt before this one.
    private boolean adopted;
    private volatile boolean closed;

    private RemoteOutput(String path, RemotePaths paths, Sessions sessions, JobContext job) {
        this.path = path;
        this.paths = paths;
        this.names = new HiddenNames(RemotePaths.name(path), job.attemptId());
        this.part = beside(names.part());
        this.before = beside(names.before());
        this.sessions = sessions;
        this.job = job;
    }

    private String beside(String name) {
        return RemotePaths.join(RemotePaths.parent(path), name);
    }

    static RemoteOutput begin(String path, RemotePaths paths, Sessions sessions, JobContext job) throws IOException {
        job.memory().reserve(BUFFER);
        RemoteOutput output = new RemoteOutput(path, paths, sessions, job);
        try {
            output.begin();
            return output;
        } catch (IOException | RuntimeException e) {
            output.close();
            throw e;
        }
    }

    private void begin() throws IOException {
        sessions.run(path, "write", s -> {
            if (s.find(paths.on(path)).filter(RemoteItem::folder).isPresent()) {
                throw new FileSystemException(path, null, "there is a folder of that name");
            }
            makeFolders(s, RemotePaths.parent(path));
            settleEarlier(s);
            return true;
        });
        RemoteSession taken = sessions.take();
        session = taken;
        try {
            out = taken.write(paths.on(part));
        } catch (IOException e) {
            throw sessions.named(e, path, "write");
        }
    }

    /// What attempts before this one have left that were killed: what they had written of the file goes; the file that
    /// they were about to replace is the one to go back to.
    private void settleEarlier(RemoteSession s) throws IOException {
        for (HiddenNames earlier : names.earlier()) {
            removeWritten(s, paths.on(beside(earlier.part())));
            String kept = paths.on(beside(earlier.before()));
            if (s.find(kept).isPresent()) {
                if (s.find(paths.on(before)).isPresent()) {
                    s.delete(paths.on(before));
                }
                s.rename(kept, paths.on(before));
                adopted = true;
            }
        }
    }

    /// Some servers keep a file for as long as the process is believed to live that wrote it.
    private void removeWritten(RemoteSession s, String written) throws IOException {
        try {
            if (s.find(written).isPresent()) {
                s.delete(written);
            }
        } catch (FileSystemException held) {
            System.getLogger(RemoteOutput.class.getName())
                    .log(System.Logger.Level.WARNING, "what an earlier attempt left of " + path + " stays: " + held);
        }
    }

    private void makeFolders(RemoteSession s, String folder) throws IOException {
        if (folder.isEmpty()) {
            return;
        }
        Optional<RemoteItem> there = s.find(paths.on(folder));
        if (there.isPresent()) {
            if (there.get().folder()) {
                return;
            }
            throw new FileSystemException(
                    path, null, "there is a file where the folder " + RemotePaths.name(folder) + " should be");
        }
        makeFolders(s, RemotePaths.parent(folder));
        s.makeFolder(paths.on(folder));
        madeFolders.push(folder);
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        if (finished || closed) {
            throw new IOException(path + " is closed");
        }
        try {
            int at = offset;
            int end = offset + length;
            while (at < end) {
                if (filled == 0 && end - at >= BUFFER) {
                    stream().write(bytes, at, BUFFER);
                    at += BUFFER;
                } else {
                    int n = Math.min(BUFFER - filled, end - at);
                    System.arraycopy(bytes, at, buffer, filled, n);
                    filled += n;
                    at += n;
                    if (filled == BUFFER) {
                        flush();
                    }
                }
            }
            size = size + length;
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private OutputStream stream() throws IOException {
        OutputStream open = out;
        if (open == null) {
            throw new IOException(path + " is closed");
        }
        return open;
    }

    private void flush() throws IOException {
        stream().write(buffer, 0, filled);
        filled = 0;
    }

    private RuntimeException failed(IOException e) throws IOException {
        if (closed) {
            throw e;
        }
        throw sessions.named(e, path, "write");
    }

    @Override
    public long size() {
        return size;
    }

    /// The server is asked how many bytes it has: not every protocol says so when some were lost.
    @Override
    public void finish() throws IOException {
        try {
            flush();
            stream().close();
        } catch (IOException e) {
            throw failed(e);
        }
        out = null;
        letGo(true);
        long there = sessions.run(path, "write", s -> s.find(paths.on(part)))
                .map(RemoteItem::size)
                .orElse(-1L);
        if (there != size) {
            throw sessions.named(
                    new FileSystemException(
                            path, null, "the server has " + there + " of " + size + " bytes after writing"),
                    path,
                    "write");
        }
        finished = true;
    }

    private void letGo(boolean good) {
        RemoteSession mine = session;
        session = null;
        if (mine != null) {
            sessions.giveBack(mine, good && mine.usable());
        }
    }

    @Override
    public void publish() throws IOException {
        if (!finished) {
            throw new IllegalStateException(path + " is not finished");
        }
        if (published) {
            return;
        }
        sessions.run(path, "write", s -> {
            show(s);
            return true;
        });
        published = true;
    }

    /// May be repeated when a connection breaks in the middle: whatever was done already is found done.
    private void show(RemoteSession s) throws IOException {
        String target = paths.on(path);
        String written = paths.on(part);
        String kept = paths.on(before);
        if (s.find(written).isEmpty()
                && s.find(target).filter(t -> t.size() == size).isPresent()) {
            return;
        }
        boolean wasKept = s.find(kept).isPresent();
        replaced |= wasKept;
        if (s.find(target).isEmpty()) {
            s.rename(written, target);
            return;
        }
        replaced = true;
        if (wasKept) {
            s.delete(target);
        } else {
            s.rename(target, kept);
        }
        try {
            s.rename(written, target);
        } catch (FileSystemException e) {
            s.rename(kept, target);
            throw e;
        }
    }

    @Override
    public void withdraw() throws IOException {
        if (!finished || closed) {
            return;
        }
        sessions.run(path, "restore", s -> {
            String target = paths.on(path);
            boolean shown = s.find(paths.on(part)).isEmpty();
            if (!giveBack(s) && shown && !replaced && s.find(target).isPresent()) {
                s.delete(target);
            }
            return true;
        });
        published = false;
    }

    /// Puts what was kept back into its place; false when nothing was.
    private boolean giveBack(RemoteSession s) throws IOException {
        String target = paths.on(path);
        String kept = paths.on(before);
        if (s.find(kept).isEmpty()) {
            return false;
        }
        if (s.find(target).isPresent()) {
            s.delete(target);
        }
        s.rename(kept, target);
        return true;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        letGo(false);
        job.memory().release(BUFFER);
        try {
            sessions.run(path, "delete", s -> {
                if (published) {
                    removeIfThere(s, before);
                } else {
                    removeIfThere(s, part);
                    if (adopted) {
                        giveBack(s);
                    }
                    while (!madeFolders.isEmpty() && s.deleteFolder(paths.on(madeFolders.peek()))) {
                        madeFolders.pop();
                    }
                }
                return true;
            });
        } catch (IOException | RuntimeException e) {
            // A hidden file stays, which no listing shows; the failure that led here is what counts.
            System.getLogger(RemoteOutput.class.getName())
                    .log(System.Logger.Level.WARNING, "could not remove what was left of " + path + ": " + e);
        }
    }

    private void removeIfThere(RemoteSession s, String name) throws IOException {
        String there = paths.on(name);
        if ((!name.equals(before) || replaced) && s.find(there).isPresent()) {
            s.delete(there);
        }
    }
}
