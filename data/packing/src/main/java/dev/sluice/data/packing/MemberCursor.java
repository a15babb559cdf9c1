package dev.sluice.data.packing;

import dev.sluice.data.spi.FileInput;
import java.io.IOException;
import java.io.InputStream;

/// The members of an archive that can only be read in their order, one after the other. Owns the file. For one thread
/// at a time; closed by any.
public final class MemberCursor implements AutoCloseable {
    private final FileInput file;
    private final StoredInput stored;
    private final Packing packing;
    private final Members members;
    private int ordinal = -1;
    private long count;

    public MemberCursor(FileInput file, Packing packing) throws IOException {
        this.file = file;
        this.packing = packing;
        this.stored = new StoredInput(file.stream(0, file.entry().size()));
        this.members = UnpackedInput.guard(
                () -> packing.unpack(stored), stored, packing, file.entry().path());
    }

    /// Of the member it is at; -1 before the first.
    public int ordinal() {
        return ordinal;
    }

    /// Goes on to a member that lies ahead.
    public InputStream go(Archive.Member member) throws IOException {
        String path = file.entry().path() + "!" + Members.shown(member.path());
        while (ordinal < member.ordinal()) {
            if (!UnpackedInput.guard(members::next, stored, packing, path)) {
                throw UnpackedInput.damaged(packing, path, "the member is no longer there")
                        .exception();
            }
            ordinal++;
        }
        UnpackedInput content = new UnpackedInput(members.content(), stored, packing, path, count);
        count += member.size();
        return content;
    }

    /// Bytes taken from the store.
    public long bytesRead() {
        return file.bytesRead();
    }

    @Override
    public void close() {
        try (file) {
            members.close();
        } catch (IOException e) {
            // Only read: nothing is lost.
            System.getLogger(MemberCursor.class.getName()).log(System.Logger.Level.DEBUG, "closing an archive", e);
        }
    }
}
