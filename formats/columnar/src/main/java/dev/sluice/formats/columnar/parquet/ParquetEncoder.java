package dev.sluice.formats.columnar.parquet;

import dev.sluice.data.batch.Field;
import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import org.apache.parquet.format.CompressionCodec;

/// How Parquet files of one dataset are written.
record ParquetEncoder(CompressionCodec codec, long maxRowsPerFile, String fileNamePrefix) implements Encoder {
    @Override
    public String extension() {
        return ".parquet";
    }

    @Override
    public Writer open(FileOutput output, Schema schema, JobContext job) throws IOException {
        Set<String> names = new HashSet<>();
        for (Field field : schema.fields()) {
            if (!names.add(field.name())) {
                throw refused("two columns are called '" + field.name() + "', which a Parquet file cannot tell apart");
            }
        }
        if (names.isEmpty()) {
            throw refused("a Parquet file needs at least one column");
        }
        return new ParquetWriter(output, schema, codec, ParquetWriter.RowGroupSize.DEFAULT, job);
    }

    private static RuntimeException refused(String detail) {
        return DataFaults.MAPPING_INVALID.with("detail", detail);
    }
}
