package dev.sluice.data.copy.files;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileStore;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.Source;
import dev.sluice.data.spi.Split;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/// The rows of the selected files of one format. Owns the store.
public final class FileSource implements Source {
    /// Smaller pieces than this are not worth their seams.
    private static final long LEAST_RANGE = 4L << 20;

    private static final int PIECES_PER_STREAM = 4;

    private final FileStore store;
    private final Decoder decoder;
    private final List<SelectedFile> files;
    private final Schema schema;
    private final boolean wholeFiles;

    /// A piece of a file.
    ///
    /// @param first whether it holds the file's first row
    public record Piece(SelectedFile file, Decoder.FileRange range, boolean first) implements Split {
        /// Where it is, for messages: the path, and the first byte where row ordinals count from there.
        public String place() {
            return range.from() == 0 ? file.entry().path() : file.entry().path() + " from byte " + range.from();
        }

        @Override
        public String describe() {
            return file.entry().path() + " bytes " + range.from() + "–" + range.to();
        }
    }

    /// The first file that has columns gives those of the copy: one without a byte of text says nothing about the
    /// others. The schema is empty when no file has any.
    ///
    /// @param files at least one
    /// @param wholeFiles whether a file must not be split
    public FileSource(FileStore store, Decoder decoder, List<SelectedFile> files, boolean wholeFiles)
            throws IOException {
        this.store = store;
        this.decoder = decoder;
        this.files = files;
        this.wholeFiles = wholeFiles;
        this.schema = firstColumns();
    }

    private Schema firstColumns() throws IOException {
        for (SelectedFile file : files) {
            try (FileInput in = store.open(file.entry())) {
                Schema found = decoder.schema(in);
                if (found.size() > 0) {
                    return found;
                }
            }
        }
        return new Schema(List.of());
    }

    @Override
    public Schema schema() {
        return schema;
    }

    @Override
    public List<Split> splits(int wanted) {
        boolean whole = wholeFiles || wanted <= 1 || files.size() >= wanted * PIECES_PER_STREAM;
        long target = Math.max(LEAST_RANGE, estimatedBytes() / Math.max(1, wanted * PIECES_PER_STREAM));
        List<Split> splits = new ArrayList<>();
        for (SelectedFile file : files) {
            if (whole || file.entry().size() <= target) {
                splits.add(new Piece(file, new Decoder.FileRange(0, file.entry().size()), true));
            } else {
                boolean first = true;
                for (Decoder.FileRange range : ranges(file, target)) {
                    splits.add(new Piece(file, range, first));
                    first = false;
                }
            }
        }
        return splits;
    }

    private List<Decoder.FileRange> ranges(SelectedFile file, long target) {
        try (FileInput in = store.open(file.entry())) {
            return decoder.ranges(in, target);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Reader open(Split split, int[] columns, ReadContext context) {
        Piece piece = (Piece) split;
        try {
            FileInput in = store.open(piece.file().entry());
            try {
                return new FileReader(decoder.open(in, piece.range(), schema, columns, context), in);
            } catch (IOException | RuntimeException | Error e) {
                in.close();
                throw e;
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public long estimatedBytes() {
        return files.stream().mapToLong(f -> f.entry().size()).sum();
    }

    /// The files that are read.
    public List<SelectedFile> selected() {
        return files;
    }

    @Override
    public int files() {
        return files.size();
    }

    @Override
    public void close() {
        store.close();
    }

    private record FileReader(Reader reader, FileInput input) implements Reader {
        @Override
        public boolean read(Batch batch) throws IOException {
            return reader.read(batch);
        }

        @Override
        public long bytesRead() {
            return reader.bytesRead();
        }

        @Override
        public void close() {
            try (input) {
                reader.close();
            }
        }
    }
}
