package dev.sluice.node.agent;

import dev.sluice.wire.JobRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Folders for the temporary files of jobs; what an earlier process left is removed at the start.
final class Scratch {
    private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);

    private final Path folder;

    Scratch(Path folder) throws IOException {
        this.folder = folder;
        remove(folder);
        DurableFile.folder(folder);
    }

    Path make(JobRef job) {
        try {
            return DurableFile.folder(folder.resolve(JobFiles.name(job)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void remove(JobRef job) {
        remove(folder.resolve(JobFiles.name(job)));
    }

    private static void remove(Path tree) {
        if (!Files.exists(tree)) {
            return;
        }
        try {
            Files.walkFileTree(tree, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.deleteIfExists(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e) throws IOException {
                    Files.deleteIfExists(dir);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            LOG.warn("{} cannot be removed: {}", tree, e.getMessage());
        }
    }
}
