package dev.sluice.formats.text;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.packing.PackedFile;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Writer;
import java.io.IOException;

/// Lays batches as text into a buffer and hands it, row by whole row, through encoding and codec to a file.
final class DelimitedWriter implements Writer {
    /// Text that is handed on at once.
    private static final int CHUNK = 256 << 10;

    private final FileOutput output;
    private final RowFormatter text;
    private final PackedFile file;
    private boolean released;

    DelimitedWriter(FileOutput output, TextSettings settings, Schema schema, JobContext job) throws IOException {
        this.output = output;
        this.text = new RowFormatter(settings, schema, output.path(), CHUNK, job.memory());
        boolean open = false;
        try {
            this.file =
                    PackedFile.ofText(output, settings.packing(), settings.level(), settings.encoding(), job.scratch());
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
        file.write(text.bytes(), 0, text.length());
        text.clear();
    }

    @Override
    public void finish() throws IOException {
        hand();
        file.finish();
        release();
    }

    @Override
    public long bytesWritten() {
        return output.size();
    }

    @Override
    public void close() {
        file.close();
        release();
    }

    private void release() {
        if (!released) {
            released = true;
            text.close();
        }
    }
}
