package dev.sluice.data.testkit;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.DataType;
import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.batch.TextForm;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.FileInput;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.Format;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.ReadContext;
import dev.sluice.data.spi.Reader;
import dev.sluice.data.spi.RefusedRow;
import dev.sluice.data.spi.Settings;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The simplest format that keeps every type: a header of `name:TYPE` and a line per row, values percent-encoded
/// and separated by tabs, null as `~`. For tests of the engine, so legible rather than fast.
///
/// Format settings: `maxRowsPerFile`, `fileNamePrefix`. Dataset member `untyped: true` reads every column as
/// text.
public final class LinesFormat implements Format {
    private static final String NULL = "~";

    @Override
    public Descriptor descriptor() {
        return new Descriptor(
                "Lines", "LinesSource", "LinesSink", Set.of(Capability.READ, Capability.WRITE, Capability.SPLIT));
    }

    @Override
    public Decoder decoder(Endpoint endpoint) {
        return new LinesDecoder(endpoint.dataset().flag("untyped", false));
    }

    @Override
    public Encoder encoder(Endpoint endpoint) {
        Settings settings = endpoint.formatSettings();
        long rows = settings.number("maxRowsPerFile", 1, Long.MAX_VALUE).orElse(Long.MAX_VALUE);
        return new LinesEncoder(rows, settings.text("fileNamePrefix").orElse(""));
    }

