package dev.sluice.formats.text;

import dev.sluice.data.batch.Schema;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.FileOutput;
import dev.sluice.data.spi.JobContext;
import dev.sluice.data.spi.Writer;
import dev.sluice.diagnosis.DataFaults;
import java.io.IOException;
import java.util.Locale;

/// Writes files of delimited text; what it writes the decoder of the same settings reads back as the same values. The
/// one exception is a text that equals `nullValue` when nothing is quoted (`quoteChar` empty): it comes back as null.
/// A value that cannot be told from the marks around it fails the copy instead of damaging the file.
final class DelimitedEncoder implements Encoder {
    private final TextSettings settings;

    DelimitedEncoder(TextSettings settings) {
        this.settings = settings;
    }

    /// The codec is part of it, whether `fileExtension` says so or not.
    @Override
    public String extension() {
        String own = settings.extension();
        String codec = settings.packing().extension();
        boolean said = !codec.isEmpty() && own.toLowerCase(Locale.ROOT).endsWith(codec);
        return said ? own : own + codec;
    }

    @Override
    public long maxRowsPerFile() {
        return settings.maxRowsPerFile();
    }

    @Override
    public String fileNamePrefix() {
        return settings.fileNamePrefix();
    }

    @Override
    public Writer open(FileOutput output, Schema schema, JobContext job) throws IOException {
        if (schema.size() > 1 && settings.dialect().column().isEmpty()) {
            throw DataFaults.FEATURE_UNSUPPORTED
                    .problem()
                    .evidence("path", output.path())
                    .evidence("format", "DelimitedText")
                    .evidence("detail", schema.size() + " columns without a columnDelimiter")
                    .exception();
        }
        return new DelimitedWriter(output, settings, schema, job);
    }
}
