package dev.sluice.connectors.files;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Remembers which folders one store has made, so that those nothing was put into can go again. Thread-safe.
final class CreatedFolders {
    private final Set<Path> made = new HashSet<>();

    /// Makes the folder and those above it that are missing.
    synchronized void make(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            return;
        }
        Path parent = folder.getParent();
        if (parent != null) {
            make(parent);
        }
        try {
            Files.createDirectory(folder);
            made.add(folder);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(folder)) {
                throw new IOException("there is a file where the folder " + folder.getFileName() + " should be", e);
            }
        }
    }

    /// Removes the folder and those above it, as far as they were made here and are empty.
    synchronized void remove(@Nullable Path folder) throws IOException {
        Path next = folder;
        while (next != null && made.contains(next)) {
            try {
                Files.delete(next);
            } catch (NoSuchFileException gone) {
                made.remove(next);
            } catch (DirectoryNotEmptyException inUse) {
                return;
            }
            made.remove(next);
            next = next.getParent();
        }
    }
}
