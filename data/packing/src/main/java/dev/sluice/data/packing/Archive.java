package dev.sluice.data.packing;

import dev.sluice.data.spi.FileInput;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.BufferedInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import org.jspecify.annotations.Nullable;

/// An archive (zip, tar, gzipped tar) whose members are files: found before they are read, each read by itself. A zip
/// tells its members in its directory, a tar in their headers; a gzipped tar is read once for them. Links, devices and
/// folders are passed over. Untrusted: names that lead out of the archive's folder, twice the same name, too many
/// members and sizes that cannot be are refused.
public final class Archive {
    /// Below this an archive may claim to unpack to anything.
    private static final long FREE = 1L << 30;

    /// Beyond, it may claim so many times its size; zlib reaches 1,032 at most.
    private static final long RATIO = 2_000;

    private static final int LONGEST_PATH = 1_024;
    private static final int CHUNK = 64 << 10;

    private Archive() {}

    /// A file in an archive.
    ///
    /// @param path below the archive's root: names separated by `/`, none of them empty, `.` or `..`
    /// @param ordinal place among the members that are files, from 0
    /// @param size bytes when unpacked, as the archive says
    /// @param at of the member's header (zip) or content (tar)
    /// @param packed bytes in the archive (zip)
    public record Member(String path, int ordinal, long size, long at, long packed, int method, long crc) {}

    /// A file in a list of what an archive says of itself, its name still as it stands there.
    record Listed(String name, long size, long at, long packed, int method, long crc) {}

    /// All members, in the archive's order.
    ///
    /// @throws ProblemException when the archive is damaged, or a member of it cannot be unpacked safely
    public static List<Member> members(FileInput file, Packing packing) throws IOException {
        String path = file.entry().path();
        List<Listed> listed = switch (packing) {
            case ZIP -> guarded(() -> ZipDirectory.read(file), packing, path);
            case TAR -> {
                SeekingInput in = new SeekingInput(file);
                yield guarded(
                        () -> list(
                                new TarMembers(in),
                                in,
                                path,
                                packing,
                                file.entry().size()),
                        packing,
                        path);
            }
            case TAR_GZIP -> {
                try (InputStream in = file.stream(0, file.entry().size())) {
                    StoredInput stored = new StoredInput(in);
                    yield UnpackedInput.guard(
                            () -> list(
                                    (TarMembers) packing.unpack(stored),
                                    null,
                                    path,
                                    packing,
                                    file.entry().size()),
                            stored,
                            packing,
                            path);
                }
            }
            case NONE, GZIP, BZIP2, DEFLATE, SNAPPY, LZ4 ->
                throw new IllegalArgumentException(packing.codec() + " has no members");
        };
        return checked(listed, path, packing, file.entry().size());
    }

    private interface Work<T> {
        T run() throws IOException;
    }

    /// Reading by position tells damage from a failing store by what is thrown: what the archive gets wrong is said
    /// with a [DamagedException].
    private static <T> T guarded(Work<T> work, Packing packing, String path) throws IOException {
        try {
            return work.run();
        } catch (DamagedException e) {
            throw UnpackedInput.damaged(packing, path, String.valueOf(e.getMessage()))
                    .from(e)
                    .exception();
        }
    }

    /// An archive that is none.
    static final class DamagedException extends IOException {
        private static final long serialVersionUID = 1;

        DamagedException(String message) {
            super(message);
        }
    }

    /// @param at null where members are read in their order only
    private static List<Listed> list(TarMembers tar, @Nullable SeekingInput at, String path, Packing packing, long size)
            throws IOException {
        List<Listed> all = new ArrayList<>();
        long sum = 0;
        try {
            while (tar.next()) {
                sum = added(sum, tar.left(), path, packing, size);
                all.add(new Listed(tar.path(), tar.left(), at == null ? 0 : at.position(), 0, 0, 0));
            }
        } catch (IOException e) {
            if (at == null || at.failed()) {
                throw e;
            }
            throw new DamagedException(String.valueOf(e.getMessage()));
        }
        return all;
    }

