package dev.sluice.formats.text.json;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.sluice.data.batch.Batch;
import dev.sluice.data.packing.PackedFile;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.trees.TreeFormatter;
import java.io.IOException;

/// Lays batches as objects into a buffer and hands it, object by whole object, through encoding and codec to a file.
final class JsonWriter implements Writer {
    /// Text that is handed on at once.
    static final int CHUNK = 128 << 10;

    private static final byte[] LINE = "\r\n".getBytes(US_ASCII);
    private static final byte[] NEXT = ",\r\n".getBytes(US_ASCII);

    private final FileOutput output;
    private final PackedFile file;
    private final TreeFormatter text;
    private final boolean array;
    private boolean first = true;

    JsonWriter(FileOutput output, PackedFile file, TreeFormatter text, boolean array) {
        this.output = output;
        this.file = file;
        this.text = text;
        this.array = array;
        if (array) {
            text.append("[".getBytes(US_ASCII));
        }
    }

    @Override
    public void write(Batch batch) throws IOException {
        for (int row = 0; row < batch.rows(); row++) {
            if (array && !first) {
                text.append(NEXT);
            }
            first = false;
            text.row(batch, row);
            if (!array) {
                text.append(LINE);
            }
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
        if (array) {
            text.append("]".getBytes(US_ASCII));
        }
        hand();
        file.finish();
        text.close();
    }

    @Override
    public long bytesWritten() {
        return output.size();
    }

    @Override
    public void close() {
        file.close();
        text.close();
    }
}
