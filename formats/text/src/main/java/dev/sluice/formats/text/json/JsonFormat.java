package dev.sluice.formats.text.json;

import dev.sluice.data.packing.Packing;
import dev.sluice.data.packing.TextEncoding;
import dev.sluice.data.spi.Capability;
import dev.sluice.data.spi.Decoder;
import dev.sluice.data.spi.Encoder;
import dev.sluice.data.spi.Endpoint;
import dev.sluice.data.spi.Format;
import dev.sluice.data.spi.Settings;
import java.util.Locale;
import java.util.Set;

/// Data Factory's `Json` dataset.
///
/// Where Data Factory's documentation is silent, this is what happens:
/// - A text of several documents need not have anything between them; a top-level array is the rows that it holds.
/// - A byte order mark decides the encoding. UTF-16 and UTF-32 are recognised without one.
/// - Lines end in CR LF; an array of objects has one object per line.
/// - Times are written in ISO 8601, decimals with all digits of their scale, what JSON has no number for (NaN) as text.
/// - A damaged document fails the copy: behind it there is nowhere safe to go on.
public final class JsonFormat implements Format {
    private static final Descriptor DESCRIPTOR = new Descriptor(
            "Json", "JsonSource", "JsonSink", Set.of(Capability.READ, Capability.WRITE, Capability.TREES));

    @Override
    public Descriptor descriptor() {
        return DESCRIPTOR;
    }

    @Override
    public Decoder decoder(Endpoint endpoint) {
        Settings dataset = endpoint.dataset();
        return new JsonDecoder(Packing.of(dataset), TextEncoding.of(dataset), endpoint.trees());
    }

    @Override
    public Encoder encoder(Endpoint endpoint) {
        Settings dataset = endpoint.dataset();
        String pattern = endpoint.formatSettings().text("filePattern").orElse("setOfObjects");
        boolean array = switch (pattern.toLowerCase(Locale.ROOT)) {
            case "", "setofobjects" -> false;
            case "arrayofobjects" -> true;
            default -> throw endpoint.formatSettings().wrong("filePattern", pattern, "setOfObjects or arrayOfObjects");
        };
        return new JsonEncoder(
                Packing.of(dataset), Packing.level(dataset), TextEncoding.of(dataset), array, endpoint.trees());
    }
}
