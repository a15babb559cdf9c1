package dev.sluice.ssis.engine.dataflow.rows;

import dev.sluice.data.batch.BytesVector;
import dev.sluice.data.batch.DoubleVector;
import dev.sluice.data.batch.IntVector;
import dev.sluice.data.batch.LongVector;
import dev.sluice.data.batch.Vector;
import dev.sluice.data.batch.WideVector;
import dev.sluice.ssis.engine.expression.SsisType;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Buffers one after another as bytes: per buffer the number of rows, then per column a mark (0 missing, 1 without
/// NULLs, 2 with), the NULLs and the values. The layout is not part of it.
public final class BufferFile {
    private static final int CHUNK = 1 << 16;

    private static final byte[] MAGIC = "Sluice rows 1\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MOST_COLUMNS = 10_000;

    private BufferFile() {}

    /// Counts what goes through: DataOutputStream's own counter ends at 2 GB.
    private static final class Counted extends FilterOutputStream {
        private long bytes;

        Counted(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int b) throws IOException {
            out.write(b);
            bytes++;
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            out.write(from, offset, length);
            bytes += length;
        }
    }

    /// Writes buffers. One thread.
    public static final class Writer implements AutoCloseable {
        private final Counted counted;
        private final DataOutputStream out;

        public Writer(OutputStream out) {
            this.counted = new Counted(out);
            this.out = new DataOutputStream(new BufferedOutputStream(counted, CHUNK));
        }

        /// Writes the columns first, so that the file says what is in it.
        public void head(Layout layout) throws IOException {
            out.write(MAGIC);
            out.writeInt(layout.size());
            for (Column c : layout.columns()) {
                out.writeUTF(c.name());
                out.writeUTF(c.type().kind().word());
                out.writeInt(c.type().length());
                out.writeInt(c.type().precision());
                out.writeInt(c.type().scale());
                out.writeInt(c.type().codePage());
            }
        }

        public void write(Buffer buffer) throws IOException {
            out.writeInt(buffer.rows());
            for (int i = 0; i < buffer.layout().size(); i++) {
                if (buffer.has(i)) {
                    column(buffer.vector(i), buffer.rows());
                } else {
                    out.writeByte(0);
                }
            }
        }

        private void column(Vector vector, int rows) throws IOException {
            out.writeByte(vector.hasNulls() ? 2 : 1);
            if (vector.hasNulls()) {
                out.write(vector.nulls(), 0, rows);
            }
            switch (vector) {
                case IntVector v -> {
                    ByteBuffer bytes = ByteBuffer.allocate(4 * rows);
                    bytes.asIntBuffer().put(v.values(), 0, rows);
                    out.write(bytes.array());
                }
                case LongVector v -> longs(v.values(), rows);
                case DoubleVector v -> {
                    ByteBuffer bytes = ByteBuffer.allocate(8 * rows);
                    bytes.asDoubleBuffer().put(v.values(), 0, rows);
                    out.write(bytes.array());
                }
                case WideVector v -> {
                    longs(v.high(), rows);
                    longs(v.low(), rows);
                }
                case BytesVector v -> {
                    ByteBuffer bytes = ByteBuffer.allocate(4 * rows);
                    bytes.asIntBuffer().put(v.offsets(), 1, rows);
                    out.write(bytes.array());
                    out.write(v.data(), 0, v.offsets()[rows]);
                }
            }
        }

        private void longs(long[] values, int rows) throws IOException {
            ByteBuffer bytes = ByteBuffer.allocate(8 * rows);
            bytes.asLongBuffer().put(values, 0, rows);
            out.write(bytes.array());
        }

        public long written() {
            return counted.bytes;
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /// Reads buffers back. One thread.
    public static final class Reader implements AutoCloseable {
        private final DataInputStream in;
        private final Layout layout;

        public Reader(InputStream in, Layout layout) {
            this.in = new DataInputStream(new BufferedInputStream(in, CHUNK));
            this.layout = layout;
        }

        /// Reads a file that begins with its columns.
        public static Reader headed(InputStream in) throws IOException {
            DataInputStream data = new DataInputStream(new BufferedInputStream(in, CHUNK));
            if (!Arrays.equals(data.readNBytes(MAGIC.length), MAGIC)) {
                throw new IOException("it has another form");
            }
            int count = data.readInt();
            if (count < 0 || count > MOST_COLUMNS) {
                throw new IOException("a file of " + count + " columns");
            }
            List<Column> columns = new ArrayList<>();
            Set<String> all = new HashSet<>();
            for (int i = 0; i < count; i++) {
                String name = data.readUTF();
                String word = data.readUTF();
                SsisType.Kind kind =
                        SsisType.Kind.named(word).orElseThrow(() -> new IOException("a column of the type " + word));
                SsisType type = new SsisType(kind, data.readInt(), data.readInt(), data.readInt(), data.readInt());
                columns.add(new Column("file." + i, 0, name, type));
                all.add("file." + i);
            }
            return new Reader(data, new Layout(columns, all));
        }

        private Reader(DataInputStream in, Layout layout) {
            this.in = in;
            this.layout = layout;
        }

        public Layout layout() {
            return layout;
        }

        /// The next buffer; null at the end.
        public @Nullable Buffer next() throws IOException {
            int first = in.read();
            if (first < 0) {
                return null;
            }
            int rows = first << 24 | in.readUnsignedByte() << 16 | in.readUnsignedByte() << 8 | in.readUnsignedByte();
            if (rows < 0 || rows > 1 << 26) {
                throw new IOException("a buffer of " + rows + " rows");
            }
            @Nullable Vector[] vectors = new Vector[layout.size()];
            for (int i = 0; i < vectors.length; i++) {
                int mark = in.readUnsignedByte();
                if (mark > 2) {
                    throw new IOException("a column marked " + mark);
                }
                if (mark != 0) {
                    vectors[i] = column(layout.column(i), rows, mark == 2);
                }
            }
            return new Buffer(layout, vectors, rows);
        }

        private Vector column(Column column, int rows, boolean nulls) throws IOException {
            Vector vector = Storage.vector(column.type(), rows);
            byte[] marks = nulls ? bytes(rows) : new byte[0];
            switch (vector) {
                case IntVector v ->
                    ByteBuffer.wrap(bytes(4 * rows)).asIntBuffer().get(v.values(), 0, rows);
                case LongVector v -> longs(v.values(), rows);
                case DoubleVector v ->
                    ByteBuffer.wrap(bytes(8 * rows)).asDoubleBuffer().get(v.values(), 0, rows);
                case WideVector v -> {
                    longs(v.high(), rows);
                    longs(v.low(), rows);
                }
                case BytesVector v -> variable(v, rows);
            }
            for (int i = 0; i < marks.length; i++) {
                if (marks[i] != 0) {
                    mark(vector, i);
                }
            }
            return vector;
        }

        /// NULL without touching the offsets, which are all there.
        private static void mark(Vector vector, int row) {
            if (vector instanceof BytesVector v) {
                int end = v.offsets()[row + 1];
                v.setNull(row);
                v.offsets()[row + 1] = end;
            } else {
                vector.setNull(row);
            }
        }

        private void variable(BytesVector v, int rows) throws IOException {
            ByteBuffer.wrap(bytes(4 * rows)).asIntBuffer().get(v.offsets(), 1, rows);
            for (int i = 0; i < rows; i++) {
                if (v.offsets()[i + 1] < v.offsets()[i]) {
                    throw new IOException("lengths that are not in order");
                }
            }
            int total = v.offsets()[rows];
            int at = 0;
            while (at < total) {
                int part = Math.min(1 << 20, total - at);
                byte[] into = v.reserve(at, part);
                in.readFully(into, at, part);
                at += part;
            }
        }

        private void longs(long[] values, int rows) throws IOException {
            ByteBuffer.wrap(bytes(8 * rows)).asLongBuffer().get(values, 0, rows);
        }

        private byte[] bytes(int count) throws IOException {
            byte[] read = in.readNBytes(count);
            if (read.length < count) {
                throw new EOFException("it ends within a buffer");
            }
            return read;
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
