package dev.sluice.connectors.azure;

import dev.sluice.connectors.azure.BlobContainer.Page;
import dev.sluice.data.remote.objects.Calls;
import dev.sluice.data.remote.objects.Calls.Scope;
import dev.sluice.data.remote.objects.PartedOutput;
import dev.sluice.data.remote.objects.RangedInput;
import dev.sluice.data.spi.FileAttributes;
import dev.sluice.data.spi.FileDetails;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.FolderEntry;
import dev.sluice.data.spi.JobContext;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.Kind;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/// The blobs of one container. A container that is missing is an error for a source; for a sink it is empty, and made
/// by the first write.
final class BlobFileStore implements FileStore {
    private static final int MOST_NAME_CHARACTERS = 1_024;

    private final BlobContainer container;
    private final Calls calls;
    private final Scope scope;
    private final WriteSettings writing;
    private final Kind side;
    private final JobContext job;

    BlobFileStore(BlobContainer container, Calls calls, WriteSettings writing, Kind side, JobContext job) {
        this.container = container;
        this.calls = calls;
        this.scope = calls.scope();
        this.writing = writing;
        this.side = side;
        this.job = job;
    }

    @Override
    public String describe() {
        return container.place();
    }

    @Override
    public Stream<FileEntry> list(String folder, boolean recursive) throws IOException {
        String inside = inside(folder);
        String prefix = inside.isEmpty() ? "" : inside + "/";
        Page first;
        try {
            first = container.page(scope, prefix, recursive, null);
            while (first.isEmpty() && first.next().isPresent()) {
                first = container.page(scope, prefix, recursive, first.next().get());
            }
        } catch (ProblemException e) {
            if (inside.isEmpty() && isAbsentTarget(e)) {
                return Stream.empty();
            }
            throw isAbsentTarget(e) ? container.problems().fileMissing(inside) : e;
        }
        if (first.isEmpty() && !inside.isEmpty() && !container.hasFolder(scope, inside)) {
            throw container.problems().fileMissing(inside);
        }
        return new BlobListing(container, scope, prefix, recursive, first).stream();
    }

    @Override
    public Optional<FileEntry> find(String path) throws IOException {
        String inside = inside(path);
        if (inside.isEmpty()) {
            return Optional.empty();
        }
        try {
            return container.find(scope, inside);
        } catch (ProblemException e) {
            if (isAbsentTarget(e)) {
                return Optional.empty();
            }
            throw e;
        }
    }

    @Override
    public FileInput open(FileEntry file) {
        inside(file.path());
        return new RangedInput(container::read, file, calls, job.memory());
    }

    @Override
    public FileOutput create(String path) {
        return create(path, FileAttributes.NONE);
    }

    @Override
    public FileOutput create(String path, FileAttributes attributes) {
        String inside = inside(path);
        if (inside.isEmpty()) {
            throw container.problems().outside(path);
        }
        BlobUpload upload = new BlobUpload(container, inside, writing, attributes, job.attemptId());
        return new PartedOutput(inside, upload, calls.scope(), job);
    }

    @Override
    public void delete(String path) throws IOException {
        String inside = inside(path);
        try {
            container.delete(scope, inside);
        } catch (ProblemException e) {
            if (!isAbsentTarget(e) && e.problem().fault() != DataFaults.FILE_MISSING) {
                throw e;
            }
        }
    }

    /// Folders stand in the names of blobs; accounts with folders of their own have a blob for each besides.
    @Override
    public Stream<FolderEntry> folders(String folder) throws IOException {
        Set<String> found = new LinkedHashSet<>();
        String inside = inside(folder);
        String prefix = inside.isEmpty() ? "" : inside + "/";
        try (Stream<FileEntry> there = list(folder, false)) {
            // Says whether there is such a folder.
            there.close();
        }
        Optional<String> next = Optional.empty();
        do {
            Page page;
            try {
                page = container.page(scope, prefix, false, next.orElse(null));
            } catch (ProblemException e) {
                if (isAbsentTarget(e)) {
                    return Stream.empty();
                }
                throw e;
            }
            page.folders().stream()
                    .filter(path -> path.length() > prefix.length())
                    .forEach(found::add);
            next = page.next();
        } while (next.isPresent());
        return found.stream().map(path -> new FolderEntry(path, Optional.empty(), Optional.empty()));
    }

    @Override
    public FileAttributes attributes(FileEntry file) throws IOException {
        return container.attributes(scope, inside(file.path()));
    }

    @Override
    public FileDetails details(FileEntry file) throws IOException {
        return container.details(scope, inside(file.path()));
    }

    /// Removes the blobs that stand for folders, from the innermost outwards.
    @Override
    public void deleteFolder(String folder) throws IOException {
        String inside = inside(folder);
        if (inside.isEmpty()) {
            return;
        }
        List<String> markers = new ArrayList<>();
        Optional<String> next = Optional.empty();
        try {
            do {
                Page page = container.page(scope, inside + "/", true, next.orElse(null));
                markers.addAll(page.folders());
                next = page.next();
            } while (next.isPresent());
            if (container.hasFolder(scope, inside)) {
                markers.add(inside);
            }
        } catch (ProblemException e) {
            if (isAbsentTarget(e)) {
                return;
            }
            throw e;
        }
        markers.sort(Comparator.comparingInt(String::length).reversed());
        for (String marker : markers) {
            container.deleteMarker(scope, marker);
        }
    }

    private boolean isAbsentTarget(ProblemException e) {
        return side == Kind.SINK && e.problem().fault() == DataFaults.CONTAINER_MISSING;
    }

    /// Blob names are flat; these rules make them paths, which cannot lead elsewhere when copied to another store.
    private String inside(String path) {
        if (path.startsWith("/") || path.indexOf('\0') >= 0 || path.length() > MOST_NAME_CHARACTERS) {
            throw container.problems().outside(path);
        }
        for (String part : path.split("/", -1)) {
            if (part.equals("..") || part.equals(".")) {
                throw container.problems().outside(path);
            }
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    @Override
    public void close() {
        scope.close();
    }
}
