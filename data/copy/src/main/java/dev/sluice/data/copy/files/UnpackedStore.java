package dev.sluice.data.copy.files;

import dev.sluice.data.packing.Archive;
import dev.sluice.data.packing.MemberCursor;
import dev.sluice.data.packing.Packing;
import dev.sluice.data.packing.UnpackedFile;
import dev.sluice.data.spi.FileDetails;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A store whose packed files are read as the files within them: an archive's members, or the one file that a codec
/// has packed. Owns the store.
///
/// A member's path is its archive's, `!/` and its own. The size of what a plain codec has packed is not known before:
/// such an entry has [#UNKNOWN].
public final class UnpackedStore implements FileStore {
    /// The size of a file that is known at its end only.
    public static final long UNKNOWN = -1;

    private final FileStore store;
    private final Packing packing;
    private final Map<String, Packed> contents = new ConcurrentHashMap<>();
    /// Members of an archive that have not been deleted.
    private final Map<String, AtomicInteger> remaining = new ConcurrentHashMap<>();
    private final Map<String, MemberCursor> cursors = new ConcurrentHashMap<>();
    private int archives;

    /// Where a file is.
    ///
    /// @param member null for what a plain codec has packed
    private record Packed(FileEntry file, Archive.@Nullable Member member) {}

    public UnpackedStore(FileStore store, Packing packing) {
        this.store = store;
        this.packing = packing;
    }

    /// The files within files.
    ///
    /// @param folders whether an archive's name stays as a folder around its members
    public List<SelectedFile> expand(List<SelectedFile> files, boolean folders) throws IOException {
        List<SelectedFile> all = new ArrayList<>();
        for (SelectedFile file : files) {
            archives++;
            if (packing.isArchive()) {
                members(file, folders, all);
            } else {
                FileEntry entry = file.entry();
                FileEntry plain = new FileEntry(entry.path(), UNKNOWN, entry.modified(), entry.version());
                contents.put(entry.path(), new Packed(entry, null));
                all.add(new SelectedFile(
                        plain, FileSelection.join(folder(file.relative()), packing.unpackedName(file.relative()))));
            }
        }
        return all;
    }

    private void members(SelectedFile archive, boolean folders, List<SelectedFile> into) throws IOException {
        FileEntry entry = archive.entry();
        String around = folders ? archive.relative() : folder(archive.relative());
        List<Archive.Member> members;
        try (FileInput in = store.open(entry)) {
            members = Archive.members(in, packing);
        }
        remaining.put(entry.path(), new AtomicInteger(members.size()));
        for (Archive.Member member : members) {
            FileEntry one = new FileEntry(
                    entry.path() + "!/" + member.path(), member.size(), entry.modified(), entry.version());
            contents.put(one.path(), new Packed(entry, member));
            into.add(new SelectedFile(one, FileSelection.join(around, member.path())));
        }
    }

    private static String folder(String path) {
        int slash = path.lastIndexOf('/');
        return slash < 0 ? "" : path.substring(0, slash);
    }

    /// Files that several threads can read at once without reading the same bytes again.
    public int independent(List<SelectedFile> files) {
        return packing == Packing.TAR_GZIP ? archives : files.size();
    }

    @Override
    public FileInput open(FileEntry entry) throws IOException {
        Packed packed = contents.get(entry.path());
        if (packed == null) {
            return store.open(entry);
        }
        Archive.Member member = packed.member();
        if (member == null) {
            FileInput file = store.open(packed.file());
            return new UnpackedContent(entry, file::bytesRead, file, () -> only(file));
        }
        if (packing == Packing.TAR_GZIP) {
            return inOrder(entry, packed.file(), member);
        }
        FileInput file = store.open(packed.file());
        return new UnpackedContent(entry, file::bytesRead, file, () -> Archive.open(file, packing, member));
    }

    private InputStream only(FileInput file) throws IOException {
        UnpackedFile content = UnpackedFile.whole(file, packing);
        try {
            content.next();
            return new FilterInputStream(content.content()) {
                @Override
                public void close() {
                    content.close();
                }
            };
        } catch (IOException | RuntimeException e) {
            content.close();
            throw e;
        }
    }

    /// Goes on where the last member of the archive was read to its end, if that lies before this one.
    private FileInput inOrder(FileEntry entry, FileEntry archive, Archive.Member member) throws IOException {
        MemberCursor idle = cursors.remove(archive.path());
        if (idle != null && idle.ordinal() >= member.ordinal()) {
            idle.close();
            idle = null;
        }
        MemberCursor cursor = idle == null ? new MemberCursor(store.open(archive), packing) : idle;
        long before = cursor.bytesRead();
        return new UnpackedContent(
                entry,
                () -> cursor.bytesRead() - before,
                whole -> {
                    if (!whole || cursors.putIfAbsent(archive.path(), cursor) != null) {
                        cursor.close();
                    }
                },
                () -> cursor.go(member));
    }

    /// An archive goes with the last of its members.
    @Override
    public void delete(String path) throws IOException {
        Packed packed = contents.get(path);
        String file = packed == null ? path : packed.file().path();
        AtomicInteger left = remaining.get(file);
        if (left == null || left.decrementAndGet() == 0) {
            store.delete(file);
        }
    }

    @Override
    public String describe() {
        return store.describe();
    }

    @Override
    public Stream<FileEntry> list(String folder, boolean recursive) throws IOException {
        return store.list(folder, recursive);
    }

    @Override
    public Optional<FileEntry> find(String path) throws IOException {
        return store.find(path);
    }

    @Override
    public FileDetails details(FileEntry file) throws IOException {
        Packed packed = contents.get(file.path());
        return store.details(packed == null ? file : packed.file());
    }

    @Override
    public FileOutput create(String path) throws IOException {
        return store.create(path);
    }

    @Override
    public void close() {
        cursors.values().forEach(MemberCursor::close);
        cursors.clear();
        store.close();
    }
}
