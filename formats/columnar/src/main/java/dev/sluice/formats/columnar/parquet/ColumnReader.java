package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Reservation;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.FilePlace;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.util.zip.CRC32;
import org.apache.parquet.format.DataPageHeader;
import org.apache.parquet.format.DataPageHeaderV2;
import org.apache.parquet.format.DictionaryPageHeader;
import org.apache.parquet.format.Encoding;
import org.apache.parquet.format.PageHeader;
import org.apache.parquet.format.PageType;
import shaded.parquet.org.apache.thrift.TException;

/// One column of a file, read page by page into vectors. Pages and batches do not end together: a page's decoder is
/// asked for as many rows as the batch still takes.
abstract sealed class ColumnReader implements AutoCloseable
        permits IntColumnReader, LongColumnReader, DoubleColumnReader, BytesColumnReader, ConvertedColumnReader {
    private static final int HEADER_BYTES = 512;
    private static final int LARGEST_HEADER = 16 << 20;

    final FileFooter.Column column;
    final Reservation memory;
    private final FilePlace file;
    private final PageBody body;
    private final Bytes unsplit;
    /// Definition levels.
    private final HybridDecoder presence = new HybridDecoder();

    private final HybridDecoder repetition = new HybridDecoder();
    private ChunkInput input;
    private long chunkLeft;
    private int pageLeft;
    private long pageStart;
    private boolean dictionaryRead;

    ColumnReader(FilePlace file, FileFooter.Column column, Reservation memory, PageBody body, ChunkInput nothing) {
        this.file = file;
        this.column = column;
        this.memory = memory;
        this.body = body;
        this.unsplit = new Bytes(memory);
        this.input = nothing;
    }

    /// Goes on with the column's chunk of the next row group.
    final void open(ChunkInput chunk, Decompressors decompressors, FileFooter.Chunk place) {
        input.close();
        input = chunk;
        chunkLeft = place.values();
        pageLeft = 0;
        dictionaryRead = false;
        body.use(decompressors, place.codec());
    }

    /// How many of the next rows (at least one, at most `rows`) together have no more than about that many bytes.
    final int fit(int rows, int bytes) throws IOException {
        try {
            if (pageLeft == 0) {
                nextPage();
            }
            return Math.max(1, Math.min(pageLeft, fitValues(Math.min(rows, pageLeft), bytes)));
        } catch (CorruptData | IndexOutOfBoundsException e) {
            throw corrupt(e);
        }
    }

    /// Reads rows into the vector at `row`.
    final void read(Vector vector, int row, int count) throws IOException {
        try {
            int at = row;
            int left = count;
            while (left > 0) {
                if (pageLeft == 0) {
                    nextPage();
                }
                int n = Math.min(left, pageLeft);
                readFromPage(vector, at, n);
                pageLeft -= n;
                chunkLeft -= n;
                at += n;
                left -= n;
            }
        } catch (CorruptData | IndexOutOfBoundsException e) {
            throw corrupt(e);
        }
    }

    /// Reads the next values and nulls of a column in structures, with their levels. The values lie in the vector from
    /// its first row on, one beside the other; the vector must be clear.
    ///
    /// @param most at most so many
    /// @param bytes about so many, at most, of a column of varying length
    /// @return how many, 0 at the chunk's end
    final int readLevels(Vector vector, int[] repetitions, int[] definitions, int most, int bytes) throws IOException {
        try {
            if (pageLeft == 0) {
                if (chunkLeft == 0) {
                    return 0;
                }
                nextPage();
            }
            int wanted = Math.min(most, pageLeft);
            int count = Math.clamp(fitValues(wanted, bytes), 1, wanted);
            readLevels(repetition, column.repetitions(), repetitions, count);
            readLevels(presence, column.definitions(), definitions, count);
            int present = 0;
            for (int i = 0; i < count; i++) {
                present += definitions[i] == column.definitions() ? 1 : 0;
            }
            readValues(vector, 0, present);
            pageLeft -= count;
            chunkLeft -= count;
            return count;
        } catch (CorruptData | IndexOutOfBoundsException e) {
            throw corrupt(e);
        }
    }

    private static void readLevels(HybridDecoder from, int greatest, int[] into, int count) {
        if (greatest == 0) {
            java.util.Arrays.fill(into, 0, count, 0);
            return;
        }
        from.read(into, 0, count);
        for (int i = 0; i < count; i++) {
            if (into[i] > greatest) {
                throw new CorruptData("a level of " + into[i] + " where " + greatest + " is the greatest");
            }
        }
    }

    private ProblemException corrupt(RuntimeException e) {
        String detail = e instanceof CorruptData ? String.valueOf(e.getMessage()) : "a page's values do not fit it";
        return file.malformed(pageStart, "column '" + column.name() + "': " + detail);
    }

    private void readFromPage(Vector vector, int row, int count) {
        int present = count;
        if (column.nullable()) {
            present = presence.readPresence(vector.nulls(), row, count);
        }
        readValues(vector, row, present);
        if (present < count) {
            int missing = row;
            while (vector.nulls()[missing] == 0) {
                missing++;
            }
            spread(vector, row, count, present);
            vector.setNull(missing);
        }
    }

    private void nextPage() throws IOException {
        while (true) {
            pageStart = input.position();
            if (chunkLeft <= 0 || input.remaining() == 0) {
                throw new CorruptData("its pages end " + chunkLeft + " rows too early");
            }
            PageHeader header = header();
            int stored = header.getCompressed_page_size();
            int size = header.getUncompressed_page_size();
            if (stored < 0 || size < 0 || stored > input.remaining()) {
                throw new CorruptData("a page of " + stored + " bytes goes on behind its column chunk");
            }
            input.need(stored);
            check(header, stored);
            int rows = start(header, stored, size);
            input.skip(stored);
            if (rows > 0) {
                pageLeft = rows;
                return;
            }
        }
    }

    private PageHeader header() throws IOException {
        int tried = HEADER_BYTES;
        while (true) {
            int bytes = (int) Math.min(tried, input.remaining());
            input.need(bytes);
            PageHeader header = new PageHeader();
            try {
                int length = Thrift.read(header, input.window(), input.offset(), input.offset() + bytes);
                input.skip(length);
                return header;
            } catch (TException | IndexOutOfBoundsException | IllegalArgumentException e) {
                if (bytes < tried || tried >= LARGEST_HEADER) {
                    throw new CorruptData("a page header cannot be read: " + e.getMessage());
                }
                tried *= 8;
            }
        }
    }

    private void check(PageHeader header, int stored) {
        if (header.isSetCrc()) {
            CRC32 crc = new CRC32();
            crc.update(input.window(), input.offset(), stored);
            if ((int) crc.getValue() != header.getCrc()) {
                throw new CorruptData("a page's checksum is wrong");
            }
        }
    }

    /// Prepares the page whose body is next.
    ///
    /// @return its rows, 0 when it is no data page
    private int start(PageHeader header, int stored, int size) {
        PageType type = header.getType();
        return switch (type) {
            case INDEX_PAGE -> 0;
            case DICTIONARY_PAGE -> {
                dictionary(header.getDictionary_page_header(), stored, size);
                yield 0;
            }
            case DATA_PAGE -> version1(header.getData_page_header(), stored, size);
            case DATA_PAGE_V2 -> version2(header.getData_page_header_v2(), stored, size);
        };
    }

    private void dictionary(DictionaryPageHeader header, int stored, int size) {
        if (header == null || dictionaryRead) {
            throw new CorruptData(header == null ? "a page without its header" : "two dictionaries");
        }
        if (header.getEncoding() != Encoding.PLAIN && header.getEncoding() != Encoding.PLAIN_DICTIONARY) {
            throw file.unsupported("column '" + column.name() + "': a dictionary encoded as " + header.getEncoding());
        }
        body.unpack(input.window(), input.offset(), stored, size);
        readDictionary(body.bytes(), body.from(), body.to(), header.getNum_values());
        dictionaryRead = true;
    }

    private int version1(DataPageHeader header, int stored, int size) {
        int rows = rows(header == null ? -1 : header.getNum_values());
        body.unpack(input.window(), input.offset(), stored, size);
        int from = body.from();
        from = startLevels(repetition, column.repetitions(), header.getRepetition_level_encoding(), from);
        from = startLevels(presence, column.definitions(), header.getDefinition_level_encoding(), from);
        startValues(header.getEncoding(), body.bytes(), from, body.to(), rows);
        return rows;
    }

    /// Starts on levels that stand in front of a page's values.
    ///
    /// @return where they end
    private int startLevels(HybridDecoder levels, int greatest, Encoding encoding, int from) {
        if (greatest == 0) {
            return from;
        }
        if (encoding != Encoding.RLE) {
            throw file.unsupported("column '" + column.name() + "': levels encoded as " + encoding);
        }
        int length = body.to() - from < 4 ? -1 : LittleEndian.getInt(body.bytes(), from);
        if (length < 0 || length > body.to() - from - 4) {
            throw new CorruptData("levels of " + length + " bytes");
        }
        levels.start(body.bytes(), from + 4, from + 4 + length, bits(greatest));
        return from + 4 + length;
    }

    private static int bits(int greatest) {
        return Integer.SIZE - Integer.numberOfLeadingZeros(greatest);
    }

    private int version2(DataPageHeaderV2 header, int stored, int size) {
        int rows = rows(header == null ? -1 : header.getNum_values());
        int repetitions = header.getRepetition_levels_byte_length();
        int definitions = header.getDefinition_levels_byte_length();
        if (repetitions < 0 || definitions < 0 || (long) repetitions + definitions > Math.min(stored, size)) {
            throw new CorruptData("levels of " + definitions + " bytes");
        }
        int levels = repetitions + definitions;
        int at = input.offset();
        boolean packed = !header.isSetIs_compressed() || header.isIs_compressed();
        if (packed && size > levels) {
            body.unpack(input.window(), at + levels, stored - levels, size - levels);
        } else {
            body.take(input.window(), at + levels, at + stored);
        }
        if (column.repetitions() > 0) {
            repetition.start(input.window(), at, at + repetitions, bits(column.repetitions()));
        }
        if (column.nullable()) {
            presence.start(input.window(), at + repetitions, at + levels, bits(column.definitions()));
        }
        startValues(header.getEncoding(), body.bytes(), body.from(), body.to(), rows);
        return rows;
    }

    private int rows(int stated) {
        if (stated < 0 || stated > chunkLeft) {
            throw new CorruptData("a page of " + stated + " values where " + chunkLeft + " are left");
        }
        return stated;
    }

    private void startValues(Encoding encoding, byte[] bytes, int from, int to, int rows) {
        switch (encoding) {
            case PLAIN -> startPlain(bytes, from, to);
            case RLE_DICTIONARY, PLAIN_DICTIONARY -> {
                if (!dictionaryRead) {
                    throw new CorruptData("dictionary indexes without a dictionary");
                }
                // a page of nulls alone may lack even the width
                int width = from == to ? 0 : bytes[from];
                startIndexes(bytes, Math.min(to, from + 1), to, width);
            }
            case BYTE_STREAM_SPLIT -> unsplit(bytes, from, to, rows);
            case DELTA_BINARY_PACKED, DELTA_LENGTH_BYTE_ARRAY, DELTA_BYTE_ARRAY, RLE ->
                startOther(encoding, bytes, from, to);
            case BIT_PACKED -> throw notRead(encoding);
        }
    }

    final ProblemException notRead(Encoding encoding) {
        return file.unsupported(
                "column '" + column.name() + "': " + column.physical() + " values encoded as " + encoding);
    }

    /// Puts a value's bytes together again that lie apart, all first bytes first; then they are plain.
    private void unsplit(byte[] bytes, int from, int to, int rows) {
        int width = width();
        int count = width == 0 ? 0 : (to - from) / width;
        if (width == 0) {
            throw notRead(Encoding.BYTE_STREAM_SPLIT);
        }
        if (count > rows || count * width != to - from) {
            throw new CorruptData("a split page of " + (to - from) + " bytes");
        }
        unsplit.size = 0;
        byte[] into = unsplit.room(count * width + ChunkInput.SLACK);
        for (int k = 0; k < width; k++) {
            int source = from + k * count;
            for (int i = 0, at = k; i < count; i++, at += width) {
                into[at] = bytes[source + i];
            }
        }
        startPlain(into, 0, count * width);
    }

    /// Bytes of a plain value, 0 when they vary or there are less than one.
    private int width() {
        return switch (column.physical()) {
            case INT32, FLOAT -> 4;
            case INT64, DOUBLE -> 8;
            case INT96 -> 12;
            case FIXED_LEN_BYTE_ARRAY -> column.length();
            case BOOLEAN, BYTE_ARRAY -> 0;
        };
    }

    /// Takes in a dictionary of `count` plain values.
    abstract void readDictionary(byte[] bytes, int from, int to, int count);

    abstract void startPlain(byte[] bytes, int from, int to);

    /// Starts on dictionary indexes in the hybrid encoding.
    abstract void startIndexes(byte[] bytes, int from, int to, int width);

    /// Starts on one of the delta encodings or RLE, or refuses it with [#notRead].
    abstract void startOther(Encoding encoding, byte[] bytes, int from, int to);

    /// Reads that many values, which are all there, into the vector from `row` on.
    abstract void readValues(Vector vector, int row, int count);

    /// Moves `present` values, which lie densely from `row` on, to the rows of `row … row + count` that are not null.
    abstract void spread(Vector vector, int row, int count, int present);

    /// See [#fit]; only columns of varying length have a say.
    int fitValues(int count, int bytes) {
        return count;
    }

    @Override
    public void close() {
        input.close();
    }
}
