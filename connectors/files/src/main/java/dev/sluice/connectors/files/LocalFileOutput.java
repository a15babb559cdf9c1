package dev.sluice.connectors.files;

import dev.sluice.data.spi.FileOutput;
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
    private static final String END = ".part";
    private static final int BUFFER = 256 << 10;
    private static final int MOST_NAME = 80;

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
    private boolean closed;

    LocalFileOutput(String path, Path target, CreatedFolders folders, FileProblems problems, JobContext job) {
        this.path = path;
        this.target = target;
        this.folder = java.util.Objects.requireNonNull(target.getParent());
        this.part = target.resolveSibling(hidden(target, job.attemptId(), END));
        this.before = target.resolveSibling(hidden(target, job.attemptId(), ".before" + END));
        this.folders = folders;
        this.problems = problems;
        this.job = job;
        job.memory().reserve(BUFFER);
        try {
            this.channel = begun();
        } catch (IOException e) {
            job.memory().release(BUFFER);
            throw problems.writing(e, path, folder);
        }
        this.buffer = new byte[BUFFER];
    }

    private static String hidden(Path target, String attempt, String end) {
        String name = String.valueOf(target.getFileName());
        String shortened = name.length() <= MOST_NAME
                ? name
                : name.substring(0, MOST_NAME / 2) + Integer.toHexString(name.hashCode());
        String safe = attempt.replaceAll("[^A-Za-z0-9_-]", "_");
        return "." + shortened + "." + (safe.length() > 60 ? safe.substring(safe.length() - 60) : safe) + end;
    }

    /// Whether a file of that name is one that is still being written.
    static boolean isUnfinished(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.startsWith(".") && name.endsWith(END);
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
            if (Files.exists(before, LinkOption.NOFOLLOW_LINKS)) {
                Files.move(before, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } else if (!replaced) {
                Files.deleteIfExists(target);
            }
            published = false;
        } catch (IOException e) {
            throw problems.named(e, path, "restore");
        }
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
                folders.remove(folder);
            }
        } catch (IOException e) {
            throw problems.named(e, path, "delete");
        }
    }
}
