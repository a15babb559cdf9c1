package dev.sluice.data.packing;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.spi.FileOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;

/// Sends what is written through encoding and codec to a file of a store. Used by one thread; closed by any. Publishing
/// and closing the [FileOutput] are its owner's.
public final class PackedFile implements AutoCloseable {
    private final FileOutput output;
    private final StoreStream file;
    private final OutputStream packed;
    private boolean closed;

    private PackedFile(FileOutput output, StoreStream file, OutputStream packed) {
        this.output = output;
        this.file = file;
        this.packed = packed;
    }

    /// A file of bytes.
    ///
    /// @param level zlib's scale
    /// @param scratch folder for what must be known in full before it can be written (tar)
    public static PackedFile ofBytes(FileOutput output, Packing packing, int level, Path scratch) throws IOException {
        return ofBytes(output, packing, level, packing.unpackedName(output.path()), scratch);
    }

    /// The same with the name of an archive's first member.
    public static PackedFile ofBytes(FileOutput output, Packing packing, int level, String member, Path scratch)
            throws IOException {
        StoreStream file = new StoreStream(output);
        return new PackedFile(output, file, packing.pack(file, level, member, scratch));
    }

    /// Begins a further member of an archive.
    public void next(String member) throws IOException {
        if (!(packed instanceof MemberOutput archive)) {
            throw new IllegalStateException("not an archive");
        }
        archive.next(member);
    }

    /// A file of text: what is written to it is UTF-8, each time whole characters.
    public static PackedFile ofText(FileOutput output, Packing packing, int level, TextEncoding encoding, Path scratch)
            throws IOException {
        PackedFile bytes = ofBytes(output, packing, level, scratch);
        bytes.packed.write(encoding.mark());
        return encoding.charset().equals(UTF_8)
                ? bytes
                : new PackedFile(output, bytes.file, new EncodedOutput(bytes.packed, encoding.charset()));
    }

    public void write(byte[] bytes, int offset, int length) throws IOException {
        packed.write(bytes, offset, length);
    }

    /// Completes the file's content.
    public void finish() throws IOException {
        packed.close();
        closed = true;
        output.finish();
    }

    /// Without [#finish()] the codec is closed and what it still writes is dropped: it holds native memory or a scratch
    /// file, which only closing gives back.
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        file.discard();
        try {
            packed.close();
        } catch (IOException | RuntimeException e) {
            System.getLogger(PackedFile.class.getName()).log(System.Logger.Level.DEBUG, "abandoning a file", e);
        }
    }

    /// A store's file as a stream. Closing it is left to the file's owner.
    private static final class StoreStream extends OutputStream {
        private final FileOutput output;
        private volatile boolean discarding;

        StoreStream(FileOutput output) {
            this.output = output;
        }

        void discard() {
            discarding = true;
        }

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            if (!discarding) {
                output.write(bytes, offset, length);
            }
        }
    }
}