    private static List<Member> checked(List<Listed> listed, String archive, Packing packing, long size) {
        List<Member> members = new ArrayList<>(listed.size());
        Set<String> seen = new HashSet<>();
        long sum = 0;
        for (Listed one : listed) {
            String path = path(one.name(), archive);
            if (!seen.add(path)) {
                throw refused(archive, one.name(), "another member of the archive has the same name");
            }
            sum = added(sum, one.size(), archive, packing, size);
            members.add(new Member(path, members.size(), one.size(), one.at(), one.packed(), one.method(), one.crc()));
        }
        return members;
    }

    /// Refuses an archive that unpacks to absurdly much, by what it says of itself: before any of it is unpacked.
    private static long added(long sum, long more, String archive, Packing packing, long size) {
        long all = sum + Math.min(more, Long.MAX_VALUE / 2 / Members.MOST);
        if (all > FREE && all / RATIO > size) {
            throw UnpackedInput.damaged(packing, archive, "it unpacks to more than " + RATIO + " times its size")
                    .exception();
        }
        return all;
    }

    /// A member's name as a path below the archive's root. Windows programs write `\` between names.
    private static String path(String name, String archive) {
        String path = name.replace('\\', '/');
        while (path.startsWith("./")) {
            path = path.substring(2);
        }
        if (path.isEmpty() || path.length() > LONGEST_PATH) {
            throw refused(archive, name, "its name is empty or longer than " + LONGEST_PATH + " characters");
        }
        if (path.startsWith("/") || path.matches("(?s)[A-Za-z]:.*")) {
            throw refused(archive, name, "its name is an absolute path");
        }
        for (String part : path.split("/", -1)) {
            if (part.equals("..")) {
                throw refused(archive, name, "its name leads out of the archive's folder");
            }
            if (part.isEmpty() || part.equals(".") || part.chars().anyMatch(Character::isISOControl)) {
                throw refused(archive, name, "its name is none that a file can have");
            }
        }
        return path;
    }

    static ProblemException refused(String archive, String member, String detail) {
        return DataFaults.MEMBER_REFUSED
                .problem()
                .at(archive)
                .evidence("member", Members.shown(member))
                .evidence("path", archive)
                .evidence("detail", detail)
                .exception();
    }

    /// The unpacked bytes of a zip's or tar's member. Closing it closes what it reads from the archive, not the file.
    ///
    /// @throws ProblemException, also while reading, when the member is damaged or not what the archive says of it
    public static InputStream open(FileInput file, Packing packing, Member member) throws IOException {
        if (packing == Packing.TAR) {
            return file.stream(member.at(), member.size());
        }
        String path = file.entry().path() + "!" + Members.shown(member.path());
        long start = guarded(() -> ZipDirectory.content(file, member), packing, path);
        InputStream in = file.stream(start, member.packed());
        StoredInput stored = new StoredInput(in);
        InputStream plain = member.method() == ZipDirectory.STORED ? stored : new Inflated(stored);
        return new UnpackedInput(new Verified(plain, member), stored, packing, path, 0) {
            @Override
            public void close() throws IOException {
                // Ends the codec, which holds native memory.
                plain.close();
            }
        };
    }

    private static final class Inflated extends InflaterInputStream {
        Inflated(InputStream in) {
            super(new BufferedInputStream(in, CHUNK), new Inflater(true), CHUNK);
        }

        @Override
        public void close() throws IOException {
            super.close();
            inf.end();
        }
    }

    /// Holds a member to what the archive says of it.
    private static final class Verified extends FilterInputStream {
        private final Member member;
        private final CRC32 sum = new CRC32();
        private long count;

        Verified(InputStream in, Member member) {
            super(in);
            this.member = member;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            int n = in.read(into, offset, length);
            if (n > 0) {
                sum.update(into, offset, n);
                count += n;
            }
            if (count > member.size() || n < 0 && count < member.size()) {
                throw new IOException("a member has not the " + member.size() + " bytes that the archive says");
            }
            if (count == member.size() && sum.getValue() != member.crc()) {
                throw new IOException("a member's checksum is wrong");
            }
            return n;
        }
    }
}
