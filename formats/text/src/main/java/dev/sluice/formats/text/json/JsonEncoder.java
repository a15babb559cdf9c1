package dev.sluice.formats.text.json;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.packing.PackedFile;
import dev.sluice.data.packing.Packing;
import dev.sluice.data.packing.TextEncoding;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.TreeMapping;
import dev.sluice.data.spi.Writer;
import dev.sluice.data.trees.TreeFormatter;
import java.io.IOException;

/// Writes files of JSON objects.
///
/// @param array whether they stand in one array
record JsonEncoder(Packing packing, int level, TextEncoding encoding, boolean array, TreeMapping trees)
        implements Encoder {
    @Override
    public String extension() {
        return ".json" + packing.extension();
    }

    @Override
    public Writer open(FileOutput output, Schema schema, JobContext job) throws IOException {
        TreeFormatter text = new TreeFormatter(schema, trees, JsonWriter.CHUNK, job.memory());
        boolean open = false;
        try {
            PackedFile file = PackedFile.ofText(output, packing, level, encoding, job.scratch());
            open = true;
            return new JsonWriter(output, file, text, array);
        } finally {
            if (!open) {
                text.close();
            }
        }
    }
}
