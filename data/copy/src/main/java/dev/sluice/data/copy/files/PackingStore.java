package dev.sluice.data.copy.files;

import dev.sluice.data.packing.PackedFile;
import dev.sluice.data.packing.Packing;
import dev.sluice.data.packing.UnpackedFile;
import dev.sluice.data.spi.FileDetails;
import dev.sluice.data.spi.FileEntry;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.FileStore;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

/// A store whose files are packed on their way in, and unpacked when they are read again. Their names end with the
/// codec's extension. Owns the store.
public final class PackingStore implements FileStore {
    private final FileStore store;
    private final Packing packing;
    private final int level;
    private final Path scratch;

    /// @param level zlib's scale
    /// @param scratch folder for what must be known in full before it can be written (tar)
    public PackingStore(FileStore store, Packing packing, int level, Path scratch) {
        this.store = store;
        this.packing = packing;
        this.level = level;
        this.scratch = scratch;
    }

    /// Whether a file of it can hold several.
    public boolean isArchive() {
        return packing.isArchive();
    }

    @Override
    public FileOutput create(String path) throws IOException {
        return create(path, packing.unpackedName(path));
    }

    /// @param member name of the first file in an archive
    public PackedOutput create(String path, String member) throws IOException {
        String extension = packing.extension();
        FileOutput output = store.create(path.endsWith(extension) ? path : path + extension);
        try {
            return new PackedOutput(output, PackedFile.ofBytes(output, packing, level, member, scratch));
        } catch (IOException | RuntimeException | Error e) {
            output.close();
            throw e;
        }
    }

    /// A file that is packed as it is written.
    public static final class PackedOutput implements FileOutput {
        private final FileOutput output;
        private final PackedFile packed;

        PackedOutput(FileOutput output, PackedFile packed) {
            this.output = output;
            this.packed = packed;
        }

        /// Begins a further file of an archive.
        public void next(String member) throws IOException {
            packed.next(member);
        }

        @Override
        public String path() {
            return output.path();
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            packed.write(bytes, offset, length);
        }

        @Override
        public long size() {
            return output.size();
        }

        @Override
        public void finish() throws IOException {
            packed.finish();
        }

        @Override
        public void publish() throws IOException {
            output.publish();
        }

        @Override
        public void withdraw() throws IOException {
            output.withdraw();
        }

        @Override
        public void close() {
            try {
                packed.close();
            } finally {
                output.close();
            }
        }
    }

    /// The content of a file, however many files are packed in it: one after the other.
    @Override
    public FileInput open(FileEntry file) throws IOException {
        FileInput input = store.open(file);
        return new UnpackedContent(file, input::bytesRead, input, () -> new Contents(input, packing));
    }

    private static final class Contents extends InputStream {
        private final UnpackedFile file;
        private boolean within;

        Contents(FileInput input, Packing packing) throws IOException {
            file = UnpackedFile.whole(input, packing);
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 255;
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            while (within || file.next()) {
                within = true;
                int n = file.content().read(into, offset, length);
                if (n >= 0) {
                    return n;
                }
                within = false;
            }
            return -1;
        }

        @Override
        public void close() {
            file.close();
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
        return store.details(file);
    }

    @Override
    public void delete(String path) throws IOException {
        store.delete(path);
    }

    @Override
    public void close() {
        store.close();
    }
}
