package dev.sluice.formats.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Writer;
import java.io.IOException;
import java.io.OutputStream;

/// Lays batches as text into a buffer and hands it, row by whole row, through encoding and codec to a file.
final class DelimitedWriter implements Writer {
    /// Text that is handed on at once.
    private static final int CHUNK = 256 << 10;

    private final FileOutput output;
    private final RowFormatter text;
    private final FileSink file;
    private final OutputStream packed;
    private boolean closed;

    DelimitedWriter(FileOutput output, TextSettings settings, Schema schema, JobContext job) throws IOException {
        this.output = output;
        this.file = new FileSink(output);
        this.text = new RowFormatter(settings, schema, output.path(), CHUNK, job.memory());
        boolean open = false;
        try {
            this.packed = packed(settings, job);
            if (settings.header()) {
                text.header();
            }
            open = true;
        } finally {
            if (!open) {
                text.close();
            }
        }
    }

    private OutputStream packed(TextSettings settings, JobContext job) throws IOException {
        OutputStream stream =
                settings.packing().pack(file, settings.level(), memberName(output.path(), settings), job.scratch());
        stream.write(settings.encoding().mark());
        boolean direct = settings.encoding().charset().equals(UTF_8);
        return direct ? stream : new EncodedOutput(stream, settings.encoding().charset());
    }

    /// The file's name without the codec's extension: what unpacking it gives.
    private static String memberName(String path, TextSettings settings) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        String codec = settings.packing().extension();
        boolean named = !codec.isEmpty() && name.endsWith(codec) && name.length() > codec.length();
        return named ? name.substring(0, name.length() - codec.length()) : name;
    }

    @Override
    public void write(Batch batch) throws IOException {
        text.begin(batch);
        int rows = batch.rows();
        for (int row = 0; row < rows; row++) {
            text.row(row);
            if (text.length() >= CHUNK) {
                hand();
            }
        }
    }

    private void hand() throws IOException {
        packed.write(text.bytes(), 0, text.length());
        text.clear();
    }

    @Override
    public void finish() throws IOException {
        hand();
        packed.close();
        output.finish();
        release();
    }

    @Override
    public long bytesWritten() {
        return output.size();
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        // The codec holds native memory or a scratch file, which only closing gives back; what it still writes is not
        // wanted.
        file.discard();
        try {
            packed.close();
        } catch (IOException | RuntimeException e) {
            System.getLogger(DelimitedWriter.class.getName()).log(System.Logger.Level.DEBUG, "abandoning a file", e);
        }
        release();
    }

    private void release() {
        if (!closed) {
            closed = true;
            text.close();
        }
    }

    /// A store's file as a stream. Closing it is left to the file's owner.
    private static final class FileSink extends OutputStream {
        private final FileOutput output;
        private volatile boolean discarding;

        FileSink(FileOutput output) {
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
