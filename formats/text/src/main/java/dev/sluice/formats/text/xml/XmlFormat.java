package dev.sluice.formats.text.xml;

import dev.sluice.data.packing.Packing;
import dev.sluice.data.packing.TextEncoding;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Format;
import dev.sluice.data.spi.Settings;
import dev.sluice.diagnosis.DataFaults;
import dev.sluice.diagnosis.DocumentFaults;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Data Factory's `Xml` dataset. An element is an object: its attributes are members called `@NAME`, its child elements
/// members of their name (an array where there are several of one name), its text `_value_`; an element that has only
/// text is that text. Document types are not read, and so no entities but those of XML itself.
///
/// Where Data Factory's documentation is silent, this is what happens:
/// - A number is one if JSON would write it so: `007` and `+1` stay texts.
/// - Text is taken without the white space around it; an element without any is null, as `nullValue` is.
/// - Names are as they are in the file, prefix included, unless `namespacePrefixes` has another prefix for their
/// namespace.
public final class XmlFormat implements Format {
    private static final Descriptor DESCRIPTOR =
            new Descriptor("Xml", "XmlSource", "", Set.of(Capability.READ, Capability.TREES));

    @Override
    public Descriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Decoder decoder(Endpoint endpoint) {
        Settings dataset = endpoint.dataset();
        Settings read = endpoint.formatSettings();
        String mode = read.text("validationMode").orElse("none");
        if (!mode.equalsIgnoreCase("none") && !mode.isBlank()) {
            throw DocumentFaults.SETTING_UNSUPPORTED
                    .problem()
                    .at(read.pointer() + "/validationMode")
                    .evidence("member", "validationMode")
                    .evidence("detail", "files are not checked against an " + mode.toUpperCase(Locale.ROOT))
                    .evidence("advice", "set it to none, and check the files before")
                    .exception();
        }
        Optional<TextEncoding> encoding =
                dataset.text("encodingName").filter(n -> !n.isBlank()).map(n -> TextEncoding.of(dataset));
        return new XmlDecoder(Packing.of(dataset), encoding, XmlElements.Naming.of(dataset, read), endpoint.trees());
    }

    @Override
    public Encoder encoder(Endpoint endpoint) {
        throw DataFaults.FEATURE_UNSUPPORTED
                .problem()
                .on(endpoint.side())
                .at(endpoint.datasetName())
                .evidence("path", endpoint.datasetName())
                .evidence("format", "Xml")
                .evidence("detail", "it can be read only; write Json instead.")
                .exception();
    }
}
