package dev.sluice.connectors.files;

import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.HiddenNames;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Set;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/// Lists a folder lazily, one directory open at a time. Links are followed below the root, each folder once; a file
/// that vanishes meanwhile is left out, as are files still being written.
final class FolderWalk extends AbstractSpliterator<FileEntry> implements AutoCloseable {
    private final boolean recursive;
    private final Confinement confinement;
    private final FileProblems problems;
    private final Deque<Path> waiting = new ArrayDeque<>();
    private final Set<Path> seen = new HashSet<>();
    private @Nullable DirectoryStream<Path> open;
    private @Nullable Iterator<Path> children;

    FolderWalk(Path start, boolean recursive, Confinement confinement, FileProblems problems) {
        super(Long.MAX_VALUE, NONNULL | DISTINCT);
        this.recursive = recursive;
        this.confinement = confinement;
        this.problems = problems;
        waiting.push(start);
    }

    Stream<FileEntry> stream() {
        return StreamSupport.stream(this, false).onClose(this::close);
    }

    @Override
    public boolean tryAdvance(Consumer<? super FileEntry> action) {
        while (true) {
            Path next = nextChild();
            if (next == null) {
                return false;
            }
            FileEntry entry = visit(next);
            if (entry != null) {
                action.accept(entry);
                return true;
            }
        }
    }

    private @Nullable Path nextChild() {
        try {
            while (true) {
                Iterator<Path> current = children;
                if (current != null && current.hasNext()) {
                    return current.next();
                }
                close();
                Path folder = waiting.poll();
                if (folder == null) {
                    return null;
                }
                if (seen.add(folder.toRealPath())) {
                    DirectoryStream<Path> stream = Files.newDirectoryStream(folder);
                    open = stream;
                    children = stream.iterator();
                }
            }
        } catch (DirectoryIteratorException e) {
            throw problems.named(e.getCause() instanceof IOException io ? io : new IOException(e), "a folder", "list");
        } catch (IOException e) {
            throw problems.named(e, e instanceof NoSuchFileException n ? n.getFile() : "a folder", "list");
        }
    }

    /// The file of that path; null when it is none, in which case a folder is kept for later.
    private @Nullable FileEntry visit(Path path) {
        if (HiddenNames.isUnfinished(String.valueOf(path.getFileName()))) {
            return null;
        }
        try {
            if (Files.isSymbolicLink(path) && !confinement.staysBelow(path)) {
                return null;
            }
            BasicFileAttributes a = Files.readAttributes(path, BasicFileAttributes.class);
            if (a.isDirectory() && recursive) {
                waiting.push(path);
            }
            return a.isRegularFile() ? LocalFileStore.entry(confinement.shown(path), a) : null;
        } catch (NoSuchFileException vanished) {
            return null;
        } catch (IOException e) {
            throw problems.named(e, confinement.shown(path), "read");
        }
    }

    @Override
    public void close() {
        DirectoryStream<Path> stream = open;
        open = null;
        children = null;
        if (stream != null) {
            try {
                stream.close();
            } catch (IOException e) {
                throw problems.named(e, "a folder", "list");
            }
        }
    }
}
