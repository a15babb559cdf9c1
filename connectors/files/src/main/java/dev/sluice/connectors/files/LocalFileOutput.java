package dev.sluice.connectors.files;

import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.HiddenNames;
import dev.sluice.data.spi.JobContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/// A file being written beside its place, under a hidden name made of its own and the attempt's.
final class LocalFileOutput implements FileOutput {
    private static final int BUFFER = 256 << 10;

    private final String path;
    private final Path target;
    private final Path folder;
    private final Path part;
    /// What the file replaced, until the copy has ended.
    private final Path before;
    private final CreatedFolders folders;
    private final FileProblems problems;
    private final JobContext job;
    private final FileChannel channel;
    private final byte[] buffer;
    private int filled;
    private volatile long size;
    private boolean finished;
    private boolean published;
    private boolean replaced;
    /// Whether what is kept was kept by an attempt before this one.
    private boolean adopted;
    private boolean closed;

    LocalFileOutput(String path, Path target, CreatedFolders folders, FileProblems problems, JobContext job) {
        this.path = path;
        this.target = target;
        this.folder = java.util.Objects.requireNonNull(target.getParent());
        HiddenNames names = new HiddenNames(String.valueOf(target.getFileName()), job.attemptId());
        this.part = target.resolveSibling(names.part());
        this.before = target.resolveSibling(names.before());
        this.folders = folders;
        this.problems = problems;
        this.job = job;
        job.memory().reserve(BUFFER);
        try {
            settleEarlier(names);
            this.channel = begun();
        } catch (IOException e) {
            job.memory().release(BUFFER);
            throw problems.writing(e, path, folder);
        }
        this.buffer = new byte[BUFFER];
    }

    /// Another output may remove an empty folder between making it and using it: then it is made again.
    private FileChannel begun() throws IOException {
        for (int tries = 1; ; tries++) {
            folders.make(folder);
            try {
                return FileChannel.open(
                        part,
                        StandardOpenOption.CREATE,
                        StandardOpenOption.TRUNCATE_EXISTING,
                        StandardOpenOption.WRITE);
            } catch (NoSuchFileException e) {
                if (tries == 5) {
                    throw e;
                }
            }
        }
    }

    /// What attempts before this one have left that were killed: what they had written of the file goes; the file that
    /// they were about to replace is the one to go back to.
    private void settleEarlier(HiddenNames names) throws IOException {
        for (HiddenNames earlier : names.earlier()) {
            Files.deleteIfExists(target.resolveSibling(earlier.part()));
            Path kept = target.resolveSibling(earlier.before());
            if (Files.exists(kept, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(kept, before, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
                adopted = true;
            }
        }
    }

    @Override
    public String path() {
        return path;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
        try {
            int at = offset;
            int end = offset + length;
            while (at < end) {
                if (filled == 0 && end - at >= BUFFER) {
                    drain(bytes, at, BUFFER);
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
            throw problems.writing(e, path, folder);
        }
    }

    private void flush() throws IOException {
        drain(buffer, 0, filled);
        filled = 0;
    }

    private void drain(byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer b = ByteBuffer.wrap(bytes, offset, length);
        while (b.hasRemaining()) {
            channel.write(b);
        }
    }

    @Override
    public long size() {
        return size;
    }

    @Override
    public void finish() {
        try {
            flush();
            channel.force(true);
            channel.close();
            finished = true;
        } catch (IOException e) {
            throw problems.writing(e, path, folder);
        }
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
            keepAside();
            Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            published = true;
            try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
                directory.force(true);
            }
        } catch (IOException e) {
            throw problems.writing(e, path, folder);
        }
    }

    /// A second name for the file that is replaced. One that is there already is from this attempt's earlier try,
    /// and the target perhaps that try's own: it stays the one to go back to. Where the file system has no second
    /// names, the new file stays when the copy fails.
    private void keepAside() throws IOException {
        try {
            if (Files.isRegularFile(target) && !Files.isSymbolicLink(target)) {
                Files.createLink(before, target);
            }
        } catch (FileAlreadyExistsException earlier) {
            replaced = true;
            return;
        } catch (UnsupportedOperationException | FileSystemException none) {
            replaced = true;
            return;
        }
        replaced = Files.exists(target, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void withdraw() {
        if (!published || closed) {
            return;
        }
        try {
            if (!giveBack() && !replaced) {
                Files.deleteIfExists(target);
            }
            published = false;
        } catch (IOException e) {
            throw problems.named(e, path, "restore");
        }
    }

    /// Puts what was kept back into its place; false when nothing was.
    private boolean giveBack() throws IOException {
        boolean kept = Files.exists(before, LinkOption.NOFOLLOW_LINKS);
        if (kept) {
            Files.move(before, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        }
        return kept;
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        job.memory().release(BUFFER);
        try {
            channel.close();
            if (published) {
                Files.deleteIfExists(before);
            } else {
                Files.deleteIfExists(part);
                if (adopted) {
                    giveBack();
                }
                folders.remove(folder);
            }
        } catch (IOException e) {
            throw problems.named(e, path, "delete");
        }
    }
}
