package dev.sluice.formats.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.MemoryBudget;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.packing.UnpackedFile;
import dev.sluice.data.packing.Utf8Input;
import dev.sluice.data.spi.Decoder.FileRange;
import dev.sluice.data.spi.FileInput;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.ProblemException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.List;

/// A piece of a file as text, member by member: unpacked, decoded, its first rows skipped, its header read.
final class RowSource implements AutoCloseable {
    private static final int LONGEST_NAME = 1_024;

    private final TextSettings settings;
    private final boolean fromStart;
    private final Charset charset;
    private final UnpackedFile unpacked;
    private final TextBuffer buffer;
    private final RowParser parser;

    /// Physical line at which the next row starts, from 1, in this member.
    private long line;

    /// @param charset of the file, where the range does not start with it; otherwise what the settings say
    /// @param size of the buffer at first
    /// @param longest bytes that a row may have
    RowSource(
            FileInput file,
            FileRange range,
            TextSettings settings,
            Charset charset,
            MemoryBudget budget,
            int size,
            int longest)
            throws IOException {
        this.charset = charset;
        this.settings = settings;
        this.fromStart = range.from() == 0;
        this.buffer = new TextBuffer(size, longest, RowParser.sentinels(settings.dialect()), budget);
        this.parser = new RowParser(buffer, settings.dialect());
        try {
            this.unpacked = new UnpackedFile(file, range, settings.packing());
        } catch (IOException | RuntimeException e) {
            buffer.close();
            throw e;
        }
    }

    TextBuffer buffer() {
        return buffer;
    }

    RowParser parser() {
        return parser;
    }

    long bytesRead() {
        return unpacked.bytesRead();
    }

    long line() {
        return line;
    }

    /// Goes on to the next row: counts the line just parsed and moves the buffer behind it.
    void advance() {
        line += 1 + parser.lineBreaks();
        buffer.at = parser.next();
    }

    /// Path, and the member's name in an archive.
    String path() {
        return unpacked.path();
    }

    /// Starts the next member and leaves its first rows out, as the settings say.
    ///
    /// @return false when there is none
    boolean nextMember() throws IOException {
        if (!unpacked.next()) {
            return false;
        }
        buffer.begin(fromStart ? unpacked.text(charset) : text(unpacked.content(), charset));
        line = 1;
        if (fromStart) {
            skipRows();
        }
        return true;
    }

    private static InputStream text(InputStream in, Charset charset) {
        return charset.equals(UTF_8) ? in : new Utf8Input(in, charset);
    }

    private void skipRows() throws IOException {
        parser.into(new BytesVector[2]);
        for (int left = settings.skipRows(); left > 0; ) {
            RowParser.Outcome outcome = parser.row(0);
            switch (outcome) {
                case ROW, BAD -> {
                    left--;
                    advance();
                }
                case BLANK -> advance();
                case MORE -> more();
                case END -> {
                    return;
                }
            }
        }
    }

    private void more() throws IOException {
        if (!buffer.fill()) {
            throw malformed(new Flaw.Length(buffer.at, buffer.limit), 0);
        }
    }

    /// Reads the member's next row as fields; empty when there is none.
    private List<String> row() throws IOException {
        try (Batch scratch = new Batch(
                Schema.of(new Field("name", DataType.STRING)),
                RowParser.MOST_COLUMNS,
                new MemoryBudget(2L * TextBuffer.LONGEST_ROW))) {
            while (true) {
                switch (parser.fields(scratch.bytes(0))) {
                    case ROW -> {
                        List<String> names = new ArrayList<>();
                        for (int i = 0; i < parser.columns(); i++) {
                            names.add(scratch.bytes(0).text(i));
                        }
                        return names;
                    }
                    case BLANK -> advance();
                    case MORE -> more();
                    case END -> {
                        return List.of();
                    }
                    case BAD -> throw malformed(parser.flaw(), 0);
                }
            }
        }
    }

    /// The member's columns: those of the header, which is consumed, or `Prop_0` … as many as the first row has, which
    /// is not. Empty when the member has no row at all.
    List<String> columns() throws IOException {
        List<String> row = row();
        if (!settings.header()) {
            return java.util.stream.IntStream.range(0, row.size())
                    .mapToObj(i -> "Prop_" + i)
                    .toList();
        }
        for (int i = 0; i < row.size(); i++) {
            if (row.get(i).isEmpty() || row.get(i).length() > LONGEST_NAME) {
                String detail = row.get(i).isEmpty()
                        ? "the name of column " + (i + 1) + " in the header is empty"
                        : "the name of column " + (i + 1) + " is longer than " + LONGEST_NAME + " characters";
                throw DataFaults.MALFORMED_TEXT
                        .problem()
                        .at(path() + ":" + line)
                        .evidence("path", path())
                        .evidence("detail", detail)
                        .exception();
            }
        }
        if (!row.isEmpty()) {
            advance();
        }
        return row;
    }

    /// The flaw of the row at the buffer's position, located.
    ///
    /// @param ordinal of the row, 0 when it is not counted
    ProblemException malformed(Flaw flaw, long ordinal) {
        long at = line;
        int column = 1;
        for (int p = buffer.at; p < Math.min(flaw.position(), buffer.limit); p++) {
            byte b = buffer.bytes[p];
            if (b == '\n' || b == '\r' && buffer.bytes[p + 1] != '\n') {
                at++;
                column = 1;
            } else if (b != '\r' && (b & 0xC0) != 0x80) {
                column++;
            }
        }
        String place = fromStart ? path() + ":" + at + ":" + column : path() + ", line " + at + " of the part read";
        return DataFaults.MALFORMED_TEXT
                .problem()
                .at(place)
                .evidence("path", path())
                .evidence("detail", flaw.describe())
                .evidence("row", ordinal == 0 ? null : ordinal)
                .evidence("line", fromStart ? at : null)
                .evidence("column", flaw.column() == 0 ? null : flaw.column())
                .exception();
    }

    /// Releases everything; any thread.
    @Override
    public void close() {
        buffer.close();
        unpacked.close();
    }
}
