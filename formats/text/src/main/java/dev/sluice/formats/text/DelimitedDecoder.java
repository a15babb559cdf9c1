package dev.sluice.formats.text;

import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.packing.Packing;
import dev.sluice.data.packing.TextEncoding;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import java.io.IOException;
import java.nio.charset.Charset;
import java.util.List;

/// Reads files of delimited text: every column is a STRING.
///
/// With a header a file is read by its own names, so files of a copy may order their columns differently; without one
/// by position. An unpacked file in an encoding of which a delimiter's bytes can mean nothing else is divided at row
/// starts that [SplitBorders] finds; each reader proves the border at its end.
final class DelimitedDecoder implements Decoder {
    /// Enough for a header; a longer first row makes the buffer grow.
    private static final int HEAD = 32 << 10;

    /// Bytes that the first row may have.
    private static final int LONGEST_HEAD = 8 << 20;

    private final TextSettings settings;

    DelimitedDecoder(TextSettings settings) {
        this.settings = settings;
    }

    @Override
    public Schema schema(FileInput file) throws IOException {
        try (RowSource head = head(file)) {
            return new Schema(columns(head).stream()
                    .map(name -> new Field(name, DataType.STRING))
                    .toList());
        }
    }

    private RowSource head(FileInput file) throws IOException {
        return new RowSource(
                file,
                new FileRange(0, file.entry().size()),
                settings,
                settings.encoding().charset(),
                new MemoryBudget(4L * LONGEST_HEAD),
                HEAD,
                LONGEST_HEAD);
    }

    /// The columns of the first member that has any.
    private static List<String> columns(RowSource head) throws IOException {
        while (head.nextMember()) {
            List<String> names = head.columns();
            if (!names.isEmpty()) {
                return names;
            }
        }
        return List.of();
    }

    @Override
    public List<FileRange> ranges(FileInput file, long targetBytes) throws IOException {
        long size = file.entry().size();
        List<FileRange> whole = List.of(new FileRange(0, size));
        if (settings.packing() != Packing.NONE || size <= targetBytes) {
            return whole;
        }
        TextEncoding.Mark mark = mark(file);
        if (!SplitBorders.possible(settings.dialect(), mark.charset())) {
            return whole;
        }
        try (RowSource head = head(file)) {
            int width = columns(head).size();
            if (width == 0) {
                return whole;
            }
            // In the file's own encoding it may be less, never more.
            long dataStart = mark.length() + head.buffer().before + head.buffer().at;
            return new SplitBorders(file, settings.dialect(), mark.charset(), width).ranges(dataStart, targetBytes);
        }
    }

    private TextEncoding.Mark mark(FileInput file) throws IOException {
        byte[] start = new byte[4];
        int length = (int) Math.min(start.length, file.entry().size());
        file.read(0, start, 0, length);
        return TextEncoding.sniff(start, length, settings.encoding().charset());
    }

    @Override
    public Reader open(FileInput file, FileRange range, Schema schema, int[] columns, ReadContext context)
            throws IOException {
        Charset charset = settings.encoding().charset();
        List<String> names = schema.names();
        if (range.from() > 0) {
            charset = mark(file).charset();
            if (settings.header()) {
                try (RowSource head = head(file)) {
                    names = columns(head);
                }
            }
        }
        RowSource rows = new RowSource(
                file,
                range,
                settings,
                charset,
                context.job().memory(),
                (int) Math.clamp(range.to() - range.from(), 1 << 10, TextBuffer.SIZE),
                TextBuffer.LONGEST_ROW);
        boolean header = settings.header() && range.from() == 0;
        boolean cut = range.to() < file.entry().size();
        return new DelimitedReader(rows, schema, columns, names, header, cut, context);
    }
}
