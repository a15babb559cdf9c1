package dev.sluice.formats.orc;

import dev.sluice.data.spi.FilePlace;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.orc.CompressionKind;
import org.apache.orc.DataReader;
import org.apache.orc.OrcProto;
import org.apache.orc.StripeInformation;
import org.apache.orc.TypeDescription;
import org.apache.orc.impl.BufferChunkList;
import org.apache.orc.impl.DataReaderProperties;
import org.apache.orc.impl.InStream;
import org.apache.orc.impl.OrcCodecPool;
import org.apache.orc.impl.RecordReaderUtils;

/// The library's access to stripes, with a look at their footers before it believes them: it would read a dictionary of
/// as many entries as are claimed, behind the end of the data.
final class CheckedData implements DataReader {
    private static final int CHUNK_LIMIT = Integer.MAX_VALUE - 1_024;

    private final DataReader inner;
    private final FilePlace file;
    private final boolean[] repeated;

    /// @param repeated for each column of the file whether it lies within a list or map
    private CheckedData(DataReader inner, FilePlace file, boolean[] repeated) {
        this.inner = inner;
        this.file = file;
        this.repeated = repeated;
    }

    private static void mark(TypeDescription type, boolean within, boolean[] repeated) {
        repeated[type.getId()] = within;
        boolean list = type.getCategory() == TypeDescription.Category.LIST
                || type.getCategory() == TypeDescription.Category.MAP;
        if (type.getChildren() != null) {
            type.getChildren().forEach(child -> mark(child, within || list, repeated));
        }
    }

    static CheckedData of(OrcTail tail) {
        InStream.StreamOptions options = InStream.options();
        CompressionKind kind = tail.reader().getCompressionKind();
        if (kind != CompressionKind.NONE) {
            options.withCodec(OrcCodecPool.getCodec(kind))
                    .withBufferSize(tail.reader().getCompressionSize());
        }
        TypeDescription schema = tail.reader().getSchema();
        boolean[] repeated = new boolean[schema.getMaximumId() + 1];
        mark(schema, false, repeated);
        return new CheckedData(
                RecordReaderUtils.createDefaultDataReader(DataReaderProperties.builder()
                        .withFileSystem(tail.system())
                        .withPath(OneFile.PATH)
                        .withCompression(options)
                        .withZeroCopy(false)
                        .withMaxDiskRangeChunkLimit(CHUNK_LIMIT)
                        .build()),
                tail.file(),
                repeated);
    }

    @Override
    public OrcProto.StripeFooter readStripeFooter(StripeInformation stripe) throws IOException {
        OrcProto.StripeFooter footer = inner.readStripeFooter(stripe);
        for (int c = 0; c < footer.getColumnsCount(); c++) {
            // Of a column within lists and maps there may be more values than rows, but each takes some bits.
            long most = c < repeated.length && !repeated[c]
                    ? stripe.getNumberOfRows()
                    : Math.max(stripe.getNumberOfRows(), stripe.getDataLength() * OrcTail.MOST_ROWS_PER_BYTE);
            long entries = Integer.toUnsignedLong(footer.getColumns(c).getDictionarySize());
            if (entries > Math.min(most, CHUNK_LIMIT)) {
                throw file.malformed("a stripe of " + stripe.getNumberOfRows() + " rows claims a dictionary of "
                        + entries + " entries");
            }
        }
        long length = 0;
        for (OrcProto.Stream stream : footer.getStreamsList()) {
            if (stream.getLength() < 0 || stream.getLength() > stripe.getLength()) {
                throw file.malformed("a stripe claims a stream of " + stream.getLength() + " bytes");
            }
            length += stream.getLength();
        }
        if (length > stripe.getIndexLength() + stripe.getDataLength()) {
            throw file.malformed("the streams of a stripe claim " + length + " bytes, more than it has");
        }
        return footer;
    }

    @Override
    public void open() throws IOException {
        inner.open();
    }

    @Override
    public BufferChunkList readFileData(BufferChunkList ranges, boolean direct) throws IOException {
        return inner.readFileData(ranges, direct);
    }

    @Override
    public boolean isTrackingDiskRanges() {
        return inner.isTrackingDiskRanges();
    }

    @Override
    public void releaseBuffer(ByteBuffer buffer) {
        inner.releaseBuffer(buffer);
    }

    @Override
    public void releaseAllBuffers() {
        inner.releaseAllBuffers();
    }

    @Override
    public DataReader clone() {
        return new CheckedData(inner.clone(), file, repeated);
    }

    @Override
    public void close() throws IOException {
        inner.close();
    }

    @Override
    public InStream.StreamOptions getCompressionOptions() {
        return inner.getCompressionOptions();
    }
}
