package dev.sluice.data.packing;

import dev.sluice.data.spi.Decoder.FileRange;
import dev.sluice.data.spi.FileInput;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// The files within a file, one after the other, as bytes or as UTF-8 text. Used by one thread; closed by any. The
/// [FileInput] stays its owner's.
public final class UnpackedFile implements AutoCloseable {
    private final FileInput file;
    private final Packing packing;
    private final StoredInput stored;
    private @Nullable Members members;
    private @Nullable UnpackedInput content;

    public UnpackedFile(FileInput file, FileRange range, Packing packing) throws IOException {
        this.file = file;
        this.packing = packing;
        this.stored = new StoredInput(file.stream(range.from(), range.to() - range.from()));
    }

    public static UnpackedFile whole(FileInput file, Packing packing) throws IOException {
        return new UnpackedFile(file, new FileRange(0, file.entry().size()), packing);
    }

    /// Goes on to the next member; a file that is no archive has one.
    public boolean next() throws IOException {
        Members all = members;
        if (all == null) {
            all = UnpackedInput.guard(() -> packing.unpack(stored), stored, packing, path());
            members = all;
        }
        Members current = all;
        if (!UnpackedInput.guard(current::next, stored, packing, path())) {
            return false;
        }
        long before = content == null ? 0 : content.count();
        content = new UnpackedInput(current.content(), stored, packing, path(), before);
        return true;
    }

    /// The current member's bytes.
    public InputStream content() {
        UnpackedInput current = content;
        if (current == null) {
            throw new IllegalStateException("before the first member");
        }
        return current;
    }

    /// The current member's characters as UTF-8, without byte order mark, which decides on the encoding where there is
    /// one. Characters that are none become [Utf8Input#MALFORMED] unless the text is UTF-8 already.
    public InputStream text(Charset declared) throws IOException {
        InputStream in = content();
        byte[] head = in.readNBytes(4);
        TextEncoding.Mark mark = TextEncoding.sniff(head, head.length, declared);
        InputStream rest =
                new SequenceInputStream(new ByteArrayInputStream(head, mark.length(), head.length - mark.length()), in);
        return mark.charset().equals(StandardCharsets.UTF_8) ? rest : new Utf8Input(rest, mark.charset());
    }

    /// Path, and the member's name in an archive; for messages.
    public String path() {
        String member = members == null ? "" : members.name();
        return member.isEmpty() ? file.entry().path() : file.entry().path() + "!" + member;
    }

    /// The current member's name in its archive; empty when the file is none.
    public String member() {
        return members == null ? "" : members.name();
    }

    /// Bytes taken from the store, as it has them. Any thread.
    public long bytesRead() {
        return stored.count();
    }

    /// Whether the store failed, so that what went wrong is not the file's fault.
    public boolean storeFailed() {
        return stored.failed();
    }

    @Override
    public void close() {
        try {
            if (members == null) {
                stored.close();
            } else {
                members.close();
            }
        } catch (IOException e) {
            // Nothing is lost: the file was only read. Closing is what ends a blocked read.
            System.getLogger(UnpackedFile.class.getName()).log(System.Logger.Level.DEBUG, "closing " + path(), e);
        }
    }
}
