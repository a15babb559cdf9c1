package dev.sluice.connectors.files;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.JobContext;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/// The files below one folder.
final class LocalFileStore implements FileStore {
    private static final int MOST_NAME_BYTES = 255;

    private final Path root;
    private final Confinement confinement;
    private final FileProblems problems;
    private final CreatedFolders folders = new CreatedFolders();
    private final JobContext job;

    /// @param root a real path
    LocalFileStore(Path root, FileProblems problems, JobContext job) {
        this.root = root;
        this.problems = problems;
        this.confinement = new Confinement(root, problems);
        this.job = job;
    }

    @Override
    public String describe() {
        return "folder " + root;
    }

    @Override
    public Stream<FileEntry> list(String folder, boolean recursive) {
        Path start = confinement.inside(folder);
        if (!Files.isDirectory(start)) {
            throw problems.missing(folder.isEmpty() ? root.toString() : folder);
        }
        return new FolderWalk(start, recursive, confinement, problems).stream();
    }

    @Override
    public Optional<FileEntry> find(String path) {
        Path file = confinement.inside(path);
        try {
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            return Optional.of(entry(path, Files.readAttributes(file, BasicFileAttributes.class)));
        } catch (IOException e) {
            throw problems.named(e, path, "read");
        }
    }

    /// The version changes with content: a rename brings another inode, a write in place another time.
    static FileEntry entry(String path, BasicFileAttributes a) {
        String version = Long.toHexString(a.lastModifiedTime().to(TimeUnit.NANOSECONDS)) + "-"
                + Long.toHexString(a.size()) + "-" + a.fileKey();
        return new FileEntry(path, a.size(), a.lastModifiedTime().toInstant(), version);
    }

    @Override
    public FileInput open(FileEntry file) {
        Path path = confinement.inside(file.path());
        try {
            return new LocalFileInput(file, path, problems);
        } catch (IOException e) {
            throw problems.named(e, file.path(), "read");
        }
    }

    @Override
    public FileOutput create(String path) {
        Path target = confinement.inside(path);
        if (target.equals(root) || Files.isDirectory(target)) {
            throw problems.named(new IOException("there is a folder of that name"), path, "write");
        }
        // The hidden name is shorter, so this would otherwise show only when the file is to appear.
        if (String.valueOf(target.getFileName()).getBytes(StandardCharsets.UTF_8).length > MOST_NAME_BYTES) {
            throw problems.named(new IOException("the name is longer than 255 bytes"), path, "write");
        }
        return new LocalFileOutput(path, target, folders, problems, job);
    }

    @Override
    public void delete(String path) {
        Path file = confinement.inside(path);
        try {
            if (!Files.isDirectory(file)) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw problems.named(e, path, "delete");
        }
    }

    @Override
    public void close() {
        // Nothing is held open by the store itself.
    }
}
