package dev.sluice.formats.text;

import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Format;
import java.util.Set;

/// Data Factory's `DelimitedText` dataset. All options of dataset, read and write settings are checked when a decoder
/// or encoder is made; a value that cannot be used is refused with its JSON pointer.
///
/// Where Data Factory's documentation is silent, this is what happens:
/// - Empty lines are no rows. In a file of one column an empty line is a row with an empty value.
/// - Text without quotes that equals `nullValue` is null; the same text within quotes is that text.
/// - In a quoted value `escapeChar` makes a following quote or escape character literal and is itself literal before
///   anything else; a doubled quote is a quote whatever the escape character is.
/// - A row with more or fewer columns than the header (or the first row) is refused, as is one with text after a
///   closing quote, with bytes that are no text, or of more than 64 MiB. Reading can go on after it.
/// - Without `compressionLevel` the fastest is taken; without `fileExtension` files end in `.csv`.
/// - A quote inside a value that does not start with one is literal.
/// - A byte order mark decides the encoding of a file, whatever `encodingName` says. One is written for `UTF-16`,
///   `UTF-32` (both little endian) and `UTF-8 with BOM`.
/// - The members of an archive are read one after the other, each as a file with its own header.
public final class DelimitedTextFormat implements Format {
    private static final Descriptor DESCRIPTOR = new Descriptor(
            "DelimitedText",
            "DelimitedTextSource",
            "DelimitedTextSink",
            Set.of(Capability.READ, Capability.WRITE, Capability.SPLIT));

    @Override
    public Descriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Decoder decoder(Endpoint endpoint) {
        return new DelimitedDecoder(TextSettings.of(endpoint));
    }

    @Override
    public Encoder encoder(Endpoint endpoint) {
        return new DelimitedEncoder(TextSettings.of(endpoint));
    }
}
