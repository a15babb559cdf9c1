package dev.sluice.connectors.files;

import dev.sluice.data.spi.FileDetails;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.FolderEntry;
import dev.sluice.data.spi.JobContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
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

    /// Links are followed as a listing follows them.
    @Override
    public Stream<FolderEntry> folders(String folder) {
        Path start = confinement.inside(folder);
        if (!Files.isDirectory(start)) {
            throw problems.missing(folder.isEmpty() ? root.toString() : folder);
        }
        try {
            // Closed by whoever closes the stream that is returned.
            Stream<Path> children = Files.list(start);
            return children.filter(path -> Files.isDirectory(path) && confinement.staysBelow(path))
                    .flatMap(path -> folder(confinement.shown(path), path).stream());
        } catch (IOException e) {
            throw problems.named(e, folder, "list");
        }
    }

    @Override
    public Optional<FolderEntry> findFolder(String folder) {
        Path path = confinement.inside(folder);
        return Files.isDirectory(path) ? folder(folder, path) : Optional.empty();
    }

    /// Empty when it vanished meanwhile.
    private Optional<FolderEntry> folder(String shown, Path path) {
        try {
            BasicFileAttributes a = Files.readAttributes(path, BasicFileAttributes.class);
            return Optional.of(new FolderEntry(
                    shown,
                    Optional.of(a.creationTime().toInstant()),
                    Optional.of(a.lastModifiedTime().toInstant())));
        } catch (NoSuchFileException vanished) {
            return Optional.empty();
        } catch (IOException e) {
            throw problems.named(e, shown, "read");
        }
    }

    @Override
    public FileDetails details(FileEntry file) {
        Path path = confinement.inside(file.path());
        try {
            BasicFileAttributes a = Files.readAttributes(path, BasicFileAttributes.class);
            return new FileDetails(Optional.of(a.creationTime().toInstant()), Optional.empty());
        } catch (IOException e) {
            throw problems.named(e, file.path(), "read");
        }
    }

    /// From the innermost folder outwards. A link to a folder is removed, not what it leads to; the root stays.
    @Override
    public void deleteFolder(String folder) {
        Path start = confinement.inside(folder);
        if (!Files.isDirectory(start)) {
            return;
        }
        try (Stream<Path> below = Files.walk(start)) {
            List<Path> inwards = below.filter(path -> Files.isDirectory(path)).toList();
            for (Path path : inwards.reversed()) {
                if (!path.equals(root)) {
                    deleteIfEmpty(path);
                }
            }
        } catch (UncheckedIOException e) {
            IOException cause = e.getCause();
            throw problems.named(cause == null ? new IOException(e) : cause, folder, "delete");
        } catch (IOException e) {
            throw problems.named(e, folder, "delete");
        }
    }

    private static void deleteIfEmpty(Path folder) throws IOException {
        try {
            Files.deleteIfExists(folder);
        } catch (DirectoryNotEmptyException stays) {
            // Files are left in it.
        }
    }

    @Override
    public void close() {
        // Nothing is held open by the store itself.
    }
}
