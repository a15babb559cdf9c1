package dev.sluice.connectors.aws;

import dev.sluice.connectors.aws.S3Bucket.Page;
import dev.sluice.data.remote.objects.Calls;
import dev.sluice.data.remote.objects.Calls.Scope;
import dev.sluice.data.remote.objects.PartedOutput;
import dev.sluice.data.remote.objects.RangedInput;
import dev.sluice.data.spi.FileAttributes;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.FolderEntry;
import dev.sluice.data.spi.JobContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/// The objects of one bucket. Folders are parts of names; an object whose name ends in a slash stands for one.
final class S3FileStore implements FileStore {
    private static final int PAGE = 1_000;
    private static final int MOST_NAME_BYTES = 1_024;

    private final S3Bucket bucket;
    private final Calls calls;
    private final Scope scope;
    private final JobContext job;

    S3FileStore(S3Bucket bucket, Calls calls, JobContext job) {
        this.bucket = bucket;
        this.calls = calls;
        this.scope = calls.scope();
        this.job = job;
    }

    @Override
    public String describe() {
        return bucket.problems().place();
    }

    @Override
    public Stream<FileEntry> list(String folder, boolean recursive) throws IOException {
        String inside = inside(folder);
        String prefix = inside.isEmpty() ? "" : inside + "/";
        Page first = bucket.page(scope, prefix, recursive, Optional.empty(), PAGE);
        if (!inside.isEmpty()
                && first.files().isEmpty()
                && first.folders().isEmpty()
                && first.next().isEmpty()) {
            throw bucket.problems().missing(inside);
        }
        return StreamSupport.stream(new Listing(prefix, recursive, first), false);
    }

    /// A page is asked for when the one before is used up.
    private final class Listing extends AbstractSpliterator<FileEntry> {
        private final String prefix;
        private final boolean recursive;
        private Page page;
        private Iterator<FileEntry> files;

        Listing(String prefix, boolean recursive, Page first) {
            super(Long.MAX_VALUE, NONNULL | DISTINCT);
            this.prefix = prefix;
            this.recursive = recursive;
            this.page = first;
            this.files = first.files().iterator();
        }

        @Override
        public boolean tryAdvance(Consumer<? super FileEntry> action) {
            while (!files.hasNext()) {
                if (page.next().isEmpty()) {
                    return false;
                }
                try {
                    page = bucket.page(scope, prefix, recursive, page.next(), PAGE);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                files = page.files().iterator();
            }
            action.accept(files.next());
            return true;
        }
    }

    @Override
    public Optional<FileEntry> find(String path) throws IOException {
        String inside = inside(path);
        return inside.isEmpty() ? Optional.empty() : bucket.find(scope, inside);
    }

    @Override
    public FileInput open(FileEntry file) {
        inside(file.path());
        return new RangedInput(bucket::read, file, calls, job.memory());
    }

    @Override
    public FileOutput create(String path) {
        return create(path, FileAttributes.NONE);
    }

    @Override
    public FileAttributes attributes(FileEntry file) throws IOException {
        return bucket.attributes(scope, inside(file.path()));
    }

    @Override
    public FileOutput create(String path, FileAttributes attributes) {
        String inside = inside(path);
        if (inside.isEmpty()) {
            throw bucket.problems().outside(path);
        }
        return new PartedOutput(inside, new S3Upload(bucket, inside, attributes, calls), calls.scope(), job);
    }

    @Override
    public void delete(String path) throws IOException {
        String inside = inside(path);
        if (!inside.isEmpty()) {
            bucket.delete(scope, inside);
        }
    }

    @Override
    public Stream<FolderEntry> folders(String folder) throws IOException {
        String inside = inside(folder);
        String prefix = inside.isEmpty() ? "" : inside + "/";
        Set<String> found = new LinkedHashSet<>();
        Optional<String> next = Optional.empty();
        boolean any = inside.isEmpty();
        do {
            Page page = bucket.page(scope, prefix, false, next, PAGE);
            any |= !page.files().isEmpty() || !page.folders().isEmpty();
            page.folders().stream()
                    .filter(path -> path.length() > prefix.length())
                    .forEach(found::add);
            next = page.next();
        } while (next.isPresent());
        if (!any) {
            throw bucket.problems().missing(inside);
        }
        return found.stream().map(path -> new FolderEntry(path, Optional.empty(), Optional.empty()));
    }

    /// Removes the objects that stand for the folder and those in it.
    @Override
    public void deleteFolder(String folder) throws IOException {
        String inside = inside(folder);
        if (inside.isEmpty()) {
            return;
        }
        Optional<String> next = Optional.empty();
        do {
            Page page = bucket.page(scope, inside + "/", true, next, PAGE);
            for (String marker : page.folders()) {
                bucket.delete(scope, marker + "/");
            }
            next = page.next();
        } while (next.isPresent());
    }

    /// Names are flat; these rules make them paths, which cannot lead elsewhere when copied to another store.
    private String inside(String path) {
        if (path.startsWith("/")
                || path.indexOf('\0') >= 0
                || path.getBytes(StandardCharsets.UTF_8).length > MOST_NAME_BYTES) {
            throw bucket.problems().outside(path);
        }
        for (String part : path.split("/", -1)) {
            if (part.equals("..") || part.equals(".")) {
                throw bucket.problems().outside(path);
            }
        }
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    @Override
    public void close() {
        scope.close();
        bucket.close();
    }
}
