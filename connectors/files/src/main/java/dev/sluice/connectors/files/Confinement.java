package dev.sluice.connectors.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;

/// Keeps paths below a root. A link is followed as long as it stays below the root; one that leaves it, or leads
/// nowhere, is refused.
///
/// @param root a real path
record Confinement(Path root, FileProblems problems) {
    /// The path on disk, not necessarily of something that exists.
    Path inside(String path) {
        if (path.startsWith("/") || path.indexOf('\0') >= 0) {
            throw problems.outside(path);
        }
        for (String part : path.split("/", -1)) {
            if (part.equals("..") || part.equals(".")) {
                throw problems.outside(path);
            }
        }
        Path target;
        try {
            target = root.resolve(path);
        } catch (InvalidPathException e) {
            throw problems.outside(path);
        }
        if (!target.normalize().startsWith(root) || !staysBelow(target)) {
            throw problems.outside(path);
        }
        return target;
    }

    /// Whether what exists of the path really lies below the root.
    boolean staysBelow(Path target) {
        Path existing = target;
        while (!Files.exists(existing, LinkOption.NOFOLLOW_LINKS)) {
            existing = existing.getParent();
            if (existing == null || existing.equals(root)) {
                return true;
            }
        }
        try {
            return existing.toRealPath().startsWith(root);
        } catch (IOException dangling) {
            return false;
        }
    }

    /// The path relative to the root, as the store shows it.
    String shown(Path path) {
        return root.relativize(path).toString().replace(root.getFileSystem().getSeparator(), "/");
    }
}
