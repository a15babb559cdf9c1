package dev.sluice.formats.avro;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.util.HashSet;

/// How Avro files of one dataset are written.
///
/// @param level of deflate
record AvroEncoder(
        AvroCodec codec,
        int level,
        String recordName,
        String recordNamespace,
        long maxRowsPerFile,
        String fileNamePrefix)
        implements Encoder {
    @Override
    public String extension() {
        return ".avro";
    }

    @Override
    public Writer open(FileOutput output, Schema schema, JobContext job) throws IOException {
        if (new HashSet<>(schema.names()).size() < schema.size()) {
            throw DataFaults.MAPPING_INVALID.with(
                    "detail", "two columns have the same name, which an Avro file cannot tell apart");
        }
        return new AvroWriter(output, schema, this, job);
    }
}