    private static String encode(String text) {
        StringBuilder out = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            if (b < ' ' || b == '%' || b == ':' || b == '~') {
                out.append('%').append(String.format("%02X", b & 255));
            } else {
                out.append((char) b);
            }
        }
        return out.toString();
    }

    private static byte @Nullable [] decode(String text) {
        byte[] out = new byte[text.length()];
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c != '%') {
                out[length++] = (byte) c;
                continue;
            }
            int high = i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            if (low < 0) {
                return null;
            }
            out[length++] = (byte) (high << 4 | low);
            i += 2;
        }
        return java.util.Arrays.copyOf(out, length);
    }

    private static DataType type(String text) {
        int open = text.indexOf('(');
        DataType.Kind kind = DataType.Kind.valueOf(open < 0 ? text : text.substring(0, open));
        if (open < 0) {
            return new DataType(kind, 0, 0);
        }
        String[] numbers = text.substring(open + 1, text.length() - 1).split(",", -1);
        return numbers.length == 2
                ? DataType.decimal(Integer.parseInt(numbers[0]), Integer.parseInt(numbers[1]))
                : new DataType(kind, 0, Integer.parseInt(numbers[0]));
    }

    private record LinesEncoder(long maxRowsPerFile, String fileNamePrefix) implements Encoder {
        @Override
        public String extension() {
            return ".lines";
        }

        @Override
        public Writer open(FileOutput output, Schema schema, JobContext job) throws IOException {
            StringBuilder header = new StringBuilder();
            for (Field f : schema.fields()) {
                header.append(header.isEmpty() ? "" : "\t")
                        .append(encode(f.name()))
                        .append(':')
                        .append(f.type());
            }
            LinesWriter writer = new LinesWriter(output);
            writer.line(header.toString());
            return writer;
        }
    }

    private static final class LinesWriter implements Writer {
        private final FileOutput output;

        LinesWriter(FileOutput output) {
            this.output = output;
        }

        void line(String line) throws IOException {
            byte[] bytes = (line + "\n").getBytes(StandardCharsets.ISO_8859_1);
            output.write(bytes, 0, bytes.length);
        }

        @Override
        public void write(Batch batch) throws IOException {
            StringBuilder line = new StringBuilder();
            for (int row = 0; row < batch.rows(); row++) {
                line.setLength(0);
                for (int column = 0; column < batch.schema().size(); column++) {
                    line.append(column == 0 ? "" : "\t").append(text(batch.vector(column), row));
                }
                line(line.toString());
            }
        }

        private static String text(Vector v, int row) {
            if (v.isNull(row)) {
                return NULL;
            }
            byte[] out = new byte[TextForm.length(v, row)];
            return encode(new String(out, 0, TextForm.write(v, row, out, 0), StandardCharsets.UTF_8));
        }

        @Override
        public void finish() throws IOException {
            output.finish();
        }

        @Override
        public long bytesWritten() {
            return output.size();
        }

        @Override
        public void close() {}
    }

    private record LinesDecoder(boolean untyped) implements Decoder {
        @Override
        public Schema schema(FileInput file) throws IOException {
            try (InputStream in = file.stream(0, Long.MAX_VALUE)) {
                return parse(file, Lines.next(in));
            }
        }

        private Schema parse(FileInput file, @Nullable String header) {
            List<Field> fields = new ArrayList<>();
            try {
                if (header == null) {
                    throw new IllegalArgumentException("no header");
                }
                for (String column : header.split("\t", -1)) {
                    String[] parts = column.split(":", -1);
                    DataType type = type(parts[1]);
                    byte[] name = decode(parts[0]);
                    if (name == null) {
                        throw new IllegalArgumentException("column name " + parts[0]);
                    }
                    fields.add(new Field(new String(name, StandardCharsets.UTF_8), untyped ? DataType.STRING : type));
                }
                return new Schema(fields);
            } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
                throw DataFaults.MALFORMED_FILE
                        .problem()
                        .at(file.entry().path())
                        .evidence("path", file.entry().path())
                        .evidence("format", "Lines")
                        .evidence("detail", String.valueOf(e.getMessage()))
                        .from(e)
                        .exception();
            }
        }

        @Override
        public List<FileRange> ranges(FileInput file, long targetBytes) {
            long size = file.entry().size();
            int pieces = (int) Math.max(1, Math.min(1_000, size / Math.max(1, targetBytes)));
            List<FileRange> ranges = new ArrayList<>();
            for (int i = 0; i < pieces; i++) {
                ranges.add(new FileRange(size * i / pieces, size * (i + 1) / pieces));
            }
            return ranges;
        }

        @Override
        public Reader open(FileInput file, FileRange range, Schema schema, int[] columns, ReadContext context)
                throws IOException {
            Schema own = schema(file);
            int[] positions = new int[columns.length];
            for (int i = 0; i < columns.length; i++) {
                String name = schema.field(columns[i]).name();
                boolean same =
                        columns[i] < own.size() && own.field(columns[i]).name().equals(name);
                positions[i] = same ? columns[i] : own.indexOf(name);
                if (positions[i] < 0) {
                    throw DataFaults.COLUMN_MISSING.with(
                            "column", name, "object", file.entry().path(), "columns", own.names());
                }
            }
            return new LinesReader(file, range, own.size(), positions, context);
        }
    }

    /// Reads the lines that begin inside of its range; the header is nobody's row.
    private static final class LinesReader implements Reader {
        private final FileInput file;
        private final FileRangePosition position;
        private final int width;
        private final int[] positions;
        private final ReadContext context;
        private final InputStream in;
        private long row;
        private volatile boolean closed;

        private static final class FileRangePosition {
            long at;
            final long to;

            FileRangePosition(long at, long to) {
                this.at = at;
                this.to = to;
            }
        }

        LinesReader(FileInput file, Decoder.FileRange range, int width, int[] positions, ReadContext context)
                throws IOException {
            this.file = file;
            this.width = width;
            this.positions = positions;
            this.context = context;
            // From one byte before, so that a line that begins exactly here is recognised by the line end before
            // it.
            long from = Math.max(0, range.from() - 1);
            this.in = file.stream(from, Long.MAX_VALUE);
            String skipped = Lines.next(in);
            this.position = new FileRangePosition(from + (skipped == null ? 0 : skipped.length() + 1), range.to());
        }

        @Override
        public boolean read(Batch batch) throws IOException {
            int count = 0;
            batch.setFirstRow(row + 1);
            while (!batch.isFull(count) && position.at < position.to) {
                String line = Lines.next(in);
                if (line == null || closed) {
                    break;
                }
                position.at += line.length() + 1;
                row++;
                count += take(line, batch, count) ? 1 : 0;
            }
            batch.setRows(count);
            return count > 0;
        }

        private boolean take(String line, Batch batch, int at) {
            String[] values = line.split("\t", -1);
            if (values.length != width) {
                return refuse(line, values.length + " values for " + width + " columns");
            }
            for (int i = 0; i < positions.length; i++) {
                String value = values[positions[i]];
                Vector v = batch.vector(i);
                v.nulls()[at] = 0;
                if (value.equals(NULL)) {
                    v.setNull(at);
                    continue;
                }
                byte[] text = decode(value);
                if (text == null || !TextForm.parse(text, 0, text.length, v, at)) {
                    return refuse(line, "'" + value + "' is no " + v.type());
                }
            }
            return true;
        }

        /// Sends the row out by the side door; what was set of it is overwritten by the next one.
        private boolean refuse(String line, String detail) {
            String path = file.entry().path();
            context.refuse(new RefusedRow(
                    row,
                    line,
                    DataFaults.MALFORMED_FILE
                            .problem()
                            .at(path + ", row " + row)
                            .evidence("path", path)
                            .evidence("format", "Lines")
                            .evidence("detail", detail)
                            .build()));
            return false;
        }

        @Override
        public long bytesRead() {
            return position.at;
        }

        @Override
        public void close() {
            closed = true;
        }
    }

    /// Lines of single bytes.
    private static final class Lines {
        private Lines() {}

        static @Nullable String next(InputStream in) throws IOException {
            StringBuilder line = new StringBuilder();
            int b = in.read();
            if (b < 0) {
                return null;
            }
            while (b >= 0 && b != '\n') {
                line.append((char) b);
                b = in.read();
            }
            return line.toString();
        }
    }
}
